"""A death or an emigration is reported, often late: every spell ends with the day; an error is taken back whole.

Spells that began after the day end altogether. Months that count after it stay as they are and are listed, for whoever
levied them refunds them. Where the report was wrong the spells come back as they were, read from ``office.life_cut``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from ...frame.fields import day, number, text
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ..rows import area_of_person
from ..spells import Spell, live
from .common import Twins, held, past, past_day, spell_rows
from .months import month_texts

EVENTS = {"death": ("死亡", "death"), "emigration": ("出境定居", "emigration")}


@operation("person.report_death", "登记死亡", "report a death", "registry.write", area_of=area_of_person)
def report_death(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    on: Annotated[date, day("死亡日期", "day of death")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """End every spell of who died with that day; he was covered on it.

    The answer names the spells ended or cut (``ended``) and the months counted after that month (``months_after``),
    which levy refunds. Raises OfficeRefused: ``person_unknown``, ``person_merged``, ``day_before_birth``,
    ``day_in_future``, ``life_event_exists``.
    """
    return _report(work, "death", person, on, evidence)


@operation("person.report_emigration", "登记出境定居", "report an emigration", "registry.write", area_of=area_of_person)
def report_emigration(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    on: Annotated[date, day("出境定居日期", "day of emigration")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """End every spell of who settled abroad with that day; as ``person.report_death``."""
    return _report(work, "emigration", person, on, evidence)


@operation(
    "person.undo_life_event",
    "撤销死亡或出境定居登记",
    "take a death or an emigration back",
    "registry.write",
    review="registry.review",
    area_of=area_of_person,
)
def undo_life_event(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """Take back a report that was wrong: two people. The spells it cut hold again as they did before.

    Raises OfficeRefused: ``life_event_missing``, ``changed_since`` (a spell it cut was changed later),
    ``spells_overlap`` (another one stands in its place).
    """
    return _undo(work, person, reason)


def _report(work: Work, event: str, of: int, on: date, evidence: str) -> Answer:
    found = held(work.conn, of)
    past_day(work, on, "on")
    if on < found.born:
        raise OfficeRefused(
            "day_before_birth", f"{on} 早于出生日期 {found.born}", f"{on} is before the birth, {found.born}", "on"
        )
    before = work.conn.execute(
        "SELECT id, event, happened_on FROM office.life_event WHERE person = %s AND recorded_to = 'infinity'", [of]
    ).fetchone()
    if before is not None:
        raise OfficeRefused(
            "life_event_exists",
            f"人员 {of} 已登记{EVENTS[before[1]][0]}（{before[2]}）；如有误先撤销",
            f"the {before[1]} of person {of} on {before[2]} is recorded; take that back first if it is wrong",
        )
    pen = Twins.begun(work, f"{event} {on}: {evidence}")
    made = pen.add("life_event", person=of, event=event, happened_on=on, evidence=evidence)
    work.subject = f"person:{of}"
    return {
        "event": made,
        "ended": _cut(pen, made, live(work.conn, of), on),
        "months_after": _months_after(work, of, on),
    }


def _cut(pen: Twins, event: int, running: list[Spell], on: date) -> list[dict[str, Any]]:
    """End what reaches past the day; each spell as it was, with the number of the part kept."""
    after = on + timedelta(days=1)
    cut = []
    for spell in running:
        if not past(spell, after):
            continue
        kept = pen.cut(spell, after)
        pen.conn.execute("INSERT INTO office.life_cut (event, old, made) VALUES (%s, %s, %s)", [event, spell.id, kept])
        cut.append({**spell.told(), "kept": kept})
    return cut


def _months_after(work: Work, of: int, on: date) -> list[dict[str, Any]]:
    """Counted months after that of the day: line, kind, months."""
    rows = work.conn.execute(
        "SELECT line, kind, area, greatest(lower(months), f.next), upper(months) FROM office.months, "
        "(SELECT (date_trunc('month', %s::date) + interval '1 month')::date AS next) f "
        "WHERE person = %s AND recorded_to = 'infinity' AND upper(months) > f.next ORDER BY 1, 4",
        [on, of],
    ).fetchall()
    return [
        {"line": line, "kind": kind, "area": area, "months": month_texts(first, until)}
        for line, kind, area, first, until in rows
    ]


def _undo(work: Work, of: int, reason: str) -> Answer:
    held(work.conn, of)
    row = work.conn.execute(
        "SELECT id, event, happened_on FROM office.life_event WHERE person = %s AND recorded_to = 'infinity'", [of]
    ).fetchone()
    if row is None:
        raise OfficeRefused(
            "life_event_missing",
            f"人员 {of} 没有死亡或出境定居登记",
            f"no death or emigration of person {of} is recorded",
            "person",
        )
    pen = Twins.begun(work, reason)
    pen.close("life_event", int(row[0]))
    cuts = work.conn.execute("SELECT old, made FROM office.life_cut WHERE event = %s ORDER BY old", [row[0]]).fetchall()
    kept = spell_rows(work.conn, [made for _, made in cuts if made is not None])
    before = spell_rows(work.conn, [old for old, _ in cuts], now=False)
    back = []
    for old, made in cuts:
        if made is not None and made not in kept:
            raise OfficeRefused(
                "changed_since",
                f"参保期间 {made} 在登记{EVENTS[row[1]][0]}后又有变动，请先恢复",
                f"spell {made} was changed after the {row[1]} was recorded; put that right first",
            )
        if made is not None:
            pen.close("enrolment", made)
        back.append(pen.spell(before[old], (before[old].since, before[old].until)))
    work.subject = f"person:{of}"
    return {"event": int(row[0]), "was": row[1], "on": row[2].isoformat(), "spells_back": back}
