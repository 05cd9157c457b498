"""Which of many wrong words are near enough to a code for a hint to be looked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.money.arrays import text_layout

_BLOCK = 1 << 14


def may_be_near(words: pa.Array, known: Sequence[str]) -> NDArray[np.bool_]:
    """Whether ``nearest`` could find something for a text: enough letters in common, whatever their order.

    The same bound as ``difflib``'s ``quick_ratio``, for all texts at once; letters are told apart by their lowest
    five bits, so it may let too many through, never too few.
    """
    starts, lengths, data = text_layout(words)
    long = np.asarray(pc.utf8_length(words).fill_null(0))
    near = np.zeros(len(words), np.bool_)
    for first in range(0, len(words), _BLOCK):
        low, size = starts[first : first + _BLOCK], lengths[first : first + _BLOCK]
        owner = np.repeat(np.arange(len(size)), size)
        begin, end = int(low[0]), int(low[-1] + size[-1])
        letters = data[begin:end] if end - begin == len(owner) else data[_places(low, size)]
        held = np.bincount(owner * 32 + (letters & 31), minlength=len(size) * 32).reshape(len(size), 32)
        for code in known:
            own = np.bincount(np.frombuffer(code.encode(), np.uint8) & 31, minlength=32)
            same = np.minimum(held, own).sum(axis=1)
            near[first : first + _BLOCK] |= 2 * same >= 0.6 * (long[first : first + _BLOCK] + len(code))
    return near & (lengths > 0)


def _places(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all bytes of the texts, one after another."""
    shift = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return np.asarray(np.arange(int(sizes.sum())) + shift, np.int64)
