"""Rows of a worksheet's XML to cells, a block of whole rows at a time.

The shape that Excel, WPS and the usual libraries write (``<c r="B2" s="1" t="s"><v>7</v></c>``) is found by
the places of its tags with NumPy, about ten times as fast as a parser's events. Every tag's nesting is
checked on the way; a block of any other shape is handed to expat (``xlsx_unusual``), which gives the same cells
or says that the file is broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

NUMBER, SHARED, TEXT, BOOL, ERROR, ISO, NO_RESULT = range(7)
"""What a cell holds: ``NO_RESULT`` is a formula that was never reckoned."""
KINDS = {"": NUMBER, "n": NUMBER, "s": SHARED, "str": TEXT, "inlineStr": TEXT, "b": BOOL, "e": ERROR, "d": ISO}
"""By the attribute ``t``."""

_LT, _GT, _SLASH, _QUOTE = 60, 62, 47, 34
_DELIMITERS = b" >/"


@dataclass(frozen=True)
class Shape:
    """The elements a block may hold, each at one level only; a leaf holds no other."""

    names: tuple[bytes, ...]
    levels: tuple[int, ...]
    leaves: tuple[bool, ...]


_ROW, _C, _V, _F, _IS, _T = range(6)
_ROWS = Shape((b"row", b"c", b"v", b"f", b"is", b"t"), (0, 1, 2, 2, 2, 3), (False, False, True, True, False, True))
_ATTRIBUTES = re.compile(r'(?:\s+[A-Za-z:]+="[^"<]*")*\s*/?')
_ATTRIBUTE = re.compile(r'\s([A-Za-z]+)="([^"]*)"')
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = 11
"""The longest cell reference with its closing quote: three letters, seven digits."""


class Unusual(Exception):
    """A block that is written otherwise than the usual programs write."""


@dataclass(frozen=True)
class Cells:
    """Filled cells in the file's order. Rows and columns count from 1 and from 0."""

    row: Ints
    column: Ints
    kind: Ints
    style: Ints
    value: pa.Array
    """The text as stored: digits, an index of shared strings, a text, …"""

    def take(self, chosen: Ints) -> Cells:
        """Some of them."""
        value = self.value.take(pa.array(chosen))
        return Cells(self.row[chosen], self.column[chosen], self.kind[chosen], self.style[chosen], value)


def read_block(block: bytes) -> Cells:
    """Cells of whole ``<row>`` elements. Raises ``Unusual``."""
    if b"<!" in block or b"<?" in block:
        raise Unusual
    data = np.frombuffer(block, np.uint8)
    tags = read_tags(data, _ROWS)
    cells = np.flatnonzero((tags.name == _C) & ~tags.closing)
    row, column, after = _references(data, tags.start[cells])
    ends = tags.end[cells] - tags.closed[cells]
    kind, style = _attributes(block, data, after, ends)
    owner, starts, stops = _values(tags, cells, kind)
    value = pieces(data, starts, stops)
    if b"&" in block:
        value = unescaped(value)
    formula = np.zeros(len(cells), np.bool_)
    formula[np.searchsorted(cells, np.flatnonzero((tags.name == _F) & ~tags.closing)) - 1] = True
    return _gathered(row, column, kind, style, formula, owner, value)


def _gathered(row: Ints, column: Ints, kind: Ints, style: Ints, formula: Mask, owner: Ints, value: pa.Array) -> Cells:
    """Cells that hold something, and formulas that should."""
    filled = np.asarray(pc.greater(pc.binary_length(value), 0))
    owner, chosen = owner[filled], np.flatnonzero(filled)
    place = np.full(len(row), -1, np.int64)
    place[owner] = chosen
    bare = formula & (place < 0) & (kind != TEXT)
    kept = np.flatnonzero((place >= 0) | bare)
    empty = place[kept] < 0
    texts = value.take(pa.array(np.maximum(place[kept], 0), mask=empty)).fill_null("") if len(value) else None
    if texts is None:
        texts = pa.array([""] * len(kept), pa.string())
    kinds = np.where(empty, NO_RESULT, kind[kept])
    return Cells(row[kept], column[kept], kinds, style[kept], texts)


@dataclass(frozen=True)
class Tags:
    start: Ints
    end: Ints
    """Of each tag: its ``<`` and its ``>``."""
    name: Ints
    closing: Mask
    closed: Mask
    """``</x>`` and ``<x/>``."""


def read_tags(data: Bytes, shape: Shape) -> Tags:
    """All tags of a block, their nesting checked. Raises ``Unusual``."""
    start, ends = np.flatnonzero(data == _LT), np.flatnonzero(data == _GT)
    if len(start) == 0:
        raise Unusual
    if len(start) == len(ends):
        end = ends
    else:  # a text or a formula holds a bare ">"
        at = np.searchsorted(ends, start)
        if at[-1] >= len(ends):
            raise Unusual
        end = ends[at]
    if np.any(end < start) or np.any(end[:-1] > start[1:]):
        raise Unusual
    closing, closed = data[start + 1] == _SLASH, data[end - 1] == _SLASH
    name = _names(data, start + 1 + closing, shape)
    if np.any(name < 0) or np.any(closing & closed):
        raise Unusual
    tags = Tags(start, end, name, closing, closed)
    _check_nesting(tags, shape)
    return tags


