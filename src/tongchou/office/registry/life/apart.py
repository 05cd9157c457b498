"""Records of one human being taken apart for a moment, so that what befell each of them can be put right by itself.

Two records that were both reported dead hold the cut spells of both once they are merged. Who takes the death back
means the human being: the merge ends, each record gets back what its own report had cut, and a merge of the whole
spells takes the place of the one before. So it can be undone later as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ..pen import Pen
from ..spells import live
from .cuts import event_of, take_back
from .joined import Moved, move_spells
from .parted import back_spells

BEFORE = "person_merge"
"""In ``office.person_merge.moved``: the merge whose place another took."""


@dataclass(frozen=True)
class Merge:
    """A merge as it stands: what it moved, and whether it holds."""

    id: int
    loser: int
    winner: int
    moved: list[Moved]
    holds: bool

    def of(self, table: str) -> list[Moved]:
        """What it moved of a table."""
        return [m for m in self.moved if m["table"] == table]


def merges_into(conn: psycopg.Connection, winner: int) -> list[Merge]:
    """The merges that a record holds others by, oldest first."""
    rows = conn.execute(
        "SELECT id, loser, winner, moved, true FROM office.person_merge "
        "WHERE winner = %s AND recorded_to = 'infinity' ORDER BY id",
        [winner],
    ).fetchall()
    return [Merge(*row) for row in rows]


def records_in(conn: psycopg.Connection, winner: int) -> list[int]:
    """A record and all that were merged into it, directly or through another."""
    return [winner] + [n for m in merges_into(conn, winner) for n in records_in(conn, m.loser)]


def began(conn: psycopg.Connection, merge: int) -> datetime:
    """Since when two records are taken for one: also by a merge whose place this one took."""
    row = conn.execute("SELECT recorded_from, moved FROM office.person_merge WHERE id = %s", [merge]).fetchone()
    assert row is not None
    before = next((int(m["old"]) for m in row[1] if m["table"] == BEFORE), None)
    since: datetime = row[0]
    return since if before is None else began(conn, before)


def take_back_all(pen: Pen, person: int) -> tuple[list[int], list[dict[str, Any]]]:
    """Take back the event of a record and of those merged into it, each by itself.

    The spells that came back, and the merges that took the place of others (``was``, ``now``). Raises OfficeRefused
    ``changed_since``, ``merge_contradicts`` (whole, the spells of two records say different things).
    """
    dead = [
        m for m in merges_into(pen.conn, person) if any(event_of(pen.conn, n) for n in records_in(pen.conn, m.loser))
    ]
    for merge in reversed(dead):
        pen.end("person_merge", merge.id)
        back_spells(pen, merge.of("enrolment"), merge.loser, merge.winner)
    found = event_of(pen.conn, person)
    back = take_back(pen, found) if found else []
    again: list[dict[str, Any]] = []
    for merge in dead:
        more, inner = take_back_all(pen, merge.loser)
        made = _again(pen, merge)
        back, again = back + more, again + inner + [{"was": merge.id, "now": made}]
    return back, again


def _again(pen: Pen, before: Merge) -> int:
    """A merge in the place of one that was ended for a moment; months and filings had stayed where they were."""
    moved, _ = move_spells(pen, live(pen.conn, before.loser), live(pen.conn, before.winner), before.winner)
    moved += [m for m in before.moved if m["table"] not in ("enrolment", BEFORE)]
    moved.append({"table": BEFORE, "old": before.id, "made": []})
    return pen.add("person_merge", loser=before.loser, winner=before.winner, moved=Jsonb(moved))
