"""Lines of generated source, with indentation; fresh helper functions; traced lines apart from reckoning ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Writer:
    """Collects the lines of one function. ``traced``: also the lines that note what was done."""

    def __init__(self, traced: bool, depth: int = 1) -> None:
        self.traced = traced
        self.depth = depth
        self.lines: list[str] = []

    def put(self, line: str) -> None:
        """One line of reckoning. ``name = min(…)`` and ``name = max(…)`` are written as comparisons: to numba they
        are the same, to plain Python a call costs several times as much."""
        target, equals, value = line.partition(" = ")
        parts = _least_or_most(value) if equals and target.isidentifier() else None
        if parts is None:
            self.lines.append("    " * self.depth + line)
            return
        sign, bound, other = parts
        if target == bound:
            bound, other = other, bound
        if not _plain(bound):  # the target's own value is asked for after another has been put in its place
            self.lines.append("    " * self.depth + line)
            return
        if target == other:
            self._bound(target, sign, bound)
            return
        if _plain(other):
            self.lines.append("    " * self.depth + f"{target} = {other} if {other} {sign} {bound} else {bound}")
            return
        self.put(f"{target} = {other}")
        self._bound(target, sign, bound)

    def _bound(self, target: str, sign: str, bound: str) -> None:
        """Bring the target to the bound where it lies beyond it."""
        with self.block(f"if {target} {'>' if sign == '<' else '<'} {bound}"):
            self.lines.append("    " * self.depth + f"{target} = {bound}")

    def note(self, line: str) -> None:
        """One line that only a traced source has."""
        if self.traced:
            self.put(line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """``head:`` and what is put inside, indented; an empty block becomes ``pass``."""
        self.put(head + ":")
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.put("pass")
        self.depth -= 1

    @contextmanager
    def maybe(self, condition: str | None) -> Iterator[None]:
        """An ``if`` block, or no block at all where the condition always holds (None)."""
        if condition is None:
            yield
        else:
            with self.block(f"if {condition}"):
                yield


def _plain(text: str) -> bool:
    """Whether a text is one name or one whole number."""
    return text.isidentifier() or text.removeprefix("-").isdecimal()


def _least_or_most(text: str) -> tuple[str, str, str] | None:
    """``min(a, b)`` or ``max(a, b)``, and nothing else, as ("<" or ">", the plain one, the other); else None."""
    if not text.startswith(("min(", "max(")):
        return None
    depth, cuts = 0, []
    for k, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0 and k != len(text) - 1:
            return None
        if sign == "," and depth == 1:
            cuts.append(k)
    if len(cuts) != 1:
        return None
    first, second = text[4 : cuts[0]], text[cuts[0] + 2 : -1]
    sign = "<" if text.startswith("min") else ">"
    if _plain(first):
        return sign, first, second
    return (sign, second, first) if _plain(second) else None
