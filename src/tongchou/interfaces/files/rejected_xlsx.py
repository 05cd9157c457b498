"""rejected.xlsx: the rows that were not taken, as the sender sent them, with their reason, in a workbook.

For people who work in Excel: long ids stay whole (a CSV opened in Excel loses digits), cells keep their
values and formats, the faulty one is coloured. Nothing is ever written as a formula.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .claims import Claims
from .reasons_short import short_reason
from .rejected_cells import Cell, column_widths, sheet_rows
from .source import SheetRead
from .write import printable

Ints = NDArray[np.int64]

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


def wants_workbook(claims: Claims, asked: bool | None) -> bool:
    """Whether rejected.xlsx is written: always for a workbook, else where asked for or where few are rejected."""
    number = len(claims.rejected)
    if number == 0 or number > _MOST or asked is False:
        return False
    return asked is True or claims.kind == "xlsx" or number <= FEW


def write_rejected_xlsx(path: Path, claims: Claims, lang: str = "zh", asked: bool | None = None) -> int:
    """Write the rejected rows; gives their number, 0 where no workbook is wanted (an old one is removed).

    Written beside and moved into place.
    """
    if not wants_workbook(claims, asked):
        path.unlink(missing_ok=True)
        return 0
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    sheet = _of_workbook(claims, claims.sheet) if claims.sheet else _of_table(claims)
    try:
        _write(draft, sheet, claims, lang)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return len(claims.rejected)


def _of_workbook(claims: Claims, sheet: SheetRead) -> _Sheet:
    """The sender's own sheet: name, columns, widths and cells as they were."""
    source, lines = Path(claims.source), claims.line[claims.rejected.row]
    return _Sheet(sheet.name, claims.raw.column_names, column_widths(source, sheet), sheet_rows(source, sheet, lines))


def _of_table(claims: Claims) -> _Sheet:
    names = claims.raw.column_names
    chosen = pa.array(claims.rejected.row)
    columns = [printable(name, claims.raw.column(name).take(chosen).combine_chunks()) for name in names]

    def rows() -> Iterator[list[Cell]]:
        for start in range(0, len(chosen), 4096):
            lists = [column.slice(start, 4096).to_pylist() for column in columns]
            for cells in zip(*lists, strict=True):
                yield [Cell(text or "") for text in cells]

    return _Sheet(_SHEET, names, {}, rows() if names else iter([[] for _ in range(len(chosen))]))


def _write(path: Path, sheet: _Sheet, claims: Claims, lang: str) -> None:
    import xlsxwriter

    rejected = claims.rejected
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    try:
        page = book.add_worksheet(sheet.name[:31])
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
        formats = _Formats(book)
        heads = _HEADS["en" if lang == "en" else "zh"]
        for c, width in enumerate(_WIDTHS):
            page.set_column(c, c, width)
        own = len(heads)
        for c, name in enumerate(sheet.header):
            page.set_column(own + c, own + c, sheet.widths.get(c, min(max(10, 2 + _width(name)), _WIDE)))
            page.write_string(0, own + c, name, head)
        for c, name in enumerate(heads):
            page.write_string(0, c, name, head)
        place = {name: c for c, name in enumerate(sheet.header)}
        told = zip(
            claims.line[rejected.row].tolist(),
            rejected.reason.to_pylist(),
            rejected.column.to_pylist(),
            rejected.messages(lang).to_pylist(),
            sheet.rows,
            strict=True,
        )
        n = 0
        for n, (line, reason, column, message, cells) in enumerate(told, 1):
            page.write_number(n, 0, line)
            page.write_string(n, 1, short_reason(reason, lang))
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
