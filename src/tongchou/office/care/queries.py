"""Running totals told: as they are, as of a day, as known at a moment; with every change behind them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from tongchou.law import Law
from tongchou.rules.settlement.yearly import highest, titles, yearly_slots

from ..frame import lawbook
from ..frame.access import Actor
from ..frame.refusal import OfficeRefused
from ..registry.search import look
from .schemes import scheme_of


@dataclass(frozen=True)
class Total:
    """A total of a benefit year; ``amount`` and ``limit`` (the highest the law lets it come to, None: none) in fen, of
    admissions a count."""

    year: int
    scheme: str
    area: str
    name: str
    zh: str
    en: str
    amount: int
    limit: int | None


@dataclass(frozen=True)
class Change:
    """A change of a total; ``person``: whose record has it; ``reverses``: what it mirrors; ``undone``: by what."""

    id: int
    year: int
    scheme: str
    area: str
    name: str
    zh: str
    en: str
    amount: int
    on_day: date
    source: str
    reference: str
    reverses: int | None
    undone: int | None
    person: int
    known_from: datetime
    recorded_by: str


@dataclass(frozen=True)
class Totals:
    """The totals of a person and the changes behind them, the latest year first; ``on`` and ``known`` as asked."""

    person: int
    on: date | None
    known: datetime | None
    totals: tuple[Total, ...]
    changes: tuple[Change, ...]


CHANGES = """
    SELECT t.id, t.year, t.scheme, t.area, t.name, t.amount, t.on_day, t.source, t.reference, t.reverses, u.id,
           t.person, t.recorded_at, t.recorded_by
    FROM office.total_change t
    LEFT JOIN office.total_change u ON (u.reverses, u.year) = (t.id, t.year) AND u.recorded_at <= %(known)s
    WHERE t.person IN (SELECT office.records_of(%(person)s, %(known)s)) AND t.recorded_at <= %(known)s
      AND t.on_day <= %(on)s AND (%(year)s::int IS NULL OR t.year = %(year)s)
    ORDER BY t.year DESC, t.scheme, t.area, t.name, t.id
"""


def totals_of(
    conn: psycopg.Connection,
    who: Actor,
    person: int,
    purpose: str,
    year: int | None = None,
    on: date | None = None,
    known: datetime | None = None,
) -> Totals:
    """The totals of a person, of one benefit year or all: as of a day, as the office knew them at a moment.

    Who was merged into another is told as that one, if it was known then. The look is kept with its purpose. Raises
    OfficeRefused: ``purpose_missing``, ``person_unknown``, ``not_allowed``, ``area_outside``.
    """
    with conn.transaction():
        look(conn, who, person, "record", purpose, "care.read")
        return read_totals(conn, person, year, on, known)


def read_totals(
    conn: psycopg.Connection,
    person: int,
    year: int | None = None,
    on: date | None = None,
    known: datetime | None = None,
) -> Totals:
    """As ``totals_of``; rights and the look are the caller's."""
    asked = {"person": person, "year": year, "on": on or date.max, "known": known or "infinity"}
    rows = conn.execute(CHANGES, asked).fetchall()
    names = _Names(conn)
    changes = tuple(_change(row, names) for row in rows)
    found: dict[tuple[int, str, str, str], int] = {}
    for c in changes:
        key = (c.year, c.scheme, c.area, c.name)
        found[key] = found.get(key, 0) + c.amount
    told = tuple(
        Total(*key, *names.called(key[2], key[1], key[3]), amount, names.limit(*key))
        for key, amount in found.items()
        if amount
    )
    return Totals(person, on, known, told, changes)


def _change(row: tuple[Any, ...], names: _Names) -> Change:
    zh, en = names.called(row[3], row[2], row[4])
    return Change(*(*row[:5], zh, en, *row[5:]))


class _Names:
    """What the law in force calls the totals and limits them to; where none is in force they have their own names."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn
        self.law: Law | None = None
        with suppress(OfficeRefused):
            self.law = lawbook.in_force(conn)

    def called(self, area: str, scheme: str, name: str) -> tuple[str, str]:
        """(Chinese, English) name of a total."""
        tables = scheme_of(self.law, self.conn, area, scheme) if self.law else None
        return titles(tables).get(name, (name, name)) if tables else (name, name)

    def limit(self, year: int, scheme: str, area: str, name: str) -> int | None:
        """The highest that the law lets a total come to."""
        tables = scheme_of(self.law, self.conn, area, scheme) if self.law else None
        slots = yearly_slots(tables).get(name, ()) if tables else ()
        limits = [highest(tables, s, year) for s in slots] if tables else []
        return min((x for x in limits if x is not None), default=None)
