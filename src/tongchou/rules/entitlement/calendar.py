"""The calendar in integers alone, so that the same lines run compiled: months since year 0, ordinal days."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

CENTURY = 36_524
"""Days of 100 years without the leap day of the fourth."""
ERA = 4 * CENTURY + 1
"""Days of 400 years."""
MARCH = 305
"""Days from the first of March of year 0 to the day before ordinal day 0."""


def month_of(day: int) -> int:
    """The month that an ordinal day lies in (years are counted from March inside, so that leap days come last)."""
    z = day + MARCH
    era = z // ERA
    doe = z - era * ERA
    yoe = (doe - doe // 1460 + doe // CENTURY - doe // (4 * CENTURY)) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    march = (5 * doy + 2) // 153
    return (yoe + era * 400) * MONTHS + march + 2


def first_day(month: int) -> int:
    """The ordinal day with which a month begins."""
    m = month - 2
    year = m // MONTHS
    march = m - year * MONTHS
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * march + 2) // 5 - MARCH


def last_day(month: int) -> int:
    """The ordinal day with which a month ends."""
    return first_day(month + 1) - 1


def months_later(day: int, months: int) -> int:
    """The same day of the month some months later, or the last one of a shorter month."""
    month = month_of(day)
    return min(first_day(month + months) + day - first_day(month), last_day(month + months))
