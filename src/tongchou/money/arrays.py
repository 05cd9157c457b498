"""Columns of money to int64 fen. Every function gives exactly what ``parse_fen`` gives, cell by cell.

All return ``(fen, ok)``: int64 and bool of the column's length; where ``ok`` is False (a null, or no
amount) ``fen`` is 0. ``fault_codes`` says why, for the rows that failed.
"""

from __future__ import annotations

from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .fen import MAX_FEN

Fen = NDArray[np.int64]
Mask = NDArray[np.bool_]

_DIGITS = 17
"""No amount of more digits before the point fits into int64 fen, zeros in front apart."""
_TEN = np.uint64(10)
_CLOSE = float(2**45)
"""Below this many yuan, rounding a double to fen gives the only candidate."""
_EXACT = Context(prec=60)
"""Wide enough for any decimal128: the default context would round its 38 digits to 28."""
_BLOCK = 1 << 15
_FULL = r"^[0-9]+(\.[0-9]{1,2})?\z"
_SIGNED = r"^-[0-9]+(\.[0-9]{1,2})?\z"
_DOT, _ZERO = 46, 48


def parse_fen_array(texts: pa.Array) -> tuple[Fen, Mask]:
    """Text column (string or large_string) in yuan to fen."""
    n = len(texts)
    fen, ok = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    if n == 0:
        return fen, ok
    starts, lengths, data = text_layout(texts)
    for first in range(0, n, _BLOCK):
        part = slice(first, first + _BLOCK)
        fen[part], ok[part] = _read_block(starts[part], lengths[part], data)
    long = np.flatnonzero(lengths > _DIGITS)
    if len(long):
        _read_long(texts, long, fen, ok)
    return fen, ok


def _read_block(starts: Fen, lengths: Fen, data: NDArray[np.uint8]) -> tuple[Fen, Mask]:
    """Rows few enough to stay in the processor's cache, one character of all of them at a time.

    Takes texts of at most ``_DIGITS`` digits before the point: then the fen fit into uint64.
    """
    last = len(data) - 1
    ends = starts + lengths
    places = np.zeros(len(starts), np.int64)
    for count in (1, 2):
        point = data[np.clip(ends - count - 1, 0, last)] == _DOT
        places[point & (lengths >= count + 2)] = count
    dot = np.where(places > 0, lengths - places - 1, -1)
    ok = (lengths > 0) & (np.where(places > 0, dot, lengths) <= _DIGITS)
    fen = np.zeros(len(starts), np.uint64)
    shortest = int(lengths.min())
    for j in range(int(np.max(lengths, where=ok, initial=0))):
        digit = data[np.minimum(starts + j, last)] - _ZERO
        skip = dot == j
        if j >= shortest:
            skip |= lengths <= j
        ok &= skip | (digit <= 9)
        fen = np.where(skip, fen, fen * _TEN + digit)
    fen *= np.array([100, 10, 1], np.uint64)[places]
    ok &= fen <= np.uint64(MAX_FEN)
    return np.where(ok, fen, 0).astype(np.int64), ok


def _read_long(texts: pa.Array, rows: Fen, fen: Fen, ok: Mask) -> None:
    """Long texts that may be amounts with zeros in front."""
    chosen = texts.take(pa.array(rows))
    right = np.asarray(pc.fill_null(pc.match_substring_regex(chosen, _FULL), False))
    if right.any():
        short = pc.replace_substring_regex(chosen.filter(pa.array(right)), "^0+([0-9])", r"\1")
        starts, lengths, data = text_layout(short)
        fen[rows[right]], ok[rows[right]] = _read_block(starts, lengths, data)


