"""Entitlement worked out a second time, slowly and plainly: what the rule is tested against.

Written from ``docs/algorithms/people.md`` ("Entitlement") alone, by another hand than the rule; the numbers in brackets
are the numbers of its paragraphs. Dicts and sets of months and days, every day asked on its own; nothing is shared with
the rule but the history's columns and the names of its answers. ``reference_resident`` has paragraph 9.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, month_of

from .history import KINDS
from .reference_resident import ResidentYears

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figures

    from .history import History

LAYERS = ("basic", "large_expense", "resident_basic", "critical_illness")
MADE_UP_LAYERS = LAYERS[:2]
"""Only the employee scheme's layers are made up."""
NOTHING = ("", 0, 0)


class Said(NamedTuple):
    """One layer of one day: the reason ("entitled": covered), what gives it, what would have to be paid first."""

    reason: str
    by: tuple[str, int, int] = NOTHING
    """How (payment, large_expense_payment, resident_payment, grant, confirmation, custodial), its id, month or year."""
    lacks: tuple[str, int] = ("", 0)
    """month, year_own, year_unit, year_both or resident_year, and which."""

    @property
    def covered(self) -> bool:
        """Whether the layer covers the day."""
        return self.reason == "entitled"


class Window(NamedTuple):
    """Days of claims to be made up: from and to, the layers, the day of payment that opened them."""

    start: int
    end: int
    layers: frozenset[str]
    opened: int


class Reference:
    """One history, asked for any day and day of seeing."""

    def __init__(self, h: History, figures: Figures) -> None:
        self.h, self.figures = h, figures
        days = {*h.paid_on, *h.large_own_on, *h.large_unit_on, *h.resident_on}
        self.payment_days = sorted(days - {0})
        self._seen: dict[int, AsSeen] = {}

    def seen(self, seen: int) -> AsSeen:
        """The history without the payments made after the day of seeing; nothing else changes with it."""
        known = bisect_right(self.payment_days, seen)
        if known not in self._seen:
            self._seen[known] = AsSeen(self.h, self.figures, seen)
        return self._seen[known]

    def on(self, day: int, seen: int) -> dict[str, Said]:
        """Every layer on a day."""
        now = self.seen(seen)
        return {layer: now.said(layer, day) for layer in LAYERS}

    def since(self, layer: str, day: int, seen: int) -> int:
        """First day of the run of covered days that the day lies in; 0 where it is not covered."""
        now = self.seen(seen)
        if not now.covers(layer, day):
            return 0
        while now.covers(layer, day - 1):
            day -= 1
        return day

    def opened(self, layer: str, day: int, seen: int) -> int:
        """The day of payment that opened a day to be made up; 0 for any other day."""
        if not self.seen(seen).covers(layer, day) or self.seen(day).covers(layer, day):
            return 0
        later = (t for t in self.payment_days if day < t <= seen)
        return next(t for t in later if self.seen(t).covers(layer, day))

    def windows(self, seen: int) -> list[Window]:
        """The windows as seen: days in a row that one day of payment opened, layers together over the same days."""
        runs: dict[tuple[int, int, int], set[str]] = {}
        for layer in MADE_UP_LAYERS:
            start = opened = 0
            for day in range(self.first, seen + 2):
                t = self.opened(layer, day, seen) if day <= seen else 0
                if t != opened:
                    if opened:
                        runs.setdefault((start, day - 1, opened), set()).add(layer)
                    start, opened = day, t
        return sorted(Window(a, b, frozenset(layers), t) for (a, b, t), layers in runs.items())

    @cached_property
    def first(self) -> int:
        """A day before which nothing can be covered."""
        rows = [*(first_day(m) for m in self.h.month), *(first_day(y * MONTHS) for y in self.h.resident_year)]
        single = [d for d in (self.h.retired_from, self.h.confirmed_from) if d]
        months = [first_day(month_of(d)) for d in single]
        return min([*rows, *months], default=0) or first_day(MONTHS)


