"""What the law asks of many wages: base and contributions by the column, by the rule of ``quote contribution``.

Rates and edges come from ``rules.contribution`` once a month and area; the arithmetic is that of ``line.shared`` over
whole columns. A test holds each row to ``levy_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law import NoRule
from tongchou.law.days import first_day
from tongchou.law.figures import Figures
from tongchou.rules.contribution.base import edges
from tongchou.rules.contribution.line import MODES, REMAINDERS, rate_amount
from tongchou.rules.contribution.lines import Person
from tongchou.rules.contribution.plan import monthly_rates
from tongchou.rules.reckoning import Reckoning

SCHEMES = ("basic_medical", "maternity")
"""What a medical-insurance office has levied on wages each month."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """The law of an area and month for people with a unit: edges of the base (fen), rates by scheme, and rounding."""

    low: int
    high: int
    rates: tuple[tuple[int, int], ...]
    remainder: int
    mode: int
    unit_known: bool = True
    """Whether the law of the area has the unit's rate of basic medical insurance; where it has not, that is not 0."""

    def base(self, wage: Ints) -> Ints:
        """The base of each wage, fen: the wage held between floor and cap."""
        return np.clip(wage, self.low, self.high)

    def due(self, wage: Ints) -> tuple[Ints, Ints]:
        """(unit's, own) contributions of a month on each wage, fen, over all schemes."""
        base = self.base(wage)
        unit, own = np.zeros_like(base), np.zeros_like(base)
        for employer, person in self.rates:
            more, mine = shared_column(base, employer, person, self.remainder, self.mode)
            unit, own = unit + more, own + mine
        return unit, own


def asked(figures: Figures, month: int, schemes: Sequence[str] = SCHEMES) -> Asked | None:
    """The law of a month; None where it is not encoded."""
    law, day = Reckoning(figures), first_day(month)
    try:
        low, high, _ = edges(law, month)
        rates = monthly_rates(law, Person("employer", month, schemes=schemes))
        remainder, mode = law.figure("levy.remainder", day).word, law.figure("levy.mode", day).word
    except NoRule:
        return None
    if not rates:
        return None
    pairs = tuple((r.employer or 0, r.person or 0) for r in rates)
    known = not any(r.scheme == "basic_medical" and r.employer is None for r in rates)
    return Asked(low, high, pairs, REMAINDERS.index(remainder), MODES.index(mode), known)


def shared_column(base: Any, employer: int, person: int, remainder: int, mode: int) -> tuple[Any, Any]:
    """As ``line.shared``, of a column of bases."""
    if remainder == 0:
        return rate_amount(base, employer, mode), rate_amount(base, person, mode)
    total = rate_amount(base, employer + person, mode)
    if remainder == 1:
        own = np.minimum(rate_amount(base, person, mode), total)
        return total - own, own
    unit = np.minimum(rate_amount(base, employer, mode), total)
    return unit, total - unit
