"""Proving the books as long work: what ``office verify`` does, asked for from a page."""

from __future__ import annotations

from typing import Any

from ..jobs.queue import Task, long_work
from .proof import prove


@long_work("books.verify", "验证账册", "prove the books", "books.read")
def verify_books(task: Task) -> dict[str, Any]:
    """Prove books, record and law; the answer holds the counts and the first fault."""
    done = 0

    def tell(code: str) -> None:
        nonlocal done
        task.tell(done, 0)
        done += 1

    proof = prove(task.conn.info.dsn, tell)
    fault = {"code": proof.fault.code, "where": proof.fault.where} if proof.fault else None
    return {
        "entries": proof.entries,
        "lines": proof.lines,
        "sealed": proof.sealed,
        "unsealed": proof.unsealed,
        "checks": proof.checks,
        "fault": fault,
    }
