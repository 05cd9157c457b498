"""XLSX to columns of text with Excel's row numbers, block by block, in bounded memory.

Every cell is read as what it is, whatever its column holds elsewhere: a text as it stands, a number as the
shortest digits of its double (never with an exponent), a date as YYYY-MM-DD, a truth value as ``true`` or
``false``, a formula as the result stored with it. What a text cannot say is kept as a cell's fault
(``cell_faults``): errors such as #N/A, formulas never reckoned, ids whose digits or form Excel has changed.

Rows and columns that are hidden are read like all others, and the notes say how many there were.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .cell_faults import CellFault, Note
from .refusal import FileRefused, suggestions
from .xlsx_cells import Cells, Unusual, read_block
from .xlsx_header import LOOKED_AT, Grid, Header, Merged, find_header
from .xlsx_package import MAX_SHEET, Package, SheetPart, broken
from .xlsx_rows import Elements
from .xlsx_strings import shared_strings
from .xlsx_unusual import Malformed, read_unusual
from .xlsx_values import Values, values

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

CHUNK = 1 << 20
"""Bytes of XML unpacked at a time."""
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\shidden="(?:1|true)"')
_HIDDEN_COLUMNS = re.compile(rb'<col\b(?=[^>]*\shidden="(?:1|true)")[^>]*\smin="([0-9]{1,5})"[^>]*\smax="([0-9]{1,5})"')
_MERGED = re.compile(rb'<mergeCell\b[^>]*\sref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_ID_FAULTS = ("id_digits_lost", "id_as_date")


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet. ``faults`` count their rows from the block's first."""

    columns: dict[str, pa.Array]
    line: Ints
    """Excel's row numbers."""
    faults: list[CellFault]


@dataclass
class Sheet:
    """A worksheet opened at its header. ``blocks`` may be taken once; ``notes`` are whole after that."""

    path: Path
    package: Package
    part: SheetPart
    header: Header
    names: dict[int, str]
    """Every column's name; one without a name in the header is called by its letter."""
    notes: list[Note] = field(default_factory=list)
    hidden_rows: int = 0
    _parts: Iterator[Cells] = field(default_factory=lambda: iter(()))
    _strings: pa.Array = None
    _elements: Elements | None = None

    def blocks(self) -> Iterator[Block]:
        """The rows below the header. Raises ``FileRefused``: ``xlsx_broken``, ``xlsx_too_large``."""
        try:
            for cells in self._parts:
                cells = cells.take(np.flatnonzero(cells.row > self.header.last))
                if len(cells.row):
                    yield self._block(cells)
        except Malformed as error:
            raise broken(self.path, self.part.part, str(error)) from error
        self._note_end()

    def _block(self, cells: Cells) -> Block:
        held = values(cells, self._strings, self.package.dates, self.package.date1904)
        line, row = np.unique(cells.row, return_inverse=True)
        columns: dict[str, pa.Array] = {}
        faults: list[CellFault] = []
        order = np.argsort(cells.column, kind="stable")
        edges = np.searchsorted(cells.column[order], np.arange(max(self.names, default=-1) + 2))
        for column, name in self.names.items():
            chosen = order[edges[column] : edges[column + 1]]
            place = np.full(len(line), -1, np.int64)
            place[row[chosen]] = chosen
            taken = held.text.take(pa.array(place, mask=place < 0)).fill_null("")
            columns[name] = taken
            faults += _faults(name, row[chosen], chosen, held)
        return Block(columns, line, faults)

    def _note_end(self) -> None:
        if self.hidden_rows:
            n = self.hidden_rows
            self.notes.append(Note(f"有 {n} 个隐藏的行，照常读取。", f"{n} hidden rows were read like the others."))
        tail = self._elements.tail if self._elements else b""
        inside = [r for r in merged_ranges(tail) if r[0] > self.header.last]
        if inside:
            n, first = len(inside), min(r[0] for r in inside)
            self.notes.append(
                Note(
                    f"数据区有 {n} 处合并单元格（首处在第 {first} 行）：只有左上格有值，其余按空值处理。",
                    f"{n} merged ranges among the rows (the first at row {first}):"
                    " only the upper left cell has a value.",
                )
            )


