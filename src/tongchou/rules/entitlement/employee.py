"""On which day each month of the employee scheme opened: as soon as all that it needs was paid.

The month is covered as seen on any day from then on, and a payment more or earlier can only bring that day forward
(医保办发〔2021〕43号 for gaps; jn2007 一(二) for the suspension from the following month).
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day
from .fields import (
    DUE_OFFSET,
    FROM,
    GAP,
    GAP_MONTHS,
    KIND,
    MONTH,
    NEVER,
    PAID_ON,
    RESIDENT_HIGH,
    RESIDENT_LOW,
    RESIDENT_ON,
    RESIDENT_YEAR,
    UNIT,
    WAIT_KIND,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


def law_on(law: Columns, day: int) -> Sequence[int]:
    """The row of the law in force on a day (the first one before it all)."""
    at = len(law) - 1
    while at > 0 and law[at][FROM] > day:
        at -= 1
    return law[at]


def row_at(keys: Sequence[int], low: int, high: int, key: int) -> int:
    """The place of a month or year among ``keys[low:high]``, which are in order; −1 where it is not."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < end and keys[low] == key else -1


def when(paid_on: int) -> int:
    """The day of a payment; NEVER where there is none."""
    return paid_on if paid_on > 0 else NEVER


def starts_spell(rows: Columns, low: int, i: int) -> bool:
    """Whether the enrolled row i is the first of its spell."""
    if i == low or rows[GAP][i - 1] != 0 or rows[MONTH][i - 1] + 1 != rows[MONTH][i]:
        return True
    return rows[UNIT][i - 1] != rows[UNIT][i] or rows[KIND][i - 1] != rows[KIND][i]


def spell_start(rows: Columns, low: int, i: int) -> int:
    """The first row of the spell of the enrolled row i."""
    while not starts_spell(rows, low, i):
        i -= 1
    return i


def gap_before(
    rows: Columns, low: int, i: int, residents: Columns, bounds: Sequence[int], most: int
) -> tuple[int, int, int]:
    """(months of the gap before the spell that begins at row i, day it was made up, what was paid last for it).

    The day is 0 where there is no gap, NEVER where it is not made up. The last: a row, or −1 − the place of a
    resident year.
    """
    r_low, r_high = bounds[RESIDENT_LOW], bounds[RESIDENT_HIGH]
    first = rows[MONTH][low]
    if r_low < r_high:
        first = min(first, residents[RESIDENT_YEAR][r_low] * MONTHS)
    months, made, last = 0, 0, i
    row, x = i - 1, rows[MONTH][i] - 1
    while x >= first:
        there = row >= low and rows[MONTH][row] == x
        year = -1 if there else row_at(residents[RESIDENT_YEAR], r_low, r_high, x // MONTHS)
        paid = when(rows[PAID_ON][row]) if there else when(residents[RESIDENT_ON][year]) if year >= 0 else NEVER
        ends = year >= 0 or (there and rows[GAP][row] == 0)
        if ends and months == 0 and there:
            return 0, 0, i
        if paid >= made:
            made, last = paid, row if there else -1 - year
        if ends:
            return months, made if months <= most else NEVER, last
        months += 1
        if there:
            row -= 1
        x -= 1
    return 0, 0, i


def open_months(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    law: Columns,
    opened: MutableSequence[int],
    cause: MutableSequence[int],
) -> None:
    """Fill, for every row of one person, the day it opened (NEVER: not yet) and the row whose payment opened it.

    A cause below 0 is −1 − the place of a resident year whose premium made up a gap. ``opened`` and ``cause`` are
    indexed as the rows are. In one pass: what suspends a month is the latest payment of the months due before it, what
    ends a wait the earliest of those that lie a wait back, and without any payment of the spell nothing opens.
    """
    low, high = bounds[0], bounds[1]
    month, paid_on = rows[MONTH], rows[PAID_ON]
    due, debts, debts_by = low, 0, low
    some, some_by, made, made_by = NEVER, low, 0, low
    waited, waited_by, wait, first = NEVER, low, 0, low
    for i in range(low, high):
        opened[i], cause[i] = NEVER, i
        if rows[GAP][i] != 0:
            continue
        if starts_spell(rows, low, i):
            figures = law_on(law, first_day(month[i]))
            wait = figures[WAIT_KIND + rows[KIND][i]]
            gap, made, made_by = gap_before(rows, low, i, residents, bounds, figures[GAP_MONTHS])
            open_gap(rows, low, i, gap, figures[GAP_MONTHS], made, made_by, opened, cause)
            first, due, debts, debts_by = i, i, 0, i
            some, some_by, waited, waited_by = NEVER, i, NEVER, i
            if i > low and rows[GAP][i - 1] == 0 and month[i - 1] + 1 == month[i]:
                some, some_by = max(opened[i - 1], when(paid_on[i - 1])), i - 1
                if opened[i - 1] > when(paid_on[i - 1]):
                    some_by = cause[i - 1]
        while due < i and month[due] + law_on(law, first_day(month[due]))[DUE_OFFSET] + 1 <= month[i]:
            if when(paid_on[due]) > debts:
                debts, debts_by = when(paid_on[due]), due
            due += 1
        if when(paid_on[i]) < some:
            some, some_by = when(paid_on[i]), i
        if i - wait >= first and when(paid_on[i - wait]) < waited:
            waited, waited_by = when(paid_on[i - wait]), i - wait
        day, by = (made, made_by) if made <= waited else (waited, waited_by)
        if debts > day:
            day, by = debts, debts_by
        if some > day:
            day, by = some, some_by
        opened[i], cause[i] = day, by


def open_gap(
    rows: Columns,
    low: int,
    i: int,
    gap: int,
    most: int,
    made: int,
    made_by: int,
    opened: MutableSequence[int],
    cause: MutableSequence[int],
) -> None:
    """Open the made-up months before the spell that begins at row i on the day the gap was made up."""
    row = i - 1
    while gap <= most and row >= low and rows[GAP][row] != 0 and rows[MONTH][row] >= rows[MONTH][i] - gap:
        opened[row], cause[row] = made, made_by
        row -= 1
