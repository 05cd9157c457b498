"""A question asked of a file of persons: every format, every bad row by name, nothing lost, the same as one by one."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shlex
import time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interfaces.conftest import Done, tongchou
from tests.people.branches import KUNMING, quote
from tongchou.interfaces.people import QUESTIONS
from tongchou.interfaces.people.batch_check import conflicts, repeated
from tongchou.interfaces.people.batch_out import scalars, told
from tongchou.interfaces.people.frame import question

GOOD = [
    {"person_id": "甲", "month": "2023-05", "kind": "employer", "wage": "8000"},
    {"person_id": "乙", "month": "2023-05", "kind": "retired", "wage": ""},
    {"person_id": "丙", "month": "2023-01", "kind": "flexible_combined", "wage": "5000.50"},
]
Row = dict[str, str]


def write_csv(path: Path, rows: list[Row], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as f:
        writer = csv.DictWriter(f, list(dict.fromkeys(k for row in rows for k in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[Row]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def write_xlsx(path: Path, rows: list[Row]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path


def ask(name: str, file: Path, out: Path, *more: str) -> Done:
    return tongchou("quote", name, "--file", str(file), "--out", str(out), "--json", *more)


def answered(out: Path) -> list[dict[str, Any]]:
    return pl.read_parquet(out / "answers.parquet").to_dicts()


def rejected(out: Path) -> list[Row]:
    with (out / "rejected.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


@pytest.mark.parametrize("form", ["csv", "gb18030", "parquet", "xlsx"])
def test_every_format_gives_what_single_quotes_give(tmp_path: Path, form: str) -> None:
    if form in ("csv", "gb18030"):
        file = write_csv(tmp_path / "persons.csv", GOOD, "utf-8" if form == "csv" else "gb18030")
    elif form == "parquet":
        file = write_parquet(tmp_path / "persons.parquet", GOOD)
    else:
        file = write_xlsx(tmp_path / "persons.xlsx", GOOD)
    done = ask("contribution", file, tmp_path / "out", "--area", KUNMING)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert (summary["rows_read"], summary["answered"], summary["rejected"]) == (3, 3, 0)
    lines = pl.read_parquet(tmp_path / "out" / "lines.parquet").to_dicts()
    for row, got in zip(GOOD, answered(tmp_path / "out"), strict=True):
        single = quote("contribution", area=KUNMING, **{k: v for k, v in row.items() if k != "person_id"})
        assert got["person_id"] == row["person_id"]
        assert (got["total"], got["account_credit"]) == (single["total"], single["account_credit"])
        amounts = [x["amount"] for x in lines if x["person_id"] == row["person_id"]]
        assert amounts == [x["amount"] for x in single["lines"]]


def test_a_worksheet_s_own_dates_are_months(tmp_path: Path) -> None:
    """Excel turns 2023-05 into a date; it is read as the month it begins."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["month", "kind", "wage"])
    sheet.append([dt.date(2023, 5, 1), "employer", 8000])
    book.save(tmp_path / "persons.xlsx")
    done = ask("contribution", tmp_path / "persons.xlsx", tmp_path / "out", "--area", KUNMING)
    assert json.loads(done.stdout)["answered"] == 1, rejected(tmp_path / "out")


BAD_CONTRIBUTIONS = [
    ({"wage": "-1"}, "negative_amount", "wage"),
    ({"wage": "1e4"}, "not_money", "wage"),
    ({"wage": ""}, "missing_value", "wage"),
    ({"kind": "civil"}, "unknown_code", "kind"),
    ({"area": "999999"}, "no_rule", "area"),
    ({"month": "1950-05"}, "no_rule", "month"),
    ({"month": "2023-5"}, "not_a_month", "month"),
    ({"month": ""}, "missing_value", "month"),
]