def _names(data: Bytes, first: Ints, shape: Shape) -> Ints:
    """The index of each tag's name, -1 where it is none of the shape's: by its first two bytes, then the others."""
    last = len(data) - 1
    table = np.full(1 << 16, -1, np.int8)
    for code, word in enumerate(shape.names):
        for second in word[1:2] or _DELIMITERS:
            table[word[0] << 8 | second] = code
    pair = data[np.minimum(first, last)].astype(np.int32) << 8
    pair |= data[np.minimum(first + 1, last)]
    name: Ints = table[pair].astype(np.int64)
    for code, word in enumerate(shape.names):
        if len(word) > 1:
            here = np.flatnonzero(name == code)
            good = np.isin(data[np.minimum(first[here] + len(word), last)], list(_DELIMITERS))
            for j, letter in enumerate(word[2:], 2):
                good &= data[np.minimum(first[here] + j, last)] == letter
            name[here[~good]] = -1
    return name


def _check_nesting(tags: Tags, shape: Shape) -> None:
    """Every element at its level, closed under its own name, leaves at once."""
    name, leaf = tags.name, np.array(shape.leaves, np.bool_)
    step = np.where(tags.closed, 0, np.where(tags.closing, -1, 1))
    after = np.cumsum(step)
    if after[-1] != 0 or np.any(after - (step == 1) != np.array(shape.levels)[name]):
        raise Unusual
    opens = np.flatnonzero(leaf[name] & (step == 1))
    if np.any(name[opens + 1] != name[opens]) or not np.all(tags.closing[opens + 1]):
        raise Unusual
    opened, shut = (np.bincount(name[step == k], minlength=len(shape.names)) for k in (1, -1))
    if np.any(opened != shut):
        raise Unusual


def _references(data: Bytes, start: Ints) -> tuple[Ints, Ints, Ints]:
    """Row, column and the place after the reference, of cells that begin ``<c r="AB12"``."""
    last = len(data) - 1
    for j, wanted in enumerate(b'<c r="'):
        if np.any(data[np.minimum(start + j, last)] != wanted):
            raise Unusual
    row, column = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)
    after, going = np.zeros(len(start), np.int64), np.ones(len(start), np.bool_)
    for j in range(_REFERENCE):
        byte = data[np.minimum(start + 6 + j, last)].astype(np.int64)
        letter, digit = (byte >= 65) & (byte <= 90), (byte >= 48) & (byte <= 57)
        quote = going & (byte == _QUOTE)
        after[quote] = start[quote] + 7 + j
        going &= ~quote
        if np.any(going & ~letter & ~digit) or np.any(going & letter & (row > 0)):
            raise Unusual
        column = np.where(going & letter, column * 26 + byte - 64, column)
        row = np.where(going & digit, row * 10 + byte - 48, row)
    if going.any() or np.any((row < 1) | (row > 1 << 20) | (column < 1) | (column > 1 << 14)):
        raise Unusual
    if np.any(np.diff(row) < 0) or np.any((np.diff(row) == 0) & (np.diff(column) <= 0)):
        raise Unusual
    return row, column - 1, after


def _attributes(block: bytes, data: Bytes, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Kind and style from what stands after the reference; there are few different texts."""
    coded = pieces(data, start, end).dictionary_encode()
    kinds, styles = [], []
    for text in coded.dictionary.to_pylist():
        if not _ATTRIBUTES.fullmatch(text):
            raise Unusual
        found = dict(_ATTRIBUTE.findall(text))
        word, style = found.get("t", ""), found.get("s", "0")
        if word not in KINDS or not style.isdigit() or len(style) > 6:
            raise Unusual
        kinds.append(KINDS[word])
        styles.append(int(style))
    index = np.asarray(coded.indices)
    return np.array(kinds, np.int64)[index], np.array(styles, np.int64)[index]


def _values(tags: Tags, cells: Ints, kind: Ints) -> tuple[Ints, Ints, Ints]:
    """(cell, start, end) of every ``<v>``, and of ``<t>`` where the text stands in the cell."""
    open_ = ~tags.closing & ~tags.closed
    found = np.flatnonzero(open_ & ((tags.name == _V) | (tags.name == _T)))
    owner = np.searchsorted(cells, found) - 1
    if np.any(np.diff(owner) == 0) or np.any((tags.name[found] == _T) & (kind[owner] != TEXT)):
        raise Unusual
    return owner, tags.end[found] + 1, tags.start[found + 1]


def pieces(data: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    """Stretches of a block as texts, copied out of it. Raises ``Unusual`` where they are no UTF-8."""
    offsets = np.empty(2 * len(starts), np.int32)
    offsets[0::2], offsets[1::2] = starts, ends
    if len(starts) == 0:
        return pa.array([], pa.string())
    array = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    found = array.take(pa.array(np.arange(0, len(offsets), 2)))
    try:
        found.validate(full=True)
    except pa.ArrowInvalid as error:
        raise Unusual from error
    return found


def unescaped(texts: pa.Array) -> pa.Array:
    """``&amp;`` and the like taken for what they stand for."""
    return _each(texts, "&", lambda text: unescape(text))


def decoded(texts: pa.Array) -> pa.Array:
    """``_x000D_`` and the like, as Excel writes characters that XML cannot hold."""
    return _each(texts, "_x", lambda text: _CODE.sub(lambda m: chr(int(m[1], 16)), text))


def _each(texts: pa.Array, mark: str, change: object) -> pa.Array:
    marked = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring(texts, mark), False)))
    if len(marked) == 0:
        return texts
    assert callable(change)
    changed = [change(text).encode("utf-8", "replace").decode() for text in texts.take(pa.array(marked)).to_pylist()]
    mask = np.zeros(len(texts), np.bool_)
    mask[marked] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(changed, texts.type))
