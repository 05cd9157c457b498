"""Commands that wait for a second person, and those decided: what pages and programs list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from .access import Actor, allow, roles_with
from .operation import OPERATIONS, find
from .refusal import OfficeRefused


@dataclass(frozen=True)
class Command:
    """A command: what is asked (personal arguments masked), by whom, and how it was decided; verdict "" while open.

    ``would`` is what the operation answered when it was tried out: of a law version, its diff.
    """

    id: int
    operation: str
    area: str
    arguments: dict[str, Any]
    asked_by: str
    asked_at: datetime
    verdict: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    would: dict[str, Any]


COMMANDS = """
    SELECT c.id, c.operation, c.area, c.shown, c.asked_by, c.asked_at, coalesce(d.verdict, ''),
           coalesce(d.decided_by, ''), d.decided_at, coalesce(d.reason, ''), c.would
    FROM office.command c JOIN office.area a ON a.code = c.area LEFT JOIN office.decision d ON d.command = c.id
"""


def seen_by(who: Actor) -> list[tuple[str, list[str]]]:
    """(operation, areas) of the commands somebody may see: those he may ask for, approve, or read as an auditor."""
    found = []
    for o in OPERATIONS.values():
        if o.two_people:
            readers = roles_with(o.right) | roles_with(o.review) | {"auditor"}
            areas = sorted({area for role, area in who.grants if role in readers})
            if areas:
                found.append((o.name, areas))
    return found


def commands(
    conn: psycopg.Connection, who: Actor, open_only: bool = False, limit: int = 50, before: int = 2**62
) -> list[Command]:
    """The commands somebody may see, the latest first."""
    seen = seen_by(who)
    if not seen:
        return []
    wanted = " OR ".join("(c.operation = %s AND a.path && %s::text[])" for _ in seen)
    only = "AND d.command IS NULL" if open_only else ""
    query = f"{COMMANDS} WHERE ({wanted}) AND c.id < %s {only} ORDER BY c.id DESC LIMIT %s"
    values = [v for pair in seen for v in pair]
    return [Command(*row) for row in conn.execute(query, [*values, before, limit]).fetchall()]


def command(conn: psycopg.Connection, who: Actor, number: int) -> Command:
    """A command somebody may see. Raises OfficeRefused: ``command_unknown``, or that he may not see it."""
    row = conn.execute(f"{COMMANDS} WHERE c.id = %s", [number]).fetchone()
    if row is None:
        raise OfficeRefused("command_unknown", f"没有申请 {number}", f"no command {number}")
    found = Command(*row)
    told = find(found.operation)
    path = conn.execute("SELECT path FROM office.area WHERE code = %s", [found.area]).fetchone()
    held = who.roles_at(tuple(path[0]) if path else ())
    if not held & (roles_with(told.right) | roles_with(told.review) | {"auditor"}):
        allow(conn, who, told.right, found.area)
    return found
