"""People found, shown and revealed: only in one's own areas, masked, each look kept with its purpose."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from tests.office.conftest import OTHER_COUNTY
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.search import card, find_people, reveal

from .conftest import COUNTY, Office, number


def found(desk: Office, by: str = "clerk", **given: object) -> list[int]:
    return [r.id for r in find_people(desk.conn, desk.who(by), **given)]  # type: ignore[arg-type]


def refusal(code: str, desk: Office, by: str = "clerk", **given: object) -> OfficeRefused:
    with pytest.raises(OfficeRefused) as e:
        found(desk, by, **given)
    assert e.value.code == code
    return e.value


def merged(desk: Office, loser: int, winner: int) -> None:
    desk.conn.execute(
        "INSERT INTO office.person_merge (loser, winner, recorded_by) VALUES (%s, %s, 'clerk')", [loser, winner]
    )


def test_people_are_found_by_two_signs_of_the_name(desk: Office) -> None:
    a, b, c = desk.person("王建国"), desk.person("李建国"), desk.person("Anna Schmidt")
    assert found(desk, text="建国") == [a, b]
    assert found(desk, text="王建国") == [a]
    assert found(desk, text="王国") == []
    assert found(desk, text="schm") == [c]
    assert found(desk, text="建国", limit=1) == [a]
    assert found(desk, text="建国", limit=1, after=a) == [b]
    assert found(desk) == [a, b, c]
    refusal("text_too_short", desk, text="王")
    # Signs that mean something to SQL find nothing and break nothing.
    assert found(desk, text="%_") == found(desk, text="';--") == []


def test_people_are_found_by_their_whole_number_in_any_form(desk: Office) -> None:
    a = int(desk.run("person.add", area=COUNTY, name="李秀英", number="11010519491231002X")["person"])
    for form in (
        "11010519491231002x",
        "110105491231002",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 11010519491231002X ",
    ):
        assert found(desk, text=form) == [a]
    said = refusal("number_incomplete", desk, text="110105")
    assert "110105" not in said.zh
    assert found(desk, text=number(7)) == []


def test_people_are_found_by_their_employer_of_today(desk: Office) -> None:
    unit, other = desk.unit(), desk.unit()
    a, b, c = desk.person("王建国"), desk.person("李秀英"), desk.person("王建国")
    for person in (a, b):
        desk.begin(person, "injury", "2020-01-01", way="employer", employer=unit)
        desk.begin(person, "unemployment", "2020-01-01", way="employer", employer=unit)
    desk.begin(c, "injury", "2020-01-01", way="employer", employer=other)
    assert found(desk, employer=unit) == [a, b]
    assert found(desk, employer=unit, after=a) == [b]
    assert found(desk, employer=unit, text="建国") == [a]
    assert found(desk, employer=99) == []


def test_nobody_looks_beyond_his_areas(desk: Office) -> None:
    here, there = desk.person("王建国"), desk.person("王建国", OTHER_COUNTY, "stranger")
    assert found(desk, text="建国") == [here]
    assert found(desk, "stranger", text="建国") == [there]
    assert found(desk, "auditor", text="建国") == [here, there]
    assert found(desk, "auditor", area="532300") == [here]
    assert found(desk, "stranger", text=number(1)) == []
    assert found(desk, "clerk", area=OTHER_COUNTY) == []
    refusal("not_allowed", desk, "root", text="建国")
    for who in ("stranger", "root"):
        for look in (card, reveal):
            with pytest.raises(OfficeRefused) as e:
                look(desk.conn, desk.who(who), here, "办理业务")
            assert e.value.code in ("area_outside", "not_allowed")
    assert desk.conn.execute("SELECT count(*) FROM office.look").fetchone() == (0,)


def test_P18_where_somebody_is_enrolled_he_is_found_and_shown_too(desk: Office) -> None:
    person = desk.person("王建国", OTHER_COUNTY, "stranger")
    assert found(desk, text="建国") == []
    desk.begin(person, "injury", "2024-01-01", number=number(1))
    assert found(desk, text="建国") == [person]
    assert card(desk.conn, desk.who("clerk"), person, "办理业务").id == person


def test_no_number_is_come_by_through_an_enrolment(desk: Office) -> None:
    person = desk.person()
    given = {"area": OTHER_COUNTY, "person": person, "insurance": "injury", "way": "flexible", "status": "active"}
    given |= {"begins": "2024-01-01"}
    desk.refused("number_needed", "enrolment.begin", "stranger", **given)
    for wrong in (number(2), "5323", "E12345678"):
        desk.refused("person_unknown", "enrolment.begin", "stranger", **given, number=wrong)
    desk.refused("person_unknown", "enrolment.begin", **given | {"area": COUNTY}, number=number(2))
    desk.run("enrolment.begin", "stranger", **given, number=number(1))
    assert number(1) not in str(desk.conn.execute("SELECT content::text FROM office.record").fetchall())
    with pytest.raises(OfficeRefused) as e:
        reveal(desk.conn, desk.who("stranger"), person, "办理业务")
    assert e.value.code == "area_outside"
    assert reveal(desk.conn, desk.who("clerk"), person, "办理业务") == number(1)


def test_the_state_of_a_person_is_that_of_today(desk: Office) -> None:
    active, retired, none, dead, ended = (desk.person() for _ in range(5))
    desk.begin(active, "medical_employee")
    desk.begin(retired, "pension_employee", "2020-01-01", status="retired")
    desk.begin(ended, "injury", "2020-01-01", last_day="2020-12-31")
    desk.conn.execute(
        "INSERT INTO office.life_event (person, event, happened_on, evidence, recorded_by) "
        "VALUES (%s, 'death', '2024-05-05', 'x', 'clerk')",
        [dead],
    )
    rows = {r.id: r.state for r in find_people(desk.conn, desk.who("clerk"))}
    assert rows == {active: "active", retired: "retired", none: "none", dead: "dead", ended: "none"}


def test_a_card_is_masked_and_the_look_is_kept(desk: Office) -> None:
    person = desk.person()
    desk.begin(person, "medical_employee")
    desk.run("person.correct", person=person, name="王建囯", evidence="户口簿")
    shown = card(desk.conn, desk.who("auditor"), person, " 稽核 ")
    assert number(1) not in json.dumps(asdict(shown), default=str)
    assert (shown.masked[:3], shown.state, len(shown.enrolments)) == ("532", "active", 2)
    assert [(v.name, v.known_until is None) for v in shown.versions] == [("王建囯", True), ("王建国", False)]
    assert desk.conn.execute("SELECT actor, person, what, purpose FROM office.look").fetchall() == [
        ("auditor", person, "record", "稽核")
    ]
    with pytest.raises(OfficeRefused) as e:
        card(desk.conn, desk.who("auditor"), person, "  ")
    assert (e.value.code, e.value.field) == ("purpose_missing", "purpose")
    with pytest.raises(OfficeRefused) as e:
        card(desk.conn, desk.who("auditor"), 99, "稽核")
    assert e.value.code == "person_unknown"


def test_a_full_number_is_shown_for_a_purpose_and_recorded_without_it(desk: Office) -> None:
    person = desk.person()
    assert reveal(desk.conn, desk.who("clerk"), person, "办理转移") == number(1)
    assert desk.conn.execute("SELECT what, purpose FROM office.look").fetchall() == [("number", "办理转移")]
    rows = desk.conn.execute(
        "SELECT actor, area, subject, content FROM office.record WHERE operation = 'person.reveal'"
    ).fetchall()
    assert rows == [("clerk", COUNTY, f"person:{person}", {"purpose": "办理转移"})]
    with pytest.raises(OfficeRefused) as e:
        reveal(desk.conn, desk.who("accountant"), person, "办理转移")
    assert e.value.code == "not_allowed"
    with pytest.raises(OfficeRefused) as e:
        reveal(desk.conn, desk.who("clerk"), person, "")
    assert e.value.code == "purpose_missing"


def test_who_was_merged_is_shown_as_the_one_he_is_taken_for(desk: Office) -> None:
    first, second, third = desk.person("张三丰"), desk.person("张三峰"), desk.person("李四光")
    merged(desk, first, second)
    merged(desk, second, third)
    assert found(desk, text="张三") == [third]
    assert found(desk, text=number(1)) == [third]
    assert found(desk) == [third]
    assert card(desk.conn, desk.who("clerk"), first, "核对").id == third
    assert reveal(desk.conn, desk.who("clerk"), first, "核对") == number(3)
