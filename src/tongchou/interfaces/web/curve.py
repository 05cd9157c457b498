"""A sum from day to day, drawn as a line that steps on the days it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .words import money

WIDTH, HEIGHT = 1000, 160


@dataclass(frozen=True)
class Curve:
    """``line`` and the ``area`` below it as paths of a picture 1000 × 160; ``top`` and ``bottom`` are its edges in
    yuan, ``zero`` the height at which nothing is held."""

    line: str
    area: str
    top: str
    bottom: str
    zero: int
    since: date
    until: date
    said: str


def curve(points: Sequence[tuple[date, int]], until: date, said: str) -> Curve | None:
    """Fen held at the end of each day on which it changed, the first day first, drawn to a last day.

    None where there is nothing to draw: no day, or one only.
    """
    if not points or until <= points[0][0]:
        return None
    since = points[0][0]
    high, low = max(0, *(fen for _, fen in points)), min(0, *(fen for _, fen in points))
    span, days = max(1, high - low), (until - since).days

    def x(day: date) -> int:
        return WIDTH * (day - since).days // days

    def y(fen: int) -> int:
        return HEIGHT - HEIGHT * (fen - low) // span

    steps = "".join(f"H{x(day)}V{y(fen)}" for day, fen in points[1:])
    line = f"M0,{y(points[0][1])}{steps}H{WIDTH}"
    return Curve(line, f"{line}V{y(0)}H0Z", money(high), money(low), y(0), since, until, said)
