"""The door of the JSON interface: who asks by which token, and how every refusal is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import Error as DjangoDatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import refusing
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.staff import bearer

from ..connection import borrowed
from ..guard import Desk, refuse_demo
from ..middleware import language
from ..refusals import AWAY_NOW, as_json, status_of
from .strict import Room, why

T = TypeVar("T")


class Refusal(Schema):
    """Why it is not done: a stable code of docs/errors.md, a sentence, the argument at fault."""

    code: str
    message: str
    field: str = ""


ERRORS = dict.fromkeys((400, 401, 403, 404, 409, 503), Refusal)
"""What every path may answer with beside 200."""


class Token(HttpBearer):
    """``Authorization: Bearer …`` with a token of the page of tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The name a token stands for."""
        with refusing(), borrowed() as conn:
            return bearer(conn, token)


class Office(NinjaAPI):
    """The interface; its document is put together once, for it is the same for everybody and takes a while."""

    drawn: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI document."""
        if self.drawn is None:
            self.drawn = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self.drawn


api = Office(
    title="统筹 Tongchou",
    version="1",
    description="经办系统接口。金额为十进制文本（元）；日期 YYYY-MM-DD；拒绝时返回 code、message、field。\n\n"
    "The office for programs. Money is decimal text in yuan, days are YYYY-MM-DD; a refusal has code, message, field.",
    auth=Token(),
    default_router=Room(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="tongchou-api",
)


def at_desk(request: HttpRequest, do: Callable[[Desk], T]) -> T:
    """Do something as the one the token stands for, on a connection of one's own."""
    with refusing(), borrowed() as conn:
        who = actor(conn, str(request.auth))  # type: ignore[attr-defined]
        refuse_demo(request, who.demo)
        return do(Desk(conn, who, language(request)))


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent; {} for nothing. Raises OfficeRefused: ``request_invalid``."""
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as e:
        raise _unreadable() from e
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _unreadable() -> OfficeRefused:
    return OfficeRefused("request_invalid", "请求内容应为一个 JSON 对象", "the body is to be one JSON object")


def told(request: HttpRequest, refused: OfficeRefused, status: int = 0) -> HttpResponse:
    """A refusal in JSON."""
    return JsonResponse(
        as_json(refused, language(request)),
        status=status or status_of(refused),
        json_dumps_params={"ensure_ascii": False},
    )


@api.exception_handler(OfficeRefused)
def _refused(request: HttpRequest, e: Exception) -> HttpResponse:
    assert isinstance(e, OfficeRefused)
    return told(request, e)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, e: Exception) -> HttpResponse:
    given = bool(request.headers.get("Authorization"))
    return told(
        request,
        OfficeRefused("token_unknown", "令牌不存在、已停用或已过期", "the token is not known, ended or has run out")
        if given
        else OfficeRefused("login_needed", "须带令牌：Authorization: Bearer …", "send Authorization: Bearer …"),
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, e: Exception) -> HttpResponse:
    assert isinstance(e, ValidationError)
    return told(request, why(e.errors))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, e: Exception) -> HttpResponse:
    assert isinstance(e, HttpError)
    return told(request, OfficeRefused("request_invalid", "请求无法读取", "the request cannot be read"), e.status_code)


@api.exception_handler(psycopg.OperationalError)
@api.exception_handler(DjangoDatabaseError)
def _away(request: HttpRequest, e: Exception) -> HttpResponse:
    return told(request, AWAY_NOW)
