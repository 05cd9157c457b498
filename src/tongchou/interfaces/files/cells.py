"""One column to typed values: what each cell is, whether it is filled, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.money import arrays

from . import times
from .columns import MAX_CLAIM_FEN, MAX_TEXT
from .refusal import FileRefused
from .rejections import Detail

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

_BAD_TEXT = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^[\p{Z}]|[\p{Z}]\z"
_INTEGER = r"^-?[0-9]{1,18}\z"
_LONG_INTEGER = r"^-?[0-9]+\z"


@dataclass(frozen=True)
class Fault:
    """Rows of a column with one reason."""

    mask: Mask
    reason: str
    detail: Detail = ""
    allowed: Sequence[str] = ()


@dataclass
class Parsed:
    """A column read. ``values`` is 0 where the cell is empty or at fault; see ``present``."""

    values: Ints
    present: Mask
    faults: list[Fault] = field(default_factory=list)

    def blame(self, mask: Mask, reason: str, detail: Detail = "", allowed: Sequence[str] = ()) -> None:
        """Note the rows of ``mask``, if there are any."""
        if mask.any():
            self.faults.append(Fault(mask, reason, detail, allowed))


def filled(column: pa.Array) -> Mask:
    """Which cells are not empty: neither null nor an empty text."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return arrays.text_layout(column)[1] > 0
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.bool_)
    return np.asarray(column.is_valid())


def as_text(name: str, column: pa.Array, numbers: bool = False) -> pa.Array:
    """A column as string or large_string.

    ``numbers``: also doubles and decimals, in their shortest text. A type that has no text of its own
    (a list, a struct, bytes, …) refuses the file.
    """
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    if pa.types.is_dictionary(kind):
        return as_text(name, column.dictionary_decode(), numbers)
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    plain = pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date32(kind)
    if plain or (numbers and (pa.types.is_floating(kind) or pa.types.is_decimal(kind))):
        return column.cast(pa.string())
    if pa.types.is_date64(kind):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_timestamp(kind):
        return pc.strftime(pc.floor_temporal(column, unit="second"), format="%Y-%m-%dT%H:%M:%S")
    raise wrong_type(name, kind, "文本", "text")


def wrong_type(name: str, kind: pa.DataType, zh: str, en: str) -> FileRefused:
    """The refusal of a file for the type of one column."""
    return FileRefused(
        "column_type",
        f"列“{name}”的类型应为{zh}，实为 {kind}；请转换该列后重新导出",
        f"column {name} should be {en} and is {kind}; convert the column and export again",
    )


def read_text(name: str, column: pa.Array) -> Parsed:
    """An id: at most 128 characters, no control or invisible ones, no blanks around it. No values."""
    texts = as_text(name, column)
    present = filled(texts)
    parsed = Parsed(np.zeros(0, np.int64), present)
    starts, lengths, data = arrays.text_layout(texts)
    if len(texts) == 0:
        return parsed
    rows = np.flatnonzero(lengths > MAX_TEXT)
    if len(rows):
        count = pc.utf8_length(texts.take(pa.array(rows)))
        over = np.asarray(count) > MAX_TEXT
        mask = np.zeros(len(texts), np.bool_)
        mask[rows[over]] = True
        parsed.blame(mask, "text_too_long", (f"实际超过 {MAX_TEXT} 个", "it has more"))
    first, last = int(starts[0]), int(starts[-1] + lengths[-1])
    used = data[first:last]
    if np.any((used <= 32) | (used >= 127)):
        bad = np.asarray(pc.fill_null(pc.match_substring_regex(texts, _BAD_TEXT), False))
        parsed.blame(bad & present, "bad_text")
    return parsed


