"""Claim ids over a whole file: which rows repeat an id, and which row each reversal names.

Ids are compared by hash first and by text wherever two hashes are equal, so nothing depends on luck. Hashes are sorted
a stretch at a time, as much as the workspace holds; texts are fetched for the rows concerned only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .limits import Limits
from .parallel import in_order
from .store import Store

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
ROW_BITS = 32
"""A row's place in the file is its block << ROW_BITS | its row within the block: ascending in file order."""
UNKNOWN = -2


@dataclass
class Identity:
    """``repeated``: of each block the rows whose id stood before. ``back``: place of each reversal (ascending) and,
    in ``original``, of the row it names, ``UNKNOWN`` where no accepted row of the file has that id."""

    repeated: dict[int, Ints] = field(default_factory=dict)
    back: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    original: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def original_of(self, places: Ints) -> Ints:
        """The original of each row given by its place; −1 where it is no reversal."""
        out = np.full(len(places), -1, np.int64)
        if len(self.back):
            at = np.minimum(np.searchsorted(self.back, places), len(self.back) - 1)
            out = np.where(self.back[at] == places, self.original[at], out)
        return out


def identify(store: Store, blocks: list[dict[str, Any]], limits: Limits) -> Identity:
    """Look through the ids of all blocks."""
    rows = sum(b["count"] for b in blocks)
    stretches = max(1, -(-rows * 24 // limits.workspace))
    if rows > 1_000_000:
        stretches = max(stretches, limits.workers)
    found = list(in_order(lambda k: _stretch(store, blocks, k, stretches), range(stretches), limits.workers, 1))
    out = Identity()
    for block in blocks:
        k = block["number"]
        mine = [repeated[repeated >> ROW_BITS == k] & (2**ROW_BITS - 1) for repeated, _, _ in found]
        if any(map(len, mine)):
            out.repeated[k] = np.sort(np.concatenate(mine))
    back, original = (np.concatenate([np.zeros(0, np.int64), *(f[i] for f in found)]) for i in (1, 2))
    order = np.argsort(back, kind="stable")
    out.back, out.original = back[order], original[order]
    return out


def _stretch(store: Store, blocks: list[dict[str, Any]], k: int, of: int) -> tuple[Ints, Ints, Ints]:
    """(places of repeated ids, places of reversals, places of their originals) among one stretch of the hashes."""
    low, high = np.uint64(2**64 * k // of), np.uint64(2**64 * (k + 1) // of - 1)
    none = np.zeros(0, np.int64)
    hashes = [_within(np.asarray(store.get(f"ids/{b['number']}").column("hash")), low, high) for b in blocks]
    every = np.concatenate([np.zeros(0, np.uint64), *hashes])
    hashes.clear()
    every.sort()
    wanted = np.unique(every[1:][every[1:] == every[:-1]])
    del every
    named = [_back(store, b["number"], low, high) for b in blocks if b["back"]]
    if named:
        wanted = np.unique(np.concatenate([wanted, *(h for h, _, _ in named)]))
    if len(wanted) == 0:
        return none, none, none
    places, texts = _holders(store, blocks, wanted)
    words = texts.dictionary_encode()
    code = np.asarray(words.indices).astype(np.int64)
    _, first = np.unique(code, return_index=True)  # the rows are in file order
    repeated = np.ones(len(code), np.bool_)
    repeated[first] = False
    back = np.concatenate([none, *(p for _, p, _ in named)])
    if len(back) == 0:
        return places[repeated], none, none
    asked = pa.concat_arrays([t for _, _, t in named])
    at = pc.index_in(asked, value_set=words.dictionary.cast(pa.string())).fill_null(-1).to_numpy(zero_copy_only=False)
    holder = np.append(places[first], UNKNOWN)[at]
    return places[repeated], back, np.where(_rejected(store, holder), UNKNOWN, holder)


def _within(hashes: Hashes, low: np.uint64, high: np.uint64) -> Hashes:
    return hashes if low == 0 and high == np.uint64(2**64 - 1) else hashes[(hashes >= low) & (hashes <= high)]


def _back(store: Store, number: int, low: np.uint64, high: np.uint64) -> tuple[Hashes, Ints, pa.Array]:
    batch = store.get(f"back/{number}")
    hashes = np.asarray(batch.column("hash"))
    here = np.flatnonzero((hashes >= low) & (hashes <= high))
    rows = np.asarray(batch.column("row"))[here].astype(np.int64)
    return hashes[here], rows | number << ROW_BITS, batch.column("text").take(pa.array(here))


def _holders(store: Store, blocks: list[dict[str, Any]], wanted: Hashes) -> tuple[Ints, pa.Array]:
    """(places, texts) of all rows whose hash is among the wanted ones, in file order."""
    places, texts = [np.zeros(0, np.int64)], [pa.array([], pa.string())]
    for block in blocks:
        k = block["number"]
        batch = store.get(f"ids/{k}")
        hashes = np.asarray(batch.column("hash"))
        at = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
        rows = np.asarray(batch.column("row"))[wanted[at] == hashes].astype(np.int64)
        if len(rows):
            places.append(rows | k << ROW_BITS)
            texts.append(store.get(f"carry/{k}").column("claim_id").take(pa.array(rows)).cast(pa.string()))
    return np.concatenate(places), pa.concat_arrays(texts)


def _rejected(store: Store, places: Ints) -> NDArray[np.bool_]:
    """Which rows have been refused by themselves."""
    out = np.zeros(len(places), np.bool_)
    block = places >> ROW_BITS
    for k in np.unique(block[places >= 0]).tolist():
        here = np.flatnonzero(block == k)
        refused = np.asarray(store.get(f"faults/{k}").column("row"))
        out[here] = np.isin(places[here] & (2**ROW_BITS - 1), refused)
    return out
