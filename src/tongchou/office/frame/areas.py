"""The areas of the office: those of the law tree, and the counties below, which follow the law of their prefecture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import psycopg

from tongchou.law import Law

from .blur import seen
from .fields import area as an_area
from .fields import text
from .operation import Work, operation
from .refusal import OfficeRefused


@dataclass(frozen=True)
class Area:
    """An area; ``path`` holds the codes from the top down to it."""

    code: str
    parent: str
    level: str
    zh: str
    en: str
    path: tuple[str, ...]


WHEN_ADDED: list[Callable[[psycopg.Connection], object]] = []
"""What else is brought to a new area, in the same transaction; rooms add to it."""
BELOW = {"nation": "province", "province": "prefecture", "prefecture": "county"}


def bring(conn: psycopg.Connection, law: Law) -> int:
    """Bring the areas of the law that are not here yet, from the top down; how many are new."""
    made = 0
    for code in sorted(law.areas, key=lambda c: len(law.chain(c))):
        of = law.areas[code]
        made += conn.execute(
            "INSERT INTO office.area (code, parent, level, zh, en) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [of.code, of.parent or None, of.level, of.name, of.english],
        ).rowcount
    return made


def areas(conn: psycopg.Connection, within: tuple[str, ...] = ()) -> list[Area]:
    """Every area, or those of and below some, from the top down."""
    rows = conn.execute(
        "SELECT code, coalesce(parent, ''), level, zh, en, path FROM office.area "
        "WHERE %s::text[] = '{}' OR path && %s::text[] ORDER BY path",
        [list(within), list(within)],
    ).fetchall()
    return [Area(code, parent, level, zh, en, tuple(path)) for code, parent, level, zh, en, path in rows]


def area(conn: psycopg.Connection, code: str) -> Area:
    """The area of a code. Raises OfficeRefused: ``area_unknown``."""
    found = next((a for a in areas(conn, (code,)) if a.code == code), None)
    if found is None:
        raise OfficeRefused("area_unknown", f"没有登记地区 {seen(code)}", f"no area {seen(code)} here", "area")
    return found


@operation("area.add", "登记地区", "add an area", "staff.write", area_of=lambda conn, given: str(given["parent"]))
def add(
    work: Work,
    *,
    parent: Annotated[str, an_area("上级地区", "area above")],
    code: Annotated[str, text("地区代码（六位）", "code of six digits")],
    zh: Annotated[str, text("中文名称", "Chinese name")],
    en: Annotated[str, text("英文名称", "English name")],
) -> dict[str, Any]:
    """Add an area one level below another; a county follows the law of its prefecture."""
    above = area(work.conn, parent)
    level = BELOW.get(above.level)
    if not re.fullmatch(r"[0-9]{6}", code):
        raise OfficeRefused(
            "argument_invalid",
            f"“地区代码”应为六位行政区划代码：{seen(code)!r}",
            f"code: expected a six-digit area code; found {seen(code)!r}",
            "code",
        )
    if level is None or not code.startswith(above.code[: {"nation": 0, "province": 2}.get(above.level, 4)]):
        raise OfficeRefused(
            "area_misplaced",
            f"{code} 不能设在 {parent} {above.zh} 之下",
            f"{code} cannot lie below {parent} {above.en}",
            "code",
        )
    new = work.conn.execute(
        "INSERT INTO office.area (code, parent, level, zh, en) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [code, parent, level, zh, en],
    ).rowcount
    if not new:
        raise OfficeRefused("area_exists", f"地区 {code} 已登记", f"area {code} is here already", "code")
    for bring_to in WHEN_ADDED:
        bring_to(work.conn)
    work.subject = f"area:{code}"
    return {"area": code}
