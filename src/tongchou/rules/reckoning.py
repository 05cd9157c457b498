"""What a rule about people reads and leaves behind: figures of the law in, steps and warnings out; and how it refuses.

A rule's arithmetic stands in plain functions of integers, which a question, a batch and a simulation call alike. The
function that gathers its figures takes a ``Reckoning`` and notes each step there as it is done, so that an answer can
say why without working anything out a second time.
"""

from __future__ import annotations

from tongchou.law.figures import Figure, Figures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FactRefused(Exception):
    """A fact that cannot be: ``code`` stands in docs/errors.md; which field, what was found and what was expected."""

    def __init__(self, code: str, field: str, found: str, expected: str, zh: str = "") -> None:
        self.code, self.field, self.found, self.expected, self.zh = code, field, found, expected, zh or expected
        super().__init__(f"{code}: {field}: {found}: {expected}")


class Step:
    """One step of a reckoning: its code, the amount it led to (fen), the figures it rests on, what it says.

    ``facts`` fill the step's sentence; the ending of a name says how it is written: ``_fen`` yuan, ``_rate`` percent,
    ``_month`` YYYY-MM, ``_day`` YYYY-MM-DD, ``_tenths`` one decimal, ``_index`` four decimals or more, else as it is.
    """

    __slots__ = ("amount", "code", "facts", "figures")

    def __init__(self, code: str, amount: int | None, figures: tuple[Figure, ...], facts: dict[str, Any]) -> None:
        self.code, self.amount, self.figures, self.facts = code, amount, figures, facts


class Reckoning:
    """The figures of an area, and the steps, warnings and figures used so far."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.steps: list[Step] = []
        self.warnings: list[tuple[str, dict[str, Any]]] = []
        self.used: dict[Figure, None] = {}

    def figure(self, name: str, day: int, **facts: Any) -> Figure:
        """The figure on a day; NoRule where it is not encoded, MissingFact where a fact it needs is not given."""
        found = self.figures.at(name, day, **facts)
        self.used[found] = None
        return found

    def has(self, name: str, day: int) -> bool:
        """Whether the figure is encoded for the day."""
        return self.figures.has(name, day)

    def say(self, code: str, *figures: Figure, amount: int | None = None, **facts: Any) -> None:
        """Note a step."""
        for figure in figures:
            self.used[figure] = None
        self.steps.append(Step(code, amount, figures, facts))

    def take(self, aside: Reckoning) -> None:
        """Take over the figures and warnings of a reckoning made aside, whose steps are not told."""
        self.used.update(aside.used)
        for code, facts in aside.warnings:
            self.warn(code, **facts)

    def warn(self, code: str, **facts: Any) -> None:
        """Note a warning, once."""
        if (code, facts) not in self.warnings:
            self.warnings.append((code, facts))
