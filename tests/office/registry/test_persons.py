"""Persons: numbers checked, twins known, corrections kept beside what was known, nothing of a number in the clear."""

from __future__ import annotations

import json
import logging
from itertools import pairwise

import psycopg
import pytest

from tests.office.conftest import OTHER_COUNTY, granted
from tongchou.office.frame import secrecy
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry import numbers
from tongchou.office.registry.persons import find_by_number
from tongchou.office.registry.rows import worded

from .conftest import COUNTY, Office, number

ADD = {"area": COUNTY, "name": "李秀英"}


def test_a_person_is_registered_and_the_number_comes_back_masked(desk: Office) -> None:
    answer = desk.run("person.add", **ADD, number="11010519491231002X")
    assert (answer["sex"], answer["born"], answer["number"]) == ("F", "1949-12-31", "110*************2X")


def test_GB11643_fifteen_digits_are_the_same_person_as_their_eighteen(desk: Office) -> None:
    first = desk.run("person.add", **ADD, number="110105491231002")
    said = desk.refused("person_exists", "person.add", **ADD, number="11010519491231002x")
    assert str(first["person"]) in said.zh
    assert said.field == "number"
    assert numbers.normal("resident_id", "110105491231002") == "11010519491231002X"
    assert find_by_number(desk.conn, "resident_id", "110105491231002") == first["person"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"number": "110105194912310021"}, "number_check_sign", "number"),
        ({"number": "11010519491231"}, "number_invalid", "number"),
        ({"number": "110105194912310O2X"}, "number_invalid", "number"),
        ({"number": "11010519490231002" + numbers.check_sign("11010519490231002")}, "number_birth_invalid", "number"),
        ({"number": "11010519491231002X", "born": "1949-12-30"}, "birth_differs", "born"),
        ({"number": "11010519491231002X", "sex": "M"}, "sex_differs", "sex"),
        ({"number": number(born="20991231")}, "birth_in_future", "born"),
        ({"number": "E12345678", "number_kind": "passport", "sex": "M"}, "argument_missing", "born"),
        ({"number": "E12345678", "number_kind": "passport", "born": "1980-01-01"}, "argument_missing", "sex"),
        ({"number": "E-1", "number_kind": "passport"}, "number_invalid", "number"),
        ({"number": "11010519491231002X", "area": "999999"}, "area_unknown", "area"),
        ({"number": "11010519491231002X", "name": "长" * 101}, "argument_invalid", "name"),
    ],
)
def test_what_is_wrong_with_a_number_is_said_without_it(
    desk: Office, given: dict[str, str], code: str, field: str
) -> None:
    said = desk.refused(code, "person.add", **(ADD | given))
    assert said.field == field
    assert given["number"] not in said.zh + said.en


def test_foreigners_have_cards_of_two_forms_and_passports(desk: Office) -> None:
    card = "91156019800101" + "123"
    new = desk.run("person.add", **ADD, number=card + numbers.check_sign(card), number_kind="foreign_id")
    assert (new["born"], new["sex"]) == ("1980-01-01", "M")
    facts = {"born": "1980-01-01", "sex": "F"}
    desk.run("person.add", **ADD, number="USA110180010101", number_kind="foreign_id", **facts)
    desk.run("person.add", **ADD, number="e12345678", number_kind="passport", **facts)
    desk.refused("person_exists", "person.add", **ADD, number="E12345678", number_kind="passport", **facts)


def test_a_correction_keeps_what_was_known_before(desk: Office) -> None:
    person = desk.person("王建国")
    desk.run("person.correct", person=person, name="王建囯", evidence="户口簿")
    rows = desk.conn.execute(
        "SELECT name, recorded_to = 'infinity', ended_by, ended_because FROM office.person_version "
        "WHERE person = %s ORDER BY id",
        [person],
    ).fetchall()
    assert rows == [("王建国", False, "clerk", "户口簿"), ("王建囯", True, None, None)]
    ends = desk.conn.execute(
        "SELECT a.recorded_to = b.recorded_from FROM office.person_version a, office.person_version b "
        "WHERE a.id < b.id AND a.person = %s AND b.person = %s",
        [person, person],
    ).fetchone()
    assert ends == (True,)


def test_a_number_is_corrected_with_birth_and_sex_that_go_with_it(desk: Office) -> None:
    person, other = desk.person(), desk.person()
    said = desk.refused("person_exists", "person.correct", person=person, number=number(2), evidence="身份证")
    assert str(other) in said.en
    answer = desk.run("person.correct", person=person, number=number(77, "19710101", male=False), evidence="身份证")
    assert (answer["born"], answer["sex"]) == ("1971-01-01", "F")
    desk.refused("birth_differs", "person.correct", person=person, born="1972-01-01", evidence="档案")
    desk.refused("nothing_to_correct", "person.correct", person=person, evidence="无")
    desk.refused("argument_missing", "person.correct", person=person, number_kind="passport", evidence="护照")


def test_a_birth_after_the_first_spell_is_refused(desk: Office) -> None:
    person = desk.person(born="19700305")
    desk.begin(person, "pension_employee", "1995-01-01")
    desk.refused("spell_before_birth", "person.correct", person=person, number=number(5, "19960101"), evidence="改")


