"""Lists taken out as XLSX or CSV: numbers masked, or in full for a purpose by who may see them; each is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from ..frame import audit, secrecy
from ..frame.access import Actor, allow
from ..frame.refusal import OfficeRefused
from ..registry.employers import KINDS as UNIT_KINDS
from ..registry.employers import ORIGINS, STANDINGS
from ..registry.numbers import KINDS, SEXES
from ..registry.rows import today
from ..registry.spells import INSURANCES, STATUSES, WAYS
from .headers import sheet_of
from .returned import as_csv, as_xlsx

HERE = "v.recorded_to = 'infinity' AND v.area IN (SELECT code FROM office.area WHERE %(area)s = ANY(path))"
PEOPLE = f"""
    SELECT v.person, v.name, v.number_kind, v.masked, v.sex, v.born, v.area, v.sealed FROM office.person_version v
    WHERE {HERE} AND NOT EXISTS (
        SELECT FROM office.person_merge m WHERE m.loser = v.person AND m.recorded_to = 'infinity')
    ORDER BY v.person
"""
ENROLMENTS = """
    SELECT e.person, v.name, v.number_kind, v.masked, e.insurance, e.way, e.status, coalesce(u.code, ''),
           coalesce(u.name, ''), e.area, lower(e.in_force), upper(e.in_force) - 1, e.source, e.id, v.sealed
    FROM office.enrolment e
    JOIN office.person_version v ON v.person = e.person AND v.recorded_to = 'infinity'
    LEFT JOIN office.employer_version u ON u.employer = e.employer AND u.recorded_to = 'infinity'
    WHERE e.recorded_to = 'infinity' AND e.area IN (SELECT code FROM office.area WHERE %(area)s = ANY(path))
      AND (%(on)s::date IS NULL OR e.in_force @> %(on)s::date)
    ORDER BY e.person, e.insurance, lower(e.in_force)
"""
EMPLOYERS = f"""
    SELECT v.employer, v.name, v.code, v.kind, v.origin, v.area, coalesce(s.standing, 'normal')
    FROM office.employer_version v LEFT JOIN office.standing s ON s.employer = v.employer
        AND s.recorded_to = 'infinity' AND s.in_force @> %(today)s::date
    WHERE {HERE} ORDER BY v.employer
"""
HEADERS = {
    "people": ("人员编号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "参保地"),
    "enrolments": (
        "人员编号", "姓名", "证件类型", "证件号码", "险种", "参保方式", "参保身份", "单位统一社会信用代码", "单位名称",
        "参保地", "起始日期", "截至日期", "依据", "参保期间编号",
    ),
    "employers": ("单位编号", "单位名称", "统一社会信用代码", "单位类型", "设立方式", "地区", "状态"),
}  # fmt: skip
NAMES = {
    "证件类型": KINDS,
    "性别": SEXES,
    "险种": INSURANCES,
    "参保方式": WAYS,
    "参保身份": STATUSES,
    "单位类型": UNIT_KINDS,
    "设立方式": ORIGINS,
    "状态": STANDINGS,
}


def export(
    conn: psycopg.Connection,
    who: Actor,
    kind: str,
    area: str,
    form: str = "xlsx",
    on: date | None = None,
    full: bool = False,
    purpose: str = "",
) -> bytes:
    """What an area and those below it have, as a file. ``form``: xlsx or csv; ``on``: only spells that hold that day.

    ``full`` shows whole numbers: it takes the right ``registry.reveal`` and a purpose, and every person shown is kept
    in ``office.look``. Raises OfficeRefused: ``sheet_unknown``, ``format_unknown``, ``not_allowed``, ``area_outside``,
    ``purpose_missing``, ``too_many_rows``.
    """
    sheet_of(kind)
    if form not in ("xlsx", "csv"):
        raise OfficeRefused(
            "format_unknown", f"没有格式 {form}；可用：xlsx、csv", f"no format {form}: xlsx, csv", "form"
        )
    with conn.transaction():
        allow(conn, who, "registry.read", area)
        if full and kind != "employers":
            allow(conn, who, "registry.reveal", area)
            if not purpose.strip():
                raise OfficeRefused("purpose_missing", "须写明用途", "say what the full numbers are for", "purpose")
        columns, people = _columns(conn, kind, area, on, full)
        if full and people:
            conn.execute(
                "INSERT INTO office.look (actor, person, what, purpose) SELECT %s, unnest(%s::bigint[]), 'number', %s",
                [who.name, sorted(people), purpose.strip()],
            )
        rows = len(next(iter(columns.values()), ()))
        told = {"rows": rows, "form": form, "full": full, "purpose": purpose.strip(), "on": on and on.isoformat()}
        audit.record(conn, who.name, area, f"{kind}.export", "", told)
        return as_csv(columns) if form == "csv" else as_xlsx(columns, sheet_of(kind).zh)


def _columns(
    conn: psycopg.Connection, kind: str, area: str, on: date | None, full: bool
) -> tuple[dict[str, list[str]], set[int]]:
    """(header → texts, the persons whose numbers stand there)."""
    headers = HEADERS[kind]
    columns: dict[str, list[str]] = {h: [] for h in headers}
    people: set[int] = set()
    query = {"people": PEOPLE, "enrolments": ENROLMENTS, "employers": EMPLOYERS}[kind]
    with conn.cursor(name="export") as cursor:
        cursor.itersize = 10_000
        cursor.execute(query, {"area": area, "on": on, "today": today(conn)})
        for row in cursor:
            values = list(row)
            if kind != "employers":
                people.add(int(row[0]))
                if full:
                    values[3] = secrecy.unseal(row[-1])
            for header, value in zip(headers, values, strict=False):
                columns[header].append(_said(header, value))
    return columns, people


def _said(header: str, value: Any) -> str:
    if value is None:
        return ""
    names = NAMES.get(header)
    return names[value][0] if names and value in names else str(value)
