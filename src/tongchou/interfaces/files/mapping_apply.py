"""A mapping applied to a file: columns under the contract's names, still to be checked like any others."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .cells import as_text
from .columns import is_part
from .mapping import ColumnMap, Mapping
from .mapping_words import as_amount, as_date, cut
from .refusal import FileRefused, suggestions
from .source import Source

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})((?:-[0-9]{2})?)((?:T[0-9:]{8})?)", re.ASCII)
_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)
_LONGEST = 400
"""The longest amount that is looked at, in characters."""

Columns = dict[str, pa.Array]


def apply_mapping(
    mapping: Mapping, source: Source, known: Sequence[str]
) -> tuple[Columns, dict[str, str], frozenset[str]]:
    """Make the columns that a mapping names.

    ``known``: the contract's and the law's columns. Gives the columns, for each made column the file's
    column it came from, and the file's columns taken as they stand. Raises ``FileRefused``:
    ``map_unknown_column`` (a column that neither contract nor law knows), ``map_source_missing`` (a
    column that the file has not).
    """
    _check(mapping, source, known)
    columns: Columns = {}
    origin: dict[str, str] = {}
    targets = {c.target for c in mapping.columns}
    taken = frozenset(n for n in source.columns if n not in targets and n not in mapping.ignore)
    for spec in mapping.columns:
        if spec.years:
            _tell_years(spec, source)
        columns[spec.target] = _make(spec, source)
        if spec.sources:
            origin[spec.target] = spec.sources[0] if len(spec.sources) == 1 else spec.target
    known_names = set(known)
    for name in source.columns:
        if name in taken and (name in known_names or is_part(name)):
            columns[name] = source.columns[name]
    return columns, {k: v for k, v in origin.items() if k != v}, taken


def _check(mapping: Mapping, source: Source, known: Sequence[str]) -> None:
    unknown = [c.target for c in mapping.columns if c.target not in known and not is_part(c.target)]
    if unknown:
        zh, en = suggestions(unknown, known)
        raise FileRefused(
            "map_unknown_column",
            f"映射文件 {mapping.path} 给出了申报表与法规都没有的列：{'、'.join(unknown)}{zh}；请改正或删去",
            f"{mapping.path} makes columns that neither contract nor law knows: {', '.join(unknown)}{en};"
            " correct or remove them",
        )
    wanted = [*(s for c in mapping.columns for s in c.sources), *mapping.ignore]
    missing = [s for s in dict.fromkeys(wanted) if s not in source.columns]
    if missing:
        zh, en = suggestions(missing, source.columns)
        has = list(source.columns)
        raise FileRefused(
            "map_source_missing",
            f"映射文件 {mapping.path} 用到的列在 {source.path} 中没有：{'、'.join(missing)}{zh}；"
            f"现有列：{'、'.join(has)}；请改正映射文件或换文件",
            f"{mapping.path} uses columns that {source.path} has not: {', '.join(missing)}{en};"
            f" it has {', '.join(has)}; correct the mapping or the file",
        )


def _tell_years(spec: ColumnMap, source: Source) -> None:
    """Reject the rows whose year the mapping does not list; an empty cell is told as missing."""
    name = spec.sources[0]
    texts = as_text(name, source.columns[name], numbers=True)
    listed = [*(year for year, _ in spec.years), *(f"{year}.0" for year, _ in spec.years), ""]
    known = pc.is_in(texts, value_set=pa.array(listed, texts.type), skip_nulls=True)
    rows = np.flatnonzero(~np.asarray(known) & np.asarray(texts.is_valid()))
    years = ", ".join(year for year, _ in spec.years)
    source.rejected.add(rows, name, texts.take(pa.array(rows)), "year_not_mapped", years)


def _make(spec: ColumnMap, source: Source) -> pa.Array:
    if spec.way == "constant":
        return pa.repeat(pa.scalar(spec.constant, pa.string()), source.rows)
    if spec.way == "line_number":
        numbers = pa.array(source.line).cast(pa.string())
        return pc.binary_join_element_wise(spec.prefix, numbers, "") if spec.prefix else numbers
    if spec.plain:
        return source.columns[spec.sources[0]]
    texts = [as_text(name, source.columns[name], numbers=True) for name in spec.sources]
    if spec.way == "join":
        ids = _join(texts, spec.separator)
        return pc.binary_join_element_wise(spec.prefix, ids, "") if spec.prefix else ids
    if spec.way == "sum":
        return _sum(texts, spec)
    if spec.way == "from_year":
        return _each(texts[0], lambda word: _from_year(word, spec))
    return _each(texts[0], lambda word: _changed(word, spec), spec.empty)


def _each(texts: pa.Array, change: Callable[[str], str], empty: str | None = None) -> pa.Array:
    """Every different word changed once; empty cells stay empty, or become ``empty``."""
    distinct = texts.dictionary_encode()
    blank = empty or ""
    words = [change(word) if word else blank for word in distinct.dictionary.to_pylist()]
    index = distinct.indices.fill_null(len(words))
    return pa.array([*words, blank], texts.type).take(index)


def _join(texts: list[pa.Array], separator: str) -> pa.Array:
    """Texts put together; empty where one of them is, for half an id is none."""
    whole = [pc.if_else(pc.equal(pc.binary_length(t), 0), None, t) for t in texts]
    return pc.binary_join_element_wise(*whole, separator)


def _sum(texts: list[pa.Array], spec: ColumnMap) -> pa.Array:
    """The sum of the filled cells, exact; empty where all are. A cell that is no amount is left as it is."""
    rows = zip(*(t.to_pylist() for t in texts), strict=True)
    return pa.array([_sum_row([cell for cell in row if cell], spec) for row in rows], pa.string())


def _sum_row(cells: list[str], spec: ColumnMap) -> str:
    total = Fraction(0)
    for cell in cells:
        amount = _exact(as_amount(cell, spec.thousands, spec.currency))
        if amount is None:
            return cell
        total += Fraction(*amount)
    return _money(total.numerator, total.denominator, spec) if cells else ""


def _changed(word: str, spec: ColumnMap) -> str:
    if spec.codes or spec.otherwise is not None:
        codes = dict(spec.codes)
        parts = [part.strip() for part in word.split(spec.several)] if spec.several else [word]
        parts = [codes.get(part, part if spec.otherwise is None else spec.otherwise) for part in parts]
        word = ";".join(dict.fromkeys(parts))
    if spec.dates:
        word = as_date(word, spec.dates)
    if spec.cut:
        word = cut(word, spec.cut)
    if spec.shift_years or spec.every_year_onto is not None:
        word = _moved(word, spec)
    if spec.thousands or spec.currency:
        word = as_amount(word, spec.thousands, spec.currency)
    if spec.exchange is not None or spec.rounding is not None:
        amount = _exact(word)
        if amount is not None:
            word = _money(*amount, spec)
    return word


def _from_year(word: str, spec: ColumnMap) -> str:
    """A year to a date or month; what is no year stays as it is, to be rejected."""
    years = dict(spec.years)
    whole = word.removesuffix(".0")
    if years:
        if whole not in years:
            return word
        year = years[whole]
    elif re.fullmatch("[0-9]{4}", whole, re.ASCII):
        year = int(whole)
    else:
        return word
    return _moved(_dated(year, spec.month_day or "01-01"), spec)


def _moved(word: str, spec: ColumnMap) -> str:
    """A date (with or without a time) or month moved by years or onto one year."""
    match = _DATE.fullmatch(word)
    if match is None:
        return word
    year, rest = int(match[1]), match[2] + match[3]
    if rest == "02-29" and not calendar.isleap(year):
        return word
    moved = (year if spec.every_year_onto is None else spec.every_year_onto) + spec.shift_years
    return _dated(moved, rest) + match[4] if 1 <= moved <= 9999 else word


def _dated(year: int, month_day: str) -> str:
    """29 February becomes 28 in a year that has none."""
    if month_day == "02-29" and not calendar.isleap(year):
        month_day = "02-28"
    return f"{year:04d}-{month_day}"


def _exact(word: str) -> tuple[int, int] | None:
    """An amount of any number of decimals as a fraction; None for what is none (a sign, a separator, …)."""
    match = _AMOUNT.fullmatch(word) if len(word) <= _LONGEST else None
    if match is None:
        return None
    decimals = match[2] or ""
    places = len(decimals) - int(match[3] or "0")
    digits = int(match[1] + decimals)
    return (digits, 10**places) if places >= 0 else (digits * 10**-places, 1)


def _money(top: int, bottom: int, spec: ColumnMap) -> str:
    """Exchanged and rounded once, to two places; without a rounding an amount of more places stays long."""
    rate = spec.exchange
    if rate is not None:
        top, bottom = top * rate.numerator, bottom * rate.denominator
    whole, rest = divmod(top * 100, bottom)
    if rest and spec.rounding is None:
        return f"{whole // 100}.{whole % 100:02d}…"
    if spec.rounding == "half_up" or (spec.rounding == "half_even" and (2 * rest != bottom or whole % 2)):
        whole += 2 * rest >= bottom
    return f"{whole // 100}.{whole % 100:02d}"
