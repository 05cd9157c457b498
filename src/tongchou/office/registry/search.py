"""People found by part of a name, by number or by employer; shown whole, and their number revealed, for a purpose.

Numbers are masked everywhere but in ``reveal``. Whoever was merged into another is shown as that one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from ..frame import audit, secrecy
from ..frame.access import Actor, allow, allow_within
from ..frame.refusal import OfficeRefused
from .cards import PersonCard, read_card
from .employer_queries import pairs
from .numbers import digests, upright
from .rows import person, taken_for, today

__all__ = ["PersonCard", "PersonRow", "asks_number", "card", "find_people", "look", "reveal"]


@dataclass(frozen=True)
class PersonRow:
    """A person in a list. ``state``: dead, emigrated, active, retired, resident, or none (in nothing today)."""

    id: int
    name: str
    masked: str
    sex: str
    born: date
    area: str
    state: str


STATE = """
    coalesce(
        (SELECT CASE l.event WHEN 'death' THEN 'dead' ELSE 'emigrated' END FROM office.life_event l
         WHERE l.person = v.person AND l.recorded_to = 'infinity'),
        (SELECT e.status FROM office.enrolment e WHERE e.person = v.person AND e.recorded_to = 'infinity'
         AND e.in_force @> %(today)s::date ORDER BY e.line <> 'medical', e.line LIMIT 1),
        'none')
"""
"""What a person is today: by medical insurance first, then by any other."""
CODES = """
    SELECT code FROM office.area WHERE path && %(areas)s::text[] AND (%(area)s = '' OR %(area)s = ANY(path))
"""
HERE = f"""
    (v.area = ANY(ARRAY({CODES})) OR EXISTS (
        SELECT FROM office.enrolment e
        WHERE e.person = v.person AND e.recorded_to = 'infinity' AND e.area = ANY(ARRAY({CODES}))))
"""
"""Who lives there, or is enrolled there (P18: at the home place, working elsewhere)."""
ROWS = f"""
    SELECT v.person, v.name, v.masked, v.sex, v.born, v.area, {STATE}
    FROM shown JOIN office.person_version v ON v.person = shown.person AND v.recorded_to = 'infinity'
    ORDER BY v.person
"""
SHOWN = f"""
    shown AS MATERIALIZED (
        SELECT v.person FROM taken JOIN office.person_version v ON v.person = taken.person
        WHERE v.recorded_to = 'infinity' AND v.person > %(after)s AND {HERE} ORDER BY v.person LIMIT %(limit)s)
"""
TAKEN = """
    taken AS MATERIALIZED (
        SELECT DISTINCT CASE WHEN m.loser IS NULL THEN found.person ELSE office.taken_for(found.person) END AS person
        FROM found LEFT JOIN office.person_merge m ON m.loser = found.person AND m.recorded_to = 'infinity')
"""
BY_NAME = f"""
    WITH found AS MATERIALIZED (
        SELECT person FROM office.person_version WHERE recorded_to = 'infinity'
        AND office.pairs(name) @> %(pairs)s AND strpos(lower(name), lower(%(text)s)) > 0
    ), {TAKEN}, {SHOWN} {ROWS}
"""
BY_NUMBER = f"""
    WITH found AS MATERIALIZED (
        SELECT person FROM office.person_version WHERE recorded_to = 'infinity' AND digest = ANY(%(digests)s)
    ), {TAKEN}, {SHOWN} {ROWS}
"""
BY_EMPLOYER = f"""
    WITH shown AS MATERIALIZED (
        SELECT DISTINCT u.person FROM office.enrolment u
        WHERE u.employer = %(employer)s AND u.person > %(after)s AND u.recorded_to = 'infinity'
        AND u.in_force @> %(today)s::date AND CASE WHEN u.area = ANY(ARRAY({CODES})) THEN true ELSE (
            SELECT v.area = ANY(ARRAY({CODES})) FROM office.person_version v
            WHERE v.person = u.person AND v.recorded_to = 'infinity') END
        ORDER BY u.person LIMIT %(limit)s
    ) {ROWS}
"""
"""One look into the index for each person of the unit: everybody who lives in the areas would be read otherwise."""
BY_AREA = f"""
    WITH shown AS MATERIALIZED (
        SELECT near.person FROM ({CODES}) place CROSS JOIN LATERAL (
            SELECT v.person FROM office.person_version v
            WHERE v.area = place.code AND v.recorded_to = 'infinity' AND v.person > %(after)s
            AND NOT EXISTS (SELECT FROM office.person_merge m WHERE m.loser = v.person AND m.recorded_to = 'infinity')
            ORDER BY v.person LIMIT %(limit)s) near
        ORDER BY near.person LIMIT %(limit)s
    ) {ROWS}
