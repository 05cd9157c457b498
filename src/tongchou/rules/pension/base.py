"""Figures of the year of retirement (计发基数, 平均养老金), and what is paid on until they are published.

Who retires before the year's figure is known is paid on the one before; once it is known the pension is reckoned again
and the difference paid (reading ``yn-pension-base-late``).
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso, month_of
from tongchou.law.findings import NoRule

from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


def of_year(law: Reckoning, name: str, month: int) -> tuple[Figure, bool]:
    """(the figure of the year of a month, False), or (the one of the year before, True) where it is not known.

    Raises NoRule where none is encoded, or only one that is older.
    """
    day = first_day(month)
    year = month // MONTHS
    if law.has(name, day):
        found = law.figure(name, day)
        begun = month_of(found.start) // MONTHS
        if begun == year:
            return found, False
        if begun == year - 1:
            return found, True
    elif law.has(name, first_day(month - MONTHS)):
        before = law.figure(name, first_day(month - MONTHS))
        if month_of(before.start) // MONTHS == year - 1:
            return before, True
    starts = law.figures.starts(name)
    known = "" if law.figures.known is None else f"as known on {iso(law.figures.known)}; "
    last = f"{known}encoded from {iso(starts[0])}, the last from {iso(starts[-1])}" if starts else "never encoded"
    raise NoRule(law.figures.area, name, iso(day), last)


def months_before_known(figure: Figure, first: int) -> int:
    """Payments, from month ``first`` on, that fall before the month in which the figure became known."""
    return max(0, month_of(figure.known) - first)
