"""Employers: codes checked, standing with dates by two people, found and counted."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from tests.office.conftest import NATION, OTHER_COUNTY, granted
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.employers import card, counts_by_standing, find_employers

from .conftest import COUNTY, Office, code

ADD = {"area": COUNTY, "name": "楚雄机械厂"}


def test_GB32100_a_credit_code_is_checked(desk: Office) -> None:
    desk.run("employer.add", **ADD, code="91350100m000100y43")
    assert desk.refused("employer_exists", "employer.add", **ADD, code="91350100M000100Y43").field == "code"
    desk.refused("code_check_sign", "employer.add", **ADD, code="91350100M000100Y34")
    for wrong in ("91350100M000100Y4", "91350100I000100Y43", "9135010OM000100Y43"):
        desk.refused("code_invalid", "employer.add", **ADD, code=wrong)


def test_a_correction_of_an_employer_keeps_what_was_known(desk: Office) -> None:
    unit, other = desk.unit(), desk.unit("禄丰水泥厂")
    desk.run("employer.correct", employer=unit, name="楚雄重型机械厂", origin="restructured", evidence="营业执照")
    desk.refused("nothing_to_correct", "employer.correct", employer=unit, name="楚雄重型机械厂", evidence="同上")
    desk.refused("employer_exists", "employer.correct", employer=unit, code=code(2), evidence="换证")
    desk.refused("employer_unknown", "employer.correct", employer=99, name="无", evidence="无")
    shown = card(desk.conn, desk.who("auditor"), unit)
    assert [v.name for v in shown.versions] == ["楚雄重型机械厂", "楚雄机械厂"]
    assert (shown.versions[1].ended_because, shown.origin, other) == ("营业执照", "restructured", 2)


def test_a_unit_is_moved_by_who_may_write_in_both_areas(desk: Office) -> None:
    unit = desk.unit()
    desk.refused("area_outside", "employer.correct", employer=unit, area=OTHER_COUNTY, evidence="迁址")
    granted(desk.conn, "clerk2", "county_clerk", OTHER_COUNTY)
    moved = desk.run("employer.correct", "clerk2", employer=unit, area=OTHER_COUNTY, evidence="迁址")
    assert moved["area"] == OTHER_COUNTY


@pytest.mark.parametrize("by", ["stranger", "auditor", "reviewer", "root", "accountant"])
def test_only_a_clerk_of_the_area_writes_employers(desk: Office, by: str) -> None:
    unit = desk.unit()
    denied = "area_outside" if by == "stranger" else "not_allowed"
    desk.refused(denied, "employer.add", by, **ADD, code=code(9))
    desk.refused(denied, "employer.correct", by, employer=unit, name="换名", evidence="无")
    given = {"employer": unit, "standing": "closed", "since": "2020-01-01", "evidence": "工商注销"}
    desk.refused(denied, "employer.set_standing", by, **given)


def test_J03_a_standing_takes_two_people(desk: Office) -> None:
    unit = desk.unit()
    given = {"employer": unit, "standing": "bankrupt", "since": "2005-03-01", "evidence": "法院裁定"}
    asked = desk.run("employer.set_standing", **given)
    assert desk.conn.execute("SELECT count(*) FROM office.standing").fetchone() == (0,)
    from tongchou.office.frame.operation import decide

    for wrong in ("clerk", "clerk2", "auditor", "stranger"):
        with pytest.raises(OfficeRefused) as e:
            decide(desk.conn, desk.who(wrong), asked["command"], "approved")
        assert e.value.code in ("self_approval", "not_allowed", "area_outside")
    decide(desk.conn, desk.who("reviewer"), asked["command"], "approved")
    row = desk.conn.execute("SELECT standing, recorded_by, evidence FROM office.standing").fetchone()
    assert row == ("bankrupt", "clerk", "法院裁定")


def test_J03_standings_are_dated_and_the_older_gives_way(desk: Office) -> None:
    unit = desk.unit()
    desk.standing(unit, "hardship", "2003-01-01")
    desk.standing(unit, "bankrupt", "2005-03-01")
    answer = desk.approved(
        "employer.set_standing",
        employer=unit, standing="unmanaged", since="2004-01-01", last_day="2004-06-30", evidence="主管部门撤销",
    )  # fmt: skip
    assert [(s["standing"], s["since"], s["last_day"]) for s in answer["standings"]] == [
        ("hardship", "2003-01-01", "2003-12-31"),
        ("unmanaged", "2004-01-01", "2004-06-30"),
        ("hardship", "2004-07-01", "2005-02-28"),
        ("bankrupt", "2005-03-01", None),
    ]
    assert desk.conn.execute("SELECT count(*) FROM office.standing WHERE recorded_to < 'infinity'").fetchone() == (2,)
    given = {"employer": unit, "standing": "closed", "since": "2005-01-01", "evidence": "工商注销"}
    desk.refused("days_reversed", "employer.set_standing", **given, last_day="2004-12-31")
    desk.refused("argument_invalid", "employer.set_standing", **given, liability="-1")


def test_J03_raw_sql_cannot_give_a_unit_two_standings_or_take_one_away(desk: Office) -> None:
    unit = desk.unit()
    desk.standing(unit, "hardship", "2003-01-01")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        desk.conn.execute(
            "INSERT INTO office.standing (employer, standing, in_force, evidence, recorded_by) "
            "VALUES (%s, 'closed', '[2010-01-01,)', 'x', 'x')",
            [unit],
        )
    for statement in ("UPDATE office.standing SET standing = 'normal'", "DELETE FROM office.standing"):
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement)
        assert e.value.sqlstate == "TO001"


def test_J03_counts_by_standing_on_a_day(desk: Office) -> None:
    """A small county as the speech counts Jinan: units and people of each standing, active apart from retired."""
    normal, bankrupt, empty = desk.unit("甲厂"), desk.unit("乙厂"), desk.unit("丙厂")
    for unit, status, people in ((normal, "active", 3), (bankrupt, "active", 2), (bankrupt, "retired", 4)):
        for _ in range(people):
            person = desk.person()
            desk.begin(person, "pension_employee", "2000-01-01", way="employer", employer=unit, status=status)
            desk.begin(person, "medical_employee", "2000-01-01", way="employer", employer=unit, status=status)
    desk.standing(bankrupt, "bankrupt", "2005-03-01")
    desk.standing(empty, "closed", "2005-03-01")
    auditor = desk.who("auditor")
    assert counts_by_standing(desk.conn, auditor, "532300", date(2005, 3, 1)) == [
        ("normal", 1, 3, 0), ("bankrupt", 1, 2, 4), ("closed", 1, 0, 0),
    ]  # fmt: skip
    assert counts_by_standing(desk.conn, auditor, COUNTY, date(2005, 2, 28)) == [("normal", 3, 5, 4)]
    assert counts_by_standing(desk.conn, auditor, OTHER_COUNTY, date(2005, 3, 1)) == []
    with pytest.raises(OfficeRefused) as e:
        counts_by_standing(desk.conn, desk.who("stranger"), COUNTY, date(2005, 3, 1))
    assert e.value.code == "area_outside"


def test_employers_are_found_by_name_code_standing_and_area(desk: Office) -> None:
    a, b = desk.unit("楚雄机械厂"), desk.unit("楚雄水泥厂")
    elsewhere = desk.unit("五华机械厂", area=OTHER_COUNTY, by="stranger")
    desk.standing(b, "hardship", "2003-01-01")

    def found(by: str = "auditor", **given: object) -> list[int]:
        return [r.id for r in find_employers(desk.conn, desk.who(by), **given)]  # type: ignore[arg-type]

    assert found(text="机械") == [a, elsewhere]
    assert found(by="clerk", text="机械") == [a]
    assert found(text=code(2).lower()) == [b]
    assert found(standing="hardship") == [b]
    assert found(standing="normal", area="532300") == [a]
    assert found(area=NATION, limit=2) == [a, b]
    assert found(area=NATION, after=b) == [elsewhere]
    assert found(text="机械水泥") == []
    with pytest.raises(OfficeRefused) as e:
        found(text="厂")
    assert e.value.code == "text_too_short"
    with pytest.raises(OfficeRefused) as e:
        found(by="root")
    assert e.value.code == "not_allowed"


def test_the_card_of_a_unit_shows_whom_it_enrols(desk: Office) -> None:
    unit = desk.unit()
    for _ in range(2):
        desk.begin(desk.person(), "injury", "2020-01-01", way="employer", employer=unit)
    shown = card(desk.conn, desk.who("clerk"), unit)
    assert [(e.insurance, e.status, e.people) for e in shown.enrolled] == [("injury", "active", 2)]
    assert shown.standing == "normal"
    with pytest.raises(OfficeRefused) as e:
        card(desk.conn, desk.who("stranger"), unit)
    assert e.value.code == "area_outside"
