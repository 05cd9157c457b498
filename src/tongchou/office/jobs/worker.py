"""The worker: does jobs one after another, and seals the record every second."""

from __future__ import annotations

import logging
import threading
from typing import Any

import procrastinate
import psycopg
from psycopg.types.json import Jsonb

from ..care.store import years_ahead
from ..database import DatabaseRefused, connect, url
from ..frame import audit
from ..frame.access import allow
from ..frame.refusal import OfficeRefused
from . import queue
from .queue import JOBS, KINDS, Cancelled, Job, Task

SECONDS = 1.0
"""Between two sealings."""
AHEAD = 3600
"""Sealings between two looks whether the benefit years to come are made."""
log = logging.getLogger("tongchou.worker")


def do_job(number: int, address: str | None = None) -> None:
    """Do a job that waits; what comes of it is told on the job. Nothing happens where another worker has it."""
    with connect(address) as conn:
        conn.autocommit = True
        if not queue.hold(conn, number):
            return
        row = conn.execute(
            "UPDATE office.job SET state = 'running', changed_at = clock_timestamp() "
            "WHERE id = %s AND state = 'queued' RETURNING id",
            [number],
        ).fetchone()
        if row is None:
            return
        found = conn.execute(JOBS + "WHERE j.id = %s", [number]).fetchone()
        assert found is not None
        state, told = _done(conn, Job(*found))
        conn.execute(
            "UPDATE office.job SET state = %s, told = told || %s, cancel = false, changed_at = clock_timestamp() "
            "WHERE id = %s",
            [state, Jsonb(told), number],
        )


def _done(conn: psycopg.Connection, job: Job) -> tuple[str, dict[str, Any]]:
    try:
        who, kind = queue.asker(conn, job), KINDS[job.kind]
        allow(conn, who, kind.right, job.area)  # rights may have been taken back since it was asked for
        return "done", kind.function(Task(conn, who, job))
    except Cancelled:
        return "cancelled", {}
    except OfficeRefused as e:
        return "failed", {"code": e.code, "zh": e.zh, "en": e.en}
    except psycopg.OperationalError:
        raise
    except Exception as e:
        log.exception("job %s failed", job.id)
        return "failed", {"code": "internal_error", "zh": "内部错误，见服务器日志", "en": type(e).__name__}


def work(address: str | None = None, until_empty: bool = False) -> None:
    """Do jobs as they come, until the process is told to stop; ``until_empty``: until none waits."""
    from .. import operations  # noqa: F401 - every kind of work is declared

    address = address or url()
    with connect(address) as conn:
        conn.autocommit = True
        years_ahead(conn)
        queue.take_up_orphans(conn)
        audit.seal(conn, thorough=True)
    stop = threading.Event()
    sealer = threading.Thread(target=seal_on, args=(address, stop), daemon=True)
    sealer.start()
    options = "-c search_path=public,queue -c timezone=UTC"
    app = queue.application(procrastinate.PsycopgConnector(conninfo=address, kwargs={"options": options}), address)
    try:
        app.run_worker(queues=[queue.QUEUE], wait=not until_empty, delete_jobs="always", listen_notify=not until_empty)
    finally:
        stop.set()
        sealer.join()


def seal_on(address: str, stop: threading.Event) -> None:
    """Seal the record every second, make benefit years ahead, until told to stop; wait where the database went away."""
    while not stop.is_set():
        try:
            with connect(address) as conn:
                conn.autocommit = True
                turn = 0
                while not stop.is_set():
                    if turn % AHEAD == 0:
                        years_ahead(conn)
                    audit.seal(conn)
                    turn += 1
                    stop.wait(SECONDS)
        except (psycopg.OperationalError, DatabaseRefused):
            stop.wait(SECONDS)
