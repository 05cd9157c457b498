"""Measure the folds, one claim in plain Python, ``settle`` and ``quote``: a table, and benchmarks/results.json.

    python benchmarks/run.py [--quick] [--only PART]

Rounds of what is compared are interleaved, so a busy machine slows both sides; ratios say more than values.
Exit status 1 where results that must be equal are not.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

import duck
import hand
import settle as whole_files
from eight import eight_rows
from measure import PIECE, Arrays, Form, Row, fold_rows, measure, row
from office import office_rows
from one import one_rows
from people import people_rows
from tongchou.interfaces.people.frame import question
from tongchou.law.compile import Kernel, compiled
from tongchou.law.tree import load
from tongchou.rules.settlement.order import boundaries

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build" / "bench"
PEOPLE = ("retirement-age", "contribution", "retirement", "pension", "entitlement")
CLI = Path(sys.executable).with_name("tongchou")
QUOTE = [
    "quote",
    "visit",
    "--area",
    "530100",
    "--on",
    "2023-05-04",
    "--scheme",
    "employee",
    "--status",
    "active",
    "--category",
    "outpatient",
    "--level",
    "3",
    "--in-scope",
    "590.00",
    "--json",
]


# -- (a) the kernel ------------------------------------------------------------------------------------------
def kernel_claims(n: int) -> tuple[np.ndarray, Arrays]:
    """(person, input columns) of made-up claims of 2023, sorted by person; types as ``settle`` has them."""
    rng = np.random.default_rng(530100)
    people = max(1, n // 20)
    person = np.sort(rng.integers(0, people, n))
    u = rng.random(n)
    category = np.where(u < 0.85, 0, np.where(u < 0.93, 1, 3)).astype(np.int8)
    level = rng.integers(0, 4, n).astype(np.int32)
    yuan = np.array([260.0, 500.0, 0.0, 11000.0])[category] * (0.5 + 0.5 * level)
    heavy = np.exp(0.5 * rng.standard_normal(people))[person]
    in_scope = np.rint(yuan * heavy * np.exp(0.9 * rng.standard_normal(n)) * 100).astype(np.int64)
    listed = np.where(u < 0.92, 3, np.where(u < 0.925, 1, 0))  # in the catalogue, not in it, not given
    injured = rng.random(n)
    return person, {
        "day": date(2023, 1, 1).toordinal() + rng.integers(0, 365, n).astype(np.int32),
        "category": category,
        "level": level,
        "status": (rng.random(people) < 0.28).astype(np.int8)[person],
        "designated": (rng.random(n) >= 0.01).astype(np.int8),
        "chronic_diseases": rng.integers(1, 5, people).astype(np.int32)[person],
        "disease": np.where(category == 1, listed, 0).astype(np.int16),
        "injury": np.where(injured < 0.001, 1, np.where(injured < 0.0015, 2, 0)).astype(np.int8),
        "in_scope": in_scope,
    }


def checked_kernel() -> Kernel:
    """The generated fold of Kunming's employees in 2023, refused where the hand form is of another shape."""
    scheme = load().scheme("530100", "employee")
    kernel = compiled(scheme, date(2023, 1, 1).toordinal(), date(2024, 1, 1).toordinal())
    years = tuple(name for name, per, key in kernel.state if per == "year" and not key)
    pairs = ((kernel.outputs, hand.OUTPUTS), (years, hand.STATE), (kernel.inputs[1:], hand.INPUTS))
    for found, known in pairs:
        if tuple(found) != tuple(known):
            raise SystemExit(f"benchmarks/hand.py is out of date: the scheme has {found}, not {known}")
    return kernel


def kernel_rows(n: int, rounds: int) -> tuple[list[Row], list[str]]:
    kernel = checked_kernel()
    person, columns = kernel_claims(n)
    size, states = max(hi - lo for lo, hi in boundaries(person, PIECE, 1)), len(hand.STATE)
    forms = {
        "generated": Form(kernel.fold_year, kernel.inputs, kernel.outputs, states, size),
        "hand": Form(hand.settle, hand.INPUTS, hand.OUTPUTS, states, size),
        "hand_lean": Form(hand.settle_lean, hand.INPUTS, hand.LEAN, states, size),
    }
    copies, faults = measure(forms, person, columns, rounds)
    return fold_rows("kernel", forms, copies, person, columns, rounds), faults


# -- (b) settle, end to end ----------------------------------------------------------------------------------
def timed(command: list[str]) -> float:
    """Seconds of a command; RuntimeError with what it said where it failed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()
        raise RuntimeError(said[-1][:120])
    return seconds


def interleaved(rounds: int, *commands: list[str]) -> list[list[float]]:
    """Seconds of each command in each round, all commands in turn."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for k, command in enumerate(commands):
            times[k].append(timed(command))
    return times


