"""Rows of a sheet of people read: one by one with their refusal, or by the column where there are a million.

``read_row`` is what counts. ``read_columns`` tells at once which rows it would take and what they hold; whatever is in
doubt is left to it, so both always say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..frame.refusal import OfficeRefused
from .number_columns import resident_numbers
from .numbers import KINDS, SEXES, check, employer_code
from .rows import worded
from .spells import INSURANCES, STATUSES, WAYS
from .words import needed, read_day, read_word

NAMES = {
    "name": ("姓名", "name"),
    "number": ("证件号码", "number"),
    "number_kind": ("证件类型", "kind of number"),
    "sex": ("性别", "sex"),
    "born": ("出生日期", "born"),
    "area": ("参保地", "area"),
    "insurance": ("险种", "insurance"),
    "way": ("参保方式", "way"),
    "status": ("参保身份", "status"),
    "employer": ("单位统一社会信用代码", "credit code of the employer"),
    "begins": ("起始日期", "begins"),
    "last_day": ("截至日期", "last day"),
    "source": ("依据", "source"),
}
"""The columns of a sheet of people: machine name → (Chinese, English)."""
CHOICES = {"number_kind": KINDS, "sex": SEXES, "insurance": INSURANCES, "way": WAYS, "status": STATUSES}
OF_SPELL = ("insurance", "way", "status", "begins")


@dataclass(frozen=True)
class Row:
    """A person and, where ``insurance`` is not empty, the first spell; ``employer`` is a credit code."""

    name: str
    kind: str
    number: str
    sex: str
    born: date
    area: str
    insurance: str
    way: str
    status: str
    employer: str
    begins: date | None
    last_day: date | None
    source: str


def read_row(cells: Mapping[str, str], area: str) -> Row:
    """A row by its cells; ``area`` where it names none. Raises OfficeRefused naming the column."""
    told = {k: cells.get(k, "") for k in NAMES}
    words = {k: read_word(told[k], choices, k, *NAMES[k]) for k, choices in CHOICES.items()}
    name = worded(needed(told["name"], "name", *NAMES["name"]), "name", *NAMES["name"])
    number = needed(told["number"], "number", *NAMES["number"])
    born = read_day(told["born"], "born", *NAMES["born"])
    found = check(words["number_kind"] or "resident_id", number, born, words["sex"] or None)
    begins = read_day(told["begins"], "begins", *NAMES["begins"])
    last = read_day(told["last_day"], "last_day", *NAMES["last_day"])
    unit = employer_code(told["employer"]) if told["employer"].strip() else ""
    if any(told[k].strip() for k in (*OF_SPELL, "employer", "last_day")):
        for k in OF_SPELL:
            needed(told[k], k, *NAMES[k])
    where, source = told["area"].strip() or area, " ".join(told["source"].split())
    return Row(name, found.kind, found.normal, found.sex, found.born, where, words["insurance"], words["way"],
               words["status"], unit, begins, last, source)  # fmt: skip


@dataclass
class Coded:
    """A column of few different values: ``codes`` (n) into ``values``; -1 in ``codes`` for a cell that is no value."""

    codes: NDArray[np.int32]
    values: list[Any]
    places: dict[Any, int]

    def where(self, wanted: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """Which rows have a value that is wanted."""
        return np.array([*map(wanted, self.values), False], np.bool_)[self.codes]

    def list(self, rows: NDArray[np.int64]) -> list[Any]:
        """The values of some rows."""
        return [self.values[c] for c in self.codes[rows].tolist()]

    def put(self, row: int, value: Any) -> None:
        """Set the value of a row."""
        if value not in self.places:
            self.places[value] = len(self.values)
            self.values.append(value)
        self.codes[row] = self.places[value]


class Rows:
    """Rows by the column (n each): texts as lists, the rest coded. ``good``: read; the others have their refusal."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.good: NDArray[np.bool_] = np.zeros(n, np.bool_)
        self.refused: dict[int, OfficeRefused] = {}
        self.name: list[str] = []
        self.number: list[str] = []
        self.source: list[str] = []
        self.born: NDArray[np.datetime64] = np.zeros(n, "datetime64[D]")
        self.male: NDArray[np.bool_] = np.zeros(n, np.bool_)
        self.coded: dict[str, Coded] = {}

    def days(self, name: str) -> NDArray[np.datetime64]:
        """A column of days as ``datetime64[D]``, NaT where there is none."""
        column = self.coded[name]
        return np.array([*column.values, None], "datetime64[D]")[column.codes]


