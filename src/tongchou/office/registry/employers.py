"""Employers: added, corrected, and given a standing with dates and evidence by two people; found, shown and counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from psycopg.types.range import Range

from ..frame.access import allow, path_of
from ..frame.fields import area as an_area
from ..frame.fields import choice, day, money, number, text
from ..frame.operation import Answer, Work, operation
from ..frame.refusal import OfficeRefused
from . import numbers
from .employer_queries import EmployerCard, EmployerRow, card, counts_by_standing, find_employers
from .pen import Pen
from .rows import Employer, area_of_employer, employer, worded

__all__ = ["EmployerCard", "EmployerRow", "add", "card", "correct", "counts_by_standing", "find_employers",
           "set_standing"]  # fmt: skip

KINDS = {
    "employer": ("用人单位", "employer"),
    "agency": ("代理机构", "agency that enrols for others"),
    "project": ("工程建设项目", "building project"),
    "custodial": ("托管单位", "custodial unit"),
}
ORIGINS = {
    "ordinary": ("普通设立", "ordinary"),
    "split": ("分立", "split"),
    "restructured": ("改制", "restructured"),
    "reorganised": ("重组", "reorganised"),
}
"""How a unit came to be, in the words of the law's attribute ``origin`` (J04)."""
STANDINGS = {
    "normal": ("正常", "normal"),
    "hardship": ("困难", "hardship"),
    "bankrupt": ("破产", "bankrupt"),
    "closed": ("关闭", "closed"),
    "unmanaged": ("无人管理", "unmanaged"),
}
"""Standing of a unit (J03: 破产、关闭、困难企业; R14: 无人管理)."""


@operation("employer.add", "登记用人单位", "register an employer", "registry.write")
def add(
    work: Work,
    *,
    area: Annotated[str, an_area()],
    name: Annotated[str, text("单位名称", "name")],
    code: Annotated[str, text("统一社会信用代码", "credit code")],
    kind: Annotated[str, choice("单位类型", "kind", KINDS)] = "employer",
    origin: Annotated[str, choice("设立方式", "origin", ORIGINS)] = "ordinary",
) -> Answer:
    """Register a unit by its unified social credit code (GB 32100).

    Raises OfficeRefused: ``code_invalid``, ``code_check_sign``, ``employer_exists``, ``area_unknown``.
    """
    path_of(work.conn, area)
    found = numbers.employer_code(code)
    named = worded(name, "name", "单位名称", "name")
    _refuse_known(work, found)
    row = work.conn.execute("INSERT INTO office.employer DEFAULT VALUES RETURNING id").fetchone()
    assert row is not None
    made = int(row[0])
    pen = Pen.of(work)
    pen.add("employer_version", employer=made, area=area, code=found, name=named, kind=kind, origin=origin)
    work.subject = f"employer:{made}"
    return {"employer": made, "code": found}


@operation("employer.correct", "更正用人单位信息", "correct an employer", "registry.write", area_of=area_of_employer)
def correct(
    work: Work,
    *,
    employer: Annotated[int, number("单位编号", "employer")],
    evidence: Annotated[str, text("依据", "evidence")],
    name: Annotated[str | None, text("单位名称", "name")] = None,
    code: Annotated[str | None, text("统一社会信用代码", "credit code")] = None,
    area: Annotated[str | None, an_area("地区", "area")] = None,
    origin: Annotated[str | None, choice("设立方式", "origin", ORIGINS)] = None,
) -> Answer:
    """Correct name, code, area or origin; what is left out stays. The kind stays too: spells were begun by it.

    Raises OfficeRefused: ``employer_unknown``, ``nothing_to_correct``, ``area_outside`` (the new area is not
    the asker's), and those of ``employer.add``.
    """
    before = _held(work, employer)
    why = worded(evidence, "evidence", "依据", "evidence", 1000)
    new_code = numbers.employer_code(code) if code is not None else before.code
    where = area or before.area
    path_of(work.conn, where)
    if where != before.area:
        allow(work.conn, work.who, "registry.write", where)
    named = worded(name, "name", "单位名称", "name") if name is not None else before.name
    came = origin or before.origin
    if (where, new_code, named, came) == (before.area, before.code, before.name, before.origin):
        raise OfficeRefused("nothing_to_correct", "没有需要更正的内容", "nothing of this differs from what is known")
    if new_code != before.code:
        _refuse_known(work, new_code)
    pen = Pen.of(work, why)
    pen.end("employer_version", before.version)
    pen.add("employer_version", employer=employer, area=where, code=new_code, name=named, kind=before.kind, origin=came)
    work.subject = f"employer:{employer}"
    return {"employer": employer, "code": new_code, "name": named, "area": where, "origin": came}


