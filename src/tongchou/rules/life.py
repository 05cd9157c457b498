"""Who is still alive at an age, and what a monthly payment comes to for somebody of an age today (生命表).

The law tree gives deaths in a year of age per 100,000 by whole age (subject ``life``); everything here is integers.
Between two birthdays survivors fall evenly from month to month. A payment of a month goes to whoever is alive at the
beginning of that month of age. Nothing is discounted.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.money.lanes import half_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.law.figures import Figure

    from .reckoning import Reckoning

RADIX = 100_000
"""Survivors at age 0, and the number that deaths are counted by."""


def survivors(deaths: Sequence[int]) -> tuple[int, ...]:
    """l_x by whole age out of ``RADIX`` at birth, rounded half-up year by year; one longer than ``deaths``.

    ``deaths``: deaths in a year of age per ``RADIX`` alive at its beginning, by age from 0.
    """
    alive = [RADIX]
    for each in deaths:
        alive.append(alive[-1] - half_up(alive[-1] * each, RADIX))
    return tuple(alive)


def alive_at(survivors: Sequence[int], age_months: int) -> int:
    """Survivors times 12 at the beginning of a month of age; 0 beyond the table."""
    years, months = divmod(age_months, MONTHS)
    if years + 1 >= len(survivors):
        return survivors[years] * (MONTHS - months) if years < len(survivors) else 0
    return survivors[years] * (MONTHS - months) + survivors[years + 1] * months


def alive_months(survivors: Sequence[int], from_age_months: int, until_age_months: int | None = None) -> int:
    """Sum of ``alive_at`` over the months of age from one until before another; None: to the end of the table."""
    end = len(survivors) * MONTHS
    until = end if until_age_months is None else min(until_age_months, end)
    return sum(alive_at(survivors, age) for age in range(from_age_months, until))


def expected_payments(
    survivors: Sequence[int],
    start_age_months: int,
    from_age_months: int,
    amount_fen: int,
    until_age_months: int | None = None,
) -> int:
    """What somebody alive at ``start_age_months`` may expect of a monthly payment, in fen, rounded half-up once.

    ``survivors``: l_x by whole age (``survivors``, ``life_table``). ``amount_fen`` is paid in every month of age from
    ``from_age_months`` until before ``until_age_months`` (None: for life) to whoever is alive at its beginning. An
    amount that changes is the sum of several calls, or ``expected_sum``. Ages are whole months since the month of
    birth; ``from_age_months`` is not before ``start_age_months``; nobody is alive beyond the table: 0 from there.
    """
    base = alive_at(survivors, start_age_months)
    if base == 0:
        return 0
    return half_up(amount_fen * alive_months(survivors, from_age_months, until_age_months), base)


def expected_sum(survivors: Sequence[int], start_age_months: int, amounts_fen: Sequence[int]) -> int:
    """The same for amounts month by month, the first in the month of age ``start_age_months``; rounded half-up once.

    A payment owed by the person has a sum of its own: amounts are not negative.
    """
    base = alive_at(survivors, start_age_months)
    if base == 0:
        return 0
    paid = sum(a * alive_at(survivors, start_age_months + i) for i, a in enumerate(amounts_fen))
    return half_up(paid, base)


def expected_months_tenths(survivors: Sequence[int], start_age_months: int, from_age_months: int) -> int:
    """How many monthly payments from an age on somebody alive at ``start_age_months`` may expect, in tenths."""
    return expected_payments(survivors, start_age_months, from_age_months, 10)


def life_table(law: Reckoning, day: int, sex: str) -> tuple[tuple[int, ...], Figure]:
    """(l_x by whole age, the figure it is cited by) of the table of a sex (``M``, ``F``) on a day.

    Raises NoRule where no life table is encoded; ``life_table_if_known`` where it may lack.
    """
    name = life_name(sex)
    deaths: list[int] = []
    while True:
        figure = law.figure(name, day, age=len(deaths))
        deaths.append(figure.value)
        if figure.value >= RADIX:
            return survivors(deaths), figure


def life_table_if_known(law: Reckoning, day: int, sex: str) -> tuple[tuple[int, ...], Figure] | None:
    """As ``life_table``; None, with a warning, where no life table is encoded for the day."""
    if law.has(life_name(sex), day):
        return life_table(law, day, sex)
    law.warn("not_encoded", what=life_name(sex))
    return None


def life_name(sex: str) -> str:
    """The name of the figure that holds the table of a sex."""
    return "life.deaths_men" if sex == "M" else "life.deaths_women"
