"""rejected.xlsx: the rows that were not taken, as the sender sent them, with their reason, in a workbook.

For people who work in Excel: long ids stay whole (a CSV opened in Excel loses digits), cells keep their
values and formats, the faulty one is coloured. Nothing is ever written as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .reasons_short import short_reason
from .rejected_cells import Cell, column_widths, sheet_rows
from .source import SheetRead
from .write import HEAD

FEW = 10_000
"""Rejected rows up to which the workbook is written unasked beside a CSV or Parquet file (some four seconds)."""
_MOST = 1_048_575
"""Rows of a worksheet below its header."""
_HEADS = {"zh": ("行号", "原因", "出错的列", "说明"), "en": ("row", "reason", "column", "message")}
_WIDTHS = (8, 22, 18, 60)
_WIDE = 40
_SHEET = "rejected"


@dataclass(frozen=True)
class _Sheet:
    """What is to be written: a name, columns with their widths, and rows of cells."""

    name: str
    header: list[str]
    widths: dict[int, float]
    rows: Iterator[list[Cell]]


@dataclass(frozen=True)
class RejectedRows:
    """The rejected rows of a run: as ``rejected.csv`` has them, and the file they came from."""

    csv: Path
    source: Path
    sheet: SheetRead | None
    """The worksheet read; None for a text or Parquet file."""
    number: int
    lang: str

    def wanted(self, asked: bool | None) -> bool:
        """Whether the workbook is written: always for a workbook, else where asked for or where few are rejected."""
        if self.number == 0 or self.number > _MOST or asked is False:
            return False
        return asked is True or self.sheet is not None or self.number <= FEW

    def header(self) -> list[str]:
        """Names of the sender's columns."""
        with self.csv.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))[len(HEAD) :]

    def told(self) -> Iterator[tuple[list[str], list[str]]]:
        """(line, column, value, reason, message) and the sender's cells, row by row."""
        csv.field_size_limit(1 << 30)
        with self.csv.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for row in rows:
                yield row[: len(HEAD)], row[len(HEAD) :]


def write_rejected_xlsx(path: Path, rejected: RejectedRows, asked: bool | None = None) -> bool:
    """Write the rejected rows into ``path``; gives whether a workbook was wanted."""
    if not rejected.wanted(asked):
        return False
    _write(path, _of_workbook(rejected, rejected.sheet) if rejected.sheet else _of_table(rejected), rejected)
    return True


def _of_workbook(rejected: RejectedRows, sheet: SheetRead) -> _Sheet:
    """The sender's own sheet: name, columns, widths and cells as they were."""
    lines = np.array([int(told[0]) for told, _ in rejected.told()], np.int64)
    cells = sheet_rows(rejected.source, sheet, lines)
    return _Sheet(sheet.name, rejected.header(), column_widths(rejected.source, sheet), cells)


def _of_table(rejected: RejectedRows) -> _Sheet:
    return _Sheet(_SHEET, rejected.header(), {}, ([Cell(text) for text in cells] for _, cells in rejected.told()))


def _write(path: Path, sheet: _Sheet, rejected: RejectedRows) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    try:
        page = book.add_worksheet(sheet.name[:31])
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
        formats = _Formats(book)
        heads = _HEADS["en" if rejected.lang == "en" else "zh"]
        for c, width in enumerate(_WIDTHS):
            page.set_column(c, c, width)
        own = len(heads)
        for c, name in enumerate(sheet.header):
            page.set_column(own + c, own + c, sheet.widths.get(c, min(max(10, 2 + _width(name)), _WIDE)))
            page.write_string(0, own + c, name, head)
        for c, name in enumerate(heads):
            page.write_string(0, c, name, head)
        place = {name: c for c, name in enumerate(sheet.header)}
        n = 0
        for n, ((told, _), cells) in enumerate(zip(rejected.told(), sheet.rows, strict=True), 1):
            line, column, _, reason, message = told
            page.write_number(n, 0, int(line))
            page.write_string(n, 1, short_reason(reason, rejected.lang))
            page.write_string(n, 2, column)
            page.write_string(n, 3, message)
            bad = place.get(column, -1)
            for c, cell in enumerate(cells):
                _put(page, n, own + c, cell, formats.get(cell.format, c == bad), c == bad)
        page.freeze_panes(1, own)
        page.autofilter(0, 0, n, own + len(sheet.header) - 1)
    finally:
        book.close()


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[str, bool], Any] = {}

    def get(self, code: str, bad: bool) -> Any:
        if (code in ("", "General")) and not bad:
            return None
        if (code, bad) not in self.made:
            look: dict[str, Any] = {"num_format": code} if code else {}
            if bad:
                look |= {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
            self.made[code, bad] = self.book.add_format(look)
        return self.made[code, bad]


def _put(page: Any, row: int, column: int, cell: Cell, look: Any, bad: bool) -> None:
    """A number as a number, a truth value as one, all else as text, whatever it begins with."""
    if cell.value == "":
        if bad:
            page.write_blank(row, column, None, look)
    elif cell.number is not None:
        page.write_number(row, column, cell.number, look)
    elif cell.truth is not None:
        page.write_boolean(row, column, cell.truth, look)
    else:
        page.write_string(row, column, cell.value[:32767], look)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
