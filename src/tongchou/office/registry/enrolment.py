"""Enrolment by type of insurance: begun, ended, corrected, turned to retired; each type by itself (J06, P18).

Nothing is bundled but what the law itself puts together: employee medical insurance and the large-expense supplement
(L04, ``together``). Retirees of units that are gone enrol one by one under a custodial unit (J12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import psycopg

from ..frame.access import allow, path_of
from ..frame.fields import area as an_area
from ..frame.fields import choice, day, number, text, yes
from ..frame.operation import Answer, Work, operation
from ..frame.refusal import OfficeRefused
from . import together
from .custodial import refuse_custodial
from .numbers import digests
from .pen import Pen
from .rows import employer, person, standing_on, worded
from .spells import (
    INSURANCES,
    STATUSES,
    WAYS,
    Spell,
    at,
    day_after,
    life_end,
    line_of,
    live,
    one,
    refuse_days,
    refuse_form,
    refuse_overlap,
)

__all__ = ["Spell", "at", "begin", "correct", "end", "retire"]


def _area(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return one(conn, int(given["enrolment"])).area


@operation("enrolment.begin", "登记参保", "begin a spell of enrolment", "registry.write")
def begin(
    work: Work,
    *,
    area: Annotated[str, an_area()],
    person: Annotated[int, number("人员编号", "person")],
    insurance: Annotated[str, choice("险种", "insurance", INSURANCES)],
    way: Annotated[str, choice("参保方式", "way", WAYS)],
    status: Annotated[str, choice("参保身份", "status", STATUSES)],
    begins: Annotated[date, day("起始日期", "begins")],
    employer: Annotated[int | None, number("单位编号", "employer")] = None,
    last_day: Annotated[date | None, day("截至日期（含）", "last day")] = None,
    source: Annotated[str, text("依据", "source")] = "",
    number: Annotated[
        str | None, text("证件号码（外地人员必填）", "number, for who lives elsewhere", hidden=True)
    ] = None,
) -> Answer:
    """Begin a spell in one type of insurance. Employee medical insurance brings large expense along where the law says
    so (L04); then ``with`` in the answer names it.

    Whoever lives where the asker may not write is named by his full ``number`` too: it lies before the clerk, and no
    record is opened by counting up persons. Raises OfficeRefused: ``number_needed``, ``person_unknown``,
    ``person_merged``, ``employer_unknown``, ``area_unknown``, ``days_reversed``, ``before_birth``,
    ``after_life_event``, ``spells_overlap``, ``enrolled_already``, those of ``refuse_form`` and of
    ``refuse_custodial``, ``large_expense_alone``, ``law_not_approved``.
    """
    _known_by_number(work, person, area, number)
    until = day_after(last_day) if last_day else None
    wanted = Spell(0, person, insurance, line_of(insurance), way, status, employer, area, begins, until, source.strip())
    return begin_spell(work, wanted)


def _known_by_number(work: Work, of: int, area: str, told: str | None) -> None:
    """Refuse who is named without the number that is his, where that is needed, and with another one anywhere."""
    found = person(work.conn, of)
    if told is None:
        if found.area == area or work.who.may("registry.write", path_of(work.conn, found.area)):
            return
        raise OfficeRefused(
            "number_needed",
            f"人员 {of} 的参保地不是 {area}，须填写其证件号码核对",
            f"person {of} does not live in {area}; give the full number to be compared",
            "number",
        )
    row = work.conn.execute("SELECT digest FROM office.person_version WHERE id = %s", [found.version]).fetchone()
    assert row is not None
    if bytes(row[0]) not in digests(told):
        raise OfficeRefused(
            "person_unknown",
            f"证件号码与人员 {of} 登记的不一致",
            f"the number is not the one of person {of}",
            "number",
        )


def begin_spell(work: Work, wanted: Spell) -> Answer:
    """What ``enrolment.begin`` does, for sheets too."""
    path_of(work.conn, wanted.area)
    checked(work.conn, wanted)
    pen = Pen.of(work, "L04")
    made = replace(wanted, id=pen.add("enrolment", **wanted.values()))
    work.subject = f"person:{wanted.person}"
    also = _in_step(pen, made, (made.since, made.until))
    return {**made.told(), **also}


@operation("enrolment.end", "终止参保", "end a spell of enrolment", "registry.write", area_of=_area)
def end(
    work: Work,
    *,
    enrolment: Annotated[int, number("参保期间编号", "enrolment")],
    last_day: Annotated[date, day("截至日期（含）", "last day")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """End a spell with a day, the last on which it holds; large expense ends with employee medical insurance (L04).

    Raises OfficeRefused: ``enrolment_unknown``, ``enrolment_replaced``, ``days_reversed``, ``ends_already``,
    ``large_expense_missing``.
    """
    return end_spell(work, _held(work.conn, enrolment), last_day, reason)


def end_spell(work: Work, spell: Spell, last_day: date, reason: str) -> Answer:
    """What ``enrolment.end`` does, for sheets too; the spell's person is held already."""
    why, until = worded(reason, "reason", "原因", "reason", 1000), day_after(last_day)
    if until <= spell.since:
        raise OfficeRefused(
            "days_reversed",
            f"截至日期早于起始日期 {spell.since}；该期间如从未成立，请更正为无效",
            f"the last day is before the first, {spell.since}; a spell that never was is voided by a correction",
            "last_day",
        )
    if spell.until is not None and spell.until <= until:
        raise OfficeRefused(
            "ends_already",
            f"该参保期间已于 {spell.last_day} 终止；延长请办理更正",
            f"this spell ends on {spell.last_day} already; a correction makes it longer",
            "last_day",
        )
    pen = Pen.of(work, why)
    pen.end("enrolment", spell.id)
    kept = spell.during(spell.since, until)
    kept = replace(kept, id=pen.add("enrolment", **kept.values()))
    work.subject = f"person:{spell.person}"
    return {**kept.told(), **_in_step(pen, kept, (until, spell.until))}