def open_sheet(path: str | Path, sheet: str | None = None, wanted: Collection[str] = ()) -> Sheet:
    """Open the one sheet with data, or the one named, at its header.

    ``wanted``: column names by which a header below titles is known. Raises ``FileRefused``:
    ``file_unreadable``, ``not_a_workbook``, ``xlsx_encrypted``, ``xlsx_broken``, ``xlsx_too_large``,
    ``xlsx_sheet_unknown``, ``xlsx_several_sheets``, ``xlsx_header_unclear``, ``duplicate_column``,
    ``file_empty``.
    """
    path = Path(path)
    package = Package(path)
    try:
        part, notes = _choose(package, sheet)
        opened = Sheet(path, package, part, Header({}, 0, 0, ()), {}, notes)
        try:
            opened._strings = shared_strings(package)
            _start(opened, wanted)
        except Malformed as error:
            raise broken(path, part.part, str(error)) from error
    except FileRefused:
        package.zip.close()
        raise
    return opened


def cells_of(package: Package, part: SheetPart, sheet: Sheet | None = None) -> Iterator[Cells]:
    """All filled cells of a sheet, block by block. Raises ``Malformed``."""
    elements = Elements(package.chunks(part.part, MAX_SHEET, CHUNK), b"sheetData", b"row")
    if sheet is not None:
        sheet._elements = elements
    last = 0
    for block in elements:
        if sheet is not None and b"hidden=" in block:
            sheet.hidden_rows += len(_HIDDEN_ROW.findall(block))
        try:
            cells = read_block(block)
            if len(cells.row) and cells.row[0] < last:
                raise Unusual
        except Unusual:
            cells = read_unusual(block, last)
        if len(cells.row):
            if cells.row[0] < last:
                raise Malformed(f"row {cells.row[0]} after {last}")
            last = int(cells.row[-1])
            yield cells


def _start(sheet: Sheet, wanted: Collection[str]) -> None:
    """Read the first rows, find the header, and leave the rest to ``blocks``."""
    parts = cells_of(sheet.package, sheet.part, sheet)
    kept: list[Cells] = []
    grid: Grid = {}
    for cells in parts:
        kept.append(cells)
        _fill(grid, cells, sheet)
        if len(grid) >= LOOKED_AT:
            break
    if not grid:
        raise _empty(sheet.path, sheet.part.name)

    def ranges() -> list[Merged]:
        elements = Elements(sheet.package.chunks(sheet.part.part, MAX_SHEET, CHUNK), b"sheetData", b"row")
        for _ in elements:
            pass
        return merged_ranges(elements.tail)

    sheet.header = find_header(sheet.path, sheet.part.name, grid, wanted, ranges)
    width = max(column for row in grid.values() for column in row) + 1
    unnamed = {c: f"column_{letters(c)}" for c in range(width) if c not in sheet.header.names}
    body = {c for row, line in grid.items() if row > sheet.header.last for c in line}
    sheet.names = dict(sorted((sheet.header.names | {c: n for c, n in unnamed.items() if c in body}).items()))
    _note_start(sheet)

    def rest() -> Iterator[Cells]:
        yield from kept
        kept.clear()
        yield from parts

    sheet._parts = rest()


def _fill(grid: Grid, cells: Cells, sheet: Sheet) -> None:
    """Add the first filled rows of a block to the grid, as texts."""
    rows = np.unique(cells.row)[: LOOKED_AT - len(grid)]
    some = cells.take(np.flatnonzero(np.isin(cells.row, rows)))
    held = values(some, sheet._strings, sheet.package.dates, sheet.package.date1904)
    for row, column, text in zip(some.row.tolist(), some.column.tolist(), held.text.to_pylist(), strict=True):
        if text.strip():
            grid.setdefault(row, {})[column] = text


