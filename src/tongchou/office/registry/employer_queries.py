"""Employers found, shown whole, and counted by standing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from ..frame.access import Actor, allow, allow_within, path_of
from ..frame.refusal import OfficeRefused
from .numbers import upright
from .rows import employer, today


@dataclass(frozen=True)
class EmployerRow:
    """An employer in a list; ``standing`` is that of today."""

    id: int
    name: str
    code: str
    area: str
    kind: str
    origin: str
    standing: str


@dataclass(frozen=True)
class EmployerVersion:
    """What was known of an employer from one moment to another (``known_until`` None: still)."""

    name: str
    code: str
    area: str
    origin: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_by: str
    ended_because: str


@dataclass(frozen=True)
class Standing:
    """A standing with its days (``last_day`` None: open), when it was known, and its liability in fen."""

    standing: str
    since: date
    last_day: date | None
    evidence: str
    liability: int
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_because: str


@dataclass(frozen=True)
class Enrolled:
    """How many people a unit has today in an insurance, by status."""

    insurance: str
    status: str
    people: int


@dataclass(frozen=True)
class EmployerCard:
    """An employer whole: as known now, how it was known before, its standings, whom it enrols, what it filed."""

    id: int
    name: str
    code: str
    area: str
    kind: str
    origin: str
    standing: str
    enrolled: tuple[Enrolled, ...]
    standings: tuple[Standing, ...]
    versions: tuple[EmployerVersion, ...]
    filings: tuple[Filing, ...]


@dataclass(frozen=True)
class Filing:
    """What a unit or person filed, with its days (``last_day`` None: open)."""

    kind: str
    since: date
    last_day: date | None
    area: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_because: str


ROWS = """
    SELECT v.employer, v.name, v.code, v.area, v.kind, v.origin, coalesce(s.standing, 'normal')
    FROM office.employer_version v
    LEFT JOIN office.standing s ON s.employer = v.employer AND s.recorded_to = 'infinity'
        AND s.in_force @> %(today)s::date
    WHERE v.recorded_to = 'infinity'
      AND v.area = ANY(ARRAY(SELECT code FROM office.area WHERE path && %(areas)s::text[]
                             AND (%(area)s = '' OR %(area)s = ANY(path))))
