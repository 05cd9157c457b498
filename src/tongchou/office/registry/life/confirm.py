"""Enrol first, separate later (先参保、后分开; jn2007 一(一) 2007, J08): two people confirm that a unit cannot pay.

The confirmation records the unit's liability; from the confirmed day (``confirmed_from`` of ``rules.entitlement``) its
retirees are in employee medical insurance whatever it pays. Whether that gives benefits in an area on a day is for the
law to say: ``entitlement.confirmed_covers``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import psycopg
from psycopg.types.json import Jsonb

from tongchou.law import NoRule
from tongchou.money import format_fen

from ...frame.fields import day, long_text, money, number, text
from ...frame.lawbook import in_force
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ..pen import Pen, span
from ..rows import area_of_employer, figures, hold_persons, past_day
from ..rows import employer as unit_of
from ..spells import Spell, live
from ..together import BASIC, follow
from .filing_rows import Filing, end_filing, filing

COVERS = "entitlement.confirmed_covers"


def _area_of_filing(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return filing(conn, int(given["filing"]), ("confirmation",)).area


@operation(
    "unit.confirm_unable",
    "确认单位无缴费能力",
    "confirm that a unit cannot pay",
    "registry.write",
    review="registry.review",
    area_of=area_of_employer,
)
def confirm_unable(
    work: Work,
    *,
    employer: Annotated[int, number("单位编号", "employer")],
    liability: Annotated[int, money("明确的缴费责任（元）", "recorded liability")],
    on: Annotated[date, day("确认日期", "confirmed day")],
    evidence: Annotated[str, text("依据", "evidence")],
    retirees: Annotated[str, long_text("退休人员编号（空为全部）", "retirees by number (empty: all)")] = "",
) -> Answer:
    """Record that a unit cannot pay and what it owes, and enrol its retirees from the confirmed day.

    The retirees are those with a spell of the unit as retired on that day, or the ones listed. Who is in a medical
    insurance already is left where he is (``in_already``). Raises OfficeRefused: ``employer_unknown``,
    ``day_in_future``, ``confirmation_not_in_law``, ``filing_overlaps``, ``not_a_retiree_of_unit``, ``list_invalid``,
    ``law_not_approved``.
    """
    past_day(work, on, "on")
    unit_of(work.conn, employer, hold=True)
    _law_covers(work, on)
    pen = Pen.of(work, f"unit confirmed unable to pay: {evidence}")
    made = pen.add(
        "filing",
        kind="confirmation",
        employer=employer,
        area=work.area,
        in_force=span(on, None),
        detail=Jsonb({"liability": format_fen(liability), "evidence": evidence}),
        command=work.command,
    )
    enrolled, in_already = _enrol(pen, made, employer, work.area, on, _wanted(work.conn, employer, on, retirees))
    work.subject = f"employer:{employer}"
    return {
        "confirmation": made,
        "confirmed_from": on.isoformat(),
        "liability": format_fen(liability),
        "enrolled": enrolled,
        "in_already": in_already,
    }


@operation(
    "unit.revoke_confirmation",
    "撤销无缴费能力确认",
    "revoke that a unit cannot pay",
    "registry.write",
    review="registry.review",
    area_of=_area_of_filing,
)
def revoke_confirmation(
    work: Work,
    *,
    filing: Annotated[int, number("确认编号", "confirmation")],
    on: Annotated[date, day("自何日起不再适用", "first day on which it no longer holds")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """End a confirmation from a day: two people. The spells it made end with it; before that day they stay.

    Raises OfficeRefused: ``filing_unknown``, ``filing_ended``.
    """
    found = end_of(work, filing, on)
    pen = Pen.of(work, reason)
    kept = end_filing(pen, found, on)
    held = work.conn.execute(
        "SELECT person FROM office.enrolment WHERE employer = %s AND source = %s AND recorded_to = 'infinity' "
        "AND (upper(in_force) IS NULL OR upper(in_force) > %s) ORDER BY person",
        [found.employer, source_of(found), on],
    ).fetchall()
    hold_persons(work.conn, [int(r[0]) for r in held])
    ended = []
    for (person,) in held:
        for spell in live(work.conn, int(person), "medical"):
            if spell.source == source_of(found) and spell.past(on):
                cut = {"person": spell.person, **spell.told(), "kept": pen.cut(spell, on)}
                ended.append(cut | follow(pen, spell.person, (on, None)))
    work.subject = f"employer:{found.employer}"
    return {"confirmation": found.id, "kept": kept, "ended": ended}


def covered_since(conn: psycopg.Connection, employer: int, on: date) -> date | None:
    """The confirmed day of a unit that stands confirmed unable to pay on a day; None where it does not.

    From that day its retirees may be enrolled and are covered (``confirmed_from`` of ``rules.entitlement.history``).
    """
    row = conn.execute(
        "SELECT lower(in_force) FROM office.filing WHERE kind = 'confirmation' AND employer = %s "
        "AND recorded_to = 'infinity' AND in_force @> %s::date",
        [employer, on],
    ).fetchone()
    return None if row is None else row[0]


def source_of(of: Filing) -> str:
    """What the spells that a confirmation made name as their source; the same after it was ended in part."""
    return f"confirmation:{of.origin}"


def end_of(work: Work, number: int, on: date) -> Filing:
    """The confirmation to be ended on a day. Raises OfficeRefused: ``filing_unknown``, ``filing_ended``."""
    found = filing(work.conn, number, ("confirmation",), lock=True)
    found.refuse_ended(on)
    return found


def _law_covers(work: Work, on: date) -> None:
    """Refuse where the law of the area knows no cover by confirmation on the day."""
    law = figures(work.conn, in_force(work.conn), work.area)
    try:
        covers = law.at(COVERS, on.toordinal()).true
    except NoRule:
        covers = False
    if not covers:
        raise OfficeRefused(
            "confirmation_not_in_law",
            f"{law.area} 在 {on} 没有“先参保、后分开”的规定（{COVERS}）",
            f"the law of {law.area} on {on} knows no cover by confirmation ({COVERS})",
            "on",
        )


def _wanted(conn: psycopg.Connection, employer: int, on: date, listed: str) -> Sequence[int]:
    """The persons to enrol: the unit's retirees on the day, or those listed, each of whom must be one."""
    rows = conn.execute(
        "SELECT DISTINCT person FROM office.enrolment WHERE employer = %s AND status = 'retired' "
        "AND recorded_to = 'infinity' AND in_force @> %s::date ORDER BY person",
        [employer, on],
    ).fetchall()
    retired = [int(r[0]) for r in rows]
    words = re.split(r"[\s,，、;；]+", listed.strip()) if listed.strip() else []
    if any(not re.fullmatch(r"[0-9]{1,18}", w) for w in words):
        raise OfficeRefused(
            "list_invalid", "人员编号以逗号或空格分隔", "person numbers, separated by commas or blanks", "retirees"
        )
    named = list(dict.fromkeys(map(int, words)))
    strange = sorted(set(named) - set(retired))
    if strange:
        raise OfficeRefused(
            "not_a_retiree_of_unit",
            f"人员 {'、'.join(map(str, strange[:5]))} 在 {on} 不是单位 {employer} 的退休人员",
            f"on {on} unit {employer} has no retiree {', '.join(map(str, strange[:5]))}",
            "retirees",
        )
    return named or retired


def _enrol(
    pen: Pen, confirmation: int, employer: int, area: str, on: date, wanted: Sequence[int]
) -> tuple[list[Any], list[Any]]:
    """(each enrolled, with the large expense that goes with it by law; who is in a medical insurance already)."""
    hold_persons(pen.conn, wanted)
    enrolled, in_already = [], []
    for person in wanted:
        held = live(pen.conn, person)
        there = [s for s in held if s.line == "medical" and s.past(on)]
        if there:
            in_already.append({"person": person, **there[0].told()})
            continue
        retired = next(s for s in held if s.employer == employer and s.status == "retired" and _on(s, on))
        basic = replace(
            retired.during(on, None),
            insurance=BASIC,
            line="medical",
            area=area,
            source=f"confirmation:{confirmation}",
        )
        made = pen.add("enrolment", **basic.values())
        enrolled.append({"person": person, "enrolment": made, **follow(pen, person, (on, None))})
    return enrolled, in_already


def _on(spell: Spell, day: date) -> bool:
    return spell.since <= day and spell.past(day)
