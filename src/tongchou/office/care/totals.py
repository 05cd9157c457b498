"""Running totals entered, corrected and undone; two people do each, for they decide what a fund pays.

What somebody has used up elsewhere is entered once (期初录入): when an area goes over to this office in mid-year, or
when he comes from another system. What was wrong is undone by its mirror, and stays known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import psycopg

from ..frame.calendar import clock, today
from ..frame.fields import choice, day, long_text, number, text
from ..frame.operation import Answer, Work, operation, refuses
from ..frame.refusal import OfficeRefused
from ..registry.rows import person as a_person
from ..registry.rows import taken_for, worded
from . import store
from .schemes import SCHEMES, amounts_of, benefit_year, scheme_on, spell_on
from .store import Kept, Key

refuses(
    {
        "TO101": "total_year_missing",
        "TO102": "total_not_mirrored",
        "TO103": "total_undone",
        "TO104": "total_opened",
        "TO105": "total_undecided",
        "total_positive": "amount_not_positive",
    },
    {
        "total_year_missing": "该待遇年度尚未建立",
        "total_not_mirrored": "撤销须与原累计变动逐项对应",
        "total_undone": "该累计变动已撤销",
        "total_opened": "该年度此项累计已录入期初，如有误请更正",
        "total_undecided": "累计变动未经两人审批",
        "amount_not_positive": "数额须大于0",
    },
)


def _area_of_spell(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    of = a_person(conn, int(given["person"])).id
    return spell_on(conn, of, given["on"], str(given["scheme"])).area


def _area_of_change(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return store.find(conn, int(given["change"]))[1]


@operation(
    "totals.open",
    "录入待遇累计",
    "enter running totals",
    "care.write",
    review="care.review",
    area_of=_area_of_spell,
)
def open_totals(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    scheme: Annotated[str, choice("险种", "scheme", SCHEMES)],
    on: Annotated[date, day("截至日期", "as of")],
    totals: Annotated[str, long_text("累计（名称=数额，逗号分开）", "totals (name=amount, …)")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """Enter what a person has used up so far of a benefit year: that of the day, as the law begins it.

    Names as in ``quote visit --used``, or the Chinese ones. Raises OfficeRefused: ``person_unknown``,
    ``person_merged``, ``not_enrolled``, ``day_in_future``, ``no_rule``, ``total_unknown``, ``total_twice``,
    ``total_opened``, ``amount_not_positive``, ``total_above_cap``.
    """
    why = worded(evidence, "evidence", "依据", "evidence", 200)
    spell = spell_on(work.conn, person, on, scheme)
    law, tables = scheme_on(work.conn, spell.area, scheme, on)
    found = amounts_of(tables, totals)
    answer = opened(work, person, tables, on, found, why, "totals")
    return {**answer, "law_version": law.version}


def opened(
    work: Work, person: int, scheme: Any, on: date, found: list[tuple[str, int]], evidence: str, field: str
) -> Answer:
    """Write what somebody brings along; ``scheme`` is the law's table. The sheet comes here, too."""
    if on > (now := today(work.conn)):
        raise OfficeRefused("day_in_future", f"{on} 晚于今天 {now}", f"{on} is after today, {now}", "on")
    year = benefit_year(scheme, on)
    store.make_year(work.conn, year)
    a_person(work.conn, person, hold=True)
    at, changes = clock(work.conn), []
    for name, amount in found:
        key = Key(year, person, scheme.name, scheme.area, name)
        made = store.add(work, key, amount, on, "opening", evidence, at)
        changes.append(_told(made, key, amount))
    store.refuse_above_cap(work.conn, scheme, key, [n for n, _ in found], field)
    work.subject = f"person:{person}"
    return {"person": person, "year": year, "scheme": scheme.name, "pooling_area": scheme.area, "changes": changes}


@operation(
    "totals.correct",
    "更正待遇累计",
    "correct a running total",
    "care.write",
    review="care.review",
    area_of=_area_of_change,
)
def correct(
    work: Work,
    *,
    change: Annotated[int, number("累计变动编号", "change")],
    amount: Annotated[str, text("正确的数额（元；住院次数填整数）", "right amount (yuan; admissions: a count)")],
    evidence: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """Undo a change and put the right one in its place, at one moment; what was known stays known.

    Raises OfficeRefused: ``total_change_unknown``, ``total_undone``, ``no_rule``, ``argument_invalid``,
    ``amount_not_positive``, ``nothing_to_correct``, ``total_above_cap``.
    """
    why = worded(evidence, "evidence", "依据", "evidence", 200)
    of, _ = store.find(work.conn, change)
    _, scheme = scheme_on(work.conn, of.key.area, of.key.scheme, of.on_day)
    name, right = amounts_of(scheme, f"{of.key.name}={amount}", "amount")[0]
    if right == of.amount:
        raise OfficeRefused("nothing_to_correct", "数额与原来相同", "it is what it was", "amount")
    # On the record of the change itself: where a merge is undone, each keeps what was his.
    now = Key(of.key.year, of.key.person, of.key.scheme, of.key.area, name)
    a_person(work.conn, taken_for(work.conn, now.person), hold=True)
    at = _after(work, of)
    mirror = store.undo(work, of, why, at)
    made = store.add(work, now, right, of.on_day, "correction", why, at)
    store.refuse_above_cap(work.conn, scheme, now, [name], "amount")
    work.subject = f"person:{now.person}"
    changes = [_told(mirror, of.key, -of.amount), _told(made, now, right)]
    return {"person": now.person, "year": now.year, "scheme": now.scheme, "pooling_area": now.area, "changes": changes}


@operation(
    "totals.undo",
    "撤销待遇累计",
    "undo a running total",
    "care.write",
    review="care.review",
    area_of=_area_of_change,
)
def undo(
    work: Work,
    *,
    change: Annotated[int, number("累计变动编号", "change")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """Undo what was entered or corrected by its mirror.

    Raises OfficeRefused: ``total_change_unknown``, ``total_undone``.
    """
    why = worded(reason, "reason", "原因", "reason", 200)
    of, _ = store.find(work.conn, change)
    made = store.undo(work, of, why, _after(work, of))
    work.subject = f"person:{of.key.person}"
    changes = [_told(made, of.key, -of.amount)]
    return {"person": of.key.person, "year": of.key.year, "scheme": of.key.scheme, "pooling_area": of.key.area,
            "changes": changes}  # fmt: skip


def _told(change: int, key: Key, amount: int) -> dict[str, Any]:
    """A change as an answer tells it; ``office verify`` holds the change against it."""
    text = store.as_text(key.name, abs(amount))
    return {"change": change, "person": key.person, "total": key.name, "amount": text if amount > 0 else f"-{text}"}


def _after(work: Work, of: Kept) -> datetime:
    """This moment, or the one after a change was known where the clock went back."""
    return max(clock(work.conn), of.recorded_at + timedelta(microseconds=1))
