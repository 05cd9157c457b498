"""Who is covered on a day (J08, P01, P04): counts by insurance, way, status and area, and who is in no medical one.

Queries; whoever asks sees the areas of his right ``registry.read``. Two days can be named: ``on``, on which cover is
asked for, and ``known``, the moment whose knowledge counts (none: now).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from ...frame.access import Actor, allow, allow_within
from ...frame.calendar import clock
from ...frame.secrecy import mask_name

COUNTS = """
    SELECT e.area, e.insurance, e.way, e.status, count(DISTINCT e.person)
    FROM office.enrolment e JOIN office.area a ON a.code = e.area AND a.path && %(areas)s::text[]
    WHERE e.in_force @> %(on)s::date AND e.recorded_from <= %(known)s AND e.recorded_to > %(known)s
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
REGISTERED = """
    FROM office.person_version p JOIN office.area a ON a.code = p.area AND a.path && %(areas)s::text[]
    WHERE p.recorded_from <= %(known)s AND p.recorded_to > %(known)s AND p.born <= %(on)s::date
      AND NOT EXISTS (SELECT FROM office.person_merge m WHERE m.loser = p.person
                      AND m.recorded_from <= %(known)s AND m.recorded_to > %(known)s)
      AND NOT EXISTS (SELECT FROM office.life_event l WHERE l.person = p.person AND l.happened_on < %(on)s::date
                      AND l.recorded_from <= %(known)s AND l.recorded_to > %(known)s)
"""
NO_MEDICAL = """
      AND NOT EXISTS (SELECT FROM office.enrolment e WHERE e.person = p.person AND e.line = 'medical'
                      AND e.in_force @> %(on)s::date AND e.recorded_from <= %(known)s AND e.recorded_to > %(known)s)
"""


@dataclass(frozen=True)
class Count:
    """How many people are in an insurance in one way and status in an area."""

    area: str
    insurance: str
    way: str
    status: str
    people: int


@dataclass(frozen=True)
class Coverage:
    """A day's cover: ``registered`` people alive and of the areas, ``uncovered`` of them in no medical insurance."""

    on: date
    known: datetime
    areas: tuple[str, ...]
    counts: tuple[Count, ...]
    registered: int
    uncovered: int

    def people(self, **of: str) -> int:
        """Sum over the counts whose fields are as named: ``people(insurance="medical_employee", status="retired")``."""
        return sum(c.people for c in self.counts if all(getattr(c, k) == v for k, v in of.items()))


@dataclass(frozen=True)
class Uncovered:
    """Somebody in no medical insurance: number and name masked."""

    person: int
    area: str
    number: str
    name: str
    born: date


def coverage(conn: psycopg.Connection, who: Actor, on: date, area: str = "", known: datetime | None = None) -> Coverage:
    """Counts of a day over an area and those below it, or over all that the actor may read.

    Raises OfficeRefused: ``not_allowed``, ``area_outside``, ``area_unknown``.
    """
    asked = _asked(conn, who, on, area, known)
    counts = tuple(Count(*row) for row in conn.execute(COUNTS, asked).fetchall())
    registered, uncovered = (
        int((conn.execute(f"SELECT count(*) {query}", asked).fetchone() or (0,))[0])
        for query in (REGISTERED, REGISTERED + NO_MEDICAL)
    )
    return Coverage(on, asked["known"], tuple(asked["areas"]), counts, registered, uncovered)


def uncovered(
    conn: psycopg.Connection,
    who: Actor,
    on: date,
    area: str = "",
    known: datetime | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Uncovered]:
    """Who is in no medical insurance on a day, by number of the person from after one on. Raises as ``coverage``."""
    asked = _asked(conn, who, on, area, known) | {"after": after, "limit": limit}
    rows = conn.execute(
        f"SELECT p.person, p.area, p.masked, p.name, p.born {REGISTERED} {NO_MEDICAL} AND p.person > %(after)s "
        "ORDER BY p.person LIMIT %(limit)s",
        asked,
    ).fetchall()
    return [Uncovered(person, where, number, mask_name(name), born) for person, where, number, name, born in rows]


def _asked(conn: psycopg.Connection, who: Actor, on: date, area: str, known: datetime | None) -> dict[str, Any]:
    if area:
        allow(conn, who, "registry.read", area)
    areas = [area] if area else list(allow_within(who, "registry.read"))
    return {"areas": areas, "on": on, "known": known or clock(conn)}
