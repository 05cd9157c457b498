"""Large expense: both shares of the calendar year paid, or no layer (yn2021 二(二); cx2022 第六条, 第八条)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day, last_day, month_of
from .employee import row_at, when
from .fields import (
    BY_ID,
    BY_KIND,
    BY_LARGE,
    BY_PERIOD,
    CODE,
    CURE_KIND,
    CURE_LARGE,
    CURE_PERIOD,
    ENTITLED,
    LARGE_AT,
    LARGE_HIGH,
    LARGE_LOW,
    LARGE_UNPAID,
    LARGE_YEAR,
    NEVER,
    OWN_ON,
    OWN_PAYMENT,
    SINCE,
    UNIT_ON,
    UNIT_PAYMENT,
    UNTIL,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


OWN_LACKS, UNIT_LACKS = 1, 2
"""Bits of the shares that lack."""


def year_opened(large: Columns, bounds: Sequence[int], year: int) -> int:
    """The day on which both shares of the year were paid; NEVER where one is not."""
    i = row_at(large[LARGE_YEAR], bounds[LARGE_LOW], bounds[LARGE_HIGH], year)
    return NEVER if i < 0 else max(when(large[OWN_ON][i]), when(large[UNIT_ON][i]))


def year_payment(large: Columns, bounds: Sequence[int], year: int) -> int:
    """The payment of the share paid later, the person's where both were paid on one day; 0 without the year."""
    i = row_at(large[LARGE_YEAR], bounds[LARGE_LOW], bounds[LARGE_HIGH], year)
    if i < 0:
        return 0
    later = large[UNIT_ON][i] > large[OWN_ON][i]
    return large[UNIT_PAYMENT][i] if later else large[OWN_PAYMENT][i]


def shares_lacking(large: Columns, bounds: Sequence[int], year: int, seen: int) -> int:
    """Bits of the shares of the year not paid as seen."""
    i = row_at(large[LARGE_YEAR], bounds[LARGE_LOW], bounds[LARGE_HIGH], year)
    if i < 0:
        return OWN_LACKS | UNIT_LACKS
    own = 0 if when(large[OWN_ON][i]) <= seen else OWN_LACKS
    return own + (0 if when(large[UNIT_ON][i]) <= seen else UNIT_LACKS)


def large_on(
    large: Columns, bounds: Sequence[int], since: int, until: int, day: int, seen: int, out: MutableSequence[int]
) -> None:
    """Write the answer of ``large_expense`` for a day on which basic is given, in a run ``since`` … ``until``."""
    year = month_of(day) // MONTHS
    if year_opened(large, bounds, year) > seen:
        out[LARGE_AT + CODE] = LARGE_UNPAID
        out[LARGE_AT + CURE_KIND] = CURE_LARGE + shares_lacking(large, bounds, year, seen)
        out[LARGE_AT + CURE_PERIOD] = year
        return
    first, last = year, year
    while year_opened(large, bounds, first - 1) <= seen:
        first -= 1
    while year_opened(large, bounds, last + 1) <= seen:
        last += 1
    out[LARGE_AT + CODE] = ENTITLED
    out[LARGE_AT + SINCE] = max(since, first_day(first * MONTHS))
    ends = last_day(last * MONTHS + MONTHS - 1)
    out[LARGE_AT + UNTIL] = ends if until == 0 else min(until, ends)
    out[LARGE_AT + BY_KIND], out[LARGE_AT + BY_ID] = BY_LARGE, year_payment(large, bounds, year)
    out[LARGE_AT + BY_PERIOD] = year
