"""A year of medical contributions of many persons: summed, and every line written; beside OpenFisca-core where it is.

Each run is a process of its own, so that its peak memory is its own; OpenFisca runs in turn with ours. Wages are made
chunk by chunk outside the time that is taken.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from measure import Row, row
from tongchou.interfaces.files.contribution_lines import write_contribution_lines
from tongchou.law.figures_of import figures_of, stored_figures
from tongchou.law.tree import load
from tongchou.rules.contribution.batch import Levies, Profile, Table
from tongchou.rules.contribution.columns import SUMS
from tongchou.rules.contribution.levy import levy_of
from tongchou.rules.contribution.lines import Person
from tongchou.rules.reckoning import Reckoning

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build" / "bench"
YARDSTICK = (HERE.parent / ".venv-yardstick" / "bin" / "python", HERE / "openfisca_yardstick.py")
AREA, YEAR, CHUNK, SAMPLE, MEMORY = "530100", 2023, 100_000, 300, 1024
PROFILES = (
    Profile("employer"),
    Profile("flexible_combined"),
    Profile("flexible_pooled"),
    Profile("retired"),
    Profile("resident"),
    Profile("resident", ("registered_poor",)),
    Profile("rural_contract"),
)
MIX = (0.62, 0.08, 0.04, 0.20, 0.03, 0.01, 0.02)


def people(chunk: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(kind, wage, entered) of made-up persons; the same for the same chunk."""
    rng = np.random.default_rng((530100, chunk))
    kind = rng.choice(len(PROFILES), n, p=MIX).astype(np.int8)
    yearly = 550_000 * np.exp(0.6 * rng.standard_normal(n))
    wage = (yearly[:, None] * (0.9 + 0.2 * rng.random((n, 12)))).astype(np.int64).reshape(-1)
    entered = np.where(rng.random(n) < 0.06, rng.integers(0, 12, n), -1).astype(np.int8)
    return kind, wage, entered


def made_table() -> Table:
    """The law of the year, from the card of figures that a question keeps, else from the tree."""
    return Table(stored_figures(AREA, None) or figures_of(load(), AREA), YEAR, PROFILES)


def reference(kind: int, wages: list[int], entered: int, law: Reckoning) -> list[int]:
    """A person's sums by twelve quotes."""
    p, got, first = PROFILES[kind], dict.fromkeys(SUMS, 0), YEAR * 12
    groups = {
        "basic_medical": "basic",
        "maternity": "maternity",
        "large_expense": "large",
        "resident_medical": "resident",
    }
    for m in range(max(entered, 0), 12):
        entry = None if entered < 0 else first + entered
        own = Person(p.kind, first + m, wages[m], entry=entry, identity=p.identity, pension=wages[m])
        levy = levy_of(law, own)
        for x in levy.lines:
            if x.scheme in groups:
                got[f"{groups[x.scheme]}_{x.payer}"] += x.amount
        got["account_credit"] += levy.account_credit or 0
    return [got[c] for c in SUMS]


def wrong(levies: Levies) -> int:
    """How many persons of a sample have other sums than quotes give."""
    kind, wage, entered = people(0, CHUNK)
    sums, law = levies.sums(kind, wage, entered), Reckoning(levies.table.law.figures)
    picked = np.random.default_rng(7).choice(CHUNK, SAMPLE, replace=False)
    bad = 0
    for i in picked.tolist():
        wages = wage[i * 12 : i * 12 + 12].tolist()
        bad += reference(int(kind[i]), wages, int(entered[i]), law) != sums[i].tolist()
    return bad


