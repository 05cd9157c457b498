"""Claims to be made up: days covered now that were not as seen on the day itself (cx2022 第六条; yn2021 二(二))."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .basic import right_from
from .calendar import first_day, last_day
from .fields import (
    BASIC_BIT,
    BY_LARGE,
    BY_PAYMENT,
    BY_RESIDENT,
    DIED_ON,
    LARGE_BIT,
    LARGE_HIGH,
    LARGE_LOW,
    LARGE_YEAR,
    MONTH,
    MONTHS_HIGH,
    MONTHS_LOW,
    NEVER,
    PAYMENT,
    RESIDENT_PAYMENT,
    RESIDENT_YEAR,
    W_BY,
    W_FROM,
    W_ID,
    W_LAYERS,
    W_OPENED,
    W_PERIOD,
    W_TO,
    WINDOW,
)
from .large_expense import year_opened, year_payment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


def most_windows(bounds: Sequence[int]) -> int:
    """At most how many windows a person can have."""
    return 2 * (bounds[MONTHS_HIGH] - bounds[MONTHS_LOW]) + bounds[LARGE_HIGH] - bounds[LARGE_LOW]


def windows_of(
    rows: Columns,
    large: Columns,
    residents: Columns,
    bounds: Sequence[int],
    days: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    cause: Sequence[int],
    seen: int,
    out: MutableSequence[int],
) -> int:
    """Write the windows as seen into ``out`` (WINDOW ints each) and say how many there are."""
    count = 0
    right = right_from(days, law)
    last = NEVER if days[DIED_ON] <= 0 else days[DIED_ON]
    for i in range(bounds[MONTHS_LOW], bounds[MONTHS_HIGH]):
        month, day = rows[MONTH][i], opened[i]
        a, z = first_day(month), min(last_day(month), right - 1, last)
        if day > seen or a > z:
            continue
        year_day = year_opened(large, bounds, month // MONTHS)
        year_id = year_payment(large, bounds, month // MONTHS)
        both = year_day <= day
        if day > a:
            by, key, period = BY_PAYMENT, 0, 0
            if cause[i] >= 0:
                key, period = rows[PAYMENT][cause[i]], rows[MONTH][cause[i]]
            else:
                by, key = BY_RESIDENT, residents[RESIDENT_PAYMENT][-1 - cause[i]]
                period = residents[RESIDENT_YEAR][-1 - cause[i]]
            layers = BASIC_BIT | LARGE_BIT if both else BASIC_BIT
            count = put(out, count, a, min(z, day - 1), layers, day, by, key, period)
        if not both and a < year_day <= seen:
            count = put(out, count, a, min(z, year_day - 1), LARGE_BIT, year_day, BY_LARGE, year_id, month // MONTHS)
    for i in range(bounds[LARGE_LOW], bounds[LARGE_HIGH]):
        year = large[LARGE_YEAR][i]
        day = year_opened(large, bounds, year)
        a, z = max(first_day(year * MONTHS), right), min(last_day(year * MONTHS + MONTHS - 1), day - 1, last)
        if day <= seen and a <= z:
            count = put(out, count, a, z, LARGE_BIT, day, BY_LARGE, year_payment(large, bounds, year), year)
    return count


def put(
    out: MutableSequence[int], count: int, a: int, z: int, layers: int, opened: int, by: int, key: int, period: int
) -> int:
    """Add the days a … z, to the window before them where one day of payment opened both; how many there are then."""
    k = count - 1
    while k >= 0 and k >= count - 3:
        at = k * WINDOW
        if out[at + W_TO] + 1 == a and out[at + W_LAYERS] == layers and out[at + W_OPENED] == opened:
            out[at + W_TO] = z
            return count
        k -= 1
    at = count * WINDOW
    out[at + W_FROM], out[at + W_TO], out[at + W_LAYERS], out[at + W_OPENED] = a, z, layers, opened
    out[at + W_BY], out[at + W_ID], out[at + W_PERIOD] = by, key, period
    return count + 1
