"""A death or an emigration is reported, often late: every spell ends with the day; an error is taken back whole.

Spells that began after the day end altogether. Months that count after it stay as they are and are listed, for whoever
levied them refunds them. Where the report was wrong the spells come back as they were, read from ``office.life_cut``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ...frame.fields import day, number, text
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ..pen import Pen
from ..rows import area_of_person, held, hold_persons, past_day
from .apart import records_in, take_back_all
from .cuts import EVENTS, end_life, event_of
from .months import month_texts


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

    Records merged into this one get back what their own report cut, for they are the same human being: the merge ends
    and another takes its place (``merges``). Raises OfficeRefused: ``life_event_missing``, ``changed_since`` (a spell
    it cut was changed later), ``spells_overlap`` (another one stands in its place), ``merge_contradicts``.
    """
    return _undo(work, person, reason)


def _report(work: Work, event: str, of: int, on: date, evidence: str) -> Answer:
    found = held(work.conn, of)
    past_day(work, on, "on")
    if on < found.born:
        raise OfficeRefused(
            "day_before_birth", f"{on} 早于出生日期 {found.born}", f"{on} is before the birth, {found.born}", "on"
        )
    before = event_of(work.conn, of)
    if before is not None:
        raise OfficeRefused(
            "life_event_exists",
            f"人员 {of} 已登记{EVENTS[before.event][0]}（{before.on}）；如有误先撤销",
            f"the {before.event} of person {of} on {before.on} is recorded; take that back first if it is wrong",
        )
    pen = Pen.of(work, f"{event} {on}: {evidence}")
    made, ended = end_life(pen, of, event, on, evidence)
    work.subject = f"person:{of}"
    return {"event": made, "ended": ended, "months_after": _months_after(work, of, on)}


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
    hold_persons(work.conn, records_in(work.conn, of))
    found = event_of(work.conn, of)
    if found is None:
        raise OfficeRefused(
            "life_event_missing",
            f"人员 {of} 没有死亡或出境定居登记",
            f"no death or emigration of person {of} is recorded",
            "person",
        )
    back, again = take_back_all(Pen.of(work, reason), of)
    work.subject = f"person:{of}"
    return {
        "event": found.id,
        "was": found.event,
        "on": found.on.isoformat(),
        "spells_back": back,
        "merges": again,
    }
