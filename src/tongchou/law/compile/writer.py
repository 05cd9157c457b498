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
        """One line of reckoning."""
        self.lines.append("    " * self.depth + line)

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
