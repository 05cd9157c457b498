"""Instalments of the one-off contribution (分年度缴费): parts, due dates, payments matched oldest first (J05)."""

from __future__ import annotations

from tongchou.law.days import first_day, month_of

from ..reckoning import FactRefused, Reckoning

Match = tuple[int, int, int]
"""(day of payment, number of the part from 0, fen)."""


def parts_of(total: int, count: int, on_last: bool) -> list[int]:
    """``count`` equal parts of a sum in fen that add up to it; what cannot be divided is on the last or first part."""
    each, rest = divmod(total, count)
    parts = [each] * count
    parts[-1 if on_last else 0] += rest
    return parts


def months_later(day: int, months: int) -> int:
    """The same day of a later month, or its last day where the month is too short."""
    month = month_of(day)
    to = month + months
    return min(first_day(to) + day - first_day(month), first_day(to + 1) - 1)


def matched(parts: list[int], payments: list[tuple[int, int]]) -> tuple[list[Match], int]:
    """(matches, surplus in fen): each payment (day, fen), in order of day, goes to the oldest open part.

    Matches and surplus always add up to the payments: what no part takes is the surplus.
    """
    left = list(parts)
    matches: list[Match] = []
    surplus = i = 0
    for day, fen in sorted(payments, key=lambda p: p[0]):
        while fen and i < len(left):
            taken = min(fen, left[i])
            if taken:
                matches.append((day, i, taken))
            left[i] -= taken
            fen -= taken
            if not left[i]:
                i += 1
        surplus += fen
    return matches, surplus


class Plan:
    """Parts with their due days (ordinal), what was paid on them and when, as seen on a day."""

    def __init__(self, parts: list[int], dues: list[int], payments: list[tuple[int, int]], seen: int) -> None:
        self.parts, self.dues, self.seen = parts, dues, seen
        self.matches, self.surplus = matched(parts, [p for p in payments if p[0] <= seen])
        self.later = sum(fen for day, fen in payments if day > seen)
        """Fen of payments after the day of seeing: they are not there yet."""
        self.paid = [sum(fen for _, i, fen in self.matches if i == n) for n in range(len(parts))]

    @property
    def open(self) -> list[int]:
        """What is still to be paid of each part."""
        return [part - paid for part, paid in zip(self.parts, self.paid, strict=True)]

    @property
    def overdue(self) -> int:
        """What should have been paid before the day of seeing and was not."""
        return sum(fen for fen, due in zip(self.open, self.dues, strict=True) if due < self.seen)

    @property
    def first_unpaid(self) -> int | None:
        """The due day of the oldest part that is not paid in full; None where all are."""
        return next((due for fen, due in zip(self.open, self.dues, strict=True) if fen), None)


def plan(
    law: Reckoning,
    day: int,
    amount: int,
    standing: str,
    by_parts: bool,
    first_due: int,
    payments: list[tuple[int, int]],
    seen: int,
) -> Plan:
    """The plan of a one-off decided on a day, as seen on another: in yearly parts, or in one.

    Raises FactRefused ``instalments_not_allowed`` where the standing of the unit gives no right to them
    (source jn2007 一(一) 2005: hardship enterprises).
    """
    parts, dues = [amount], [first_due]
    if by_parts:
        allowed = law.figure("one_off.instalments", day, standing=standing)
        if not allowed.true:
            raise FactRefused(
                "instalments_not_allowed",
                "instalments",
                standing,
                "a standing that may pay by the year",
                "允许分年度缴费的单位状况",
            )
        years = law.figure("one_off.instalment_years", day)
        step = law.figure("one_off.instalment_months", day)
        remainder = law.figure("one_off.instalment_remainder", day)
        parts = parts_of(amount, years.value, remainder.word == "last")
        dues = [months_later(first_due, n * step.value) for n in range(years.value)]
        law.say(
            "instalments",
            allowed,
            years,
            step,
            remainder,
            amount=parts[0],
            parts=years.value,
            step_months=step.value,
            each_fen=parts[0],
            last_fen=parts[-1],
            first_day=dues[0],
            last_day=dues[-1],
        )
    found = Plan(parts, dues, payments, seen)
    if found.later:
        law.warn("paid_after_seen", amount_fen=found.later, seen_day=seen)
    if found.surplus:
        law.warn("surplus", amount_fen=found.surplus)
    return found
