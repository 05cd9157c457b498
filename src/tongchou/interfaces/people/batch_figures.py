"""Figures that remember what was asked of them: in a file the same few are asked for every person."""

from __future__ import annotations

from typing import Any

from tongchou.law.figures import Figure, Figures

MOST = 50_000
"""Answers kept; beyond it all are forgotten, so that a file with many days or facts takes no more room."""


class Remembered(Figures):
    """The same answers as the figures it is made of; a refusal is worked out anew each time."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures.area, figures.known, figures.version, figures.held, figures.told)
        self._figures: dict[Any, Figure] = {}
        self._there: dict[tuple[str, int], bool] = {}

    def at(self, name: str, day: int, **facts: Any) -> Figure:
        """As ``Figures.at``."""
        key = (name, day, *facts.items())
        try:
            found = self._figures.get(key)
        except TypeError:  # a fact that is a list has no place of its own
            return super().at(name, day, **facts)
        if found is None:
            found = super().at(name, day, **facts)
            if len(self._figures) >= MOST:
                self._figures.clear()
            self._figures[key] = found
        return found

    def has(self, name: str, day: int) -> bool:
        """As ``Figures.has``."""
        found = self._there.get((name, day))
        if found is None:
            if len(self._there) >= MOST:
                self._there.clear()
            found = self._there[name, day] = super().has(name, day)
        return found
