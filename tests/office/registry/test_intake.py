"""People taken in by the sheet: checked by the column as one by one, dry as for real, resumed, never twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.conftest import OTHER_COUNTY
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry import number_columns, numbers
from tongchou.office.registry.enrolment import at
from tongchou.office.registry.intake import Outcome, bring_people
from tongchou.office.registry.intake_rows import NAMES, Row, read_columns, read_row
from tongchou.office.registry.search import reveal

from .conftest import COUNTY, JINAN_COUNTY, Office, code, number
from .made_people import codes, people

Columns = dict[str, list[str]]


def bring(desk: Office, columns: Columns, by: str = "clerk", **more: Any) -> Outcome:
    return bring_people(desk.conn, desk.who(by), COUNTY, columns, **more)


def counted(desk: Office, table: str) -> int:
    row = desk.conn.execute(f"SELECT count(*) FROM office.{table}").fetchone()
    assert row is not None
    return int(row[0])


def sheet(*rows: dict[str, str]) -> Columns:
    """Rows over a usual one, as columns."""
    usual = {"name": "王建国", "insurance": "工伤保险", "way": "灵活就业人员", "status": "在职", "begins": "2020-01-01"}
    whole = [usual | {"number": number(i + 1)} | row for i, row in enumerate(rows)]
    return {k: [row.get(k, "") for row in whole] for k in NAMES}


def why(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(r.row, r.code, r.field) for r in outcome.rejected]


def test_people_come_in_with_their_spells(desk: Office) -> None:
    units = [desk.unit(), desk.unit()]
    outcome = bring(desk, people(200, employers=[code(1), code(2)]), chunk=64)
    assert (outcome.read, outcome.accepted, outcome.spells, outcome.rejected) == (200, 200, 200, [])
    assert (counted(desk, "person"), counted(desk, "person_version"), counted(desk, "enrolment")) == (200, 200, 200)
    rows = desk.conn.execute("SELECT employer, count(*) FROM office.enrolment GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [(units[0], 100), (units[1], 100)]
    wanted = people(200)
    name, born = desk.conn.execute("SELECT name, born::text FROM office.person_version ORDER BY person").fetchall()[7]
    assert (name, born) == (wanted["name"][7], wanted["born"][7])
    person = desk.conn.execute("SELECT person FROM office.person_version WHERE name = %s LIMIT 1", [name]).fetchone()
    assert person is not None
    assert reveal(desk.conn, desk.who("clerk"), person[0], "核对") in wanted["number"]


def test_one_record_for_each_chunk_and_no_number_in_it(desk: Office) -> None:
    columns = people(130)
    columns["number"][5] = columns["number"][5][:17] + "?"
    bring(desk, columns, chunk=50, digest="ab" * 32)
    rows = desk.conn.execute(
        "SELECT subject, content FROM office.record WHERE operation = 'people.import' ORDER BY id"
    ).fetchall()
    assert [c["rows"] for _, c in rows] == [[1, 50], [51, 100], [101, 130]]
    assert rows[0][1] == {"file": "ab" * 32, "rows": [1, 50], "accepted": 49, "rejected": {"number_invalid": 1}}
    whole = json.dumps(rows) + str(
        desk.conn.execute("SELECT array_agg(v::text) FROM office.person_version v").fetchone()
    )
    assert not any(n in whole for n in columns["number"])


BAD = (
    ({"number": number(1)[:17] + "?"}, "number_invalid", "number"),
    ({"number": ""}, "argument_missing", "number"),
    ({"name": " "}, "argument_missing", "name"),
    ({"name": "长" * 101}, "argument_invalid", "name"),
    ({"born": "1970-03-06"}, "birth_differs", "born"),
    ({"born": "三月"}, "argument_invalid", "born"),
    ({"sex": "女"}, "sex_differs", "sex"),
    ({"sex": "其他"}, "argument_invalid", "sex"),
    ({"area": OTHER_COUNTY}, "area_outside", "area"),
    ({"area": "999999"}, "area_unknown", "area"),
    ({"insurance": "商业保险"}, "argument_invalid", "insurance"),
    ({"insurance": ""}, "argument_missing", "insurance"),
    ({"way": ""}, "argument_missing", "way"),
    ({"begins": ""}, "argument_missing", "begins"),
    ({"begins": "1960-01-01"}, "before_birth", "begins"),
    ({"last_day": "2019-12-31"}, "days_reversed", "last_day"),
    ({"last_day": "9999-12-31"}, "argument_invalid", "last_day"),
    ({"employer": "123"}, "code_invalid", "code"),
    ({"way": "employer", "employer": code(77)}, "employer_unknown", "employer"),
    ({"way": "employer"}, "employer_missing", "employer"),
    ({"employer": code(1)}, "employer_unwanted", "employer"),
    ({"way": "agency", "employer": code(1)}, "unit_kind_differs", "employer"),
    ({"way": "employer", "employer": code(2)}, "employer_takes_none", "employer"),
    ({"way": "resident"}, "resident_mixed", "way"),
    ({"way": "custodial", "employer": code(3), "status": "退休"}, "extinction_unproved", "source"),
    ({"way": "custodial", "employer": code(3)}, "custodial_retired_only", "status"),
    ({"insurance": "large_expense"}, "large_expense_alone", "insurance"),
    ({"number": "20991231", "number_kind": "护照", "sex": "男", "born": "2099-12-31"}, "birth_in_future", "born"),
)  # fmt: skip


def units(desk: Office) -> None:
    desk.unit()
    desk.standing(desk.unit(), "closed", "2015-01-01")
    desk.unit("托管中心", "custodial")


def test_every_bad_row_is_told_with_its_column_and_the_good_ones_come_in(desk: Office) -> None:
    units(desk)
    rows = [{**row, **({} if "number" in row else {"number": number(100 + i)})} for i, (row, _, _) in enumerate(BAD)]
    columns = sheet(*rows, {"number": number(400)}, {"number": number(401)})
    dry = bring(desk, columns, dry_run=True)
    assert counted(desk, "person") == 0
    outcome = bring(desk, columns)
    assert why(outcome) == [(i, c, f) for i, (_, c, f) in enumerate(BAD)]
    assert asdict(dry) == asdict(outcome)
    assert (outcome.accepted, counted(desk, "person")) == (2, 2)
    assert all(r.zh and r.en for r in outcome.rejected)
    assert not any(n and n in r.zh + r.en for r in outcome.rejected for n in columns["number"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_dry_run_answers_as_the_run_and_chunks_do_not_matter(desk: Office, data: st.DataObject) -> None:
    """Rows good, bad and double in any order and any chunks: dry = real = resumed after any chunk."""
    if not desk.units:
        units(desk)
    start = data.draw(st.integers(0, 200), "serials")
    picks = data.draw(
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from([{}, *(b for b, _, _ in BAD)])), min_size=1)
    )
    columns = sheet(*[{"number": number(start + k, "19580101"), **row} for k, row in picks])
    chunk = data.draw(st.integers(1, 7), "chunk")
    dry = bring(desk, columns, dry_run=True, chunk=chunk)
    whole = bring(desk, columns, dry_run=True, chunk=1000)
    before = counted(desk, "person")
    ends: list[int] = []
    first = _stopped(desk, columns, chunk, data.draw(st.integers(1, 3), "stop after"), ends)
    rest = bring(desk, columns, chunk=chunk, skip=ends[-1] if ends else 0) if first is None else first
    assert why(dry) == why(whole)
    later = [w for w in why(dry) if w[0] >= (ends[-1] if first is None and ends else 0)]
    assert why(rest) == later
    assert counted(desk, "person") - before == dry.accepted


def _stopped(desk: Office, columns: Columns, chunk: int, after: int, ends: list[int]) -> Outcome | None:
    """A run that stops after some chunks; its outcome where it came to its end before."""

    class Stop(Exception):
        pass

    def progress(done: int, total: int) -> None:
        ends.append(done)
        if len(ends) == after and done < total:
            raise Stop

    try:
        return bring(desk, columns, chunk=chunk, progress=progress)
    except Stop:
        return None


def test_the_same_sheet_twice_doubles_nothing(desk: Office) -> None:
    columns = people(120)
    bring(desk, columns)
    again = bring(desk, columns, chunk=50)
    assert {r.code for r in again.rejected} == {"person_exists"}
    assert (again.accepted, len(again.rejected), counted(desk, "person"), counted(desk, "enrolment")) == (
        0,
        120,
        120,
        120,
    )


def test_a_person_twice_in_a_sheet_is_taken_once_in_either_form(desk: Office) -> None:
    columns = sheet({"number": "11010519491231002X"}, {}, {"number": "110105491231002"})
    for chunk in (1, 10):
        outcome = bring(desk, columns, dry_run=True, chunk=chunk)
        assert why(outcome) == [(2, "row_twice", "number")]
        assert "第 2 行" in outcome.rejected[0].zh


def test_L04_basic_insurance_brings_large_expense_in_a_sheet_too(desk: Office) -> None:
    outcome = bring(
        desk, sheet(*[{"insurance": "medical_employee", "begins": b} for b in ("2020-01-01", "2024-05-01")])
    )
    assert outcome.spells == 4
    rows = desk.conn.execute(
        "SELECT insurance, lower(in_force)::text FROM office.enrolment ORDER BY person, insurance"
    ).fetchall()
    assert rows == [
        ("large_expense", "2023-01-01"), ("medical_employee", "2020-01-01"),
        ("large_expense", "2024-05-01"), ("medical_employee", "2024-05-01"),
    ]  # fmt: skip


def test_J06_in_a_sheet_each_type_stands_alone(desk: Office) -> None:
    columns = sheet({"insurance": "medical_employee", "area": JINAN_COUNTY, "begins": "2006-07-01"})
    outcome = bring_people(desk.conn, desk.who("jinan"), JINAN_COUNTY, columns)
    assert (outcome.accepted, outcome.spells) == (1, 1)


def test_J12_a_retiree_with_evidence_comes_in_under_a_custodial_unit(desk: Office) -> None:
    units(desk)
    row = {"way": "托管单位参保", "employer": code(3), "status": "退休", "insurance": "medical_employee"}
    outcome = bring(desk, sheet({**row, "source": "工商注销\\档案 12"}))
    assert outcome.accepted == 1
    assert desk.conn.execute("SELECT DISTINCT source FROM office.enrolment").fetchall() == [("工商注销\\档案 12",)]


def test_a_person_without_a_spell_may_be_registered(desk: Office) -> None:
    outcome = bring(desk, {"name": ["王建国"], "number": [number(1)]})
    assert (outcome.accepted, outcome.spells, counted(desk, "enrolment")) == (1, 0, 0)


def test_the_columns_are_held_to_the_form(desk: Office) -> None:
    for columns, wrong in (({"nmae": ["王"]}, "unknown_column"), ({"name": ["王"], "number": []}, "columns_uneven")):
        with pytest.raises(OfficeRefused) as e:
            bring(desk, columns)  # type: ignore[arg-type]
        assert e.value.code == wrong
    assert bring(desk, {}).read == 0


@pytest.mark.parametrize("by", ["stranger", "auditor", "reviewer", "root"])
def test_only_a_clerk_of_the_area_brings_people_in(desk: Office, by: str) -> None:
    with pytest.raises(OfficeRefused) as e:
        bring(desk, people(1), by)
    assert e.value.code == ("area_outside" if by == "stranger" else "not_allowed")


def test_a_person_registered_meanwhile_by_another_is_told_and_the_rest_comes_in(
    desk: Office, registry_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between check and COPY somebody else registers one of them: the table refuses, the chunk is checked anew."""
    from tongchou.office.frame.operation import run
    from tongchou.office.registry import intake_write

    write, done = intake_write.write, []

    def interrupted(*given: Any) -> None:
        if not done:
            done.append(1)
            with psycopg.connect(registry_address, autocommit=True) as conn:
                run(conn, desk.who("clerk2"), "person.add", {"area": COUNTY, "name": "王建国", "number": number(2)})
        write(*given)

    monkeypatch.setattr(intake_write, "write", interrupted)
    outcome = bring(desk, sheet({}, {}, {}))
    assert why(outcome) == [(1, "person_exists", "number")]
    assert counted(desk, "person") == 3


