"""A person's payments from short texts of the command line, and from the rows of a file, as a history of ints.

Short forms: months ``2022-01..2022-11,2023-02@2023-06-10``, years ``2022..2023,2024:own@2024-03-01``; what stands
before a comma is paid on the day after ``@``, without one in time.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso_month
from tongchou.rules.entitlement.history import IDENTITIES, KINDS, History
from tongchou.rules.reckoning import FactRefused

from .facts import YEARS, calendar_day, calendar_month
from .spells import MOST_MONTHS, spell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SHARES = ("own", "unit")
"""Shares of a year of large expense."""


class Given:
    """What was given of a person so far. Payments and units are numbered as they come; 0 is none."""

    def __init__(self) -> None:
        self.payments: list[str] = [""]
        self.units: dict[str, int] = {"": 0}
        self.months: list[tuple[int, ...]] = []
        self.large: dict[int, dict[str, tuple[int, int]]] = {}
        self.resident: list[tuple[int, ...]] = []
        self.days: dict[str, int] = {}

    def payment(self, name: str, paid_on: int) -> int:
        """The number of a payment; 0 for what is not paid."""
        if not paid_on:
            return 0
        self.payments.append(name)
        return len(self.payments) - 1

    def month(self, month: int, kind: str, unit: str, gap: bool, paid_on: int, name: str = "") -> None:
        """A month of the employee scheme."""
        number = self.units.setdefault(unit, len(self.units))
        key = self.payment(name or iso_month(month), paid_on)
        self.months.append((month, KINDS.index(kind), number, int(gap), paid_on, key))

    def large_year(self, year: int, share: str, paid_on: int, name: str = "") -> None:
        """A share of a year of large expense; paid on 0: that it is not."""
        shares = self.large.setdefault(year, {})
        if share in shares:
            raise FactRefused("year_twice", "large_expense", f"{year}:{share}", "each share once", "每部分一次")
        shares[share] = (paid_on, self.payment(name or f"{year}-{share}", paid_on))

    def resident_year(self, year: int, paid_on: int, identities: tuple[str, ...], name: str = "") -> None:
        """A year of the resident scheme."""
        bits = sum(1 << IDENTITIES.index(i) for i in identities)
        self.resident.append((year, paid_on, self.payment(name or str(year), paid_on), bits))

    def right(self, what: str, day: int) -> None:
        """A grant, confirmation, custodial enrolment or death."""
        column = {"retired": "retired_from", "died": "died_on"}.get(what, "confirmed_from")
        if self.days.get(column):
            raise FactRefused("day_twice", what, what, "one day", "只能有一个日期")
        self.days[column] = day
        if column != "died_on":
            self.days["grant" if what == "retired" else "confirmation"] = self.payment(what, day)
        if what == "custodial":
            self.days["custodial"] = 1

    def history(self) -> History:
        """All of it as a history."""
        none = (0, 0)
        large = [
            (year, own[0], unit[0], own[1], unit[1])
            for year, shares in self.large.items()
            for own, unit in [(shares.get("own", none), shares.get("unit", none))]
        ]
        return History(self.months, large, self.resident, **self.days)


def parts(field: str, text: str) -> Iterator[tuple[str, int]]:
    """What is named before each comma, and the day after ``@`` (0: none)."""
    for part in text.replace(";", ",").split(","):
        what, at, day = part.partition("@")
        if not what:
            continue
        try:
            yield what, calendar_day(day) if at else 0
        except ValueError:
            raise FactRefused("not_a_date", field, part, "…@YYYY-MM-DD") from None


def years(field: str, text: str) -> list[int]:
    """The years of ``2022`` or ``2022..2024``."""
    first, dots, last = text.partition("..")
    named = (first, last if dots else first)
    if not all(len(y) == 4 and y.isascii() and y.isdecimal() for y in named) or int(named[0]) > int(named[1]):
        raise FactRefused("not_a_year", field, text, "YYYY or YYYY..YYYY", "YYYY 或 YYYY..YYYY")
    try:
        found = range(*(calendar_month(f"{y}-01") // MONTHS + n for n, y in enumerate(named)))
    except ValueError:
        raise FactRefused("not_a_year", field, text, YEARS) from None
    if len(found) > MOST_MONTHS // MONTHS:
        raise FactRefused("not_a_year", field, text, "at most 100 years", "至多100年")
    return list(found)


def read_months(given: Given, field: str, text: str, kind: str) -> None:
    """Months of ``--paid``, ``--unpaid`` and ``--gap``; without a day they are paid on their first day."""
    for what, day in parts(field, text):
        first, last = spell(field, what)
        if day and field == "unpaid":
            raise FactRefused("not_a_month", field, what, "months without a day", "不带缴费日期的月份")
        for month in range(first, last + 1):
            paid_on = 0 if field == "unpaid" else day or first_day(month)
            given.month(month, kind, "", field == "gap", paid_on)


def read_large(given: Given, text: str) -> None:
    """Years of ``--large-expense``, ``:own`` or ``:unit`` after them for one share; without a day paid on 1 January."""
    for what, day in parts("large_expense", text):
        named, colon, share = what.partition(":")
        if colon and share not in SHARES:
            raise FactRefused("unknown_code", "large_expense", share, ", ".join(SHARES))
        for year in years("large_expense", named):
            for one in (share,) if colon else SHARES:
                given.large_year(year, one, day or first_day(year * MONTHS))


def read_resident(given: Given, text: str, identities: tuple[str, ...]) -> None:
    """Years of ``--resident``; without a day paid on the first day of the month before the year."""
    for what, day in parts("resident", text):
        for year in years("resident", what):
            given.resident_year(year, day or first_day(year * MONTHS - 1), identities)
