"""Row groups of whole numbers for a Parquet file, packed by their differences in a compiled loop.

The encoding is DELTA_BINARY_PACKED, which every reader of Parquet knows: blocks of 128 differences, each less the least
of its block and in as many bits as the largest needs (the format has parts of 32 with bits of their own; here they have
the block's). pyarrow takes about five times as long for the same. Columns have no missing values, are one page a row
group and are not compressed, which saves a third of the room and costs more time than the packing.
Format: https://parquet.apache.org/docs/file-format/data-pages/encodings/ (delta encoding)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pyarrow as pa

from tongchou.law.compile.loops import compiled_loop

from .parquetparts import Part
from .thrift import BINARY, I32, I64, LIST, STRUCT, Struct, write_struct

BLOCK, PIECE = 128, 32
"""Differences of a block, and of one of its parts: the numbers parquet-mr and pyarrow take too."""
WORD = 32
LOW = (1 << WORD) - 1
MOST = 10 + BLOCK // PIECE + BLOCK * 8
"""Bytes of a block at most."""
HEAD = 100
"""Bytes before the blocks of a page at most."""
DELTA_BINARY_PACKED, RLE = 5, 3
TYPES = {pa.int32(): 1, pa.int64(): 2}


# -- the loop: plain functions of integers, compiled as they stand ---------------------------------------------
def put_number(out: Any, at: int, number: int) -> int:
    """Write a number that is not negative, seven bits a byte; the place after it."""
    while number > 127:
        out[at] = (number & 127) | 128
        number >>= 7
        at += 1
    out[at] = number
    return at + 1


def bits(number: int) -> int:
    """How many bits a number below 2**63 needs; without jumps."""
    need = 0
    for step in (32, 16, 8, 4, 2, 1):
        more = (number >> step != 0) * step
        number >>= more
        need += more
    return need + number


def put_narrow(words: Any, w: int, numbers: Any, width: int) -> None:
    """Write the numbers of a block as ``width`` bits each, at most 32, from word ``w`` on.

    A part fills ``width`` words; the four are written side by side, for none waits for another.
    """
    used = 0
    held_a = held_b = held_c = held_d = 0
    for i in range(PIECE):
        held_a |= numbers[i] << used
        held_b |= numbers[PIECE + i] << used
        held_c |= numbers[2 * PIECE + i] << used
        held_d |= numbers[3 * PIECE + i] << used
        words[w] = held_a & LOW
        words[w + width] = held_b & LOW
        words[w + 2 * width] = held_c & LOW
        words[w + 3 * width] = held_d & LOW
        used += width
        w += used >> 5
        held_a >>= used & WORD
        held_b >>= used & WORD
        held_c >>= used & WORD
        held_d >>= used & WORD
        used &= WORD - 1


def put_wide(words: Any, w: int, numbers: Any, width: int) -> None:
    """The same for more than 32 bits, bit by bit."""
    words[w : w + BLOCK // WORD * width] = 0
    for i in range(BLOCK):
        for bit in range(width):
            at = w * WORD + i * width + bit
            words[at // WORD] |= (numbers[i] >> bit & 1) << at % WORD


def put_differences(values: Any, lo: int, n: int, numbers: Any) -> tuple[int, int]:
    """A block's differences from value ``lo`` on, each less the least, 0 where no value is; the least, the largest."""
    least = most = values[lo] - values[lo - 1]
    if lo + BLOCK <= n:
        for i in range(BLOCK):  # apart, for so many are looked at several at a time
            difference = values[lo + i] - values[lo + i - 1]
            numbers[i] = difference
            least, most = min(least, difference), max(most, difference)
    else:
        for i in range(n - lo):
            difference = values[lo + i] - values[lo + i - 1]
            numbers[i] = difference
            least, most = min(least, difference), max(most, difference)
        numbers[n - lo :] = least
    for i in range(BLOCK):
        numbers[i] -= least
    return least, most


