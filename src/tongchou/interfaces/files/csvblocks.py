"""A CSV file as blocks of whole rows, in UTF-8, with the quotes that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .quotes import MOST_LINES, irregular_lines, sound_quotes
from .refusal import FileRefused

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

BLOCK = 1 << 20
"""Bytes read at a time; a block is longer where a row is."""
_LONGEST = 64 << 20
"""The longest row, in bytes; it must be held whole."""
_LF, _QUOTE = 10, 34
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Place:
    """Where in a file a block begins or ends, and in which way the file is read from there."""

    offset: int = 0
    lines: int = 0
    irregular: bool = False
    """Quotes have made no sense before: every line is looked through by itself."""
    cr: bool = False
    """CR alone ends lines."""


@dataclass(frozen=True)
class Block:
    """Some rows of a file, each with its line end."""

    data: Bytes
    quotes: Ints
    """Places of the quotes that open and close cells, in pairs."""
    bad_lines: Ints
    """Lines of the block, from 1, whose quotes make no sense and are not among ``quotes``."""
    lines_before: int
    end: Place = Place()
    """Where the next block begins."""


def blocks(path: Path, file: BinaryIO, size: int = BLOCK, *, start: Place | None = None) -> Iterator[Block]:
    """Cut a file into blocks, from ``start`` on. Raises ``FileRefused``: ``file_not_utf8``.

    Where the quotes of a block make no sense, the rest of the file is looked through line by line. A row may be
    longer than a block, up to ``_LONGEST`` bytes; beyond that its quotes make no sense.
    """
    at = start or Place()
    rest = b""
    if at.offset:
        file.seek(at.offset)
    else:
        head = file.read(size)
        rest = _without_mark(path, head)
        at = Place(len(head) - len(rest))
    want, ended = size, False
    while rest or not ended:
        more = file.read(max(want - len(rest), size))
        ended = not more
        raw = rest + (more.replace(b"\r", b"\n") if at.cr else more)
        if (ended or len(raw) > _LONGEST) and at.lines == 0 and not at.cr and b"\n" not in raw:
            raw, at = raw.replace(b"\r", b"\n"), replace(at, cr=True)
        cut = raw + b"\n" if ended and raw and not raw.endswith(b"\n") else raw
        data = np.frombuffer(cut, np.uint8)
        quotes = np.flatnonzero(data == _QUOTE)
        end = 0 if at.irregular else _last_row_end(data, quotes)
        inside = quotes[quotes < end]
        doubtful = not sound_quotes(data[:end], inside) or (end < len(data) and (ended or len(raw) > _LONGEST))
        bad = _NONE
        if at.irregular or doubtful:
            at = replace(at, irregular=True)
            end, inside, bad = _irregular(data, quotes, ended)
        if end == 0 and not ended:
            rest, want = raw, 2 * len(raw)
            continue
        _check_utf8(path, data[:end], at.lines)
        passed = at.lines + int(np.count_nonzero(data[:end] == _LF))
        now = replace(at, offset=at.offset + min(end, len(raw)), lines=passed)
        if end:
            yield Block(data[:end], inside, bad, at.lines, now)
        at, rest, want = now, raw[end:], size


def _without_mark(path: Path, raw: bytes) -> bytes:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _not_utf8(path, 1, "UTF-16")
    return raw[3:] if raw[:3] == b"\xef\xbb\xbf" else raw


def _last_row_end(data: Bytes, quotes: Ints) -> int:
    """Just after the last line end that is outside of quotes; 0 where there is none."""
    breaks = np.flatnonzero(data == _LF)
    if len(quotes):
        breaks = breaks[(np.searchsorted(quotes, breaks) & 1) == 0]
    return int(breaks[-1]) + 1 if len(breaks) else 0


def _irregular(data: Bytes, quotes: Ints, ended: bool) -> tuple[int, Ints, Ints]:
    """(end of the rows that can be told, their quotes, their lines without sense). A row is told from the lines that
    its cells may run over, so the last ones of an unfinished buffer wait for more."""
    breaks = np.flatnonzero(data == _LF)
    told = len(breaks) if ended else len(breaks) - MOST_LINES - 1
    if told <= 0:
        return 0, _NONE, _NONE
    bad, sound = irregular_lines(data, quotes, breaks)
    ends = breaks[(np.searchsorted(sound, breaks) & 1) == 0] + 1
    ends = ends[ends <= int(breaks[told - 1]) + 1]
    if len(ends) == 0:
        return 0, _NONE, _NONE
    end = int(ends[-1])
    lines = int(np.searchsorted(breaks, end))
    return end, sound[sound < end], bad[bad <= lines]


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
