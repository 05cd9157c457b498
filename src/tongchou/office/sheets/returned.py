"""The sheet given back: the sender's own columns, order and values, with result and reason behind each row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

import xlsxwriter

from ..frame.refusal import OfficeRefused
from ..registry.intake import Rejected
from .headers import REASON, RESULT
from .table import Table

TAKEN, WOULD, NOT = "已受理", "可受理", "未受理"
MOST_ROWS = 1_048_575
"""Rows of a worksheet below its header."""


def returned(table: Table, rejected: Sequence[Rejected], dry_run: bool = False) -> tuple[str, bytes]:
    """(ending, content) of the file that goes back, of the sort that came: XLSX, or CSV in UTF-8 with its mark.

    Rejected rows are coloured; nothing is ever a formula (in CSV a cell that would be one gets an apostrophe).
    """
    why = {r.row: f"{r.zh}（{r.code}）" for r in rejected}
    taken = WOULD if dry_run else TAKEN
    columns = {h: c for h, c in table.columns.items() if h not in (RESULT, REASON)}
    columns[RESULT] = [NOT if i in why else taken for i in range(table.rows)]
    columns[REASON] = [why.get(i, "") for i in range(table.rows)]
    if table.format == "csv":
        return "csv", as_csv(columns, table.delimiter)
    return "xlsx", as_xlsx(columns, table.name or "结果", frozenset(why))


def as_csv(columns: Mapping[str, Sequence[str]], delimiter: str = ",") -> bytes:
    """Columns as CSV in UTF-8 with its mark, which spreadsheets know Chinese by."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([harmless(h) for h in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; plain numbers and days stay as they are."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?[0-9][0-9.,]*", cell):
        return f"'{cell}"
    return cell


def as_xlsx(columns: Mapping[str, Sequence[str]], name: str, coloured: frozenset[int] = frozenset()) -> bytes:
    """Columns as a worksheet of texts; the header stays in sight. Raises OfficeRefused: ``too_many_rows``."""
    rows = len(next(iter(columns.values()), ()))
    if rows > MOST_ROWS:
        raise OfficeRefused(
            "too_many_rows",
            f"共 {rows} 行，超过 Excel 工作表的上限 {MOST_ROWS}；请用 CSV",
            f"{rows} rows are more than the {MOST_ROWS} of a worksheet; use CSV",
            "format",
        )
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": False, "constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "Sheet1")
    head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
    usual = book.add_format({"num_format": "@"})
    bad = book.add_format({"num_format": "@", "bg_color": "#FCE4D6"})
    sheet.freeze_panes(1, 0)
    for place, (header, cells) in enumerate(columns.items()):
        widest = max((len(c) for c in cells[:200]), default=0)
        sheet.set_column(place, place, min(max(len(header) * 2, widest) + 2, 60))
    for place, header in enumerate(columns):
        sheet.write_string(0, place, header[:32_767], head)
    for i, row in enumerate(zip(*columns.values(), strict=True)):
        look = bad if i in coloured else usual
        for place, cell in enumerate(row):
            sheet.write_string(i + 1, place, cell[:32_767], look)
    book.close()
    return out.getvalue()
