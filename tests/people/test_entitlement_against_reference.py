"""Entitlement against a plain month-by-month reference, and what must hold of any history of payments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.people.branches import JINAN, KUNMING, figures
from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso, iso_month, month_of
from tongchou.rules.entitlement.fields import (
    BASIC_BIT,
    BY,
    BY_ID,
    BY_KIND,
    BY_PERIOD,
    CODE,
    CURE_DAY,
    CURE_KIND,
    CURE_PERIOD,
    CURES,
    ENTITLED,
    LARGE_BIT,
    LAYERS,
    REASONS,
    SINCE,
    UNTIL,
    W_FROM,
    W_LAYERS,
    W_OPENED,
    W_TO,
)
from tongchou.rules.entitlement.history import IDENTITIES, KINDS, History, check
from tongchou.rules.entitlement.one import Person, law_of
from tongchou.rules.entitlement.reference import Reference, Said
from tongchou.rules.reckoning import FactRefused

SPANS = {KUNMING: (2021, 2027), JINAN: (2006, 2007)}
"""Kunming: from before the rule of gaps (2021-12) to where years missed since 2025 count."""
LATE = 2021 * MONTHS + 11
"""The month in which waits and made-up gaps begin in Kunming; most histories begin about it or after it."""
RUNS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


class Made:
    """A history made up, its area, the last day of seeing, and rows by which a twin of it can be made."""

    def __init__(
        self, area: str, months: list[Any], large: list[Any], resident: list[Any], days: dict[str, int]
    ) -> None:
        self.area, self.months, self.large, self.resident, self.days = area, months, large, resident, days
        self.history = History(months, large, resident, **days)

    def person(self, day: int, seen: int) -> Person:
        return Person(self.history, law_of(figures(self.area), self.history, day, seen))

    def __repr__(self) -> str:
        months = [
            f"{iso_month(m)} {KINDS[k]} u{u}{' gap' if g else ''} {iso(p) if p else '-'}"
            for m, k, u, g, p, _ in self.months
        ]
        return f"{self.area} {months} large {self.large} resident {self.resident} {self.days}"


def single_days(draw: Any, months: list[int], low: int, seen: int) -> dict[str, int]:
    """A grant and a confirmation about some month, or neither."""

    def some_day() -> int:
        about = first_day(draw(st.sampled_from(months)))
        return min(max(about + draw(st.integers(-40, 100)), first_day(low)), seen)

    days: dict[str, int] = {}
    if draw(st.integers(0, 4)) == 0:
        days.update(retired_from=some_day(), grant=901)
    if draw(st.integers(0, 5)) == 0:
        days.update(confirmed_from=some_day(), confirmation=902, custodial=draw(st.integers(0, 1)))
    return days


@st.composite
def made(draw: Any, area: str = KUNMING) -> Made:
    """Months paid in time, late, ahead or not at all; moves between units; gaps; both schemes; grants and deaths."""
    first_year, last_year = SPANS[area]
    low, end = first_year * MONTHS, (last_year + 1) * MONTHS
    seen = first_day(end) - 1
    about = min(max(low, LATE - 4), end - 6)
    at = draw(st.integers(low, end - 6) | st.integers(about, about + 6) | st.integers(about, end - 6))
    rows: list[tuple[int, ...]] = []
    ids = iter(range(1, 1000))

    def paid(m: int) -> int:
        late = draw(st.sampled_from([0, 0, 0, 0, 3, 20, 29, 45, 70, 200, -10, -40, None]))
        day = 0 if late is None else first_day(m) + late
        return day if 0 < day <= seen else 0

    for _ in range(draw(st.integers(0, 4))):
        kind, unit = draw(st.sampled_from([0, 1, *range(len(KINDS))])), draw(st.integers(1, 3))
        for _ in range(draw(st.sampled_from([1, 2, 2, 3, 3, 4, 5, 9, 14]))):
            day = paid(at)
            rows.append((at, kind, unit, 0, day, next(ids) if day else 0))
            at += 1
        whole = draw(st.booleans())
        for gap in range(draw(st.sampled_from([0, 0, 1, 2, 3, 3, 4, 4, 5, 7]))):
            if gap == 0 or whole or draw(st.booleans()):
                day = paid(at)
                rows.append((at, kind, unit, 1, day, next(ids) if day else 0))
            at += 1
    enrolled = [r[0] for r in rows if not r[3]]
    rows = [r for r in rows if r[0] < end and (not r[3] or (enrolled and r[0] < min(enrolled[-1], end - 1)))]
    while rows and rows[-1][3]:
        rows.pop()
    years = range(first_year, last_year + 1)
    large = [
        (y, own, unit, next(ids) if own else 0, next(ids) if unit else 0)
        for y in years
        if draw(st.booleans())
        for own, unit in [(paid(y * MONTHS), paid(y * MONTHS + draw(st.integers(0, 11))))]
    ]
    resident = [
        (y, day, next(ids) if day else 0, draw(st.sampled_from([0, 0, 0, 1, 1 << (len(IDENTITIES) - 1)])))
        for y in years
        if draw(st.integers(0, 2)) == 0
        for day in [paid(y * MONTHS + draw(st.sampled_from([-2, -1, 0, 1, 5])))]
    ]
    days = single_days(draw, [r[0] for r in rows] or [at], low, seen)
    if draw(st.integers(0, 6)) == 0 and rows:
        days["died_on"] = min(first_day(rows[-1][0]) + draw(st.integers(0, 27)), seen)
    assume(rows or resident or days)
    found = Made(area, rows, large, resident, days)
    try:
        check(found.history, seen, 12)
    except FactRefused:
        assume(False)
    return found


def last_of(area: str) -> int:
    """The last day of seeing."""
    return first_day((SPANS[area][1] + 1) * MONTHS) - 1


def edges(found: Made) -> list[int]:
    """The first day of every month about the rows of a history."""
    h = found.history
    low, high = SPANS[found.area][0] * MONTHS, (SPANS[found.area][1] + 1) * MONTHS
    months = [*h.month, *(y * MONTHS for y in h.resident_year)] or [low]
    return [first_day(m) for m in range(max(min(months) - 2, low), min(max(months) + 4, high))]


def turns(h: History) -> list[int]:
    """Days on which something of one day begins or ends, and those beside them."""
    return [d + k for d in (h.retired_from, h.confirmed_from, h.died_on, *h.resident_on) if d for k in (-1, 0, 1)]


def some_days(draw_days: list[int], found: Made) -> list[tuple[int, int]]:
    """(day, seen) pairs of drawn days: on the day itself, at the end, and as seen after some payment."""
    h, days, last = found.history, edges(found), last_of(found.area)
    seens = sorted({p for p in (*h.paid_on, *h.resident_on, *h.large_own_on, *h.large_unit_on) if p >= days[0]})
    pairs = []
    for a, b in zip(draw_days[::2], draw_days[1::2], strict=True):
        day = days[0] + a % (days[-1] - days[0] + 1)
        pairs += [(day, day), (day, last), *((d, seens[b % len(seens)]) for d in [day] if seens)]
    return pairs


def same(said: Said, got: tuple[int, ...]) -> bool:
    """Whether an answer says what the reference says."""
    by = (BY[got[BY_KIND]], got[BY_ID], got[BY_PERIOD]) if got[BY_KIND] else ("", 0, 0)
    cure = (CURES[got[CURE_KIND]], got[CURE_PERIOD]) if got[CURE_KIND] else ("", 0)
    wanted_by = said.by if said.by[0] in ("payment", "large_expense_payment", "resident_payment") else (*said.by[:2], 0)
    found_by = by if by[0] in ("payment", "large_expense_payment", "resident_payment") else (*by[:2], 0)
    lacks = said.lacks if said.lacks[0] else cure
    return (REASONS[got[CODE]], found_by, cure) == (said.reason, wanted_by, lacks)


DAYS = st.lists(st.integers(0, 3000), min_size=4, max_size=4)


@pytest.mark.parametrize("area", SPANS)
def test_R12_every_layer_and_day_as_the_reference_says(area: str) -> None:
    """Reason, payment, what lacks, and since when, for random payments, arrears, back-payments and moves."""

    @RUNS
    @given(made(area), DAYS)
    def holds(found: Made, days: list[int]) -> None:
        plain, last = Reference(found.history, figures(area)), last_of(area)
        drawn = some_days(days, found)
        person = found.person(min(edges(found)), last)
        asked = [d for edge in edges(found) for d in (edge, edge - 1)] + turns(found.history)
        every = [(d, seen) for d in asked for seen in (last, drawn[-1][1])]
        for day, seen in [*drawn, *every]:
            answers = person.on(day, seen)
            for layer, said in plain.on(day, seen).items():
                got = answers[LAYERS.index(layer)]
                assert same(said, got), (layer, iso(day), iso(seen), said, got)
        for day, seen in drawn:
            for layer, got in zip(LAYERS, person.on(day, seen), strict=True):
                assert got[SINCE] == plain.since(layer, day, seen), (layer, iso(day), iso(seen))

    holds()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(made(), st.integers(0, 2100))
def test_L06_windows_as_the_reference_says(found: Made, ago: int) -> None:
    """The days made up by late payments, both layers in one window where they opened together."""
    seen = last_of(KUNMING) - ago
    plain = Reference(found.history, figures(KUNMING)).windows(seen)
    got = found.person(seen, seen).windows(seen)
    bits = (("basic", BASIC_BIT), ("large_expense", LARGE_BIT))
    wanted = {(day, layer, w.opened) for w in plain for layer in w.layers for day in range(w.start, w.end + 1)}
    assert wanted == {
        (day, layer, w[W_OPENED])
        for w in got
        for layer, bit in bits
        if w[W_LAYERS] & bit
        for day in range(w[W_FROM], w[W_TO] + 1)
    }
    listed = [(day, w[W_OPENED]) for w in got for day in range(w[W_FROM], w[W_TO] + 1)]
    assert len(listed) == len(set(listed)), "layers that opened together stand in one window"


@RUNS
@given(made(), DAYS)
def test_R12_no_entitlement_without_a_payment(found: Made, days: list[int]) -> None:
    """Every covered day names a payment made by then, a grant or a confirmation; and one scheme holds the day."""
    h = found.history
    paid = {i: d for i, d in zip(h.payment, h.paid_on, strict=True) if d}
    paid |= {i: d for i, d in zip(h.large_own_payment, h.large_own_on, strict=True) if d}
    paid |= {i: d for i, d in zip(h.large_unit_payment, h.large_unit_on, strict=True) if d}
    paid |= {i: d for i, d in zip(h.resident_payment, h.resident_on, strict=True) if d}
    for day, seen in some_days(days, found):
        answers = found.person(day, seen).on(day, seen)
        covered = [a for a in answers if a[CODE] == ENTITLED]
        for a in covered:
            by = BY[a[BY_KIND]]
            assert by
            if by.endswith("payment"):
                assert paid[a[BY_ID]] <= seen
        employee = [a[CODE] == ENTITLED for a in answers[:2]]
        assert not (any(employee) and answers[2][CODE] == ENTITLED), "one scheme a day"
        assert not (employee[1] and not employee[0]), "no large expense without basic"


@RUNS
@given(made())
def test_R12_no_payment_without_its_entitlement(found: Made) -> None:
    """Each paid month of a spell is covered, or the reason is what is unpaid before it, a wait or a death."""
    seen = last_of(KUNMING)
    person = found.person(seen, seen)
    for m, _, _, gap, day, _ in found.months:
        if gap or not day:
            continue
        basic = person.on(first_day(m), seen)[0]
        reason = REASONS[basic[CODE]]
        assert reason in ("entitled", "arrears", "waiting", "dead"), (iso(first_day(m)), reason)
        if reason == "arrears":
            assert basic[CURE_PERIOD] < m


@RUNS
@given(made())
def test_R12_what_is_named_as_unpaid_is_unpaid(found: Made) -> None:
    """Nobody is sent to pay what is paid as seen."""
    h, last = found.history, last_of(KUNMING)
    paid = {("month", m) for m, d in zip(h.month, h.paid_on, strict=True) if d}
    paid |= {("resident_year", y) for y, d in zip(h.resident_year, h.resident_on, strict=True) if d}
    person = found.person(edges(found)[0], last)
    for day in edges(found):
        for got in person.on(day, last):
            assert (CURES[got[CURE_KIND]], got[CURE_PERIOD]) not in paid, iso(day)


@RUNS
@given(made())
def test_R12_until_is_the_last_day_in_a_row(found: Made) -> None:
    """Covered from the day to ``until`` and not on the day after; none where nothing ends what the rows give."""
    last, h = last_of(KUNMING), found.history
    plain, person = Reference(h, figures(KUNMING)).seen(last), found.person(edges(found)[0], last)
    rows_end = first_day(h.month[-1] + 1) - 1 if h.month else 0
    for day in edges(found):
        answers = person.on(day, last)
        for layer, got in zip(LAYERS, answers, strict=True):
            if got[CODE] != ENTITLED:
                continue
            open_end = got[UNTIL] == 0 or (layer == "large_expense" and answers[0][UNTIL] == 0)
            ends = min(got[UNTIL] or last, max(day, rows_end)) if open_end else got[UNTIL]
            for d in [
                d for m in range(month_of(day), month_of(ends) + 1) for d in (first_day(m), first_day(m + 1) - 1)
            ]:
                assert plain.covers(layer, d) or not day <= d <= ends, (layer, iso(day), iso(d), iso(ends))
            assert open_end or not plain.covers(layer, ends + 1), (layer, iso(day), iso(ends))


@RUNS
@given(made())
def test_R12_no_day_is_covered_before_it_would_begin(found: Made) -> None:
    """``would_begin`` keeps to the rows known: the first covered day after a wait, whatever ended the wait."""
    last = last_of(KUNMING)
    plain, person = Reference(found.history, figures(KUNMING)).seen(last), found.person(edges(found)[0], last)
    for day in edges(found):
        for layer, got in zip(LAYERS, person.on(day, last), strict=True):
            begins = got[CURE_DAY]
            assert not begins or begins > day, (layer, iso(day), iso(begins))
            if 0 < begins <= last:
                assert not plain.covers(layer, begins - 1), (layer, iso(day), iso(begins))
                assert plain.said(layer, begins).reason != REASONS[got[CODE]], (layer, iso(day), iso(begins))


@RUNS
@given(made(), st.data())
def test_R12_paying_never_takes_a_day_from_its_own_scheme(found: Made, data: Any) -> None:
    """What was unpaid is paid, or what was paid is paid earlier: no day of the same scheme is lost by it."""
    columns = [("months", 4)] * bool(found.months) + [("large", 1), ("large", 2)] * bool(found.large)
    columns += [("resident", 1)] * bool(found.resident and not found.months)  # a mover's premium apart
    assume(columns)
    group, at = data.draw(st.sampled_from(columns))
    groups = {name: list(getattr(found, name)) for name in ("months", "large", "resident")}
    i = data.draw(st.integers(0, len(groups[group]) - 1))
    row, last = groups[group][i], last_of(KUNMING)
    begins = first_day(row[0] if group == "months" else row[0] * MONTHS)
    latest = (row[at] or last + 1) - 1
    assume(begins - 30 <= latest)
    day = data.draw(st.integers(begins - 30, latest))
    key = {"months": 5, "large": at + 2, "resident": 2}[group]
    groups[group][i] = tuple(day if k == at else (row[key] or 950) if k == key else v for k, v in enumerate(row))
    twin = Made(found.area, groups["months"], groups["large"], groups["resident"], found.days)
    seen = data.draw(st.sampled_from([last, max(day, begins)]))
    before, after = found.person(last, last), twin.person(last, last)
    layers = (2, 3) if group == "resident" else (0, 1)
    for m in range(SPANS[KUNMING][0] * MONTHS, (SPANS[KUNMING][1] + 1) * MONTHS):
        old, new = before.on(first_day(m), seen), after.on(first_day(m), seen)
        for layer in layers:
            if old[layer][CODE] == ENTITLED:
                assert new[layer][CODE] == ENTITLED, (iso_month(m), LAYERS[layer], iso(day), iso(seen))


def test_the_reference_shares_nothing_with_the_rule() -> None:
    """It imports the columns of a history and the calendar of the law, none of the rule's own files."""
    import ast
    import inspect

    from tongchou.rules.entitlement import reference, reference_resident

    for module in (reference, reference_resident):
        tree = ast.parse(inspect.getsource(module))
        names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level}
        assert names <= {"history", "reference_resident"}