def read_money(name: str, column: pa.Array) -> Parsed:
    """Yuan to fen, from text, decimals, doubles or whole numbers; 0 where empty."""
    kind = column.type
    present = filled(column)
    if pa.types.is_float64(kind):
        doubles = np.asarray(column.fill_null(0.0))
        fen, ok = arrays.doubles_to_fen(doubles)
        negative = arrays.doubles_to_fen(-doubles)[1] & (doubles < 0)
        large = np.zeros(len(column), np.bool_)
    elif pa.types.is_decimal(kind):
        column = _narrow(name, column)
        fen, ok = arrays.decimals_to_fen(column)
        rough = np.asarray(column.fill_null(0).cast(pa.float64()))
        negative, large = rough < 0, rough > MAX_CLAIM_FEN / 100
    elif pa.types.is_integer(kind):
        fen, ok = arrays.ints_to_fen(column)
        whole = np.asarray(column.fill_null(0))
        negative, large = whole < 0, whole > 0
    else:
        texts = as_text(name, column, numbers=pa.types.is_floating(kind))
        fen, ok = arrays.parse_fen_array(texts)
        negative, large = np.zeros(len(ok), np.bool_), np.zeros(len(ok), np.bool_)
        rows = np.flatnonzero(present & ~ok)
        if len(rows):
            negative[rows], large[rows] = arrays.fault_codes(texts.take(pa.array(rows)))
    parsed = Parsed(fen, present)
    wrong = present & ~ok
    parsed.blame(wrong & negative, "negative_amount")
    over = fen > MAX_CLAIM_FEN
    parsed.blame(over | (wrong & large & ~negative), "amount_too_large")
    parsed.blame(wrong & ~large & ~negative, "not_money")
    fen[over] = 0
    return parsed


def _narrow(name: str, column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_decimal128(kind):
        return column
    try:
        return column.cast(pa.decimal128(38, kind.scale))
    except pa.ArrowInvalid as error:
        raise wrong_type(name, kind, " decimal128 或文本", "decimal128 or text") from error


def read_integer(name: str, column: pa.Array, low: int, high: int) -> Parsed:
    """Whole numbers within ``low`` and ``high``."""
    kind = column.type
    present = filled(column)
    if pa.types.is_integer(kind):
        raw = np.asarray(column.fill_null(0))
        whole = np.ones(len(raw), np.bool_)
        inside = (raw >= low) & (raw <= high)
        values = np.where(inside, raw, 0).astype(np.int64)
    elif pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        doubles = np.asarray(column.cast(pa.float64()).fill_null(0.0))
        whole = np.isfinite(doubles) & (np.floor(doubles) == doubles)
        inside = whole & (doubles >= low) & (doubles <= high)
        values = np.where(inside, doubles, 0).astype(np.int64)
    else:
        if pa.types.is_boolean(kind):
            raise wrong_type(name, kind, "整数", "integers")
        texts = as_text(name, column)
        distinct = texts.dictionary_encode()
        words = distinct.dictionary
        short = np.asarray(pc.match_substring_regex(words, _INTEGER))
        number = np.zeros(len(words) + 1, np.int64)
        number[:-1] = np.asarray(pc.if_else(pa.array(short), words, "0").cast(pa.int64()))
        shape = np.append(np.asarray(pc.match_substring_regex(words, _LONG_INTEGER)), False)
        fits = np.append(short, False) & (number >= low) & (number <= high)
        index = np.asarray(distinct.indices.fill_null(len(words)))
        whole, inside = shape[index], fits[index]
        values = np.where(inside, number[index], 0)
    parsed = Parsed(values, present)
    parsed.blame(present & ~whole, "not_an_integer")
    parsed.blame(present & whole & ~inside, "out_of_range", (f"{low} 至 {high}", f"{low} to {high}"))
    return parsed


def _by_word(name: str, column: pa.Array, words: Sequence[str], reason: str, allowed: Sequence[str]) -> Parsed:
    """A column of few different words to their indices in ``words``."""
    if pa.types.is_dictionary(column.type):
        return _by_entry(column, words, reason, allowed)
    texts = as_text(name, column)
    found = pc.index_in(texts, value_set=pa.array(words, texts.type)).fill_null(-1)
    index = np.asarray(found).astype(np.int64)
    unknown = index < 0
    parsed = Parsed(index, filled(texts))
    parsed.blame(parsed.present & unknown, reason, allowed=allowed)
    index[unknown] = 0
    return parsed


def _by_entry(column: pa.Array, words: Sequence[str], reason: str, allowed: Sequence[str]) -> Parsed:
    """The same of a column that comes as places in a dictionary."""
    held = column.dictionary
    known = np.asarray(pc.index_in(held, value_set=pa.array(words, held.type)).fill_null(-1)).astype(np.int64)
    place = np.asarray(column.indices.fill_null(len(held)))
    index = np.append(known, -1)[place]
    parsed = Parsed(index, np.append(filled(held), False)[place])
    unknown = index < 0
    parsed.blame(parsed.present & unknown, reason, allowed=allowed)
    index[unknown] = 0
    return parsed


def read_code(name: str, column: pa.Array, values: Sequence[str]) -> Parsed:
    """A code to its index in ``values``."""
    return _by_word(name, column, values, "unknown_code", values)


def read_codes(name: str, column: pa.Array, values: Sequence[str]) -> Parsed:
    """Codes separated by ``;`` to a bit mask: bit k for ``values[k]``."""
    texts = as_text(name, column)
    bit = {word: 1 << k for k, word in enumerate(values)}
    found = np.asarray(pc.index_in(texts, value_set=pa.array(values, texts.type)).fill_null(-1))
    masks = np.where(found < 0, 0, np.int64(1) << np.maximum(found, 0).astype(np.int64))
    several = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring(texts, ";"), False)))
    if len(several):
        distinct = texts.take(pa.array(several)).dictionary_encode()
        sums = []
        for cell in distinct.dictionary.to_pylist():
            bits = {bit.get(word, 0) for word in cell.split(";")}
            sums.append(0 if 0 in bits else sum(bits))
        masks[several] = np.array(sums, np.int64)[np.asarray(distinct.indices)]
    parsed = Parsed(masks, filled(texts))
    parsed.blame(parsed.present & (masks == 0), "unknown_code", allowed=values)
    return parsed


