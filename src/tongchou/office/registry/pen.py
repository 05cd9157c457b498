"""The pen of an operation: ends rows and writes others, mostly their twins, at one moment, by who asked, for a reason.

A row is never changed: it ends and a twin takes its place, both at one moment by the database's clock, read after the
locks are held, so that no moment of knowledge lies between them and none comes before what was known earlier. Where the
clock went back that moment is the next after the row that ends was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.range import DateRange

from ..frame.calendar import clock
from ..frame.operation import Work
from .spells import Days, Spell


def span(first: date, until: date | None) -> DateRange:
    """Days as the database takes them."""
    return DateRange(first, until, "[)")


@dataclass
class Pen:
    """Made after the locks are held. The moment moves on only where a row to be ended is known from a later one: the
    clock went back meanwhile."""

    conn: psycopg.Connection
    by: str
    at: datetime
    because: str = ""

    @classmethod
    def of(cls, work: Work, because: str = "") -> Pen:
        """The pen of an operation, at this moment; with a reason where something may end."""
        return cls(work.conn, work.asked_by, clock(work.conn), because)

    def end(self, table: str, row: int) -> None:
        """End a row that is held now; it is never ended before it was known."""
        ended = self.conn.execute(
            sql.SQL(
                "UPDATE {} SET recorded_to = greatest(%s, recorded_from + interval '1 microsecond'), ended_by = %s, "
                "ended_because = %s WHERE id = %s RETURNING recorded_to"
            ).format(sql.Identifier("office", table)),
            [self.at, self.by, self.because, row],
        ).fetchone()
        if ended is not None:
            self.at = max(self.at, ended[0])

    def add(self, table: str, **values: Any) -> int:
        """Add a row known from this moment on; its number."""
        values |= {"recorded_from": self.at, "recorded_by": self.by}
        return self._one(
            sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
                sql.Identifier("office", table),
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(sql.Placeholder() * len(values)),
            ),
            list(values.values()),
        )

    def spell(self, of: Spell, days: Days, person: int | None = None) -> int:
        """A twin of a spell over some days, perhaps of another person; its number."""
        return self.add("enrolment", **of.during(*days).values() | {"person": person or of.person})

    def cut(self, of: Spell, until: date) -> int | None:
        """End a spell; the twin that keeps the days of it before a day, None where there are none."""
        self.end("enrolment", of.id)
        return self.spell(of, (of.since, until)) if of.since < until else None

    def months(self, of: int, first: date, until: date, person: int | None = None) -> int:
        """A twin of counted months, all or some of them, perhaps of another person; its number."""
        return self._one(
            sql.SQL(
                "INSERT INTO office.months (person, line, months, kind, area, transfer, recorded_from, recorded_by) "
                "SELECT coalesce(%s, person), line, %s, kind, area, transfer, %s, %s "
                "FROM office.months WHERE id = %s RETURNING id"
            ),
            [person, span(first, until), self.at, self.by, of],
        )

    def _one(self, query: sql.SQL | sql.Composed, values: Sequence[Any]) -> int:
        row = self.conn.execute(query, values).fetchone()
        assert row is not None
        return int(row[0])
