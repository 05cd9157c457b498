"""Spells of months from text: ``2000-01..2010-12``, several with ``;``, by kind ``paid:2000-01..2010-12``."""

from __future__ import annotations

from tongchou.rules.reckoning import FactRefused

from .facts import calendar_month

MOST_MONTHS = 1200
"""Of one spell: a longer one is a slip of the pen."""


def spell(field: str, text: str) -> tuple[int, int]:
    """(first month, last month) of ``YYYY-MM..YYYY-MM``, or of one month. Raises FactRefused ``not_a_spell``."""
    first, dots, last = text.partition("..")
    try:
        months = calendar_month(first), calendar_month(last if dots else first)
    except ValueError:
        months = (1, 0)
    if not 0 <= months[1] - months[0] < MOST_MONTHS:
        raise FactRefused(
            "not_a_spell", field, text, "YYYY-MM..YYYY-MM, the first not after the last", "首月不晚于末月"
        )
    return months


def spells(field: str, text: str) -> list[tuple[int, int]]:
    """Spells separated by ``;``."""
    return [spell(field, part) for part in text.split(";") if part]


def spells_by_kind(field: str, text: str, kinds: tuple[str, ...]) -> dict[str, list[tuple[int, int]]]:
    """Spells by kind; a part without ``kind:`` is of the kind before it.

    Raises FactRefused ``unknown_code`` for another kind, or a first part without one.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    kind = ""
    for part in text.split(";"):
        name, colon, rest = part.partition(":")
        if colon:
            kind = name
        if part and kind not in kinds:
            raise FactRefused("unknown_code", field, kind or part, ", ".join(f"{k}:…" for k in kinds))
        if part:
            found.setdefault(kind, []).append(spell(field, rest if colon else part))
    return found
