"""A hash of texts that is ours: the same in every version of every library, for spill files and their order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.money.arrays import text_layout

Hashes = NDArray[np.uint64]
_A, _B, _C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(32)
COMPILED_FROM = 20_000
"""From so many texts on, numba does it."""


def text_hash(texts: pa.Array) -> Hashes:
    """64 bits a text, of a string or large_string array; null as the empty text. Not against an adversary:
    whoever uses it compares the texts where two are equal."""
    if len(texts) == 0:
        return np.zeros(0, np.uint64)
    starts, lengths, data = text_layout(texts)
    if len(texts) >= COMPILED_FROM:
        from .compiled import hash_texts

        out = np.empty(len(texts), np.uint64)
        hash_texts(starts, lengths, data, out)
        return out
    return _by_array(starts, lengths, data)


def _by_array(starts: NDArray[np.int64], lengths: NDArray[np.int64], data: NDArray[np.uint8]) -> Hashes:
    """The same as ``compiled.hash_texts``, a byte of all texts at a time; used where numba is not worth its start."""
    h = lengths.astype(np.uint64) * _A
    last, most = len(data) - 1, int(lengths.max())
    for first in range(0, max(most, 1), 8):
        word = np.zeros(len(starts), np.uint64)
        for k in range(first, min(first + 8, most)):
            byte = np.where(lengths > k, data[np.minimum(starts + k, last)], 0).astype(np.uint64)
            word |= byte << np.uint64(8 * (k - first))
        mixed = (h ^ word) * _B
        mixed = (mixed ^ mixed >> _HALF) * _C
        h = np.where((lengths > first) | (first == 0), mixed, h)
    return h ^ h >> np.uint64(29)


def bucket_of(hashes: Hashes, buckets: int) -> NDArray[np.uint16]:
    """Which of ``buckets`` equal stretches of the hashes each lies in: buckets in order are hashes in order."""
    return ((hashes >> _HALF) * np.uint64(buckets) >> _HALF).astype(np.uint16)
