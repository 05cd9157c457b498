"""Double quotes in a CSV file: whether they make sense, and which lines to blame where they do not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

_LF, _CR, _QUOTE, _COMMA = 10, 13, 34, 44
MOST_LINES = 200
"""A quoted cell may run over this many lines at most where the quotes of the file are in doubt."""


def sound_quotes(data: Bytes, quotes: Ints) -> bool:
    """Whether all quotes pair up: each opens at the start of a cell or follows the one that closed before."""
    if len(quotes) % 2:
        return False
    opens, closes = quotes[0::2], quotes[1::2]
    again = np.zeros(len(opens) + 1, np.bool_)
    again[1:-1] = closes[:-1] + 1 == opens[1:]
    before = data[np.maximum(opens - 1, 0)]
    starts = (opens == 0) | (before == _COMMA) | (before == _LF)
    after = data[closes + 1]
    ends = (after == _COMMA) | (after == _LF)
    ends |= (after == _CR) & (data[np.minimum(closes + 2, len(data) - 1)] == _LF)
    return bool(np.all(starts | again[:-1]) and np.all(ends | again[1:]))


def irregular_lines(data: Bytes, quotes: Ints, breaks: Ints) -> tuple[Ints, Ints]:
    """(physical lines, from 1, whose quotes make no sense; the quotes of all other lines).

    Reads one by one the lines that hold quotes. A row that cannot be closed within ``MOST_LINES``
    lines, or closes wrongly, is blamed on the line where it begins; the line after it begins a new row.
    """
    line_of = np.searchsorted(breaks, quotes)
    quoted = np.unique(line_of).tolist()
    has = set(quoted)
    begin = np.concatenate((np.zeros(1, np.int64), breaks + 1))
    raw = data.tobytes()
    bad: list[int] = []
    done = -1
    for line in quoted:
        if line <= done:
            continue
        upto = line
        state = _scan(raw[begin[line] : breaks[line]], opened=False)
        while state and upto - line < MOST_LINES and upto + 1 < len(breaks):
            upto += 1
            if upto in has:
                state = _scan(raw[begin[upto] : breaks[upto]], opened=True)
        if state is not False:
            bad.append(line)
            upto = line
        done = upto
    blamed = np.array(bad, np.int64)
    return blamed + 1, quotes[~np.isin(line_of, blamed)]


def _scan(line: bytes, opened: bool) -> bool | None:
    """Read one line: True when a quoted cell is still open at its end, None when the quotes make no sense."""
    at = 0
    text = line[:-1] if line.endswith(b"\r") else line
    while True:
        if not opened:
            quote = text.find(b'"', at)
            if quote < 0:
                return False
            if quote > 0 and text[quote - 1] != _COMMA:
                return None
            at, opened = quote + 1, True
        close = text.find(b'"', at)
        if close < 0:
            return True
        if text[close + 1 : close + 2] == b'"':
            at = close + 2
        elif close + 1 == len(text) or text[close + 1] == _COMMA:
            at, opened = close + 1, False
        else:
            return None
