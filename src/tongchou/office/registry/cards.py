"""A person whole: what is and was known of him, his spells, months, transfers and filings; the number masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from .employer_queries import Filing, filings


@dataclass(frozen=True)
class PersonVersion:
    """What was known of a person from one moment to another (``known_until`` None: still)."""

    name: str
    masked: str
    number_kind: str
    sex: str
    born: date
    area: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_by: str
    ended_because: str


@dataclass(frozen=True)
class EnrolmentLine:
    """A spell with its days (``last_day`` None: open) and since when until when it was known."""

    id: int
    insurance: str
    way: str
    status: str
    employer: int | None
    employer_name: str
    area: str
    begins: date
    last_day: date | None
    source: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_by: str
    ended_because: str


@dataclass(frozen=True)
class Event:
    """A death or an emigration."""

    event: str
    happened_on: date
    evidence: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_because: str


@dataclass(frozen=True)
class Months:
    """Months that count in a line, from the first to the last (each as its first day)."""

    line: str
    kind: str
    first: date
    last: date
    count: int
    area: str
    known_from: datetime
    known_until: datetime | None
    recorded_by: str


@dataclass(frozen=True)
class Transfer:
    """A transfer of an insurance relation; ``sum_fen`` in fen. ``id`` is what ``transfer.undo`` takes."""

    id: int
    line: str
    direction: str
    certificate: str
    area: str
    other_area: str
    on_day: date
    months: int
    sum_fen: int
    known_from: datetime
    known_until: datetime | None
    recorded_by: str


@dataclass(frozen=True)
class Merge:
    """A record merged into this one, or this one's part in a merge that was undone. ``id``: what ``person.unmerge``
    takes."""

    id: int
    loser: int
    winner: int
    known_from: datetime
    known_until: datetime | None
    recorded_by: str
    ended_because: str


@dataclass(frozen=True)
class PersonCard:
    """A person whole. ``state`` as in ``PersonRow``; each list has the present before what was known earlier."""

    id: int
    name: str
    masked: str
    number_kind: str
    sex: str
    born: date
    area: str
    state: str
    enrolments: tuple[EnrolmentLine, ...]
    events: tuple[Event, ...]
    months: tuple[Months, ...]
    transfers: tuple[Transfer, ...]
    filings: tuple[Filing, ...]
    merges: tuple[Merge, ...]
    versions: tuple[PersonVersion, ...]


KNOWN = "recorded_from, nullif(recorded_to, 'infinity'), recorded_by"
WHY = "coalesce(ended_by, ''), coalesce(ended_because, '')"
VERSIONS = f"""
    SELECT name, masked, number_kind, sex, born, area, {KNOWN}, {WHY} FROM office.person_version
    WHERE person = %s ORDER BY recorded_to DESC, id DESC
"""
ENROLMENTS = """
    SELECT e.id, e.insurance, e.way, e.status, e.employer, coalesce(v.name, ''), e.area, lower(e.in_force),
           upper(e.in_force) - 1, e.source, e.recorded_from, nullif(e.recorded_to, 'infinity'), e.recorded_by,
           coalesce(e.ended_by, ''), coalesce(e.ended_because, '')
    FROM office.enrolment e
    LEFT JOIN office.employer_version v ON v.employer = e.employer AND v.recorded_to = 'infinity'
    WHERE e.person = %s ORDER BY e.recorded_to DESC, e.line, lower(e.in_force) DESC, e.id DESC
"""
EVENTS = f"""
    SELECT event, happened_on, evidence, {KNOWN}, coalesce(ended_because, '') FROM office.life_event
    WHERE person = %s ORDER BY recorded_to DESC, id DESC
"""
MONTHS = f"""
    SELECT line, kind, lower(months), (upper(months) - interval '1 month')::date,
           (extract(year FROM age(upper(months), lower(months))) * 12
            + extract(month FROM age(upper(months), lower(months))))::int, area, {KNOWN}
    FROM office.months WHERE person = %s ORDER BY recorded_to DESC, line, lower(months) DESC, id DESC
"""
TRANSFERS = f"""
    SELECT id, line, direction, certificate, area, other_area, on_day, months, sum_fen, {KNOWN} FROM office.transfer
    WHERE person = %s ORDER BY recorded_to DESC, on_day DESC, id DESC
"""
MERGES = f"""
    SELECT id, loser, winner, {KNOWN}, coalesce(ended_because, '') FROM office.person_merge
    WHERE loser = %s OR winner = %s ORDER BY recorded_to DESC, id DESC
"""


def read_card(conn: psycopg.Connection, of: int, state: str) -> PersonCard:
    """The card of a person who is there; rights and the look are the caller's."""
    versions = tuple(PersonVersion(*row) for row in conn.execute(VERSIONS, [of]).fetchall())
    now = versions[0]
    return PersonCard(
        of,
        now.name,
        now.masked,
        now.number_kind,
        now.sex,
        now.born,
        now.area,
        state,
        tuple(EnrolmentLine(*row) for row in conn.execute(ENROLMENTS, [of]).fetchall()),
        tuple(Event(*row) for row in conn.execute(EVENTS, [of]).fetchall()),
        tuple(Months(*row) for row in conn.execute(MONTHS, [of]).fetchall()),
        tuple(Transfer(*row) for row in conn.execute(TRANSFERS, [of]).fetchall()),
        filings(conn, "person", of),
        tuple(Merge(*row) for row in conn.execute(MERGES, [of, of]).fetchall()),
        versions,
    )
