"""What the operations of this folder share: spells read under a lock, and twins of rows that take their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.types.range import DateRange

from ...frame.access import allow
from ...frame.operation import Work
from ...frame.refusal import OfficeRefused
from .. import rows
from ..rows import Person
from ..spells import COLUMNS, Spell
from ..together import Days


def cover(of: Spell) -> tuple[object, ...]:
    """What two spells that say the same have in common, their days apart."""
    return (of.insurance, of.way, of.status, of.employer, of.area)


def past(of: Spell, day: date) -> bool:
    """Whether a spell holds on a day or after it."""
    return of.until is None or of.until > day


def spell_rows(conn: psycopg.Connection, numbers: Sequence[int], now: bool = True) -> dict[int, Spell]:
    """Spells by their numbers; ``now``: only those held now, else those ended too."""
    found = conn.execute(
        f"SELECT {COLUMNS} FROM office.enrolment WHERE id = ANY(%s) AND (NOT %s OR recorded_to = 'infinity')",
        [list(numbers), now],
    ).fetchall()
    return {row[0]: Spell(*row) for row in found}


def months_of(conn: psycopg.Connection, row: int) -> tuple[date, date]:
    """The months of a row of counted months, held now or ended: the first day, the first day after."""
    found = conn.execute("SELECT lower(months), upper(months) FROM office.months WHERE id = %s", [row]).fetchone()
    assert found is not None
    return found[0], found[1]


def hold_persons(conn: psycopg.Connection, numbers: Iterable[int]) -> None:
    """Keep persons from others until the transaction ends, in one order.

    Stronger than ``rows.person`` with ``hold``: a spell that is being written by whatever way, an import or by hand, is
    waited for, and so is seen.
    """
    conn.execute("SELECT FROM office.person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(set(numbers))])


def held(conn: psycopg.Connection, number: int) -> Person:
    """A person who stands for himself, kept from others. Raises ``person_unknown``, ``person_merged``."""
    hold_persons(conn, [number])
    return rows.person(conn, number, hold=True)


def area_of(name: str) -> Callable[[psycopg.Connection, Mapping[str, Any]], str]:
    """The area of the person whom the argument of a name gives, for ``area_of`` of an operation."""

    def found(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
        return rows.person(conn, int(given[name])).area

    return found


def allowed_too(work: Work, area: str) -> None:
    """Refuse who may not do at a second area what he does at the first: asking, or approving where it is approved."""
    allow(work.conn, work.who, "registry.write" if work.command is None else "registry.review", area)


def past_day(work: Work, day: date, field: str) -> None:
    """Refuse a day that has not come yet: ``day_in_future``."""
    now = rows.today(work.conn)
    if day > now:
        raise OfficeRefused("day_in_future", f"{day} 晚于今天 {now}", f"{day} is after today, {now}", field)


def span(first: date, until: date | None) -> DateRange:
    """Days as the database takes them."""
    return DateRange(first, until, "[)")


@dataclass
class Twins(rows.Pen):
    """Ends rows for one reason and writes twins of them, at one moment; made after the locks are held."""

    because: str

    @classmethod
    def begun(cls, work: Work, because: str) -> Twins:
        """As ``rows.Pen.of``, with the reason."""
        return cls(work.conn, work.asked_by, rows.clock(work.conn), because)

    def close(self, table: str, row: int) -> None:
        """End a row that is held now."""
        self.end(table, row, self.because)

    def spell(self, of: Spell, days: Days, person: int | None = None) -> int:
        """A twin of a spell over some days, perhaps of another person; its number."""
        return self.add("enrolment", **of.during(*days).values() | {"person": person or of.person})

    def cut(self, of: Spell, until: date) -> int | None:
        """End a spell; the twin that keeps the days of it before a day, None where there are none."""
        self.close("enrolment", of.id)
        return self.spell(of, (of.since, until)) if of.since < until else None

    def months(self, of: int, first: date, until: date, person: int | None = None) -> int:
        """A twin of counted months, all or some of them, perhaps of another person; its number."""
        return self._twin(
            "INSERT INTO office.months (person, line, months, kind, area, transfer, recorded_from, recorded_by) "
            "SELECT coalesce(%s, person), line, %s, kind, area, transfer, %s, %s "
            "FROM office.months WHERE id = %s RETURNING id",
            [person, span(first, until), self.at, self.by, of],
        )

    def _twin(self, query: str, values: Sequence[Any]) -> int:
        row = self.conn.execute(query, values).fetchone()
        assert row is not None
        return int(row[0])
