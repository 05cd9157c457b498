"""The law of entitlement as rows of ints, one for each stretch of days on which nothing of it changes."""

from __future__ import annotations

from tongchou.law.constants import MONTHS, NO_END

from .fields import NEVER, NO_GAP_RULE
from .history import IDENTITIES, KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figures

DUE = ("levy.due_day", "levy.due_month_offset")
"""Needed on every day."""
DATED = (
    "entitlement.gap_months",
    "entitlement.wait_months",
    "entitlement.resident_wait_fixed",
    "entitlement.resident_wait_each",
    "entitlement.resident_missed_from",
    "entitlement.resident_exempt",
    "entitlement.resident_period_months",
)
"""Begin on days of their own; before them nobody waits and no gap is made up."""
FREE = "entitlement.retiree_free"


def law_rows(figures: Figures, first: int, last: int) -> tuple[tuple[int, ...], ...]:
    """Rows (see ``fields``) from the one in force on ``first`` to that of ``last``; the first one begins at day 0.

    Raises NoRule where the days on which contributions are due are not encoded for a stretch.
    """
    starts = sorted({s for name in (*DUE, *DATED) for s in figures.starts(name) if first < s <= last})
    free = free_from(figures)
    rows = [_row(figures, day, free) for day in (first, *starts)]
    return tuple((0, *row[1:]) if i == 0 else row for i, row in enumerate(rows))


def free_from(figures: Figures) -> int:
    """From which day a grant needs nothing of the unit, without an end; NEVER where that is not encoded."""
    free = NEVER
    for start in reversed(figures.starts(FREE)):
        if not figures.at(FREE, start).true:
            break
        free = start
    return free


def advance_months(figures: Figures, day: int) -> int:
    """By how many months a month may be paid ahead; without end where that is not encoded."""
    name = "entitlement.advance_months"
    return figures.at(name, day).value if figures.has(name, day) else MONTHS * MONTHS


def _row(figures: Figures, day: int, free: int) -> tuple[int, ...]:
    due_day, offset = (figures.at(name, day).value for name in DUE)
    exempt = sum(1 << i for i, name in enumerate(IDENTITIES) if _exempt(figures, day, name))
    missed = _value(figures, "resident_missed_from", day, NO_END * MONTHS) // MONTHS
    waits = (
        figures.at("entitlement.wait_months", day, kind=kind).value
        if figures.has("entitlement.wait_months", day)
        else 0
        for kind in KINDS
    )
    return (
        day,
        due_day,
        offset,
        _value(figures, "gap_months", day, NO_GAP_RULE),
        _value(figures, "resident_wait_fixed", day, 0),
        _value(figures, "resident_wait_each", day, 0),
        missed,
        exempt,
        _value(figures, "resident_period_months", day, 0),
        free,
        *waits,
    )


def _value(figures: Figures, name: str, day: int, absent: int) -> int:
    full = f"entitlement.{name}"
    return figures.at(full, day).value if figures.has(full, day) else absent


def _exempt(figures: Figures, day: int, identity: str) -> bool:
    name = "entitlement.resident_exempt"
    return figures.has(name, day) and figures.at(name, day, group=identity).true
