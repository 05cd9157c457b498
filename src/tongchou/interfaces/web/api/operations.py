"""Operations as paths: one for doing, one for trying out, each with its own typed body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from tongchou.office.frame.operation import Operation, find, run, try_out
from tongchou.office.frame.refusal import OfficeRefused

from ..guard import Desk, operations
from .door import ERRORS, at_desk, body
from .schema import body_of


class Done(Schema):
    """What an operation answered: a command's number where another person is to approve."""

    answer: dict[str, Any]


def add_operations(api: NinjaAPI) -> None:
    """Add two paths for every operation of the office, and one for names that are none."""
    for operation in operations().values():
        _add(api, operation)

    @api.post("/operations/{name}", include_in_schema=False)
    def unknown(request: HttpRequest, name: str) -> None:
        find(name)

    @api.post("/operations/{name}/dry-run", include_in_schema=False)
    def unknown_tried(request: HttpRequest, name: str) -> None:
        find(name)


def _add(api: NinjaAPI, operation: Operation) -> None:
    name, number = operation.name, operation.name.replace(".", "_")
    second = f"; then approved by another person ({operation.review})" if operation.two_people else ""
    about = f"{operation.function.__doc__ or ''}\n\nright: {operation.right}{second}".strip()
    common: dict[str, Any] = {
        "response": {200: Done, **ERRORS},
        "tags": [name.partition(".")[0]],
        "description": about,
    }

    @api.post(
        f"/operations/{name}",
        summary=f"{operation.zh} {operation.en}",
        operation_id=number,
        openapi_extra={"requestBody": body_of(operation, message=True)},
        **common,
    )
    def do(request: HttpRequest) -> Any:
        sent = _sent(request, {"arguments", "message"})
        return at_desk(request, lambda desk: {"answer": _run(desk, name, sent)})

    @api.post(
        f"/operations/{name}/dry-run",
        summary=f"试算：{operation.zh} try out: {operation.en}",
        operation_id=f"{number}_dry_run",
        openapi_extra={"requestBody": body_of(operation, message=False)},
        **common,
    )
    def dry_run(request: HttpRequest) -> Any:
        sent = _sent(request, {"arguments"})
        return at_desk(request, lambda desk: {"answer": try_out(desk.conn, desk.who, name, sent["arguments"])})


def _run(desk: Desk, name: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    return run(desk.conn, desk.who, name, sent["arguments"], message=sent.get("message", ""))


def _sent(request: HttpRequest, known: set[str]) -> dict[str, Any]:
    """The body, checked for its two keys. Raises OfficeRefused: ``request_invalid``."""
    found = body(request)
    found.setdefault("arguments", {})
    message = found.get("message", "")
    if (
        set(found) - known
        or not isinstance(found["arguments"], dict)
        or not isinstance(message, str)
        or len(message) > 200
    ):
        raise OfficeRefused(
            "request_invalid",
            f"请求应含 {'、'.join(sorted(known))}：arguments 为对象，message 为200字以内的文本",
            f"the body holds {', '.join(sorted(known))}: arguments an object, message a text of at most 200 signs",
        )
    return found
