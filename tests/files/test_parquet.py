"""Parquet: every type that a column may have."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.interfaces.files import Claims, FileRefused, read_claims, write_rejected
from tongchou.law.attributes import standard_attributes

from .conftest import GOOD, reasons


def read(tmp_path: Path, rows: int = 2, **columns: Any) -> Claims:
    table = {name: pa.array([value] * rows) for name, value in GOOD.items()}
    table["claim_id"] = pa.array([f"c{k}" for k in range(rows)])
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table(table | columns), path, row_group_size=1)
    return read_claims(path, standard_attributes())


@pytest.mark.parametrize(
    "billed",
    [
        pa.array([Decimal("12.30"), None], pa.decimal128(14, 2)),
        pa.array([Decimal("12.300"), Decimal("1.234")], pa.decimal128(14, 3)),
        pa.array([Decimal("12.3"), Decimal("-1.2")], pa.decimal128(14, 1)),
        pa.array([Decimal("12.300"), Decimal("9" * 30)], pa.decimal256(60, 3)),
        pa.array([12.3, float("nan")]),
        pa.array([12.3, 0.1 + 0.2]),
        pa.array([12.3, -1.5]),
        pa.array([12.3, 5e15]),
        pa.array([12.3, 1.234], pa.float32()),
        pa.array(["12.30", ""]),
        pa.array(["12.3", "1e2"]).dictionary_encode(),
        pa.array(["12.3", None], pa.large_string()),
    ],
)
def test_money_of_any_type(tmp_path: Path, billed: pa.Array) -> None:
    claims = read(tmp_path, billed=billed)
    assert claims.money["billed"].tolist() == [1230]
    assert claims.rejected.row.tolist() == [1]


def test_reasons_of_typed_money(tmp_path: Path) -> None:
    def reason(cell: Any, kind: pa.DataType) -> str:
        return reasons(read(tmp_path, rows=1, billed=pa.array([cell], kind)))[0][3]

    assert reason(-1.5, pa.float64()) == "negative_amount"
    assert reason(1.005, pa.float64()) == "not_money"
    assert reason(float("inf"), pa.float64()) == "not_money"
    assert reason(2e12, pa.float64()) == "amount_too_large"
    assert reason(-1, pa.int64()) == "negative_amount"
    assert reason(2 * 10**12, pa.int64()) == "amount_too_large"
    assert reason(2**63 - 1, pa.int64()) == "amount_too_large"
    assert reason(Decimal("-0.01"), pa.decimal128(9, 2)) == "negative_amount"
    assert reason(Decimal("2e12"), pa.decimal128(30, 2)) == "amount_too_large"
    assert reason(Decimal("2e20"), pa.decimal128(30, 2)) == "amount_too_large"
    assert reason(Decimal("0.001"), pa.decimal128(9, 3)) == "not_money"
    assert reason(None, pa.null()) == "missing_value"


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date(2023, 5, 4)] * 2),
        pa.array([date(2023, 5, 4)] * 2, pa.date64()),
        pa.array([datetime(2023, 5, 4)] * 2, pa.timestamp("us")),
        pa.array([datetime(2023, 5, 3, 16)] * 2, pa.timestamp("ns", "Asia/Shanghai")),
        pa.array(["2023-05-04"] * 2).dictionary_encode(),
    ],
)
def test_dates_of_any_type(tmp_path: Path, column: pa.Array) -> None:
    claims = read(tmp_path, service_date=column, settled_at=column)
    assert claims.day.tolist() == [date(2023, 5, 4).toordinal()] * 2
    assert claims.order.tolist() == [date(2023, 5, 4).toordinal() * 86400] * 2


def test_times_of_day(tmp_path: Path) -> None:
    moments = pa.array([datetime(2023, 5, 4, 1, 2, 3), datetime(2023, 5, 4, 1, 2, 3, 500_000)])
    claims = read(tmp_path, settled_at=moments)
    assert claims.order.tolist() == [date(2023, 5, 4).toordinal() * 86400 + 3723]
    assert claims.rejected.reason.to_pylist() == ["not_a_time"]
    assert read(tmp_path, service_date=moments).rejected.by_reason() == {"not_a_date": 2}
    far = pa.array([10**7, 0], pa.int32()).cast(pa.date32())
    assert read(tmp_path, service_date=far).rejected.by_reason() == {"not_a_date": 1}


def test_flags_numbers_and_ids_of_any_type(tmp_path: Path) -> None:
    claims = read(
        tmp_path,
        rows=3,
        severe=pa.array([True, None, False]),
        level=pa.array([2.0, 2.5, 4.0]),
        days=pa.array([3, None, 5], pa.uint8()),
        person_id=pa.array([7, 8, 9]),
        note=pa.array([[1], [2], None]),
    )
    assert claims.columns["severe"].tolist() == [1]
    assert claims.columns["level"].tolist() == [2]
    assert claims.person_id.to_pylist() == ["7"]
    assert [r[3] for r in reasons(claims)] == ["not_an_integer", "out_of_range"]
    assert claims.extra.to_pydict() == {"note": [[1]]}
    write_rejected(tmp_path / "rejected.csv", claims)
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(r["line"], r["note"], r["severe"]) for r in found] == [("2", "[2]", ""), ("3", "", "false")]


@pytest.mark.parametrize(
    "column",
    [{"person_id": pa.array([1.5, 2.5])}, {"billed": pa.array([[1], [2]])}, {"level": pa.array([True, False])}],
)
def test_a_type_that_cannot_be_meant_refuses_the_file(tmp_path: Path, column: dict[str, pa.Array]) -> None:
    with pytest.raises(FileRefused) as caught:
        read(tmp_path, **column)
    assert caught.value.code == "column_type"
    assert next(iter(column)) in caught.value.message


def test_no_rows(tmp_path: Path) -> None:
    claims = read(tmp_path, rows=0)
    assert (len(claims), claims.rows_read, claims.kind) == (0, 0, "parquet")
