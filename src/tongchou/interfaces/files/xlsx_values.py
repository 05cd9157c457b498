"""Cells of a worksheet to the text a claims file would have: numbers as their shortest digits, dates as ISO."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .xlsx_cells import BOOL, ERROR, ISO, NO_RESULT, NUMBER, SHARED, Cells, decoded
from .xlsx_formats import DateKind
from .xlsx_unusual import Malformed

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SHORT = r"^(0|[1-9][0-9]{0,14})\z"
_DECIMAL = r"^(0|[1-9][0-9]{0,8})\.[0-9]{0,4}[1-9]\z"
"""Numbers that are their own shortest text: at most fifteen digits, none needless."""
_EXCEL_DIGITS = 10**15
_EPOCH_1900, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_NO_DAY = 60
"""29 February 1900, which Excel counts and no calendar has."""


@dataclass(frozen=True)
class Values:
    """What each of some cells holds, as text, with what a text cannot say."""

    text: pa.Array
    date: Mask
    """Shown as a date or time."""
    long: Mask
    """A number of more digits than Excel keeps."""
    error: Mask
    bare: Mask
    """A formula that was never reckoned."""


def values(cells: Cells, strings: pa.Array, dates: tuple[DateKind, ...], date1904: bool) -> Values:
    """Raises ``Malformed``: an index of no shared text, a number that is none."""
    n, kind = len(cells.row), cells.kind
    style = np.clip(cells.style, 0, len(dates))
    shown = np.array([*(("", "date", "month", "time").index(d) for d in dates), 0], np.int64)[style]
    shown[kind != NUMBER] = 0
    texts = _Texts(cells.value)
    texts.put(kind == SHARED, lambda array: _shared(array, strings))
    texts.put((kind != SHARED) & (kind != NUMBER), decoded)
    texts.put((kind == NUMBER) & (shown == 0), lambda array: _each(array, _SHORT, _DECIMAL, _shortest))
    for place, what in ((1, "date"), (2, "month"), (3, "time")):
        texts.put(shown == place, lambda array, what=what: _days(array, what, date1904))
    texts.put(kind == ISO, lambda array: pc.replace_substring_regex(array, r"T00:00:00(\.0+)?Z?\z", ""))
    texts.put(kind == BOOL, lambda array: pc.if_else(pc.equal(array, "1"), "true", "false"))
    text = texts.array
    number = np.flatnonzero((kind == NUMBER) & (shown == 0))
    long = np.zeros(n, np.bool_)
    if len(number):
        wide = pc.match_substring_regex(text.take(pa.array(number)), r"^-?[0-9]{16,}(\.|\z)")
        long[number[np.asarray(wide)]] = True
    return Values(text, (shown > 0) | (kind == ISO), long, kind == ERROR, kind == NO_RESULT)


def plain_texts(cells: Cells, strings: pa.Array) -> pa.Array:
    """Texts as they stand in the sheet; numbers, dates and truth values as the digits stored."""
    texts = _Texts(cells.value)
    texts.put(cells.kind == SHARED, lambda array: _shared(array, strings))
    texts.put((cells.kind != SHARED) & (cells.kind != NUMBER), decoded)
    texts.put(cells.kind == NUMBER, lambda array: _each(array, _SHORT, _DECIMAL, lambda word: repr(_double(word))))
    return texts.array


class _Texts:
    """Texts of which some are replaced."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def put(self, mask: Mask, make: object) -> None:
        if not mask.any():
            return
        assert callable(make)
        if mask.all():
            self.array = make(self.array)
            return
        made = make(self.array.filter(pa.array(mask)))
        if made.type != self.array.type:
            self.array = self.array.cast(made.type)
        self.array = pc.replace_with_mask(self.array, pa.array(mask), made)


def _shared(index: pa.Array, strings: pa.Array) -> pa.Array:
    try:
        places = index.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise Malformed(str(error)) from error
    if len(strings) == 0 or pc.min(places).as_py() < 0 or pc.max(places).as_py() >= len(strings):
        raise Malformed("shared string ?")
    return strings.take(places)


def _each(array: pa.Array, right: str, also: str, change: object) -> pa.Array:
    """Every different text changed once, but those that match."""
    assert callable(change)
    chosen = np.ones(len(array), np.bool_)
    if right:
        chosen = ~np.asarray(pc.match_substring_regex(array, right))
        chosen[chosen] = ~np.asarray(pc.match_substring_regex(array.filter(pa.array(chosen)), also))
    if not chosen.any():
        return array
    coded = array.filter(pa.array(chosen)).dictionary_encode()
    changed = pa.array([change(word) for word in coded.dictionary.to_pylist()], array.type).take(coded.indices)
    return changed if chosen.all() else pc.replace_with_mask(array, pa.array(chosen), changed)


def _shortest(word: str) -> str:
    """The shortest decimal text of the double a number is, without exponent."""
    number = _double(word)
    if number.is_integer() and abs(number) >= _EXCEL_DIGITS and word.lstrip("-").isdigit():
        return word  # written out by a program: shown as written
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _double(word: str) -> float:
    try:
        number = float(word)
    except ValueError as error:
        raise Malformed(f"<v>{word[:40]}</v>") from error
    if number != number or abs(number) == float("inf") or "_" in word:
        raise Malformed(f"<v>{word[:40]}</v>")
    return number


def _days(array: pa.Array, what: str, date1904: bool) -> pa.Array:
    return _each(array, "", "", lambda word: _day(word, what, date1904))


def _day(word: str, what: str, date1904: bool) -> str:
    """A serial day to YYYY-MM-DD, with THH:MM:SS where it has a time; what is no day stays a number."""
    number = _double(word)
    if what == "time" and 0 <= number < 1:
        return _clock(round(number * 86400))
    if not date1904 and _NO_DAY <= number < _NO_DAY + 1:
        return _shortest(word)
    if not date1904 and number < _NO_DAY:
        number += 1
    if not 1 <= number < 2_958_466 and not (date1904 and 0 <= number < 2_957_004):
        return _shortest(word)
    millis = round(number * 86_400_000)
    try:
        moment = (_EPOCH_1904 if date1904 else _EPOCH_1900) + dt.timedelta(milliseconds=millis)
    except OverflowError:
        return _shortest(word)
    day = f"{moment:%Y-%m-%d}" if moment.year > 999 else moment.date().isoformat()
    if moment.time() == dt.time():
        return day[:7] if what == "month" and moment.day == 1 else day
    return f"{day}T{moment.time().isoformat(timespec='milliseconds').removesuffix('.000')}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
