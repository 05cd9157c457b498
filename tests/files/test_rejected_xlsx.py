"""rejected.xlsx: the sender's own rows, with reasons beside them, and never a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.interfaces.conftest import tongchou
from tongchou.interfaces.files import rejected_xlsx
from tongchou.interfaces.files.reasons import REASONS
from tongchou.interfaces.files.reasons_short import SHORT, short_reason

from .conftest import GOOD

HEAD = [*GOOD, "备注"]


def settle(path: Path, *options: str) -> Path:
    out = path.parent / "out"
    done = tongchou("settle", path, "--area", "530100", "--out", out, *options)
    assert done.returncode == 0, done.stderr
    return out


def page_of(out: Path) -> Any:
    return openpyxl.load_workbook(out / "rejected.xlsx").active


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "五月明细"
    page.append(["某医院"])
    page.append(HEAD)
    page.append([*(GOOD | {"claim_id": "c1"}).values(), "好"])
    page.append([*(GOOD | {"claim_id": 1002, "service_date": date(2023, 5, 4), "billed": 12.345}).values(), "=cmd|x"])
    page.append([])
    page.append([*(GOOD | {"claim_id": "-c3", "level": "@9", "billed": 20.5}).values(), True])
    page["C4"].number_format = 'yyyy"年"m"月"d"日"'
    page["H4"].number_format = "#,##0.00"
    page["I4"].data_type = "s"
    page.column_dimensions["B"].width = 31
    path = tmp_path / "may.xlsx"
    book.save(path)
    return path


def test_rows_come_back_as_they_were_sent(sent: Path) -> None:
    page = page_of(settle(sent))
    assert page.title == "五月明细"
    assert [c.value for c in page[1]] == ["行号", "原因", "出错的列", "说明", *HEAD]
    second, third = page[2], page[3]
    assert [c.value for c in second][:3] == [4, "金额写法不对 not_money", "billed"]
    assert [c.value for c in third][:3] == [6, "不是整数 not_an_integer", "level"]
    assert "最多两位小数" in second[3].value
    cells = dict(zip(HEAD, second[4:], strict=True))
    assert (cells["claim_id"].value, cells["billed"].value) == (1002, 12.345)
    assert cells["service_date"].value == datetime(2023, 5, 4)
    assert cells["service_date"].number_format == 'yyyy"年"m"月"d"日"'
    assert cells["billed"].number_format == "#,##0.00"
    assert page.column_dimensions["F"].width == pytest.approx(31, abs=1)


def test_the_faulty_cell_is_coloured_and_the_header_stays(sent: Path) -> None:
    page = page_of(settle(sent))
    coloured = {
        (c.row, HEAD[c.column - 5]) for row in page.iter_rows(min_row=2) for c in row if c.fill.fill_type == "solid"
    }
    assert coloured == {(2, "billed"), (3, "level")}
    assert page.freeze_panes == "E2"
    assert page.auto_filter.ref == "A1:M3"


def test_nothing_is_written_as_a_formula(sent: Path) -> None:
    page = page_of(settle(sent))
    dangerous = [c for row in page.iter_rows() for c in row if str(c.value)[:1] in ("=", "+", "-", "@")]
    assert {c.value for c in dangerous} == {"=cmd|x", "-c3", "@9"}
    assert {c.data_type for c in dangerous} == {"s"}


def test_rejected_csv_says_the_same_rows(sent: Path) -> None:
    out = settle(sent)
    with (out / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    page = page_of(out)
    assert [(int(r["line"]), r["column"], r["message"]) for r in rows] == [
        (a.value, c.value, d.value) for a, _, c, d in page.iter_rows(min_row=2, max_col=4)
    ]


Write = Callable[..., Path]


def test_a_csv_gets_one_where_few_rows_are_rejected(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write({}, {"claim_id": "530102199001011234", "billed": "x"}, {"billed": "=1+1"})
    page = page_of(settle(path, "--lang", "en"))
    assert [c.value for c in page[1]] == ["row", "reason", "column", "message", *GOOD]
    assert [c.value for c in page[2]][:5] == [
        3,
        "not an amount not_money",
        "billed",
        page["D2"].value,
        "530102199001011234",
    ]
    assert page["E2"].data_type == "s"
    monkeypatch.setattr(rejected_xlsx, "FEW", 1)
    assert not (settle(path) / "rejected.xlsx").exists(), "many: only where asked for, and the old one goes"
    assert (settle(path, "--rejected-xlsx") / "rejected.xlsx").exists()
    assert not (settle(path, "--no-rejected-xlsx") / "rejected.xlsx").exists()


def test_no_rejections_no_workbook(write: Write) -> None:
    assert not (settle(write({}), "--rejected-xlsx") / "rejected.xlsx").exists()


def test_every_reason_has_a_short_form() -> None:
    assert set(SHORT) == set(REASONS)
    assert short_reason("not_money") == "金额写法不对 not_money"
    assert short_reason("of_a_scheme", "en") == "of_a_scheme"