class AsSeen:
    """A history as seen on a day: dicts of what is paid by then."""

    def __init__(self, h: History, figures: Figures, seen: int) -> None:
        self.h, self.figures = h, figures
        rows = list(zip(h.month, h.kind, h.unit, h.gap, h.paid_on, h.payment, strict=True))
        self.enrolled = {m: (kind, unit) for m, kind, unit, gap, _, _ in rows if not gap}
        self.gap_rows = {m for m, _, _, gap, _, _ in rows if gap}
        self.payment = {m: payment for m, _, _, _, paid, payment in rows if 0 < paid <= seen}
        self.spells = _spells(self.enrolled)
        self.spell_of = {m: spell for spell in self.spells for m in spell}
        large = zip(
            h.large_year, h.large_own_on, h.large_unit_on, h.large_own_payment, h.large_unit_payment, strict=True
        )
        self.large = {y: _shares((own, own_id), (unit, unit_id), seen) for y, own, unit, own_id, unit_id in large}
        self.residents = ResidentYears(h, figures, seen, {m for m in self.payment if m in self.enrolled})
        self.between = {m: gap for gap in map(self._gap, self.spells) if gap for m in gap.months}
        self._months: dict[int, Said] = {}

    def covers(self, layer: str, day: int) -> bool:
        """Whether a layer covers a day."""
        return self.said(layer, day).covered

    def said(self, layer: str, day: int) -> Said:
        """One layer on a day."""
        if self.h.died_on and day > self.h.died_on:  # (11)
            return Said("dead")
        if layer == "basic":
            return self._basic(day)
        if layer == "large_expense":
            return self._large(day)
        return self._resident(day)

    def _basic(self, day: int) -> Said:
        h = self.h
        if self._granted(day):  # (6), and (7): the grant is named before the confirmation
            return Said("entitled", ("grant", h.grant, 0))
        if self._confirmed(day):  # (7)
            return Said("entitled", ("custodial" if h.custodial else "confirmation", h.confirmation, 0))
        m = month_of(day)
        said = self.month(m)
        elsewhere = m not in self.enrolled and not said.covered and self.residents.on(day)[0] == "entitled"
        return Said("other_scheme") if elsewhere else said  # (10)

    def _large(self, day: int) -> Said:
        basic = self._basic(day)
        if not basic.covered:
            return Said(basic.reason, lacks=basic.lacks)
        year = month_of(day) // MONTHS
        lacking, payment = self.large.get(year, ("both", 0))  # (8)
        if lacking:
            return Said("large_expense_unpaid", lacks=(f"year_{lacking}", year))
        return Said("entitled", ("large_expense_payment", payment, year))

    def _resident(self, day: int) -> Said:
        if self._holds(day):  # (10)
            return Said("other_scheme")
        reason, payment = self.residents.on(day)
        year = month_of(day) // MONTHS
        return Said(reason, ("resident_payment", payment, year) if reason == "entitled" else NOTHING)

    def _granted(self, day: int) -> bool:
        """(6) From the first of the month of the grant, where a retiree's basic is free of the unit's payment."""
        if not self.h.retired_from or day < first_day(month_of(self.h.retired_from)):
            return False
        month = first_day(month_of(day))
        return (
            self.figures.has("entitlement.retiree_free", month)
            and self.figures.at("entitlement.retiree_free", month).true
        )

    def _confirmed(self, day: int) -> bool:
        return bool(self.h.confirmed_from) and day >= self.h.confirmed_from

    def _holds(self, day: int) -> bool:
        """(10) Whether the employee scheme holds the day."""
        if self._granted(day) or self._confirmed(day):
            return True
        m = month_of(day)
        if m not in self.enrolled or self.month(m).covered:
            return self.month(m).covered
        return any(u in self.payment for u in self.spell_of[m] if u <= m)

    def month(self, m: int) -> Said:
        """Basic in a month by months paid, nothing else looked at."""
        if m not in self._months:
            self._months[m] = self._in_spell(m) if m in self.enrolled else self._outside(m)
        return self._months[m]

    def _in_spell(self, m: int) -> Said:
        spell = self.spell_of[m]
        due = [u for u in spell if u + self._offset(u) + 1 <= m and u not in self.payment]
        if due:  # (2)
            return Said("arrears", lacks=("month", due[0]))
        paid = [u for u in spell if u <= m and u in self.payment]
        by = paid[-1] if paid else self._carried(spell)  # (3)
        if not by:
            return Said("not_paid")
        if paid and paid[0] <= m < paid[0] + self._wait(spell):  # (4)
            return Said("waiting")
        return Said("entitled", ("payment", self.payment[by], by))

    def _offset(self, u: int) -> int:
        return self.figures.at("levy.due_month_offset", first_day(u)).value  # (1)

    def _carried(self, spell: list[int]) -> int:
        """(3) The last month of the spell directly before, if that is paid and covered; else 0."""
        last = spell[0] - 1
        return last if last in self.enrolled and last in self.payment and self.month(last).covered else 0

    def _wait(self, spell: list[int]) -> int:
        """(4) Months of wait of a spell: none without a gap or with one made up."""
        gap, start = self._gap(spell), first_day(spell[0])
        if gap is None or gap.made_up or not self.figures.has("entitlement.wait_months", start):
            return 0
        kind = KINDS[self.enrolled[spell[0]][0]]
        return self.figures.at("entitlement.wait_months", start, kind=kind).value

    def _gap(self, spell: list[int]) -> Gap | None:
        """(4) The gap before a spell; None: no gap."""
        m = spell[0] - 1
        passed: list[int] = []
        first = min([*self.h.month, *(y * MONTHS for y in self.h.resident_year)])
        while m >= first:
            resident = m // MONTHS in self.h.resident_year and m not in self.gap_rows
            if m in self.enrolled and not passed:
                return None
            if m in self.enrolled or resident:
                break
            passed.insert(0, m)
            m -= 1
        else:
            return None
        name = "gap_months"
        start = first_day(spell[0])
        within = self.figures.has(f"entitlement.{name}", start)
        within = within and len(passed) <= self.figures.at(f"entitlement.{name}", start).value
        lacking = [u for u in passed if u not in self.gap_rows or u not in self.payment]
        if m in self.enrolled:
            end_paid, end = m in self.payment, ("month", m)
        else:
            end_paid, end = self.residents.paid(m // MONTHS), ("resident_year", m // MONTHS)
        lacks = ("month", lacking[0]) if lacking else end
        return Gap(passed, within, within and not lacking and end_paid, lacks)

    def _outside(self, m: int) -> Said:
        """(5) A month without an enrolled row."""
        gap = self.between.get(m)
        if gap is None:
            return Said("not_enrolled")
        if gap.made_up:  # (4)
            return Said("entitled", ("payment", self.payment[m], m))
        if gap.within:
            return Said("gap_open", lacks=gap.lacks)
        return Said("gap_too_long" if m in self.gap_rows else "not_enrolled")


class Gap(NamedTuple):
    """The months between two enrolments: whether few enough, whether made up, what lacks first."""

    months: list[int]
    within: bool
    made_up: bool
    lacks: tuple[str, int]


def _spells(enrolled: dict[int, tuple[int, int]]) -> list[list[int]]:
    """Runs of months that follow each other with one unit and one kind."""
    spells: list[list[int]] = []
    for m in sorted(enrolled):
        if spells and spells[-1][-1] == m - 1 and enrolled[m - 1] == enrolled[m]:
            spells[-1].append(m)
        else:
            spells.append([m])
    return spells


def _shares(own: tuple[int, int], unit: tuple[int, int], seen: int) -> tuple[str, int]:
    """(8) Which shares of a year lack ("" none) and the id of the payment of the one paid later."""
    has_own, has_unit = 0 < own[0] <= seen, 0 < unit[0] <= seen
    if has_own and has_unit:
        return "", own[1] if own[0] >= unit[0] else unit[1]
    return "own" if has_unit else "unit" if has_own else "both", 0
