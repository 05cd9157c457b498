"""Rows of a worksheet's XML to cells by expat: any well-formed shape, cell by cell."""

from __future__ import annotations

from itertools import pairwise
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from .xlsx_cells import KINDS, NO_RESULT, TEXT, Cells

_MAX_ROW, _MAX_COLUMN = 1 << 20, 1 << 14


class Malformed(Exception):
    """XML that is no rows of a sheet; the text says why."""


class _Rows:
    """expat's events gathered into cells. Names count without their prefix."""

    def __init__(self, row: int) -> None:
        self.cells: list[tuple[int, int, int, int, str]] = []
        self.row, self.column = row, -1
        self.kind, self.style, self.formula = 0, 0, False
        self.text: list[str] = []
        self.keep = self.phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = _whole(attributes.get("r", str(self.row + 1)))
            self.column = -1
        elif name == "c":
            self._cell(attributes)
        elif name == "rPh":
            self.phonetic = True
        elif name in ("v", "t"):
            self.keep = not self.phonetic
        elif name == "f":
            self.formula = True

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.keep = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "c":
            value = "".join(self.text)
            if value:
                self.cells.append((self.row, self.column, self.kind, self.style, value))
            elif self.formula and self.kind != TEXT:
                self.cells.append((self.row, self.column, NO_RESULT, self.style, ""))

    def data(self, text: str) -> None:
        if self.keep:
            self.text.append(text)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        letters = reference.rstrip("0123456789")
        if reference:
            column = 0
            for letter in letters:
                if not "A" <= letter <= "Z" or len(letters) > 3:
                    raise Malformed(f"r={reference[:20]!r}")
                column = column * 26 + ord(letter) - 64
            self.row, self.column = _whole(reference[len(letters) :]), column - 1
        else:
            self.column += 1
        if not (0 <= self.column < _MAX_COLUMN and 1 <= self.row <= _MAX_ROW):
            raise Malformed(f"r={reference[:20]!r}")
        word = attributes.get("t", "")
        if word not in KINDS:
            raise Malformed(f"t={word[:20]!r}")
        self.kind, self.style = KINDS[word], _whole(attributes.get("s", "0"))
        self.formula = self.keep = self.phonetic = False
        self.text = []


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Malformed(f"{text[:20]!r}")
    return int(text)


class _Strings:
    """expat's events gathered into shared texts: the runs of each, without its phonetic notes."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.text: list[str] = []
        self.keep = self.phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self.text = []
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.keep = not self.phonetic

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self.texts.append(clean("".join(self.text)))
        elif name == "rPh":
            self.phonetic = False
        elif name == "t":
            self.keep = False

    def data(self, text: str) -> None:
        if self.keep:
            self.text.append(text)


def clean(text: str) -> str:
    """A text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()


def _parse(block: bytes, into: _Rows | _Strings) -> None:
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = into.start, into.end
    parser.CharacterDataHandler = into.data
    try:
        parser.Parse(b"<x>", False)
        parser.Parse(block, False)
        parser.Parse(b"</x>", True)
    except expat.ExpatError as error:
        raise Malformed(str(error)) from error


def strings_of(block: bytes) -> list[str]:
    """The texts of whole ``<si>`` elements. Raises ``Malformed``."""
    strings = _Strings()
    _parse(block, strings)
    return strings.texts


def read_unusual(block: bytes, row: int) -> Cells:
    """Cells of whole ``<row>`` elements; ``row`` is the last row before them. Raises ``Malformed``."""
    rows = _Rows(row)
    _parse(block, rows)
    cells = sorted(rows.cells, key=lambda cell: cell[:2])
    if any(a[:2] == b[:2] for a, b in pairwise(cells)):
        raise Malformed("a cell stands twice")
    if not cells:
        none = np.zeros(0, np.int64)
        return Cells(none, none, none, none, pa.array([], pa.string()))
    row_, column, kind, style, value = zip(*cells, strict=True)
    texts = pa.array([clean(v) for v in value], pa.string())
    return Cells(np.array(row_), np.array(column), np.array(kind), np.array(style), texts)