def test_bad_rows_are_rejected_by_name_and_nothing_is_lost(tmp_path: Path) -> None:
    good = {"person_id": "好", "area": KUNMING, "month": "2023-05", "kind": "employer", "wage": "8000"}
    rows = [{**good, "person_id": f"坏{i}", **bad} for i, (bad, _, _) in enumerate(BAD_CONTRIBUTIONS)]
    file = write_csv(tmp_path / "persons.csv", [good, *rows])
    with file.open("a", encoding="utf-8") as f:
        f.write("一格\n")
    summary = json.loads(ask("contribution", file, tmp_path / "out").stdout)
    assert summary["rows_read"] == len(rows) + 2 == summary["answered"] + summary["rejected"]
    got = rejected(tmp_path / "out")
    found = [(r["reason"], r["column"]) for r in got]
    assert found == [*((code, column) for _, code, column in BAD_CONTRIBUTIONS), ("wrong_field_count", "")]
    assert [int(r["line"]) for r in got] == list(range(3, len(rows) + 4))
    assert [r["person_id"] for r in got[:-1]] == [r["person_id"] for r in rows], "the row stands there whole"
    assert all(r["message"] for r in got)


BAD_PENSIONS = [
    ({"index": "0"}, "index_out_of_range"),
    ({"born": "2024-01"}, "birth_in_future"),
    ({"months": "700"}, "months_beyond_working_life"),
]


def test_bad_rows_of_pensions(tmp_path: Path) -> None:
    """A birth in the future, months beyond the working life, an index of zero."""
    good = {"born": "1973-12", "retires": "2023-12", "index": "1", "months": "300", "account": "1000"}
    file = write_csv(tmp_path / "persons.csv", [good, *({**good, **bad} for bad, _ in BAD_PENSIONS)])
    summary = json.loads(ask("pension", file, tmp_path / "out", "--area", KUNMING).stdout)
    assert summary["rejected_by_reason"] == {code: 1 for _, code in sorted(BAD_PENSIONS, key=lambda b: b[1])}
    assert summary["answered"] == 1


def test_a_person_both_resident_and_employee_in_a_month(tmp_path: Path) -> None:
    """Both rows are rejected; in another month, or in other schemes, the same person may stand twice."""
    rows = [
        {"person_id": "a", "month": "2023-05", "kind": "employer", "wage": "8000", "schemes": ""},
        {"person_id": "a", "month": "2023-05", "kind": "resident", "wage": "", "schemes": ""},
        {"person_id": "a", "month": "2023-06", "kind": "resident", "wage": "", "schemes": ""},
        {"person_id": "b", "month": "2023-05", "kind": "employer", "wage": "8000", "schemes": ""},
        {"person_id": "b", "month": "2023-05", "kind": "employer", "wage": "9000", "schemes": ""},
        {"person_id": "c", "month": "2023-05", "kind": "employer", "wage": "8000", "schemes": "pension"},
        {"person_id": "c", "month": "2023-05", "kind": "employer", "wage": "8000", "schemes": "basic_medical"},
    ]
    file = write_csv(tmp_path / "persons.csv", rows)
    summary = json.loads(ask("contribution", file, tmp_path / "out", "--area", KUNMING).stdout)
    assert summary["rejected_by_reason"] == {"duplicate_person": 2, "two_schemes_in_month": 2}
    assert [r["line"] for r in rejected(tmp_path / "out")] == ["2", "3", "5", "6"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_can_be_asked_of_a_file(tmp_path: Path, name: str) -> None:
    """Its own example as a row of a file: the answer of the single question, value by value."""
    row = example(name)
    file = write_csv(tmp_path / "persons.csv", [{"person_id": "1", **row}])
    done = ask(name, file, tmp_path / "out")
    assert json.loads(done.stdout)["answered"] == 1, rejected(tmp_path / "out")
    single = quote(name, **{"area": question(name).options[0].default or "", **row})
    got = answered(tmp_path / "out")[0]
    apart = ("question", "because", "warnings", "law_version", "area")
    values = scalars({k: v for k, v in single.items() if k not in apart and not k.startswith("_")})
    for key, value in values:
        if not isinstance(value, list):
            assert got[key] == value, key
    lists = [len(v) for _, v in values if isinstance(v, list)]
    assert len(pl.read_parquet(tmp_path / "out" / "lines.parquet")) == sum(lists)


def example(name: str) -> Row:
    """The facts of a question's example by column."""
    words = shlex.split(question(name).example)[3:]
    flags = {f"--{o.name}" for o in question(name).options if o.kind == "flag"}
    row: Row = {}
    while words:
        word = words.pop(0)
        row[word[2:].replace("-", "_")] = "true" if word in flags else words.pop(0)
    return row


@pytest.mark.parametrize(
    ("header", "more", "code"),
    [
        ("month,kind,wages", [], "unknown_column"),
        ("month,wage", [], "missing_column"),
        ("month,kind,wage,area", [], "column_and_option"),
        ("month,month,kind", [], "duplicate_column"),
    ],
)
def test_a_file_is_refused_whole(tmp_path: Path, header: str, more: list[str], code: str) -> None:
    file = tmp_path / "persons.csv"
    file.write_text(header + "\n" + ",".join("1" for _ in header.split(",")) + "\n", encoding="utf-8")
    done = ask("contribution", file, tmp_path / "out", "--area", KUNMING, *more)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code}: ")
    assert not (tmp_path / "out").exists(), "nothing is written"