@operation("enrolment.correct", "更正参保", "correct a spell of enrolment", "registry.write", area_of=_area)
def correct(
    work: Work,
    *,
    enrolment: Annotated[int, number("参保期间编号", "enrolment")],
    evidence: Annotated[str, text("依据", "evidence")],
    begins: Annotated[date | None, day("起始日期", "begins")] = None,
    last_day: Annotated[date | None, day("截至日期（含）", "last day")] = None,
    open_end: Annotated[bool, yes("改为未终止", "still goes on")] = False,
    way: Annotated[str | None, choice("参保方式", "way", WAYS)] = None,
    status: Annotated[str | None, choice("参保身份", "status", STATUSES)] = None,
    employer: Annotated[int | None, number("单位编号", "employer")] = None,
    area: Annotated[str | None, an_area("参保地", "area")] = None,
    void: Annotated[bool, yes("该期间从未成立", "it never was")] = False,
) -> Answer:
    """Say what a spell truly was; what is left out stays. How it was known before stays known as of then.

    Raises OfficeRefused: ``nothing_to_correct``, those of ``enrolment.begin`` and ``enrolment_replaced``.
    """
    old = _held(work.conn, enrolment)
    why = worded(evidence, "evidence", "依据", "evidence", 1000)
    pen = Pen.of(work, why)
    work.subject = f"person:{old.person}"
    if void:
        pen.end("enrolment", old.id)
        return {"enrolment": None, "voided": old.id, **_in_step(pen, old, (old.since, old.until))}
    through = way or old.way
    new = replace(
        old,
        id=0,
        since=begins or old.since,
        until=None if open_end else day_after(last_day) if last_day else old.until,
        way=through,
        status=status or old.status,
        employer=None if through in ("flexible", "resident") else employer or old.employer,
        area=area or old.area,
    )
    if replace(new, id=old.id) == old:
        raise OfficeRefused("nothing_to_correct", "没有需要更正的内容", "nothing of this differs from what is known")
    if new.area != old.area:
        allow(work.conn, work.who, "registry.write", new.area)
    checked(work.conn, new, old)
    pen.end("enrolment", old.id)
    new = replace(new, id=pen.add("enrolment", **new.values()))
    over = (min(old.since, new.since), None if None in (old.until, new.until) else max(old.until, new.until))  # type: ignore[type-var]
    return {**new.told(), "corrected": old.id, **_in_step(pen, new, over)}


