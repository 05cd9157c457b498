"""Personal arguments of commands: sealed beside the command, so that they can be sealed anew when keys are rotated.

The command itself is never changed; it says ``SEALED`` where such an argument is. The keyed digest beside each seal
stays, and what is opened is held against it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from . import secrecy
from .refusal import OfficeRefused

SEALED = {"sealed": True}
"""What stands in a command for a personal argument."""


def keep(conn: psycopg.Connection, command: int, personal: Mapping[str, str]) -> None:
    """Seal the personal arguments of a command."""
    for field, text in personal.items():
        conn.execute(
            "INSERT INTO office.command_secret (command, field, sealed, digest) VALUES (%s, %s, %s, %s)",
            [command, field, secrecy.seal(text), _digest(command, field, text)],
        )


def opened(
    conn: psycopg.Connection, command: int, arguments: Mapping[str, Any], hidden: Iterable[str]
) -> dict[str, Any]:
    """All arguments of a command, those named ``hidden`` opened. Raises ``key_missing``, ``sealed_damaged``."""
    rows = conn.execute(
        "SELECT field, sealed, digest FROM office.command_secret WHERE command = %s", [command]
    ).fetchall()
    found = dict(arguments)
    beside = {str(field): (str(sealed), bytes(digest)) for field, sealed, digest in rows}
    for name in hidden:
        value = arguments.get(name)
        if value is None:
            continue
        if name not in beside and isinstance(value, str):  # asked before seals were kept beside
            found[name] = secrecy.unseal(value)
            continue
        sealed, digest = beside.get(name, ("", b""))
        text = secrecy.unseal(sealed) if sealed else ""
        if not hmac.compare_digest(_digest(command, name, text), digest):
            raise OfficeRefused("sealed_damaged", "加密内容已损坏或被改动", "a sealed value is damaged or was changed")
        found[name] = text
    return found


def reseal(conn: psycopg.Connection, most: int) -> int:
    """Seal anew under the newest key what at most ``most`` arguments of commands hold; how many were.

    What commands of before this table hold in themselves is sealed beside them and left where it is.
    """
    newest = secrecy.newest_key()
    old = conn.execute(
        "SELECT command, field, sealed FROM office.command_secret WHERE NOT starts_with(sealed, %s) "
        "ORDER BY command, field LIMIT %s FOR UPDATE SKIP LOCKED",
        [f"{newest}:", most],
    ).fetchall()
    for command, field, sealed in old:
        conn.execute(
            "UPDATE office.command_secret SET sealed = %s WHERE (command, field) = (%s, %s)",
            [secrecy.seal(secrecy.unseal(sealed)), command, field],
        )
    return len(old)


def bring_beside(conn: psycopg.Connection, operation: str, hidden: list[str], most: int) -> int:
    """Seal beside them what at most ``most`` commands of an operation hold in themselves, as all once did; how many."""
    rows = conn.execute(
        f"{INSIDE} ORDER BY c.id LIMIT %(most)s FOR UPDATE OF c SKIP LOCKED",
        {"operation": operation, "hidden": hidden, "most": most},
    ).fetchall()
    for command, field, sealed in rows:
        keep(conn, command, {field: secrecy.unseal(sealed)})
    return len(rows)


INSIDE = """
    SELECT c.id, f.name, c.arguments ->> f.name AS sealed
    FROM office.command c CROSS JOIN unnest(%(hidden)s::text[]) AS f (name)
    WHERE c.operation = %(operation)s AND jsonb_typeof(c.arguments -> f.name) = 'string'
    AND NOT EXISTS (SELECT FROM office.command_secret s WHERE (s.command, s.field) = (c.id, f.name))
"""


def _digest(command: int, field: str, text: str) -> bytes:
    return secrecy.keyed_digest(f"command:{command}:{field}:{text}")
