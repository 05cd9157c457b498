"""Enrolment by type of insurance: begun, ended, corrected, turned to retired, and what none may be."""

from __future__ import annotations

from datetime import date, datetime

import psycopg
import pytest

from tests.office.conftest import OTHER_COUNTY
from tongchou.office.registry.enrolment import at

from .conftest import COUNTY, JINAN_COUNTY, Office


def test_J06_basic_medical_insurance_alone_where_the_other_four_are_not_paid(desk: Office) -> None:
    """Jinan 2006: a hardship employer joins basic medical insurance first; no other type is asked for or begun."""
    unit = desk.unit("济南困难厂", area=JINAN_COUNTY, by="jinan")
    desk.standing(unit, "hardship", "2005-01-01", "jinan", "jinan2")
    person = desk.person(area=JINAN_COUNTY, by="jinan")
    desk.begin(person, "medical_employee", "2006-07-01", "jinan", JINAN_COUNTY, "employer", employer=unit)
    assert [row[0] for row in desk.live(person)] == ["medical_employee"]


@pytest.mark.parametrize("insurance", ["pension_employee", "unemployment", "injury", "maternity"])
def test_J06_each_type_begins_and_ends_by_itself(desk: Office, insurance: str) -> None:
    person = desk.person()
    spell = desk.begin(person, insurance, "2020-01-01", way="employer", employer=desk.unit())
    assert [row[0] for row in desk.live(person)] == [insurance]
    desk.begin(person, "medical_employee", "2021-01-01")
    desk.run("enrolment.end", enrolment=spell["enrolment"], last_day="2022-12-31", reason="离职")
    assert {row[0]: row[4] for row in desk.live(person)} == {
        insurance: "2023-01-01",
        "medical_employee": None,
        "large_expense": None,
    }


def test_P18_injury_and_unemployment_alone_through_an_agency_at_the_home_place(desk: Office) -> None:
    """A worker lives in Chuxiong and works elsewhere: the agency at home enrols him in two types, nothing bundled."""
    agency, person = desk.unit("楚雄劳务派遣公司", "agency"), desk.person()
    for insurance in ("injury", "unemployment"):
        desk.begin(person, insurance, "2018-01-01", way="agency", employer=agency)
    assert [row[:2] for row in desk.live(person)] == [("injury", "agency"), ("unemployment", "agency")]
    # Beside them he is insured as a resident where he lives: another line.
    desk.begin(person, "medical_resident", "2018-01-01", way="resident", status="resident")
    assert len(desk.live(person)) == 3


def test_L04_large_expense_comes_with_basic_insurance_where_the_law_says_so(desk: Office) -> None:
    """Chuxiong, cx2022 第五条: in force from 2023-01-01, so a spell that began before has the supplement from then."""
    person = desk.person()
    answer = desk.begin(person, "medical_employee", "2021-05-01")
    assert [(w["insurance"], w["begins"], w["last_day"]) for w in answer["with"]] == [
        ("large_expense", "2023-01-01", None)
    ]
    assert answer["law"] == ["cx2022 第五条"]
    assert [(row[0], row[3]) for row in desk.live(person)] == [
        ("large_expense", "2023-01-01"),
        ("medical_employee", "2021-05-01"),
    ]


def test_L04_both_end_together_and_neither_is_left_alone(desk: Office) -> None:
    person = desk.person()
    basic = desk.begin(person, "medical_employee", "2024-01-01")
    large = basic["with"][0]["enrolment"]
    said = desk.refused(
        "large_expense_missing", "enrolment.end", enrolment=large, last_day="2024-06-30", reason="不想缴"
    )
    assert "cx2022 第五条" in said.zh
    desk.run("enrolment.end", enrolment=basic["enrolment"], last_day="2024-06-30", reason="离职")
    assert {row[4] for row in desk.live(person)} == {"2024-07-01"}
    given = {"area": COUNTY, "person": person, "way": "flexible", "status": "active", "begins": "2025-01-01"}
    desk.refused("large_expense_alone", "enrolment.begin", **given, insurance="large_expense")