def run_sums(n: int) -> dict[str, Any]:
    """Sum the year of n persons chunk by chunk; seconds of law, table, room and loops."""
    warm = Levies(made_table(), CHUNK)
    warm.sums(*people(0, CHUNK))  # the first compiles, or reads the compiled form from disk
    begun = time.perf_counter()
    levies = Levies(made_table(), CHUNK)
    spent, total = time.perf_counter() - begun, np.zeros(len(SUMS), np.int64)
    for lo in range(0, n, CHUNK):
        given = people(lo // CHUNK, min(CHUNK, n - lo))
        begun = time.perf_counter()
        sums = levies.sums(*given)
        spent += time.perf_counter() - begun
        total += sums.sum(axis=0)
    return {"seconds": spent, "total": total.tolist(), "wrong": wrong(levies)}


def run_lines(n: int) -> dict[str, Any]:
    """Write every line of n persons; the wages of a million are made before, and used again."""
    block = min(n, 10**6)
    made = [people(c, min(CHUNK, block - c * CHUNK)) for c in range(-(-block // CHUNK))]
    kind, wage, entered = (np.concatenate([m[k] for m in made]) for k in range(3))
    del made

    def source(lo: int, hi: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        a = lo % block
        return kind[a : a + hi - lo], wage[a * 12 : (a + hi - lo) * 12], entered[a : a + hi - lo]

    folder = WORK / "contribution_lines"
    Levies(made_table(), CHUNK).lines(*source(0, CHUNK))
    begun = time.perf_counter()
    write_contribution_lines(folder, made_table(), n, source)
    spent = time.perf_counter() - begun
    size = sum(p.stat().st_size for p in folder.iterdir())
    shutil.rmtree(folder)
    return {"seconds": spent, "megabytes": size / 1e6}


def child(what: str, n: int) -> dict[str, Any]:
    """One of the runs in a process of its own."""
    command = [sys.executable, str(HERE / "people.py"), what, str(n)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def openfisca(n: int) -> dict[str, Any] | None:
    """What the yardstick prints as its last line; None where it is not there or fails."""
    if not all(p.exists() for p in YARDSTICK):
        return None
    done = subprocess.run(
        [*map(str, YARDSTICK), "--persons", str(n)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return {k: found[k] for k in ("seconds", "seconds_written", "inexact")}
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def people_rows(n: int, rounds: int) -> tuple[list[Row], list[str]]:
    """Rows of the table, and what is wrong: sums that differ from quotes, memory above a gigabyte."""
    sums: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    theirs: list[dict[str, Any] | None] = []
    for _ in range(rounds):
        theirs.append(openfisca(n))
        sums.append(child("sums", n))
        lines.append(child("lines", n))
    ten = child("sums", 10 * n), child("lines", 10 * n)
    best, best_lines = min(s["seconds"] for s in sums), min(s["seconds"] for s in lines)
    known = [t for t in theirs if t is not None]
    fisca, written = (min((t[k] for t in known), default=None) for k in ("seconds", "seconds_written"))
    here = f"OpenFisca-core, basic contribution alone, set-up included; {n:,} persons × 12 months, best of {rounds}"
    if fisca is None:
        here = f"skipped: OpenFisca-core is not installed; {n:,} persons × 12 months, best of {rounds}"
    ratios = [None if t is None else t / o for t, o in ((fisca, best), (written, best_lines))]
    faults = [f"{s['wrong']} of {SAMPLE} persons differ from their quotes" for s in (*sums, ten[0]) if s["wrong"]]
    runs = {"sums": sums[-1], "lines": lines[-1], "sums of ten times": ten[0], "lines of ten times": ten[1]}
    faults += [f"{k}: {r['peak']:.0f} MiB" for k, r in runs.items() if r["peak"] > MEMORY]
    peak = max(r["peak"] for r in runs.values())
    linear = ten[0]["seconds"] / best / 10, ten[1]["seconds"] / best_lines / 10
    made = [
        row("people_year_sums", n / best / 1e6, "M persons/s", here, ratios[0]),
        row("people_year_lines_written", n / best_lines / 1e6, "M persons/s", f"{here}, written to Parquet", ratios[1]),
        row("people_agree_with_quotes", SAMPLE, "persons", "sums of a year equal to the fen", float(not faults)),
        row("people_peak_memory", peak, "MiB", "1 GiB; ten times as many persons too", peak / MEMORY),
        row("people_sums_linear", ten[0]["seconds"], "s", "ten times the time for ten times the persons", linear[0]),
        row("people_lines_linear", ten[1]["seconds"], "s", "ten times the time for ten times the persons", linear[1]),
    ]
    if fisca is not None:
        made.append(row("openfisca_core", n / fisca / 1e6, "M persons/s", "itself", 1.0))
        wrong_there = known[-1]["inexact"]
        made.append(row("openfisca_inexact", wrong_there, "persons", "sums not whole fen; ours 0", wrong_there / n))
    return made, faults


def main() -> None:
    """One run, as a process of its own."""
    parser = argparse.ArgumentParser(description="One run, whose figures are printed as JSON.")
    parser.add_argument("what", choices=("sums", "lines"))
    parser.add_argument("persons", type=int)
    given = parser.parse_args()
    found = (run_sums if given.what == "sums" else run_lines)(given.persons)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
