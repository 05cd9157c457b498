"""Basic medical insurance of employees and retirees on a day (yn2021 一(一); jn2007 一(一) 2007, 一(二))."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day, last_day, month_of
from .employee import gap_before, law_on, row_at, spell_start, starts_spell, when
from .fields import (
    ARREARS,
    BASIC_AT,
    BY_CONFIRMATION,
    BY_CUSTODIAL,
    BY_GRANT,
    BY_ID,
    BY_KIND,
    BY_PAYMENT,
    BY_PERIOD,
    CODE,
    CONFIRMATION,
    CONFIRMED_FROM,
    CURE_DAY,
    CURE_KIND,
    CURE_MONTH_PAID,
    CURE_PERIOD,
    CURE_RESIDENT,
    CUSTODIAL,
    DUE_OFFSET,
    ENTITLED,
    FREE_FROM,
    GAP,
    GAP_MONTHS,
    GAP_OPEN,
    GAP_TOO_LONG,
    GRANT,
    KIND,
    MONTH,
    MONTHS_HIGH,
    MONTHS_LOW,
    NEVER,
    NOT_ENROLLED,
    NOT_PAID,
    PAID_ON,
    PAYMENT,
    RESIDENT_HIGH,
    RESIDENT_LOW,
    RESIDENT_ON,
    RESIDENT_YEAR,
    RETIRED_FROM,
    SINCE,
    UNTIL,
    WAIT_KIND,
    WAITING,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


def granted_from(days: Sequence[int], law: Columns) -> int:
    """From which day a grant gives basic: its month, and not before the law freed retirees from their unit's debts."""
    if days[RETIRED_FROM] <= 0:
        return NEVER
    return max(first_day(month_of(days[RETIRED_FROM])), law[0][FREE_FROM])


def right_from(days: Sequence[int], law: Columns) -> int:
    """From which day basic is given without contributions: by the grant, or by the confirmation."""
    return min(granted_from(days, law), when(days[CONFIRMED_FROM]))


