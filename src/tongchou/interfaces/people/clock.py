"""Today, for questions that name no day; rules have no clock."""

from __future__ import annotations

import datetime as dt


def today() -> int:
    """The ordinal day of the computer's calendar."""
    return dt.date.today().toordinal()
