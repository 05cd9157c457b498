"""Months as sets and as people write them: ``YYYY-MM..YYYY-MM,YYYY-MM``. A month is its number since year 0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import psycopg

from tongchou.law.constants import MONTHS
from tongchou.law.days import iso_month, month_number

from ...frame.refusal import OfficeRefused

SPAN = ".."


def number(day: date) -> int:
    """The month of a day."""
    return day.year * MONTHS + day.month - 1


def first_of(month: int) -> date:
    """The first day of a month."""
    return date(month // MONTHS, month % MONTHS + 1, 1)


def of_range(first: date, until: date) -> range:
    """The months from one day to before another, both first days of months."""
    return range(number(first), number(until))


def months_of(conn: psycopg.Connection, row: int) -> tuple[date, date]:
    """The months of a row of counted months, held now or ended: the first day, the first day after."""
    found = conn.execute("SELECT lower(months), upper(months) FROM office.months WHERE id = %s", [row]).fetchone()
    assert found is not None
    return found[0], found[1]


def runs(months: Iterable[int]) -> list[tuple[int, int]]:
    """Unbroken runs of a set of months, (first, one past the last), in order."""
    found: list[tuple[int, int]] = []
    for month in sorted(set(months)):
        if found and found[-1][1] == month:
            found[-1] = (found[-1][0], month + 1)
        else:
            found.append((month, month + 1))
    return found


def written(months: Iterable[int]) -> str:
    """A set of months as text; empty for none."""
    return ",".join(
        iso_month(first) if until == first + 1 else f"{iso_month(first)}{SPAN}{iso_month(until - 1)}"
        for first, until in runs(months)
    )


def month_texts(first: date, until: date) -> str:
    """The months from one day to before another as text."""
    return written(of_range(first, until))


def read_months(text: str, last: int, field: str = "months") -> set[int]:
    """The months of a text such as ``YYYY-MM..YYYY-MM,YYYY-MM``; none of an empty one.

    Raises OfficeRefused: ``months_invalid`` for another form, a span whose end is before its start, a month written
    twice, or one after ``last``.
    """
    found: set[int] = set()
    for part in filter(None, (p.strip() for p in text.replace("，", ",").split(","))):
        first, dots, end = part.partition(SPAN)
        try:
            span = range(month_number(first.strip()), month_number(end.strip() if dots else first.strip()) + 1)
        except ValueError:
            raise _invalid(
                part, "应为 YYYY-MM..YYYY-MM 或 YYYY-MM", "expected YYYY-MM..YYYY-MM or YYYY-MM", field
            ) from None
        if not span:
            raise _invalid(part, "止月早于起月", "its end is before its start", field)
        if span[-1] > last:
            raise _invalid(part, f"晚于 {iso_month(last)}", f"after {iso_month(last)}", field)
        if not found.isdisjoint(span):
            raise _invalid(
                part, f"{written(found & set(span))} 重复", f"{written(found & set(span))} stands twice", field
            )
        found.update(span)
    return found


def _invalid(part: str, zh: str, en: str, field: str) -> OfficeRefused:
    return OfficeRefused("months_invalid", f"月份 {part!r}：{zh}", f"months {part!r}: {en}", field)