def basic_on(
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
    """Write the answer of ``basic`` for the day."""
    i = row_at(rows[MONTH], bounds[MONTHS_LOW], bounds[MONTHS_HIGH], month_of(day))
    if day >= right_from(days, law):
        _write_right(days, law, day, out)
    elif i >= 0 and opened[i] <= seen:
        paid = i
        while when(rows[PAID_ON][paid]) > seen:
            paid -= 1
        out[BASIC_AT + BY_KIND], out[BASIC_AT + BY_ID] = BY_PAYMENT, rows[PAYMENT][paid]
        out[BASIC_AT + BY_PERIOD] = rows[MONTH][paid]
    elif i >= 0 and rows[GAP][i] == 0:
        _write_lacking(rows, residents, bounds, law, opened, i, seen, out)
        if out[BASIC_AT + CODE] == WAITING:  # a grant or a confirmation may come before the wait is over
            out[BASIC_AT + CURE_DAY] = min(out[BASIC_AT + CURE_DAY], right_from(days, law))
        return
    else:
        _write_between(rows, residents, bounds, law, i, month_of(day), seen, out)
        return
    out[BASIC_AT + CODE] = ENTITLED
    out[BASIC_AT + SINCE] = run_begins(rows, bounds, days, law, opened, i, day, seen)
    out[BASIC_AT + UNTIL] = run_ends(rows, bounds, days, law, opened, i, day, seen)


def _write_right(days: Sequence[int], law: Columns, day: int, out: MutableSequence[int]) -> None:
    """What a grant or a confirmation gives."""
    if day >= granted_from(days, law):
        out[BASIC_AT + BY_KIND], out[BASIC_AT + BY_ID] = BY_GRANT, days[GRANT]
        out[BASIC_AT + BY_PERIOD] = month_of(days[RETIRED_FROM])
    else:
        out[BASIC_AT + BY_KIND] = BY_CUSTODIAL if days[CUSTODIAL] != 0 else BY_CONFIRMATION
        out[BASIC_AT + BY_ID] = days[CONFIRMATION]
        out[BASIC_AT + BY_PERIOD] = month_of(days[CONFIRMED_FROM])


def run_begins(
    rows: Columns,
    bounds: Sequence[int],
    days: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    i: int,
    day: int,
    seen: int,
) -> int:
    """The first day of the covered days without a break that a covered day lies in; i: the row of its month or −1."""
    begins, right = day, right_from(days, law)
    if day >= right:
        begins = right
        i = row_at(rows[MONTH], bounds[MONTHS_LOW], bounds[MONTHS_HIGH], month_of(begins - 1))
    low = bounds[MONTHS_LOW]
    while i >= low and i >= 0 and opened[i] <= seen and last_day(rows[MONTH][i]) >= begins - 1:
        begins = first_day(rows[MONTH][i])
        i -= 1
    return begins


def run_ends(
    rows: Columns,
    bounds: Sequence[int],
    days: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    i: int,
    day: int,
    seen: int,
) -> int:
    """The last day of those covered days as far as rows go; 0 where nothing ends them."""
    right = right_from(days, law)
    if day >= right:
        return 0
    high = bounds[MONTHS_HIGH]
    while i + 1 < high and rows[MONTH][i + 1] == rows[MONTH][i] + 1 and opened[i + 1] <= seen:
        i += 1
    ends = last_day(rows[MONTH][i])
    if right <= ends + 1 or (right == NEVER and i == high - 1 and when(rows[PAID_ON][i]) <= seen):
        return 0
    return ends


def _write_lacking(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    i: int,
    seen: int,
    out: MutableSequence[int],
) -> None:
    """Why the enrolled month of row i is not covered: arrears, nothing paid yet, or a wait."""
    first = spell_start(rows, bounds[MONTHS_LOW], i)
    month, paid_on = rows[MONTH], rows[PAID_ON]
    unpaid = first
    while unpaid <= i and when(paid_on[unpaid]) <= seen:
        unpaid += 1
    paid = first
    while paid <= i and when(paid_on[paid]) > seen:
        paid += 1
    overdue = unpaid <= i
    if overdue:
        offset = law_on(law, first_day(month[unpaid]))[DUE_OFFSET]
        overdue = month[unpaid] + offset + 1 <= month[i]
    out[BASIC_AT + CODE] = ARREARS if overdue else NOT_PAID if paid > i else WAITING
    if overdue or paid > i:
        out[BASIC_AT + CURE_KIND], out[BASIC_AT + CURE_PERIOD] = CURE_MONTH_PAID, month[unpaid]
        return
    figures = law_on(law, first_day(month[first]))
    ends = month[paid] + figures[WAIT_KIND + rows[KIND][first]]
    out[BASIC_AT + CURE_DAY] = wait_over(rows, bounds, opened, i, ends, seen)
    gap, _, _ = gap_before(rows, bounds[MONTHS_LOW], first, residents, bounds, figures[GAP_MONTHS])
    if gap <= figures[GAP_MONTHS]:
        _write_gap(rows, residents, bounds, first, gap, seen, out)


def wait_over(rows: Columns, bounds: Sequence[int], opened: Sequence[int], i: int, ends: int, seen: int) -> int:
    """The day a wait that lasts up to the month ``ends`` is over for row i, as far as rows go; 0 where it is cut off.

    A change of unit or kind ends the wait with its spell: what follows is covered by its own rules, or is not.
    """
    low, high = bounds[MONTHS_LOW], bounds[MONTHS_HIGH]
    while i + 1 < high and rows[GAP][i + 1] == 0 and not starts_spell(rows, low, i + 1):
        i += 1
        if rows[MONTH][i] == ends:
            return first_day(ends)
    if i + 1 == high:
        return first_day(ends)
    follows = rows[MONTH][i + 1] == rows[MONTH][i] + 1 and opened[i + 1] <= seen
    return first_day(rows[MONTH][i + 1]) if follows else 0


def _write_gap(
    rows: Columns, residents: Columns, bounds: Sequence[int], first: int, gap: int, seen: int, out: MutableSequence[int]
) -> None:
    """What lacks for the gap before the spell of row ``first`` to be made up: its oldest month, else where it began."""
    low, high = bounds[MONTHS_LOW], bounds[MONTHS_HIGH]
    start = rows[MONTH][first] - gap
    for m in range(start, rows[MONTH][first]):
        i = row_at(rows[MONTH], low, high, m)
        if i < 0 or when(rows[PAID_ON][i]) > seen:
            out[BASIC_AT + CURE_KIND], out[BASIC_AT + CURE_PERIOD] = CURE_MONTH_PAID, m
            return
    i = row_at(rows[MONTH], low, high, start - 1)
    year = row_at(residents[RESIDENT_YEAR], bounds[RESIDENT_LOW], bounds[RESIDENT_HIGH], (start - 1) // MONTHS)
    if i >= 0 and when(rows[PAID_ON][i]) > seen:
        out[BASIC_AT + CURE_KIND], out[BASIC_AT + CURE_PERIOD] = CURE_MONTH_PAID, start - 1
    elif i < 0 <= year and when(residents[RESIDENT_ON][year]) > seen:
        out[BASIC_AT + CURE_KIND], out[BASIC_AT + CURE_PERIOD] = CURE_RESIDENT, (start - 1) // MONTHS


def _write_between(
    rows: Columns,
    residents: Columns,
    bounds: Sequence[int],
    law: Columns,
    i: int,
    month: int,
    seen: int,
    out: MutableSequence[int],
) -> None:
    """Why a month without enrolment is not covered: a gap that is open or too long, or no spell at all."""
    out[BASIC_AT + CODE] = NOT_ENROLLED
    low, high = bounds[MONTHS_LOW], bounds[MONTHS_HIGH]
    after = low
    while after < high and (rows[MONTH][after] <= month or rows[GAP][after] != 0):
        after += 1
    if after == high or not starts_spell(rows, low, after):
        return
    most = law_on(law, first_day(rows[MONTH][after]))[GAP_MONTHS]
    gap, _, _ = gap_before(rows, low, after, residents, bounds, most)
    if month < rows[MONTH][after] - gap:  # it lies before what the gap is counted from
        return
    if gap > most:
        out[BASIC_AT + CODE] = GAP_TOO_LONG if i >= 0 else NOT_ENROLLED
    else:
        out[BASIC_AT + CODE] = GAP_OPEN
        _write_gap(rows, residents, bounds, after, gap, seen, out)