def _faults(name: str, rows: Ints, chosen: Ints, held: Values) -> list[CellFault]:
    found = []
    kinds = (
        ("cell_error", held.error),
        ("formula_no_result", held.bare),
        ("id_digits_lost", held.long),
        ("id_as_date", held.date),
    )
    for reason, mask in kinds:
        at = mask[chosen]
        if at.any():
            shown = held.text.take(pa.array(chosen[at]))
            found.append(CellFault(name, rows[at], shown, reason, "id" if reason in _ID_FAULTS else "any"))
    return found


def _note_start(sheet: Sheet) -> None:
    name, header = sheet.part.name, sheet.header
    sheet.notes.insert(
        0, Note(f"读取工作表“{name}”，表头在第 {header.last} 行。", f"Sheet {name!r}, header in row {header.last}.")
    )
    if header.above:
        rows = ", ".join(map(str, header.above))
        sheet.notes.append(
            Note(f"表头以上的标题行未读：第 {rows} 行。", f"Titles above the header were passed over: rows {rows}.")
        )
    unnamed = [n for c, n in sheet.names.items() if c not in header.names]
    if unnamed:
        names = ", ".join(unnamed)
        sheet.notes.append(Note(f"没有列名的列以列号命名：{names}。", f"Columns without a name are called {names}."))
    head = sheet._elements.head if sheet._elements else b""
    hidden = [k for low, high in _HIDDEN_COLUMNS.findall(head) for k in range(int(low) - 1, min(int(high), 1 << 14))]
    names = ", ".join(sheet.names[k] for k in hidden if k in sheet.names)
    if names:
        sheet.notes.append(Note(f"隐藏的列照常读取：{names}。", f"Hidden columns were read like the others: {names}."))


def _choose(package: Package, wanted: str | None) -> tuple[SheetPart, list[Note]]:
    """The sheet named, or the only visible one with data."""
    names = [s.name for s in package.sheets]
    if wanted is not None:
        for part in package.sheets:
            if part.name == wanted:
                return part, []
        zh, en = suggestions([wanted], names)
        raise FileRefused(
            "xlsx_sheet_unknown",
            f"工作簿 {package.path} 没有工作表“{wanted}”{zh}；现有：{'、'.join(names)}；请改正 --sheet",
            f"{package.path} has no sheet {wanted!r}{en}; it has {', '.join(names)}; correct --sheet",
        )
    filled = [part for part in package.sheets if _has_data(package, part)]
    seen = [part for part in filled if part.state == "visible"] or filled
    if not seen:
        raise _empty(package.path, "、".join(names))
    if len(seen) > 1:
        shown = "、".join(part.name for part in seen)
        raise FileRefused(
            "xlsx_several_sheets",
            f"工作簿 {package.path} 有多个非空工作表：{shown}；请用 --sheet 指定一个，例如 --sheet “{seen[0].name}”",
            f"{package.path} has several sheets with data: {shown.replace('、', ', ')};"
            f" choose one with --sheet, for example --sheet {seen[0].name!r}",
        )
    others = [part.name for part in filled if part not in seen]
    shown = "、".join(others)
    note = Note(f"隐藏的工作表未读：{shown}。", f"Hidden sheets were not read: {shown.replace('、', ', ')}.")
    return seen[0], [note] if others else []


def _has_data(package: Package, part: SheetPart) -> bool:
    try:
        return next(cells_of(package, part), None) is not None
    except Malformed as error:
        raise broken(package.path, part.part, str(error)) from error


def _empty(path: Path, sheet: str) -> FileRefused:
    return FileRefused(
        "file_empty",
        f"文件 {path} 是空的（工作表 {sheet}）；应有一行表头和数据行，请核对是否导出成功",
        f"{path} is empty (sheet {sheet}); expected a header line and rows; check whether the export succeeded",
    )


def merged_ranges(tail: bytes) -> list[Merged]:
    """The merged ranges of a sheet."""
    return [(int(b), int(d), number(a), number(c)) for a, b, c, d in _MERGED.findall(tail)]


def number(word: bytes) -> int:
    """A column's letters to its number from 0."""
    column = 0
    for letter in word:
        column = column * 26 + letter - 64
    return column - 1


def letters(column: int) -> str:
    """A column's number from 0 to its letters."""
    word = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        word = chr(65 + rest) + word
    return word
