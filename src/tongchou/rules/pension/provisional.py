"""What was paid on the figures of the year before, and what is paid when those of the year are known (重算补发)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import month_of
from tongchou.law.findings import NoRule

from ..reckoning import Reckoning
from .base import of_year
from .slip import Slip, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

YEARLY = {"base": "pension.pension_base", "average_pension": "pension.mean_pension"}
FIELD = {"base": "base", "average_pension": "mean_pension"}


class Provisional:
    """``months`` payments from ``first`` on, the first of ``total`` fen; ``difference`` is paid in ``settled``."""

    __slots__ = ("base", "difference", "first", "months", "settled", "total")

    def __init__(self, base: int, total: int, first: int, months: int, difference: int) -> None:
        self.base, self.total, self.first, self.months, self.difference = base, total, first, months, difference
        self.settled = first + months


def paid_before_known(law: Reckoning, slip: Slip, retires: int, first: int) -> Provisional | None:
    """The payments made before the year's figures were known, of a slip reckoned with them; None: there were none.

    In each month the figures known at its beginning count; ``difference`` may be below 0. Where the figure of the year
    before is not encoded a warning says so.
    """
    cited = {what: slip.cites[what][0] for what in YEARLY if what in slip.cites and what not in slip.late}
    last = max((month_of(f.known) for f in cited.values()), default=first)
    if last <= first:
        return None
    try:
        before = {what: of_year(law, YEARLY[what], retires - MONTHS)[0] for what in cited}
    except NoRule as e:
        law.warn("not_encoded", what=e.what)
        return None
    total, base, difference = 0, 0, 0
    for month in range(first, last):
        open_yet = {what: before[what].value for what, f in cited.items() if month_of(f.known) > month}
        values = slip.values.with_changed(**{FIELD[what]: value for what, value in open_yet.items()})
        paid = parts_of(values, slip.record).total
        if month == first:
            total, base = paid, values.base
        difference += slip.parts.total - paid
    found = Provisional(base, total, first, last - first, difference)
    _say(law, found, tuple(before.values()), slip.parts.total)
    return found


def _say(law: Reckoning, found: Provisional, figures: tuple[Figure, ...], final: int) -> None:
    law.say(
        "provisional_paid",
        *figures,
        amount=found.difference,
        first_month=found.first,
        months=found.months,
        base_fen=found.base,
        total_fen=found.total,
        final_fen=final,
        settled_month=found.settled,
        difference_fen=found.difference,
    )
