"""Benefit years and other periods of a day, as integers; one place for scalars and arrays."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tongchou.law.constants import ROLLING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def benefit_year(day: int, starts: tuple[int, int]) -> int:
    """The benefit year of an ordinal day: the calendar year in which it began."""
    d = dt.date.fromordinal(day)
    return d.year if (d.month, d.day) >= starts else d.year - 1


def period(day: int, per: str, starts: tuple[int, int]) -> int:
    """A number for the period of a day: year, quarter, month, day or lifetime."""
    d = dt.date.fromordinal(day)
    year = benefit_year(day, starts)
    if per == "year":
        return year
    if per == "quarter":
        return d.year * 4 + (d.month - 1) // 3
    if per == "month":
        return d.year * 12 + d.month - 1
    return day if per == "day" or per.startswith(ROLLING) else 0  # a rolling period is kept by day


def periods(days: NDArray[np.int32], per: str, starts: tuple[int, int]) -> NDArray[np.int64]:
    """``period`` of many days, worked out once for each different day."""
    import numpy as np

    if len(days) == 0:
        return np.zeros(0, np.int64)
    low, high = int(days.min()), int(days.max())
    table = np.array([period(d, per, starts) for d in range(low, high + 1)], np.int64)
    return table[days - low]
