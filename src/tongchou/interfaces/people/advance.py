"""``quote advance``: whether work-injury benefits are advanced, how much, who owes it back and which office pays."""

from __future__ import annotations

import re

from tongchou.money import format_fen
from tongchou.rules.injury.advance import THIRD_PARTY, advance, cause_of
from tongchou.rules.reckoning import FactRefused

from .branch_options import ON, SAID, yes_no
from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

_AREA = re.compile(r"[1-9][0-9]{5}\Z")
OPTIONS = (
    ON,
    Option("amount", "money", "应由工伤保险基金支付的待遇", "benefits the work-injury fund pays for", needed=True),
    Option("medical", "money", "其中医疗费用", "medical cost among them"),
    Option("already-paid", "money", "单位或第三人已支付", "already paid by unit or third party", default=0),
    yes_no("recognised", "已认定工伤 true/false", "recognised as work injury true/false", needed=True),
    yes_no("unit-insured", "单位已参保 true/false", "the unit is insured true/false", needed=True),
    yes_no("unit-pays", "单位支付 true/false", "the unit pays true/false", needed=True),
    Option("third-party", "code", "造成伤害的第三人", "third party that caused it", THIRD_PARTY, default="none"),
    Option("registered-in", "text", "用人单位注册地代码", "area the employer is registered in", needed=True),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Advance, receivable, office and reason."""
    place = facts["registered_in"]
    if not _AREA.match(place):
        raise FactRefused("not_an_area", "registered_in", place, "six digits of GB/T 2260", "六位区划代码")
    recognised, insured, pays = (SAID[facts[k]] is True for k in ("recognised", "unit_insured", "unit_pays"))
    cause = cause_of(recognised, insured, pays, facts["third_party"])
    found = advance(law, facts["amount"], facts["already_paid"], facts["medical"], cause, facts["on"])
    owed = {"owed_by": found.owed_by or None, "owed_sum": format_fen(found.amount)}
    return {
        "eligible": cause[0],
        "reason": found.reason,
        "advance_sum": format_fen(found.amount),
        "medical_only": found.medical_only,
        "receivable": owed,
        "paying_office": place if found.office == "registration" else None,
    }


QUESTION = Question(
    "advance",
    "工伤待遇先行支付：能否、多少、向谁追偿、何地经办",
    "advance of work-injury benefits and its receivable",
    OPTIONS,
    answer,
    "tongchou quote advance --area 530100 --on 2023-05-01 --amount 80000 --recognised true --unit-insured false "
    "--unit-pays false --registered-in 532300",
)
