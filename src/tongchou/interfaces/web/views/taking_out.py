"""The registry taken out as a file: numbers masked, or in full for a purpose by who may see them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.fields import Told, read_one
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.sheets import export
from tongchou.office.sheets.export import HEADERS
from tongchou.office.sheets.headers import kinds

from ..drawing import page
from ..exports import TYPES
from ..guard import Desk, office
from ..refusals import status_of

FIELDS = ("kind", "area", "form", "on", "purpose")
NAMES = {"people": ("参保人员", "People"), "enrolments": ("参保期间", "Spells"), "employers": ("用人单位", "Employers")}


@office
def registry(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The form; sent, the file. Full numbers take the right and a purpose, and each person shown is recorded."""
    allow_within(desk.who, "registry.read")
    refused: OfficeRefused | None = None
    given = {k: request.POST.get(k, "").strip() for k in FIELDS}
    if request.method == "POST":
        try:
            return _file(desk, given, request.POST.get("full") == "1")
        except OfficeRefused as e:
            if e.field not in FIELDS:
                raise
            refused = e
    return page(
        request,
        "taking_out.html",
        desk,
        status=status_of(refused) if refused else 200,
        refused=refused,
        kinds={k: NAMES.get(k, (zh, en)) for k, zh, en in kinds() if k in HEADERS},
        areas=desk.areas_of("registry.read"),
        may_reveal=bool(desk.who.areas("registry.reveal")),
        given=given,
        full=request.POST.get("full") == "1",
    )


def _file(desk: Desk, given: dict[str, str], full: bool) -> FileResponse:
    kind, form = given["kind"], given["form"]
    on: Any = None
    if given["on"] and kind == "enrolments":
        on = read_one(Told("在保日期", "insured on", "day", name="on"), given["on"])
    assert on is None or isinstance(on, date)
    content = export(desk.conn, desk.who, kind, given["area"], form, on, full, given["purpose"])
    name = f"{desk.t(*NAMES.get(kind, (kind, kind)))}-{given['area']}-{desk.today}.{form}"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=TYPES[form])
