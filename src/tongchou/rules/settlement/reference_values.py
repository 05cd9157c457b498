"""Values of the frozen tables, read the plain way: conditions, expressions, modifiers, rounding, bands.

The slow half of the independent witness (see ``reference.py``). Money is int fen, a rate is an exact
``Fraction`` (1 = all); nothing but money is ever rounded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.law.tables import (
    RATE_SCALE,
    ROLLING,
    Band,
    Condition,
    Const,
    Expr,
    IndexTimes,
    MinOf,
    Modifier,
    ReadAttr,
    Scheme,
    Steps,
    Test,
    Value,
    Version,
    When,
)

Attrs = Mapping[str, int]
Key = tuple[object, ...]
Totals = dict[Key, int]

HALF = Fraction(1, 2)


def half_up(amount: Fraction) -> int:
    """Nearest fen, halves upwards."""
    return math.floor(amount + HALF)


def in_force(start: int, end: int | None, day: int) -> bool:
    """Closed at its start, open at its end."""
    return start <= day and (end is None or day < end)


@dataclass(frozen=True)
class Facts:
    """What law may read of one claim: ``whole`` with all held identities, ``views`` with one of them each."""

    scheme: Scheme
    day: int
    whole: Attrs
    views: tuple[Attrs, ...]


def kind_of(scheme: Scheme, name: str) -> str:
    """Kind of an attribute; identity and disease keep theirs when the scheme does not list them."""
    for attribute in scheme.attributes:
        if attribute.name == name:
            return attribute.kind
    return {"identity": "codes", "disease": "disease"}.get(name, "integer")


def make_facts(scheme: Scheme, attrs: Attrs) -> Facts:
    """The claim as it is and as it reads with each held identity alone (none held: once with none)."""
    views: tuple[Attrs, ...] = (attrs,)
    if kind_of(scheme, "identity") == "codes":
        mask = attrs["identity"]
        held = [code for code in range(mask.bit_length()) if mask >> code & 1]
        if scheme.identity_priority:
            held = [code for code in scheme.identity_priority if code in held][:1]
        masks = [1 << code for code in held] or [0]
        views = tuple({**attrs, "identity": one} for one in masks)
    return Facts(scheme, attrs["day"], attrs, views)


# Conditions


def test_holds(scheme: Scheme, test: Test, attrs: Attrs) -> bool:
    """One attribute's part of a condition."""
    value = attrs[test.attr]
    if test.op == "range":
        return (test.low is None or test.low <= value) and (test.high is None or value <= test.high)
    kind = kind_of(scheme, test.attr)
    if kind == "disease":
        matches = any(value >> (catalogue + 1) & 1 for catalogue in test.values)
    elif kind == "codes":
        matches = any(value >> code & 1 for code in test.values)
    else:
        matches = value in test.values
    if test.op == "unlisted":
        return bool(value & 1) and not matches
    return matches if test.op == "in" else not matches


def condition_holds(scheme: Scheme, condition: Condition, attrs: Attrs) -> bool:
    """All tests must hold."""
    return all(test_holds(scheme, test, attrs) for test in condition)


def holds(scheme: Scheme, when: When, attrs: Attrs) -> bool:
    """One of the conditions must hold; no condition at all always holds."""
    return not when or any(condition_holds(scheme, condition, attrs) for condition in when)


# Values


def version_on(value: Value, day: int) -> Version | None:
    """The version in force on the day."""
    for version in value.versions:
        if in_force(version.start, version.end, day):
            return version
    return None


def evaluate(scheme: Scheme, value: Value, attrs: Attrs) -> int | None:
    """The value in its unit for these attributes on the claim's day; None: no limit."""
    version = version_on(value, attrs["day"])
    if version is None:
        raise LookupError(f"no version of the value on day {attrs['day']}")
    for cell in version.cells:
        if holds(scheme, cell.when, attrs):
            return compute(scheme, cell.expr, attrs)
    raise LookupError(f"no cell of {version.cite.id} takes the claim")


