"""Columns of a file of persons as the texts that options are: typed cells of Parquet and worksheets included."""

from __future__ import annotations

import re

import pyarrow as pa

from tongchou.interfaces.files.source import Source
from tongchou.interfaces.files.write import printable

from .facts import Option

KINDS = {
    "code": "code",
    "codes": "codes",
    "money": "money",
    "month": "month",
    "day": "date",
    "count": "integer",
    "tenths": "integer",
    "fraction": "integer",
    "flag": "flag",
    "text": "text",
}
"""Kind of an option → kind of a claims column, as ``fullwidth`` tells numbers, dates and words from free text."""
_FIRST_OF_MONTH = re.compile(r"(\d{4}-\d{2})-01\Z")
_MIDNIGHT = re.compile(r"T00:00:00(\.0+)?\Z")


def texts_of(name: str, source: Source, option: Option | None) -> list[str]:
    """A column's cells as an option's texts, empty where absent.

    Doubles stand as their shortest text, decimals without zeros at the end, times at midnight as days. Excel and
    Parquet keep a month as its first day; any other day is left to be refused.
    """
    column = source.columns[name]
    texts: list[str] = [t or "" for t in printable(name, column).to_pylist()]
    if pa.types.is_decimal(column.type):
        texts = [t.rstrip("0").rstrip(".") if "." in t else t for t in texts]
    if pa.types.is_timestamp(column.type):
        texts = [_MIDNIGHT.sub("", t) for t in texts]
    if source.kind != "csv" and option is not None and option.kind == "month":
        texts = [_FIRST_OF_MONTH.sub(r"\1", t) for t in texts]
    return texts
