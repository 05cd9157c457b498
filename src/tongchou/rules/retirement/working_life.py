"""The months somebody can have worked: from the least working age to the month of a day."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import iso_month, month_of

from ..reckoning import FactRefused, Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def born_by(born: int, on: int) -> None:
    """Refuse ``birth_in_future``: a month of birth after the month of a day."""
    last = month_of(on)
    if born > last:
        raise FactRefused(
            "birth_in_future", "born", iso_month(born), f"not after {iso_month(last)}", f"不晚于 {iso_month(last)}"
        )


def working_life(law: Reckoning, born: int, on: int) -> tuple[int, int]:
    """(first month, months) of the working life of a person born in a month up to the month of a day, both included.

    Where no least working age is encoded for the day the life counts from birth, which a warning says.
    """
    first = born
    if law.has("retirement.least_working_age", on):
        first += law.figures.at("retirement.least_working_age", on).value
    else:
        law.warn("not_encoded", what="retirement.least_working_age")
    return first, max(0, month_of(on) - first + 1)


def within_working_life(law: Reckoning, born: int, on: int, months: dict[str, Any], years: dict[str, Any]) -> None:
    """Refuse ``months_beyond_working_life``: months, or years, by field, of which any is more than one can have worked.

    None: not given. Refuses ``birth_in_future`` first.
    """
    born_by(born, on)
    first, most = working_life(law, born, on)
    for field, per, given in [(f, 1, n) for f, n in months.items()] + [(f, MONTHS, n) for f, n in years.items()]:
        if given is not None and given * per > most:
            says = f"at most {most // per}, from {iso_month(first)} (the least working age)"
            zh = f"自 {iso_month(first)}（最低就业年龄）起最多 {most // per}"
            raise FactRefused("months_beyond_working_life", field, str(given), says, zh)


def refuse_outside(law: Reckoning, born: int, on: int, field: str, spells: Sequence[tuple[int, int]]) -> None:
    """Refuse ``months_beyond_working_life``: a spell of months that begins before or ends after the working life."""
    start, most = working_life(law, born, on)
    for first, last in spells:
        if first < start or last >= start + most:
            span = f"{iso_month(start)} … {iso_month(month_of(on))}"
            found = f"{iso_month(first)}..{iso_month(last)}"
            raise FactRefused("months_beyond_working_life", field, found, f"within {span}", f"在 {span} 之内")
