"""Sheets: read as clerks send them, tried out and taken in, given back row for row; nothing lost, nothing twice."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.office.conftest import OTHER_COUNTY
from tongchou.office import sheets
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.sheets.headers import understood

from .conftest import COUNTY, Office, code, number
from .made_people import people

HEAD = sheets.template("people")


def roster(*rows: dict[str, str]) -> list[list[str]]:
    """A roster under the Chinese headers, with a column of the sender's own in front."""
    usual = {
        "姓名": "王建国",
        "险种": "工伤保险",
        "参保方式": "灵活就业人员",
        "参保身份": "在职",
        "起始日期": "2020-01-01",
    }
    whole = [usual | {"证件号码": number(i + 1)} | row for i, row in enumerate(rows)]
    return [["序号", *HEAD], *([str(i + 1), *(row.get(h, "") for h in HEAD)] for i, row in enumerate(whole))]


def as_csv(rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("名册")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for i, row in enumerate(rows):
        for k, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(i, k, datetime(cell.year, cell.month, cell.day), day)
            else:
                sheet.write(i, k, cell)
    book.close()
    return out.getvalue()


def run(desk: Office, content: bytes, kind: str = "people", by: str = "clerk", **more: Any) -> sheets.Outcome:
    table = sheets.read(content, "名册")
    return sheets.run(desk.conn, desk.who(by), kind, COUNTY, table.columns, **more)


def counted(desk: Office, table: str) -> int:
    row = desk.conn.execute(f"SELECT count(*) FROM office.{table}").fetchone()
    assert row is not None
    return int(row[0])


def why(outcome: sheets.Outcome) -> list[tuple[int, str]]:
    return [(r.row, r.code) for r in outcome.rejected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_encoding_clerks_save_it_in(encoding: str, delimiter: str) -> None:
    rows = roster({}, {"姓名": '李秀英, "小"\n英'})
    table = sheets.read(as_csv(rows, encoding, delimiter), "名册.csv")
    assert list(table.columns) == rows[0]
    assert [list(row) for row in zip(*table.columns.values(), strict=True)] == rows[1:]


def test_a_workbook_is_read_as_the_clerk_sees_it() -> None:
    content = as_xlsx(
        [["姓名", "出生日期", "数", "长号", "真"], ["王", date(1970, 3, 5), 12.5, 530102197003051234, True], [], ["李"]]
    )
    assert sheets.read(content, "x.xlsx").columns == {
        "姓名": ["王", "", "李"], "出生日期": ["1970-03-05", "", ""], "数": ["12.5", "", ""],
        "长号": ["5.30102E+17", "", ""], "真": ["TRUE", "", ""],
    }  # fmt: skip


def test_a_workbook_of_openpyxl_is_read_too() -> None:
    book = openpyxl.Workbook()
    book.active.title = "隐藏"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("名册")
    sheet.append(["姓名", "起始日期"])
    sheet.append(["王", datetime(2024, 3, 1)])
    sheet.append(["<&>'\"", None])
    out = io.BytesIO()
    book.save(out)
    table = sheets.read(out.getvalue(), "x.xlsx")
    assert (table.name, table.columns) == ("名册", {"姓名": ["王", "<&>'\""], "起始日期": ["2024-03-01", ""]})


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>')
        package.writestr("xl/_rels/workbook.xml.rels", b"<r/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "file_empty"),
        (b" \n", "file_empty"),
        (b"PK\x03\x04 torn", "file_unreadable"),
        (as_xlsx([["a"]])[:-80], "file_unreadable"),
        (_bomb(), "file_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_old_format"),
        (b"\xff\xff\x00\x81", "file_not_text"),
        (b'a,b\n"1,2\n', "file_unreadable"),
        ("姓名,姓名\n1,2\n".encode(), "header_twice"),
        (",".join(f"c{i}" for i in range(201)).encode() + b"\n", "too_many_columns"),
    ],
)
def test_what_is_no_sheet_is_refused_by_name(content: bytes, wrong: str) -> None:
    with pytest.raises(OfficeRefused) as e:
        sheets.read(content, "名册.xlsx")
    assert e.value.code == wrong


def test_headers_are_understood_with_stars_notes_and_by_machine_name() -> None:
    found, unread = understood("people", ["姓 名*", "证件号码（必填）", "begins", "备注", "结果", "原因"])
    assert found == {"name": "姓 名*", "number": "证件号码（必填）", "begins": "begins"}
    assert unread == ["备注"]
    for headers, wrong in ((["姓名"], "column_missing"), (["姓名", "name", "number"], "header_twice")):
        with pytest.raises(OfficeRefused) as e:
            understood("people", headers)
        assert e.value.code == wrong
    with pytest.raises(OfficeRefused) as e:
        sheets.template("hospitals")
    assert e.value.code == "sheet_unknown"
    assert [k for k, _, _ in sheets.kinds()] == ["people", "enrolments", "employers", "totals"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_roster_comes_in_and_goes_back_row_for_row(desk: Office, form: str) -> None:
    rows = roster({}, {"证件号码": number(2)[:-1] + "?"}, {"姓名": '=HYPERLINK("x")'}, {"证件号码": number(1)}, {})
    content = as_csv(rows) if form == "csv" else as_xlsx([[str(c) for c in row] for row in rows])
    table = sheets.read(content, "名册")
    dry = sheets.run(desk.conn, desk.who("clerk"), "people", COUNTY, table.columns, dry_run=True)
    outcome = sheets.run(desk.conn, desk.who("clerk"), "people", COUNTY, table.columns)
    assert asdict(dry) == asdict(outcome)
    assert why(outcome) == [(1, "number_invalid"), (3, "row_twice")]
    assert (outcome.unread, counted(desk, "person")) == (["序号"], 3)
    ending, back = sheets.returned(table, outcome.rejected)
    assert ending == form
    again = sheets.read(back, "结果")
    assert list(again.columns) == [*rows[0], "结果", "原因"]
    assert again.columns["结果"] == ["已受理", "未受理", "已受理", "未受理", "已受理"]
    assert "第 2 行" in again.columns["原因"][3]
    for header in rows[0]:
        sent = table.columns[header]
        assert [c.removeprefix("'") if c.startswith("'=") else c for c in again.columns[header]] == sent
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(back)).active
        assert [sheet.cell(r, 1).fill.fgColor.rgb for r in (2, 3)] == ["00000000", "FFFCE4D6"]
        assert sheet["C4"].data_type != "f"
    else:
        assert b"'=HYPERLINK" in back
    # What comes back, mended, goes in again: only what is new is taken.
    mended = sheets.run(desk.conn, desk.who("clerk"), "people", COUNTY, again.columns)
    assert [w for _, w in why(mended)] == [
        "person_exists",
        "number_invalid",
        "person_exists",
        "row_twice",
        "person_exists",
    ]


def test_a_person_in_two_rosters_is_refused_in_the_second(desk: Office) -> None:
    desk.unit("甲厂")
    desk.unit("乙厂")
    of = [
        as_csv(roster({"参保方式": "单位参保", "单位统一社会信用代码": code(i), "证件号码": number(7)}, *([{}] * i)))
        for i in (1, 2)
    ]
    assert why(run(desk, of[0])) == []
    second = run(desk, of[1])
    assert why(second) == [(0, "person_exists"), (1, "person_exists")]
    assert "已登记" in second.rejected[0].zh
    again = run(desk, of[1])
    assert [w for _, w in why(again)] == ["person_exists"] * 3
    assert counted(desk, "person") == 3


def test_a_number_the_spreadsheet_rounded_is_told_so(desk: Office) -> None:
    content = as_xlsx([["姓名", "证件号码"], ["王建国", int(number(1)[:17] + "0")]])
    assert why(run(desk, content)) == [(0, "number_rounded")]


def test_digits_kept_by_an_apostrophe_or_as_a_formula_are_taken(desk: Office) -> None:
    rows = roster({"证件号码": f"'{number(1)}"}, {"证件号码": f'="{number(2)}"'})
    assert why(run(desk, as_csv(rows))) == []


SPELLS = sheets.template("enrolments")


def changes(*rows: dict[str, str]) -> bytes:
    usual = {"险种": "工伤保险", "办理类型": "新增", "证件号码": number(1)}
    return as_csv([SPELLS, *([(usual | row).get(h, "") for h in SPELLS] for row in rows)])


BEGIN = {"参保方式": "灵活就业人员", "参保身份": "在职", "起始日期": "2024/1/1"}


def test_spells_of_people_known_are_begun_ended_and_turned_to_retired(desk: Office) -> None:
    person = desk.person()
    content = changes(
        BEGIN,
        {"办理类型": "终止", "截至日期": "2024-06-30", "依据": "离职"},
        BEGIN | {"险种": "职工基本医疗保险"},
        {"办理类型": "退休", "险种": "职工基本医疗保险", "起始日期": "2025-03-01", "依据": "审批表"},
    )
    dry = run(desk, content, "enrolments", dry_run=True)
    assert desk.live(person) == []
    outcome = run(desk, content, "enrolments")
    assert asdict(dry) == asdict(outcome)
    assert (outcome.accepted, outcome.rejected) == (4, [])
    assert [row for row in desk.live(person) if row[0] != "large_expense"] == [
        ("injury", "flexible", "active", "2024-01-01", "2024-07-01"),
        ("medical_employee", "flexible", "active", "2024-01-01", "2025-03-01"),
        ("medical_employee", "flexible", "retired", "2025-03-01", None),
    ]
    before = counted(desk, "enrolment")
    again = run(desk, content, "enrolments")
    assert [w for _, w in why(again)] == ["spells_overlap", "ends_already", "spells_overlap", "not_active"]
    assert counted(desk, "enrolment") == before
    records = desk.conn.execute("SELECT content FROM office.record WHERE operation = 'enrolments.import'").fetchall()
    assert [r[0]["accepted"] for r in records] == [4, 0]


def test_each_bad_row_of_spells_is_told_and_the_rest_is_done(desk: Office) -> None:
    desk.person("王建国")
    desk.person("李秀英", OTHER_COUNTY, "stranger")
    desk.run(
        "enrolment.begin", "stranger", area=OTHER_COUNTY, person=2, insurance="injury", way="flexible",
        status="active", begins="2020-01-01",
    )  # fmt: skip
    content = changes(
        {"证件号码": number(99), **BEGIN},
        {"证件号码": "123", **BEGIN},
        {"姓名": "李四", **BEGIN},
        {"办理类型": "改", **BEGIN},
        {"办理类型": "终止"},
        {"办理类型": "终止", "截至日期": "2024-01-01"},
        {"证件号码": number(2), "办理类型": "终止", "截至日期": "2024-01-01"},
        {"参保地": OTHER_COUNTY, **BEGIN},
        {"起始日期": "2024-02-30", "参保方式": "灵活就业人员", "参保身份": "在职"},
        {"参保身份": "在职", "起始日期": "2024-01-01"},
        {"参保方式": "单位参保", "参保身份": "在职", "起始日期": "2024-01-01", "单位统一社会信用代码": code(5)},
        {"姓名": "王建国", **BEGIN},
        BEGIN,
    )
    outcome = run(desk, content, "enrolments")
    codes = [
        "person_unknown", "number_invalid", "name_differs", "argument_invalid", "argument_missing", "not_enrolled",
        "area_outside", "area_outside", "argument_invalid", "argument_missing", "employer_unknown",
    ]  # fmt: skip
    assert why(outcome) == [*enumerate(codes), (12, "enrolled_already")]
    assert (outcome.read, outcome.accepted) == (13, 1)


def test_employers_come_in_by_the_sheet(desk: Office) -> None:
    head = sheets.template("employers")
    rows = [
        head,
        ["甲厂", code(1), "用人单位", "改制", ""],
        ["乙厂", code(1), "", "", ""],
        ["丙", code(2)[:-1], "", "", ""],
    ]
    content = as_xlsx(
        [*rows, ["丁中心", code(3), "托管单位", "", OTHER_COUNTY], ["戊中心", code(4), "custodial", "", ""]]
    )
    outcome = run(desk, content, "employers")
    assert why(outcome) == [(1, "employer_exists"), (2, "code_invalid"), (3, "area_outside")]
    found = desk.conn.execute("SELECT name, kind, origin FROM office.employer_version ORDER BY id").fetchall()
    assert found == [("甲厂", "employer", "restructured"), ("戊中心", "custodial", "ordinary")]
    again = [w for _, w in why(run(desk, content, "employers"))]
    assert again == ["employer_exists", "employer_exists", "code_invalid", "area_outside", "employer_exists"]


@pytest.mark.parametrize("kind", ["people", "enrolments", "employers"])
def test_a_run_that_stopped_goes_on_where_it_was(desk: Office, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.office.registry import intake
    from tongchou.office.sheets import running

    monkeypatch.setattr(running, "CHUNK", 3)
    monkeypatch.setattr(intake, "CHUNK", 3)
    content, table = _eight(desk, kind)

    class Stop(Exception):
        pass

    def progress(done: int, total: int) -> None:
        assert total == 8
        if done == 6:
            raise Stop

    with pytest.raises(Stop):
        run(desk, content, kind, progress=progress)
    before = counted(desk, table)
    rest = run(desk, content, kind, skip=6)
    assert (rest.read, rest.accepted, counted(desk, table) - before) == (2, 2, 2)


def _eight(desk: Office, kind: str) -> tuple[bytes, str]:
    if kind == "people":
        return as_csv(roster(*[{}] * 8)), "person"
    if kind == "employers":
        rows = [[f"厂{i}", code(i), "", "", ""] for i in range(8)]
        return as_csv([sheets.template("employers"), *rows]), "employer"
    for _ in range(8):
        desk.person()
    return changes(*[BEGIN | {"证件号码": number(i + 1)} for i in range(8)]), "enrolment"


@pytest.mark.parametrize("kind", ["people", "enrolments", "employers"])
@pytest.mark.parametrize("by", ["stranger", "auditor", "reviewer", "root"])
def test_only_a_clerk_of_the_area_runs_a_sheet(desk: Office, kind: str, by: str) -> None:
    with pytest.raises(OfficeRefused) as e:
        run(desk, _eight(desk, kind)[0], kind, by)
    assert e.value.code == ("area_outside" if by == "stranger" else "not_allowed")


def test_an_export_is_masked_and_recorded(desk: Office) -> None:
    desk.unit("=危险厂")
    for _ in range(2):
        desk.begin(desk.person("=王"), "injury", "2020-01-01", way="employer", employer=1)
    for kind in ("people", "enrolments", "employers"):
        for form in ("csv", "xlsx"):
            content = sheets.export(desk.conn, desk.who("auditor"), kind, "532300", form)
            table = sheets.read(content, kind)
            assert table.rows == (1 if kind == "employers" else 2)
            whole = "".join(cell for column in table.columns.values() for cell in column)
            assert number(1) not in whole
            assert ("'=" in whole) == (form == "csv")
    assert counted(desk, "look") == 0
    records = desk.conn.execute("SELECT count(*) FROM office.record WHERE operation LIKE '%.export'").fetchone()
    assert records == (6,)
    empty = sheets.export(desk.conn, desk.who("auditor"), "enrolments", "532300", "csv", on=date(2019, 12, 31))
    assert sheets.read(empty, "x").rows == 0


def test_full_numbers_are_exported_for_a_purpose_by_who_may_and_each_is_a_look(desk: Office) -> None:
    desk.person()
    content = sheets.export(desk.conn, desk.who("clerk"), "people", COUNTY, "csv", full=True, purpose="年审")
    assert number(1) in content.decode()
    looks = desk.conn.execute("SELECT actor, person, what, purpose FROM office.look").fetchall()
    assert looks == [("clerk", 1, "number", "年审")]
    for by, given, wrong in (
        ("clerk", {"full": True}, "purpose_missing"),
        ("accountant", {"full": True, "purpose": "年审"}, "not_allowed"),
        ("stranger", {}, "area_outside"),
        ("root", {}, "not_allowed"),
        ("clerk", {"form": "pdf"}, "format_unknown"),
    ):
        with pytest.raises(OfficeRefused) as e:
            sheets.export(desk.conn, desk.who(by), "people", COUNTY, **given)  # type: ignore[arg-type]
        assert e.value.code == wrong


def test_no_number_of_a_sheet_stands_in_the_record(desk: Office) -> None:
    columns = people(20)
    outcome = sheets.run(desk.conn, desk.who("clerk"), "people", COUNTY, columns)
    assert outcome.accepted == 20
    whole = str(desk.conn.execute("SELECT array_agg(r::text) FROM office.record r").fetchone())
    assert not any(n in whole for n in columns["number"])
