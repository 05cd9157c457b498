"""The tables of a room, brought to this release: numbered SQL files, each applied once, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

FOLDER = Path(__file__).parent / "sql"
LOCK = 720_311
"""One migration at a time (an advisory lock of the database)."""


class Changed(Exception):
    """An applied file is not the one that was applied: ``migration_changed``."""


def files(folder: Path = FOLDER) -> Sequence[Path]:
    """The files in order of their numbers."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def migrate(conn: psycopg.Connection, folder: Path = FOLDER, room: str = "ledger") -> list[str]:
    """Apply what is not applied yet of a room, all in one transaction; the names applied. Raises Changed."""
    table = sql.Identifier("public", f"{room}_applied")
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        conn.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} "
                "(name text PRIMARY KEY, hash text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
            ).format(table)
        )
        rows = conn.execute(sql.SQL("SELECT name, hash FROM {}").format(table)).fetchall()
        applied = {str(name): str(digest) for name, digest in rows}
        made = []
        for file in files(folder):
            text = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            if file.name in applied:
                if applied[file.name] != digest:
                    raise Changed(f"migration_changed: {file.name} is not what was applied here")
                continue
            conn.execute(text)
            insert = sql.SQL("INSERT INTO {} (name, hash) VALUES (%s, %s)").format(table)
            conn.execute(insert, [file.name, digest])
            made.append(file.name)
    return made
