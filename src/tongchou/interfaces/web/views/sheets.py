"""Sheets that come in: uploaded, tried out first, then taken; the result is a file."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.refusal import OfficeRefused

from ..drawing import page
from ..guard import Desk, needed, office
from ..refusals import status_of
from ..uploads import MOST, taken

RIGHT = "registry.write"


@office
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Upload a sheet: it is tried out; the page of the job then offers to take it."""
    allow_within(desk.who, RIGHT)
    refused: OfficeRefused | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"/office/jobs/{_sent(request, desk)}/")
        except OfficeRefused as e:
            if e.field not in ("file", "kind", "area"):
                raise
            refused = e
    return page(
        request,
        "sheets.html",
        desk,
        status=status_of(refused) if refused else 200,
        kinds=needed("sheets", "kinds")(),
        areas=desk.areas_of(RIGHT),
        refused=refused,
        chosen={k: request.POST.get(k, "") for k in ("kind", "area")},
        most=MOST // 1024 // 1024,
    )


def _sent(request: HttpRequest, desk: Desk) -> int:
    """Start the job of what was uploaded: tried out unless it is said that it counts."""
    kind, area = request.POST.get("kind", ""), request.POST.get("area", "")
    name, content = taken(request.FILES.get("file"))
    dry = request.POST.get("counts") != "1"
    return int(needed("sheets", "start")(desk.conn, desk.who, kind, area, name, content, dry_run=dry))


@office
def template(request: HttpRequest, desk: Desk, kind: str) -> HttpResponseBase:
    """An empty sheet of a kind: its columns, nothing else."""
    import xlsxwriter

    allow_within(desk.who, RIGHT)
    headers, named = needed("sheets", "template")(kind), needed("sheets.headers", "sheet_of")(kind)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(desk.t("导入", "import"))
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for i, name in enumerate(headers):
        sheet.write_string(0, i, str(name), bold)
        sheet.set_column(i, i, 20, text)  # else a spreadsheet rounds numbers of 18 digits to 15
    sheet.freeze_panes(1, 0)
    book.close()
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{desk.t(named.zh, named.en)}.xlsx")


@office
def result(request: HttpRequest, desk: Desk, number: int) -> HttpResponseBase:
    """The file that came of a job."""
    name, content = needed("sheets", "result")(desk.conn, desk.who, number)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