def test_typed_cells_of_parquet_are_read_as_the_texts_they_stand_for(tmp_path: Path) -> None:
    """Doubles by their shortest text, decimals, days as timestamps: what pandas writes unless told otherwise."""
    table = {
        "month": pa.array([dt.datetime(2023, 5, 1)] * 3),
        "kind": ["employer"] * 3,
        "wage": pa.array([8000.0, 8000.5, 0.1 + 0.2]),
    }
    pq.write_table(pa.table(table), tmp_path / "p.parquet")
    ask("contribution", tmp_path / "p.parquet", tmp_path / "out", "--area", KUNMING)
    assert [a["base"] for a in answered(tmp_path / "out")] == ["8000.00", "8000.50"]
    assert [(r["line"], r["reason"]) for r in rejected(tmp_path / "out")] == [("3", "not_money")]
    days = {"on": pa.array([dt.datetime(2023, 6, 1)]), "tier": pa.array(["500.0000"]).cast(pa.decimal128(18, 4))}
    pq.write_table(pa.table({**days, "years": ["15"]}), tmp_path / "q.parquet")
    done = ask("resident-pension", tmp_path / "q.parquet", tmp_path / "out2", "--area", KUNMING)
    assert json.loads(done.stdout)["answered"] == 1, rejected(tmp_path / "out2")


def test_full_width_numbers_and_dates_are_read_and_told(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "persons.csv", [{"month": "２０２３－０５", "kind": "employer", "wage": "８０００"}])
    summary = json.loads(ask("contribution", file, tmp_path / "out", "--area", KUNMING).stdout)
    assert summary["answered"] == 1, rejected(tmp_path / "out")
    assert "全角" in summary["notes"][0]


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet, wage in ((book.active, 8000), (book.create_sheet("五月"), 9000)):
        assert sheet is not None
        sheet.append(["month", "kind", "wage"])
        sheet.append(["2023-05", "employer", wage])
    book.save(tmp_path / "p.xlsx")
    done = ask("contribution", tmp_path / "p.xlsx", tmp_path / "out", "--area", KUNMING)
    assert done.stderr.startswith("xlsx_several_sheets: ")
    ask("contribution", tmp_path / "p.xlsx", tmp_path / "out", "--area", KUNMING, "--sheet", "五月")
    assert answered(tmp_path / "out")[0]["base"] == "9000.00"
    assert tongchou("quote", "pension", "--area", KUNMING, "--sheet", "x").returncode == 2


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "9998-12"])
def test_a_month_at_the_end_of_the_calendar_stops_no_other_row(tmp_path: Path, month: str) -> None:
    rows = [{"month": m, "kind": "employer", "wage": "8000"} for m in (month, "2023-05")]
    file = write_csv(tmp_path / "persons.csv", rows)
    summary = json.loads(ask("contribution", file, tmp_path / "out", "--area", KUNMING).stdout)
    assert (summary["answered"], summary["rejected_by_reason"]) == (1, {"not_a_month": 1})


def test_nobody_is_resident_and_employee_whatever_schemes_are_named(tmp_path: Path) -> None:
    rows = [
        {"person_id": "a", "month": "2023-05", "kind": "employer", "wage": "8000", "schemes": "basic_medical"},
        {"person_id": "a", "month": "2023-05", "kind": "resident", "wage": "", "schemes": "resident_medical"},
        {"person_id": "b", "month": "2023-05", "kind": "resident", "wage": "", "schemes": ""},
        {"person_id": "b", "month": "2023-05", "kind": "civil", "wage": "1", "schemes": ""},
    ]
    file = write_csv(tmp_path / "persons.csv", rows)
    ask("contribution", file, tmp_path / "out", "--area", KUNMING)
    found = [(r["line"], r["reason"]) for r in rejected(tmp_path / "out")]
    assert found == [("2", "two_schemes_in_month"), ("3", "two_schemes_in_month"), ("5", "unknown_code")]


