"""Ordinal days as people write them."""

from __future__ import annotations

import datetime as dt

from .constants import NO_END


def iso(day: int | None) -> str:
    """An ordinal day as YYYY-MM-DD; None is ``open``."""
    return "open" if day is None or day >= NO_END else dt.date.fromordinal(max(day, 1)).isoformat()


def ordinal(text: str) -> int:
    """The ordinal day of YYYY-MM-DD; ValueError for any other text."""
    if len(text) != 10:
        raise ValueError(text)
    return dt.date.fromisoformat(text).toordinal()
