"""Whole runs of ``settle`` on a large file, beside a plain copy of the same columns and DuckDB's window form.

    python benchmarks/settle.py [--rows 10000000] [--rounds 3] [--large]

What is compared runs in turn, round after round, each in a process of its own; the best round counts, for other work
on the machine only ever makes a round slower. ``--large``: also 50 million rows, for peak memory and linearity.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build" / "bench"
Row = dict[str, Any]

COPY = """
import sys
import pyarrow.parquet as pq
claims, like, out = sys.argv[1:]
pq.read_table(claims)
table = pq.read_table(like)
import time
start = time.perf_counter()
pq.read_table(claims)
pq.write_table(table, out)
print(time.perf_counter() - start)
"""
"""Read the claims whole, write the columns of the settlements, both as pyarrow does by default; both files warm."""


@dataclass
class Took:
    """One process: wall and processor seconds, peak memory in MiB, what it printed."""

    wall: float
    cpu: float
    peak: float
    said: str


def run(*command: str) -> Took:
    """Run a command to its end; RuntimeError with what it said where it failed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    said, wrong = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError((wrong.strip() or said.strip() or str(process.returncode)).splitlines()[-1][:200])
    return Took(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def settled(claims: Path, out: Path, *options: str) -> Took:
    """One run of the command."""
    main = "from tongchou.interfaces.cli import main; main()"
    shutil.rmtree(out, ignore_errors=True)
    return run(
        sys.executable, "-c", main, "settle", str(claims), "--area", "530100", "--out", str(out), *options, "--json"
    )


def made(rows: int) -> Path:
    """The claims file; made by a process apart, for a child's peak memory begins with what its parent had."""
    path = WORK / f"claims_{rows}.parquet"
    if not path.exists():
        text = "import sys, pathlib, claims_file as c; c.make(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
        subprocess.run([sys.executable, "-c", text, str(path), str(rows)], check=True, cwd=HERE)
    return path


def line(name: str, value: float, unit: str, yardstick: str, ratio: float | None) -> Row:
    """One row of the results."""
    return {
        "name": name,
        "value": float(f"{value:.4g}"),
        "unit": unit,
        "yardstick": yardstick,
        "ratio": None if ratio is None else float(f"{ratio:.3g}"),
    }


def rows_of(rows: int, rounds: int) -> tuple[list[Row], list[str]]:
    """(results, what is wrong) of whole runs on one file."""
    claims = made(rows)
    out, small, copy, windows = WORK / "held", WORK / "spilled", WORK / "copy.parquet", WORK / "windows.parquet"
    settled(claims, out)  # the first compiles
    best: dict[str, list[Took]] = {"copy": [], "held": [], "spilled": [], "windows": []}
    for _ in range(rounds):
        plain = run(sys.executable, "-c", COPY, str(claims), str(out / "settlements.parquet"), str(copy))
        best["copy"].append(Took(float(plain.said), plain.cpu, plain.peak, ""))
        best["held"].append(settled(claims, out))
        best["spilled"].append(settled(claims, small, "--memory", "1GiB"))
        best["windows"].append(run(sys.executable, str(HERE / "duck.py"), str(claims), str(windows), "--threads", "2"))
    wall = {name: min(t.wall for t in took) for name, took in best.items()}
    peak = {name: max(t.peak for t in took) for name, took in best.items()}
    faults = [] if _same(out, small) else ["settle in memory and under --memory 1GiB differ"]
    here = f"{rows / 1e6:g} M rows, best of {rounds} in turn, processes with their start"
    unit = "M claims/s"
    found = [
        line(
            "settle_file_held",
            rows / wall["held"] / 1e6,
            unit,
            f"plain pyarrow copy; {here}",
            wall["copy"] / wall["held"],
        ),
        line(
            "settle_file_1GiB",
            rows / wall["spilled"] / 1e6,
            unit,
            f"plain pyarrow copy; {here}",
            wall["copy"] / wall["spilled"],
        ),
        line(
            "settle_file_against_duckdb",
            rows / wall["held"] / 1e6,
            unit,
            f"DuckDB windows, pools only; {here}",
            wall["windows"] / wall["held"],
        ),
        line("settle_file_1GiB_peak", peak["spilled"], "MiB", "1024 MiB", peak["spilled"] / 1024),
        line("settle_file_held_peak", peak["held"], "MiB", "itself", 1.0),
        line("pyarrow_copy", rows / wall["copy"] / 1e6, unit, "itself", 1.0),
    ]
    for path in (out, small):
        shutil.rmtree(path, ignore_errors=True)
    for path in (copy, windows):
        path.unlink(missing_ok=True)
    return found, faults


def _same(a: Path, b: Path) -> bool:
    """Whether two runs left equal settlements, row group by row group of the first."""
    import pyarrow.parquet as pq

    one, two = pq.ParquetFile(a / "settlements.parquet"), pq.ParquetFile(b / "settlements.parquet")
    if one.metadata.num_rows != two.metadata.num_rows:
        return False
    both = (f.iter_batches(65_536, columns=["claim_id", "fund_total", "personal"]) for f in (one, two))
    sums = [
        [hash(tuple(map(str, row.values()))) for batch in f for row in batch.slice(0, 100).to_pylist()] for f in both
    ]
    return sums[0] == sums[1]


def large(rows: int) -> list[Row]:
    """50 million rows under 1 GiB: peak memory, and time a row beside that of a fifth of them."""
    times = {}
    found = []
    for n in (rows // 5, rows):
        claims, out = made(n), WORK / "large"
        took = settled(claims, out, "--memory", "1GiB")
        times[n] = took.wall / n
        shutil.rmtree(out, ignore_errors=True)
        name = f"settle_file_{n // 10**6}M_1GiB"
        found.append(line(f"{name}_peak", took.peak, "MiB", "1536 MiB", took.peak / 1536))
    found.append(
        line(
            "settle_file_linearity",
            times[rows] * 1e6,
            "s/M rows",
            "a fifth of the rows",
            times[rows] / times[rows // 5],
        )
    )
    (WORK / f"claims_{rows}.parquet").unlink()
    return found


def measure(quick: bool = False) -> tuple[list[Row], list[str]]:
    """For ``benchmarks/run.py``: (results, what is wrong)."""
    return rows_of(10**6 if quick else 10**7, 1 if quick else 3)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure whole runs of settle.")
    parser.add_argument("--rows", type=int, default=10**7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}", flush=True)
    found, faults = rows_of(given.rows, given.rounds)
    found += large(50_000_000) if given.large else []
    for row in found:
        print(json.dumps(row, ensure_ascii=False))
    for fault in faults:
        print(f"not equal: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
