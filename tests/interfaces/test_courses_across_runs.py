"""Stays and episodes that one run leaves open and the next goes on with, closes or undoes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.interfaces.conftest import Run, claim

Settle = Callable[..., Run]

OWN = """
layers:
- name: inpatient_pool
  when: {category: inpatient}
  deductible: {amount: 1000, per: PER}
  rate: 50
"""
KEYED = """
layers:
- name: inpatient_pool
  when: {category: inpatient}
  rate: 50
  caps: [{amount: 1000, per: visit, key: level}]
"""


def stay(claim_id: str, date: str, billed: str, **more: str | int) -> dict[str, object]:
    """A row of a stay at level 3."""
    return claim(claim_id, "P", date, "inpatient", billed, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("per", ["visit", "episode"])
@pytest.mark.parametrize("episode", ["", "E"])
def test_an_interim_row_undone_in_a_later_run(settle: Settle, tmp_path: Path, per: str, episode: str) -> None:
    """Undone in the next file, an interim row leaves the open stay what undoing it in one file leaves."""
    policy = tmp_path / "own.yaml"
    policy.write_text(OWN.replace("PER", per), encoding="utf-8")
    rows = [
        stay("A", "2023-01-05", "700", interim="true", episode=episode),
        stay("B", "2023-01-15", "800", interim="true", episode=episode),
        stay("R", "2023-02-01", "700", interim="false", episode=episode, reverses="A"),
        stay("C", "2023-02-05", "900", interim="false", episode=episode),
    ]
    whole = settle(rows, "--scheme", policy, area=None)
    first = settle(rows[:2], "--scheme", policy, area=None)
    second = settle(rows[2:], "--scheme", policy, "--opening", first.folder, area=None)
    assert [r for run in (whole, first, second) for r in run.rejected] == []
    assert [second[c] for c in "RC"] == [whole[c] for c in "RC"]
    assert second["C"]["deductible"] == 100000 - whole["B"]["deductible"]


def test_an_interim_row_undone_before_the_stay_goes_on_in_a_third_run(settle: Settle, tmp_path: Path) -> None:
    """The run in between holds the reversal alone: the stay is still open after it, less what was undone."""
    policy = tmp_path / "own.yaml"
    policy.write_text(OWN.replace("PER", "visit"), encoding="utf-8")
    undo = stay("R", "2023-02-01", "700", interim="false", reverses="A")
    first = settle([stay("A", "2023-01-05", "700", interim="true")], "--scheme", policy, area=None)
    second = settle([undo], "--scheme", policy, "--opening", first.folder, area=None)
    (kept,) = [r for r in pq.read_table(second.folder / "accumulators.parquet").to_pylist() if r["kind"] == "open"]
    assert [v for k, v in kept.items() if k.startswith("inpatient_pool")] == [0]
    last = stay("C", "2023-02-05", "1500", interim="false")
    third = settle([last], "--scheme", policy, "--opening", second.folder, area=None)
    assert third["C"]["deductible"] == 100000


def test_keyed_totals_of_an_open_stay_go_into_the_next_run(settle: Settle, tmp_path: Path) -> None:
    """A cap per stay and level: what the first file used of it is used in the second, and gone once it is closed."""
    policy = tmp_path / "own.yaml"
    policy.write_text(KEYED, encoding="utf-8")
    rows = [
        stay("A", "2023-01-05", "1500", interim="true"),
        stay("B", "2023-01-15", "1500", interim="false"),
        stay("C", "2023-01-25", "1500", interim="true"),
    ]
    first = settle(rows[:1], "--scheme", policy, area=None)
    second = settle(rows[1:], "--scheme", policy, "--opening", first.folder, area=None)
    assert first["A"]["fund_inpatient_pool"] == 75000
    assert [second[c]["fund_inpatient_pool"] for c in "BC"] == [25000, 75000]
    kept = [r for r in pq.read_table(second.folder / "accumulators.parquet").to_pylist() if r["kind"] != "year"]
    assert len(kept) == 1
