"""Numbers sealed anew under the newest key, batch by batch; what is done stays done, so it goes on after a stop.

And every seal held against the digest beside it, for ``office verify``: a seal may be exchanged, so nothing else tells
that the number in it is still the one that was registered.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import psycopg

from ..frame import audit, secrecy
from ..frame.lawbook import top
from ..frame.refusal import OfficeRefused
from ..frame.staff import SYSTEM
from . import numbers


def rotate(conn: psycopg.Connection, most: int | None = None, batch: int = 5_000) -> int:
    """Seal numbers of persons, past versions too, under the first key of ``TONGCHOU_KEYS``; how many were sealed anew.

    ``most``: at most so many (None: all). Each batch is a transaction with a record of its own; two rotations share the
    work. The digest stays, so every number is found as before. Numbers in commands kept for approval stay under the key
    that sealed them, so a key is only taken away when none of it is left there.
    Raises OfficeRefused: ``key_missing`` where a key that sealed is gone.
    """
    newest, done, after = secrecy.newest_key(), 0, 0
    while most is None or done < most:
        size = batch if most is None else min(batch, most - done)
        with conn.transaction():
            rows = conn.execute(
                "SELECT id, sealed FROM office.person_version WHERE id > %s AND NOT starts_with(sealed, %s) "
                "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                [after, f"{newest}:", size],
            ).fetchall()
            if not rows:
                return done
            sealed = [secrecy.seal(secrecy.unseal(old)) for _, old in rows]
            conn.execute(
                "UPDATE office.person_version v SET sealed = n.sealed "
                "FROM unnest(%s::bigint[], %s::text[]) AS n (id, sealed) WHERE v.id = n.id",
                [[row[0] for row in rows], sealed],
            )
            audit.record(conn, SYSTEM, top(conn), "keys.rotated", "", {"key": newest, "numbers": len(rows)})
        done, after = done + len(rows), rows[-1][0]
    return done


@dataclass(frozen=True)
class WrongSeal:
    """A version of a person whose sealed number is not the one it is found by; ``code``: ``sealed_damaged``,
    ``sealed_differs`` (another number is in it), ``masked_differs`` (what is shown is not of this number)."""

    code: str
    version: int
    person: int


def first_wrong_seal(conn: psycopg.Connection, most: int | None = None) -> WrongSeal | None:
    """The first version, past ones too, whose seal does not hold the number of its digest; None where all do.

    Reads as it goes, by ``id``, under the snapshot of the transaction. ``most``: look at so many versions, drawn evenly
    from all of them, others each time (None: at every one). Ten thousand take about a third of a second.
    Raises OfficeRefused: ``key_missing``.
    """
    every = 1
    if most is not None:
        row = conn.execute("SELECT count(*) FROM office.person_version").fetchone()
        every = max(1, -(-int(row[0] if row else 0) // max(most, 1)))
    with conn.transaction(), conn.cursor(name="seals") as cursor:
        cursor.itersize = 5_000
        cursor.execute(
            "SELECT id, person, number_kind, sealed, digest, masked FROM office.person_version WHERE id %% %s = %s "
            "ORDER BY id",
            [every, secrets.randbelow(every)],
        )
        for version, person, kind, sealed, digest, masked in cursor:
            code = _wrong(kind, sealed, bytes(digest), masked)
            if code:
                return WrongSeal(code, int(version), int(person))
    return None


def _wrong(kind: str, sealed: str, digest: bytes, masked: str) -> str:
    try:
        number = secrecy.unseal(sealed)
    except OfficeRefused as e:
        if e.code != "sealed_damaged":
            raise
        return e.code
    if not hmac.compare_digest(numbers.digest(kind, number), digest):
        return "sealed_differs"
    return "" if secrecy.mask(number) == masked else "masked_differs"


def left(conn: psycopg.Connection) -> int:
    """How many numbers are sealed under an older key."""
    row = conn.execute(
        "SELECT count(*) FROM office.person_version WHERE NOT starts_with(sealed, %s)", [f"{secrecy.newest_key()}:"]
    ).fetchone()
    return int(row[0]) if row else 0
