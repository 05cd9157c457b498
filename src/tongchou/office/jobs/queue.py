"""Jobs: kept in ``office.job``, handed to the queue in the same transaction, told of as they go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
import psycopg
from psycopg.types.json import Jsonb

from ..frame.access import Actor, actor, allow, path_of
from ..frame.audit import record
from ..frame.refusal import OfficeRefused

QUEUE, TASK = "office", "office.job"


class Cancelled(Exception):
    """Somebody cancelled the job; what is committed stays, and resuming goes on after it."""


@dataclass(frozen=True)
class Job:
    """A job: its kind, where, who asked; state queued, running, done, failed or cancelled; ``told`` what came of it."""

    id: int
    kind: str
    area: str
    asked_by: str
    asked_at: datetime
    arguments: dict[str, Any]
    state: str
    done: int
    total: int
    told: dict[str, Any]


@dataclass
class Task:
    """What a kind of work gets: an autocommit connection of its own, who asked, what is done already."""

    conn: psycopg.Connection
    who: Actor
    job: Job

    def tell(self, done: int, total: int) -> None:
        """Say how far it is; call it after each committed part. Raises Cancelled."""
        row = self.conn.execute(
            "UPDATE office.job SET done = %s, total = %s, changed_at = clock_timestamp() WHERE id = %s "
            "RETURNING cancel",
            [done, total, self.job.id],
        ).fetchone()
        if row is None or row[0]:
            raise Cancelled


@dataclass(frozen=True)
class Kind:
    """A kind of long work: its names, the right it takes, what does it (the answer is told on the job's page).

    ``reviews``: rights of those who judge what came of it; they may see it, too.
    """

    name: str
    zh: str
    en: str
    right: str
    function: Callable[[Task], dict[str, Any]]
    reviews: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}


def long_work(
    name: str, zh: str, en: str, right: str, *reviews: str
) -> Callable[[Callable[[Task], dict[str, Any]]], Any]:
    """Declare a kind of long work."""

    def declare(function: Callable[[Task], dict[str, Any]]) -> Callable[[Task], dict[str, Any]]:
        if name in KINDS:
            raise ValueError(f"long work {name} is declared twice")
        KINDS[name] = Kind(name, zh, en, right, function, reviews)
        return function

    return declare


def application(connector: procrastinate.BaseConnector, address: str | None = None) -> procrastinate.App:
    """The queue's application; its one task does a job of the database at an address, by its number."""
    app = procrastinate.App(connector=connector)

    @app.task(name=TASK, queue=QUEUE)
    def do(job: int) -> None:
        from .worker import do_job

        do_job(job, address)

    return app


_handing = application(procrastinate.SyncPsycopgConnector())


def start(conn: psycopg.Connection, who: Actor, kind: str, area: str, arguments: dict[str, Any]) -> int:
    """Ask for long work; its number. It begins when the transaction is committed. Raises OfficeRefused."""
    found = KINDS.get(kind)
    if found is None:
        raise OfficeRefused("job_kind_unknown", f"没有任务种类 {kind}", f"no kind of work {kind}", "kind")
    with conn.transaction():
        allow(conn, who, found.right, area)
        row = conn.execute(
            "INSERT INTO office.job (kind, area, asked_by, arguments) VALUES (%s, %s, %s, %s) RETURNING id",
            [kind, area, who.name, Jsonb(arguments)],
        ).fetchone()
        assert row is not None
        record(conn, who.name, area, f"job.{kind}", f"job:{row[0]}", {"job": row[0]})
        _hand_over(conn, int(row[0]))
    return int(row[0])


JOBS = """
    SELECT j.id, j.kind, j.area, j.asked_by, j.asked_at, j.arguments, j.state, j.done, j.total, j.told
    FROM office.job j JOIN office.area a ON a.code = j.area
"""


def listing(conn: psycopg.Connection, who: Actor, limit: int = 50, before: int = 2**62) -> list[Job]:
    """The jobs somebody may see, the latest first: those he asked for, and in his areas what ``find`` lets him open."""
    auditors = [area for role, area in who.grants if role == "auditor"]
    seen = {k: [*auditors, *(a for r in (of.right, *of.reviews) for a in who.areas(r))] for k, of in KINDS.items()}
    rows = conn.execute(
        JOBS + "WHERE (j.asked_by = %s OR a.path && ARRAY(SELECT jsonb_array_elements_text(%s::jsonb -> j.kind))) "
        "AND j.id < %s ORDER BY j.id DESC LIMIT %s",
        [who.name, Jsonb(seen), before, limit],
    ).fetchall()
    return [Job(*row) for row in rows]


def find(conn: psycopg.Connection, who: Actor, number: int) -> Job:
    """A job somebody may see. Raises OfficeRefused: ``job_unknown``, ``area_outside``, ``not_allowed``."""
    row = conn.execute(JOBS + "WHERE j.id = %s", [number]).fetchone()
    if row is None:
        raise OfficeRefused("job_unknown", f"没有任务 {number}", f"no job {number}", "job")
    job = Job(*row)
    path, kind = path_of(conn, job.area), KINDS[job.kind]
    if not (
        job.asked_by == who.name
        or "auditor" in who.roles_at(path)
        or any(who.may(right, path) for right in kind.reviews)
    ):
        allow(conn, who, kind.right, job.area)
    return job


def cancel(conn: psycopg.Connection, who: Actor, number: int) -> None:
    """Stop a job at its next part; what is committed stays. Raises OfficeRefused."""
    with conn.transaction():
        job = find(conn, who, number)
        allow(conn, who, KINDS[job.kind].right, job.area)
        done = conn.execute(
            "UPDATE office.job SET cancel = true, state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END "
            "WHERE id = %s AND state IN ('queued', 'running')",
            [number],
        ).rowcount
        if not done:
            raise OfficeRefused("job_over", f"任务 {number} 已结束", f"job {number} is over", "job")
        record(conn, who.name, job.area, "job.cancel", f"job:{number}", {"job": number})


def resume(conn: psycopg.Connection, who: Actor, number: int) -> None:
    """Go on with a job that was cancelled, failed, or whose worker died, after what is done. Raises OfficeRefused."""
    with conn.transaction():
        job = find(conn, who, number)
        allow(conn, who, KINDS[job.kind].right, job.area)
        if not _taken_up(conn, number):
            raise OfficeRefused(
                "job_running", f"任务 {number} 正在进行或已完成", f"job {number} runs or is done", "job"
            )
        record(conn, who.name, job.area, "job.resume", f"job:{number}", {"job": number, "done": job.done})


def take_up_orphans(conn: psycopg.Connection) -> list[int]:
    """Hand over again every job that is said to run and that no worker holds; their numbers."""
    with conn.transaction():
        rows = conn.execute("SELECT id FROM office.job WHERE state = 'running' ORDER BY id").fetchall()
        return [number for (number,) in rows if _taken_up(conn, number)]


def hold(conn: psycopg.Connection, number: int) -> bool:
    """Take a job for this connection, as long as it lives; False where another worker has it."""
    row = conn.execute("SELECT pg_try_advisory_lock(hashtext('office.job'), %s::int)", [number]).fetchone()
    return bool(row and row[0])


def asker(conn: psycopg.Connection, job: Job) -> Actor:
    """Who asked for a job, with the roles he has now."""
    return actor(conn, job.asked_by)


def _taken_up(conn: psycopg.Connection, number: int) -> bool:
    """Queue a job anew if it is neither done nor held by a worker."""
    row = conn.execute("SELECT pg_try_advisory_xact_lock(hashtext('office.job'), %s::int)", [number]).fetchone()
    if not (row and row[0]):
        return False
    done = conn.execute(
        "UPDATE office.job SET state = 'queued', cancel = false, changed_at = clock_timestamp() "
        "WHERE id = %s AND state IN ('failed', 'cancelled', 'running')",
        [number],
    ).rowcount
    if done:
        # What a worker that died left in the queue would stand there for ever.
        conn.execute("SET LOCAL search_path = public, queue")
        conn.execute("DELETE FROM queue.procrastinate_jobs WHERE (args ->> 'job')::bigint = %s", [number])
        _hand_over(conn, number)
    return bool(done)


def _hand_over(conn: psycopg.Connection, number: int) -> None:
    """Put a job into the queue on this connection, so that both are committed together."""
    conn.execute("SET LOCAL search_path = public, queue")
    _handing.configure_task(TASK, connection=conn).defer(job=number)
