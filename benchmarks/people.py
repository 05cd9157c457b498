"""A year of medical contributions of many persons: summed, and every line written; beside OpenFisca-core where it is.

Each run is a process of its own (``people_run.py``), so that its peak memory is its own; OpenFisca, which has the basic
contribution and one benefit only (``openfisca_yardstick.py``), runs in turn with ours. Both have everything imported
when the clock starts and make their law within the time; ``…_from_start`` has the imports of both within it too, and
``…_from_tree`` reads our law from its files instead of the card that a question keeps.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from measure import Row, row

HERE = Path(__file__).resolve().parent
YARDSTICK = (HERE.parent / ".venv-yardstick" / "bin" / "python", HERE / "openfisca_yardstick.py")
SAMPLE, MEMORY, TIMES = 300, 1024, 10
PARQUET = "written to Parquet, neither compressed, theirs by the quickest settings of pyarrow"
Found = dict[str, Any]


def last_line(command: Sequence[str]) -> Found:
    """The JSON that a process prints as its last line; RuntimeError with what it said where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()
        raise RuntimeError(said[-1][:120])
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def child(what: str, n: int) -> Found:
    """One of our runs in a process of its own."""
    return last_line([sys.executable, str(HERE / "people_run.py"), what, str(n)])


def openfisca(n: int) -> Found | str:
    """What the yardstick measured, or why it did not."""
    if not all(p.exists() for p in YARDSTICK):
        return "OpenFisca-core is not installed"
    try:
        return last_line([*map(str, YARDSTICK), "--persons", str(n)])
    except RuntimeError as e:
        return f"OpenFisca-core failed: {e}"


def least(runs: Sequence[Found], key: str) -> float:
    """The best round; other work on the machine only ever makes a round slower."""
    return min(float(r[key]) for r in runs)


def people_rows(n: int, rounds: int) -> tuple[list[Row], list[str]]:
    """Rows of the table, and what is wrong: sums that differ from quotes, memory above a gigabyte."""
    card = child("card", 0)["kept"]
    child("sums", 1)  # compiles the loops where that was never done
    sums: list[Found] = []
    lines: list[Found] = []
    theirs: list[Found] = []
    why = ""
    for _ in range(rounds):
        got = openfisca(n)
        if isinstance(got, str):
            why = got
        else:
            theirs.append(got)
        sums.append(child("sums", n))
        lines.append(child("lines", n))
    large = child("sums", TIMES * n), child("lines", TIMES * n)
    faults = [f"{s['wrong']} of {SAMPLE} persons differ from their quotes" for s in (*sums, large[0]) if s["wrong"]]
    rows = [*speed_rows(n, sums, lines, theirs, why, card), *check_rows(sums, lines, large, not faults)]
    runs = {"sums": sums[-1], "lines": lines[-1], "sums of ten times": large[0], "lines of ten times": large[1]}
    faults += [f"{k}: {r['peak']:.0f} MiB" for k, r in runs.items() if r["peak"] > MEMORY]
    return [*rows, *their_rows(n, theirs)], faults


def speed_rows(
    n: int, sums: list[Found], lines: list[Found], theirs: list[Found], why: str, card: bool
) -> Sequence[Row]:
    """Millions of persons a second, each beside the same of OpenFisca-core."""
    here = f"{n:,} persons × 12 months, best of {len(sums)}"
    beside = "OpenFisca-core, basic contribution and one benefit" if theirs else f"skipped: {why}"

    def speed(name: str, seconds: float, their: Callable[[], float], text: str) -> Row:
        ratio = their() / seconds if theirs else None
        return row(name, n / seconds / 1e6, "M persons/s", f"{beside}; {here}; {text}", ratio)

    law = "law from a card" if card else "law from its files, for no card could be kept"
    free = "processor time of all threads of both, as one core would take"
    return (
        speed(
            "people_year_sums",
            least(sums, "seconds"),
            lambda: least(theirs, "seconds"),
            f"{law}; set-up of both, imports of neither; asked: at least 10",
        ),
        speed(
            "people_year_sums_from_start",
            least(sums, "seconds_from_start"),
            lambda: min(t["seconds"] + t["seconds_import"] for t in theirs),
            f"{law}; set-up and imports of both",
        ),
        speed(
            "people_year_sums_from_tree",
            least(sums, "seconds_from_tree"),
            lambda: least(theirs, "seconds"),
            "law from its files; set-up of both, imports of neither",
        ),
        speed(
            "people_year_lines_written",
            least(lines, "seconds"),
            lambda: least(theirs, "seconds_written"),
            f"{PARQUET}; asked: at least 2",
        ),
        speed("people_year_sums_processor", least(sums, "processor"), lambda: least(theirs, "processor"), free),
        speed(
            "people_year_lines_processor",
            least(lines, "processor"),
            lambda: least(theirs, "processor_written"),
            f"{PARQUET}; {free}",
        ),
    )


def check_rows(sums: list[Found], lines: list[Found], large: tuple[Found, Found], agree: bool) -> list[Row]:
    """Agreement with quotes, peak memory, and time for ten times as many persons."""
    most = max(r["peak"] for r in (*sums, *lines, *large))
    here = "ten times the time for a tenth of the persons; asked: 1 at most, as far as the machine is steady"
    linear = [b["seconds"] / least(a, "seconds") / TIMES for a, b in zip((sums, lines), large, strict=True)]
    return [
        row("people_agree_with_quotes", SAMPLE, "persons", "sums of a year equal to the fen", float(agree)),
        row("people_peak_memory", most, "MiB", "1 GiB, asked: below; ten times as many persons too", most / MEMORY),
        row("people_sums_linear", large[0]["seconds"], "s", here, linear[0]),
        row("people_lines_linear", large[1]["seconds"], "s", here, linear[1]),
    ]


def their_rows(n: int, theirs: list[Found]) -> list[Row]:
    """OpenFisca-core's own speed, and how far its floats of 32 bits are from whole fen."""
    if not theirs:
        return []
    speed, written = (n / least(theirs, k) / 1e6 for k in ("seconds", "seconds_written"))
    inexact = theirs[-1]["inexact"]
    away = "all persons; sums that are not those of whole fen rounded half-up, ours 0"
    return [
        row("openfisca_core", speed, "M persons/s", "itself", 1.0),
        row("openfisca_core_written", written, "M persons/s", "itself", 1.0),
        row("openfisca_core_import", least(theirs, "seconds_import") * 1000, "ms", "itself", 1.0),
        row("openfisca_inexact", inexact, "persons", away, inexact / n),
    ]
