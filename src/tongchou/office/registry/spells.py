"""A spell of enrolment: what it is, how it must be formed, and how it is read on both axes of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.range import Range

from ..frame.refusal import OfficeRefused

INSURANCES = {
    "medical_employee": ("职工基本医疗保险", "employee basic medical insurance"),
    "medical_resident": ("城乡居民基本医疗保险", "resident basic medical insurance"),
    "large_expense": ("大额医疗费用补助", "large-expense supplement"),
    "maternity": ("生育保险", "maternity insurance"),
    "unemployment": ("失业保险", "unemployment insurance"),
    "injury": ("工伤保险", "work injury insurance"),
    "pension_employee": ("职工基本养老保险", "employee pension"),
    "pension_resident": ("城乡居民基本养老保险", "resident pension"),
}
WAYS = {
    "employer": ("单位参保", "through the employer"),
    "agency": ("代理机构参保", "through an agency"),
    "project": ("工程项目参保", "through a building project"),
    "flexible": ("灵活就业人员", "flexible worker"),
    "custodial": ("托管单位参保", "under a custodial unit"),
    "resident": ("居民参保", "as a resident"),
}
STATUSES = {"active": ("在职", "active"), "retired": ("退休", "retired"), "resident": ("居民", "resident")}
OF_RESIDENTS = ("medical_resident", "pension_resident")
THROUGH_UNITS = ("employer", "agency", "project", "custodial")
"""Ways that name a unit; the unit's kind is called as the way."""
NO_NEW_ACTIVE = ("bankrupt", "closed")
"""Standings of units that take on nobody."""


Days = tuple[date, date | None]
"""From a first day to before another; None: open."""


@dataclass(frozen=True)
class Spell:
    """A spell as held now: from ``since`` to before ``until`` (None: open). ``id`` 0: not written yet."""

    id: int
    person: int
    insurance: str
    line: str
    way: str
    status: str
    employer: int | None
    area: str
    since: date
    until: date | None
    source: str = ""

    @property
    def last_day(self) -> date | None:
        """The last day, None while it is open."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def cover(self) -> tuple[object, ...]:
        """What two spells that say the same have in common, their days apart."""
        return (self.insurance, self.way, self.status, self.employer, self.area)

    def past(self, day: date) -> bool:
        """Whether it holds on a day or after it."""
        return self.until is None or self.until > day

    @property
    def days(self) -> Range[date]:
        """The days as the table keeps them."""
        return Range(self.since, self.until, "[)")

    def during(self, since: date, until: date | None) -> Spell:
        """The same over other days, not written yet."""
        return replace(self, id=0, since=since, until=until)

    def values(self) -> dict[str, Any]:
        """The columns of its row."""
        return {
            "person": self.person,
            "insurance": self.insurance,
            "way": self.way,
            "status": self.status,
            "employer": self.employer,
            "area": self.area,
            "in_force": self.days,
            "source": self.source,
        }

    def told(self) -> dict[str, Any]:
        """The spell as an answer tells it."""
        last = self.last_day
        return {
            "enrolment": self.id,
            "insurance": self.insurance,
            "way": self.way,
            "status": self.status,
            "employer": self.employer,
            "area": self.area,
            "begins": self.since.isoformat(),
            "last_day": last.isoformat() if last else None,
        }


COLUMNS = "id, person, insurance, line, way, status, employer, area, lower(in_force), upper(in_force), source"


def live(conn: psycopg.Connection, person: int, line: str = "") -> list[Spell]:
    """The spells of a person as known now, of one line or of all, by their first days."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM office.enrolment WHERE person = %s AND recorded_to = 'infinity' "
        "AND (%s = '' OR line = %s) ORDER BY lower(in_force), id",
        [person, line, line],
    ).fetchall()
    return [Spell(*row) for row in rows]


def by_number(conn: psycopg.Connection, numbers: Sequence[int], now: bool = True) -> dict[int, Spell]:
    """Spells by their numbers; ``now``: only those held now, else those ended too."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM office.enrolment WHERE id = ANY(%s) AND (NOT %s OR recorded_to = 'infinity')",
        [list(numbers), now],
    ).fetchall()
    return {row[0]: Spell(*row) for row in rows}


def at(conn: psycopg.Connection, person: int, on: date, known: datetime | None = None) -> list[Spell]:
    """The spells of a person in force on a day, as known at a moment (None: now), by insurance."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM office.enrolment WHERE person = %s AND in_force @> %s::date AND "
        + ("recorded_from <= %s AND %s < recorded_to" if known else "recorded_to = 'infinity'")
        + " ORDER BY insurance, id",
        [person, on, known, known] if known else [person, on],
    ).fetchall()
    return [Spell(*row) for row in rows]


def one(conn: psycopg.Connection, number: int) -> Spell:
    """A spell that is held now. Raises OfficeRefused: ``enrolment_unknown``, ``enrolment_replaced``."""
    row = conn.execute(
        f"SELECT recorded_to = 'infinity', {COLUMNS} FROM office.enrolment WHERE id = %s", [number]
    ).fetchone()
    if row is None:
        raise OfficeRefused("enrolment_unknown", f"没有参保期间 {number}", f"no enrolment {number}", "enrolment")
    found = Spell(*row[1:])
    if not row[0]:
        now = [s for s in live(conn, found.person, found.line) if s.insurance == found.insurance]
        instead = "、".join(str(s.id) for s in now) or "无"
        raise OfficeRefused(
            "enrolment_replaced",
            f"参保期间 {number} 已被更正，现有：{instead}",
            f"enrolment {number} was replaced; now there are: {', '.join(str(s.id) for s in now) or 'none'}",
            "enrolment",
        )
    return found