def compute(scheme: Scheme, expr: Expr, attrs: Attrs) -> int | None:
    """An expression's number; "no limit" swallows a sum and is passed over by a minimum."""
    if isinstance(expr, Const):
        return expr.value
    if isinstance(expr, IndexTimes):
        figure = evaluate(scheme, scheme.indices[expr.name], attrs)
        return None if figure is None else half_up(Fraction(figure * expr.times, RATE_SCALE))
    if isinstance(expr, Steps):
        return max(0, attrs[expr.attr] - expr.above) * expr.per
    if isinstance(expr, ReadAttr):
        return attrs[expr.name]
    items = [compute(scheme, item, attrs) for item in expr.items]
    numbers = [item for item in items if item is not None]
    if isinstance(expr, MinOf):
        return min(numbers) if numbers else None
    return sum(numbers) if len(numbers) == len(items) else None


def active_modifiers(scheme: Scheme, modifiers: tuple[Modifier, ...], attrs: Attrs) -> list[tuple[str, int]]:
    """Operation and raw value of each modifier that applies, in listed order."""
    active: list[tuple[str, int]] = []
    for modifier in modifiers:
        # outside its versions a modifier does nothing, unlike any other value
        if version_on(modifier.value, attrs["day"]) is None or not holds(scheme, modifier.when, attrs):
            continue
        value = evaluate(scheme, modifier.value, attrs)
        if value is not None:
            active.append((modifier.op, value))
    return active


def one_rate(scheme: Scheme, value: Value, modifiers: tuple[Modifier, ...], attrs: Attrs) -> Fraction:
    """A rate with its modifiers, exact, held to 0…1."""
    raw = evaluate(scheme, value, attrs)
    if raw is None:
        raise LookupError("a rate may not be null")
    rate = Fraction(raw, RATE_SCALE)
    for op, number in active_modifiers(scheme, modifiers, attrs):
        by = Fraction(number, RATE_SCALE)
        if op == "points":
            rate += by
        elif op == "factor":
            rate *= by
        elif op == "own_share_factor":
            rate = 1 - (1 - rate) * by
        elif op == "at_least":
            rate = max(rate, by)
        elif op == "at_most":
            rate = min(rate, by)
        else:
            raise ValueError(f"{op} does not change a rate")
    return min(max(rate, Fraction(0)), Fraction(1))


def one_deductible(scheme: Scheme, value: Value, modifiers: tuple[Modifier, ...], attrs: Attrs) -> int:
    """A deductible in fen with its modifiers, never below 0."""
    amount = evaluate(scheme, value, attrs)
    if amount is None:
        raise LookupError("a deductible may not be null")
    for op, number in active_modifiers(scheme, modifiers, attrs):
        if op == "add":
            amount += number
        elif op == "factor":
            amount = half_up(Fraction(amount * number, RATE_SCALE))
        elif op == "at_least":
            amount = max(amount, number)
        elif op == "at_most":
            amount = min(amount, number)
        else:
            raise ValueError(f"{op} does not change a deductible")
    return max(0, amount)


# Lookups: the most favourable of what the held identities give one by one


def best_rate(facts: Facts, value: Value, modifiers: tuple[Modifier, ...] = ()) -> Fraction:
    """The highest rate."""
    return max(one_rate(facts.scheme, value, modifiers, view) for view in facts.views)


def least_rate(facts: Facts, value: Value, modifiers: tuple[Modifier, ...] = ()) -> Fraction:
    """The lowest rate, for a share that the person pays."""
    return min(one_rate(facts.scheme, value, modifiers, view) for view in facts.views)


def least_deductible(facts: Facts, value: Value, modifiers: tuple[Modifier, ...]) -> int:
    """The lowest deductible, fen."""
    return min(one_deductible(facts.scheme, value, modifiers, view) for view in facts.views)


def highest(facts: Facts, value: Value) -> int | None:
    """The highest amount, fen; "no limit" is above every amount."""
    amounts = [evaluate(facts.scheme, value, view) for view in facts.views]
    numbers = [amount for amount in amounts if amount is not None]
    return max(numbers) if len(numbers) == len(amounts) else None


# Periods


def benefit_year(scheme: Scheme, day: int) -> int:
    """The year in which the benefit year of that day began."""
    on = date.fromordinal(day)
    return on.year if (on.month, on.day) >= scheme.year_starts else on.year - 1