def test_L04_where_the_law_has_no_such_scheme_basic_insurance_stands_alone(desk: Office) -> None:
    person = desk.person(area=JINAN_COUNTY, by="jinan")
    answer = desk.begin(person, "medical_employee", "2006-01-01", "jinan", JINAN_COUNTY)
    assert "with" not in answer


def test_L04_a_move_between_units_takes_the_supplement_along(desk: Office) -> None:
    person, old, new = desk.person(), desk.unit("旧单位"), desk.unit("新单位")
    first = desk.begin(person, "medical_employee", "2023-01-01", way="employer", employer=old)
    desk.run("enrolment.end", enrolment=first["enrolment"], last_day="2024-03-31", reason="调动")
    desk.begin(person, "medical_employee", "2024-04-01", way="employer", employer=new)
    rows = desk.conn.execute(
        "SELECT insurance, employer, lower(in_force)::text, upper(in_force)::text FROM office.enrolment "
        "WHERE recorded_to = 'infinity' ORDER BY 1, 3"
    ).fetchall()
    assert rows == [
        (insurance, unit, since, until)
        for insurance in ("large_expense", "medical_employee")
        for unit, since, until in ((old, "2023-01-01", "2024-04-01"), (new, "2024-04-01", None))
    ]


def test_L04_retiring_turns_both(desk: Office) -> None:
    person = desk.person()
    spell = desk.begin(person, "medical_employee", "2023-01-01")["enrolment"]
    desk.refused("outside_spell", "enrolment.retire", enrolment=spell, on="2022-12-31", evidence="退休审批表")
    answer = desk.run("enrolment.retire", enrolment=spell, on="2025-03-01", evidence="退休审批表")
    assert [row[2:4] for row in desk.live(person)] == [
        ("active", "2023-01-01"), ("retired", "2025-03-01"), ("active", "2023-01-01"), ("retired", "2025-03-01"),
    ]  # fmt: skip
    desk.refused(
        "not_active", "enrolment.retire", enrolment=answer["enrolment"], on="2025-04-01", evidence="退休审批表"
    )
    desk.refused("enrolment_replaced", "enrolment.retire", enrolment=spell, on="2025-04-01", evidence="退休审批表")


def test_L04_a_correction_corrects_both_and_void_voids_both(desk: Office) -> None:
    person = desk.person()
    spell = desk.begin(person, "medical_employee", "2024-01-01")["enrolment"]
    answer = desk.run("enrolment.correct", enrolment=spell, begins="2023-06-01", evidence="补录")
    assert {row[3] for row in desk.live(person)} == {"2023-06-01"}
    desk.run("enrolment.correct", enrolment=answer["enrolment"], void=True, evidence="录错人")
    assert desk.live(person) == []


def test_J12_retirees_of_an_extinct_unit_enrol_one_by_one_under_a_custodial_unit(desk: Office) -> None:
    gone, custodian, person = desk.unit("破产厂"), desk.unit("托管中心", "custodial"), desk.person()
    old = desk.begin(person, "pension_employee", "1990-01-01", way="employer", employer=gone)
    desk.run("enrolment.end", enrolment=old["enrolment"], last_day="2005-02-28", reason="破产")
    given = {"person": person, "begins": "2007-07-01", "way": "custodial", "employer": custodian}
    wanted = {"area": COUNTY, "insurance": "medical_employee", "status": "retired", **given}
    said = desk.refused("extinction_unproved", "enrolment.begin", **wanted)
    assert said.field == "source"
    desk.standing(gone, "bankrupt", "2005-03-01")
    answer = desk.run("enrolment.begin", **wanted)
    assert (answer["way"], answer["employer"], answer["status"]) == ("custodial", custodian, "retired")


