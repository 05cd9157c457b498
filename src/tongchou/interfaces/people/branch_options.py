"""Facts that the questions of unemployment, work injury, welfare and the resident pension share."""

from __future__ import annotations

from tongchou.rules.conditions import reasons
from tongchou.rules.welfare.support import IDENTITIES

from .facts import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tongchou.law.figures import Figure
    from tongchou.rules.conditions import Condition

ON = Option("on", "day", "日期", "day", needed=True)
IDENTITY = Option("identity", "codes", "困难身份", "identity", IDENTITIES, default=())
SAID = {"true": True, "false": False, None: None}
"""A yes or no as it is said: None where nothing is said."""


def yes_no(name: str, zh: str, en: str, needed: bool = False) -> Option:
    """A fact that is true, false or not said; ``SAID`` reads it."""
    return Option(name, "code", zh, en, ("true", "false"), needed=needed)


def clause_of(figure: Figure) -> str:
    """Where a figure stands: document and clause."""
    return f"{figure.document} {figure.clause}"


def conditions_json(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    """Conditions for an answer: met (true, false, null: not said), what stands in the way, the clause."""
    return [
        {"condition": c.code, "met": c.met, "reason": c.reason or None, "clause": clause_of(c.figure)}
        for c in conditions
    ]


def eligible_json(conditions: list[Condition]) -> dict[str, Any]:
    """Whether all conditions are met, and what stands in the way."""
    lacks = reasons(conditions)
    return {"eligible": not lacks, "reasons": lacks}
