"""Reversals within one bucket: each undoes one claim, once, that stands before it and equals it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.rules.settlement.batch import Undo

from .identity import UNKNOWN
from .opening import Opening

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
FAULTS = ("reverses_unknown", "reverses_not_equal", "already_reversed")


@dataclass
class Reversals:
    """``original``: row undone of each row of the bucket, −1 where none of the bucket. ``fault``: rows at fault, each
    with its reason. ``undo``: rows that undo a claim of an earlier run, with the id of it."""

    original: Ints
    fault: dict[str, Ints]
    undo: list[tuple[int, str]]


def judge(
    places: Ints,
    named: Ints,
    texts: pa.Array,
    alive: Mask,
    person: Ints,
    scheme: Ints,
    order: Ints,
    amounts: Sequence[Ints],
    ids: pa.Array,
    opening: Opening | None,
) -> Reversals:
    """Judge all reversals of a bucket. ``named``: place in the file of the row each names, −1 no reversal,
    ``UNKNOWN`` not in this file. ``ids``: person ids by code.

    A reversal is at fault, in this order: ``reverses_unknown`` where no accepted row has the id;
    ``reverses_not_equal`` where that row is another person's; ``reverses_unknown`` where it does not stand before, is
    rejected or itself a reversal; ``already_reversed``; ``reverses_not_equal`` where scheme or amounts differ.
    """
    n = len(places)
    back = np.flatnonzero((named != -1) & alive)
    out = Reversals(np.full(n, -1, np.int64), {f: np.zeros(0, np.int64) for f in FAULTS}, [])
    if len(back) == 0:
        return out
    inside = back[named[back] >= 0]
    at = np.minimum(np.searchsorted(places, named[inside]), n - 1)
    there = places[at] == named[inside]
    same_person = there & (person[at] == person[inside])
    before = (order[at] < order[inside]) | ((order[at] == order[inside]) & (at < inside))
    known = same_person & alive[at] & before & (named[at] == -1)
    equal = known & (scheme[at] == scheme[inside])
    for a in amounts:
        equal &= a[at] == a[inside]
    in_order = np.lexsort((inside, order[inside]))
    rank = np.empty(len(inside), np.int64)
    rank[in_order] = np.arange(len(inside))
    first = np.full(n, n, np.int64)
    np.minimum.at(first, at[equal], rank[equal])
    again = known & (first[at] < rank)
    good = equal & ~again
    out.original[inside[good]] = at[good]
    out.fault["reverses_not_equal"] = inside[~same_person | (known & ~equal & ~again)]
    out.fault["reverses_unknown"] = inside[same_person & ~known]
    out.fault["already_reversed"] = inside[again]
    outside = back[named[back] == UNKNOWN]
    if len(outside):
        _of_earlier_runs(out, outside[np.lexsort((outside, order[outside]))], texts, person, amounts, ids, opening)
    return out


def _of_earlier_runs(
    out: Reversals,
    rows: Ints,
    texts: pa.Array,
    person: Ints,
    amounts: Sequence[Ints],
    ids: pa.Array,
    opening: Opening | None,
) -> None:
    """Reversals of claims that the run beside the opening settled."""
    found: dict[str, list[int]] = {f: [] for f in FAULTS}
    seen: set[str] = set()
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
        if opening is None or not opening.settled(text):
            found["reverses_unknown"].append(row)
        elif opening.original(text).person_id != ids[int(person[row])].as_py():
            found["reverses_not_equal"].append(row)
        elif text in seen or opening.reversed(text):
            found["already_reversed"].append(row)
        elif opening.original(text).money != tuple(int(a[row]) for a in amounts):
            found["reverses_not_equal"].append(row)
        else:
            seen.add(text)
            out.undo.append((row, text))
    for reason, more in found.items():
        out.fault[reason] = np.concatenate([out.fault[reason], np.array(more, np.int64)])


def undone(opening: Opening, rows: list[tuple[int, str]], episodes: dict[str, int]) -> tuple[Undo, ...]:
    """What settling needs of each reversal of an earlier run's claim: its results turned, its changes of totals."""
    out = []
    for row, text in rows:
        told = opening.original(text)
        amounts = {k: -v for k, v in told.amounts.items()}
        episode = episodes.get(told.episode, -1) if told.episode else -1
        out.append(
            Undo(row, amounts, told.effects, told.year, told.reason, told.warnings, told.claim, episode, told.open)
        )
    return tuple(out)