def settle_rows(n: int, rounds: int) -> tuple[list[Row], list[str]]:
    name, unit = "settle_parquet_to_parquet", "M claims/s"
    claims, out, other = WORK / f"claims_{n}.parquet", WORK / "out", WORK / "duck.parquet"
    if not CLI.exists():
        return [row(name, None, unit, f"skipped: {CLI.name} is not installed", None)], []
    WORK.mkdir(parents=True, exist_ok=True)
    if not claims.exists():
        maker = HERE.parent / "scripts" / "make_sample.py"
        timed([sys.executable, str(maker), "--rows", str(n), "--out", str(claims)])
    settle = [str(CLI), "settle", str(claims), "--area", "530100", "--out", str(out), "--workers", "2"]
    window = [sys.executable, str(HERE / "duck.py"), str(claims), str(other), "--threads", "2"]
    try:
        timed(settle)  # the first compiles
        shutil.rmtree(out, ignore_errors=True)
        ours, theirs = interleaved(rounds, settle, window)
        compared, different = duck.agreement(str(claims), str(out / "settlements.parquet"), str(other))
    except RuntimeError as e:
        return [row(name, None, unit, f"skipped: {e}", None)], []
    here = f"DuckDB windows of the pools only, 2 threads; {n / 1e6:g} M rows, best of {rounds}"
    wrong = different > 0 or compared == 0
    faults = [f"settle and DuckDB differ in {different} of {compared} claims"] if wrong else []
    return [
        row(name, n / min(ours) / 1e6, unit, here, min(theirs) / min(ours)),
        row("settle_seconds", min(ours), "s", here, min(ours) / min(theirs)),
        row("settle_agrees_with_duckdb", compared, "claims", "pools equal to the fen", float(not faults)),
        row("duckdb_windows", n / min(theirs) / 1e6, unit, "itself", 1.0),
    ], faults


# -- (c) a question at the counter ---------------------------------------------------------------------------
def quote_rows(rounds: int) -> list[Row]:
    """The counter's question and the people's main ones from a cold shell, beside an interpreter that does nothing."""
    if not CLI.exists():
        return [row("quote_visit_cold", None, "ms", f"skipped: {CLI.name} is not installed", None)]
    asked = {"visit": QUOTE, **{q: [*shlex.split(question(q).example)[1:], "--json"] for q in PEOPLE}}
    found = [cold_row(name, [str(CLI), *words], rounds) for name, words in asked.items()]
    plain = [p for _, p in found if p is not None]
    rows = [r for r, _ in found]
    return [*rows, row("python_c_pass", statistics.median(plain) * 1000, "ms", "itself", 1.0)] if plain else rows


def cold_row(name: str, quote: list[str], rounds: int) -> tuple[Row, float | None]:
    """(the row of a question, seconds of ``python -c pass`` meanwhile)."""
    full = f"quote_{name.replace('-', '_')}_cold"
    yardstick = f"python -c pass; median of {rounds} alternating runs; asked: at most 10"
    try:
        timed(quote)
        timed(quote)
        ours, theirs = interleaved(rounds, quote, [sys.executable, "-c", "pass"])
    except RuntimeError as e:
        return row(full, None, "ms", f"skipped: {e}", None), None
    value, plain = statistics.median(ours), statistics.median(theirs)
    return row(full, value * 1000, "ms", yardstick, value / plain), plain


def byte_code() -> None:
    """Byte code of what is measured, as ``make`` has it made; without it every start is slow."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(HERE.parent / "src"), str(HERE)], check=False)


# -- all of it -----------------------------------------------------------------------------------------------
def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    head = ("name", "value", "unit", "ratio", "yardstick")
    cells = [head, *(tuple("-" if r[c] is None else str(r[c]) for c in head) for r in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(head))]
    right = {1, 3}
    return "\n".join(
        "  ".join(
            c.rjust(w) if k in right else c.ljust(w) for k, (c, w) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def keep(rows: list[Row], path: Path, whole: bool) -> None:
    """Write the rows, or put those of one part in the place of its old ones."""
    names = {r["name"] for r in rows}
    old = [] if whole or not path.exists() else json.loads(path.read_text(encoding="utf-8"))
    every = [*(r for r in old if r["name"] not in names), *rows]
    lines = ",\n".join("  " + json.dumps(r, ensure_ascii=False) for r in every)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure folds, one claim, settle and quote.")
    parser.add_argument("--quick", action="store_true", help="1 M claims instead of 10 M")
    parts = ("kernel", "eight", "one", "settle", "quote", "people", "office")
    parser.add_argument("--only", choices=parts, help="one part; its rows alone are replaced in the file")
    given = parser.parse_args()
    version = sys.version.split()[0]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, Python {version}", flush=True)
    byte_code()
    rows: list[Row] = []
    faults: list[str] = []
    if given.only in (None, "kernel"):
        got, bad = kernel_rows(10**6 if given.quick else 10**7, 5)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "eight"):
        got, bad = eight_rows(10**6 if given.quick else 10**7, 5)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "one"):
        got, bad = one_rows(7, kernel_claims)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "settle"):
        got, bad = settle_rows(200_000 if given.quick else 10**6, 3)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "settle"):
        got, bad = whole_files.measure(given.quick)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "quote"):
        rows += quote_rows(15)
    if given.only in (None, "people"):
        got, bad = people_rows(100_000 if given.quick else 10**6, 3)
        rows, faults = rows + got, faults + bad
    if given.only in (None, "office"):
        rows += office_rows(given.quick)
    print(table(rows))
    if not given.quick:
        keep(rows, HERE / "results.json", whole=given.only is None)
    for fault in faults:
        print(f"not equal: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
