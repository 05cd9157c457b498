"""What is sealed, sealed anew under the newest key, batch by batch; what is done stays done: it goes on after a stop.

Numbers of persons, personal arguments of commands, files as they came: nothing else is sealed. ``sealed_by`` counts it
all by key, so that a key is taken away only when nothing is left under it.

And every seal of a number held against the digest beside it, for ``office verify``: a seal may be exchanged, so nothing
else tells that the number in it is still the one that was registered.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import psycopg

from ..frame import audit, seals, secrecy
from ..frame.lawbook import top
from ..frame.operation import OPERATIONS
from ..frame.refusal import OfficeRefused
from ..frame.staff import SYSTEM
from . import numbers

Batch = Callable[[psycopg.Connection, int], int]


def rotate(conn: psycopg.Connection, most: int | None = None, batch: int = 5_000) -> int:
    """Seal everything under the first key of ``TONGCHOU_KEYS``; how many things were sealed anew.

    Numbers of persons, past versions too, then personal arguments of commands, then files. ``most``: at most so many
    (None: all). Each batch is a transaction with a record of its own; two rotations share the work. Digests stay, so
    every number is found as before. Raises OfficeRefused: ``key_missing`` where a key that sealed is gone.
    """
    newest, done = secrecy.newest_key(), 0
    parts: list[tuple[str, Batch, int]] = [("numbers", _Numbers().batch, batch), ("arguments", seals.reseal, batch)]
    parts += [("arguments", partial(_inside, name, hidden), batch) for name, hidden in _personal().items()]
    parts.append(("files", _Files().batch, 1))
    for what, do, size in parts:
        while most is None or done < most:
            with conn.transaction():
                n = do(conn, size if most is None else min(size, most - done))
                if n:
                    audit.record(conn, SYSTEM, top(conn), "keys.rotated", "", {"key": newest, what: n})
            if not n:
                break
            done += n
    return done


@dataclass
class _Numbers:
    """Numbers of persons, by the version that holds them."""

    after: int = 0

    def batch(self, conn: psycopg.Connection, size: int) -> int:
        """Seal at most ``size`` of them anew; how many were."""
        rows = conn.execute(
            "SELECT id, sealed FROM office.person_version WHERE id > %s AND NOT starts_with(sealed, %s) "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [self.after, f"{secrecy.newest_key()}:", size],
        ).fetchall()
        if not rows:
            return 0
        conn.execute(
            "UPDATE office.person_version v SET sealed = n.sealed "
            "FROM unnest(%s::bigint[], %s::text[]) AS n (id, sealed) WHERE v.id = n.id",
            [[i for i, _ in rows], [secrecy.seal(secrecy.unseal(old)) for _, old in rows]],
        )
        self.after = rows[-1][0]
        return len(rows)


@dataclass
class _Files:
    """Files as they came, one at a time: each may be large."""

    after: int = 0

    def batch(self, conn: psycopg.Connection, size: int) -> int:
        """Seal at most ``size`` of them anew; how many were."""
        mark = f"{secrecy.newest_key()}\0".encode()
        rows = conn.execute(
            "SELECT id, content FROM office.file WHERE id > %s AND substring(content, 1, %s) <> %s "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [self.after, len(mark), mark, size],
        ).fetchall()
        for number, content in rows:
            fresh = secrecy.seal_bytes(secrecy.unseal_bytes(bytes(content)))
            conn.execute("UPDATE office.file SET content = %s WHERE id = %s", [fresh, number])
            self.after = number
        return len(rows)


def _inside(name: str, hidden: list[str], conn: psycopg.Connection, size: int) -> int:
    return seals.bring_beside(conn, name, hidden, size)


def _personal() -> dict[str, list[str]]:
    """Operations of two people with personal arguments, and the names of those."""
    found = {o.name: [f.name for f in o.fields if f.hidden] for o in OPERATIONS.values() if o.two_people}
    return {name: hidden for name, hidden in found.items() if hidden}


@dataclass
class Sealed:
    """How many things a key seals: numbers of persons, personal arguments of commands, files."""

    numbers: int = 0
    arguments: int = 0
    files: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.numbers + self.arguments + self.files


def sealed_by(conn: psycopg.Connection) -> dict[str, Sealed]:
    """What each key seals, keys of the environment that seal nothing among them; the newest first, then by name."""
    found = {name: Sealed() for name in secrecy.key_names()}
    queries: list[tuple[str, str, dict[str, object]]] = [
        ("numbers", "SELECT split_part(sealed, ':', 1), count(*) FROM office.person_version GROUP BY 1", {}),
        ("arguments", "SELECT split_part(sealed, ':', 1), count(*) FROM office.command_secret GROUP BY 1", {}),
        ("files", FILES, {}),
    ]
    queries += [
        ("arguments", f"SELECT split_part(i.sealed, ':', 1), count(*) FROM ({seals.INSIDE}) i GROUP BY 1",
         {"operation": name, "hidden": hidden})
        for name, hidden in _personal().items()
    ]  # fmt: skip
    for what, query, values in queries:
        for key, count in conn.execute(query.encode(), values).fetchall():
            of = found.setdefault(str(key), Sealed())
            setattr(of, what, getattr(of, what) + int(count))
    return found


FILES = """
    SELECT encode(substring(content, 1, position('\\x00'::bytea IN substring(content, 1, 200)) - 1), 'escape'), count(*)
    FROM office.file GROUP BY 1
"""


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
