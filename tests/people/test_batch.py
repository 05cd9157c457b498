"""A question asked of a file of persons: every format, every bad row by name, nothing lost, the same as one by one."""

from __future__ import annotations

import csv
import json
import shlex
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
from tongchou.interfaces.people.batch_check import conflicts
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
    import datetime as dt

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
    ({"month": "1950-05"}, "no_rule", "area"),
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


def test_floats_are_refused_at_the_door(tmp_path: Path) -> None:
    pq.write_table(pa.table({"month": ["2023-05"], "kind": ["employer"], "wage": [8000.0]}), tmp_path / "p.parquet")
    done = ask("contribution", tmp_path / "p.parquet", tmp_path / "out", "--area", KUNMING)
    assert (done.returncode, done.stderr[:12]) == (1, "column_type:")


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
