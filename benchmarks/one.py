"""One claim in plain Python, as the counter reckons it: generated ``one`` against the same written by hand."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import eight
import hand_eight
import hand_one
from measure import Arrays, Row, row
from tongchou.law.compile import Kernel, plain
from tongchou.law.tree import load

CLAIMS = 20_000
LOOPS = 1_000_000


def chained(one: Callable[..., Any], rows: Sequence[tuple[int, ...]], first: Sequence[bool], states: int) -> list[Any]:
    """What ``one`` gives for each claim, running totals carried from claim to claim of a person."""
    got, none = [], (0,) * states
    state = none
    for values, new in zip(rows, first, strict=True):
        answer = one(*values, *(none if new else state))
        got.append(answer)
        state = answer[len(answer) - states :]
    return got


def calls(one: Callable[..., Any], given: Sequence[tuple[int, ...]]) -> float:
    """Processor seconds of calling ``one`` with each tuple of ints."""
    begun = time.process_time()
    for values in given:
        one(*values)
    return time.process_time() - begun


def yardstick() -> float:
    """Processor seconds of an empty loop: what this machine makes of plain Python just now."""
    begun = time.process_time()
    for _ in range(LOOPS):
        pass
    return time.process_time() - begun


def compared(
    name: str, kernel: Kernel, by_hand: Callable[..., Any], inputs: Sequence[str], states: Sequence[str],
    person: Any, columns: Arrays, rounds: int,
) -> tuple[list[Row], list[str]]:  # fmt: skip
    """Rows of one scheme: both forms on the same claims with the same totals, interleaved, medians."""
    first = [True, *(person[1:] != person[:-1]).tolist()]
    ours = list(zip(*(columns[c].tolist() for c in kernel.inputs), strict=True))
    theirs = list(zip(*(columns[c].tolist() for c in inputs), strict=True))
    year = [k for k, (_, per, key) in enumerate(kernel.state) if per == "year" and not key]
    outs, kept = len(kernel.outputs), len(states)

    def own(*values: int) -> tuple[int, ...]:
        """The generated form with the totals of the year alone: other periods begin at nothing."""
        state = [0] * len(kernel.state)
        for k, v in zip(year, values[len(kernel.inputs) :], strict=True):
            state[k] = v
        got = kernel.one(*values[: len(kernel.inputs)], *state)
        return (*got[:outs], *(got[outs + k] for k in year))

    mine, other = chained(own, ours, first, kept), chained(by_hand, theirs, first, kept)
    different = sum(tuple(a) != tuple(b) for a, b in zip(mine, other, strict=True))
    before = [(0,) * kept if new else got[outs:] for new, got in zip(first, [other[0], *other], strict=False)]
    full = []
    for values, totals in zip(ours, before, strict=True):
        state = [0] * len(kernel.state)
        for k, v in zip(year, totals, strict=True):
            state[k] = v
        full.append((*values, *state))
    short = [(*values, *totals) for values, totals in zip(theirs, before, strict=True)]
    spent: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        spent.append((calls(kernel.one, full), calls(by_hand, short), yardstick()))
    a, b, loop = (statistics.median(s[k] for s in spent) for k in range(3))
    ratio = statistics.median(s[0] / s[1] for s in spent)
    here = f"by hand, {CLAIMS} claims called with ints, median of {rounds} rounds in turn"
    return [
        row(f"one_{name}_generated", a / CLAIMS * 1e6, "µs/claim", here, ratio),
        row(f"one_{name}_hand", b / CLAIMS * 1e6, "µs/claim", "itself", 1.0),
        row(f"one_{name}_loop", loop / LOOPS * 1e9, "ns/turn", "an empty loop of Python, same rounds", None),
    ], [f"one claim, {name}: {different} of {CLAIMS} differ"] if different else []


def one_rows(rounds: int, kunming: Callable[[int], tuple[Any, Arrays]]) -> tuple[list[Row], list[str]]:
    """Four layers (employees of Kunming in 2023) and eight. ``kunming`` makes claims."""
    start, end = date(2023, 1, 1).toordinal(), date(2024, 1, 1).toordinal()
    four = plain(load().scheme("530100", "employee"), start, end)
    rows, faults = compared("four", four, hand_one.one, hand_one.INPUTS, hand_one.STATE, *kunming(CLAIMS), rounds)
    more, bad = compared(
        "eight", eight.kernel(numba=False), hand_eight.one, hand_eight.INPUTS, hand_eight.STATE,
        *eight.claims(CLAIMS), rounds,
    )  # fmt: skip
    return rows + more, faults + bad
