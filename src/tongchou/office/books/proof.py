"""Proving an office: its books line by line, every entry from its fact, the sealed record, the law versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from tongchou.ledger.verify import CHECKS, Fault, verify

from ..database import DatabaseRefused, connect
from ..frame import audit, lawbook
from .facts import CHECKS as FACTS
from .facts import verify_facts

OWN = ("audit_chain", "law_forged")
"""What is asked beside the books."""


@dataclass(frozen=True)
class Proof:
    """What was proved: entries and lines looked at, records sealed and not sealed yet, checks made, the first fault."""

    entries: int
    lines: int
    sealed: int
    unsealed: int
    checks: int
    fault: Fault | None


def prove(address: str | None = None, tell: Callable[[str], None] = lambda code: None) -> Proof:
    """Look at every entry, line and record of one moment. Raises DatabaseRefused, also where there are no books yet."""
    with connect(address) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        there = conn.execute(
            "SELECT to_regclass('ledger.entry') IS NOT NULL AND to_regclass('office.record') IS NOT NULL"
        )
        if there.fetchone() != (True,):
            raise DatabaseRefused("books_missing", "this database has no books; run: tongchou office migrate")
        entries, lines = (
            _count(conn, "SELECT count(*) FROM ledger.entry"),
            _count(conn, "SELECT count(*) FROM ledger.line"),
        )
        fault = verify(conn, tell) or verify_facts(conn, tell)
        tell(OWN[0])
        chain = audit.check_chain(conn)
        fault = fault or (Fault(*chain.fault) if chain.fault else None)
        tell(OWN[1])
        version = lawbook.forged(conn)
        fault = fault or (Fault("law_forged", f"law version {version}") if version else None)
        return Proof(entries, lines, chain.sealed, chain.tail, len(CHECKS) + len(FACTS) + len(OWN), fault)


def _count(conn: psycopg.Connection, query: str) -> int:
    row = conn.execute(query).fetchone()
    return int(row[0]) if row else 0
