"""Loops over many rows that NumPy has no form for, compiled by numba and kept in its cache."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_A, _B, _C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_HALF, _END = np.uint64(32), np.uint64(29)


@numba.njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def hash_texts(starts: Any, lengths: Any, data: Any, out: Any) -> None:
    """``hashing.text_hash``: eight bytes at a time are mixed in."""
    for i in range(len(starts)):
        at, size = starts[i], lengths[i]
        h = np.uint64(size) * _A
        first = 0
        while first == 0 or first < size:
            word = np.uint64(0)
            for k in range(min(8, size - first)):
                word |= np.uint64(data[at + first + k]) << np.uint64(8 * k)
            h = (h ^ word) * _B
            h = (h ^ (h >> _HALF)) * _C
            first += 8
        out[i] = h ^ (h >> _END)
