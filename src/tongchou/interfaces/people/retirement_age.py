"""``quote retirement-age``: when may this person retire."""

from __future__ import annotations

from tongchou.law.days import iso_month
from tongchou.rules.retirement.age import retirement_month

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    Option("sex", "code", "性别", "sex", ("M", "F"), needed=True),
    Option("category", "code", "女性：工人或干部", "women: worker or cadre", ("worker", "cadre"), default="worker"),
    Option("born", "month", "出生年月 YYYY-MM", "month of birth YYYY-MM", needed=True),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Statutory age, delay and month."""
    age, delay, month = retirement_month(law, facts["born"], facts["sex"], facts["category"])
    return {"age_months": age, "delay_months": delay, "month": iso_month(month)}


QUESTION = Question(
    "retirement-age",
    "何时退休",
    "when may this person retire",
    OPTIONS,
    answer,
    "tongchou quote retirement-age --sex M --category worker --born 1976-02",
    nation="000000",
)
