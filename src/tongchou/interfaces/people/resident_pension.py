"""``quote resident-pension``: contribution by payer, subsidy, account at the claim age, and the pension of a month."""

from __future__ import annotations

from tongchou.law.days import iso_month, month_of
from tongchou.money import format_fen
from tongchou.rules.resident_pension.pension import check_life, pension_of, saved
from tongchou.rules.resident_pension.tiers import year_of

from .branch_options import IDENTITY, ON
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    ON,
    Option("tier", "money", "缴费档次（元/年）", "tier, yuan a year", needed=True),
    Option("years", "count", "到领取时的缴费年数", "years of contributions by the claim age", needed=True),
    Option(
        "account",
        "money",
        "到领取时的账户储存额（给出则不推算）",
        "account at the claim age, in place of a reckoned one",
    ),
    IDENTITY,
    Option("born", "month", "出生年月", "month of birth"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """A year's contribution by payer, the account at the claim age, and the pension by the law of the day."""
    day, years = facts["on"], facts["years"]
    claim = check_life(law, years, facts["born"], day)
    year = year_of(law, facts["tier"], facts["identity"], day)
    account = facts["account"]
    if account is None:
        account = saved(years, year.credited)
        law.warn("no_interest", years=years)
    pension = pension_of(law, account, years, day)
    if claim is None or claim > month_of(day):
        law.warn("law_of_the_day", asked_day=day)
    return {
        "tier": format_fen(facts["tier"]),
        "yearly": {
            "person": format_fen(year.person),
            "treasury_proxy": format_fen(year.proxy),
            "treasury_subsidy": format_fen(year.subsidy),
            "to_account": format_fen(year.credited),
        },
        "claim_month": None if claim is None else iso_month(claim),
        "account_at_claim": format_fen(account),
        "eligible": pension.missing_years == 0,
        "missing_years": pension.missing_years,
        "monthly_pension": {
            "basic_part": format_fen(pension.basic),
            "account_part": format_fen(pension.account),
            "addition_part": format_fen(pension.addition),
            "total_pension": format_fen(pension.total),
        },
    }


QUESTION = Question(
    "resident-pension",
    "居民养老：每年谁缴多少，60岁每月领多少",
    "resident pension: who pays what a year, what is drawn at 60",
    OPTIONS,
    answer,
    "tongchou quote resident-pension --area 530100 --on 2023-06-01 --tier 500 --years 15",
)