def period_key(scheme: Scheme, per: str, claim: Attrs) -> Key:
    """What tells one period of this kind from the next; months and quarters are those of the calendar.

    Of a rolling period each day is kept apart: ``held`` looks back over as many as the law says.
    """
    if per.startswith(ROLLING):
        return (per, claim["day"])
    on = date.fromordinal(claim["day"])
    keys: dict[str, Key] = {
        "visit": ("stay", claim["stay"]),
        "episode": ("episode", claim["episode"]),
        "day": ("day", claim["day"]),
        "month": ("month", on.year, on.month),
        "quarter": ("quarter", on.year, (on.month - 1) // 3 + 1),
        "year": ("year", benefit_year(scheme, claim["day"])),
        "lifetime": ("life",),
    }
    return keys[per]


def pool_key(facts: Facts, pool: str, per: str, key: str | None = None) -> Key | None:
    """Address of a running total; None where nothing is remembered (``per: none``)."""
    if per == "none":
        return None
    return (pool, period_key(facts.scheme, per, facts.whole), None if key is None else facts.whole[key])


def held(totals: Totals, key: Key | None) -> int:
    """What a pool holds for the claim whose address it is: its period's total, or that of the days looked back over.

    A rolling period of N days ends with the claim's own day: the day N days before it is out, later days are out.
    """
    if key is None:
        return 0
    pool, period, value = key
    assert isinstance(period, tuple)
    if not str(period[0]).startswith(ROLLING):
        return totals.get(key, 0)
    last = period[1]
    first = last - int(str(period[0]).removeprefix(ROLLING)) + 1
    found = 0
    for (name, when, other), amount in totals.items():
        assert isinstance(when, tuple)
        if (name, other, when[0]) == (pool, value, period[0]) and first <= when[1] <= last:
            found += amount
    return found


# The payment function


@dataclass(frozen=True)
class Payment:
    """What a layer pays of a cost: straight pieces (low, high, rate) over the running cost, fen.

    ``before`` is the running cost before the claim; cost outside the pieces is paid nothing. ``so_far`` is what a
    layer that catches up has paid in its period already (None: it pays each claim's own step).
    """

    scheme: Scheme
    pieces: tuple[tuple[int, int | None, Fraction], ...]
    before: int = 0
    so_far: int | None = None

    def settled_before(self) -> int:
        """What of the function at the total after the claim is not this claim's."""
        return self.function(self.before) if self.so_far is None else self.so_far

    def exact(self, cost: int) -> Fraction:
        """Unrounded payment on the whole of a running cost."""
        total = Fraction(0)
        for low, high, rate in self.pieces:
            top = cost if high is None else min(cost, high)
            total += max(0, top - low) * rate
        return total

    def function(self, cost: int) -> int:
        """The same to the fen, rounded once on the side that the law names."""
        exact = self.exact(cost)
        if self.scheme.side == "fund":
            return half_up(exact) if self.scheme.mode == "half_up" else math.floor(exact)
        # the person's share is rounded: what the fund pays then falls on the other side
        return math.ceil(exact - HALF) if self.scheme.mode == "half_up" else math.ceil(exact)

    def pays(self, cost: int) -> int:
        """Payment on this claim's cost, fen."""
        step = self.function(self.before + cost) - self.settled_before()
        return step if self.so_far is None else max(0, step)

    def inverse(self, paid: int) -> int | None:
        """Least cost whose payment reaches ``paid``, to the fen (below 0 where less would do); None: none does."""
        if paid == 0:
            return 0
        missing = Fraction(self.settled_before() + paid)
        for low, high, rate in self.pieces:
            full = None if high is None else max(0, high - low) * rate
            if rate > 0 and (full is None or missing <= full):
                cost = low + missing / rate - self.before
                return half_up(cost) if self.scheme.inverse == "half_up" else math.floor(cost)
            missing -= full or 0
        return None


def band_pieces(
    facts: Facts, bands: tuple[Band, ...], modifiers: tuple[Modifier, ...], edge: int
) -> tuple[tuple[int, int | None, Fraction], ...]:
    """The bands as pieces that begin at the edge, each with the layer's modifiers on its rate."""
    pieces = []
    low = edge
    for band in bands:
        rate = best_rate(facts, band.rate, modifiers)
        high = None if band.upto is None else highest(facts, band.upto)
        if high is None or high > low:
            pieces.append((low, high, rate))
        if high is None:
            break
        low = max(low, high)
    return tuple(pieces)
