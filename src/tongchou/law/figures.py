"""Dated figures outside the schemes, as a rule asks them: by name, day and facts; plain data, no tables.

``Figures`` holds every parameter of one area as known on a day, with the nearest area's and overriding rules already
decided. It is built from the law by ``law.figures_of`` or read from a card, and answers in microseconds.
"""

from __future__ import annotations

from .constants import NO_END, WORD_UNIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Figure:
    """One value as it held on a day: the number, what it is called, where it stands and how far to trust it."""

    __slots__ = ("area", "clause", "document", "end", "known", "name", "reading", "start", "status", "unit", "value")

    def __init__(self, value: int, name: str, unit: str, area: str, cite: tuple[Any, ...]) -> None:
        self.value = value
        """In its unit: fen, a rate over RATE_SCALE, a count, months since year 0, or the place of a word."""
        self.name, self.unit, self.area = name, unit, area
        self.start, self.end = cite[0], cite[1]
        self.document, self.clause, self.status, self.known, self.reading = cite[2:]

    @property
    def word(self) -> str:
        """The word of a value that is one of some words."""
        return self.unit[len(WORD_UNIT) :].split("|")[self.value]

    @property
    def true(self) -> bool:
        """Whether a flag is set."""
        return self.word == "true"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figure) and all(getattr(self, s) == getattr(other, s) for s in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.name, self.value, self.document, self.clause, self.start))


class MissingFact(Exception):
    """A figure depends on a fact that was not given; ``fact`` names it."""

    def __init__(self, fact: str, name: str) -> None:
        self.fact, self.name = fact, name
        super().__init__(f"{name} depends on {fact}")


class Figures:
    """Every parameter of an area as known on a day (``known`` None: all that is known now).

    ``held``: name → (title, segments); a segment: (start, end, cells, cite, area, why, unit, attributes), in order,
    not overlapping; attributes: name → (kind, values, default) of what its cells read.
    """

    def __init__(self, area: str, known: int | None, version: str, held: Mapping[str, Any], told: Any) -> None:
        self.area, self.known, self.version, self.held, self.told = area, known, version, held, told

    def names(self, subject: str) -> list[str]:
        """Parameters of a subject, without the subject."""
        return [n[len(subject) + 1 :] for n in self.held if n.startswith(subject + ".")]

    def title(self, name: str) -> str:
        """What a figure is called in Chinese, as its law file says."""
        return str(self.held[name][0])

    def has(self, name: str, day: int) -> bool:
        """Whether the figure is encoded for the day."""
        return self._segment(name, day) is not None

    def at(self, name: str, day: int, **facts: Any) -> Figure:
        """The figure on a day. Raises NoRule where none is encoded, MissingFact where it depends on a fact not given.

        ``facts``: attributes by name: a code as its word, several as words, a number, a flag as bool.
        """
        found = self._segment(name, day)
        if found is None:
            self._refuse(name, day)
        start, end, cells, cite, area, _, unit, attributes = found
        asked = _Facts(name, attributes, facts)
        for when, expr in cells:
            if asked.meets(when):
                value = asked.value(expr)
                return Figure(value, name, unit, area, (start, end, *cite))
        self._refuse(f"{name} ({', '.join(f'{k}={v}' for k, v in facts.items())})", day)
        raise AssertionError

    def starts(self, name: str) -> list[int]:
        """First days of its segments, in order."""
        return [s[0] for s in self.held[name][1]] if name in self.held else []

    def why(self, name: str, day: int) -> tuple[str, str]:
        """Why this area's or that higher rule applies on the day, in Chinese and English."""
        found = self._segment(name, day)
        if found is None:
            self._refuse(name, day)
        why: tuple[str, str] = found[5]
        return why

    def _segment(self, name: str, day: int) -> Any:
        entry = self.held.get(name)
        if entry is None:
            return None
        return next((s for s in entry[1] if s[0] <= day < (s[1] or NO_END)), None)

    def _refuse(self, name: str, day: int) -> None:
        from .days import iso
        from .findings import NoRule

        bare = name.partition(" ")[0]
        spans = [f"{iso(s[0])} … {iso(s[1])}" for s in self.held[bare][1]] if bare in self.held else []
        as_known = f"as known on {iso(self.known)}; " if self.known is not None else ""
        raise NoRule(
            self.area, name, iso(day), as_known + ("encoded: " + ", ".join(spans) if spans else "never encoded")
        )


class _Facts:
    """The facts a figure is looked up by."""

    def __init__(self, name: str, attributes: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self.name, self.attributes, self.facts = name, attributes, facts

    def number(self, attribute: str) -> int | frozenset[int]:
        """The fact as tables hold it: a code's place, several as a set, else the number."""
        kind, values, default = self.attributes[attribute]
        given = self.facts.get(attribute)
        if given is None:
            if default is None:
                raise MissingFact(attribute, self.name)
            return frozenset(b for b in range(default.bit_length()) if default >> b & 1) if kind == "codes" else default
        if kind == "codes":
            words: Iterable[str] = (given,) if isinstance(given, str) else given
            return frozenset(values.index(w) for w in words if w in values)
        if kind == "code":
            if given not in values:
                raise MissingFact(attribute, self.name)
            return int(values.index(given))
        return int(given)

    def meets(self, when: Any) -> bool:
        return not when or any(all(self._test(*t) for t in condition) for condition in when)

    def _test(self, attribute: str, op: str, values: tuple[int, ...], low: int | None, high: int | None) -> bool:
        got = self.number(attribute)
        if isinstance(got, frozenset):
            return bool(got & set(values)) == (op == "in")
        if op == "range":
            return (low is None or got >= low) and (high is None or got <= high)
        return (got in values) == (op == "in")

    def value(self, expr: Any) -> int:
        if isinstance(expr, int):
            return expr
        kind, *rest = expr
        if kind == "steps":
            attribute, above, per = rest
            got = self.number(attribute)
            assert isinstance(got, int)
            return int(per * max(got - above, 0))
        if kind == "attr":
            got = self.number(rest[0])
            assert isinstance(got, int)
            return got
        parts = [self.value(e) for e in rest[0]]
        return sum(parts) if kind == "sum" else min(parts)
