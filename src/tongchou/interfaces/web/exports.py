"""A list as a file: CSV that a spreadsheet opens in Chinese and runs nothing of, or XLSX."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse
from django.utils import timezone

from tongchou.money.fen import format_fen
from tongchou.office.frame.calendar import ZONE

from .words import day, moment

if TYPE_CHECKING:
    from .guard import Desk
    from .lists import Column, Listing

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(desk: Desk, listing: Listing, rows: Sequence[Any], wanted: str) -> FileResponse:
    """The file, named after the list and the day."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    (_csv if wanted == "csv" else _xlsx)(desk, listing, rows, out)
    out.seek(0)
    stamp = timezone.now().astimezone(ZONE)
    name = f"{desk.t(listing.zh, listing.en)}-{stamp:%Y%m%d-%H%M}.{wanted}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=TYPES[wanted])


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "|") else text


def _csv(desk: Desk, listing: Listing, rows: Sequence[Any], out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([desk.t(c.zh, c.en) for c in listing.columns])
    for row in rows:
        writer.writerow([_text(desk, c, row) for c in listing.columns])
    text.detach()


def _text(desk: Desk, column: Column, row: Any) -> str:
    from .lists import value_of, write

    value = value_of(row, column.name)
    if value is None:
        return ""
    if column.kind == "money":
        return format_fen(value) if isinstance(value, int) else str(value)
    if column.kind in ("number", "count") and isinstance(value, int):
        return str(value)
    return harmless(write(desk, column, value))


def _xlsx(desk: Desk, listing: Listing, rows: Sequence[Any], out: IO[bytes]) -> None:
    import xlsxwriter

    from .lists import value_of, write

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(desk.t(listing.zh, listing.en)[:31])
    bold, yuan = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
    tenths = book.add_format({"num_format": "0.0"})
    sheet.freeze_panes(1, 0)
    for i, c in enumerate(listing.columns):
        sheet.set_column(i, i, 18 if c.kind in ("text", "area", "moment") else 14)
        sheet.write_string(0, i, desk.t(c.zh, c.en), bold)
    for n, row in enumerate(rows, 1):
        for i, c in enumerate(listing.columns):
            value = value_of(row, c.name)
            if value is None:
                continue
            if c.kind == "money":
                amount = Decimal(value) / 100 if isinstance(value, int) else Decimal(str(value))
                sheet.write_number(n, i, float(amount), yuan)
            elif c.kind in ("number", "count") and isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(n, i, value)
            elif c.kind == "tenths":
                sheet.write_number(n, i, value / 10, tenths)
            elif isinstance(value, date | datetime):
                sheet.write_string(n, i, day(value) if c.kind == "day" else moment(value))
            else:
                sheet.write_string(n, i, write(desk, c, value))
    book.close()
