"""Integers over a power of ten as decimal text in answers."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.rules.pension.formula import TENTHS

PLACES = len(str(RATE_SCALE)) - 1


def tenths_text(tenths: int) -> str:
    """Tenths as a number with at most one decimal."""
    whole, tenth = divmod(tenths, TENTHS)
    return f"{whole}.{tenth}" if tenth else str(whole)


def fraction_text(value: int) -> str:
    """A number over RATE_SCALE without trailing zeros."""
    whole, rest = divmod(value, RATE_SCALE)
    tail = str(rest).rjust(PLACES, "0").rstrip("0")
    return f"{whole}.{tail}" if tail else str(whole)