def test_J12_without_a_registered_unit_the_evidence_is_named(desk: Office) -> None:
    custodian, person = desk.unit("托管中心", "custodial"), desk.person()
    wanted = {"area": COUNTY, "person": person, "insurance": "medical_employee", "way": "custodial"} | {
        "begins": "2007-07-01", "employer": custodian, "status": "retired",
    }  # fmt: skip
    desk.refused("extinction_unproved", "enrolment.begin", **wanted)
    desk.run("enrolment.begin", **wanted, source="1998年注销，工商档案第12号")
    desk.refused("custodial_retired_only", "enrolment.begin", **(wanted | {"status": "active"}), source="x")


def test_J12_a_unit_with_active_people_keeps_its_retirees(desk: Office) -> None:
    unit, custodian, person, colleague = desk.unit(), desk.unit("托管中心", "custodial"), desk.person(), desk.person()
    desk.begin(colleague, "injury", "2000-01-01", way="employer", employer=unit)
    old = desk.begin(person, "pension_employee", "1990-01-01", way="employer", employer=unit)
    desk.run("enrolment.end", enrolment=old["enrolment"], last_day="2005-02-28", reason="退休")
    desk.refused(
        "former_employer_stands", "enrolment.begin", area=COUNTY, person=person, insurance="medical_employee",
        way="custodial", employer=custodian, status="retired", begins="2007-07-01", source="称已不存在",
    )  # fmt: skip


@pytest.mark.parametrize(("standing", "takes"), [("bankrupt", False), ("closed", False), ("hardship", True)])
def test_a_closed_or_bankrupt_unit_takes_on_nobody(desk: Office, standing: str, takes: bool) -> None:
    unit, person, retiree = desk.unit(), desk.person(), desk.person()
    desk.standing(unit, standing, "2020-01-01")
    desk.begin(person, "injury", "2019-12-31", way="employer", employer=unit)
    given = {"area": COUNTY, "person": person, "insurance": "unemployment", "way": "employer", "employer": unit}
    given |= {"status": "active", "begins": "2020-01-01"}
    if takes:
        desk.run("enrolment.begin", **given)
    else:
        desk.refused("employer_takes_none", "enrolment.begin", **given)
    desk.begin(retiree, "medical_employee", "2020-01-01", way="employer", employer=unit, status="retired")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"way": "resident"}, "resident_mixed"),
        ({"insurance": "medical_resident"}, "resident_mixed"),
        ({"way": "employer"}, "employer_missing"),
        ({"way": "flexible", "employer": 1}, "employer_unwanted"),
        ({"way": "agency", "employer": 1}, "unit_kind_differs"),
        ({"way": "employer", "employer": 99}, "employer_unknown"),
        ({"begins": "1970-03-04"}, "before_birth"),
        ({"begins": "2020-01-02", "last_day": "2020-01-01"}, "days_reversed"),
        ({"last_day": "9999-12-31"}, "argument_invalid"),
        ({"person": 99}, "person_unknown"),
    ],
)
def test_what_no_spell_may_be(desk: Office, given: dict[str, object], code: str) -> None:
    desk.unit()
    usual = {"area": COUNTY, "person": desk.person(), "insurance": "injury", "way": "flexible", "status": "active"}
    desk.refused(code, "enrolment.begin", **(usual | {"begins": "2020-01-01"} | given))


def test_nobody_is_enrolled_past_his_death(desk: Office) -> None:
    person = desk.person()
    desk.conn.execute(
        "INSERT INTO office.life_event (person, event, happened_on, evidence, recorded_by) "
        "VALUES (%s, 'death', '2024-05-05', '死亡证明', 'clerk')",
        [person],
    )
    given = {"area": COUNTY, "person": person, "insurance": "injury", "way": "flexible", "status": "active"}
    desk.refused("after_life_event", "enrolment.begin", **given, begins="2024-01-01")
    desk.refused("after_life_event", "enrolment.begin", **given, begins="2024-01-01", last_day="2024-05-06")
    desk.run("enrolment.begin", **given, begins="2024-01-01", last_day="2024-05-05")


