"""The first visible worksheet of an XLSX file as rows of text (ECMA-376): what a clerk sees, days as YYYY-MM-DD.

Only what a sheet of people needs is read: texts, numbers, days, truth values. No formula is reckoned: its kept value is
taken. A number of more than fifteen digits was rounded by the spreadsheet and comes as 5.30102E+17, as it shows it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from ..frame.refusal import OfficeRefused
from ..registry.words import unnumbered

MOST_BYTES = 1 << 30
"""What the parts of a file may unpack to, in all."""
MOST_COLUMNS = 16_384
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in number formats of days and times (ECMA-376 part 1, 18.8.30)."""
_ROUNDED = Decimal(10) ** 15


class _Damaged(Exception):
    pass


def read_xlsx(content: bytes, file_name: str) -> tuple[str, list[list[str]]]:
    """(name of the sheet, its rows of cells as text). Raises OfficeRefused: ``file_unreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(i.file_size for i in package.infolist()) > MOST_BYTES:
                raise _Damaged("unpacks to more than 1 GB")
            return _read(package)
    except (
        _Damaged,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        OverflowError,
        NotImplementedError,
        RuntimeError,
        ElementTree.ParseError,
    ) as e:
        raise OfficeRefused(
            "file_unreadable",
            f"文件 {file_name} 不是完整的 XLSX 工作簿；请在 Excel 或 WPS 中重新另存",
            f"the file {file_name} is no whole XLSX workbook ({unnumbered(str(e))}); save it anew",
            "file",
        ) from e


def _read(package: zipfile.ZipFile) -> tuple[str, list[list[str]]]:
    book = _tree(package, "xl/workbook.xml")
    name, part = _first_sheet(package, book)
    properties = next((e for e in book if _local(e) == "workbookPr"), None)
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    return name, list(_rows(package, part, _shared(package), _date_styles(package), mac))


def _first_sheet(package: zipfile.ZipFile, book: ElementTree.Element) -> tuple[str, str]:
    links = {e.get("Id"): e.get("Target", "") for e in _tree(package, "xl/_rels/workbook.xml.rels")}
    for sheet in book.iter():
        if _local(sheet) == "sheet" and sheet.get("state", "visible") == "visible":
            link = next(v for k, v in sheet.attrib.items() if k.endswith("}id"))
            return sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", links[link])).lstrip("/")
    raise _Damaged("no visible sheet")


def _parsed(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """Elements as they begin and end; a part with a document type is refused, for entities can be made to grow."""
    with package.open(part) as file:
        head = file.read(1024)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise _Damaged("a document type")
    with package.open(part) as file:
        yield from ElementTree.iterparse(file, ("start", "end"))


def _tree(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    root: ElementTree.Element | None = None
    for _, element in _parsed(package, part):
        root = element if root is None else root
    if root is None:
        raise _Damaged(f"{part} is empty")
    return root


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _shared(package: zipfile.ZipFile) -> list[str]:
    """The texts that cells point to."""
    found: list[str] = []
    if "xl/sharedStrings.xml" not in package.namelist():
        return found
    for event, element in _parsed(package, "xl/sharedStrings.xml"):
        if event == "end" and _local(element) == "si":
            found.append(_text(element))
            element.clear()
    return found


def _text(element: ElementTree.Element) -> str:
    """The text of a string, its runs joined; how it is read aloud (rPh) is no part of it."""
    said = {id(t) for p in element.iter() if _local(p) == "rPh" for t in p.iter()}
    whole = "".join(t.text or "" for t in element.iter() if _local(t) == "t" and id(t) not in said)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), whole)


def _date_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """The cell styles that show a number as a day."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    styles = _tree(package, "xl/styles.xml")
    own = {int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in styles.iter() if _local(e) == "numFmt"}
    formats = next((e for e in styles if _local(e) == "cellXfs"), ())
    ids = [int(e.get("numFmtId", "0")) for e in formats]
    return frozenset(i for i, f in enumerate(ids) if (_is_date(own[f]) if f in own else f in _DATES))


def _is_date(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    return bool(re.search("[yd]", bare)) and "general" not in bare


def _rows(
    package: zipfile.ZipFile, part: str, shared: list[str], dates: frozenset[int], mac: bool
) -> Iterator[list[str]]:
    """Rows in order, as many as the sheet says stand above each, so that none is taken for another."""
    expected = 1
    holder: ElementTree.Element | None = None
    for event, element in _parsed(package, part):
        name = _local(element)
        if event == "start":
            holder = element if name == "sheetData" else holder
            continue
        if name != "row":
            continue
        number = int(element.get("r", expected))
        if not expected <= number <= 1_048_576:
            raise _Damaged(f"row {number} out of order")
        while expected < number:
            yield []
            expected += 1
        yield _cells(element, shared, dates, mac)
        expected += 1
        if holder is not None:
            holder.clear()


def _cells(row: ElementTree.Element, shared: list[str], dates: frozenset[int], mac: bool) -> list[str]:
    found: list[str] = []
    for cell in row:
        if _local(cell) != "c":
            continue
        place = _place(cell.get("r", "")) if cell.get("r") else len(found)
        if not len(found) <= place < MOST_COLUMNS:
            raise _Damaged(f"cell {cell.get('r')} out of order")
        found.extend([""] * (place - len(found)))
        found.append(_value(cell, shared, dates, mac))
    return found


def _place(reference: str) -> int:
    """The column of a reference such as AB12, from 0."""
    place = 0
    for letter in re.match("[A-Z]*", reference)[0]:  # type: ignore[index]
        place = place * 26 + ord(letter) - 64
    return place - 1


def _value(cell: ElementTree.Element, shared: list[str], dates: frozenset[int], mac: bool) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    kept = next((e.text or "" for e in cell if _local(e) == "v"), "")
    if kind == "s":
        return shared[int(kept)] if kept else ""
    if kind == "b":
        return "TRUE" if kept == "1" else "FALSE" if kept else ""
    if kind in ("str", "e", "d") or not kept:
        return kept
    return _number(kept, int(cell.get("s", "0")) in dates, mac)


def _number(kept: str, is_date: bool, mac: bool) -> str:
    try:
        number = Decimal(kept)
    except InvalidOperation as e:
        raise _Damaged(f"{kept!r} is no number") from e
    if not number.is_finite():
        raise _Damaged(f"{kept!r} is no number")
    if is_date and 1 <= number < 2_958_466:
        return _day(number, mac)
    if abs(number) >= _ROUNDED:
        return f"{number:.5E}"
    text = format(number.normalize(), "f")
    # A binary fraction has a long tail: what the spreadsheet shows has at most fifteen digits.
    return text if len(text) <= 17 else repr(float(number))


def _day(number: Decimal, mac: bool) -> str:
    """A serial number as a day. The calendar of 1900 has a day that never was; days before it are one off."""
    whole = int(number)
    start = datetime(1904, 1, 1) if mac else datetime(1899, 12, 31) if whole < 60 else datetime(1899, 12, 30)
    moment = start + timedelta(days=whole, seconds=round(float(number - whole) * 86_400))
    return f"{moment:%Y-%m-%d}" if moment.time() == moment.min.time() else f"{moment:%Y-%m-%d %H:%M:%S}"


__all__ = ["MOST_BYTES", "read_xlsx"]
