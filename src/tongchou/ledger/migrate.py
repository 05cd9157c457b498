"""The tables of the books, brought to this release: numbered SQL files, each applied once, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import psycopg

FOLDER = Path(__file__).parent / "sql"
LOCK = 720_311
"""One migration at a time (an advisory lock of the database)."""


class Changed(Exception):
    """An applied file is not the one that was applied: ``migration_changed``."""


def files(folder: Path = FOLDER) -> Sequence[Path]:
    """The files in order of their numbers."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def migrate(conn: psycopg.Connection, folder: Path = FOLDER) -> list[str]:
    """Apply what is not applied yet, all in one transaction; the names applied. Raises Changed."""
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        conn.execute(
            "CREATE TABLE IF NOT EXISTS public.ledger_applied "
            "(name text PRIMARY KEY, hash text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
        )
        rows = conn.execute("SELECT name, hash FROM public.ledger_applied").fetchall()
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
            conn.execute("INSERT INTO public.ledger_applied (name, hash) VALUES (%s, %s)", [file.name, digest])
            made.append(file.name)
    return made
