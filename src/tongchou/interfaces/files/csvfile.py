"""CSV to columns of text, cut with NumPy: exact line numbers, and one bad row never spoils another.

RFC 4180 with commas: a cell may stand in double quotes, a quote inside is doubled, a quoted cell may
hold line breaks. Lines end with LF, CR LF or CR. Blank lines are skipped. A row whose quotes make no
sense is kept as one physical line and marked; the next line is read afresh.

The file is read in blocks of whole rows, small enough that what is made of them stays in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .csvblocks import Block, Place, blocks
from .encoding import Encoding, as_utf8
from .parallel import in_order
from .refusal import FileRefused

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LF, _CR, _COMMA = 10, 13, 44


@dataclass(frozen=True)
class CsvRows:
    """A CSV file as read: ``cells`` has a text array for each header cell, ``""`` where empty."""

    header: tuple[str, ...]
    cells: list[pa.Array]
    line: Ints
    """Physical line, from 1, on which each row begins."""
    wrong: Ints
    """Rows that are no rows of this table: other than the header's number of cells, or bad quotes."""
    count: Ints
    """For each wrong row: how many cells it has; 0 where its quotes make no sense."""
    texts: pa.Array
    """For each wrong row: its whole text."""


@dataclass(frozen=True)
class Cut:
    """What one block gave; rows are counted from the block's first."""

    header: tuple[str, ...]
    cells: list[pa.Array]
    line: Ints
    wrong: Ints
    count: Ints
    texts: pa.Array
    end: Place
    """Where the next block begins."""


def read_csv(path: Path, encoding: Encoding = "utf-8") -> CsvRows:
    """Read a CSV file whole.

    Raises ``FileRefused``: ``file_unreadable``, ``file_empty``, ``file_not_utf8``, ``duplicate_column``.
    """
    header, found, source = read_header(path, None, encoding)
    return rows_of(header, [found, *(cut for cut in in_order(lambda b: cut_rows(b, header), source) if cut)])


def read_header(
    path: Path, start: Place | None = None, encoding: Encoding = "utf-8"
) -> tuple[tuple[str, ...], Cut, Iterator[Block]]:
    """(names of the columns, the rows of the block they stand in, the blocks after it).

    ``start``: the blocks begin there instead. Refused as ``read_csv`` says.
    """
    source = _opened(path, None, encoding)
    for block in source:
        cut = cut_rows(block, ())
        if cut is not None:
            _check_header(path, cut.header)
            return cut.header, cut, source if start is None else _opened(path, start)
    raise FileRefused(
        "file_empty",
        f"文件 {path} 是空的；应有一行表头和数据行，请核对是否导出成功",
        f"{path} is empty; expected a header line and rows; check whether the export succeeded",
    )


def rows_of(header: tuple[str, ...], found: list[Cut]) -> CsvRows:
    """Cut blocks put together."""
    before = np.cumsum([0, *(len(cut.line) for cut in found)])
    none = np.zeros(0, np.int64)
    return CsvRows(
        header,
        [_joined([cut.cells for cut in found], c) for c in range(len(header))],
        np.concatenate([none, *(cut.line for cut in found)]),
        np.concatenate([none, *(cut.wrong + k for cut, k in zip(found, before[:-1], strict=True))]),
        np.concatenate([none, *(cut.count for cut in found)]),
        pa.concat_arrays([cut.texts for cut in found]),
    )


def _opened(path: Path, start: Place | None, encoding: Encoding = "utf-8") -> Iterator[Block]:
    try:
        with path.open("rb") as file:
            yield from blocks(path, as_utf8(file, encoding), start=start)
    except OSError as error:
        raise FileRefused(
            "file_unreadable",
            f"无法读取文件 {path}：{error.strerror}；请核对路径与权限",
            f"{path} cannot be read: {error.strerror}; check the path and the rights on it",
        ) from error


def _joined(cells: list[list[pa.Array]], column: int) -> pa.Array:
    """One column's blocks in one piece, given up as they are joined; above 2 GB as large_string."""
    parts = [block[column] for block in cells]
    for block in cells:
        block[column] = None
    if sum(p.nbytes for p in parts) >= 2**31 - 1:
        parts = [p.cast(pa.large_string()) for p in parts]
    return pa.concat_arrays(parts)


