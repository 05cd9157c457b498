"""The resident scheme on a day: its premium, its waits, and the employee scheme going before it."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .basic import right_from
from .calendar import first_day, last_day, month_of
from .employee import row_at, spell_start, when
from .fields import (
    BY_ID,
    BY_KIND,
    BY_PERIOD,
    BY_RESIDENT,
    CODE,
    CURE_DAY,
    CURE_KIND,
    CURE_PERIOD,
    CURE_RESIDENT,
    ENTITLED,
    GAP,
    MONTH,
    MONTHS_HIGH,
    MONTHS_LOW,
    NOT_ENROLLED,
    NOT_PAID,
    OTHER_SCHEME,
    PAID_LATE,
    PAID_ON,
    RESIDENT_AT,
    RESIDENT_HIGH,
    RESIDENT_LOW,
    RESIDENT_ON,
    RESIDENT_PAYMENT,
    RESIDENT_YEAR,
    SINCE,
    UNTIL,
    WAITING,
)
from .resident import year_begins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


def held(rows: Columns, bounds: Sequence[int], opened: Sequence[int], month: int, seen: int) -> bool:
    """Whether the employee scheme holds the month by its rows: one it covers, and a spell from its first paid month."""
    i = row_at(rows[MONTH], bounds[MONTHS_LOW], bounds[MONTHS_HIGH], month)
    if i < 0:
        return False
    if opened[i] <= seen or rows[GAP][i] != 0:
        return opened[i] <= seen
    k = spell_start(rows, bounds[MONTHS_LOW], i)
    while k < i and when(rows[PAID_ON][k]) > seen:
        k += 1
    return when(rows[PAID_ON][k]) <= seen


def resident_on(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    days: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    day: int,
    seen: int,
    out: MutableSequence[int],
) -> None:
    """Write the answer of ``resident_basic`` for the day."""
    year = month_of(day) // MONTHS
    r = row_at(residents[RESIDENT_YEAR], bounds[RESIDENT_LOW], bounds[RESIDENT_HIGH], year)
    if day >= right_from(days, law) or held(rows, bounds, opened, month_of(day), seen):
        out[RESIDENT_AT + CODE] = OTHER_SCHEME
        return
    if r < 0 or when(residents[RESIDENT_ON][r]) > seen:
        out[RESIDENT_AT + CODE] = NOT_ENROLLED if r < 0 else NOT_PAID
        out[RESIDENT_AT + CURE_KIND], out[RESIDENT_AT + CURE_PERIOD] = CURE_RESIDENT, year
        return
    begins, wait = year_begins(rows, residents, bounds, law, r, seen)
    if day < begins:
        never = month_of(begins) // MONTHS > year
        out[RESIDENT_AT + CODE] = WAITING if wait > 0 and not never else PAID_LATE
        out[RESIDENT_AT + CURE_DAY] = 0 if never else begins
        return
    out[RESIDENT_AT + CODE] = ENTITLED
    out[RESIDENT_AT + BY_KIND], out[RESIDENT_AT + BY_ID] = BY_RESIDENT, residents[RESIDENT_PAYMENT][r]
    out[RESIDENT_AT + BY_PERIOD] = year
    out[RESIDENT_AT + SINCE] = _begins(rows, residents, bounds, law, opened, r, begins, day, seen)
    ends = _ends(rows, residents, bounds, law, opened, r, day, seen)
    out[RESIDENT_AT + UNTIL] = min(ends, right_from(days, law) - 1)


def _begins(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    r: int,
    begins: int,
    day: int,
    seen: int,
) -> int:
    """The first day of the run: back over years paid in time, up to a month that the employee scheme holds."""
    month = month_of(day)
    while True:
        while month > month_of(begins):
            if held(rows, bounds, opened, month - 1, seen):
                return first_day(month)
            month -= 1
        year = residents[RESIDENT_YEAR][r]
        if begins > first_day(year * MONTHS) or r == bounds[RESIDENT_LOW]:
            return begins
        before, _ = year_begins(rows, residents, bounds, law, r - 1, seen)
        if residents[RESIDENT_YEAR][r - 1] != year - 1 or before >= begins:
            return begins
        if held(rows, bounds, opened, month - 1, seen):
            return begins
        month, begins, r = month - 1, before, r - 1


def _ends(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    r: int,
    day: int,
    seen: int,
) -> int:
    """The last day of the run: 31 December of the last year paid in time, or before the employee scheme holds."""
    month = month_of(day)
    while True:
        year = residents[RESIDENT_YEAR][r]
        while month < year * MONTHS + MONTHS - 1:
            if held(rows, bounds, opened, month + 1, seen):
                return last_day(month)
            month += 1
        if r + 1 == bounds[RESIDENT_HIGH] or residents[RESIDENT_YEAR][r + 1] != year + 1:
            return last_day(month)
        begins, _ = year_begins(rows, residents, bounds, law, r + 1, seen)
        if begins > last_day(month) + 1 or held(rows, bounds, opened, month + 1, seen):
            return last_day(month)
        month, r = month + 1, r + 1
