"""J08, P01, P04: who is covered on a day, counted two ways."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY, PREFECTURE, Staff
from tests.office.life.conftest import Desk, Registry, refused
from tongchou.office.registry.life.coverage import Count, coverage, uncovered

DAY = date(2024, 6, 1)


@pytest.fixture
def people(registry: Registry) -> dict[str, int]:
    unit = registry.employer()
    made = {name: registry.person() for name in ("worker", "retiree", "resident", "lapsed", "nobody", "pensioner")}
    made |= {"stranger": registry.person(OTHER_COUNTY), "unborn": registry.person(born="2024-06-02")}
    registry.spell(made["worker"], "[2020-01-01,)", unit)
    registry.spell(made["worker"], "[2020-01-01,)", unit, "large_expense")
    registry.spell(made["retiree"], "[2020-01-01,)", unit, status="retired")
    registry.spell(made["resident"], "[2024-06-01,2024-06-02)", None, "medical_resident", "resident")
    registry.spell(made["lapsed"], "[2020-01-01,2024-06-01)", unit)
    registry.spell(made["pensioner"], "[2020-01-01,)", unit, "pension_employee", "retired")
    registry.spell(made["stranger"], "[2020-01-01,)", way="flexible", area=OTHER_COUNTY)
    return made


def test_J08_P04_counts_by_insurance_way_status_and_area(
    registry: Registry, who: Staff, people: dict[str, int]
) -> None:
    found = coverage(registry.conn, who.clerk, DAY)
    assert found.counts == (
        Count(COUNTY, "large_expense", "employer", "active", 1),
        Count(COUNTY, "medical_employee", "employer", "active", 1),
        Count(COUNTY, "medical_employee", "employer", "retired", 1),
        Count(COUNTY, "medical_resident", "resident", "resident", 1),
        Count(COUNTY, "pension_employee", "employer", "retired", 1),
    )
    assert found.people(insurance="medical_employee") == 2
    assert (found.registered, found.uncovered) == (6, 3)
    rows = registry.conn.execute("SELECT insurance, in_force, area FROM office.enrolment").fetchall()
    again = Counter(insurance for insurance, days, area in rows if area == COUNTY and DAY in days)
    assert {i: found.people(insurance=i) for i in again} == again


def test_P01_P04_who_is_in_no_medical_insurance(
    registry: Registry, who: Staff, desk: Desk, people: dict[str, int]
) -> None:
    names = [people[n] for n in ("lapsed", "nobody", "pensioner")]
    assert [u.person for u in uncovered(registry.conn, who.clerk, DAY)] == names
    first = uncovered(registry.conn, who.clerk, DAY, limit=1)
    assert [u.person for u in uncovered(registry.conn, who.clerk, DAY, after=first[0].person)] == names[1:]
    assert first[0].name == "张*"
    assert "*" in first[0].number
    known = registry.one("SELECT clock_timestamp()")
    desk.do("person.report_death", person=people["nobody"], on="2024-05-31", evidence="证明")
    assert [u.person for u in uncovered(registry.conn, who.clerk, DAY)] == [names[0], names[2]]
    assert [u.person for u in uncovered(registry.conn, who.clerk, DAY, known=known)] == names, "as known before"
    assert coverage(registry.conn, who.clerk, DAY).registered == 5
    assert coverage(registry.conn, who.clerk, DAY, known=known).registered == 6


def test_J08_everybody_sees_his_areas(registry: Registry, who: Staff, people: dict[str, int]) -> None:
    assert {c.area for c in coverage(registry.conn, who.stranger, DAY).counts} == {OTHER_COUNTY}
    assert {c.area for c in coverage(registry.conn, who.auditor, DAY).counts} == {COUNTY, OTHER_COUNTY}
    assert {c.area for c in coverage(registry.conn, who.auditor, DAY, PREFECTURE).counts} == {COUNTY}
    assert coverage(registry.conn, who.accountant, DAY).areas == (PREFECTURE,)
    with refused("area_outside"):
        coverage(registry.conn, who.stranger, DAY, COUNTY)
    with refused("not_allowed"):
        uncovered(registry.conn, who.root, DAY)
    with refused("area_unknown"):
        coverage(registry.conn, who.auditor, DAY, "999999")
