"""The rejected rows of a worksheet read once more, as the cells they were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .source import SheetRead
from .xlsx_cells import BOOL, NUMBER, Cells
from .xlsx_package import MAX_SHEET, Package, SheetPart, broken
from .xlsx_rows import Elements
from .xlsx_strings import shared_strings
from .xlsx_unusual import Malformed
from .xlsx_values import plain_texts
from .xlsxfile import cells_of

Ints = NDArray[np.int64]

_COLUMN = re.compile(rb"<col\b[^>]*>")
_WORD = re.compile(rb'\s([a-zA-Z]+)="([^"]*)"')
_WIDTH = re.compile(rb"[0-9]{1,3}(\.[0-9]+)?")


@dataclass(frozen=True)
class Cell:
    """A cell to be written: its text, or the number or truth value it is, and its number format."""

    value: str
    number: float | None = None
    truth: bool | None = None
    format: str = ""


_EMPTY = Cell("")


def column_widths(path: Path, sheet: SheetRead) -> dict[int, float]:
    """Widths of the columns read, by their place among them, where the sheet gives one."""
    with Package(path) as package:
        elements = Elements(package.chunks(_part(package, sheet).part, MAX_SHEET, 1 << 16), b"sheetData", b"row")
        for _ in elements:
            break
    wide: dict[int, float] = {}
    for tag in _COLUMN.findall(elements.head):
        words = dict(_WORD.findall(tag))
        low, high, width = (words.get(k, b"") for k in (b"min", b"max", b"width"))
        if low.isdigit() and high.isdigit() and _WIDTH.fullmatch(width):
            for column in range(int(low) - 1, min(int(high), 1 << 14)):
                wide[column] = min(float(width), 255.0)
    return {k: wide[c] for k, c in enumerate(sheet.columns) if c in wide}


def sheet_rows(path: Path, sheet: SheetRead, lines: Ints) -> Iterator[list[Cell]]:
    """The rows of these numbers (ascending), each with a cell for every column read."""
    with Package(path) as package:
        strings = shared_strings(package)
        places = {c: k for k, c in enumerate(sheet.columns)}
        done = 0
        try:
            for cells in cells_of(package, _part(package, sheet)):
                last = int(np.searchsorted(lines, cells.row[-1], side="right"))
                wanted = lines[done:last]
                yield from _rows(cells, wanted, places, strings, package.formats)
                done = last
                if done == len(lines):
                    return
        except Malformed as error:
            raise broken(path, sheet.name, str(error)) from error


def _part(package: Package, sheet: SheetRead) -> SheetPart:
    return next(part for part in package.sheets if part.name == sheet.name)


def _rows(
    cells: Cells, lines: Ints, places: dict[int, int], strings: pa.Array, formats: tuple[str, ...]
) -> Iterator[list[Cell]]:
    """Those rows of a block. (A row never runs over two blocks.)"""
    if len(lines) == 0:
        return
    some = cells.take(np.flatnonzero(np.isin(cells.row, lines)))
    text = plain_texts(some, strings).to_pylist()
    at = np.searchsorted(lines, some.row)
    found: list[list[Cell]] = [[_EMPTY] * len(places) for _ in lines]
    for row, column, kind, style, word in zip(
        at.tolist(), some.column.tolist(), some.kind.tolist(), some.style.tolist(), text, strict=True
    ):
        if column in places:
            code = formats[style] if style < len(formats) else ""
            found[row][places[column]] = _cell(kind, word, code)
    yield from found


def _cell(kind: int, word: str, code: str) -> Cell:
    if kind == NUMBER:
        return Cell(word, number=float(word), format=code)
    if kind == BOOL:
        return Cell(word, truth=word == "1", format=code)
    return Cell(word, format=code)
