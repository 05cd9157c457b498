"""The books of this office: made ready, and proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import Changed, migrate
from tongchou.ledger.verify import CHECKS, Fault, verify

from .database import DatabaseRefused, connect


@dataclass(frozen=True)
class Ready:
    """What ``prepare`` did: migrations applied, accounts opened, the server's version."""

    applied: list[str]
    accounts: int
    server: str


def prepare(address: str | None = None) -> Ready:
    """Bring tables and chart of accounts to this release, all or nothing. Raises DatabaseRefused."""
    with connect(address) as conn:
        try:
            applied = migrate(conn)
        except Changed as e:
            raise DatabaseRefused("migration_changed", str(e).partition(": ")[2]) from e
        accounts = open_chart(conn)
        return Ready(applied, accounts, conn.info.parameter_status("server_version") or "")


@dataclass(frozen=True)
class Proof:
    """What was proved: entries and lines looked at, checks made, the first fault or None."""

    entries: int
    lines: int
    checks: int
    fault: Fault | None


def prove(address: str | None = None, tell: Callable[[str], None] = lambda code: None) -> Proof:
    """Look at every entry and line of one moment. Raises DatabaseRefused, also where there are no books yet."""
    with connect(address) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        there = conn.execute("SELECT to_regclass('ledger.entry') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            raise DatabaseRefused("books_missing", "this database has no books; run: tongchou office migrate")
        entries, lines = (
            int((conn.execute(query).fetchone() or (0,))[0])
            for query in ("SELECT count(*) FROM ledger.entry", "SELECT count(*) FROM ledger.line")
        )
        return Proof(entries, lines, len(CHECKS), verify(conn, tell))