@operation(
    "enrolment.retire",
    "在职转退休",
    "turn an active spell to retired",
    "registry.write",
    area_of=_area,
)
def retire(
    work: Work,
    *,
    enrolment: Annotated[int, number("参保期间编号", "enrolment")],
    on: Annotated[date, day("退休身份起始日期", "retired from")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """From a day on the spell goes on as retired, through the same way and unit; large expense in step (L04).

    Raises OfficeRefused: ``not_active``, ``outside_spell``, ``enrolment_replaced``.
    """
    old = _held(work.conn, enrolment)
    why = worded(evidence, "evidence", "依据", "evidence", 1000)
    if old.status != "active":
        raise OfficeRefused(
            "not_active", "该参保期间不是在职身份", "this spell is not one of an active person", "enrolment"
        )
    if on < old.since or (old.until is not None and on >= old.until):
        raise OfficeRefused(
            "outside_spell",
            f"{on} 不在该参保期间（{old.since} 至 {old.last_day or '今'}）之内",
            f"{on} is not within the spell, {old.since} to {old.last_day or 'open'}",
            "on",
        )
    pen = Pen.of(work, why)
    pen.end("enrolment", old.id)
    before = None
    if old.since < on:
        before = pen.add("enrolment", **old.during(old.since, on).values())
    new = replace(old.during(on, old.until), status="retired", source=why)
    new = replace(new, id=pen.add("enrolment", **new.values()))
    work.subject = f"person:{old.person}"
    return {**new.told(), "before": before, **_in_step(pen, new, (on, old.until))}


def checked(conn: psycopg.Connection, wanted: Spell, old: Spell | None = None) -> None:
    """Refuse what no spell may be, with the person held. ``old``: the spell it corrects, which counts no more."""
    found = person(conn, wanted.person, hold=True)
    refuse_days(wanted.since, wanted.until, found.born, life_end(conn, wanted.person))
    # What was rightly taken on stays so: a later correction of the end does not ask again whether the unit may take on.
    newly = old is None or (old.since, old.way, old.status, old.employer) != (
        wanted.since,
        wanted.way,
        wanted.status,
        wanted.employer,
    )
    unit = standing = named = ""
    if wanted.employer is not None:
        # A standing that is being recorded is waited for.
        conn.execute("SELECT FROM office.employer WHERE id = %s FOR SHARE", [wanted.employer])
        of = employer(conn, wanted.employer)
        unit, named, standing = of.kind, of.name, standing_on(conn, of.id, wanted.since)
    refuse_form(wanted.insurance, wanted.way, wanted.status, unit, standing, newly, named)
    held = [s for s in live(conn, wanted.person) if old is None or s.id != old.id]
    if newly and wanted.way == "custodial":
        refuse_custodial(conn, wanted, held)
    refuse_overlap(wanted, held)


def _in_step(pen: Pen, spell: Spell, days: tuple[date, date | None]) -> dict[str, Any]:
    """L04: what goes together stays together over the days that changed."""
    if spell.insurance == together.BASIC:
        return together.follow(pen, spell.person, days)
    if spell.insurance == together.LARGE:
        together.check(pen.conn, spell.person, days)
    return {}


def _held(conn: psycopg.Connection, number: int) -> Spell:
    """A spell with its person held; it may have been replaced while that was waited for."""
    person(conn, one(conn, number).person, hold=True)
    return one(conn, number)