@pytest.mark.parametrize("by", ["stranger", "auditor", "reviewer", "root", "accountant"])
def test_only_a_clerk_of_the_area_registers_and_corrects(desk: Office, by: str) -> None:
    person = desk.person()
    code = "area_outside" if by == "stranger" else "not_allowed"
    desk.refused(code, "person.add", by, **ADD, number=number(9))
    desk.refused(code, "person.correct", by, person=person, name="换名", evidence="无")
    assert desk.run("person.correct", "clerk2", person=person, name="换名", evidence="有")["person"] == person


def test_a_clock_that_goes_back_hinders_no_correction(desk: Office) -> None:
    person = desk.person()
    desk.conn.execute(
        "WITH made AS (INSERT INTO office.person DEFAULT VALUES RETURNING id) "
        "INSERT INTO office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, "
        "recorded_by, recorded_from) SELECT made.id, area, name, sex, born, number_kind, %s, %s, "
        "masked, 'x', now() + interval '1 hour' FROM office.person_version, made WHERE person = %s",
        [secrecy.seal(number(2)), numbers.digest("resident_id", number(2)), person],
    )
    person += 1
    for name in ("二", "三", "四", "五"):
        desk.run("person.correct", person=person, name=name, evidence="更正")
    known = desk.conn.execute(
        "SELECT name, recorded_from, nullif(recorded_to, 'infinity') FROM office.person_version "
        "WHERE person = %s ORDER BY id",
        [person],
    ).fetchall()
    assert [name for name, _, _ in known] == ["王建国", "二", "三", "四", "五"]
    assert all(a[2] == b[1] > a[1] for a, b in pairwise(known)), "each was known for a while, one after the other"


def test_a_person_is_moved_by_who_may_write_in_both_areas(desk: Office) -> None:
    person = desk.person()
    desk.refused("area_outside", "person.correct", person=person, area=OTHER_COUNTY, evidence="迁出")
    granted(desk.conn, "clerk2", "county_clerk", OTHER_COUNTY)
    desk.refused("area_outside", "person.correct", "stranger", person=person, area=OTHER_COUNTY, evidence="迁入")
    moved = desk.run("person.correct", "clerk2", person=person, area=OTHER_COUNTY, evidence="迁出")
    assert moved["area"] == OTHER_COUNTY
    desk.refused("area_outside", "person.correct", person=person, name="换名", evidence="无")


def test_no_full_number_stands_in_records_messages_commands_or_logs(
    desk: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = desk.person()
    desk.run("person.correct", person=person, number=number(88), evidence="身份证")
    desk.refused("number_check_sign", "person.add", **ADD, number=number(3)[:-1] + _other(number(3)[-1]))
    whole = "".join(
        json.dumps(row, default=str)
        for table in ("record", "command", "message", "person_version", "look")
        for row in desk.conn.execute(f"SELECT to_jsonb(t) FROM office.{table} t")
    )
    for n in (number(1), number(88), number(3)):
        assert n not in whole + caplog.text
        assert n[:17] not in whole + caplog.text
    assert "532*************" in whole


def _other(sign: str) -> str:
    return "0" if sign != "0" else "1"


def test_raw_sql_can_neither_change_nor_remove_a_person(desk: Office) -> None:
    person = desk.person()
    for statement in (
        "UPDATE office.person_version SET name = '改名' WHERE person = %s",
        "UPDATE office.person_version SET recorded_to = now() WHERE person = %s",
        "UPDATE office.person_version SET recorded_to = '1990-01-01', ended_by = 'x', ended_because = 'x' "
        "WHERE person = %s",
        "DELETE FROM office.person_version WHERE person = %s",
        "DELETE FROM office.person WHERE id = %s",
        "UPDATE office.person SET made_at = now() WHERE id = %s",
    ):
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement, [person])
        assert e.value.sqlstate == "TO001"
    with pytest.raises(psycopg.errors.UniqueViolation):
        desk.conn.execute(
            "INSERT INTO office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, "
            "recorded_by) SELECT person, area, name, sex, born, number_kind, sealed, sha256(digest), masked, 'x' "
            "FROM office.person_version WHERE person = %s",
            [person],
        )


def test_two_clerks_at_once_register_one_person_once(desk: Office, registry_address: str) -> None:
    """The second waits for the first and is told by the table itself."""
    from threading import Thread

    from tongchou.office.frame.operation import run

    codes: list[str] = []

    def add(by: str) -> None:
        with psycopg.connect(registry_address, autocommit=True) as conn:
            try:
                run(conn, desk.who(by), "person.add", {**ADD, "number": number(50)})
                codes.append("")
            except OfficeRefused as e:
                codes.append(e.code)

    actors = [desk.who("clerk"), desk.who("clerk2")]
    desk.who = lambda name: actors[name == "clerk2"]  # type: ignore[method-assign]
    threads = [Thread(target=add, args=[by]) for by in ("clerk", "clerk2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(codes) == ["", "person_exists"]


@pytest.mark.parametrize("text", ["依据53230119900307001X", "张 532301199003070011"])
def test_no_text_of_the_registry_holds_a_personal_number(text: str) -> None:
    """By the form, by JSON or by a sheet: what is not sealed takes none."""
    with pytest.raises(OfficeRefused, match="number_in_text"):
        worded(text, "evidence", "依据", "evidence", 200)
    assert worded(" 依据  2023 年 5 号文 ", "evidence", "依据", "evidence", 200) == "依据 2023 年 5 号文"
