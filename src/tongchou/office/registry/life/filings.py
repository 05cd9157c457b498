"""What a person files: voluntarily, as retiree of a unit nobody manages (R14); that an early pension is lower (K02).

``filed_voluntarily`` and ``acknowledged`` are what levy and the application for a pension ask before they go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import psycopg
from psycopg.types.json import Jsonb

from tongchou.money import format_fen

from ...frame.fields import day, money, number, text
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ..pen import Pen, span
from ..rows import area_of_person, held, past_day, taken_for
from .filing_rows import end_filing
from .filing_rows import filing as filing_of

OWN = ("voluntary", "acknowledgement")
"""The kinds a person files himself and may take back himself."""
UNMANAGED = "unmanaged"


def _area_of_filing(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return filing_of(conn, int(given["filing"]), OWN).area


@operation("filing.file_voluntary", "自愿备案", "file voluntarily", "registry.write", area_of=area_of_person)
def file_voluntary(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    on: Annotated[date, day("备案日期", "day of filing")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """A retiree whose unit nobody manages takes on the own share, and advances the unit's (yn2021 二(二), R14).

    Holds from the day until it is revoked. Raises OfficeRefused: ``person_unknown``, ``person_merged``,
    ``day_in_future``, ``unit_is_managed`` (no spell as retiree of a unit whose standing is unmanaged on the day),
    ``filing_overlaps``.
    """
    held(work.conn, person)
    past_day(work, on, "on")
    unit = work.conn.execute(
        "SELECT e.employer FROM office.enrolment e JOIN office.standing s ON s.employer = e.employer "
        "AND s.recorded_to = 'infinity' AND s.standing = %s AND s.in_force @> %s::date "
        "WHERE e.person = %s AND e.recorded_to = 'infinity' AND e.status = 'retired' AND e.in_force @> %s::date "
        "ORDER BY e.id LIMIT 1",
        [UNMANAGED, on, person, on],
    ).fetchone()
    if unit is None:
        raise OfficeRefused(
            "unit_is_managed",
            f"人员 {person} 在 {on} 不是无人管理单位的退休人员，无须备案",
            f"on {on} person {person} is no retiree of a unit that nobody manages; nothing is to be filed",
            "person",
        )
    return _keep(work, "voluntary", person, on, {"employer": int(unit[0]), "evidence": evidence})


@operation(
    "filing.acknowledge_early",
    "确认提前退休养老金较低",
    "acknowledge a lower early pension",
    "registry.write",
    area_of=area_of_person,
)
def acknowledge_early(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    early: Annotated[int, money("提前退休月养老金", "early pension a month")],
    normal: Annotated[int, money("正常退休月养老金", "normal pension a month")],
    law_version: Annotated[str, text("测算所用法规版本", "law version of the quote")],
    on: Annotated[date, day("确认日期", "day of acknowledgement")],
    evidence: Annotated[str, text("签字凭据", "signed paper")],
) -> Answer:
    """A worker acknowledges the two pensions that ``quote pension`` with ``compare`` showed (km2023 一(一), K02).

    Keeps both monthly sums, the law version they were reckoned by and the day. Raises OfficeRefused:
    ``person_unknown``, ``person_merged``, ``day_in_future``, ``early_not_lower``, ``law_unknown``, ``filing_overlaps``.
    """
    held(work.conn, person)
    past_day(work, on, "on")
    if early >= normal:
        raise OfficeRefused(
            "early_not_lower",
            f"提前 {format_fen(early)} 不低于正常 {format_fen(normal)}，请核对两项金额",
            f"the early pension, {format_fen(early)}, is not lower than the normal one, {format_fen(normal)}",
            "early",
        )
    if not work.conn.execute("SELECT 1 FROM office.law_tree WHERE version = %s", [law_version]).fetchone():
        raise OfficeRefused(
            "law_unknown", f"没有法规版本 {law_version}", f"no law version {law_version}", "law_version"
        )
    shown = {"early": format_fen(early), "normal": format_fen(normal), "law_version": law_version}
    return _keep(work, "acknowledgement", person, on, {**shown, "evidence": evidence})


@operation("filing.revoke", "撤回备案", "revoke a filing", "registry.write", area_of=_area_of_filing)
def revoke(
    work: Work,
    *,
    filing: Annotated[int, number("备案编号", "filing")],
    on: Annotated[date, day("自何日起不再适用", "first day on which it no longer holds")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """Take back what a person filed, from a day; before it the filing stays as it was.

    Raises OfficeRefused: ``filing_unknown``, ``filing_ended``. A confirmation of a unit takes two people:
    ``unit.revoke_confirmation``.
    """
    found = filing_of(work.conn, filing, OWN)
    assert found.person is not None
    held(work.conn, found.person)
    found = filing_of(work.conn, filing, OWN, lock=True)
    found.refuse_ended(on)
    kept = end_filing(Pen.of(work, reason), found, on)
    work.subject = f"person:{found.person}"
    return {"filing": found.id, "kept": kept}


def filed_voluntarily(conn: psycopg.Connection, person: int, on: date) -> bool:
    """Whether a voluntary filing of a person holds on a day; without one nothing is asked of the retiree (R14)."""
    return _holds(conn, "voluntary", person, on)


def acknowledged(conn: psycopg.Connection, person: int, on: date) -> bool:
    """Whether a person has acknowledged by a day that the early pension is the lower one (K02).

    An application for an early pension that is lower is taken only then.
    """
    return _holds(conn, "acknowledgement", person, on)


def _holds(conn: psycopg.Connection, kind: str, person: int, on: date) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM office.filing WHERE kind = %s AND person = %s AND recorded_to = 'infinity' "
        "AND in_force @> %s::date)",
        [kind, taken_for(conn, person), on],
    ).fetchone()
    return bool(row and row[0])


def _keep(work: Work, kind: str, of: int, on: date, detail: dict[str, Any]) -> Answer:
    made = Pen.of(work, kind).add(
        "filing",
        kind=kind,
        person=of,
        area=work.area,
        in_force=span(on, None),
        detail=Jsonb(detail),
        command=work.command,
    )
    work.subject = f"person:{of}"
    return {"filing": made, "kind": kind, "from": on.isoformat(), **detail}
