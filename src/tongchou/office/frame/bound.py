"""Rows held against the sealed record: what was written is there, says what it said, and nothing came in beside it.

Triggers write a record ``rows`` (0009_rows_bound.sql, 0015_money_bound.sql) for whatever is added to a table of
``BOUND``, and for whatever ends in it: the numbers of the rows and the digest of their text. Here the rows are read
again, by number, and every one has to be told by exactly one such record. The digest is worked out outside the
database, so that functions exchanged in there change nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import groupby, islice
from typing import Any

import psycopg
from psycopg import sql

BOUND: dict[str, tuple[str, str]] = {
    "person": ("id", "id, made_at"),
    "person_version": (
        "id",
        "id, person, area, name, sex, born, number_kind, digest, masked, recorded_from, recorded_by",
    ),
    "person_merge": ("id", "id, loser, winner, moved, recorded_from, recorded_by"),
    "employer": ("id", "id, made_at"),
    "employer_version": ("id", "id, employer, area, code, name, kind, origin, recorded_from, recorded_by"),
    "standing": ("id", "id, employer, standing, in_force, evidence, liability, recorded_from, recorded_by"),
    "enrolment": (
        "id",
        "id, person, insurance, line, way, status, employer, area, in_force, source, recorded_from, recorded_by",
    ),
    "life_event": ("id", "id, person, event, happened_on, evidence, recorded_from, recorded_by"),
    "life_cut": ("old", "event, old, made"),
    "months": ("id", "id, person, line, months, kind, area, transfer, recorded_from, recorded_by"),
    "transfer": (
        "id",
        "id, person, line, direction, certificate, area, other_area, on_day, months, sum_fen, detail, recorded_from, "
        "recorded_by",
    ),
    "filing": ("id", "id, kind, person, employer, area, in_force, detail, command, recorded_from, recorded_by"),
    "declared_base": ("id", "id, person, employer, month, base_fen, recorded_from, recorded_by"),
    "command": ("id", "id, operation, area, arguments, shown, would, asked_by, asked_at"),
    "command_secret": ("number", "number, command, field, digest"),
    "decision": ("command", "command, verdict, decided_by, decided_at, reason, answer"),
    "law_version": ("command", "command, version, counts_from, recorded_at"),
    "area": ("number", "number, code, parent, level, zh, en, path"),
    "grant": ("id", "id, staff, role, area, given_by, given_at, command"),
    "grant_end": ("of", "of, ended_by, ended_at"),
    "token": ("number", "number, digest, staff, purpose, made_at, expires_at"),
    "token_end": ("number", "number, of, ended_by, ended_at"),
    "password_set": ("id", "id, staff, set_by, command, set_at"),
    "look": ("id", "id, at, actor, person, what, purpose"),
    "file": ("id", "id, name, digest, area, kept_by, kept_at"),
    "bank_account": ("number", "number, code, area, fund, kind, name, opened_by, opened_at"),
    "voucher": (
        "id",
        "id, event, area, fund, on_day, amount, party, reference, note, to_fund, law_version, command, made_by, "
        "made_at, of_party",
    ),
    "voucher_undone": ("voucher", "voucher, on_day, reason, command, undone_by, undone_at"),
    "remittance": ("id", "id, from_area, to_area, fund, amount, sent_on, reference, command, sent_by, sent_at"),
    "remittance_arrival": ("remittance", "remittance, arrived_on, received_by, received_at, reference"),
    "remittance_undone": ("remittance", "remittance, on_day, reason, command, undone_by, undone_at"),
    "bank_line": ("id", "id, account, on_day, reference, amount, said, recorded_by, recorded_at"),
    "tax_line": ("id", "id, area, fund, on_day, reference, amount, recorded_by, recorded_at"),
    "complaint": ("id", "id, area, about, party, said, received_on, recorded_by, recorded_at"),
    "complaint_answer": ("complaint", "complaint, answered_on, upheld, answer, answered_by, answered_at"),
    "total_change": (
        "id",
        "id, year, person, scheme, area, name, amount, on_day, source, reference, reverses, command, fact, "
        "recorded_at, recorded_by",
    ),
}
"""Table → the column that numbers its rows, and the columns that never change, as the triggers have them."""
ENDING = "id, recorded_to, ended_by, ended_because"
"""What the digest of an ending is of."""
UNENDING = tuple(table for table, (_, columns) in BOUND.items() if "recorded_from" not in columns)
"""Tables whose rows never end: what is known since a moment ends, what was done does not."""
FAULTS = ("row_changed", "row_missing", "row_added")
"""What ``check_rows`` finds; each stands in docs/errors.md."""
SETTINGS = b"SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'"
"""Those the triggers write under: a row has one text."""
TOLD = """
    SELECT (r.content ->> 'table') COLLATE "C", r.content ->> 'what' = 'ended', r.id, lower(ids), upper(ids),
           r.content ->> 'digest'
    FROM office.record r, unnest((r.content ->> 'ids')::int8multirange) AS ids
    WHERE r.operation = 'rows' ORDER BY 1, 2, 4, 3
