"""``quote contribution``: who pays what for this person and month, when, and what of it is credited."""

from __future__ import annotations

import re

from tongchou.interfaces.wording.people.form import fraction
from tongchou.law.constants import MONTHS
from tongchou.law.days import iso, iso_month, month_number
from tongchou.money import format_fen
from tongchou.rules.contribution.levy import Levy, levy_of
from tongchou.rules.contribution.lines import KINDS, SCHEMES, WAGELESS, Line, Person
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

IDENTITIES = ("registered_poor", "minimum_allowance", "destitute")
OPTIONS = (
    Option("month", "month", "所属月份", "month of the contribution", needed=True),
    Option("kind", "code", "参保方式", "kind of person", KINDS, needed=True),
    Option("wage", "money", "月工资或自选基数（居民、退休不需要）", "monthly wage or chosen base"),
    Option("identity", "codes", "困难身份", "identity", IDENTITIES, default=()),
    Option("schemes", "codes", "只算这些险种", "only these schemes", SCHEMES, default=()),
    Option(
        "entry-month", "text", "当年新参加的月份：YYYY-MM 或月数", "month of entry this year: YYYY-MM or its number"
    ),
    Option("with-yearly", "flag", "同时列出按年缴的项目", "show yearly lines too", default=False),
    Option("industry-class", "count", "工伤行业类别 1–8", "industry class of work injury 1-8"),
    Option("float", "count", "工伤浮动档次（%）", "float step of work injury (%)", default=100),
    Option(
        "moved-from", "code", "调入自统筹区内或区外", "moved from inside or outside the area", ("inside", "outside")
    ),
    Option("pension", "money", "退休人员本人月养老金", "a retiree's own monthly pension"),
    Option("tier", "money", "居民养老缴费档次（元/年）", "tier of resident pension, yuan a year"),
)
PAYERS = ("employer", "person", "treasury")
_SHORT = re.compile(r"[0-9]{1,2}\Z")


def entry_month(text: str | None, month: int) -> int | None:
    """A month of entry as months since year 0: YYYY-MM, or the number of a month of the same year."""
    if text is None:
        return None
    if _SHORT.match(text) and 1 <= int(text) <= MONTHS:
        return month - month % MONTHS + int(text) - 1
    try:
        return month_number(text)
    except ValueError:
        raise FactRefused("not_a_month", "entry_month", text, "YYYY-MM, or 1 to 12", "YYYY-MM 或 1 至 12") from None


def person_of(facts: dict[str, Any]) -> Person:
    """The facts of the question as a rule takes them. Raises FactRefused."""
    kind = facts["kind"]
    if kind not in WAGELESS and facts["wage"] is None:
        raise FactRefused("missing_value", "wage", "", f"the monthly wage of {kind}", "月工资")
    industry = facts["industry_class"]
    if industry is not None and not 1 <= industry <= 8:
        raise FactRefused("out_of_range", "industry_class", str(industry), "1 to 8", "1 至 8")
    return Person(
        kind,
        facts["month"],
        facts["wage"] or 0,
        schemes=facts["schemes"],
        entry=entry_month(facts["entry_month"], facts["month"]),
        moved=facts["moved_from"] or "",
        with_yearly=facts["with_yearly"],
        identity=facts["identity"],
        industry_class=industry,
        float_percent=facts["float"],
        pension=facts["pension"],
        tier=facts["tier"],
    )


def line_json(line: Line) -> dict[str, Any]:
    """A line by the keys of the contract; money as yuan text, what does not apply is null."""
    return {
        "scheme": line.scheme,
        "payer": line.payer,
        "period": line.period,
        "due_month": iso_month(line.due_month),
        "base": None if line.base is None else format_fen(line.base),
        "rate": None if line.rate is None else fraction(line.rate),
        "sum": None if line.sum is None else format_fen(line.sum),
        "amount": format_fen(line.amount),
        "withheld_by": line.withheld_by or None,
        "tax_deductible": line.tax_deductible,
    }


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Lines, totals and credits of one person and month."""
    return levy_json(levy_of(law, person_of(facts)))


def levy_json(levy: Levy) -> dict[str, Any]:
    """A levy as the answer shows it; totals of what is due with the month."""
    due = levy.due()
    by = {p: sum(x.amount for x in due if x.payer == p) for p in PAYERS if any(x.payer == p for x in due)}
    total = sum(x.amount for x in due)
    assert total == sum(by.values())
    yearly = [x.amount for x in levy.lines if x.period == "year"]
    return {
        "due_day": iso(levy.due_day),
        "base": None if levy.base is None else format_fen(levy.base),
        "lines": [line_json(x) for x in levy.lines],
        "total": format_fen(total),
        "total_by_payer": {payer: format_fen(amount) for payer, amount in by.items()},
        "total_yearly": format_fen(sum(yearly)),
        "account_credit": None if levy.account_credit is None else format_fen(levy.account_credit),
        "pension_account_credit": None if levy.pension_credit is None else format_fen(levy.pension_credit),
    }


QUESTION = Question(
    "contribution",
    "某月缴费：谁缴、多少、何时到期",
    "who pays what for a month, and when",
    OPTIONS,
    answer,
    "tongchou quote contribution --area 530100 --month 2023-05 --kind employer --wage 8000",
)
