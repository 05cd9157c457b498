"""Dates, times and months out of text columns, a whole column at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.money.arrays import text_layout

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

DAY_SECONDS = 86_400
EPOCH = 719_163
"""1970-01-01 as an ordinal."""
_BLOCK = 1 << 15
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_BAD = 1 << 20
"""What a character that is no digit counts for: more than any number of four digits."""


def read_dates(texts: pa.Array) -> tuple[Ints, Mask]:
    """YYYY-MM-DD to (ordinal, ok): a real date of the calendar, years 1 to 9999, nothing around it."""
    distinct = texts.dictionary_encode()
    words = distinct.dictionary
    ordinal, ok = np.zeros(len(words) + 1, np.int64), np.zeros(len(words) + 1, np.bool_)
    ordinal[:-1], _, ok[:-1] = _read(words, with_time=False)
    index = np.asarray(distinct.indices.fill_null(len(words)))
    return ordinal[index], ok[index]


def read_times(texts: pa.Array) -> tuple[Ints, Mask]:
    """YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS to (ordinal * 86400 + seconds, ok)."""
    ordinal, seconds, ok = _read(texts, with_time=True)
    return ordinal * DAY_SECONDS + seconds, ok


def read_months(texts: pa.Array) -> tuple[Ints, Mask]:
    """YYYY-MM to (year * 12 + month - 1, ok)."""
    distinct = texts.dictionary_encode()
    words = distinct.dictionary
    months, ok = np.zeros(len(words) + 1, np.int64), np.zeros(len(words) + 1, np.bool_)
    if len(words):
        starts, lengths, data = text_layout(words)
        year, month = _number(starts, 0, 4, data), _number(starts, 5, 2, data)
        good = (lengths == 7) & (_at(starts, 4, data) == ord("-"))
        good &= (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12)
        months[:-1], ok[:-1] = np.where(good, year * 12 + month - 1, 0), good
    index = np.asarray(distinct.indices.fill_null(len(words)))
    return months[index], ok[index]


def month_of(ordinal: Ints) -> Ints:
    """year * 12 + month - 1 of days given as ordinals."""
    days = (ordinal - EPOCH).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _read(texts: pa.Array, with_time: bool) -> tuple[Ints, Ints, Mask]:
    n = len(texts)
    ordinal, seconds, ok = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    if n:
        starts, lengths, data = text_layout(texts)
        for first in range(0, n, _BLOCK):
            part = slice(first, first + _BLOCK)
            ordinal[part], ok[part] = _days(starts[part], lengths[part], data)
            if with_time:
                timed = ok[part] & (lengths[part] == 19)
                seconds[part], good = _clock(starts[part], data)
                seconds[part][~timed] = 0
                ok[part] &= (lengths[part] == 10) | (timed & good)
            else:
                ok[part] &= lengths[part] == 10
    ordinal[~ok], seconds[~ok] = 0, 0
    return ordinal, seconds, ok


def _at(starts: Ints, place: int, data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return data[np.minimum(starts + place, len(data) - 1)]


def _number(starts: Ints, place: int, digits: int, data: NDArray[np.uint8]) -> Ints:
    value = np.zeros(len(starts), np.int64)
    for j in range(digits):
        digit = _at(starts, place + j, data).astype(np.int64) - 48
        value = value * 10 + np.where((digit < 0) | (digit > 9), _BAD, digit)
    return value


def _days(starts: Ints, lengths: Ints, data: NDArray[np.uint8]) -> tuple[Ints, Mask]:
    year, month, day = (_number(starts, p, d, data) for p, d in ((0, 4), (5, 2), (8, 2)))
    ok = (lengths >= 10) & (_at(starts, 4, data) == ord("-")) & (_at(starts, 7, data) == ord("-"))
    ok &= (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12)
    year, month = np.where(ok, year, 1), np.where(ok, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    ok &= (day >= 1) & (day <= _DAYS[month] + (leap & (month == 2)))
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(ok, first + day - 1 + EPOCH, 0), ok


def _clock(starts: Ints, data: NDArray[np.uint8]) -> tuple[Ints, Mask]:
    hour, minute, second = (_number(starts, p, 2, data) for p in (11, 14, 17))
    ok = (_at(starts, 10, data) == ord("T")) & (_at(starts, 13, data) == ord(":"))
    ok &= (_at(starts, 16, data) == ord(":")) & (hour < 24) & (minute < 60) & (second < 60)
    return hour * 3600 + minute * 60 + second, ok
