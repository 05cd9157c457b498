"""Conditions and expressions as text of generated source. Only checked names and integers come in."""

from __future__ import annotations

from collections.abc import Iterable

from ..attributes import standard_attributes
from ..tables import (
    NO_END,
    RATE_SCALE,
    Condition,
    Const,
    Expr,
    IndexTimes,
    MinOf,
    ReadAttr,
    Scheme,
    Steps,
    SumOf,
    Test,
    When,
)
from ..timeline import timeline
from .numbers import Numbers

ALWAYS, NEVER = "1 == 1", "1 == 0"
_STANDARD = frozenset(a.name for a in standard_attributes())


def variable(attribute: str) -> str:
    """Variable of an attribute; a declared one has a prefix, so that no name of a law meets one of the source."""
    return attribute if attribute in _STANDARD else f"a_{attribute}"


class Window:
    """The days [start, end) a source is made for; what changes outside of them is left out."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def meets(self, start: int, end: int | None) -> bool:
        return start < self.end and (end or NO_END) > self.start

    def holds(self, start: int, end: int | None) -> list[str]:
        """Tests of ``day`` still needed for an interval (none where it spans the window)."""
        tests = []
        if start > self.start:
            tests.append(f"day >= {start}")
        if (end or NO_END) < self.end:
            tests.append(f"day < {end}")
        return tests

    def within(self, intervals: Iterable[tuple[int, int | None]]) -> str:
        """Test that ``day`` is in one of the intervals; ALWAYS and NEVER where that is already known."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted((s, e or NO_END) for s, e in intervals if self.meets(s, e)):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        options = [" and ".join(self.holds(start, end)) or ALWAYS for start, end in joined]
        if not options:
            return NEVER
        return options[0] if len(options) == 1 else "(" + " or ".join(f"({o})" for o in options) + ")"


def test_text(t: Test, scheme: Scheme, category: int | None) -> str:
    """One test; ``category`` is the category already known here, or None."""
    if t.attr == "category" and category is not None:
        return ALWAYS if (category in t.values) == (t.op == "in") else NEVER
    kind, name = next(a.kind for a in scheme.attributes if a.name == t.attr), variable(t.attr)
    if kind == "codes":
        mask = sum(1 << v for v in t.values)
        return f"{name} & {mask} != 0" if t.op == "in" else f"{name} & {mask} == 0"
    if kind == "disease":
        mask = sum(2 << v for v in t.values)
        if t.op == "in":
            return f"disease & {mask} != 0"
        return f"disease & {mask | 1} == 1" if t.op == "unlisted" else f"disease & {mask} == 0"
    if t.op == "range":
        low = f"{t.low} <= " if t.low is not None else ""
        high = f" <= {t.high}" if t.high is not None else ""
        return f"{low}{name}{high}" if low or high else ALWAYS
    values = sorted(t.values)
    if len(values) == 1:
        return f"{name} {'==' if t.op == 'in' else '!='} {values[0]}"
    joined = (" or " if t.op == "in" else " and ").join(f"{name} {'==' if t.op == 'in' else '!='} {v}" for v in values)
    return f"({joined})"


def condition_text(c: Condition, scheme: Scheme, category: int | None) -> str:
    tests = [test_text(t, scheme, category) for t in c]
    if NEVER in tests:
        return NEVER
    tests = [t for t in tests if t != ALWAYS]
    return " and ".join(tests) if tests else ALWAYS


def when_text(when: When, scheme: Scheme, category: int | None = None) -> str:
    """A condition or several of which one must hold; ALWAYS and NEVER where that is already known."""
    if not when:
        return ALWAYS
    options = [condition_text(c, scheme, category) for c in when]
    if ALWAYS in options:
        return ALWAYS
    options = [o for o in dict.fromkeys(options) if o != NEVER]
    if not options:
        return NEVER
    return options[0] if len(options) == 1 else "(" + " or ".join(f"({o})" for o in options) + ")"


def both(*conditions: str) -> str | None:
    """Conditions joined by ``and``; None where all always hold."""
    left = [c for c in conditions if c and c != ALWAYS]
    if NEVER in left:
        return NEVER
    return " and ".join(left) if left else None


def names_in(text_of: When | Expr) -> set[str]:
    """Attributes that a condition or an expression reads."""
    if isinstance(text_of, tuple):
        return {t.attr for c in text_of for t in c}
    if isinstance(text_of, Steps):
        return {text_of.attr}
    if isinstance(text_of, ReadAttr):
        return {text_of.name}
    if isinstance(text_of, (SumOf, MinOf)):
        return {n for i in text_of.items for n in names_in(i)}
    return set()


def expr_text(e: Expr, scheme: Scheme, window: Window, scale: int, numbers: Numbers) -> str:
    """An expression as integer source. ``scale`` divides rates (RATE_SCALE // D); 1 for money."""
    if isinstance(e, Const):
        assert e.value is not None
        return numbers.text(e.value // scale)
    if isinstance(e, IndexTimes):
        return _index_text(e, scheme, window, numbers)
    if isinstance(e, Steps):
        return f"{numbers.text(e.per // scale)} * max(0, {variable(e.attr)} - {numbers.text(e.above)})"
    if isinstance(e, ReadAttr):
        return variable(e.name)
    parts = [expr_text(i, scheme, window, scale, numbers) for i in e.items]
    if isinstance(e, SumOf):
        return "(" + " + ".join(parts) + ")"
    text = parts[0]
    for part in parts[1:]:
        text = f"min({text}, {part})"
    return text


def _index_text(e: IndexTimes, scheme: Scheme, window: Window, numbers: Numbers) -> str:
    versions = [v for v in timeline(scheme.indices[e.name]).versions if window.meets(v.start, v.end)]
    text = ""
    for v in reversed(versions):
        expr = v.cells[0].expr
        assert isinstance(expr, Const)
        assert expr.value is not None
        amount = (expr.value * e.times + RATE_SCALE // 2) // RATE_SCALE
        own = numbers.text(amount)
        text = own if not text else f"({own} if day < {v.end} else {text})"
    return text or "0"