def test_overlaps_are_refused_by_the_operation_and_by_the_table(desk: Office) -> None:
    person = desk.person()
    first = desk.begin(person, "medical_employee", "2024-01-01")
    given = {"area": COUNTY, "person": person, "insurance": "medical_resident", "way": "resident"}
    said = desk.refused("spells_overlap", "enrolment.begin", **given, status="resident", begins="2025-01-01")
    assert str(first["enrolment"]) in said.zh
    given = {"area": COUNTY, "person": person, "insurance": "medical_employee", "way": "flexible", "status": "active"}
    desk.refused("enrolled_already", "enrolment.begin", **given, begins="2024-01-01")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        desk.conn.execute(
            "INSERT INTO office.enrolment (person, insurance, way, status, area, in_force, recorded_by) "
            "VALUES (%s, 'medical_resident', 'resident', 'resident', %s, '[2030-01-01,)', 'x')",
            [person, COUNTY],
        )


def test_raw_sql_can_neither_change_nor_remove_a_spell(desk: Office) -> None:
    desk.begin(desk.person(), "injury", "2024-01-01")
    for statement in (
        "UPDATE office.enrolment SET in_force = '[2020-01-01,)'",
        "UPDATE office.enrolment SET recorded_to = now()",
        "UPDATE office.enrolment SET recorded_to = '1990-01-01', ended_by = 'x', ended_because = 'x'",
        "UPDATE office.enrolment SET recorded_to = recorded_from, ended_by = 'x', ended_because = 'x'",
        "UPDATE office.enrolment SET recorded_to = now() + interval '1 day', ended_by = 'x', ended_because = 'x'",
        "DELETE FROM office.enrolment",
        "TRUNCATE office.enrolment CASCADE",
    ):
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement)
        assert e.value.sqlstate == "TO001"


@pytest.mark.parametrize("kept", [("recorded_from", "'2011-01-01'"), ("recorded_to", "now() + interval '1 day'")])
def test_raw_sql_invents_no_knowledge_of_the_past(desk: Office, kept: tuple[str, str]) -> None:
    person = desk.person()
    desk.standing(desk.unit(), "hardship", "2020-01-01")
    spell = (
        "INSERT INTO office.enrolment (person, insurance, way, status, area, in_force, recorded_by, {}) "
        "SELECT person, 'injury', 'flexible', 'active', area, '[2010-01-01,)', 'x', {} FROM office.person_version"
    )
    version = (
        "INSERT INTO office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, "
        "recorded_by, {}) SELECT person + 1, area, name, sex, born, number_kind, sealed, sha256(digest), masked, 'x', "
        "{} FROM office.person_version"
    )
    standing = (
        "INSERT INTO office.standing (employer, standing, in_force, evidence, recorded_by, {}) "
        "SELECT employer, 'closed', '[2010-01-01,2011-01-01)', 'x', 'x', {} FROM office.standing"
    )
    desk.conn.execute("INSERT INTO office.person VALUES (%s)", [person + 1])
    for statement in (spell, version, standing):
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement.format(*kept))
        assert e.value.sqlstate == "TO001"
        desk.conn.execute(statement.format("recorded_from", "clock_timestamp()"))


def test_what_is_known_late_leaves_what_was_known_before(desk: Office) -> None:
    """A dismissal of 2024-03-31 is reported in June: in May the office held him to be insured."""
    person = desk.person()
    spell = desk.begin(person, "injury", "2024-01-01")["enrolment"]
    moment = _now(desk)
    desk.run("enrolment.end", enrolment=spell, last_day="2024-03-31", reason="迟报离职")
    later = _now(desk)
    assert at(desk.conn, person, date(2024, 5, 1)) == []
    assert [s.id for s in at(desk.conn, person, date(2024, 5, 1), moment)] == [spell]
    assert at(desk.conn, person, date(2024, 5, 1), later) == []
    assert len(at(desk.conn, person, date(2024, 3, 31), later)) == 1


