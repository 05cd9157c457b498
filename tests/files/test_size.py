"""A million rows, good or bad, in seconds. The limits leave room for a busy machine."""

from __future__ import annotations

import time
from pathlib import Path

from tongchou.interfaces.files import read_claims, write_rejected
from tongchou.law.attributes import standard_attributes

from .conftest import GOOD

ROWS = 1_000_000


def test_a_million_good_rows(tmp_path: Path) -> None:
    path = tmp_path / "good.csv"
    tail = ",employee,active,outpatient,3,590.00\n"
    with path.open("w") as file:
        file.write(",".join(GOOD) + "\n")
        file.writelines(f"C{k:09d},P{k % 99991},2023-{k % 12 + 1:02d}-{k % 28 + 1:02d}{tail}" for k in range(ROWS))
    start = time.process_time()
    claims = read_claims(path, standard_attributes())
    assert time.process_time() - start < 15
    assert len(claims) == ROWS
    assert claims.line[-1] == ROWS + 1


def test_a_million_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with path.open("w") as file:
        file.write(",".join(GOOD) + "\n")
        file.writelines(f"C{k},P{k},2023-{k}x-01,e{k},a{k},o{k},x{k},{k}.123\n" for k in range(ROWS))
    start = time.process_time()
    claims = read_claims(path, standard_attributes())
    assert time.process_time() - start < 15
    assert claims.rejected.by_reason() == {"not_a_date": ROWS}
    assert write_rejected(tmp_path / "rejected.csv", claims) == ROWS
    assert time.process_time() - start < 30