"""
"""One pass for all tables: an index would be written to by every operation, for this alone."""

LAST: tuple[tuple[str, bool], Iterator[Any]] = (("~", True), iter(()))
"""Behind every table."""

Fault = tuple[str, str]
"""Code, where."""
Span = tuple[int, int, int, str]
"""A record, the numbers of rows it tells from, until, and the digest of all it tells."""


def check_rows(conn: psycopg.Connection) -> Fault | None:
    """Hold every row that is bound against what the sealed record tells of it; the first fault, or None.

    In a transaction of the caller's, whose settings it changes.
    """
    conn.execute(SETTINGS)
    with closing(_told(conn)) as told:
        for (table, ended), spans in told:
            key, columns = BOUND[table]
            found = _check(conn, table, "ended" if ended else "new", key, ENDING if ended else columns, spans)
            if found is not None:
                return found
    return None


def _told(conn: psycopg.Connection) -> Generator[tuple[tuple[str, bool], list[Span]], None, None]:
    """What the record tells of each table, first of its rows, then of their endings; also where it tells nothing."""
    wanted = [(table, False) for table in BOUND] + [(table, True) for table in BOUND if table not in UNENDING]
    with conn.cursor(name="told") as cursor:
        cursor.itersize = 20_000
        cursor.execute(TOLD)
        groups = groupby(cursor, lambda row: (str(row[0]), bool(row[1])))
        of, spans = next(groups, LAST)
        for one in sorted(wanted):
            while of < one:  # a table that is bound no longer
                of, spans = next(groups, LAST)
            yield one, [row[2:] for row in spans] if of == one else []


def _check(conn: psycopg.Connection, table: str, what: str, key: str, columns: str, told: list[Span]) -> Fault | None:
    """Rows and records side by side, both by the numbers of rows: each number is there once in both."""
    left = Counter(record for record, *_ in told)
    texts: dict[int, list[str]] = {}
    with conn.cursor(name="bound") as cursor:
        cursor.itersize = 20_000
        cursor.execute(_rows(table, what, key, columns))
        rows: Iterator[tuple[int, str]] = iter(cursor)
        last = 0
        for record, first, until, digest in told:
            if first < last:
                return _fault(conn, "row_changed", table, f"row {first} is told twice", record)
            last = until
            part = list(islice(rows, until - first))
            if len(part) < until - first or (part[0][0], part[-1][0]) != (first, until - 1):
                return _gap(conn, table, what, part, first, until, record)
            texts.setdefault(record, []).extend(text for _, text in part)
            left[record] -= 1
            if not left[record]:
                said = "\n".join(texts.pop(record))
                if hashlib.sha256(said.encode()).hexdigest() != digest:
                    return _fault(conn, "row_changed", table, _which(told, record), record)
        beside = next(rows, None)
    return _beside(conn, table, what, beside[0]) if beside else None


def _rows(table: str, what: str, key: str, columns: str) -> sql.Composed:
    """The rows of a table, or those ended, by number: the number, and the row as its digest has it."""
    names = [sql.Identifier(name) for name in columns.split(", ")]
    return sql.SQL("SELECT {key}, ROW({columns})::text FROM {table} {where} ORDER BY {key}").format(
        key=sql.Identifier(key),
        columns=sql.SQL(", ").join(names),
        table=sql.Identifier("office", table),
        where=sql.SQL("WHERE recorded_to <> 'infinity'" if what == "ended" else ""),
    )


def _gap(
    conn: psycopg.Connection, table: str, what: str, part: list[tuple[int, str]], first: int, until: int, record: int
) -> Fault:
    """The first number that is told and not there, or there and not told."""
    missing = first + len(part)
    for (there, _), wanted in zip(part, range(first, until), strict=False):
        if there < wanted:
            return _beside(conn, table, what, there)
        if there > wanted:
            missing = wanted
            break
    if what == "ended":
        return _fault(conn, "row_changed", table, f"row {missing} had ended and is held again", record)
    return _fault(conn, "row_missing", table, f"row {missing}", record)


def _beside(conn: psycopg.Connection, table: str, what: str, number: int) -> Fault:
    """A row, or the ending of one, that no record tells."""
    who, (key, columns) = "no record tells of it", BOUND[table]
    names = ENDING if what == "ended" else columns
    by = re.search(r"\w+_by", names)
    at = re.search(r"\w+_at|recorded_from|recorded_to", names)
    if by and at:
        query = sql.SQL("SELECT {}, to_char({}, 'YYYY-MM-DD HH24:MI:SS.US') FROM {} WHERE {} = %s").format(
            *map(sql.Identifier, (by[0], at[0])), sql.Identifier("office", table), sql.Identifier(key)
        )
        row = conn.execute(query, [number]).fetchone()
        who += f", it says {row[0]} at {row[1]}" if row else ""
    if what == "ended":
        return "row_changed", f"office.{table}: row {number} has ended; {who}"
    return "row_added", f"office.{table}: row {number}; {who}"


def _which(told: list[Span], record: int) -> str:
    """The rows that a record tells, in words."""
    spans = [(first, until - 1) for of, first, until, _ in told if of == record]
    if spans[0][0] == spans[-1][1]:
        return f"row {spans[0][0]}"
    return f"one of the rows {spans[0][0]} to {spans[-1][1]}"


def _fault(conn: psycopg.Connection, code: str, table: str, which: str, record: int) -> Fault:
    """A fault with the moment and the operation that wrote the row: the record of the same transaction nearest by."""
    row = conn.execute(
        "SELECT b.at, r.operation, r.actor, r.content ->> 'command', r.id FROM office.record b LEFT JOIN LATERAL ("
        "SELECT * FROM office.record r WHERE r.xid = b.xid AND r.operation <> 'rows' ORDER BY abs(r.id - b.id) LIMIT 1"
        ") r ON true WHERE b.id = %s",
        [record],
    ).fetchone()
    assert row is not None
    at, operation, actor, command, number = row
    by = f"{operation} by {actor}, record {number}" if operation else f"record {record} alone"
    by += f", command {command}" if command else ""
    return code, f"office.{table}: {which}, written {at:%Y-%m-%d %H:%M:%S.%f} ({by})"
