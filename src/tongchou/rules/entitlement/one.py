"""One history asked: the answers of a day, the windows of claims to be made up, a strip of months."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day, last_day, month_of
from .employee import open_months
from .fields import ANSWERS, BASIC_AT, CODE, FIELDS, LARGE_AT, WINDOW
from .figures import law_rows
from .history import History
from .person import answer_on
from .windows import most_windows, windows_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figures

    Rows = tuple[tuple[int, ...], ...]


def span(h: History, day: int, seen: int) -> tuple[int, int]:
    """The first and last day whose law a history can touch: from a year before its first row or payment."""
    months = [*h.month, *(y * MONTHS for y in (*h.resident_year, *h.large_year)), month_of(day), month_of(seen)]
    paid = [month_of(p) for p in (*h.paid_on, *h.resident_on) if p]
    return first_day(min(months + paid) - MONTHS), max(last_day(max(months) + MONTHS), day, seen)


def law_of(figures: Figures, h: History, day: int, seen: int) -> Rows:
    """The law that a history can touch; the days before any of it are taken by its first row. Raises NoRule."""
    first, last = span(h, day, seen)
    begins = figures.starts("levy.due_day")
    return law_rows(figures, max(first, begins[0]) if begins and begins[0] <= day else first, last)


class Person:
    """A history with the days on which its months opened; asked for any day and day of seeing."""

    def __init__(self, h: History, law: Rows) -> None:
        self.rows = tuple(getattr(h, c) for c in h.MONTH_COLUMNS)
        self.large = tuple(getattr(h, c) for c in h.LARGE_COLUMNS)
        self.residents = tuple(getattr(h, c) for c in h.RESIDENT_COLUMNS)
        self.days = tuple(getattr(h, c) for c in h.DAYS)
        self.bounds = (0, len(h.month), 0, len(h.large_year), 0, len(h.resident_year))
        self.law = law
        self.opened = [0] * len(h.month)
        self.cause = [0] * len(h.month)
        open_months(self.rows, self.residents, self.bounds, law, self.opened, self.cause)

    def on(self, day: int, seen: int) -> list[tuple[int, ...]]:
        """The answers of the four layers, in the order of LAYERS; the places of a tuple are those of FIELD_NAMES."""
        out = [0] * ANSWERS
        answer_on(self.rows, self.large, self.residents, self.bounds, self.days, self.law, self.opened, day, seen, out)
        return [tuple(out[at : at + FIELDS]) for at in range(0, ANSWERS, FIELDS)]

    def windows(self, seen: int) -> list[tuple[int, ...]]:
        """The windows as seen, in order of days; the places of a tuple are those of WINDOW_NAMES."""
        out = [0] * (WINDOW * most_windows(self.bounds))
        count = windows_of(
            self.rows,
            self.large,
            self.residents,
            self.bounds,
            self.days,
            self.law,
            self.opened,
            self.cause,
            seen,
            out,
        )
        return sorted(tuple(out[at : at + WINDOW]) for at in range(0, count * WINDOW, WINDOW))

    def strip(self, day: int, seen: int, months: int) -> list[tuple[int, int, int]]:
        """(month, code of basic, code of large expense) at the end of each of the last months up to the day."""
        found = []
        for month in range(month_of(day) - months + 1, month_of(day) + 1):
            answers = self.on(min(day, last_day(month)), seen)
            found.append((month, answers[BASIC_AT // FIELDS][CODE], answers[LARGE_AT // FIELDS][CODE]))
        return found
