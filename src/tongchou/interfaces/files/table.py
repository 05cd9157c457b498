"""The claims table on its way from a file's columns to typed ones: parsed columns, and who is to blame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.tables import Attribute

from . import cells
from .cells import Parsed, as_text
from .columns import BY_NAME, MAX_INTEGER, SCHEMES, STANDARD, Column, is_part
from .parallel import in_order
from .rejections import Detail
from .source import Source

Mask = NDArray[np.bool_]
Ints = NDArray[Any]


class Table:
    """Columns under the contract's names, read in a fixed order; every fault goes to the rejections.

    ``columns``: the columns to read (the file's own, or those a mapping made). ``origin``: for a column
    that a mapping made, the file's column it came from, under whose name a fault is reported.
    """

    def __init__(
        self,
        source: Source,
        columns: dict[str, pa.Array],
        origin: dict[str, str],
        attributes: Sequence[Attribute],
        schemes: Sequence[str],
        threads: int = 2,
    ) -> None:
        self.threads = threads
        self.source = source
        self.columns = columns
        self.origin = origin
        self.attributes = {a.name: a for a in attributes}
        self.scheme_names = tuple(dict.fromkeys((*SCHEMES, *schemes)))
        self.extra: pa.Table | None = None
        """Of all rows, the columns that are carried through."""
        self.parsed: dict[str, Parsed] = {}
        self.declared: dict[str, Parsed] = {}

    @property
    def rows(self) -> int:
        """Rows of the file, also those already rejected."""
        return self.source.rows

    def read(self) -> None:
        """Read standard columns in their order, then parts, then what the law declares."""
        here = [c for c in STANDARD if c.name in self.columns]
        here += [Column(name, "money") for name in self.columns if is_part(name)]
        for column, parsed in zip(here, in_order(self._standard, here, self.threads), strict=True):
            self.parsed[column.name] = parsed
            if column.required or column.name == "settled_at":
                self.blame(~parsed.present, column.name, "missing_value")
            self._blame_all(column.name, parsed)
        for attribute in self.attributes.values():
            name = attribute.source or attribute.name
            if not reads_standard(attribute) and name in self.columns:
                parsed = self._attribute(attribute, name)
                self.declared[attribute.name] = parsed
                self._blame_all(name, parsed)

    def present(self, name: str) -> Mask:
        """Which rows have a value in a standard column; none where the file lacks the column."""
        parsed = self.parsed.get(name)
        return np.zeros(self.rows, np.bool_) if parsed is None else parsed.present

    def values(self, name: str, default: int = 0, kind: type[np.signedinteger[Any]] = np.int64) -> Ints:
        """A standard column's values, ``default`` where it is empty or absent (then of type ``kind``)."""
        parsed = self.parsed.get(name)
        if parsed is None:
            return np.full(self.rows, default, kind)
        if default == 0 or parsed.present.all():
            return parsed.values
        return np.where(parsed.present, parsed.values, default)

    def codes(self, name: str) -> tuple[str, ...]:
        """The values a standard code column may have: the law's where it declares more."""
        attribute = self.attributes.get(name)
        if attribute is not None and attribute.values:
            return attribute.values
        return self.scheme_names if name == "scheme" else BY_NAME[name].values

    def blame(self, mask: Mask, name: str, reason: str, detail: Detail = "", allowed: Sequence[str] = ()) -> None:
        """Reject the rows of ``mask`` that have no reason yet, with what their cell of the file holds."""
        rejected = self.source.rejected
        rows = np.flatnonzero(mask & ~rejected.mask)
        if len(rows) == 0:
            return
        shown, column = self.shown(name)
        values: pa.Array | str = ""
        if column is not None:
            values = as_text(shown, column.take(pa.array(rows)), numbers=True)
        if isinstance(detail, tuple):
            zh, en = (d if isinstance(d, str) else d.take(pa.array(rows)) for d in detail)
            detail = (zh, en)
        rejected.add(rows, shown, values, reason, detail, allowed)

    def shown(self, name: str) -> tuple[str, pa.Array | None]:
        """Under which name, and with which column of the file, a fault of a column is told."""
        shown = self.origin.get(name, name)
        return shown, self.source.columns.get(shown, self.columns.get(name))

    def _blame_all(self, name: str, parsed: Parsed) -> None:
        for fault in parsed.faults:
            self.blame(fault.mask, name, fault.reason, fault.detail, fault.allowed)

    def _standard(self, column: Column) -> Parsed:
        name, array = column.name, self.columns[column.name]
        low, high = column.low or 0, MAX_INTEGER if column.high is None else column.high
        match column.kind:
            case "text":
                return cells.read_text(name, array)
            case "date":
                return cells.read_date(name, array)
            case "time":
                return cells.read_time(name, array)
            case "month":
                return cells.read_month(name, array)
            case "money":
                return cells.read_money(name, array)
            case "integer":
                return cells.read_integer(name, array, low, high)
            case "flag":
                return cells.read_flag(name, array)
            case "codes":
                return cells.read_codes(name, array, self.codes(name))
            case _:
                return cells.read_code(name, array, self.codes(name))

    def _attribute(self, attribute: Attribute, name: str) -> Parsed:
        array = self.columns[name]
        low = -MAX_INTEGER if attribute.low is None else attribute.low
        high = MAX_INTEGER if attribute.high is None else attribute.high
        match attribute.kind:
            case "code":
                return cells.read_code(name, array, attribute.values)
            case "codes":
                return cells.read_codes(name, array, attribute.values)
            case "integer":
                return cells.read_integer(name, array, low, high)
            case "flag":
                return cells.read_flag(name, array)
            case "date":
                return _within(cells.read_date(name, array), attribute, "date")
            case _:
                return _within(cells.read_money(name, array), attribute, "money")


def reads_standard(attribute: Attribute) -> bool:
    """Whether an attribute needs no column of its own: standard, an age, or kept by the fold."""
    name = attribute.source or attribute.name
    if attribute.kind in ("disease", "state") or is_age(attribute):
        return True
    return attribute.name == name and name in BY_NAME


def is_age(attribute: Attribute) -> bool:
    """Whether an attribute is the age in whole years on the day of service."""
    return attribute.kind == "integer" and (
        attribute.source == "born" or (attribute.name == "age" and attribute.source in ("", "age"))
    )


def _within(parsed: Parsed, attribute: Attribute, kind: str) -> Parsed:
    """Bounds of a declared amount or date. (An attribute without bounds takes all the contract takes.)"""
    from datetime import date

    from tongchou.money import format_fen

    if kind == "date" and attribute.low == 0:
        low: int | None = None
    else:
        low = attribute.low
    high = attribute.high if kind == "money" or (attribute.high or 0) <= 3_652_059 else None
    wrong = np.zeros(len(parsed.values), np.bool_)
    for fault in parsed.faults:
        wrong |= fault.mask
    outside = np.zeros(len(parsed.values), np.bool_)
    if low is not None:
        outside |= parsed.values < low
    if high is not None:
        outside |= parsed.values > high

    def show(bound: int | None) -> str:
        if bound is None:
            return "…"
        return format_fen(bound) if kind == "money" else date.fromordinal(bound).isoformat()

    text = (f"{show(low)} 至 {show(high)}", f"{show(low)} to {show(high)}")
    parsed.blame(outside & parsed.present & ~wrong, "out_of_range", text)
    return parsed
