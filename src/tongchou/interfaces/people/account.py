"""``quote account``: what is credited to the medical personal account, month by month, and what it comes to."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import iso_month
from tongchou.money import format_fen
from tongchou.rules.account.project import Projected, projected
from tongchou.rules.contribution.lines import WAGELESS
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

KINDS = ("employer", "flexible_combined", "flexible_pooled", "retired", "rural_contract")
MOST_MONTHS = 600
OPTIONS = (
    Option("month", "month", "首月", "first month", needed=True),
    Option("until", "month", "末月（默认为首月）", "last month (default: the first)"),
    Option("kind", "code", "参保方式", "kind of person", KINDS, needed=True),
    Option("wage", "money", "月工资或自选基数（退休不需要）", "monthly wage or chosen base"),
    Option("pension", "money", "退休人员本人月养老金", "a retiree's own monthly pension"),
    Option("balance", "money", "首月前结转余额", "balance carried into the first month", default=0),
    Option("spending", "money", "每月支出", "spent every month", default=0),
    Option("lump-sum", "money", "当月一次性补缴", "lump sum for missing years paid in the first month"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """The credit of the first month, and the account to the last month, year by year."""
    first, kind = facts["month"], facts["kind"]
    last = first if facts["until"] is None else facts["until"]
    if not first <= last < first + MOST_MONTHS:
        raise FactRefused(
            "months_out_of_order",
            "until",
            iso_month(last),
            f"a month from {iso_month(first)} on, at most {MOST_MONTHS} months",
            f"不早于{iso_month(first)}、至多{MOST_MONTHS}个月",
        )
    if kind not in WAGELESS and facts["wage"] is None:
        raise FactRefused("missing_value", "wage", "", f"the monthly wage of {kind}", "月工资")
    got = projected(
        law,
        kind,
        first,
        last,
        wage=facts["wage"] or 0,
        pension=facts["pension"],
        balance=facts["balance"],
        spending=facts["spending"],
        lump_sum=facts["lump_sum"],
    )
    return _json(got)


def _json(got: Projected) -> dict[str, Any]:
    def yuan(fen: int | None) -> str | None:
        return None if fen is None else format_fen(fen)

    found = got.balance
    return {
        "credit": yuan(got.credit),
        "credit_a_year": yuan(None if got.credit is None else got.credit * MONTHS),
        **({} if got.lump_sum_credit is None else {"lump_sum_credit": yuan(got.lump_sum_credit)}),
        "opened": None if found is None or found.opened is None else iso_month(found.opened),
        "credited": None if found is None else format_fen(sum(y.credited for y in found.years)),
        "interest": None
        if found is None or not got.interest_known
        else format_fen(sum(y.interest for y in found.years)),
        "balance": None if found is None else format_fen(found.years[-1].balance),
        "unmet": None if found is None else format_fen(sum(y.unmet for y in found.years)),
        "years": []
        if found is None
        else [
            {
                "calendar_year": str(y.year),
                "credited": format_fen(y.credited),
                "spent": format_fen(y.spent),
                "interest": format_fen(y.interest) if got.interest_known else None,
                "balance": format_fen(y.balance),
            }
            for y in found.years
        ],
    }


QUESTION = Question(
    "account",
    "个人账户：每月划入多少，余额多少",
    "the personal account: what is credited, what it comes to",
    OPTIONS,
    answer,
    "tongchou quote account --area 530100 --month 2023-01 --until 2023-12 --kind employer --wage 8000",
)
