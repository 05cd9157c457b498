"""``quote project``: the work-injury premium of a construction project, and who is covered on a day."""

from __future__ import annotations

from tongchou.law.days import iso
from tongchou.money import format_fen
from tongchou.rules.injury.project import covered, insured_project

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

SECTORS = ("construction", "transport", "water", "railway")
OPTIONS = (
    Option("contract-value", "money", "合同造价", "contract value", needed=True),
    Option("starts", "day", "开工日期", "first day", needed=True),
    Option("ends", "day", "竣工日期", "last day", needed=True),
    Option("sector", "code", "工程领域", "sector", SECTORS, default="construction"),
    Option("on", "day", "查询是否受保障的日期", "day to ask cover for"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Premium, period of cover, and whether a day asked for is covered."""
    starts, ends, day = facts["starts"], facts["ends"], facts["on"]
    amount = insured_project(law, facts["contract_value"], facts["sector"], starts, ends)
    result: dict[str, Any] = {
        "project_premium": format_fen(amount),
        "covered_from": iso(starts),
        "covered_to": iso(ends),
        "covered_workers": "all",
    }
    if day is not None:
        inside = covered(day, starts, ends)
        workers = law.figure("injury.project_all_workers", starts)
        law.say("project_covered" if inside else "project_not_covered", workers, asked_day=day)
        result |= {"on": iso(day), "covered": inside}
    return result


QUESTION = Question(
    "project",
    "按项目参加工伤保险：保费与保障期",
    "work-injury insurance of a construction project",
    OPTIONS,
    answer,
    "tongchou quote project --area 530100 --contract-value 30000000 --starts 2023-03-01 --ends 2024-02-29 "
    "--on 2023-07-01",
)