NUMBERS = st.one_of(
    st.builds(number, st.integers(0, 499), st.dates(date(1900, 1, 1)).map(lambda d: f"{d:%Y%m%d}"), st.just("532301")),
    st.builds(number, st.integers(0, 499), st.from_regex(r"(19|20|17)\d{6}", fullmatch=True).filter(str.isascii)),
    st.from_regex(r"[0-9]{15}", fullmatch=True).filter(str.isascii),
    st.from_regex(r"[0-9]{17}[0-9Xx]", fullmatch=True).filter(str.isascii),
    st.text(max_size=20),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(NUMBERS, max_size=12))
def test_GB11643_numbers_by_the_column_are_those_one_by_one(column: list[str]) -> None:
    found = number_columns.resident_numbers(column)
    for i, text in enumerate(column):
        try:
            one = numbers.check("resident_id", text)
        except OfficeRefused:
            assert not found.good[i], text
            continue
        # The column may leave blanks and full-width signs to the single form, never the reverse.
        if found.good[i]:
            told = (found.normal[i], found.born[i].astype(date), "M" if found.male[i] else "F")
            assert told == (one.normal, one.born, one.sex)
        else:
            assert text != one.normal


CODES = st.one_of(
    st.sampled_from(codes(50)), st.from_regex(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}", fullmatch=True), st.text()
)


