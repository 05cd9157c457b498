"""A sheet as it came: its columns as text, from XLSX or from CSV in UTF-8 or GBK; nothing guessed, nothing left out."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import Literal

from ..frame.refusal import OfficeRefused
from ..registry.words import blurred
from .xlsx import read_xlsx

MOST_COLUMNS = 200
Format = Literal["xlsx", "csv"]


@dataclass(frozen=True)
class Table:
    """A sheet: ``columns`` is the sender's header → cells, in order, all of one length; the rest tells how it came."""

    columns: dict[str, list[str]]
    format: Format
    name: str = ""
    encoding: str = ""
    delimiter: str = ","

    @property
    def rows(self) -> int:
        """How many rows there are below the header."""
        return len(next(iter(self.columns.values()), []))


def read(content: bytes, file_name: str = "") -> Table:
    """Read a file by what is in it; the name only tells which file is refused. The first row with a cell is the header.

    Raises OfficeRefused: ``file_empty``, ``file_unreadable``, ``file_not_text``, ``file_old_format``, ``header_twice``,
    ``too_many_columns``.
    """
    if not content.strip():
        raise OfficeRefused("file_empty", f"文件 {file_name} 是空的", f"the file {file_name} is empty", "file")
    if content.startswith(b"PK\x03\x04"):
        name, rows = read_xlsx(content, file_name)
        return Table(_columns(rows, file_name), "xlsx", name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise OfficeRefused(
            "file_old_format",
            f"文件 {file_name} 是旧式 .xls 或已加密；请另存为 .xlsx（不加密）或 CSV",
            f"the file {file_name} is an old .xls or encrypted; save it as .xlsx without a password, or as CSV",
            "file",
        )
    text, encoding = _decoded(content, file_name)
    delimiter = _delimiter(text)
    csv.field_size_limit(1 << 24)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as e:
        raise OfficeRefused(
            "file_unreadable",
            f"文件 {file_name} 不是完整的 CSV（引号未闭合等）：{e}",
            f"the file {file_name} is no whole CSV: {e}",
            "file",
        ) from e
    return Table(_columns(rows, file_name), "csv", "", encoding, delimiter)


def _decoded(content: bytes, file_name: str) -> tuple[str, str]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            tried: tuple[str, ...] = (encoding,)
            break
    else:
        tried = ("utf-8", "gb18030")
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise OfficeRefused(
        "file_not_text",
        f"文件 {file_name} 既不是 XLSX，也不是 UTF-8 或 GBK 的 CSV",
        f"the file {file_name} is neither XLSX nor CSV in UTF-8 or GBK",
        "file",
    )


def _delimiter(text: str) -> str:
    """The sign that divides the header most often: comma, tab or semicolon."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;", key=head.count)


def _columns(rows: list[list[str]], file_name: str) -> dict[str, list[str]]:
    """The columns of rows as wide as the widest; empty rows at the end and columns without a cell are none."""
    filled = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        raise OfficeRefused("file_empty", f"文件 {file_name} 中没有内容", f"the file {file_name} holds no cell", "file")
    head, body = rows[filled[0]], rows[filled[0] + 1 : filled[-1] + 1]
    width = max(len(row) for row in (head, *body))
    columns: dict[str, list[str]] = {}
    for place in range(width):
        header = head[place].strip() if place < len(head) else ""
        cells = [row[place] if place < len(row) else "" for row in body]
        if not header and not any(cell.strip() for cell in cells):
            continue
        # A column with cells and without a header is kept for the sender; nothing is read from it.
        header = header or f"（第{place + 1}列）"
        if header in columns:
            raise OfficeRefused(
                "header_twice",
                f"列名“{blurred(header)}”出现两次",
                f"the header {blurred(header)!r} stands twice",
                "file",
            )
        columns[header] = cells
    if len(columns) > MOST_COLUMNS:
        raise OfficeRefused(
            "too_many_columns",
            f"文件 {file_name} 有 {len(columns)} 列，至多 {MOST_COLUMNS} 列",
            f"the file {file_name} has {len(columns)} columns; at most {MOST_COLUMNS}",
            "file",
        )
    return columns
