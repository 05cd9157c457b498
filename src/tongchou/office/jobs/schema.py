"""The queue's own tables: made by procrastinate's schema, brought up by its later migrations, which are noted here.

The library numbers its migrations and does not note which a database has. So ``queue.applied`` notes them; of a queue
made before that, ``MARKS`` tells, by what each migration left behind.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

from ..database import DatabaseRefused

OLDEST = "03.02.00_50_post_batch_defer_jobs.sql"
"""The last migration of the first release of the library that an office was made with."""
MARKS = {
    OLDEST: "SELECT to_regproc('queue.procrastinate_defer_jobs_v1') IS NOT NULL "
    "AND to_regproc('queue.procrastinate_defer_job_v1') IS NULL",
    "03.03.00_01_pre_priority_lock_fetch_job.sql": "SELECT prosrc LIKE '%other_jobs.priority > jobs.priority%' "
    "FROM pg_proc WHERE oid = to_regproc('queue.procrastinate_fetch_job_v2')",
    "03.04.00_01_pre_add_retry_failed_job_procedure.sql": "SELECT to_regproc('queue.procrastinate_retry_job_v2') "
    "IS NOT NULL",
    "03.04.00_50_post_add_retry_failed_job_procedure.sql": "SELECT prosrc LIKE '%''retried''%' FROM pg_proc "
    "WHERE oid = to_regproc('queue.procrastinate_trigger_function_status_events_update_v1')",
}
"""Migration → whether a queue without notes has it; in order, none left out."""


def make_ready(conn: psycopg.Connection) -> list[str]:
    """Make the queue's tables where they are missing, and apply what the installed library has beyond them.

    The names of the migrations applied to tables that were there. Raises DatabaseRefused: ``queue_newer``,
    ``queue_unknown``.
    """
    with conn.transaction():
        conn.execute("CREATE SCHEMA IF NOT EXISTS queue")
        there = _true(conn, "SELECT to_regclass('queue.procrastinate_jobs') IS NOT NULL")
        noted = _true(conn, "SELECT to_regclass('queue.applied') IS NOT NULL")
        before = conn.execute("SHOW search_path").fetchone()
        assert before is not None
        conn.execute("SET LOCAL search_path = queue")
        conn.execute(
            "CREATE TABLE IF NOT EXISTS queue.applied (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
        known, fresh = files(), []
        if not there:
            conn.execute(SchemaManager.get_schema().encode())
            _note(conn, list(known))
        else:
            fresh = _missing(conn, list(known), noted)
            for name in fresh:
                conn.execute(known[name].read_text(encoding="utf-8").encode())
                _note(conn, [name])
        conn.execute("SELECT set_config('search_path', %s, true)", [before[0]])
    return fresh


def missing(conn: psycopg.Connection) -> list[str]:
    """What ``make_ready`` would apply to a queue that notes what it has; of one that does not, every migration."""
    if not _true(conn, "SELECT to_regclass('queue.applied') IS NOT NULL"):
        return list(files())
    applied = {str(name) for (name,) in conn.execute("SELECT name FROM queue.applied").fetchall()}
    return [name for name in files() if name not in applied]


def files() -> dict[str, Path]:
    """The migrations of the installed library, by name, in their order."""
    return {p.name: p for p in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))}


def _missing(conn: psycopg.Connection, known: list[str], noted: bool) -> list[str]:
    """The migrations that a queue that is there has not got."""
    if not noted:
        _note(conn, _found(conn, known))
    applied = {str(name) for (name,) in conn.execute("SELECT name FROM queue.applied").fetchall()}
    if beyond := sorted(applied - set(known)):
        raise DatabaseRefused(
            "queue_newer", f"the queue has {beyond[-1]}, which the installed procrastinate has not; install that again"
        )
    return [name for name in known if name not in applied]


def _found(conn: psycopg.Connection, known: list[str]) -> list[str]:
    """The migrations that a queue without notes has, by their marks."""
    last = ""
    for name, query in MARKS.items():
        if not _true(conn, query):
            break
        last = name
    if not last:
        raise DatabaseRefused("queue_unknown", "the schema queue holds no tables of procrastinate 3.2 or later")
    return [name for name in known if name <= last]


def _note(conn: psycopg.Connection, names: list[str]) -> None:
    conn.execute("INSERT INTO queue.applied (name) SELECT unnest(%s::text[])", [names])


def _true(conn: psycopg.Connection, query: str) -> bool:
    row = conn.execute(query.encode()).fetchone()
    return bool(row and row[0])