def read_flag(name: str, column: pa.Array) -> Parsed:
    """``true`` or ``false`` (or a boolean column) to 1 or 0."""
    if pa.types.is_boolean(column.type):
        return Parsed(np.asarray(column.fill_null(False)).astype(np.int64), filled(column))
    return _by_word(name, column, ("false", "true"), "not_true_false", ())


def read_date(name: str, column: pa.Array) -> Parsed:
    """A date to its ordinal. A timestamp must stand at midnight."""
    if pa.types.is_date(column.type):
        since_1970 = column.cast(pa.date32()).cast(pa.int32()).fill_null(0)
        days = np.asarray(since_1970).astype(np.int64) + times.EPOCH
        return _calendar(days, filled(column), days, "not_a_date")
    if pa.types.is_timestamp(column.type):
        seconds, exact = _timestamps(column)
        days = seconds // times.DAY_SECONDS
        parsed = _calendar(days, filled(column), days, "not_a_date")
        midnight = exact & (seconds % times.DAY_SECONDS == 0)
        parsed.blame(parsed.present & ~midnight, "not_a_date", "YYYY-MM-DD")
        return parsed
    texts = as_text(name, column)
    days, ok = times.read_dates(texts)
    parsed = Parsed(days, filled(texts))
    parsed.blame(parsed.present & ~ok, "not_a_date", "YYYY-MM-DD")
    return parsed


def read_time(name: str, column: pa.Array) -> Parsed:
    """A date or a date with time to ordinal * 86400 + seconds."""
    if pa.types.is_date(column.type):
        parsed = read_date(name, column)
        parsed.values = parsed.values * times.DAY_SECONDS
        return parsed
    if pa.types.is_timestamp(column.type):
        seconds, exact = _timestamps(column)
        parsed = _calendar(seconds, filled(column), seconds // times.DAY_SECONDS, "not_a_time")
        parsed.blame(parsed.present & ~exact, "not_a_time")
        return parsed
    texts = as_text(name, column)
    seconds, ok = times.read_times(texts)
    parsed = Parsed(seconds, filled(texts))
    parsed.blame(parsed.present & ~ok, "not_a_time")
    return parsed


def _calendar(values: Ints, present: Mask, days: Ints, reason: str) -> Parsed:
    """Typed dates may lie outside the calendar; those are at fault."""
    outside = (days < 1) | (days > 3_652_059)
    parsed = Parsed(np.where(outside | ~present, 0, values), present)
    parsed.blame(present & outside, reason, "YYYY-MM-DD")
    return parsed


def _timestamps(column: pa.Array) -> tuple[Ints, Mask]:
    """(ordinal * 86400 + seconds of the wall clock, whether it is a whole second)."""
    if column.type.tz is not None:
        column = pc.local_timestamp(column)
    unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    raw = np.asarray(column.cast(pa.int64()).fill_null(0))
    return raw // unit + times.EPOCH * times.DAY_SECONDS, raw % unit == 0


def read_month(name: str, column: pa.Array) -> Parsed:
    """YYYY-MM to year * 12 + month - 1."""
    texts = as_text(name, column)
    months, ok = times.read_months(texts)
    parsed = Parsed(months, filled(texts))
    parsed.blame(parsed.present & ~ok, "not_a_date", "YYYY-MM")
    return parsed
