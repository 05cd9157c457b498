"""Tokens by which a program asks for somebody: made here, shown once, ended here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.staff import TOKEN_DAYS, end_tokens, make_token

from ..drawing import page
from ..guard import Desk, office
from ..queries import tokens
from ..refusals import status_of


@office
def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """His own tokens."""
    token, refused = "", None
    if request.method == "POST" and "end" in request.POST:
        end_tokens(desk.conn, desk.who.name, desk.who.name)
        return HttpResponseRedirect("/office/tokens/")
    if request.method == "POST":
        try:
            with desk.conn.transaction():
                token = make_token(desk.conn, desk.who.name, request.POST.get("purpose", ""))
        except OfficeRefused as e:
            refused = e
    return page(
        request, "tokens.html", desk, status=status_of(refused) if refused else 200, token=token, refused=refused,
        rows=tokens(desk.conn, desk.who), days=TOKEN_DAYS,
    )  # fmt: skip
