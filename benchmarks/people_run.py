"""One run of a year of medical contributions, in a process of its own; its figures as JSON, the last line.

    python benchmarks/people_run.py card|sums|lines PERSONS

``card`` keeps the figures of the area as a question does, ``sums`` sums the year person by person in reused chunks,
``lines`` writes every line. Persons are made chunk by chunk outside the time that is taken.
"""

from __future__ import annotations

import time

_begun = time.perf_counter()
import argparse  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import shutil  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from tongchou.law import cards  # noqa: E402
from tongchou.law.figures_of import figures_of, store_figures, stored_figures  # noqa: E402
from tongchou.law.tree import load  # noqa: E402
from tongchou.rules.contribution.batch import Levies, Profile, Table  # noqa: E402
from tongchou.rules.contribution.columns import SUMS  # noqa: E402
from tongchou.rules.contribution.levy import levy_of  # noqa: E402
from tongchou.rules.contribution.lines import Person  # noqa: E402
from tongchou.rules.reckoning import Reckoning  # noqa: E402

IMPORTED = time.perf_counter() - _begun
WORK = Path(__file__).resolve().parent.parent / "build" / "bench"
AREA, YEAR, CHUNK, SAMPLE = "530100", 2023, 100_000, 300
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
GROUPS = {
    "basic_medical": "basic",
    "maternity": "maternity",
    "large_expense": "large",
    "resident_medical": "resident",
}
People = tuple[np.ndarray, np.ndarray, np.ndarray]


def people(chunk: int, n: int) -> People:
    """(kind, wage, entered) of made-up persons; the same for the same chunk."""
    rng = np.random.default_rng((530100, chunk))
    kind = rng.choice(len(PROFILES), n, p=MIX).astype(np.int8)
    yearly = 550_000 * np.exp(0.6 * rng.standard_normal(n))
    wage = (yearly[:, None] * (0.9 + 0.2 * rng.random((n, 12)))).astype(np.int64).reshape(-1)
    entered = np.where(rng.random(n) < 0.06, rng.integers(0, 12, n), -1).astype(np.int8)
    return kind, wage, entered


# -- the law -------------------------------------------------------------------------------------------------
def kept_table() -> Table:
    """The law of the year from the card of figures that a question keeps, else from its files."""
    return Table(stored_figures(AREA, None) or figures_of(load(), AREA), YEAR, PROFILES)


def read_table() -> Table:
    """The law of the year from its files, whether there is a card or not."""
    return Table(figures_of(load(), AREA), YEAR, PROFILES)


def run_card(_: int) -> dict[str, Any]:
    """Keep the figures of the area where they are not kept."""
    if stored_figures(AREA, None) is None:
        before = cards.sources()
        store_figures(figures_of(load(), AREA), before)
    return {"kept": stored_figures(AREA, None) is not None}


# -- sums ----------------------------------------------------------------------------------------------------
def year(levies: Levies, n: int) -> tuple[float, float, np.ndarray]:
    """(seconds, processor seconds of all threads, sums over all) of the year of n persons chunk by chunk."""
    spent, own, total = 0.0, 0.0, np.zeros(len(SUMS), np.int64)
    for lo in range(0, n, CHUNK):
        given = people(lo // CHUNK, min(CHUNK, n - lo))
        begun, mine = time.perf_counter(), time.process_time()
        sums = levies.sums(*given)
        spent, own = spent + time.perf_counter() - begun, own + time.process_time() - mine
        total += sums.sum(axis=0)
    return spent, own, total


def run_sums(n: int) -> dict[str, Any]:
    """Seconds of law, table, room and loops, with all that is loaded.

    ``seconds_from_start``: from the start of the process, of a million persons at most; ``seconds_from_tree``: the law
    read from its files.
    """
    begun = time.perf_counter()
    levies = Levies(kept_table(), CHUNK)
    early = time.perf_counter() - begun
    first, *_ = year(levies, min(n, 10**6))  # the first chunk reads the compiled loops from disk
    begun = time.perf_counter()
    Levies(read_table(), CHUNK).close()
    tree = time.perf_counter() - begun
    gc.collect()  # what was loaded and made before is not looked through within the time; the yardstick does the same
    begun, mine = time.perf_counter(), time.process_time()
    levies = Levies(kept_table(), CHUNK)
    setup, made = time.perf_counter() - begun, time.process_time() - mine
    spent, own, total = year(levies, n)
    return {
        "seconds": setup + spent,
        "processor": made + own,
        "seconds_from_start": IMPORTED + early + first,
        "seconds_from_tree": tree + spent,
        "total": total.tolist(),
        "wrong": wrong(levies),
    }


def reference(kind: int, wages: list[int], entered: int, law: Reckoning) -> list[int]:
    """A person's sums by twelve quotes."""
    p, got, first = PROFILES[kind], dict.fromkeys(SUMS, 0), YEAR * 12
    for m in range(max(entered, 0), 12):
        entry = None if entered < 0 else first + entered
        own = Person(p.kind, first + m, wages[m], entry=entry, identity=p.identity, pension=wages[m])
        levy = levy_of(law, own)
        for x in levy.lines:
            if x.scheme in GROUPS:
                got[f"{GROUPS[x.scheme]}_{x.payer}"] += x.amount
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


# -- every line ----------------------------------------------------------------------------------------------
def run_lines(n: int) -> dict[str, Any]:
    """Write every line of n persons; the wages of a million are made before, and used again."""
    from tongchou.interfaces.files.contribution_lines import write_contribution_lines

    block = min(n, 10**6)
    made = [people(c, min(CHUNK, block - c * CHUNK)) for c in range(-(-block // CHUNK))]
    kind, wage, entered = (np.concatenate([m[k] for m in made]) for k in range(3))
    del made

    def source(lo: int, hi: int) -> People:
        a = lo % block
        return kind[a : a + hi - lo], wage[a * 12 : (a + hi - lo) * 12], entered[a : a + hi - lo]

    WORK.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="contribution_lines_", dir=WORK))  # another run may write at the same time
    write_contribution_lines(folder, kept_table(), min(CHUNK, block), source)  # reads the compiled loops from disk
    gc.collect()
    begun, mine = time.perf_counter(), time.process_time()
    write_contribution_lines(folder, kept_table(), n, source)
    spent, own = time.perf_counter() - begun, time.process_time() - mine
    size = sum(p.stat().st_size for p in folder.iterdir())
    shutil.rmtree(folder)
    return {"seconds": spent, "processor": own, "megabytes": size / 1e6}


def peak() -> float:
    """MiB this process held at most; ``ru_maxrss`` would begin with what the process had that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")) / 1024


def main() -> None:
    runs = {"card": run_card, "sums": run_sums, "lines": run_lines}
    parser = argparse.ArgumentParser(description="One run, whose figures are printed as JSON.")
    parser.add_argument("what", choices=runs)
    parser.add_argument("persons", type=int)
    given = parser.parse_args()
    found = runs[given.what](given.persons)
    print(json.dumps({**found, "peak": peak()}))


if __name__ == "__main__":
    main()
