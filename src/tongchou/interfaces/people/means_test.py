"""``quote means-test``: household income against the line of rural minimum allowance, with or without basic pension."""

from __future__ import annotations

from tongchou.money import format_fen
from tongchou.rules.welfare.means import means_test

from .branch_options import ON
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    ON,
    Option(
        "income",
        "money",
        "家庭年收入（含居民基础养老金）",
        "household income of a year, basic pension in it",
        needed=True,
    ),
    Option("basic-pension", "money", "其中居民基础养老金（年）", "resident basic pension in it, a year", default=0),
    Option("persons", "count", "家庭人口", "persons of the household", needed=True),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Result, line, and income a head: as counted, with all and without the basic pension."""
    found = means_test(law, facts["income"], facts["basic_pension"], facts["persons"], facts["on"])
    return {
        "qualifies": found.qualifies,
        "reason": "income_below_line" if found.qualifies else "income_not_below_line",
        "basic_pension_counts": found.pension_counted,
        "allowance_line": format_fen(found.line),
        "counted_income": format_fen(found.counted),
        "income_per_head": format_fen(found.per_head),
        "income_per_head_with_pension": format_fen(found.per_head_all),
        "income_per_head_without_pension": format_fen(found.per_head_less),
    }


QUESTION = Question(
    "means-test",
    "低保收入核算：基础养老金是否计入",
    "means test of rural minimum allowance",
    OPTIONS,
    answer,
    "tongchou quote means-test --area 530100 --on 2019-06-01 --income 15000 --basic-pension 1236 --persons 4",
)
