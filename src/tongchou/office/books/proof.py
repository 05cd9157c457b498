"""Proving an office: its books line by line, every entry from its fact, the sealed record, the law versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from tongchou.ledger.verify import CHECKS, Fault, verify

from ..care.verify import CHECKS as TOTALS
from ..care.verify import verify_totals
from ..database import DatabaseRefused, connect
from ..frame import audit, bound, lawbook
from ..registry.keys import first_wrong_seal
from .facts import CHECKS as FACTS
from .facts import verify_decisions, verify_facts
from .slips import verify_slips

SEALS = 20_000
"""Sealed numbers that are opened and compared, another sample each time."""
OWN = ("audit_chain", "law_forged", "sealed_numbers", "bound_rows")
"""What is asked beside the books."""


@dataclass(frozen=True)
class Proof:
    """What was proved: entries, lines, records sealed and not yet, hash of the last block, checks, first fault."""

    entries: int
    lines: int
    sealed: int
    unsealed: int
    head: str
    checks: int
    fault: Fault | None


def prove(address: str | None = None, tell: Callable[[str], None] = lambda code: None, since: str = "") -> Proof:
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
        fault = verify(conn, tell) or verify_facts(conn, tell) or verify_decisions(conn, tell)
        fault = fault or verify_slips(conn, tell)
        fault = fault or verify_totals(conn, tell)
        tell(OWN[0])
        chain = audit.check_chain(conn)
        fault = fault or (Fault(*chain.fault) if chain.fault else None)
        if since and not fault and not _known(conn, since):
            fault = Fault("block_out_of_chain", f"no block has the hash {since}: the record was cut off or exchanged")
        tell(OWN[3])
        rows = None if fault else bound.check_rows(conn)
        fault = fault or (Fault(*rows) if rows else None)
        tell(OWN[2])
        wrong = None if fault else first_wrong_seal(conn, SEALS)
        fault = fault or (Fault(wrong.code, f"person {wrong.person}, version {wrong.version}") if wrong else None)
        tell(OWN[1])
        version = lawbook.forged(conn)
        fault = fault or (Fault("law_forged", f"law version {version}") if version else None)
        checks = len(CHECKS) + len(FACTS) + 2 + len(TOTALS) + len(OWN)
        return Proof(entries, lines, chain.sealed, chain.tail, chain.head, checks, fault)


def _known(conn: psycopg.Connection, since: str) -> bool:
    row = conn.execute(
        "SELECT count(*) FROM office.block WHERE left(encode(hash, 'hex'), %s) = %s", [len(since), since]
    ).fetchone()
    return bool(row and row[0])


def _count(conn: psycopg.Connection, query: str) -> int:
    row = conn.execute(query).fetchone()
    return int(row[0]) if row else 0
