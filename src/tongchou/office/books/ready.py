"""Tables, areas and chart of accounts, brought to this release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tongchou.law import load
from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import FOLDER as LEDGER
from tongchou.ledger.migrate import Changed, files, migrate

from ..care.store import years_ahead
from ..database import DatabaseRefused, connect
from ..frame.areas import bring
from ..frame.lawbook import running
from ..jobs import schema
from .slips import bring_events

LOCK = 720_314
"""One preparation at a time (an advisory lock of the session)."""
FOLDER = Path(__file__).parents[1] / "sql"


@dataclass(frozen=True)
class Ready:
    """What ``prepare`` did: migrations applied, accounts opened, areas brought from the law, the server's version."""

    applied: list[str]
    accounts: int
    areas: int
    server: str


def prepare(address: str | None = None) -> Ready:
    """Bring tables, chart of accounts and areas to this release, all or nothing. Raises DatabaseRefused."""
    with connect(address) as conn:
        # One at a time from here to the end, and not only for each room's files.
        conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            applied = migrate(conn) + migrate(conn, FOLDER, "office")
        except Changed as e:
            raise DatabaseRefused("migration_changed", str(e).partition(": ")[2]) from e
        applied += [f"procrastinate {name}" for name in schema.make_ready(conn)]
        years_ahead(conn)
        accounts = open_chart(conn)
        bring_events(conn)
        areas = bring(conn, load(running()))
        return Ready(applied, accounts, areas, conn.info.parameter_status("server_version") or "")


def refuse_behind(conn: psycopg.Connection) -> None:
    """Refuse to work on tables of an earlier release.

    Raises DatabaseRefused: ``books_missing``, ``migration_pending``.
    """
    row = conn.execute(
        "SELECT to_regclass('office.staff') IS NOT NULL AND to_regclass('public.ledger_applied') IS NOT NULL"
    ).fetchone()
    if row is None or not row[0]:
        raise DatabaseRefused("books_missing", "this database has no office; run: tongchou office migrate")
    applied = conn.execute("SELECT name FROM public.ledger_applied UNION SELECT name FROM public.office_applied")
    there = {str(name) for (name,) in applied.fetchall()}
    wanted = [file.name for file in (*files(LEDGER), *files(FOLDER)) if file.name not in there] + schema.missing(conn)
    if wanted:
        raise DatabaseRefused(
            "migration_pending", f"{wanted[0]} is not applied here; stop the office and run: tongchou office migrate"
        )
