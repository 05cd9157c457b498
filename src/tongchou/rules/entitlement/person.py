"""One person, one day, as seen on a day: each layer entitled or why not, since when, by which payment (yn2021 四)."""

from __future__ import annotations

from .basic import basic_on
from .calendar import month_of
from .employee import row_at
from .fields import (
    ANSWERS,
    BASIC_AT,
    CODE,
    CRITICAL_AT,
    DEAD,
    DIED_ON,
    ENTITLED,
    FIELDS,
    GAP,
    LARGE_AT,
    MONTH,
    MONTHS_HIGH,
    MONTHS_LOW,
    OTHER_SCHEME,
    RESIDENT_AT,
    SINCE,
    UNTIL,
)
from .large_expense import large_on
from .resident_day import resident_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    Columns = Sequence[Sequence[int]]


def answer_on(
    rows: Columns,
    large: Columns,
    residents: Columns,
    bounds: Sequence[int],
    days: Sequence[int],
    law: Columns,
    opened: Sequence[int],
    day: int,
    seen: int,
    out: MutableSequence[int],
) -> None:
    """Write the answers of the four layers (ANSWERS ints) for the day; ``opened`` comes from ``open_months``."""
    for k in range(ANSWERS):
        out[k] = 0
    died = days[DIED_ON]
    if 0 < died < day:
        for at in range(0, ANSWERS, FIELDS):
            out[at + CODE] = DEAD
        return
    basic_on(rows, residents, bounds, days, law, opened, day, seen, out)
    resident_on(rows, residents, bounds, days, law, opened, day, seen, out)
    if out[BASIC_AT + CODE] != ENTITLED and out[RESIDENT_AT + CODE] == ENTITLED:
        i = row_at(rows[MONTH], bounds[MONTHS_LOW], bounds[MONTHS_HIGH], month_of(day))
        if i < 0 or rows[GAP][i] != 0:
            for k in range(FIELDS):
                out[BASIC_AT + k] = 0
            out[BASIC_AT + CODE] = OTHER_SCHEME
    if out[BASIC_AT + CODE] == ENTITLED:
        large_on(large, bounds, out[BASIC_AT + SINCE], out[BASIC_AT + UNTIL], day, seen, out)
    else:
        for k in range(FIELDS):
            out[LARGE_AT + k] = out[BASIC_AT + k]
    for k in range(FIELDS):
        out[CRITICAL_AT + k] = out[RESIDENT_AT + k]
    for at in range(0, ANSWERS, FIELDS):
        if died > 0 and out[at + CODE] == ENTITLED and (out[at + UNTIL] == 0 or out[at + UNTIL] > died):
            out[at + UNTIL] = died
