"""One visit at the counter: from option texts to the answer. Nothing here needs the tables or the compiler of law."""

from __future__ import annotations

from tongchou.interfaces.wording.visit import answer_of
from tongchou.rules.settlement.visit import ALWAYS_ASKED, used_totals, visit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tongchou.rules.settlement.desk import Desk

__all__ = ["ALWAYS_ASKED", "answer", "answered", "show"]


def answer(
    scheme: Any, desk_of: Callable[[], Desk], on: int, known: int | None, fields: dict[str, str], used: str
) -> dict[str, Any]:
    """What each fund and the person pay. ``fields``: claims columns as text. Refuses by name what is not covered."""
    return answered(scheme, desk_of, on, known, fields, used)[2]


def answered(
    scheme: Any, desk_of: Callable[[], Desk], on: int, known: int | None, fields: dict[str, str], used: str
) -> tuple[dict[str, int], Any, dict[str, Any]]:
    """(the claim as ints, its settlement, the answer) of a visit."""
    claim, got, desk = visit(scheme, desk_of, on, known, fields, lambda slots: used_totals(slots, used))
    return claim, got, answer_of(scheme, claim, got, desk.documents)


def show(answer: dict[str, Any], lang: str, as_json: bool) -> None:
    """The answer on stdout, for a person or as JSON."""
    if as_json:
        from .table import show_json

        show_json({k: v for k, v in answer.items() if k != "_told"})
        return
    from .explanation import print_explanation

    print_explanation(answer["_told"], lang)
