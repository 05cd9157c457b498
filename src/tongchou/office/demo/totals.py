"""The demo's running totals: some near a cap of the law, most below, one corrected and one undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg

from tongchou.law.tables import Scheme
from tongchou.money.fen import format_fen, parse_fen
from tongchou.rules.settlement.yearly import highest, yearly_slots

from ..care.queries import read_totals
from ..care.schemes import OF_INSURANCE, benefit_year, scheme_on, spell_on
from ..care.store import as_text
from .made import settings
from .shown import one_shown, shown_people

if TYPE_CHECKING:
    from .build import Office

REVIEWER = "reviewer2"
NEAR = """
    SELECT e.person, p.sealed, p.name, e.insurance, e.status, e.area FROM office.enrolment e
    JOIN office.person_version p ON p.person = e.person AND p.recorded_to = 'infinity'
    WHERE e.recorded_to = 'infinity' AND e.in_force @> %s::date AND e.insurance = 'medical_employee'
      AND e.way = 'employer' AND e.status = 'active' AND e.area = %s AND e.person <> ALL (%s)
      AND NOT EXISTS (SELECT FROM office.standing s WHERE s.employer = e.employer AND s.recorded_to = 'infinity')
    ORDER BY e.person DESC LIMIT %s
"""
"""People in work of usual units who are not shown for another case."""
NEAR_NOW = """
    SELECT e.person, p.sealed, p.name, e.insurance, e.status, e.area
    FROM (SELECT person FROM office.total_change WHERE scheme = 'employee'
          AND (year, area, name) = (%(year)s, %(area)s, %(total)s)
          GROUP BY person HAVING sum(amount) BETWEEN %(low)s AND %(limit)s) t
    JOIN office.enrolment e ON e.person = t.person AND e.recorded_to = 'infinity' AND e.in_force @> %(on)s::date
     AND e.insurance = 'medical_employee'
    JOIN office.person_version p ON p.person = e.person AND p.recorded_to = 'infinity'
    ORDER BY e.person
"""


def fill_totals(office: Office, on: date, tell: Callable[[str, int, int], None]) -> None:
    """Totals of the benefit year for the people who are shown, and for some more who are near a cap."""
    told, conn = settings()["totals"], office.conn
    usual = [p for p in shown_people(conn, on) if p["area"] in _clerks() and p["case"] != "dead"]
    others = [int(p["psn_no"]) for p in shown_people(conn, on)]
    near = conn.execute(NEAR, [on, told["county"], others, told["each"] * len(told["near"])]).fetchall()
    cases = [case for case in told["near"].values() for _ in range(told["each"])]
    work: list[tuple[int, Mapping[str, Any]]] = list(zip((int(row[0]) for row in near), cases, strict=True))
    people = list(dict.fromkeys(int(p["psn_no"]) for p in usual))
    work += [(p, told["usual"][k % len(told["usual"])]) for k, p in enumerate(people)]
    changes = []
    for k, (person, case) in enumerate(work):
        changes += _entered(office, person, case, on)
        tell("totals", k + 1, len(work))
    last = [c for c in changes if c["total"] != "admissions"][-2:]
    for change, (operation, more) in zip(last, told["put_right"].items(), strict=True):
        where = spell_on(conn, change["person"], on).area
        office.two((_clerks()[where], REVIEWER), operation, change=change["change"], **more)


def _clerks() -> dict[str, str]:
    """County → its clerk; a county without one has nobody who could ask."""
    return {x["area"]: x["name"] for x in settings()["logins"] if x["role"] == "county_clerk"}


def _entered(office: Office, person: int, case: Mapping[str, Any], on: date) -> list[dict[str, Any]]:
    """Enter what a case says, as far as the person's scheme has such totals; the changes."""
    spell = spell_on(office.conn, person, on)
    name = OF_INSURANCE[spell.insurance]
    _, scheme = scheme_on(office.conn, spell.area, name, on)
    wanted = {total: format_fen(fen) for total, fen in _sums(scheme, case, benefit_year(scheme, on)).items()}
    if case.get("admissions"):
        wanted["admissions"] = str(case["admissions"])
    if not wanted:
        return []
    text = ",".join(f"{total}={amount}" for total, amount in wanted.items())
    pair = (_clerks()[spell.area], REVIEWER)
    done = office.two(pair, "totals.open", person=person, scheme=name, on=on.isoformat(), totals=text,
                      evidence=settings()["totals"]["evidence"])  # fmt: skip
    found: list[dict[str, Any]] = done["changes"]
    return found


def _sums(scheme: Scheme, case: Mapping[str, Any], year: int) -> dict[str, int]:
    """Fen by total, worked out from the caps of the law: so much below one, or so many hundredths of it."""
    found = {}
    for total, slots in yearly_slots(scheme).items():
        limit = highest(scheme, slots[0], year)
        if limit is not None and total in case.get("below", {}):
            found[total] = limit - parse_fen(case["below"][total])
        elif limit is not None and total in case.get("percent", {}):
            found[total] = limit * int(case["percent"][total]) // 100
    return found


def with_totals(conn: psycopg.Connection, people: list[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """The people shown, those near a cap among them, each with the totals of the year of a day."""
    shown = people + _near(conn, on)
    for p in shown:
        found = read_totals(conn, int(p["psn_no"]), on=on).totals
        p["totals"] = {t.name: as_text(t.name, t.amount) for t in found if t.year == on.year}
    return shown


def _near(conn: psycopg.Connection, on: date) -> list[dict[str, Any]]:
    """Whom so little of a cap is left as the demo's cases say."""
    found = []
    for name, case in settings()["totals"]["near"].items():
        for total, below in case["below"].items():
            _, scheme = scheme_on(conn, settings()["totals"]["county"], "employee", on)
            year = benefit_year(scheme, on)
            limit = highest(scheme, yearly_slots(scheme)[total][0], year)
            assert limit is not None
            asked = {"on": on, "year": year, "total": total, "area": scheme.area, "limit": limit,
                     "low": limit - parse_fen(below)}  # fmt: skip
            rows = conn.execute(NEAR_NOW, asked).fetchall()
            found += [one_shown(name, *row) for row in rows]
    return found
