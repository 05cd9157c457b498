"""Numbers sealed anew under the newest key, batch by batch; what is done stays done, so it goes on after a stop."""

from __future__ import annotations

import psycopg

from ..frame import audit, secrecy
from ..frame.lawbook import top
from ..frame.staff import SYSTEM


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


def left(conn: psycopg.Connection) -> int:
    """How many numbers are sealed under an older key."""
    row = conn.execute(
        "SELECT count(*) FROM office.person_version WHERE NOT starts_with(sealed, %s)", [f"{secrecy.newest_key()}:"]
    ).fetchone()
    return int(row[0]) if row else 0
