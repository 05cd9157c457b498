"""One table of claims written as CSV (UTF-8, GB18030), Parquet and XLSX settles the same."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interfaces.conftest import read_run, tongchou

HEAD = ["claim_id", "person_id", "service_date", "scheme", "status", "category", "level", "billed", "备注"]
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["530102199001011234", "530102199001015678", "p3"]),
        st.integers(0, 364),
        st.sampled_from(["outpatient", "inpatient", "outpatent"]),
        st.integers(0, 4),
        st.integers(0, 3_000_000),
        st.sampled_from(["", "昆明市", "=1+1", "a,b", "𠮷"]),
    ),
    min_size=1,
    max_size=8,
)


def texts(claims: list[Any]) -> list[list[str]]:
    rows = []
    for k, (person, day, category, level, fen, remark) in enumerate(claims):
        when = (date(2023, 1, 1) + timedelta(days=day)).isoformat()
        rows.append(
            [f"c{k}", person, when, "employee", "active", category, str(level), f"{fen // 100}.{fen % 100:02d}", remark]
        )
    return rows


def write_csv(path: Path, rows: list[list[str]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])


def write_xlsx(path: Path, rows: list[list[str]]) -> None:
    """Dates as Excel's days, levels and amounts as numbers."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d", "strings_to_formulas": False}) as book:
        page = book.add_worksheet("明细")
        page.write_row(0, 0, HEAD)
        for n, row in enumerate(rows, 1):
            for c, cell in enumerate(row):
                if HEAD[c] == "service_date":
                    page.write_datetime(n, c, date.fromisoformat(cell))
                elif HEAD[c] in ("level", "billed"):
                    page.write_number(n, c, float(cell))
                elif cell:
                    page.write_string(n, c, cell)


def settled(path: Path) -> tuple[Any, Any, Any]:
    out = path.parent / f"out-{path.name}"
    done = tongchou("settle", path, "--area", "530100", "--out", out)
    assert done.returncode == 0, done.stderr
    run = read_run(out)
    told = [(r["claim_id"], r["column"], r["reason"]) for r in run.rejected]
    money = {k: v for k, v in run.summary.items() if k in ("settled", "rejected", "billed", "fund_total", "personal")}
    return run.settlements, told, money


@given(CLAIMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=6)
def test_a_table_settles_the_same_in_every_format(tmp_path: Path, claims: list[Any]) -> None:
    rows = texts(claims)
    write_csv(tmp_path / "u.csv", rows, "utf-8")
    write_csv(tmp_path / "g.csv", rows, "gb18030")
    columns = {name: [row[k] for row in rows] for k, name in enumerate(HEAD)}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    write_xlsx(tmp_path / "x.xlsx", rows)
    first = settled(tmp_path / "u.csv")
    assert len(first[0]) + len(first[1]) == len(rows)
    for name in ("g.csv", "t.parquet", "x.xlsx"):
        assert settled(tmp_path / name) == first, name
