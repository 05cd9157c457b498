"""Tables, areas and chart of accounts, brought to this release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tongchou.law import load
from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import Changed, migrate

from ..care.store import years_ahead
from ..database import DatabaseRefused, connect
from ..frame.areas import bring
from ..frame.lawbook import running
from ..jobs.queue import make_ready

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
        make_ready(conn)
        years_ahead(conn)
        accounts = open_chart(conn)
        areas = bring(conn, load(running()))
        return Ready(applied, accounts, areas, conn.info.parameter_status("server_version") or "")
