"""Commands: what waits for a second person, and how it was decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongchou.office.frame.operation import OPERATIONS, decide, find
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.requests import Command, command, commands

from ..answers import shown
from ..drawing import page
from ..guard import Desk, office, operations
from ..refusals import status_of

PAGE = 50


def may_decide(desk: Desk, found: Command) -> bool:
    """Whether he may approve or reject it: the right, the area, and not his own."""
    operation = OPERATIONS.get(found.operation)
    if operation is None or found.verdict or found.asked_by == desk.who.name:
        return False
    return desk.who.may(operation.review, desk.path(found.area))


@office
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Commands he may see: the open ones, or all; the latest first."""
    operations()
    everything = request.GET.get("all") == "1"
    before = request.GET.get("before", "")
    start = int(before) if before.isdigit() and len(before) < 19 else 2**62
    found = commands(desk.conn, desk.who, open_only=not everything, limit=PAGE + 1, before=start)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    rows = [(c, OPERATIONS.get(c.operation), may_decide(desk, c)) for c in found[:PAGE]]
    return page(request, "commands.html", desk, rows=rows, everything=everything, more=more, later=bool(before))


@office
def one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A command; sent, it is approved, rejected or withdrawn."""
    operations()
    found = command(desk.conn, desk.who, number)
    refused: OfficeRefused | None = None
    if request.method == "POST":
        verdicts = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn"}
        verdict = next((v for k, v in verdicts.items() if k in request.POST), None)
        try:
            if verdict is None:
                raise OfficeRefused(
                    "verdict_missing",
                    "须选择通过、驳回或撤回",
                    "approve, reject or withdraw it",
                )
            reason = request.POST.get("reason", "").replace("\r\n", "\n")
            done = decide(desk.conn, desk.who, number, verdict, reason)
            if half := done.get("shown_once", {}).get("half"):
                return page(request, "half.html", desk, name=done["staff"], first="", second=half, command=number)
            return HttpResponseRedirect(f"/office/commands/{number}/")
        except OfficeRefused as e:
            if status_of(e) == 503:
                raise
            refused = e
            found = command(desk.conn, desk.who, number)
    operation = find(found.operation)
    return page(
        request,
        "command.html",
        desk,
        status=status_of(refused) if refused else 200,
        command=found,
        operation=operation,
        arguments=shown(desk, found.arguments, operation),
        would=shown(desk, found.would, operation),
        may_decide=may_decide(desk, found),
        may_withdraw=not found.verdict and found.asked_by == desk.who.name,
        refused=refused,
        reason=request.POST.get("reason", ""),
    )
