"""``quote unemployment``: the benefit, the either-or of rural contract workers, and the subsidies, with reasons."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.money import format_fen
from tongchou.rules.conditions import say_conditions
from tongchou.rules.reckoning import FactRefused
from tongchou.rules.unemployment.benefit import CONDITIONS, conditions_of, monthly, most_months, total
from tongchou.rules.unemployment.rural import Way, ways
from tongchou.rules.unemployment.subsidies import subsidies

from .branch_options import ON, SAID, clause_of, conditions_json, eligible_json, yes_no
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

TENTHS = 10
MOST_YEARS = 100
"""More years than this are refused as a slip of the pen."""
OPTIONS = (
    ON,
    Option("years-paid", "tenths", "累计缴费年数（至多一位小数）", "years paid (at most one decimal)"),
    Option("months-paid", "count", "累计缴费月数", "months paid"),
    yes_no("involuntary", "非因本人意愿中断就业 true/false", "out of work against one's will true/false"),
    yes_no("registered", "已办理失业登记 true/false", "registered as unemployed true/false"),
    yes_no("seeking", "有求职要求 true/false", "seeking work true/false"),
    Option(
        "kind",
        "code",
        "职工或农民合同制工人",
        "employee or rural contract worker",
        ("employer", "rural_contract"),
        default="employer",
    ),
    yes_no("pays-like-others", "农民合同制工人自愿同等缴费 true/false", "rural: chose to pay like others true/false"),
    yes_no("contract-ended", "合同期满未续或提前解除 true/false", "rural: contract ended or ended early true/false"),
)


def months_of(facts: dict[str, Any]) -> int:
    """Whole months paid, from months or years. Raises FactRefused: neither, both, or more than a life."""
    years, months = facts["years_paid"], facts["months_paid"]
    if years is not None and months is not None:
        raise FactRefused("given_twice", "months_paid", str(months), "years or months, not both", "年数、月数只给一个")
    if years is None and months is None:
        raise FactRefused("missing_value", "months_paid", "", "years or months paid", "缴费年数或月数")
    found: int = months if months is not None else years * MONTHS // TENTHS
    if found > MOST_YEARS * MONTHS:
        field = "months_paid" if months is not None else "years_paid"
        raise FactRefused("out_of_range", field, str(found), f"at most {MOST_YEARS} years", f"至多 {MOST_YEARS} 年")
    return found


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Months, benefit and reasons; for rural contract workers both ways; every subsidy with its reasons."""
    day, months = facts["on"], months_of(facts)
    told = {c: SAID[facts[c]] for c in (*CONDITIONS, "pays_like_others", "contract_ended")}
    conditions = conditions_of(law, months, told, day)
    most = most_months(law, months, day)
    a_month = monthly(law, day)
    if facts["kind"] == "rural_contract":
        result = _rural(ways(law, months, told, most, a_month, day), a_month)
    else:
        say_conditions(law, conditions)
        found = eligible_json(conditions)
        given = most if found["eligible"] else 0
        result = {**found, **_sums(given, a_month, total(given, a_month)), "conditions": conditions_json(conditions)}
    return {"months_paid": months, "most_months": most, **result, "subsidies": _subsidies(law, months, told, day)}


def _sums(months: int, a_month: int | None, sum_: int | None) -> dict[str, Any]:
    return {"benefit_months": months, "benefit_monthly": _yuan(a_month), "benefit_total": _yuan(sum_)}


def _rural(both: tuple[Way, Way], a_month: int | None) -> dict[str, Any]:
    taken = next((w for w in both if w.open), None)
    months, sum_ = (taken.months, taken.amount) if taken else (0, total(0, a_month))
    return {
        "eligible": taken is not None,
        "way": taken.code if taken else None,
        "reasons": [] if taken else list(dict.fromkeys(r for w in both for r in w.reasons)),
        **_sums(months, a_month, sum_),
        "ways": [
            {
                "way": w.code,
                "open": w.open,
                "better": w.better,
                "way_months": w.months,
                "way_sum": _yuan(w.amount),
                "reason": w.reasons[0] if w.reasons else None,
                "reasons": w.reasons,
                "conditions": conditions_json(w.conditions),
            }
            for w in both
        ],
    }


def _subsidies(law: Reckoning, months: int, told: dict[str, bool | None], day: int) -> list[dict[str, Any]]:
    found = []
    for subsidy, conditions in subsidies(law, months, told, day):
        state = eligible_json(conditions)
        law.say("subsidy_open" if state["eligible"] else "subsidy_closed", conditions[0].figure, subsidy=subsidy)
        found.append(
            {
                "subsidy": subsidy,
                **state,
                "reason": state["reasons"][0] if state["reasons"] else None,
                "clause": clause_of(conditions[0].figure),
            }
        )
    return found


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_fen(fen)


QUESTION = Question(
    "unemployment",
    "失业后能领什么：失业保险金、一次性生活补助、各项补贴",
    "what can be drawn when out of work",
    OPTIONS,
    answer,
    "tongchou quote unemployment --area 530100 --on 2023-06-01 --years-paid 6 "
    "--involuntary true --registered true --seeking true",
)