def pack(values: Any, numbers: Any, words: Any, leasts: Any, widths: Any) -> None:
    """Pack the differences of all values into words; of each block the least and the bits.

    Values lie within ±2**60, those of a column of 32 bits within ±2**29. ``numbers``: room for a block.
    """
    w, n = 0, len(values)
    for block in range((n + BLOCK - 2) // BLOCK):
        least, most = put_differences(values, block * BLOCK + 1, n, numbers)
        width = bits(most - least)
        leasts[block], widths[block] = least, width
        if width > WORD:
            put_wide(words, w, numbers, width)
        else:
            put_narrow(words, w, numbers, width)
        w += BLOCK // WORD * width


def joined(n: int, leasts: Any, widths: Any, room: Any) -> int:
    """How many bytes the packed blocks of n values have. ``room``: for one number."""
    size = 0
    for block in range((n + BLOCK - 2) // BLOCK):
        pieces = min(BLOCK // PIECE, (n - 2 - block * BLOCK) // PIECE + 1)
        size += put_number(room, 0, (leasts[block] << 1) ^ (leasts[block] >> 63)) + BLOCK // PIECE
        size += pieces * PIECE * int(widths[block]) // 8
    return size


def join(n: int, octets: Any, leasts: Any, widths: Any, out: Any) -> int:
    """Write the packed blocks of n values: the least, the bits of each part, the words as bytes. How many bytes."""
    at = taken = 0
    for block in range((n + BLOCK - 2) // BLOCK):
        at = put_number(out, at, (leasts[block] << 1) ^ (leasts[block] >> 63))
        width = int(widths[block])
        pieces = min(BLOCK // PIECE, (n - 2 - block * BLOCK) // PIECE + 1)
        for k in range(BLOCK // PIECE):
            out[at + k] = width if k < pieces else 0
        at += BLOCK // PIECE
        size = pieces * PIECE * width // 8
        source, target = octets[taken : taken + size], out[at : at + size]
        for i in range(len(target)):  # quicker than giving one to the other
            target[i] = source[i]
        at += size
        taken += BLOCK * width // 8
    return at


PARTS = (put_number, bits, put_narrow, put_wide, put_differences)
LOOPS = (pack, joined, join)
CONSTANTS = (("BLOCK", BLOCK), ("PIECE", PIECE), ("WORD", WORD), ("LOW", LOW))


# -- pages and row groups --------------------------------------------------------------------------------------
class Packer:
    """Room for packing the columns of a row group of up to ``rows`` rows, used again."""

    def __init__(self, schema: pa.Schema, rows: int) -> None:
        self._schema, self._loops = schema, compiled_loop(LOOPS, PARTS, CONSTANTS)
        blocks = rows // BLOCK + 1
        self._numbers = np.zeros(BLOCK, np.int64)
        self._words = np.empty(blocks * BLOCK * 2 + 1, "<u4")
        self._leasts, self._widths = np.empty(blocks, np.int64), np.empty(blocks, np.uint8)
        self._out = np.empty((blocks * MOST + HEAD) * len(schema), np.uint8)  # what is not written takes no memory

    def blocks(self, values: np.ndarray) -> bytes:
        """The differences of a column, packed, to be used again."""
        size = self._pack(values)
        self._join(len(values), self._out)
        return self._out[:size].tobytes()

    def row_group(self, columns: Mapping[str, np.ndarray | tuple[int, bytes]], n: int) -> Part:
        """A row group of n rows; its bytes are overwritten by the next.

        A column: its values, or the first of them and the blocks of its differences.
        """
        at = 0
        chunks: list[Struct] = []
        for field in self._schema:
            column, begun = columns[field.name], at
            if isinstance(column, tuple):
                at = self._put(at, _head(n, column[0], len(column[1])))
                at = self._put(at, column[1])
            else:
                size = self._pack(column)
                at = self._put(at, _head(n, int(column[0]), size))
                self._join(n, self._out[at:])
                at += size
            chunks.append(_chunk(field, n, begun, at - begun))
        group: Struct = {1: (LIST, (STRUCT, chunks)), 2: (I64, at), 3: (I64, n), 5: (I64, 0), 6: (I64, at)}
        return Part(cast(bytes, self._out[:at].data), write_struct(group), n)

    def _put(self, at: int, data: bytes) -> int:
        self._out[at : at + len(data)] = np.frombuffer(data, np.uint8)
        return at + len(data)

    def _pack(self, values: np.ndarray) -> int:
        self._loops.pack(values, self._numbers, self._words, self._leasts, self._widths)
        return int(self._loops.joined(len(values), self._leasts, self._widths, self._out[-10:]))

    def _join(self, n: int, out: np.ndarray) -> None:
        self._loops.join(n, self._words.view(np.uint8), self._leasts, self._widths, out)


def _head(n: int, first: int, blocks: int) -> bytes:
    """What stands in a page of n numbers before its so many bytes of blocks."""
    room = [0] * HEAD
    at = 0
    for number in (BLOCK, BLOCK // PIECE, n, (first << 1) ^ (first >> 63)):
        at = put_number(room, at, number)
    size = at + blocks
    about: Struct = {1: (I32, n), 2: (I32, DELTA_BINARY_PACKED), 3: (I32, RLE), 4: (I32, RLE)}
    head: Struct = {1: (I32, 0), 2: (I32, size), 3: (I32, size), 5: (STRUCT, about)}
    return write_struct(head) + bytes(room[:at])


def _chunk(field: pa.Field, n: int, at: int, size: int) -> Struct:
    """The footer's entry of a column of one page."""
    meta: Struct = {
        1: (I32, TYPES[field.type]),
        2: (LIST, (I32, [DELTA_BINARY_PACKED, RLE])),
        3: (LIST, (BINARY, [field.name.encode()])),
        4: (I32, 0),
        5: (I64, n),
        6: (I64, size),
        7: (I64, size),
        9: (I64, at),
    }
    return {2: (I64, 0), 3: (STRUCT, meta)}
