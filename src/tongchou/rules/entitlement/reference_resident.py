"""The resident scheme of the plain reference: paragraph 9 of ``docs/algorithms/people.md`` ("Entitlement")."""

from __future__ import annotations

import calendar
import datetime as dt

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, month_of

from .history import IDENTITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figures

    from .history import History


class ResidentYears:
    """The resident years of a history as seen on a day; ``months``: the paid enrolled months of the employee scheme."""

    def __init__(self, h: History, figures: Figures, seen: int, months: set[int]) -> None:
        self.h, self.figures, self.months = h, figures, months
        self.paid_on = {y: d for y, d in zip(h.resident_year, h.resident_on, strict=True) if 0 < d <= seen}
        self.payment = dict(zip(h.resident_year, h.resident_payment, strict=True))
        self.identity = dict(zip(h.resident_year, h.resident_identity, strict=True))
        self.starts = {y: self._start(y) for y in self.paid_on}

    def paid(self, year: int) -> bool:
        """Whether the premium of a year is paid."""
        return year in self.paid_on

    def on(self, day: int) -> tuple[str, int]:
        """The reason of a day and the id of the payment that covers it, the employee scheme not looked at."""
        year = month_of(day) // MONTHS
        if year not in self.payment:
            return "not_enrolled", 0
        if year not in self.paid_on:
            return "not_paid", 0
        start, wait = self.starts[year]
        if day >= start:
            return "entitled", self.payment[year]
        in_year = start < first_day((year + 1) * MONTHS)
        return "waiting" if wait > 0 and in_year else "paid_late", 0

    def _start(self, year: int) -> tuple[int, int]:
        """The first day that a paid year covers, and the months of wait before it."""
        january = first_day(year * MONTHS)
        paid_on = self.paid_on[year]
        missed = self._missed(year)
        exempt = self._exempt(year)
        on_time = paid_on < first_day(year * MONTHS + self._count("resident_period_months", january))
        if on_time and (exempt or not missed):
            return january, 0
        open_years = [y for y in missed if y not in self.paid_on]
        each = self._count("resident_wait_each", january) * len(open_years)
        wait = 0 if exempt else self._count("resident_wait_fixed", january) + each
        return _months_later(max(paid_on, january - 1), wait) + 1, wait

    def _count(self, name: str, day: int) -> int:
        return self.figures.at(f"entitlement.{name}", day).value if self.figures.has(f"entitlement.{name}", day) else 0

    def _missed(self, year: int) -> list[int]:
        """Years for which nothing was paid in time, those repaired later among them."""
        name, january = "entitlement.resident_missed_from", first_day(year * MONTHS)
        if not self.figures.has(name, january):
            return []
        begun = min([*self.h.resident_year, *(m // MONTHS for m in self.h.month)])
        begin = max(self.figures.at(name, january).value // MONTHS, begun)
        employed = {m // MONTHS for m in self.months}
        in_time = {y for y, day in self.paid_on.items() if day < first_day((y + 1) * MONTHS)}
        return [y for y in range(begin, year) if y not in in_time and y not in employed]

    def _exempt(self, year: int) -> bool:
        """By identity, or as a mover out of the employee scheme."""
        name, january = "entitlement.resident_exempt", first_day(year * MONTHS)
        groups = [g for i, g in enumerate(IDENTITIES) if self.identity[year] >> i & 1]
        if self.figures.has(name, january) and any(self.figures.at(name, january, group=g).true for g in groups):
            return True
        paid_on = self.paid_on[year]
        if not self.figures.has("entitlement.gap_months", paid_on):
            return False
        month, most = month_of(paid_on), self.figures.at("entitlement.gap_months", paid_on).value + 1
        return any(month - most <= m <= month for m in self.months)


def _months_later(day: int, months: int) -> int:
    """The same day of a later month, or the last day of that month."""
    date = dt.date.fromordinal(day)
    year, month = divmod(date.year * MONTHS + date.month - 1 + months, MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date.replace(year=year, month=month + 1, day=min(date.day, last)).toordinal()
