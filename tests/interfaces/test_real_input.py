"""Real files settled whole through a mapping: 99% of the rows with a positive cost, the rest rejected with a reason."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.interfaces.conftest import Run, tongchou

DATA = Path(__file__).parents[2].parent / "shared" / "data"
MAPS = Path(__file__).parents[2] / "examples" / "maps"


def yuan(text: str) -> int:
    """A cost in dollars as fen, by the exchange and rounding that the mappings name."""
    return int((Decimal(text) * 7 * 100).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("name", "mapping", "cost"),
    [("synthea_events_small.csv", "synthea.yaml", "cost_usd"), ("rand_hie_person_years.csv", "rand.yaml", "meddol")],
)
def test_real_file_settles_whole(settle: Callable[..., Run], name: str, mapping: str, cost: str) -> None:
    """Every row is settled or rejected; totals add up to the fen; the mapping is told in the summary."""
    source = DATA / name
    if not source.exists():
        pytest.skip("shared/data is not beside this checkout")
    with source.open(encoding="utf-8", newline="") as f:
        costs = [row[cost] for row in csv.DictReader(f)]
    positive = [c for c in costs if c and Decimal(c) > 0]
    run = settle(source, "--map", MAPS / mapping)
    assert run.summary["rows_read"] == len(costs)
    assert len(run.settlements) + len(run.rejected) == len(costs)
    assert all(r["reason"] and r["message"] and r["line"] for r in run.rejected)
    paid_rows = sum(r["billed"] > 0 for r in run.settlements)
    assert paid_rows >= 0.99 * len(positive)
    assert run.summary["mapping"]
    for r in run.settlements:
        assert r["billed"] == r["fund_total"] + r["personal"] + r["institution"]
    rejected = sum(yuan(r[cost]) for r in run.rejected if r[cost])
    assert sum(r["billed"] for r in run.settlements) + rejected == sum(yuan(c) for c in costs if c)


def test_mapping_faults_are_refused_whole(tmp_path: Path) -> None:
    """An unknown word in a mapping file is refused with the nearest right one."""
    (tmp_path / "m.yaml").write_text("colums: {}\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("a\n1\n", encoding="utf-8")
    done = tongchou(
        "settle", tmp_path / "c.csv", "--area", "530100", "--map", tmp_path / "m.yaml", "--out", tmp_path / "o"
    )
    assert done.returncode == 1
    assert "columns" in done.stderr