@operation(
    "employer.set_standing",
    "登记单位状况",
    "set the standing of a unit",
    "registry.write",
    review="registry.review",
    area_of=area_of_employer,
)
def set_standing(
    work: Work,
    *,
    employer: Annotated[int, number("单位编号", "employer")],
    standing: Annotated[str, choice("状态", "standing", STANDINGS)],
    since: Annotated[date, day("起始日期", "since")],
    evidence: Annotated[str, text("依据", "evidence")],
    last_day: Annotated[date | None, day("截至日期（含）", "last day")] = None,
    liability: Annotated[int, money("已确认责任金额", "recorded liability")] = 0,
) -> Answer:
    """Record a standing from a day on, with its evidence (J03); two people. What was recorded for those days gives way.

    ``liability``: fen the unit owes as recorded with the standing (J08). The answer lists the standings of the unit as
    they are known afterwards. Raises OfficeRefused: ``employer_unknown``, ``days_reversed``, ``argument_invalid``.
    """
    _held(work, employer)
    why = worded(evidence, "evidence", "依据", "evidence", 1000)
    if last_day is not None and last_day < since:
        raise OfficeRefused("days_reversed", "截至日期早于起始日期", "the last day is before the first", "last_day")
    if liability < 0:
        raise OfficeRefused("argument_invalid", "责任金额不能为负", "liability: expected no negative sum", "liability")
    until = last_day + timedelta(days=1) if last_day else None
    pen = Pen.of(work, f"{standing}: {why}")
    _give_way(pen, employer, since, until)
    made = pen.add(
        "standing",
        employer=employer,
        standing=standing,
        in_force=Range(since, until, "[)"),
        evidence=why,
        liability=liability,
    )
    work.subject = f"employer:{employer}"
    return {"employer": employer, "standing": made, "standings": _standings(work, employer)}


def _give_way(pen: Pen, of: int, since: date, until: date | None) -> None:
    """End what is recorded for the days of a new standing; what lies before and after them is recorded anew."""
    rows = pen.conn.execute(
        "SELECT id, standing, evidence, liability, "
        "ARRAY(SELECT unnest(datemultirange(in_force) - datemultirange(daterange(%(since)s, %(until)s)))) "
        "FROM office.standing WHERE employer = %(of)s AND recorded_to = 'infinity' "
        "AND in_force && daterange(%(since)s, %(until)s) ORDER BY lower(in_force)",
        {"of": of, "since": since, "until": until},
    ).fetchall()
    for row, _, _, _, _ in rows:
        pen.end("standing", row)
    for _, standing, evidence, liability, left in rows:
        for days in left:
            pen.add("standing", employer=of, standing=standing, in_force=days, evidence=evidence, liability=liability)


def _standings(work: Work, of: int) -> list[dict[str, Any]]:
    rows = work.conn.execute(
        "SELECT standing, lower(in_force), upper(in_force) - 1 FROM office.standing "
        "WHERE employer = %s AND recorded_to = 'infinity' ORDER BY lower(in_force)",
        [of],
    ).fetchall()
    return [
        {"standing": s, "since": first.isoformat(), "last_day": last.isoformat() if last else None}
        for s, first, last in rows
    ]


def _held(work: Work, of: int) -> Employer:
    return employer(work.conn, of, hold=True)


def _refuse_known(work: Work, code: str) -> None:
    row = work.conn.execute(
        "SELECT employer FROM office.employer_version WHERE code = %s AND recorded_to = 'infinity'", [code]
    ).fetchone()
    if row is not None:
        raise OfficeRefused(
            "employer_exists",
            f"统一社会信用代码 {code} 已登记（单位 {row[0]}）",
            f"the credit code {code} is registered already, employer {row[0]}",
            "code",
        )
