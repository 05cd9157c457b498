"""The contribution base: a month's wage held between floor and cap, which follow the mean wage of the year before."""

from __future__ import annotations

from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.law.days import first_day, iso, month_of
from tongchou.law.findings import NoRule
from tongchou.money.lanes import half_up, held

from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


def edge(mean_wage: int, share: int) -> int:
    """Floor or cap of a month's base in fen: a share (over RATE_SCALE) of a mean wage (fen a year), half-up."""
    return half_up(mean_wage * share, MONTHS * RATE_SCALE)


def mean_wage(law: Reckoning, month: int) -> Figure:
    """The mean wage that governs a month: that of the year before, or of the one before where it is not yet known.

    Raises NoRule where none is encoded, or only one that is older.
    """
    figure = law.figure("wage.mean_wage", first_day(month))
    late = month // MONTHS - month_of(figure.start) // MONTHS
    if late > 1:
        known = "" if law.figures.known is None else f"as known on {iso(law.figures.known)}; "
        last = f"{known}the last one governs the year from {iso(figure.start)}"
        raise NoRule(law.figures.area, "wage.mean_wage", iso(first_day(month)), last)
    if late == 1:
        law.warn("mean_wage_not_known", year=str(month // MONTHS), used_from_day=figure.start)
    return figure


def edges(law: Reckoning, month: int) -> tuple[int, int, tuple[Figure, ...]]:
    """(floor, cap, figures) of a month's base."""
    day = first_day(month)
    wage = mean_wage(law, month)
    floor, cap = law.figure("wage.floor_share", day), law.figure("wage.cap_share", day)
    return edge(wage.value, floor.value), edge(wage.value, cap.value), (wage, floor, cap)


def base_of(law: Reckoning, wage: int, month: int) -> int:
    """The base of a month's wage (fen): the wage held between floor and cap."""
    low, high, figures = edges(law, month)
    base = held(wage, low, high)
    code = "base_floor" if wage < low else "base_cap" if wage > high else "base_wage"
    law.say(code, *figures, amount=base, wage_fen=wage, floor_fen=low, cap_fen=high, base_fen=base)
    return base
