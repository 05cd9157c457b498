"""CSV to columns of text, cut with NumPy: exact line numbers, and one bad row never spoils another.

RFC 4180 with commas: a cell may stand in double quotes, a quote inside is doubled, a quoted cell may
hold line breaks. Lines end with LF, CR LF or CR. Blank lines are skipped. A row whose quotes make no
sense is kept as one physical line and marked; the next line is read afresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .quotes import irregular_lines, sound_quotes
from .refusal import FileRefused

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

LF, CR, QUOTE, COMMA = 10, 13, 34, 44


@dataclass(frozen=True)
class CsvRows:
    """A CSV file as read: ``cells`` has a text array for each header cell, ``""`` where empty."""

    header: tuple[str, ...]
    cells: list[pa.Array]
    line: Ints
    """Physical line, from 1, on which each row begins."""
    count: Ints
    """Cells found in each row."""
    bad_quotes: Mask
    texts: pa.Array
    """Each row's whole text, taken only for rows that need it: see ``row_texts``."""

    def row_texts(self, rows: Ints) -> pa.Array:
        """The whole text of some rows."""
        return self.texts.take(pa.array(rows * 2))


def read_csv(path: Path) -> CsvRows:
    """Read a CSV file whole. Refused: unreadable, zero bytes, not UTF-8, a doubled column name."""
    data = _load(path)
    _check_utf8(path, data)
    if not np.any(data[:-1] == LF):
        data[data == CR] = LF
    return _cut(path, data)


def _load(path: Path) -> Bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            data = np.empty(size + 1, np.uint8)
            got = file.readinto(data[:size].data)
    except OSError as error:
        raise FileRefused(
            "file_unreadable",
            f"无法读取文件 {path}：{error.strerror}；请核对路径与权限",
            f"{path} cannot be read: {error.strerror}; check the path and the rights on it",
        ) from error
    data = data[: got + 1]
    data[got] = LF
    if got >= 3 and data[:3].tobytes() == b"\xef\xbb\xbf":
        data = data[3:]
    if len(data) == 1 or not np.any((data != LF) & (data != CR)):
        raise FileRefused(
            "file_empty",
            f"文件 {path} 是空的；应有一行表头和数据行，请核对是否导出成功",
            f"{path} is empty; expected a header line and rows; check whether the export succeeded",
        )
    return data


def _check_utf8(path: Path, data: Bytes) -> None:
    if not np.any(data >= 0x80):
        return
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data))
    try:
        text.validate(full=True)
        return
    except pa.ArrowInvalid:
        raw = data.tobytes()
    line, guess = 1, ""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        guess = "UTF-16"
    else:
        try:
            raw.decode("gb18030")
            guess = "GBK / GB18030"
        except UnicodeDecodeError:
            pass
    zh, en = (f"（看来是 {guess}）", f" (it looks like {guess})") if guess else ("", "")
    raise FileRefused(
        "file_not_utf8",
        f"文件 {path} 第 {line} 行不是 UTF-8{zh}；请另存为 UTF-8 编码后重试",
        f"{path} is not UTF-8 at line {line}{en}; save it as UTF-8",
    )


def _cut(path: Path, data: Bytes) -> CsvRows:
    """Find cells, rows and lines by the positions of commas and line ends outside of quotes."""
    breaks = np.flatnonzero(data == LF)
    quotes = np.flatnonzero(data == QUOTE)
    bad_lines = np.zeros(0, np.int64)
    if len(quotes) and not sound_quotes(data, quotes):
        bad_lines, quotes = irregular_lines(data, quotes, breaks)
    marks = np.flatnonzero((data == COMMA) | (data == LF))
    if len(quotes):
        marks = marks[(np.searchsorted(quotes, marks) & 1) == 0]
    starts = np.empty_like(marks)
    starts[0], starts[1:] = 0, marks[:-1] + 1
    ends = marks.copy()
    last = np.flatnonzero(data[marks] == LF)
    at = marks[last]
    ends[last] -= (data[at - 1] == CR) & (at > starts[last])
    first = np.empty_like(last)
    first[0], first[1:] = 0, last[:-1] + 1
    count = last - first + 1
    filled = ~((count == 1) & (starts[first] == ends[first]))
    first, last, count = first[filled], last[filled], count[filled]
    line = np.searchsorted(breaks, starts[first]) + 1
    row_text = _pieces(data, starts[first], ends[last])
    doubled = _unquote(starts, ends, quotes)
    cells = _pieces(data, starts, ends)
    width = int(count[0])
    header = tuple(_column(cells, first[:1], count[:1], c, doubled)[0].as_py() for c in range(width))
    _check_header(path, header)
    return CsvRows(
        header,
        [_column(cells, first[1:], count[1:], c, doubled) for c in range(width)],
        line[1:],
        count[1:],
        np.isin(line[1:], bad_lines) if len(bad_lines) else np.zeros(len(line) - 1, np.bool_),
        row_text.slice(2),
    )


def _pieces(data: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    """Texts and what lies between them as one array over the file's own bytes: text k is element 2 k."""
    if len(data) < 2**31:
        offsets = np.empty(2 * len(starts), np.int32)
        kind = pa.StringArray
    else:
        offsets = np.empty(2 * len(starts), np.int64)
        kind = pa.LargeStringArray
    offsets[0::2], offsets[1::2] = starts, ends
    return kind.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


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