def _now(desk: Office) -> datetime:
    row = desk.conn.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def test_an_end_is_an_end_and_a_correction_a_correction(desk: Office) -> None:
    person, unit = desk.person(), desk.unit()
    spell = desk.begin(person, "injury", "2024-01-01")["enrolment"]
    desk.refused("days_reversed", "enrolment.end", enrolment=spell, last_day="2023-12-31", reason="离职")
    ended = desk.run("enrolment.end", enrolment=spell, last_day="2024-06-30", reason="离职")["enrolment"]
    desk.refused("ends_already", "enrolment.end", enrolment=ended, last_day="2024-06-30", reason="离职")
    desk.refused("ends_already", "enrolment.end", enrolment=ended, last_day="2024-12-31", reason="离职")
    said = desk.refused("enrolment_replaced", "enrolment.end", enrolment=spell, last_day="2024-05-31", reason="离职")
    assert str(ended) in said.zh
    desk.refused("enrolment_unknown", "enrolment.end", enrolment=999, last_day="2024-05-31", reason="离职")
    longer = desk.run("enrolment.correct", enrolment=ended, open_end=True, evidence="误报")["enrolment"]
    desk.refused("nothing_to_correct", "enrolment.correct", enrolment=longer, begins="2024-01-01", evidence="无")
    desk.run("enrolment.correct", enrolment=longer, way="employer", employer=unit, evidence="合同")
    assert desk.live(person) == [("injury", "employer", "active", "2024-01-01", None)]


def test_a_spell_rightly_begun_is_corrected_although_its_unit_is_gone_since(desk: Office) -> None:
    unit, person = desk.unit(), desk.person()
    spell = desk.begin(person, "injury", "2020-02-01", way="employer", employer=unit)["enrolment"]
    desk.standing(unit, "bankrupt", "2020-01-01")
    ended = desk.run("enrolment.correct", enrolment=spell, last_day="2020-12-31", evidence="清算")["enrolment"]
    desk.refused("employer_takes_none", "enrolment.correct", enrolment=ended, begins="2020-03-01", evidence="改期")


@pytest.mark.parametrize("by", ["stranger", "auditor", "reviewer", "root", "accountant"])
def test_only_a_clerk_of_the_area_enrols(desk: Office, by: str) -> None:
    person = desk.person()
    spell = desk.begin(person, "injury", "2024-01-01")["enrolment"]
    denied = "area_outside" if by == "stranger" else "not_allowed"
    given = {"area": COUNTY, "person": person, "insurance": "maternity", "way": "flexible", "status": "active"}
    desk.refused(denied, "enrolment.begin", by, **given, begins="2024-01-01")
    desk.refused(denied, "enrolment.end", by, enrolment=spell, last_day="2024-02-01", reason="离职")
    desk.refused(denied, "enrolment.correct", by, enrolment=spell, begins="2023-01-01", evidence="补录")
    desk.refused(denied, "enrolment.retire", by, enrolment=spell, on="2024-02-01", evidence="审批")
    desk.refused("area_outside", "enrolment.correct", enrolment=spell, area=OTHER_COUNTY, evidence="本应在外地参保")


def test_a_person_merged_into_another_is_enrolled_as_that_one(desk: Office) -> None:
    loser, winner = desk.person(), desk.person()
    desk.conn.execute(
        "INSERT INTO office.person_merge (loser, winner, recorded_by) VALUES (%s, %s, 'clerk')", [loser, winner]
    )
    given = {"area": COUNTY, "insurance": "injury", "way": "flexible", "status": "active", "begins": "2024-01-01"}
    said = desk.refused("person_merged", "enrolment.begin", **given, person=loser)
    assert str(winner) in said.zh
    desk.run("enrolment.begin", **given, person=winner)
