"""Refusals as pages and as JSON, with their HTTP status; what is shown when the database is away or a page breaks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from tongchou.office.database import DatabaseRefused
from tongchou.office.frame.refusal import OfficeRefused

from .drawing import page
from .middleware import language

if TYPE_CHECKING:
    from .guard import Desk

FORBIDDEN = {
    "not_allowed", "area_outside", "self_approval", "self_granted", "not_the_asker", "demo_elsewhere", "csrf_failed",
    "staff_inactive",
}  # fmt: skip
MISSING = {
    "page_unknown", "operation_unknown", "command_unknown", "job_unknown", "person_unknown", "employer_unknown",
    "room_missing", "answer_unknown",
}  # fmt: skip
CONFLICT = {
    "command_decided", "message_reused", "append_only", "roles_mixed", "law_not_approved", "law_not_decided",
    "area_exists", "staff_exists", "grant_ended", "database_busy",
}  # fmt: skip
AWAY = {"database_lost", "database_unreachable", "database_too_old", "database_not_utf8"}


def status_of(refused: OfficeRefused) -> int:
    """400 for what was given wrongly, 403 not allowed, 404 not there, 409 no longer possible, 503 database away."""
    code = refused.code
    if code in ("login_needed", "token_unknown", "login_failed"):
        return 401
    for status, codes in ((403, FORBIDDEN), (404, MISSING), (409, CONFLICT), (503, AWAY)):
        if code in codes:
            return status
    if code.endswith(("_exists", "_ended", "_decided", "_taken")):
        return 409
    return 404 if code.endswith("_unknown") and not refused.field else 400


def as_json(refused: OfficeRefused, lang: str) -> dict[str, str]:
    """A refusal as the JSON interface tells it."""
    return {
        "code": refused.code,
        "message": refused.zh if lang == "zh" else refused.en,
        "field": refused.field,
    }


def answer(request: HttpRequest, refused: OfficeRefused, desk: Desk | None = None) -> HttpResponse:
    """A refusal as a page of its own, or as JSON below ``/api/``."""
    lang, status = language(request), status_of(refused)
    if request.path.startswith("/api/"):
        return JsonResponse(as_json(refused, lang), status=status, json_dumps_params={"ensure_ascii": False})
    return page(request, "refused.html", desk, status=status, refused=refused, away=status == 503)


def locked(request: HttpRequest, *rest: Any, **more: Any) -> HttpResponse:
    """Too many wrong passwords: the name is locked for a while."""
    refused = OfficeRefused(
        "login_locked",
        "密码连续输错5次，该登录名暂停登录15分钟",
        "five wrong passwords; this login is closed for 15 minutes",
    )
    return page(request, "refused.html", status=429, refused=refused, away=False)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not drawn here, or a cookie that is gone."""
    return answer(
        request,
        OfficeRefused(
            "csrf_failed",
            "表单已失效：请返回上一页、刷新后重新提交（需允许 Cookie）",
            "the form is no longer valid: go back, reload and send it again (cookies are needed)",
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page."""
    return answer(request, OfficeRefused("page_unknown", "没有这个页面", "there is no such page"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that cannot be read."""
    return answer(request, OfficeRefused("request_invalid", "请求无法读取", "the request cannot be read"))


def broken(request: HttpRequest) -> HttpResponse:
    """The database is away, or something broke that should not: the first is said, the second logged."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | DatabaseRefused):
        return answer(request, AWAY_NOW)
    refused = OfficeRefused(
        "internal_error",
        "系统内部错误，本次操作未生效；已记入日志，请联系系统管理员",
        "something broke here; nothing of this was kept, and the log has it",
    )
    if request.path.startswith("/api/"):
        return JsonResponse(as_json(refused, language(request)), status=500, json_dumps_params={"ensure_ascii": False})
    try:
        return page(request, "refused.html", status=500, refused=refused, away=False)
    except Exception:
        # A page that cannot be drawn must not fall out of the application: the server would log it with its values.
        return HttpResponse(
            f"{refused.said('zh')}\n{refused.said('en')}", status=500, content_type="text/plain; charset=utf-8"
        )


AWAY_NOW = OfficeRefused(
    "database_unreachable",
    "数据库暂时无法使用，请稍后重试或联系系统管理员",
    "the database cannot be used now; try again later or ask the administrator",
)