def text_layout(texts: pa.Array) -> tuple[Fen, Fen, NDArray[np.uint8]]:
    """Where each text of a string array lies: (starts, lengths, bytes); a null has length 0."""
    n = len(texts)
    large = pa.types.is_large_string(texts.type) or pa.types.is_large_binary(texts.type)
    _, offsets_buffer, data_buffer = texts.buffers()
    stored = np.frombuffer(offsets_buffer, np.int64 if large else np.int32)
    offsets: Fen = stored[texts.offset : texts.offset + n + 1].astype(np.int64)
    if data_buffer is None or data_buffer.size == 0:
        data = np.zeros(1, np.uint8)
    else:
        data = np.frombuffer(data_buffer, np.uint8)
    lengths = np.diff(offsets)
    if texts.null_count:
        lengths[np.asarray(texts.is_null())] = 0
    return offsets[:-1], lengths, data


def fault_codes(texts: pa.Array) -> tuple[Mask, Mask]:
    """For texts that ``parse_fen_array`` refused: (negative amount, too large); else ``not_money``."""
    negative = np.asarray(pc.fill_null(pc.match_substring_regex(texts, _SIGNED), False))
    large = np.asarray(pc.fill_null(pc.match_substring_regex(texts, _FULL), False))
    return negative, large


def doubles_to_fen(values: NDArray[np.float64]) -> tuple[Fen, Mask]:
    """Yuan as doubles to fen.

    A double is taken when its shortest decimal text has at most two places and it is below 2**53 fen.
    Below 2**45 yuan doubles lie closer than fen, so that is when it *is* the double nearest to k / 100
    for an integer k; above, the text itself is looked at. NaN, infinite, negative: not.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        ok = (values >= 0) & (values < _CLOSE)
        found = np.rint(np.where(ok, values, 0.0) * 100)
        ok &= found / 100 == values
        far = np.flatnonzero((values >= _CLOSE) & (values < 2**53 / 100))
    fen = np.where(ok, found, 0).astype(np.int64)
    for row in far.tolist():
        exact = Decimal(repr(float(values[row]))) * 100
        if exact == int(exact) and exact < 2**53:
            fen[row], ok[row] = int(exact), True
    return fen, ok


def decimals_to_fen(column: pa.Array) -> tuple[Fen, Mask]:
    """Arrow decimal128 in yuan to fen; places beyond the second must be zeros; negative: not ok."""
    n, scale = len(column), column.type.scale
    ok = ~np.asarray(column.is_null())
    buffer = column.buffers()[1]
    words = np.frombuffer(buffer, np.uint64)[2 * column.offset : 2 * (column.offset + n)].reshape(n, 2)
    low, high = words[:, 0], words[:, 1]
    small = (high == 0) & (low <= np.uint64(MAX_FEN)) & ok
    value = np.where(small, low, 0).astype(np.int64)
    if scale <= 2:
        factor = 10 ** (2 - scale)
        good = small & (value <= MAX_FEN // factor)
        fen = np.where(good, value, 0) * factor if factor <= MAX_FEN else np.zeros(n, np.int64)
        good &= (factor <= MAX_FEN) | (value == 0)
    else:
        unit = 10 ** (scale - 2)
        if unit <= MAX_FEN:
            good = small & (value % unit == 0)
            fen = np.where(good, value // unit, 0)
        else:
            good, fen = small & (value == 0), np.zeros(n, np.int64)
    wide = np.flatnonzero(ok & (high != 0) & (high < np.uint64(2**63)) | ok & (high == 0) & ~small)
    for row in wide.tolist():
        exact = _EXACT.multiply(column[row].as_py(), Decimal(100))
        if scale > 2 and exact == int(exact) and int(exact) <= MAX_FEN:
            fen[row], good[row] = int(exact), True
    return fen.astype(np.int64), good


def ints_to_fen(column: pa.Array) -> tuple[Fen, Mask]:
    """Arrow integers in whole yuan to fen."""
    ok = ~np.asarray(column.is_null())
    filled = np.asarray(pc.fill_null(column, 0))
    ok &= (filled >= 0) & (filled <= MAX_FEN // 100)
    return np.where(ok, filled, 0).astype(np.int64) * 100, ok
