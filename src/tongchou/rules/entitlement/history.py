"""What one person paid and was granted, as plain columns of ints; nothing of entitlement is typed in.

Days are ordinal days (0: not yet, or never), months are months since year 0, years are calendar years. The columns of a
group have one length and are in order of month or year. ``docs/algorithms/people.md`` ("Entitlement") says what they
mean; a batch holds the same columns of many persons end to end.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso, iso_month, month_of

from ..reckoning import FactRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("employer", "flexible", "rural_contract", "low_tier", "flexible_combined", "flexible_pooled")
"""Kinds of an enrolled month; a month's ``kind`` is a place here."""
IDENTITIES = ("registered_poor", "minimum_allowance", "destitute", "newborn")
"""Identities of a resident; ``resident_identity`` has bit i set for the identity at place i."""


class History:
    """One person's months, years, grant, confirmation and death.

    Months of the employee scheme, one row a month: ``month``; ``kind`` (a place of KINDS); ``unit`` (any int; another
    unit or kind begins another spell); ``gap`` (1: a month without enrolment that was made up, else 0); ``paid_on``
    (day, 0 not paid); ``payment`` (id, 0 where not paid).

    Years of large expense: ``large_year``; ``large_own_on`` and ``large_unit_on`` (day each share was paid, 0 not);
    ``large_own_payment``, ``large_unit_payment`` (ids).

    Years of the resident scheme: ``resident_year``, ``resident_on`` (day, 0 not paid), ``resident_payment`` (id),
    ``resident_identity`` (bits, see IDENTITIES).

    Single days: ``retired_from`` (the grant of retiree benefits) with its id ``grant``; ``confirmed_from`` (unit
    confirmed unable to pay, or the retiree enrolled under a custodial unit where ``custodial`` is 1) with its id
    ``confirmation``; ``died_on``. 0 is none.
    """

    MONTH_COLUMNS = ("month", "kind", "unit", "gap", "paid_on", "payment")
    LARGE_COLUMNS = ("large_year", "large_own_on", "large_unit_on", "large_own_payment", "large_unit_payment")
    RESIDENT_COLUMNS = ("resident_year", "resident_on", "resident_payment", "resident_identity")
    DAYS = ("retired_from", "grant", "confirmed_from", "confirmation", "custodial", "died_on")
    __slots__ = (*MONTH_COLUMNS, *LARGE_COLUMNS, *RESIDENT_COLUMNS, *DAYS)

    month: tuple[int, ...]
    kind: tuple[int, ...]
    unit: tuple[int, ...]
    gap: tuple[int, ...]
    paid_on: tuple[int, ...]
    payment: tuple[int, ...]
    large_year: tuple[int, ...]
    large_own_on: tuple[int, ...]
    large_unit_on: tuple[int, ...]
    large_own_payment: tuple[int, ...]
    large_unit_payment: tuple[int, ...]
    resident_year: tuple[int, ...]
    resident_on: tuple[int, ...]
    resident_payment: tuple[int, ...]
    resident_identity: tuple[int, ...]
    retired_from: int
    grant: int
    confirmed_from: int
    confirmation: int
    custodial: int
    died_on: int

    def __init__(
        self,
        months: Sequence[Sequence[int]] = (),
        large: Sequence[Sequence[int]] = (),
        resident: Sequence[Sequence[int]] = (),
        **days: int,
    ) -> None:
        """Rows in the order of MONTH_COLUMNS, LARGE_COLUMNS and RESIDENT_COLUMNS, any order of rows; days by name."""
        groups = ((self.MONTH_COLUMNS, months), (self.LARGE_COLUMNS, large), (self.RESIDENT_COLUMNS, resident))
        for columns, rows in groups:
            ordered = sorted(rows, key=lambda row: row[0])
            for i, column in enumerate(columns):
                setattr(self, column, tuple(row[i] for row in ordered))
        for name in self.DAYS:
            setattr(self, name, days.pop(name, 0))
        if days:
            raise TypeError(f"no such day: {', '.join(days)}")


def check(h: History, seen: int, advance_months: int) -> None:
    """Refuse what cannot be: FactRefused with the field and the month, year or day found.

    ``seen``: the day as known on which is asked; nothing may lie after it, but the resident and large-expense premium
    of the next year. ``advance_months``: by how many months a month may be paid ahead.
    """
    _check_months(h, seen, advance_months)
    _check_gaps(h)
    for column, days in (("large_year", ("large_own_on", "large_unit_on")), ("resident_year", ("resident_on",))):
        _check_years(h, column, days, seen)
    for name in ("retired_from", "confirmed_from", "died_on"):
        if getattr(h, name) > seen:
            raise _after(name, iso(getattr(h, name)), seen)
    if h.died_on and h.month and h.month[-1] > month_of(h.died_on):
        raise FactRefused(
            "after_death", "month", iso_month(h.month[-1]), f"no month after {iso(h.died_on)}", "死亡当月及以前的月份"
        )


def _after(field: str, found: str, seen: int) -> FactRefused:
    return FactRefused("after_seen", field, found, f"not after {iso(seen)}", f"不晚于 {iso(seen)}")


def _check_months(h: History, seen: int, advance_months: int) -> None:
    for i, m in enumerate(h.month):
        if i and h.month[i - 1] == m:
            raise FactRefused("two_spells_in_month", "month", iso_month(m), "one row a month", "每月一行")
        if not 0 <= h.kind[i] < len(KINDS):
            raise FactRefused("unknown_code", "kind", str(h.kind[i]), ", ".join(KINDS))
        if first_day(m) > seen:
            raise _after("month", iso_month(m), seen)
        if h.paid_on[i] > seen:
            raise _after("paid_on", iso(h.paid_on[i]), seen)
        if h.paid_on[i] and h.paid_on[i] < first_day(m - advance_months):
            zh = f"最早在该月之前 {advance_months} 个月缴纳"
            early = f"at most {advance_months} months before {iso_month(m)}"
            raise FactRefused("paid_too_early", "paid_on", iso(h.paid_on[i]), early, zh)


def _check_gaps(h: History) -> None:
    """A made-up month lies between an insured month before it and a spell after it."""
    enrolled = [m for m, gap in zip(h.month, h.gap, strict=True) if not gap]
    first = min([*enrolled[:1], *(y * MONTHS for y in h.resident_year[:1])], default=0)
    for m, gap in zip(h.month, h.gap, strict=True):
        if gap and not (enrolled and first < m < enrolled[-1]):
            between = "a month between two enrolments, the later one in the employee scheme"
            raise FactRefused("gap_not_between", "month", iso_month(m), between, "两段参保之间的月份，后一段为职工医保")


def _check_years(h: History, column: str, days: tuple[str, ...], seen: int) -> None:
    years: tuple[int, ...] = getattr(h, column)
    this_year = month_of(seen) // MONTHS
    for i, year in enumerate(years):
        if i and years[i - 1] == year:
            raise FactRefused("year_twice", column, str(year), "one row a year", "每年一行")
        if year > this_year + 1:
            raise _after(column, str(year), seen)
        for name in days:
            paid = getattr(h, name)[i]
            if paid > seen:
                raise _after(name, iso(paid), seen)
            if paid and paid < first_day((year - 1) * MONTHS):
                early = f"not before the year before {year}"
                raise FactRefused("paid_too_early", name, iso(paid), early, f"不早于 {year} 年的上一年")