def day_after(last_day: date) -> date:
    """The first day after a last one. Raises OfficeRefused for the end of the calendar."""
    if last_day == date.max:
        raise OfficeRefused("argument_invalid", "截至日期过晚", "the last day is too late", "last_day")
    return last_day + timedelta(days=1)


def line_of(insurance: str) -> str:
    """What may not overlap: employee and resident insurance of one branch are one line."""
    branch = insurance.partition("_")[0]
    return branch if branch in ("medical", "pension") else insurance


def refuse_form(
    insurance: str, way: str, status: str, unit: str, standing: str, newly: bool = True, named: str = ""
) -> None:
    """Refuse a spell whose parts do not go together.

    ``unit``: the kind of the unit named, "" for none; ``standing``: its standing on the first day; ``newly``: whether
    it would be taken on now (else the standing does not matter). Raises OfficeRefused: ``resident_mixed``,
    ``employer_missing``, ``employer_unwanted``, ``unit_kind_differs``, ``custodial_retired_only``,
    ``employer_takes_none``.
    """
    if len({way == "resident", status == "resident", insurance in OF_RESIDENTS}) > 1:
        raise OfficeRefused(
            "resident_mixed",
            "居民险种、居民参保方式与居民身份须一致",
            "resident insurance, way resident and status resident go together only",
            "way",
        )
    if way in THROUGH_UNITS and not unit:
        raise OfficeRefused(
            "employer_missing", f"{WAYS[way][0]}须填单位", f"{WAYS[way][1]}: name the employer", "employer"
        )
    if way not in THROUGH_UNITS and unit:
        raise OfficeRefused(
            "employer_unwanted", f"{WAYS[way][0]}不填单位", f"{WAYS[way][1]}: no employer is named", "employer"
        )
    if unit and unit != way:
        raise OfficeRefused(
            "unit_kind_differs",
            f"“{WAYS[way][0]}”不能选该类单位（{WAYS[unit][0]}的单位）",
            f"{WAYS[way][1]} takes a unit of kind {way}; this one is of kind {unit}",
            "employer",
        )
    if way == "custodial" and status != "retired":
        raise OfficeRefused(
            "custodial_retired_only",
            "托管单位只接收退休人员",
            "a custodial unit enrols retired people only",
            "status",
        )
    if newly and status == "active" and standing in NO_NEW_ACTIVE:
        raise OfficeRefused(
            "employer_takes_none",
            f"单位{named}已{'破产' if standing == 'bankrupt' else '关闭'}，不能新增在职人员",
            f"employer {named} is {standing} on that day and takes on nobody",
            "employer",
        )


def refuse_days(since: date, until: date | None, born: date, ended: tuple[str, date] | None) -> None:
    """Refuse days that no life has. ``ended``: (death or emigration, its day).

    Raises OfficeRefused: ``days_reversed``, ``before_birth``, ``after_life_event``.
    """
    if until is not None and until <= since:
        raise OfficeRefused("days_reversed", "截至日期早于起始日期", "the last day is before the first", "last_day")
    if since < born:
        raise OfficeRefused(
            "before_birth", f"{since} 早于出生日期 {born}", f"{since} is before the birth, {born}", "begins"
        )
    if ended is not None and (until is None or until > ended[1] + timedelta(days=1)):
        event = "死亡" if ended[0] == "death" else "出境定居"
        raise OfficeRefused(
            "after_life_event",
            f"{ended[1]} 已{event}，参保期间不能超过该日",
            f"{ended[0]} on {ended[1]} is recorded; no spell reaches past that day",
            "last_day",
        )


def refuse_overlap(wanted: Spell, held: Sequence[Spell]) -> None:
    """Refuse a spell that meets another of its line: ``enrolled_already`` (the very same), ``spells_overlap``."""
    for other in held:
        if other.line != wanted.line or not meet(wanted, other):
            continue
        if replace(other, id=0, source="") == replace(wanted, id=0, source=""):
            raise OfficeRefused(
                "enrolled_already",
                f"该参保期间已登记（{other.id}）",
                f"this very spell is registered already, {other.id}",
            )
        raise OfficeRefused(
            "spells_overlap",
            f"与参保期间 {other.id}（{INSURANCES[other.insurance][0]} {other.since} 至 {other.last_day or '今'}）重叠",
            f"overlaps spell {other.id} ({other.insurance} from {other.since} to {other.last_day or 'open'})",
            "begins",
        )


def meet(a: Spell, b: Spell) -> bool:
    """Whether two spells share a day."""
    return (a.until is None or b.since < a.until) and (b.until is None or a.since < b.until)


def life_end(conn: psycopg.Connection, person: int) -> tuple[str, date] | None:
    """The death or emigration of a person as known now, and its day."""
    row = conn.execute(
        "SELECT event, happened_on FROM office.life_event WHERE person = %s AND recorded_to = 'infinity'", [person]
    ).fetchone()
    return (str(row[0]), row[1]) if row else None
