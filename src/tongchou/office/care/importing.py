"""Running totals of many people by the sheet: tried out row by row, approved by another person, then taken in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import psycopg

from ..frame.access import actor, allow, path_of
from ..frame.fields import number
from ..frame.operation import Answer, Work, operation
from ..frame.refusal import OfficeRefused
from ..jobs import queue
from ..registry.rows import worded
from .schemes import amounts_of, scheme_on, spell_on
from .totals import opened

KIND, WORK = "totals", "sheet.import"
"""The sheet, and the long work that takes sheets in."""


def _job(conn: psycopg.Connection, number: int, hold: bool = False) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    """(area, state, arguments, what came of it) of the trial run of a sheet of totals. Raises OfficeRefused."""
    row = conn.execute(
        "SELECT area, state, arguments, told FROM office.job WHERE id = %s AND kind = %s"
        + (" FOR UPDATE" if hold else ""),
        [number, WORK],
    ).fetchone()
    if row is None or row[2]["kind"] != KIND or not row[2]["dry_run"] or row[1] != "done":
        raise OfficeRefused(
            "sheet_not_tried",
            f"任务 {number} 不是试算完成的待遇累计表",
            f"job {number} tried out no sheet of totals",
            "job",
        )
    return str(row[0]), str(row[1]), row[2], row[3]


def _area_of_job(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return _job(conn, int(given["job"]))[0]


@operation(
    "totals.import",
    "导入待遇累计表",
    "take in a sheet of running totals",
    "care.write",
    review="care.review",
    area_of=_area_of_job,
)
def take(work: Work, *, job: Annotated[int, number("试算任务编号", "job that tried it out")]) -> Answer:
    """Take in the sheet that a job tried out; once approved a job of who asked does it, each row with its reason.

    Raises OfficeRefused: ``sheet_not_tried``, ``sheet_taken``, ``sheet_nothing``.
    """
    area, _, arguments, told = _job(work.conn, job, hold=True)
    again = work.conn.execute(
        "SELECT id FROM office.job WHERE kind = %s AND (arguments ->> 'tried')::bigint = %s", [WORK, job]
    ).fetchone()
    if again is not None:
        raise OfficeRefused("sheet_taken", f"该表已由任务 {again[0]} 导入", f"job {again[0]} took the sheet in", "job")
    refuse_nothing(told)
    work.subject = f"job:{job}"
    answer: Answer = {k: told[k] for k in ("rows", "accepted", "rejected", "amount") if k in told}
    if work.command is not None:
        more = {"dry_run": False, "tried": job, "command": work.command}
        answer["job"] = queue.start(work.conn, actor(work.conn, work.asked_by), WORK, area, arguments | more)
    return answer


def refuse_nothing(told: Mapping[str, Any]) -> None:
    """Refuse to take in a sheet of which the trial run took no row: ``sheet_nothing``."""
    if not told["accepted"]:
        raise OfficeRefused(
            "sheet_nothing",
            f"该表 {told['rows']} 行均未受理，没有可导入的内容；请按结果文件中的原因改正后重新上传",
            f"none of the sheet's {told['rows']} rows was accepted; correct them by the reasons in the result "
            "and send the sheet again",
            "job",
        )


def take_row(work: Work, person: int, scheme: str, on: date, total: str, amount: str, evidence: str) -> int:
    """One row: one total of one person; fen, of admissions 0. Raises OfficeRefused as ``totals.open`` does."""
    spell = spell_on(work.conn, person, on, scheme)
    allow(work.conn, work.who, "care.write", spell.area)
    if work.area not in path_of(work.conn, spell.area):
        raise OfficeRefused(
            "area_outside", f"{spell.area} 不属于本表的经办地区 {work.area}",
            f"{spell.area} does not lie in {work.area}, for which the sheet was sent",
        )  # fmt: skip
    _, tables = scheme_on(work.conn, spell.area, scheme, on)
    found = amounts_of(tables, f"{total}={amount}", "amount" if amount else "total")
    opened(work, person, tables, on, found[:1], worded(evidence, "evidence", "依据", "evidence", 200), "amount")
    return sum(a for n, a in found if n != "admissions")