def test_one_id_in_every_row_is_told_in_time_that_grows_with_the_rows() -> None:
    """An export that fills person_id with 0: 50,000 comparisons, not 50,000 squared."""
    rows = [(i, {"person_id": "0", "month": "2023-05", "kind": "employer"}) for i in range(50_000)]
    begun = time.perf_counter()
    assert len(conflicts("contribution", repeated(lambda: iter(rows)))) == 50_000
    assert time.perf_counter() - begun < 10


def test_values_that_are_not_official_are_counted_as_warnings(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "persons.csv", [example("surcharge")])
    summary = json.loads(ask("surcharge", file, tmp_path / "out").stdout)
    notes = quote("surcharge", **example("surcharge"))["warnings"]
    assert any(": secondary (" in n for n in notes), "the example rests on one"
    assert summary["warnings"]["values_secondary"] == 1
    assert "values_secondary" in answered(tmp_path / "out")[0]["warnings"].split(";")


def test_a_row_without_lines_leaves_no_column_of_the_list_s_name(tmp_path: Path) -> None:
    rows = [{"month": "2023-05", "kind": k, "wage": "8000"} for k in ("retired", "employer")]
    ask("contribution", write_csv(tmp_path / "p.csv", rows), tmp_path / "out", "--area", KUNMING)
    assert "lines" not in answered(tmp_path / "out")[0]


@pytest.mark.parametrize(
    "words", [["--file", "x.csv"], ["--out", "x"], ["--file", "x.csv", "--out", "x", "--plot", "x.svg"], []]
)
def test_options_that_do_not_go_together(words: list[str]) -> None:
    assert tongchou("quote", "pension", "--area", KUNMING, *words).returncode == 2


def test_an_empty_file_is_answered_with_nothing(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "persons.csv", GOOD)
    file.write_text("month,kind,wage\n", encoding="utf-8")
    summary = json.loads(ask("contribution", file, tmp_path / "out", "--area", KUNMING).stdout)
    assert (summary["rows_read"], summary["answered"], summary["rejected"]) == (0, 0, 0)
    assert pl.read_parquet(tmp_path / "out" / "answers.parquet").columns == ["line", "person_id"]


def test_columns_that_come_in_later_blocks_are_empty_before(tmp_path: Path) -> None:
    """More rows than one block: a resident's levy has other columns than an employee's."""
    rows = [{"month": "2023-05", "kind": "retired", "wage": ""}] * 5_003
    rows += [{"month": "2023-05", "kind": "employer", "wage": "8000"}]
    file = write_csv(tmp_path / "persons.csv", rows)
    summary = json.loads(ask("contribution", file, tmp_path / "out", "--area", KUNMING, "--lang", "en").stdout)
    assert summary["answered"] == 5_004
    got = answered(tmp_path / "out")
    assert len(got) == 5_004
    assert got[-1]["pension_account_credit"] == "640.00"


KIND = st.sampled_from(["employer", "resident", "retired"])
ROW = st.tuples(st.sampled_from("ab "), st.sampled_from(["2023-05", "2023-06"]), KIND, st.sampled_from(["", "pension"]))


@settings(max_examples=200)
@given(st.lists(ROW, max_size=6))
def test_rows_are_in_conflict_both_ways(rows: list[tuple[str, str, str, str]]) -> None:
    """A row is refused if and only if another row of the person and month is; single rows never are."""
    given_rows = [
        (i, {"person_id": p.strip(), "month": m, "kind": k, "schemes": s}) for i, (p, m, k, s) in enumerate(rows)
    ]
    found = conflicts("contribution", iter(given_rows))
    for i, (person, month, _, _) in enumerate(rows):
        same = [j for j, r in enumerate(rows) if r[:2] == (person, month) and person.strip()]
        assert (i in found) == (len(same) > 1 and i in same)
    assert told(True) == "true"