def cut_rows(block: Block, header: tuple[str, ...]) -> Cut | None:
    """Find cells and rows by the positions of commas and line ends outside of quotes.

    Without a ``header`` the first row is it. None: nothing but blank lines.
    """
    data = block.data
    marks = np.flatnonzero((data == _COMMA) | (data == _LF))
    breaks = marks[data[marks] == _LF]
    if len(block.quotes):
        marks = marks[(np.searchsorted(block.quotes, marks) & 1) == 0]
    starts = np.empty_like(marks)
    starts[0], starts[1:] = 0, marks[:-1] + 1
    ends = marks.copy()
    last = np.flatnonzero(data[marks] == _LF)
    at = marks[last]
    ends[last] -= (data[at - 1] == _CR) & (at > starts[last])
    first = np.empty_like(last)
    first[0], first[1:] = 0, last[:-1] + 1
    count = last - first + 1
    filled = ~((count == 1) & (starts[first] == ends[first]))
    first, last, count = first[filled], last[filled], count[filled]
    if len(first) == 0:
        return None
    line = np.searchsorted(breaks, starts[first]) + 1
    rows = _pieces(block, starts[first], ends[last])
    doubled = _unquote(starts, ends, block.quotes)
    cells = _pieces(block, starts, ends)
    if not header:
        width = int(count[0])
        header = tuple(_column(cells, first[:1], count[:1], c, doubled)[0].as_py() for c in range(width))
        first, count, line, rows = first[1:], count[1:], line[1:], rows.slice(2)
    bad = np.isin(line, block.bad_lines)
    wrong = np.flatnonzero((count != len(header)) | bad)
    return Cut(
        header,
        [_column(cells, first, count, c, doubled) for c in range(len(header))],
        line + block.lines_before,
        wrong,
        np.where(bad, 0, count)[wrong],
        rows.take(pa.array(2 * wrong)).cast(pa.string()),
        block.end,
    )


def _pieces(block: Block, starts: Ints, ends: Ints) -> pa.Array:
    """Texts and what lies between them as one array over the block's own bytes: text k is element 2 k."""
    large = len(block.data) >= 2**31
    offsets = np.empty(2 * len(starts), np.int64 if large else np.int32)
    offsets[0::2], offsets[1::2] = starts, ends
    kind = pa.LargeStringArray if large else pa.StringArray
    return kind.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(block.data))


def _unquote(starts: Ints, ends: Ints, quotes: Ints) -> Mask | None:
    """Take the outer quotes off the cells, in place; says which cells hold a doubled quote (None: none)."""
    if len(quotes) == 0:
        return None
    opening = np.searchsorted(starts, quotes[0::2], side="right") - 1
    cells = np.unique(opening)
    starts[cells] += 1
    ends[cells] -= 1
    doubled = np.zeros(len(starts), np.bool_)
    doubled[opening[1:][opening[1:] == opening[:-1]]] = True
    return doubled if doubled.any() else None


def _column(cells: pa.Array, first: Ints, count: Ints, c: int, doubled: Mask | None) -> pa.Array:
    """Column ``c`` of the rows whose first cells are ``first``; ``""`` where a row is too short."""
    index = first + c
    short = count <= c
    if short.any():
        taken = pc.fill_null(cells.take(pa.array(2 * index, mask=short)), "")
        index = np.where(short, 0, index)
    else:
        taken = cells.take(pa.array(2 * index))
    if doubled is not None:
        rows = doubled[index] & ~short
        if rows.any():
            taken = pc.if_else(pa.array(rows), pc.replace_substring(taken, '""', '"'), taken)
    return taken


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        names = [repr(name) for name in twice]
        raise FileRefused(
            "duplicate_column",
            f"文件 {path} 的表头有重复的列名：{'、'.join(names)}；请只保留一列或改名",
            f"{path} has column names that stand twice: {', '.join(names)}; rename or remove one",
        )
