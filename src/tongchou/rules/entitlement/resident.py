"""From which day a year's resident premium gives that year: at once, or after a wait (国办发〔2024〕38号)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day, last_day, month_of, months_later
from .employee import law_on, row_at, when
from .fields import (
    EXEMPT,
    GAP,
    GAP_MONTHS,
    IDENTITY,
    MISSED_FROM,
    MONTH,
    MONTHS_HIGH,
    MONTHS_LOW,
    NEVER,
    NO_GAP_RULE,
    PAID_ON,
    PERIOD,
    RESIDENT_HIGH,
    RESIDENT_LOW,
    RESIDENT_ON,
    RESIDENT_YEAR,
    WAIT_EACH,
    WAIT_FIXED,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Columns = Sequence[Sequence[int]]


def paid_months(rows: Columns, bounds: Sequence[int], first: int, last: int, seen: int) -> bool:
    """Whether an enrolled month between two months (both included) is paid as seen."""
    for i in range(bounds[MONTHS_LOW], bounds[MONTHS_HIGH]):
        if first <= rows[MONTH][i] <= last and rows[GAP][i] == 0 and when(rows[PAID_ON][i]) <= seen:
            return True
    return False


def missed_years(
    rows: Columns, residents: Columns, bounds: Sequence[int], since: int, year: int, seen: int
) -> tuple[int, int]:
    """(years missed, of which not repaired as seen) before a year, from the first year that counts.

    Missed: neither the premium paid by the end of the year nor a month of the employee scheme. Nobody misses a year
    before the first one of which there is a row.
    """
    begins = year
    if bounds[MONTHS_LOW] < bounds[MONTHS_HIGH]:
        begins = rows[MONTH][bounds[MONTHS_LOW]] // MONTHS
    if bounds[RESIDENT_LOW] < bounds[RESIDENT_HIGH]:
        begins = min(begins, residents[RESIDENT_YEAR][bounds[RESIDENT_LOW]])
    missed, still = 0, 0
    for y in range(max(since, begins), year):
        i = row_at(residents[RESIDENT_YEAR], bounds[RESIDENT_LOW], bounds[RESIDENT_HIGH], y)
        paid = NEVER if i < 0 else when(residents[RESIDENT_ON][i])
        if paid <= min(seen, last_day(y * MONTHS + MONTHS - 1)):
            continue
        if not paid_months(rows, bounds, y * MONTHS, y * MONTHS + MONTHS - 1, seen):
            missed += 1
            if paid > seen:
                still += 1
    return missed, still


def year_begins(
    rows: Columns, residents: Columns, bounds: Sequence[int], law: Columns, i: int, seen: int
) -> tuple[int, int]:
    """(first day that the premium of resident row i gives, months of wait); (NEVER, 0) where it is not paid as seen."""
    paid = when(residents[RESIDENT_ON][i])
    if paid > seen:
        return NEVER, 0
    year = residents[RESIDENT_YEAR][i]
    january = first_day(year * MONTHS)
    figures = law_on(law, january)
    missed, still = missed_years(rows, residents, bounds, figures[MISSED_FROM], year, seen)
    exempt = residents[IDENTITY][i] & figures[EXEMPT] != 0
    most = law_on(law, paid)[GAP_MONTHS]
    if not exempt and most != NO_GAP_RULE:
        exempt = paid_months(rows, bounds, month_of(paid) - most - 1, month_of(paid), seen)
    if paid < first_day(year * MONTHS + figures[PERIOD]) and (missed == 0 or exempt):
        return january, 0
    wait = 0 if exempt else figures[WAIT_FIXED] + figures[WAIT_EACH] * still
    return months_later(max(paid, january - 1), wait) + 1, wait
