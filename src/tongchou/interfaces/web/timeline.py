"""A person's spells drawn along the years: a row an insurance, a bar a spell, a line for today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tongchou.office.registry.spells import INSURANCES, STATUSES

from .guard import Desk

WIDTH = 1000
STEPS = (1, 2, 5, 10, 20, 50)
MOST_TICKS = 6


class Spell(Protocol):
    """What is drawn of a spell."""

    @property
    def insurance(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def begins(self) -> date: ...
    @property
    def last_day(self) -> date | None: ...


@dataclass(frozen=True)
class Bar:
    """A spell from ``x`` on, ``width`` wide (thousandths of the picture), and what it says in words."""

    x: int
    width: int
    status: str
    said: str


@dataclass(frozen=True)
class Timeline:
    """Rows of (insurance, bars); ``years`` at even distances from end to end; ``now`` is where today stands."""

    rows: tuple[tuple[str, tuple[Bar, ...]], ...]
    years: tuple[int, ...]
    ticks: tuple[int, ...]
    now: int
    legend: tuple[tuple[str, str], ...]


def timeline(desk: Desk, spells: Iterable[Spell]) -> Timeline | None:
    """The spells known now, or None where there are none. An open spell is drawn until today."""
    found = sorted(spells, key=lambda s: s.begins)
    if not found:
        return None
    ends = [s.last_day or max(desk.today, s.begins) for s in found]
    years = _years(min(found[0].begins, desk.today).year, max(*ends, desk.today).year + 1)
    first, last = date(years[0], 1, 1).toordinal(), date(years[-1], 1, 1).toordinal()

    def at(day: date) -> int:
        return WIDTH * (day.toordinal() - first) // (last - first)

    rows: dict[str, list[Bar]] = {}
    for spell, end in zip(found, ends, strict=True):
        until = spell.last_day.isoformat() if spell.last_day else desk.t("至今", "until now")
        said = f"{desk.t(*STATUSES[spell.status])} {spell.begins} — {until}"
        x = at(spell.begins)
        rows.setdefault(spell.insurance, []).append(Bar(x, max(3, at(end) - x), spell.status, said))
    order = list(INSURANCES)
    drawn = sorted(rows.items(), key=lambda row: order.index(row[0]))
    return Timeline(
        tuple((desk.t(*INSURANCES[name]), tuple(bars)) for name, bars in drawn),
        years,
        tuple(at(date(y, 1, 1)) for y in years),
        at(desk.today),
        tuple((s, desk.t(*STATUSES[s])) for s in STATUSES if any(x.status == s for x in found)),
    )


def _years(first: int, last: int) -> tuple[int, ...]:
    """Years at even distances that hold the first and the last, no more than fit beside each other."""
    step = next((s for s in STEPS if last - first <= s * (MOST_TICKS - 1)), STEPS[-1])
    return tuple(range(first, last + step, step))
