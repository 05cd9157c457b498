"""Sheets as long work: kept sealed as they came, tried out, taken by the chunk, given back with each row's reason."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any

import psycopg

from tongchou.money.fen import format_fen

from ..care.importing import refuse_nothing
from ..frame import secrecy
from ..frame.access import Actor, allow
from ..frame.audit import record
from ..frame.refusal import OfficeRefused
from ..jobs import queue
from ..jobs.queue import Task, long_work
from ..registry.intake import Rejected
from ..registry.words import blurred
from .headers import Sheet, sheet_of
from .returned import returned
from .running import run
from .table import read

WORK = "sheet.import"


def start(
    conn: psycopg.Connection, who: Actor, kind: str, area: str, file_name: str, content: bytes, dry_run: bool = True
) -> int:
    """Keep a file and ask for it to be tried out, or taken in; the job's number. Raises OfficeRefused."""
    sheet = sheet_of(kind)
    table = read(content, file_name)
    if sheet.two_people and not dry_run:
        raise _two_people(sheet)
    with conn.transaction():
        allow(conn, who, sheet.right, area)
        name = blurred(PurePath(file_name).name)[:200] or kind
        row = conn.execute(
            "INSERT INTO office.file (name, content, digest, area, kept_by) VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [name, secrecy.seal_bytes(content), hashlib.sha256(content).digest(), area, who.name],
        ).fetchone()
        assert row is not None
        told = {"kind": kind, "file": int(row[0]), "name": name, "dry_run": dry_run, "rows": table.rows}
        return queue.start(conn, who, WORK, area, told)


def confirm(conn: psycopg.Connection, who: Actor, number: int) -> int:
    """Take in what a job tried out; the new job's number.

    Raises OfficeRefused: ``sheet_not_tried``, ``sheet_two_people``, ``sheet_nothing``.
    """
    job = queue.find(conn, who, number)
    if job.kind != WORK or job.state != "done" or not job.arguments["dry_run"]:
        raise OfficeRefused(
            "sheet_not_tried", "只有试算完成的表格可以确认导入", "only a sheet that was tried out is taken"
        )
    if (sheet := sheet_of(job.arguments["kind"])).two_people:
        raise _two_people(sheet)
    refuse_nothing(job.told)
    return queue.start(conn, who, WORK, job.area, job.arguments | {"dry_run": False, "tried": number})


def _two_people(sheet: Sheet) -> OfficeRefused:
    return OfficeRefused(
        "sheet_two_people",
        f"{sheet.zh}须由另一人审批：试算后办理业务 {sheet.two_people}",
        f"a sheet of {sheet.en} takes two people: try it out, then ask for {sheet.two_people}",
    )


def result(conn: psycopg.Connection, who: Actor, number: int) -> tuple[str, bytes]:
    """(file name, content) of what goes back to the sender: his own sheet with a result and a reason for each row.

    It holds full numbers: who did not ask for the job himself has to have ``registry.reveal``, and it is recorded.
    Raises OfficeRefused: ``job_unknown``, ``sheet_not_done``, and where somebody may not see it.
    """
    job = queue.find(conn, who, number)
    own = job.asked_by == who.name
    allow(conn, who, "registry.write" if own else "registry.reveal", job.area)
    if job.kind != WORK or job.state != "done":
        raise OfficeRefused("sheet_not_done", f"任务 {number} 尚无结果文件", f"job {number} has no file yet", "job")
    if not own:
        record(conn, who.name, job.area, "sheet.result", f"job:{number}", {"asked_by": job.asked_by, "full": True})
    rows = conn.execute(
        "SELECT row_number, code, field, zh, en FROM office.job_row WHERE job = %s ORDER BY row_number", [number]
    ).fetchall()
    name, content = _file(conn, job.arguments["file"])
    ending, body = returned(read(content, name), [Rejected(*row) for row in rows], job.arguments["dry_run"])
    return f"{PurePath(name).stem}-结果.{ending}", body


@long_work(WORK, "导入表格", "take in a sheet", "registry.write", "registry.review", "care.review")
def take_in(task: Task) -> dict[str, Any]:
    """Try a sheet out or take it in; the answer holds the counts and the codes of what was rejected."""
    told, conn = task.job.arguments, task.conn
    name, content = _file(conn, told["file"])
    table = read(content, name)

    def keep(rejected: list[Rejected], done: int) -> None:
        if not told["dry_run"]:  # in the chunk's own transaction: what is taken and what is told are one
            _keep(conn, task.job.id, rejected)
            conn.execute("UPDATE office.job SET done = %s WHERE id = %s", [done, task.job.id])

    digest = hashlib.sha256(content).hexdigest()
    skip = 0 if told["dry_run"] else task.job.done
    outcome = run(
        conn, task.who, told["kind"], task.job.area, table.columns, told["dry_run"], task.tell, skip, digest, keep,
        told.get("command"),
    )  # fmt: skip
    if told["dry_run"]:
        with conn.transaction():
            conn.execute("SELECT FROM office.job WHERE id = %s FOR UPDATE", [task.job.id])
            _keep(conn, task.job.id, outcome.rejected)
    counts: dict[str, int] = dict(
        conn.execute(
            "SELECT code, count(*) FROM office.job_row WHERE job = %s GROUP BY code ORDER BY count(*) DESC, code",
            [task.job.id],
        ).fetchall()
    )
    first = conn.execute(
        "SELECT row_number + 2, zh, en FROM office.job_row WHERE job = %s ORDER BY row_number LIMIT 5", [task.job.id]
    ).fetchall()
    bad = sum(counts.values())
    return {
        "rows": table.rows,
        "accepted": table.rows - bad,
        "rejected": bad,
        **({"amount": format_fen(outcome.fen)} if told["kind"] == "totals" else {}),
        "by_code": counts,
        "first": [{"line": line, "zh": zh, "en": en} for line, zh, en in first],
        "unread": outcome.unread,
    }


def _keep(conn: psycopg.Connection, job: int, rejected: list[Rejected]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO office.job_row (job, row_number, code, field, zh, en) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [(job, r.row, r.code, r.field, r.zh, r.en) for r in rejected],
        )


def _file(conn: psycopg.Connection, number: int) -> tuple[str, bytes]:
    row = conn.execute("SELECT name, content, digest FROM office.file WHERE id = %s", [number]).fetchone()
    assert row is not None
    content = secrecy.unseal_bytes(bytes(row[1]))
    if hashlib.sha256(content).digest() != bytes(row[2]):
        raise OfficeRefused("sealed_damaged", "加密内容已损坏或被改动", "a sealed value is damaged or was changed")
    return str(row[0]), content