"""


def find_people(
    conn: psycopg.Connection,
    who: Actor,
    text: str = "",
    area: str = "",
    employer: int | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[PersonRow]:
    """People who live or are enrolled in the actor's areas: by part of a name (two signs or more), by their whole
    number, by an employer they have today, or all of an area; ordered by number, those after ``after``.

    Name and employer together narrow down. Raises OfficeRefused: ``not_allowed``, ``text_too_short``,
    ``number_incomplete`` (a part of a number finds nobody: numbers are kept sealed).
    """
    asked: dict[str, Any]
    query, asked = _query(text.strip(), employer)
    asked |= {
        "areas": list(allow_within(who, "registry.read")),
        "area": area,
        "employer": employer,
        "after": after,
        "limit": limit,
        "today": today(conn),
    }
    found = [PersonRow(*row) for row in conn.execute(query, asked).fetchall()]
    if "digests" in asked:
        # Who tries out numbers until one is found leaves a trace; what was asked stands in no record.
        where = area or asked["areas"][0]
        audit.record(conn, who.name, where, "person.search_number", "", {"found": [row.id for row in found]})
    return found


def asks_number(text: str) -> bool:
    """Whether a search is for a number: any digit in it, for no name has one."""
    return re.search("[0-9]", upright(text)) is not None


def _query(text: str, employer: int | None) -> tuple[str, dict[str, Any]]:
    asked: dict[str, Any]
    if not text:
        return (BY_EMPLOYER, {}) if employer is not None else (BY_AREA, {})
    if asks_number(text):
        # No passport has so few signs; more of them may be one.
        found = digests(text) if len(text) > 6 else []
        if not found:
            raise OfficeRefused(
                "number_incomplete",
                "须输入完整的证件号码（号码加密保存，不能按部分查询）",
                "give the whole number; numbers are sealed, so a part of one finds nobody",
                "text",
            )
        query, asked = BY_NUMBER, {"digests": found}
    else:
        query, asked = BY_NAME, {"pairs": pairs(text), "text": text}
    if employer is not None:
        query = query.replace("FROM taken JOIN", f"FROM taken {OF_EMPLOYER} JOIN", 1)
    return query, asked


OF_EMPLOYER = """
    CROSS JOIN LATERAL (
        SELECT FROM office.enrolment u WHERE u.employer = %(employer)s AND u.person = taken.person
        AND u.recorded_to = 'infinity' AND u.in_force @> %(today)s::date LIMIT 1) there
"""
"""One look into the index for each person found: the other way round every person of a large unit would be read."""


def card(conn: psycopg.Connection, who: Actor, number: int, purpose: str) -> PersonCard:
    """A person whole, the number masked; the look is kept with its purpose (``office.look``).

    Raises OfficeRefused: ``purpose_missing``, ``person_unknown``, ``not_allowed``, ``area_outside``.
    """
    with conn.transaction():
        of = look(conn, who, number, "record", purpose, "registry.read")
        return read_card(conn, of, _state(conn, of))


def reveal(conn: psycopg.Connection, who: Actor, number: int, purpose: str) -> str:
    """The full number of a person; the look and its purpose are kept, and stand in the record.

    Only where the person lives: an enrolment elsewhere shows his record, never the number. Raises OfficeRefused as
    ``card``, and ``key_missing`` where the key that sealed it is gone.
    """
    with conn.transaction():
        of = look(conn, who, number, "number", purpose, "registry.reveal")
        row = conn.execute(
            "SELECT sealed, area FROM office.person_version WHERE person = %s AND recorded_to = 'infinity'", [of]
        ).fetchone()
        assert row is not None
        audit.record(conn, who.name, row[1], "person.reveal", f"person:{of}", {"purpose": purpose.strip()})
        return secrecy.unseal(row[0])


def look(conn: psycopg.Connection, who: Actor, number: int, what: str, purpose: str, right: str) -> int:
    """Note a look at a person (``what``: record or number); who that is now, perhaps another he was merged into.

    Raises OfficeRefused as ``card``.
    """
    if not purpose.strip():
        raise OfficeRefused("purpose_missing", "须写明查询用途", "say what you look it up for", "purpose")
    of = person(conn, taken_for(conn, number))
    if what == "number":
        allow(conn, who, right, of.area)
    else:
        _allow(conn, who, right, of.id, of.area)
    conn.execute(
        "INSERT INTO office.look (actor, person, what, purpose) VALUES (%s, %s, %s, %s)",
        [who.name, of.id, what, purpose.strip()],
    )
    return of.id


def _allow(conn: psycopg.Connection, who: Actor, right: str, of: int, area: str) -> None:
    """Allow who has the right where the person lives or is enrolled."""
    elsewhere = conn.execute(
        "SELECT EXISTS (SELECT FROM office.enrolment e JOIN office.area a ON a.code = e.area "
        "WHERE e.person = %s AND e.recorded_to = 'infinity' AND a.path && %s::text[])",
        [of, list(who.areas(right))],
    ).fetchone()
    if not (elsewhere and elsewhere[0]):
        allow(conn, who, right, area)


def _state(conn: psycopg.Connection, of: int) -> str:
    row = conn.execute(
        f"SELECT {STATE} FROM office.person_version v WHERE v.person = %(person)s AND v.recorded_to = 'infinity'",
        {"person": of, "today": today(conn)},
    ).fetchone()
    assert row is not None
    return str(row[0])
