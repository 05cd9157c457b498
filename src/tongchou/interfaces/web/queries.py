"""Readings of the office's own tables that only the pages ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from tongchou.office.frame.access import Actor, allow_within


@dataclass(frozen=True)
class Kept:
    """The first answer to a message of somebody's own."""

    operation: str
    answer: dict[str, Any]


def answer_of(conn: psycopg.Connection, who: Actor, message: str) -> Kept | None:
    """What was answered to his message; None where there was none."""
    row = conn.execute(
        "SELECT operation, answer FROM office.message WHERE (sender, id) = (%s, %s) AND answer IS NOT NULL",
        [who.name, message],
    ).fetchone()
    return Kept(str(row[0]), dict(row[1])) if row else None


@dataclass(frozen=True)
class Record:
    """One record of what was done; ``block`` is None while it is not sealed."""

    id: int
    at: datetime
    actor: str
    area: str
    operation: str
    subject: str
    block: int | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which records: empty means any."""

    actor: str = ""
    operation: str = ""
    area: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def records(conn: psycopg.Connection, who: Actor, wanted: Wanted, limit: int = 50, before: int = 2**62) -> list[Record]:
    """The records of the areas he may look into, the latest first. Raises OfficeRefused: ``not_allowed``."""
    within = list(allow_within(who, "audit.read"))
    where, values = (
        ["r.area = ANY (SELECT code FROM office.area WHERE path && %s::text[])", "r.id < %s"],
        [within, before],
    )
    for column, value in (("actor", wanted.actor), ("operation", wanted.operation), ("subject", wanted.subject)):
        if value:
            where.append(f"(r.{column} = %s OR r.{column} LIKE %s)")
            values += [
                value,
                value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                + ("%" if column != "actor" else ""),
            ]
    if wanted.area:
        where.append("r.area = ANY (SELECT code FROM office.area WHERE path && ARRAY[%s]::text[])")
        values.append(wanted.area)
    if wanted.since:
        where.append("r.at >= %s::date::timestamp AT TIME ZONE 'Asia/Shanghai'")
        values.append(wanted.since)
    if wanted.until:
        where.append("r.at < (%s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'")
        values.append(wanted.until)
    query = (
        "SELECT r.id, r.at, r.actor, r.area, r.operation, r.subject, s.block, r.content FROM office.record r "
        f"LEFT JOIN office.sealed s ON s.record = r.id WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT %s"
    )
    rows = conn.execute(query, [*values, limit]).fetchall()
    return [Record(*row) for row in rows]


def unsealed(conn: psycopg.Connection, most: int = 10_000) -> int:
    """How many records came after the last sealed one, counted up to ``most``."""
    row = conn.execute(
        "SELECT count(*) FROM (SELECT FROM office.record WHERE id > "
        "coalesce((SELECT max(record) FROM office.sealed), 0) LIMIT %s) AS tail",
        [most],
    ).fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class Token:
    """A token of somebody's own, as far as it may be shown."""

    purpose: str
    made_at: datetime
    expires_at: datetime
    ended: bool


def tokens(conn: psycopg.Connection, who: Actor) -> list[Token]:
    """His own tokens, the latest first."""
    rows = conn.execute(
        "SELECT t.purpose, t.made_at, t.expires_at, e.of IS NOT NULL OR t.expires_at <= now() FROM office.token t "
        "LEFT JOIN office.token_end e ON e.of = t.digest WHERE t.staff = %s ORDER BY t.made_at DESC LIMIT 100",
        [who.name],
    ).fetchall()
    return [Token(*row) for row in rows]