@settings(max_examples=200, deadline=None)
@given(st.lists(CODES, max_size=8))
def test_GB32100_codes_by_the_column_are_those_one_by_one(column: list[str]) -> None:
    for text, good in zip(column, number_columns.employer_codes(column).tolist(), strict=True):
        try:
            assert good == (numbers.employer_code(text) == text)
        except OfficeRefused:
            assert not good


CELLS = {
    "name": st.sampled_from(["王建国", " 王建国 ", "阿依古丽·买买提", "a  b", "", "长" * 101, "换\t行", "　"]),
    "number": st.sampled_from(
        [
            number(1),
            number(2, male=False),
            number(1).lower(),
            "110105491231002",
            "１" + number(1)[1:],
            "E1234567",
            "",
            "x",
        ]
    ),
    "number_kind": st.sampled_from(["", "resident_id", "居民身份证", "护照", "passport", "?"]),
    "sex": st.sampled_from(["", "男", "F", "female", "?"]),
    "born": st.sampled_from(["", "1970-03-05", "1970/3/5", "1970年3月5日", "19700305", "1949.12.31", "1970-02-30"]),
    "area": st.sampled_from(["", COUNTY, " 532301 "]),
    "insurance": st.sampled_from(["", "injury", "工伤保险", "?"]),
    "way": st.sampled_from(["", "flexible", "单位参保"]),
    "status": st.sampled_from(["", "在职", "retired"]),
    "employer": st.sampled_from(["", code(1), code(1).lower(), "x"]),
    "begins": st.sampled_from(["", "2020-01-01", "2020.1.1", "20200101", "去年"]),
    "last_day": st.sampled_from(["", "2020-12-31", "?"]),
    "source": st.sampled_from(["", " 合同  1 "]),
}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=8))
def test_rows_by_the_column_are_those_one_by_one(cells: list[dict[str, str]]) -> None:
    columns: dict[str, Sequence[str]] = {k: [row[k] for row in cells] for k in NAMES}
    rows = read_columns(columns, COUNTY, len(cells))
    for i, row in enumerate(cells):
        one = _row(row)
        if isinstance(one, str):
            assert (rows.good[i], rows.refused[i].code) == (False, one)
            continue
        assert rows.good[i]
        coded = {k: rows.coded[k].list(np.array([i]))[0] for k in rows.coded}
        told = (rows.name[i], coded["number_kind"] or "resident_id", rows.number[i], "M" if rows.male[i] else "F")
        assert told == (one.name, one.kind, one.number, one.sex)
        assert rows.born[i].astype(date) == one.born
        spell = (coded["area"], coded["insurance"], coded["way"], coded["status"], coded["employer"])
        assert spell == (one.area, one.insurance, one.way, one.status, one.employer)
        assert (coded["begins"], coded["last_day"], rows.source[i]) == (one.begins, one.last_day, one.source)


def _row(cells: dict[str, str]) -> Row | str:
    """A row, or the code of its refusal."""
    try:
        return read_row(cells, COUNTY)
    except OfficeRefused as e:
        return e.code


def test_a_spell_taken_in_is_known_from_that_moment(desk: Office) -> None:
    before = desk.conn.execute("SELECT clock_timestamp()").fetchone()
    bring(desk, sheet({}))
    assert before is not None
    assert len(at(desk.conn, 1, date(2020, 6, 1))) == 1
    assert at(desk.conn, 1, date(2020, 6, 1), before[0]) == []
