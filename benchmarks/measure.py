"""What the measurements share: rows of the table, forms of a fold, rounds in turn, memory bandwidth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongchou.rules.settlement.order import boundaries

PIECE = 1_000_000
"""Claims settled at a time, as a batch does; output columns are used again, so memory is warm."""
COPIED = 15_000_000
"""Numbers of 8 bytes that the yardstick of memory copies: far more than any cache holds."""
Row = dict[str, Any]
Arrays = dict[str, np.ndarray]


def row(name: str, value: float | None, unit: str, yardstick: str, ratio: float | None) -> Row:
    """One line of the table and of results.json."""

    def short(x: float | None) -> float | None:
        return None if x is None else float(f"{x:.6g}" if x >= 1000 else f"{x:.4g}")

    return {"name": name, "value": short(value), "unit": unit, "yardstick": yardstick, "ratio": short(ratio)}


def buffers(outputs: Sequence[str], n: int) -> list[np.ndarray]:
    """Output columns of n claims, of the types that a batch gives them."""
    kinds: dict[str, Any] = {"reason": np.int16, "warnings": np.int32}
    return [np.zeros(n, kinds.get(o, np.int64)) for o in outputs]


@dataclass
class Piece:
    """About a million claims of whole persons; ``year`` numbers its persons from 0."""

    number: int
    year: np.ndarray
    columns: Arrays
    cuts: list[tuple[int, int]]


def pieces_of(person: np.ndarray, columns: Arrays, workers: int) -> list[Piece]:
    """The claims cut between persons into pieces, each with its cuts for the threads."""
    found = []
    for lo, hi in boundaries(person, PIECE, 1):
        year = np.cumsum(np.diff(person[lo:hi], prepend=person[lo]) != 0)
        cuts = boundaries(year, hi - lo, workers)
        found.append(Piece(lo, year, {name: c[lo:hi] for name, c in columns.items()}, cuts))
    return found


class Form:
    """One way to settle a piece: a fold with totals and output columns that are used again."""

    def __init__(self, fold: Any, inputs: Sequence[str], outputs: Sequence[str], states: int, size: int) -> None:
        self.fold, self.inputs, self.outputs = fold, inputs, outputs
        self.totals = np.zeros((size, states), np.int64)
        self.out = buffers(outputs, size)
        self.times: dict[tuple[int, int], list[tuple[float, float]]] = {}
        """By (workers, piece): seconds by the wall and by the processor clock of all threads, round by round."""

    def go(self, piece: Piece, workers: int, pool: ThreadPoolExecutor) -> None:
        """Settle one piece in one thread, or its cuts in the threads of the pool, and note the seconds."""
        self.totals[:] = 0
        given = [*(piece.columns[c] for c in self.inputs), piece.year, self.totals, *self.out]
        wall, own = time.perf_counter(), time.process_time()
        if workers == 1:
            self.fold(0, len(piece.year), *given)
        else:
            list(pool.map(lambda cut: self.fold(*cut, *given), piece.cuts))
        spent = time.perf_counter() - wall, time.process_time() - own
        self.times.setdefault((workers, piece.number), []).append(spent)

    def seconds(self, workers: int, of: Callable[[list[float]], float], wall: bool) -> float:
        """Seconds for all pieces, each with its best or median round; the first, which compiles, apart."""
        own = [rounds for (w, _), rounds in self.times.items() if w == workers]
        return sum(of([r[0 if wall else 1] for r in rounds[1:]]) for rounds in own)

    def bytes_moved(self, pieces: list[Piece]) -> float:
        """Bytes a claim read and written: input columns, person-years, outputs; totals read and given back."""
        n = sum(len(p.year) for p in pieces)
        columns = sum(pieces[0].columns[c].itemsize for c in self.inputs) + pieces[0].year.itemsize
        people = sum(int(p.year[-1]) + 1 for p in pieces)
        return columns + sum(o.itemsize for o in self.out) + 2 * 8 * self.totals.shape[1] * people / n


def differing(a: Form, b: Form, n: int) -> list[str]:
    """Columns of two forms that are not equal, with how many elements differ."""
    both = zip(a.outputs, a.out, b.out, strict=False)
    found = [f"{name}: {int((x[:n] != y[:n]).sum())}" for name, x, y in both if not np.array_equal(x[:n], y[:n])]
    return found + ([] if np.array_equal(a.totals, b.totals) else ["totals"])


class Copies:
    """The yardstick of memory: ``numpy.copyto`` in one thread and in two, between the rounds."""

    def __init__(self) -> None:
        self.source, self.target = np.ones(COPIED, np.int64), np.zeros(COPIED, np.int64)
        self.best = {1: 9e9, 2: 9e9}

    def go(self, workers: int, pool: ThreadPoolExecutor) -> None:
        """Copy once, halves by two threads."""
        parts = np.array_split(np.arange(2), workers)
        cuts = [(int(p[0]) * COPIED // 2, (int(p[-1]) + 1) * COPIED // 2) for p in parts]
        begun = time.perf_counter()
        list(pool.map(lambda c: np.copyto(self.target[c[0] : c[1]], self.source[c[0] : c[1]]), cuts))
        self.best[workers] = min(self.best[workers], time.perf_counter() - begun)

    def moved(self, workers: int) -> float:
        """Bytes read and written a second."""
        return 2 * 8 * COPIED / self.best[workers]


def measure(forms: dict[str, Form], person: np.ndarray, columns: Arrays, rounds: int) -> tuple[Copies, list[str]]:
    """Every form on every piece, in one thread and in two, in turn, so that all meet the same noise."""
    faults, copies = [], Copies()
    pieces = pieces_of(person, columns, 2)
    with ThreadPoolExecutor(2) as pool:
        for k in range(rounds + 1):
            for workers in (1, 2):
                copies.go(workers, pool)
            for piece in pieces:
                for workers in (1, 2):
                    for form in forms.values():
                        form.go(piece, workers, pool)
                    if k == 0:
                        (name, first), *others = forms.items()
                        faults += [
                            f"{name} and {other}, {workers} thread(s), piece {piece.number}: {d}"
                            for other, form in others
                            for d in differing(first, form, len(piece.year))
                        ]
    return copies, faults


def fold_rows(
    prefix: str, forms: dict[str, Form], copies: Copies, person: np.ndarray, columns: Arrays, rounds: int
) -> list[Row]:
    """Speeds and ratios of ``generated`` and the other forms, one thread and two; the first other is by hand."""
    rows, n, unit = [], len(person), "M claims/s"
    pieces = pieces_of(person, columns, 1)
    hand, *leaner = [name for name in forms if name != "generated"]
    own = forms["generated"]
    for workers in (1, 2):
        wall, t = workers > 1, f"_{workers}_thread" + "s" * (workers > 1)
        speed = {name: n / f.seconds(workers, min, wall) / 1e6 for name, f in forms.items()}
        middle = {name: n / f.seconds(workers, statistics.median, wall) / 1e6 for name, f in forms.items()}
        here = f"{n // 10**6} M claims, best of {rounds}, {'wall' if wall else 'processor'} time"
        got = speed["generated"]
        rows += [
            row(f"{prefix}_generated{t}", got, unit, f"by hand, same columns; {here}", got / speed[hand]),
            row(
                f"{prefix}_generated_median{t}",
                middle["generated"],
                unit,
                "by hand, same columns; medians",
                middle["generated"] / middle[hand],
            ),
            *(
                row(f"{prefix}_generated_against_{x}{t}", got, unit, f"by hand, fewer columns; {here}", got / speed[x])
                for x in leaner
            ),
            *(row(f"{prefix}_{name}{t}", speed[name], unit, "itself", 1.0) for name in (hand, *leaner)),
        ]
        moved = own.bytes_moved(pieces)
        by_wall = n / own.seconds(workers, min, wall=True)
        rows.append(
            row(
                f"{prefix}_bytes{t}",
                moved,
                "bytes/claim",
                f"share of numpy.copyto at {copies.moved(workers) / 1e9:.3g} GB/s, wall time",
                moved * by_wall / copies.moved(workers),
            )
        )
    state = 8 * own.totals.shape[1]
    people = int(np.count_nonzero(np.diff(person))) + 1
    rows.append(
        row(f"{prefix}_state", state * people / n, "bytes/claim", f"{state} bytes a person-year kept by the fold", None)
    )
    for name in ("generated", hand):
        one, two = (forms[name].seconds(w, min, wall=True) for w in (1, 2))
        rows.append(
            row(f"{prefix}_{name}_two_over_one", n / two / 1e6, unit, "itself in one thread, wall time", one / two)
        )
        one, two = (forms[name].seconds(w, min, wall=False) for w in (1, 2))
        free = "itself in one thread, from processor time: what two idle cores would give"
        rows.append(row(f"{prefix}_{name}_two_over_one_free", 2 * n / two / 1e6, unit, free, 2 * one / two))
    return rows
