"""``quote retirement-age``: when may this person retire, by age, by choice, and early after harmful work."""

from __future__ import annotations

from tongchou.law.days import first_day, iso_month, month_of
from tongchou.rules.reckoning import FactRefused
from tongchou.rules.retirement.age import retirement_month
from tongchou.rules.retirement.elastic import elastic_choice
from tongchou.rules.retirement.harmful_work import WORKS, early_retirement
from tongchou.rules.retirement.working_life import within_working_life

from .clock import today
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

WOMEN = ("worker", "cadre")
SEX = Option("sex", "code", "性别", "sex", ("M", "F"), needed=True)
CATEGORY = Option("category", "code", "女性：工人或干部", "women: worker or cadre", WOMEN, default="worker")
BORN = Option("born", "month", "出生年月 YYYY-MM", "month of birth YYYY-MM", needed=True)
OPTIONS = (
    SEX,
    CATEGORY,
    BORN,
    Option("work", "code", "特殊工种", "harmful work", WORKS),
    Option("years-in-work", "count", "从事特殊工种累计年限", "full years in the harmful work"),
    Option("service-years", "count", "连续工龄（年）", "full years of continuous service"),
    Option("months-paid", "count", "届时养老保险累计缴费月数", "months of pension contributions by then"),
    Option("on", "day", "提问日期，默认今天", "day of asking, by default today"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Statutory age, delay and month; early retirement after harmful work; the elastic choice."""
    on = today() if facts["on"] is None else facts["on"]
    refuse_contradictions(law, facts, on)
    born, sex, paid = facts["born"], facts["sex"], facts["months_paid"]
    age, delay, month = retirement_month(law, born, sex, facts["category"])
    within_working_life(law, born, first_day(max(month, month_of(on))), {"months_paid": paid}, {})
    early = early_retirement(
        law, born, sex, facts["work"], facts["years_in_work"], facts["service_years"], facts["months_paid"]
    )
    choice = elastic_choice(law, month, month - delay, paid)
    return {
        "age_months": age,
        "delay_months": delay,
        "month": iso_month(month),
        "early": {
            "eligible": early.eligible,
            "month": month_text(early.month),
            "reason": early.reason,
            "missing_years": early.missing if early.reason in ("years_in_work_short", "service_short") else None,
            "missing_months": early.missing if early.reason == "months_paid_short" else None,
        },
        "elastic": {
            "earliest": month_text(choice.earliest),
            "latest": month_text(choice.latest),
            "least_months": choice.least,
            "eligible": choice.eligible,
            "reason": choice.reason,
        },
    }


def refuse_contradictions(law: Reckoning, facts: dict[str, Any], on: int) -> None:
    """Refuse a birth after the day of asking, years beyond the working life, work without years and the reverse."""
    for one, other in (("work", "years_in_work"), ("years_in_work", "work")):
        if facts[one] is not None and facts[other] is None:
            raise FactRefused("missing_value", other, "", f"given together with {one}", f"与 {one} 同时给出")
    years = {k: facts[k] for k in ("years_in_work", "service_years")}
    within_working_life(law, facts["born"], on, {}, years)


def month_text(month: int | None) -> str | None:
    """A month as YYYY-MM, or None."""
    return None if month is None else iso_month(month)


QUESTION = Question(
    "retirement-age",
    "何时退休",
    "when may this person retire",
    OPTIONS,
    answer,
    "tongchou quote retirement-age --sex M --category worker --born 1976-02",
    nation="000000",
)
