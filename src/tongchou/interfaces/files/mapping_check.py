"""A mapping held against what contract and law know, before any row is read: words in their places, values that fit."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tongchou.law.tables import Attribute

from . import cells
from .columns import BY_NAME, MAX_INTEGER, SCHEMES, is_part
from .mapping import ColumnMap, Mapping
from .refusal import FileRefused, suggestions

_DATES = {"date", "time", "month"}
_FITS: dict[str, set[str]] = {
    "sum": {"money"},
    "exchange": {"money"},
    "rounding": {"money"},
    "thousands": {"money"},
    "currency": {"money"},
    "dates": _DATES,
    "cut": _DATES,
    "shift_years": _DATES,
    "every_year_onto": _DATES,
    "from_year": _DATES,
    "several": {"codes"},
}
"""Words that make sense for columns of some kinds only."""


def check_mapping(mapping: Mapping, attributes: Sequence[Attribute], schemes: Sequence[str]) -> None:
    """Raises ``FileRefused``: ``map_wrong_value``. Columns that nobody knows are told elsewhere."""
    declared = {a.source or a.name: a for a in attributes}
    for spec in mapping.columns:
        kind = _kind(spec.target, declared)
        for word in _words(spec):
            if kind and word in _FITS and kind not in _FITS[word]:
                fits = ", ".join(sorted(_FITS[word]))
                raise _wrong(
                    mapping,
                    f"columns.{spec.target}.{word}",
                    f"“{word}”只用于 {fits} 类的列，而“{spec.target}”是 {kind} 类",
                    f"{word} is for columns of kind {fits}; {spec.target} is of kind {kind}",
                )
        if spec.way == "from_year" and spec.month_day and (kind == "month") != (len(spec.month_day) == 2):
            raise _wrong(
                mapping,
                f"columns.{spec.target}",
                "月份列用 month，日期列用 month_day",
                "a column of months takes month, a column of dates takes month_day",
            )
        _check_values(mapping, spec, kind, declared.get(spec.target), schemes)


def _kind(name: str, declared: dict[str, Attribute]) -> str:
    if is_part(name):
        return "money"
    if name in BY_NAME:
        return str(BY_NAME[name].kind)
    return str(declared[name].kind) if name in declared else ""


def _words(spec: ColumnMap) -> list[str]:
    given = {
        "exchange": spec.exchange,
        "rounding": spec.rounding,
        "thousands": spec.thousands,
        "currency": spec.currency,
        "dates": spec.dates,
        "cut": spec.cut,
        "shift_years": spec.shift_years,
        "every_year_onto": spec.every_year_onto,
        "several": spec.several,
    }
    return [spec.way, *(word for word, value in given.items() if value)]


def _check_values(
    mapping: Mapping, spec: ColumnMap, kind: str, attribute: Attribute | None, schemes: Sequence[str]
) -> None:
    """Values that the mapping itself puts into a column must be values of that column."""
    if spec.exchange or spec.rounding or spec.dates or spec.thousands or spec.currency or spec.cut:
        return
    given = [("constant", spec.constant), ("otherwise", spec.otherwise), ("empty", spec.empty)]
    given += [(f"codes.{old}", new) for old, new in spec.codes]
    words = [(key, word) for key, word in given if word]
    if not words:
        return
    allowed: Sequence[str] = ()
    if kind in ("code", "codes", "scheme"):
        allowed = attribute.values if attribute is not None and attribute.values else BY_NAME[spec.target].values
        allowed = tuple(dict.fromkeys((*SCHEMES, *schemes))) if kind == "scheme" else allowed
    parsed = _parsed(spec.target, kind, [word for _, word in words], allowed)
    if parsed is None:
        return
    for fault in parsed.faults:
        key, word = words[int(fault.mask.argmax())]
        zh, en = suggestions([word], allowed)
        values = ", ".join(allowed) or {"flag": "true, false"}.get(kind, kind)
        raise _wrong(
            mapping,
            f"columns.{spec.target}.{key}",
            f"“{spec.target}”不能取“{word}”（{values}）{zh}",
            f"{spec.target} cannot be {word!r} ({values}){en}",
        )


def _parsed(name: str, kind: str, words: list[str], allowed: Sequence[str]) -> cells.Parsed | None:
    column = pa.array(words, pa.string())
    match kind:
        case "code" | "scheme":
            return cells.read_code(name, column, allowed)
        case "codes":
            return cells.read_codes(name, column, allowed)
        case "flag":
            return cells.read_flag(name, column)
        case "integer":
            bounds = BY_NAME.get(name)
            low = bounds.low if bounds is not None and bounds.low is not None else -MAX_INTEGER
            high = bounds.high if bounds is not None and bounds.high is not None else MAX_INTEGER
            return cells.read_integer(name, column, low, high)
        case "money":
            return cells.read_money(name, column)
        case "date":
            return cells.read_date(name, column)
        case "time":
            return cells.read_time(name, column)
        case "month":
            return cells.read_month(name, column)
        case _:
            return None


def _wrong(mapping: Mapping, where: str, zh: str, en: str) -> FileRefused:
    return FileRefused(
        "map_wrong_value",
        f"映射文件 {mapping.path} 的 {where}：{zh}；请改正",
        f"{mapping.path}: {where}: {en}; correct it",
    )
