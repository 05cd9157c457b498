"""Law versions: which counts, which counted, who stood behind each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.lawbook import current, refuse_unapproved
from tongchou.office.frame.lawbook import versions as every
from tongchou.office.frame.refusal import OfficeRefused

from ..drawing import page
from ..guard import Desk, office


@office
def versions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every approved version; a warning where the running tree is another one."""
    allow_within(desk.who, "law.read")
    refused: OfficeRefused | None = None
    try:
        refuse_unapproved(desk.conn)
    except OfficeRefused as e:
        refused = e
    return page(request, "law.html", desk, rows=every(desk.conn), counts=current(desk.conn), refused=refused)