"""


def find_employers(
    conn: psycopg.Connection,
    who: Actor,
    text: str = "",
    standing: str = "",
    area: str = "",
    limit: int = 50,
    after: int = 0,
) -> list[EmployerRow]:
    """Employers of the actor's areas by part of the name (two signs or more), by code, by standing of today, by area.

    Ordered by number, those after ``after``. Raises OfficeRefused: ``not_allowed``, ``text_too_short``.
    """
    asked = {
        "areas": list(allow_within(who, "registry.read")),
        "area": area,
        "after": after,
        "limit": limit,
        "today": today(conn),
        "standing": standing,
    }
    query = (
        ROWS + " AND v.employer > %(after)s AND (%(standing)s = '' OR coalesce(s.standing, 'normal') = %(standing)s)"
    )
    wanted = text.strip()
    if re.fullmatch(r"[0-9A-Z]{18}", upright(wanted)):
        query += " AND v.code = %(code)s"
        asked["code"] = upright(wanted)
    elif wanted:
        query += " AND office.pairs(v.name) @> %(pairs)s AND strpos(lower(v.name), lower(%(text)s)) > 0"
        asked |= {"pairs": pairs(wanted), "text": wanted}
    rows = conn.execute(query + " ORDER BY v.employer LIMIT %(limit)s", asked).fetchall()
    return [EmployerRow(*row) for row in rows]


def pairs(text: str) -> list[str]:
    """Every two neighbouring signs of a text, as the index of names has them. Raises ``text_too_short``."""
    if len(text) < 2:
        raise OfficeRefused("text_too_short", "至少输入两个字再查询", "give at least two signs of the name", "text")
    small = text.lower()
    return sorted({small[i : i + 2] for i in range(len(small) - 1)})


def card(conn: psycopg.Connection, who: Actor, number: int) -> EmployerCard:
    """An employer whole. Raises OfficeRefused: ``employer_unknown``, ``not_allowed``, ``area_outside``."""
    found = employer(conn, number)
    allow(conn, who, "registry.read", found.area)
    day = today(conn)
    standings = tuple(
        Standing(*row)
        for row in conn.execute(
            "SELECT standing, lower(in_force), upper(in_force) - 1, evidence, liability, recorded_from, "
            "nullif(recorded_to, 'infinity'), recorded_by, coalesce(ended_because, '') FROM office.standing "
            "WHERE employer = %s ORDER BY recorded_to DESC, lower(in_force)",
            [number],
        ).fetchall()
    )
    versions = conn.execute(
        "SELECT name, code, area, origin, recorded_from, nullif(recorded_to, 'infinity'), recorded_by, "
        "coalesce(ended_by, ''), coalesce(ended_because, '') FROM office.employer_version "
        "WHERE employer = %s ORDER BY recorded_from DESC, id DESC",
        [number],
    ).fetchall()
    enrolled = conn.execute(
        "SELECT insurance, status, count(*) FROM office.enrolment WHERE employer = %s AND recorded_to = 'infinity' "
        "AND in_force @> %s::date GROUP BY 1, 2 ORDER BY 1, 2",
        [number, day],
    ).fetchall()
    now = next(
        (
            s.standing
            for s in standings
            if s.known_until is None and s.since <= day and (s.last_day is None or day <= s.last_day)
        ),
        "normal",
    )
    return EmployerCard(
        found.id,
        found.name,
        found.code,
        found.area,
        found.kind,
        found.origin,
        now,
        tuple(Enrolled(*row) for row in enrolled),
        standings,
        tuple(EmployerVersion(*row) for row in versions),
        filings(conn, "employer", number),
    )


def filings(conn: psycopg.Connection, of: str, number: int) -> tuple[Filing, ...]:
    """What a person or an employer (``of``) filed, the present first."""
    column = {"person": "person", "employer": "employer"}[of]
    rows = conn.execute(
        "SELECT kind, lower(in_force), upper(in_force) - 1, area, recorded_from, nullif(recorded_to, 'infinity'), "
        f"recorded_by, coalesce(ended_because, '') FROM office.filing WHERE {column} = %s "
        "ORDER BY recorded_to DESC, lower(in_force), id",
        [number],
    ).fetchall()
    return tuple(Filing(*row) for row in rows)


BY_STANDING = """
    WITH unit AS MATERIALIZED (
        SELECT v.employer, coalesce(s.standing, 'normal') AS standing FROM office.employer_version v
        JOIN office.area a ON a.code = v.area AND %(area)s = ANY(a.path)
        LEFT JOIN office.standing s ON s.employer = v.employer AND s.recorded_to = 'infinity'
            AND s.in_force @> %(on)s::date
        WHERE v.recorded_to = 'infinity'
    )
    SELECT standing, count(*), coalesce(sum(everybody - retired), 0)::bigint, coalesce(sum(retired), 0)::bigint
    FROM unit CROSS JOIN LATERAL (
        SELECT count(DISTINCT e.person) AS everybody,
               count(DISTINCT e.person) FILTER (WHERE e.status = 'retired') AS retired
        FROM office.enrolment e
        WHERE e.employer = unit.employer AND e.recorded_to = 'infinity' AND e.in_force @> %(on)s::date) AS people
    GROUP BY standing
    ORDER BY array_position(ARRAY['normal', 'hardship', 'bankrupt', 'closed', 'unmanaged'], standing)
"""
"""Unit by unit: the index gives its people in order, and no row of theirs is read."""


def counts_by_standing(conn: psycopg.Connection, who: Actor, area: str, on: date) -> list[tuple[str, int, int, int]]:
    """Employers and people by standing on a day, in an area and below (J03): (standing, employers, active, retired).

    A person counts once for a unit, as retired where any of his spells there says so; standings without a unit are
    left out. Raises OfficeRefused: ``not_allowed``, ``area_outside``, ``area_unknown``.
    """
    path_of(conn, area)
    allow(conn, who, "registry.read", area)
    rows = conn.execute(BY_STANDING, {"area": area, "on": on}).fetchall()
    return [(str(s), int(n), int(active), int(retired)) for s, n, active, retired in rows]
