"""Claims files in the making."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tongchou.interfaces.files import Claims, read_claims
from tongchou.law.attributes import standard_attributes

Row = dict[str, str]

GOOD: Row = {
    "claim_id": "c1",
    "person_id": "p1",
    "service_date": "2023-05-04",
    "scheme": "employee",
    "status": "active",
    "category": "outpatient",
    "level": "3",
    "billed": "590.00",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as CSV; every row is GOOD with its own id and what it says otherwise."""

    def make(*rows: Row, name: str = "claims.csv") -> Path:
        full = [GOOD | {"claim_id": f"c{k}"} | row for k, row in enumerate(rows, 1)]
        header = list(dict.fromkeys(key for row in full for key in row))
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, header, restval="")
            table.writeheader()
            table.writerows(full)
        return path

    return make


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Claims]:
    """Write rows and read them back with the standard attributes."""

    def make(*rows: Row, **options: object) -> Claims:
        attributes = options.pop("attributes", standard_attributes())
        return read_claims(write(*rows), attributes, **options)  # type: ignore[arg-type]

    return make


def reasons(claims: Claims) -> list[tuple[int, str, str, str]]:
    """(row, column, value, reason) of every rejected row."""
    r = claims.rejected
    columns = (r.column.to_pylist(), r.value.to_pylist(), r.reason.to_pylist())
    return list(zip(r.row.tolist(), *columns, strict=True))