def read_columns(columns: Mapping[str, Sequence[str]], area: str, n: int) -> Rows:
    """Read n rows. ``columns``: machine name → n texts; a column that is not there is empty throughout."""
    rows = Rows(n)
    empty = [""] * n
    told: dict[str, Sequence[str]] = {k: columns.get(k, empty) for k in NAMES}
    _coded(rows, told, area)
    names = list(told["name"])
    numbers = resident_numbers(told["number"])
    sources = [" ".join(s.split()) if s else "" for s in told["source"]]
    rows.number, rows.born, rows.male, rows.source = numbers.normal, numbers.born, numbers.male, sources
    plain = np.array([0 < len(s) <= 100 and s.isprintable() and not s[0].isspace() and not s[-1].isspace()
                      and "  " not in s and "\u3000" not in s for s in names], np.bool_)  # fmt: skip
    good = numbers.good & plain & rows.coded["number_kind"].where(lambda v: v in ("", "resident_id"))
    for column in rows.coded.values():
        good &= column.codes >= 0
    born = rows.days("born")
    good &= np.isnat(born) | (born == numbers.born)
    sex = rows.coded["sex"]
    good &= sex.where(lambda v: v == "") | (sex.where(lambda v: v == "M") == numbers.male)
    spell = np.zeros(n, np.bool_)
    for k in (*OF_SPELL, "employer", "last_day"):
        spell |= rows.coded[k].where(lambda v: v not in ("", None))
    for k in OF_SPELL:
        good &= ~spell | rows.coded[k].where(lambda v: v not in ("", None))
    rows.name, rows.good = names, good
    _one_by_one(rows, told, area)
    return rows


def _coded(rows: Rows, told: Mapping[str, Sequence[str]], area: str) -> None:
    readers: dict[str, Callable[[str], Any]] = {
        k: lambda word, k=k: read_word(word, CHOICES[k], k, *NAMES[k])  # type: ignore[misc]
        for k in CHOICES
    }
    for k in ("born", "begins", "last_day"):
        readers[k] = lambda word, k=k: read_day(word, k, *NAMES[k])  # type: ignore[misc]
    readers["employer"] = lambda word: employer_code(word) if word.strip() else ""
    readers["area"] = lambda word: word.strip() or area
    for k, read in readers.items():
        rows.coded[k] = code_column(told[k], read)


def code_column(column: Sequence[str], read: Callable[[str], Any]) -> Coded:
    """A column by its different words, each read once; -1 where a word is refused."""
    encoded = pa.array(column, pa.string()).dictionary_encode()
    values: list[Any] = []
    places: dict[Any, int] = {}
    table = []
    for word in encoded.dictionary.to_pylist():
        try:
            value = read(word)
        except OfficeRefused:
            table.append(-1)
            continue
        if value not in places:
            places[value] = len(values)
            values.append(value)
        table.append(places[value])
    codes = np.asarray(encoded.indices, np.int32)
    return Coded(np.array(table, np.int32)[codes] if table else codes, values, places)


def _one_by_one(rows: Rows, told: Mapping[str, Sequence[str]], area: str) -> None:
    """Rows in doubt as ``read_row`` reads them."""
    for i in np.flatnonzero(~rows.good).tolist():
        try:
            row = read_row({k: column[i] for k, column in told.items()}, area)
        except OfficeRefused as e:
            rows.refused[i] = e
            continue
        rows.good[i] = True
        rows.name[i], rows.number[i], rows.source[i] = row.name, row.number, row.source
        rows.born[i], rows.male[i] = np.datetime64(row.born, "D"), row.sex == "M"
        for k in ("area", "insurance", "way", "status", "employer", "begins", "last_day"):
            rows.coded[k].put(i, getattr(row, k))
        rows.coded["number_kind"].put(i, row.kind)
