"""``quote injury``: the work-injury premium of an employer by class and history."""

from __future__ import annotations

from tongchou.interfaces.wording.people.form import fraction
from tongchou.money import format_fen
from tongchou.rules.injury.premium import employer_premium

from .branch_options import ON
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

CLASSES = tuple("12345678")
OPTIONS = (
    ON,
    Option("payroll", "money", "缴费工资总额", "payroll", needed=True),
    Option("industry-class", "code", "行业风险类别", "industry class", CLASSES, needed=True),
    Option("spent", "money", "考核期内基金支付的工伤待遇", "benefits spent in the assessed years"),
    Option("premium", "money", "考核期内缴纳的工伤保险费", "premium paid in the assessed years"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Class rate, float step and premium."""
    rate, step, amount = employer_premium(
        law, facts["payroll"], int(facts["industry_class"]), facts["spent"], facts["premium"], facts["on"]
    )
    return {"class_rate": fraction(rate), "float_percent": step, "injury_premium": format_fen(amount)}


QUESTION = Question(
    "injury",
    "单位工伤保险费：行业费率与浮动",
    "work-injury premium of an employer",
    OPTIONS,
    answer,
    "tongchou quote injury --area 530100 --on 2023-01-01 --payroll 500000 --industry-class 4 "
    "--spent 90000 --premium 60000",
)
