"""The figures of an area out of the law: which rule wins on which days, as plain data that a card can keep."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from . import cards
from .documents import Parameter
from .figures import Figures
from .findings import NoRule
from .tables import NO_END, Cell, Const, Expr, MinOf, ReadAttr, Steps, SumOf
from .timeline import timeline
from .tree import Law
from .which import Won, parameter_on

CARD = "figures"
"""Name of the card of an area's figures; a scheme has a file of its own and cannot be called so."""


def figures_of(law: Law, area: str, known: int | None = None) -> Figures:
    """Every parameter of the area as known on the day; an unknown area is refused by name."""
    chain = law.chain(area)
    held = {}
    for name in sorted({n for code, n in law.parameters if code in chain}):
        entry = _entry(law, chain, area, name, known)
        if entry is not None:
            held[name] = entry
    readings = law.documents.get("readings")
    told = (
        {d.id: d.name for d in law.documents.values()},
        {c.id: (c.zh, c.says) for c in readings.clauses} if readings else {},
        (law.areas[area].name, law.areas[area].english),
    )
    return Figures(area, known, law.version, held, told)


def stored_figures(area: str, known: int | None) -> Figures | None:
    """The figures of a card made from the law and code as they are; None where there is none."""
    got = cards.fetch(area, CARD, known, 1)
    return None if got is None else Figures(area, known, *got)


def store_figures(figures: Figures, before: Any) -> None:
    """Keep figures as a card; ``before``: the files behind them as they were when they were begun."""
    kept = (figures.version, figures.held, figures.told)
    cards.keep(figures.area, CARD, figures.known, (0, NO_END), before, kept)


def _entry(law: Law, chain: tuple[str, ...], area: str, name: str, known: int | None) -> Any:
    own = [law.parameters[code, name] for code in chain if (code, name) in law.parameters]
    segments: list[Any] = []
    for start, end in _stretches(law, own, known):
        try:
            won = parameter_on(law, area, name, start, known)
        except NoRule:
            continue
        segment = _segment(won, start, end)
        if segments and segments[-1][2:] == segment[2:] and segments[-1][1] == start:
            segments[-1] = (segments[-1][0], *segment[1:])
        else:
            segments.append(segment)
    if not segments:
        return None
    return (own[0].title, tuple(segments))


def _stretches(law: Law, own: list[Parameter], known: int | None) -> list[tuple[int, int | None]]:
    """The stretches of days on which nothing that decides the figure changes."""
    days: set[int] = set()
    for parameter in own:
        for v in timeline(parameter.value, known).versions:
            days |= {v.start, v.end or NO_END}
    if days:
        for doc in law.documents.values():
            days |= {d for d in (doc.start, doc.end or 0, *(o.start for o in doc.overrides)) if min(days) < d < NO_END}
    edges = sorted(days)
    return [(a, None if b >= NO_END else b) for a, b in pairwise(edges)]


def _segment(won: Won, start: int, end: int | None) -> tuple[Any, ...]:
    c = won.version.cite
    cite = (c.document, c.clause, c.status, c.known, c.reading)
    read = {t.attr for x in won.version.cells for condition in x.when for t in condition}
    read |= {t[1] for x in won.version.cells for t in _attributes(_expr(x.expr))}
    attributes = {a.name: (a.kind, a.values, a.default) for a in won.parameter.attributes if a.name in read}
    cells = tuple(_cell(x) for x in won.version.cells)
    why = (won.why_zh, won.why)
    return (start, end, cells, cite, won.parameter.area, why, won.parameter.value.unit, attributes)


def _attributes(expr: Any) -> list[Any]:
    """The parts of an expression that read an attribute."""
    if isinstance(expr, int):
        return []
    if expr[0] in ("steps", "attr"):
        return [expr]
    return [t for e in expr[1] for t in _attributes(e)]


def _cell(cell: Cell) -> tuple[Any, ...]:
    when = tuple(tuple((t.attr, t.op, t.values, t.low, t.high) for t in c) for c in cell.when)
    return (when, _expr(cell.expr))


def _expr(e: Expr) -> Any:
    if isinstance(e, Const):
        if e.value is None:
            raise ValueError("a figure has a number")
        return e.value
    if isinstance(e, Steps):
        return ("steps", e.attr, e.above, e.per)
    if isinstance(e, ReadAttr):
        return ("attr", e.name)
    if isinstance(e, (SumOf, MinOf)):
        return ("sum" if isinstance(e, SumOf) else "min", tuple(_expr(i) for i in e.items))
    raise TypeError(type(e).__name__)
