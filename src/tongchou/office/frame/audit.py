"""The record of what was done, and its chain of sealed blocks.

A record is append-only from the moment it is written. A sealer hashes what is committed and not sealed yet into a block
that names the block before; nobody waits for it. It knows what is committed by the transactions' numbers: every record
of a transaction older than the oldest still running is there or will never be.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

LOCK = 720_312
"""One sealer at a time (an advisory lock of the database)."""


def record(
    conn: psycopg.Connection, who: str, area: str, operation: str, subject: str, content: dict[str, Any]
) -> None:
    """Write down what was done, in the transaction that does it."""
    conn.execute(
        "INSERT INTO office.record (actor, area, operation, subject, content) VALUES (%s, %s, %s, %s, %s)",
        [who, area, operation, subject, Jsonb(content)],
    )


def seal(conn: psycopg.Connection, thorough: bool = False) -> int:
    """Seal what is committed and unsealed into a block; how many records (0: none). One transaction of its own.

    A database restored elsewhere may count transactions anew, below the last seal: then, and where it is ``thorough``
    (a worker that starts is), everything unsealed is looked for, while writers wait.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = conn.execute(
            "SELECT number, hash, upto::text, sealed_at FROM office.block ORDER BY number DESC LIMIT 1"
        ).fetchone()
        number, before, since = (int(last[0]), bytes(last[1]), str(last[2])) if last else (0, b"", "0")
        row = conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").fetchone()
        assert row is not None
        upto = str(row[0])
        if thorough or int(upto) < int(since):
            conn.execute("LOCK TABLE office.record IN EXCLUSIVE MODE")
            since = "0"
            found = conn.execute(UNSEALED + "ORDER BY r.id", []).fetchall()
        else:
            found = conn.execute(
                UNSEALED + "AND r.xid >= %s::xid8 AND r.xid < %s::xid8 ORDER BY r.id", [since, upto]
            ).fetchall()
        if not found:
            return 0
        # The clock may have gone back: a block is never older than the one before it.
        moment = conn.execute("SELECT greatest(clock_timestamp(), %s)", [last[3] if last else None]).fetchone()
        assert moment is not None
        digest = block_hash(number + 1, before, moment[0], [(int(i), bytes(d)) for i, d in found])
        conn.execute(
            "INSERT INTO office.block (number, before, hash, records, upto, sealed_at) VALUES "
            "(%s, %s, %s, %s, %s::xid8, %s)",
            [number + 1, before, digest, len(found), upto, moment[0]],
        )
        with conn.cursor() as cursor, cursor.copy("COPY office.sealed (record, block) FROM STDIN") as copy:
            for i, _ in found:
                copy.write_row((i, number + 1))
        return len(found)


UNSEALED = """
    SELECT r.id, office.record_digest(r) FROM office.record r
    WHERE NOT EXISTS (SELECT FROM office.sealed s WHERE s.record = r.id)
"""


def block_hash(number: int, before: bytes, sealed_at: datetime, records: list[tuple[int, bytes]]) -> bytes:
    """The hash of a block: number, hash of the block before, moment, and (id, digest) of each record by id."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256(f"{number}\x1f{moment}\x1f".encode() + before)
    for i, one in records:
        digest.update(f"\x1f{i}\x1f".encode() + one)
    return digest.digest()


@dataclass(frozen=True)
class Chain:
    """Blocks, records sealed, records not sealed yet, and the first fault (code, where) or None."""

    blocks: int
    sealed: int
    tail: int
    head: str
    """The hash of the last block: kept outside, it shows later that nothing was cut off."""
    fault: tuple[str, str] | None


FAULTS = ("block_out_of_chain", "block_forged", "record_missing")
"""What ``check_chain`` finds; each stands in docs/errors.md."""


def check_chain(conn: psycopg.Connection) -> Chain:
    """Hash every block anew from the records that stand there; the first fault is named."""
    sealed = _count(conn, "SELECT count(*) FROM office.sealed")
    blocks = _count(conn, "SELECT count(*) FROM office.block")
    tail = _count(conn, "SELECT count(*) FROM office.record") - _count(
        conn, "SELECT count(*) FROM office.sealed s JOIN office.record r ON r.id = s.record"
    )
    last = conn.execute("SELECT encode(hash, 'hex') FROM office.block ORDER BY number DESC LIMIT 1").fetchone()
    return Chain(blocks, sealed, tail, str(last[0]) if last else "", _first_fault(conn))


def _first_fault(conn: psycopg.Connection) -> tuple[str, str] | None:
    before, expected = b"", 1
    rows = conn.execute("SELECT number, before, hash, records, sealed_at FROM office.block ORDER BY number").fetchall()
    with conn.cursor(name="chain") as cursor:
        cursor.itersize = 20_000
        cursor.execute(
            "SELECT s.block, s.record, r.id, office.record_digest(r) FROM office.sealed s "
            "LEFT JOIN office.record r ON r.id = s.record ORDER BY s.block, s.record"
        )
        stream = iter(cursor)
        row = next(stream, None)
        for number, named, kept, records, moment in rows:
            if number != expected or bytes(named) != before:
                return "block_out_of_chain", f"block {number}"
            found = []
            while row is not None and row[0] == number:
                if row[2] is None:
                    return "record_missing", f"record {row[1]} of block {number}"
                found.append((int(row[1]), bytes(row[3])))
                row = next(stream, None)
            if len(found) != records:
                return "record_missing", f"block {number}: {len(found)} of {records} records"
            if block_hash(int(number), before, moment, found) != bytes(kept):
                return "block_forged", f"block {number}, records {found[0][0]} to {found[-1][0]}"
            before, expected = bytes(kept), expected + 1
    return None


def _count(conn: psycopg.Connection, query: str) -> int:
    row = conn.execute(query).fetchone()
    return int(row[0]) if row else 0
