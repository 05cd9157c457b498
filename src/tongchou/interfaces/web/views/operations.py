"""Operations: the list, the form of each, and what was answered."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongchou.office.frame.operation import OPERATIONS, Operation, find, refusing, run, try_out
from tongchou.office.frame.refusal import OfficeRefused

from ..answers import shown
from ..drawing import page
from ..forms import arguments, filled, inputs
from ..guard import Desk, office, operations
from ..queries import answer_of
from ..refusals import status_of

GROUPS = {
    "person": ("参保人员", "People"),
    "enrolment": ("参保关系", "Enrolment"),
    "employer": ("用人单位", "Employers"),
    "unit": ("单位认定", "Units in hardship"),
    "totals": ("待遇累计", "Running totals"),
    "transfer": ("转移接续", "Transfers"),
    "filing": ("备案", "Filings"),
    "complaint": ("投诉举报", "Complaints"),
    "levy": ("征缴", "Levy"),
    "books": ("基金账册", "Books"),
    "bank": ("银行账户", "Bank accounts"),
    "statement": ("银行与税务对账单", "Statements"),
    "remittance": ("上解", "Remittances"),
    "law": ("法规版本", "Law"),
    "staff": ("人员授权", "Staff"),
    "area": ("地区", "Areas"),
}
"""First word of an operation's name → its group, in the order of the page; a new one comes last under its own name."""


def group_of(operation: Operation) -> str:
    """The first word of its name."""
    return operation.name.partition(".")[0]


def his(desk: Desk) -> list[Operation]:
    """The operations he may ask for, by group; within one as they are declared, in the order of the work."""
    order = {g: i for i, g in enumerate(GROUPS)}
    operations()
    mine = [o for o in OPERATIONS.values() if desk.who.areas(o.right)]
    return sorted(mine, key=lambda o: order.get(group_of(o), len(order)))


@office
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every operation he may ask for, by the first word of its name."""
    grouped: dict[str, list[Operation]] = {}
    for o in his(desk):
        grouped.setdefault(group_of(o), []).append(o)
    groups = [(desk.t(*GROUPS.get(g, (g, g))), found) for g, found in grouped.items()]
    return page(request, "operations.html", desk, groups=groups)


@office
def one(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """The form of an operation; sent, it is tried out or done."""
    operations()
    operation = find(name)
    if request.method != "POST":
        # A personal value never stands in an address.
        personal = {f.name for f in operation.fields if f.hidden}
        values = {k: v for k, v in filled(operation, request.GET).items() if k not in personal}
        return _form(request, desk, operation, values, uuid.uuid4().hex)
    values = filled(operation, request.POST)
    message = request.POST.get("message") or uuid.uuid4().hex
    try:
        if "try" in request.POST:
            with refusing():
                tried = try_out(desk.conn, desk.who, name, arguments(operation, values))
            return _form(request, desk, operation, values, message, tried=shown(desk, tried, operation))
        run(desk.conn, desk.who, name, arguments(operation, values), message=message)
    except OfficeRefused as e:
        if status_of(e) == 503:
            raise
        # Gone back to and changed, the form is another message: sent again, it is asked for anew.
        message = uuid.uuid4().hex if e.code == "message_reused" else message
        return _form(request, desk, operation, values, message, refused=e)
    return HttpResponseRedirect(f"/office/answers/{message}/")


def _form(
    request: HttpRequest,
    desk: Desk,
    operation: Operation,
    values: dict[str, str],
    message: str,
    refused: OfficeRefused | None = None,
    tried: Any = None,
) -> HttpResponse:
    fields = inputs(desk, operation, values, desk.areas_of(operation.right))
    return page(
        request,
        "operation.html",
        desk,
        status=status_of(refused) if refused else 200,
        operation=operation,
        about=_about(operation, desk.lang),
        allowed=bool(desk.who.areas(operation.right)),
        fields=fields,
        message=message,
        refused=refused,
        beside=bool(refused and refused.field in {f.name for f in fields}),
        tried=tried,
    )


def _about(operation: Operation, lang: str) -> str:
    """What the operation says of itself to English readers; its Chinese name says it to the others."""
    text = (operation.function.__doc__ or "").strip().partition("\n\n")[0]
    return text if lang == "en" and not re.search(r"[一-鿿]", text) else ""


@office
def answered(request: HttpRequest, desk: Desk, message: str) -> HttpResponse:
    """What was answered to a form; the page can be opened again."""
    kept = answer_of(desk.conn, desk.who, message)
    if kept is None:
        raise OfficeRefused("answer_unknown", "没有这笔业务的结果", "there is no such answer")
    operations()
    operation = find(kept.operation)
    command = kept.answer.get("command") if operation.two_people else None
    return page(
        request, "answer.html", desk, operation=operation, answer=shown(desk, kept.answer, operation), command=command
    )
