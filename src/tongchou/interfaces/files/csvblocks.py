"""A CSV file as blocks of whole rows, in UTF-8, with the quotes that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .quotes import irregular_lines, sound_quotes
from .refusal import FileRefused

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

BLOCK = 1 << 20
"""Bytes read at a time; a block is longer where a row is."""
_LF, _CR, _QUOTE = 10, 13, 34
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Block:
    """Some rows of a file, each with its line end."""

    data: Bytes
    quotes: Ints
    """Places of the quotes that open and close cells, in pairs."""
    bad_lines: Ints
    """Lines of the block, from 1, whose quotes make no sense and are not among ``quotes``."""
    lines_before: int


def blocks(path: Path, file: BinaryIO, size: int = BLOCK) -> Iterator[Block]:
    """Cut a file into blocks. Raises ``FileRefused``: ``file_not_utf8``.

    Where the quotes of a block make no sense, the rest of the file is taken at once and looked through
    line by line.
    """
    rest = _without_mark(path, file.read(size))
    lines, want, ended = 0, size, False
    while rest or not ended:
        more = file.read(max(want - len(rest), size))
        ended = not more
        raw = rest + more
        if ended:
            raw = _ended(raw, lines)
        data = np.frombuffer(raw, np.uint8)
        quotes = np.flatnonzero(data == _QUOTE)
        end = _last_row_end(data, quotes)
        if end == 0 and not ended:
            rest, want = raw, 2 * len(raw)
            continue
        inside = quotes[quotes < end]
        if not sound_quotes(data[:end], inside) or (ended and end < len(data)):
            yield from _irregular(path, raw + file.read(), lines, size)
            return
        _check_utf8(path, data[:end], lines)
        if end:
            yield Block(data[:end], inside, _NONE, lines)
        lines += int(np.count_nonzero(data[:end] == _LF))
        rest, want = raw[end:], size


def _without_mark(path: Path, raw: bytes) -> bytes:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _not_utf8(path, 1, "UTF-16")
    return raw[3:] if raw[:3] == b"\xef\xbb\xbf" else raw


def _ended(raw: bytes, lines: int) -> bytes:
    """The end of a file: its last row gets the line end it may lack; CR alone ends lines where no LF does."""
    if lines == 0 and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw if raw.endswith(b"\n") or not raw else raw + b"\n"


def _last_row_end(data: Bytes, quotes: Ints) -> int:
    """Just after the last line end that is outside of quotes; 0 where there is none."""
    breaks = np.flatnonzero(data == _LF)
    if len(quotes):
        breaks = breaks[(np.searchsorted(quotes, breaks) & 1) == 0]
    return int(breaks[-1]) + 1 if len(breaks) else 0


def _irregular(path: Path, raw: bytes, lines: int, size: int) -> Iterator[Block]:
    """Blocks of the rest of a file whose quotes do not all make sense."""
    raw = _ended(raw, lines)
    data = np.frombuffer(raw, np.uint8)
    _check_utf8(path, data, lines)
    breaks = np.flatnonzero(data == _LF)
    bad, quotes = irregular_lines(data, np.flatnonzero(data == _QUOTE), breaks)
    ends = breaks[(np.searchsorted(quotes, breaks) & 1) == 0] + 1
    start = 0
    while start < len(data):
        after = int(np.searchsorted(ends, start + size))
        end = int(ends[min(after, len(ends) - 1)])
        here = slice(int(np.searchsorted(quotes, start)), int(np.searchsorted(quotes, end)))
        passed, until = (int(np.searchsorted(breaks, place)) for place in (start, end))
        bad_here = bad[np.searchsorted(bad, passed + 1) : np.searchsorted(bad, until + 1)] - passed
        yield Block(data[start:end], quotes[here] - start, bad_here, lines + passed)
        start = end


def _check_utf8(path: Path, data: Bytes, lines: int) -> None:
    if len(data) == 0 or int(data.max()) < 0x80:
        return
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data))
    try:
        text.validate(full=True)
        return
    except pa.ArrowInvalid:
        raw = data.tobytes()
    line = 1
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    try:
        raw.decode("gb18030")
        guess = "GBK / GB18030"
    except UnicodeDecodeError:
        guess = ""
    raise _not_utf8(path, lines + line, guess)


def _not_utf8(path: Path, line: int, guess: str) -> FileRefused:
    zh, en = (f"（看来是 {guess}）", f" (it looks like {guess})") if guess else ("", "")
    return FileRefused(
        "file_not_utf8",
        f"文件 {path} 第 {line} 行不是 UTF-8{zh}；请另存为 UTF-8 编码后重试",
        f"{path} is not UTF-8 at line {line}{en}; save it as UTF-8",
    )
