"""The balance of a personal account: opened by its first credit, folded over months of credits and spending."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .interest import accrued, interest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def spend(carried: int, current: int, amount: int) -> tuple[int, int, int]:
    """(carried, current, unmet) after spending: what was carried over first; what is not there is not paid."""
    first = min(amount, carried)
    then = min(amount - first, current)
    return carried - first, current - then, amount - first - then


class Year:
    """What happened in a calendar year, in fen; ``balance`` at its end, with the interest."""

    __slots__ = ("balance", "credited", "interest", "spent", "unmet", "year")

    def __init__(self, year: int) -> None:
        self.year = year
        self.credited = self.spent = self.unmet = self.interest = self.balance = 0


class Balance:
    """The fold: ``years`` in order, the month of opening (None: never credited)."""

    __slots__ = ("opened", "years")

    def __init__(self) -> None:
        self.opened: int | None = None
        self.years: list[Year] = []


def fold(
    first: int,
    opening: int,
    credits: Sequence[int],
    spending: Sequence[int],
    carried_rates: Sequence[int],
    current_rates: Sequence[int],
) -> Balance:
    """The account from month ``first`` on, one element a month in each sequence; all integers, fen and rates.

    ``opening``: what was carried over into the first month. In a month interest accrues on what was there at its
    beginning, then the credit comes in, then is spent. Interest is added at the end of the year, also of a last year
    that is not whole, and belongs to the carried balance.
    """
    made = Balance()
    carried, current, numerator = opening, 0, 0
    year = None
    for i, credit in enumerate(credits):
        month = first + i
        if year is None or year.year != month // MONTHS:
            year = Year(month // MONTHS)
            made.years.append(year)
        numerator += accrued(carried, current, carried_rates[i], current_rates[i])
        if credit and made.opened is None and not opening:
            made.opened = month
        current += credit
        carried, current, unmet = spend(carried, current, spending[i])
        year.credited += credit
        year.spent += spending[i] - unmet
        year.unmet += unmet
        if (month + 1) % MONTHS == 0 or i == len(credits) - 1:
            year.interest = interest(numerator)
            carried, current, numerator = carried + current + year.interest, 0, 0
            year.balance = carried
    return made
