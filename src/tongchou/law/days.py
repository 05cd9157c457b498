"""Ordinal days as people write them."""

from __future__ import annotations

import datetime as dt

from .constants import MONTHS, NO_END


def iso(day: int | None) -> str:
    """An ordinal day as YYYY-MM-DD; None is ``open``."""
    return "open" if day is None or day >= NO_END else dt.date.fromordinal(max(day, 1)).isoformat()


def ordinal(text: str) -> int:
    """The ordinal day of YYYY-MM-DD; ValueError for any other text."""
    if len(text) != 10:
        raise ValueError(text)
    return dt.date.fromisoformat(text).toordinal()


def iso_month(month: int) -> str:
    """Months since year 0 as YYYY-MM."""
    year, m = divmod(month, MONTHS)
    return f"{year:04d}-{m + 1:02d}"


def month_number(text: str) -> int:
    """YYYY-MM as months since year 0; ValueError for any other text."""
    year, dash, m = text.partition("-")
    if len(text) != 7 or not dash or not (year.isdecimal() and m.isdecimal() and text.isascii()):
        raise ValueError(text)
    if len(year) != 4 or not 1 <= int(m) <= MONTHS:
        raise ValueError(text)
    return int(year) * MONTHS + int(m) - 1


def month_of(day: int) -> int:
    """The month that an ordinal day lies in."""
    date = dt.date.fromordinal(day)
    return date.year * MONTHS + date.month - 1


def first_day(month: int) -> int:
    """The ordinal day with which a month begins."""
    year, m = divmod(month, MONTHS)
    return dt.date(year, m + 1, 1).toordinal()
