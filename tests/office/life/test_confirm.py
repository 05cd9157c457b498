"""J08: enrol first, separate later: a unit that cannot pay, confirmed by two people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.office.life.conftest import Desk, Registry, refused
from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import run
from tongchou.office.registry.life.confirm import covered_since

JINAN = "370100"
DAY = "2007-07-01"


@pytest.fixture
def unit(registry: Registry) -> tuple[int, list[int]]:
    """A unit of Jinan, where the law knows this, with three retirees and somebody still active."""
    employer = registry.employer(JINAN, "hardship")
    people = [registry.person(JINAN) for _ in range(3)]
    for person in people:
        registry.spell(person, "[2000-01-01,)", employer, "pension_employee", "retired", area=JINAN)
    active = registry.person(JINAN)
    registry.spell(active, "[2000-01-01,)", employer, "pension_employee", area=JINAN)
    return employer, people


def confirming(unit: tuple[int, list[int]], **more: Any) -> dict[str, Any]:
    return {"employer": unit[0], "liability": "300000.00", "on": DAY, "evidence": "劳动保障局确认函"} | more


def test_J08_retirees_are_in_from_the_confirmed_day(
    registry: Registry, nation: Desk, unit: tuple[int, list[int]]
) -> None:
    answer = nation.both("unit.confirm_unable", **confirming(unit))
    assert [e["person"] for e in answer["enrolled"]] == unit[1]
    for person in unit[1]:
        assert registry.picture(person)[0][:6] == (
            "medical_employee",
            "employer",
            "retired",
            unit[0],
            JINAN,
            "[2007-07-01,)",
        )
    assert covered_since(registry.conn, unit[0], date(2007, 7, 1)) == date(2007, 7, 1)
    assert covered_since(registry.conn, unit[0], date(2030, 1, 1)) == date(2007, 7, 1)
    assert covered_since(registry.conn, unit[0], date(2007, 6, 30)) is None
    kept = registry.conn.execute("SELECT detail, command IS NOT NULL FROM office.filing").fetchone()
    assert kept == ({"liability": "300000.00", "evidence": "劳动保障局确认函"}, True)


def test_J08_who_is_in_already_is_left_where_he_is(
    registry: Registry, nation: Desk, unit: tuple[int, list[int]]
) -> None:
    first = unit[1][0]
    spell = registry.spell(first, "[2007-01-01,2008-01-01)", None, "medical_resident", "resident", area=JINAN)
    answer = nation.both("unit.confirm_unable", **confirming(unit))
    assert [e["person"] for e in answer["enrolled"]] == unit[1][1:]
    assert [(e["person"], e["enrolment"]) for e in answer["in_already"]] == [(first, spell)]


def test_J08_only_those_listed_and_only_retirees_of_the_unit(
    registry: Registry, nation: Desk, unit: tuple[int, list[int]]
) -> None:
    with refused("not_a_retiree_of_unit"):
        nation.do("unit.confirm_unable", **confirming(unit, retirees=str(unit[1][-1] + 1)))
    with refused("list_invalid"):
        nation.do("unit.confirm_unable", **confirming(unit, retirees="张三"))
    listed = f"{unit[1][0]}，{unit[1][2]}\n"
    answer = nation.both("unit.confirm_unable", **confirming(unit, retirees=listed))
    assert [e["person"] for e in answer["enrolled"]] == [unit[1][0], unit[1][2]]


def test_J08_revoked_the_cover_ends_and_what_was_stays(
    registry: Registry, nation: Desk, unit: tuple[int, list[int]]
) -> None:
    made = nation.both("unit.confirm_unable", **confirming(unit))["confirmation"]
    answer = nation.both("unit.revoke_confirmation", filing=made, on="2009-01-01", reason="单位恢复缴费")
    assert len(answer["ended"]) == 3
    assert {registry.picture(p)[0][5] for p in unit[1]} == {"[2007-07-01,2009-01-01)"}
    assert covered_since(registry.conn, unit[0], date(2008, 12, 31)) == date(2007, 7, 1)
    assert covered_since(registry.conn, unit[0], date(2009, 1, 1)) is None
    nation.both("unit.revoke_confirmation", filing=answer["kept"], on="2008-01-01", reason="更正")
    assert {registry.picture(p)[0][5] for p in unit[1]} == {"[2007-07-01,2008-01-01)"}
    last = registry.one("SELECT id FROM office.filing WHERE recorded_to = 'infinity'")
    assert nation.both("unit.revoke_confirmation", filing=last, on=DAY, reason="误确认")["kept"] is None
    assert {len(registry.picture(p)) for p in unit[1]} == {1}, "only the pension is left"
    with refused("filing_ended"):
        nation.do("unit.revoke_confirmation", filing=made, on=DAY, reason="误确认")


def test_J08_not_twice_on_one_day(registry: Registry, nation: Desk, unit: tuple[int, list[int]]) -> None:
    nation.both("unit.confirm_unable", **confirming(unit))
    with refused("filing_overlaps"):
        nation.do("unit.confirm_unable", **confirming(unit, on="2008-01-01"))


def test_J08_where_the_law_does_not_know_it(registry: Registry, desk: Desk, nation: Desk, unit: Any) -> None:
    with refused("confirmation_not_in_law", "532300"):
        desk.do("unit.confirm_unable", **confirming((registry.employer(), [])))
    with refused("confirmation_not_in_law", "2006-12-31"):
        nation.do("unit.confirm_unable", **confirming(unit, on="2006-12-31"))
    with refused("day_in_future"):
        nation.do("unit.confirm_unable", **confirming(unit, on="2999-01-01"))
    with refused("employer_unknown"):
        nation.do("unit.confirm_unable", **confirming((10**9, [])))
    with refused("filing_unknown"):
        nation.do("unit.revoke_confirmation", filing=10**9, on=DAY, reason="误")


def test_J08_the_dead_are_not_enrolled(registry: Registry, nation: Desk, unit: tuple[int, list[int]]) -> None:
    nation.do("person.report_death", person=unit[1][0], on="2006-01-01", evidence="证明")
    answer = nation.both("unit.confirm_unable", **confirming(unit))
    assert [e["person"] for e in answer["enrolled"]] == unit[1][1:]


def test_J08_rights(registry: Registry, nation: Desk, unit: tuple[int, list[int]]) -> None:
    for name, given in (
        ("unit.confirm_unable", confirming(unit)),
        ("unit.revoke_confirmation", None),
    ):
        given = given or {
            "filing": nation.both("unit.confirm_unable", **confirming(unit))["confirmation"],
            "on": "2009-01-01",
            "reason": "误",
        }
        for who, code in (("clerk", "area_outside"), ("auditor", "not_allowed"), ("root", "not_allowed")):
            with refused(code):
                run(registry.conn, actor(registry.conn, who), name, given)
        with refused("self_approval"):
            Desk(registry.conn, "all_clerk", "all_clerk").both(name, **given)
        with refused("area_outside"):  # a reviewer of another area
            Desk(registry.conn, "all_clerk", "reviewer").both(name, **given)
        with refused("not_allowed"):
            Desk(registry.conn, "all_clerk", "auditor").both(name, **given)
