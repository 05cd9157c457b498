"""Atheris on the claims reader: any bytes are a claims file whose every row is settled or rejected, or are refused.

python -m tests.fuzz.claims_reader CORPUS_FOLDER -max_total_time=3600
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tongchou.interfaces"]):
    from tests.interfaces.conftest import tongchou

FOLDER = Path(tempfile.mkdtemp(prefix="tongchou-fuzz-"))
LAW = FOLDER / "law.yaml"
LAW.write_text(
    "attributes: {own: {type: money, default: 0}, kind: {type: code, values: [a, b], default: a}}\n"
    "layers:\n- {name: pool, deductible: 100, rate: 80, caps: [{amount: 5000}]}\n"
    "- {name: more, intake: 'part:drugs', rate: 50}\n",
    encoding="utf-8",
)
SUFFIXES = (".csv", ".csv", ".csv", ".xlsx", ".parquet")
csv.field_size_limit(10**9)


def one_input(data: bytes) -> None:
    """The first byte chooses the kind of file. Every row read is settled or rejected; nothing else may happen."""
    path = FOLDER / f"claims{SUFFIXES[data[0] % len(SUFFIXES)] if data else '.csv'}"
    path.write_bytes(data[1:])
    out = FOLDER / "out"
    shutil.rmtree(out, ignore_errors=True)
    done = tongchou("settle", path, "--scheme", LAW, "--out", out)
    assert done.returncode in (0, 1), done
    assert "Traceback" not in done.stderr, done.stderr
    if done.returncode == 1:
        assert done.stderr.strip()
        return
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["rows_read"] == summary["settled"] + summary["rejected"], summary
    with (out / "rejected.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) - 1 == summary["rejected"]


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
