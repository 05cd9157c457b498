"""A page drawn from its template, with what every page needs: language, navigation, who is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html

from .middleware import language

if TYPE_CHECKING:
    from .guard import Desk

PLACES: tuple[tuple[str, str, str, str, str], ...] = (
    # address, Chinese, English, right ("" for everybody), what of the office it needs
    ("/office/", "待办", "Home", "", ""),
    ("/office/operations/", "业务办理", "Operations", "", ""),
    ("/office/commands/", "审批", "Approvals", "", ""),
    ("/office/people/", "参保人员", "People", "registry.read", "registry.search"),
    ("/office/employers/", "用人单位", "Employers", "registry.read", "registry.employers"),
    ("/office/books/", "账册", "Books", "books.read", "books.trial_balance"),
    ("/office/sheets/", "表格导入", "Import", "registry.write", "sheets.start"),
    ("/office/jobs/", "后台任务", "Jobs", "", "jobs.listing"),
    ("/office/law/", "法规版本", "Law", "law.read", ""),
    ("/office/records/", "操作记录", "Records", "audit.read", ""),
    ("/office/staff/", "人员授权", "Staff", "staff.read", ""),
)


def page(request: HttpRequest, template: str, desk: Desk | None = None, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a template as a whole answer."""
    lang = language(request)
    context = {
        "lang": lang,
        "t": translator(lang),
        "request": request,
        "desk": desk,
        "places": places(desk) if desk else [],
        "other": other_language(request, lang),
        "csrf_field": format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)),
        "refresh": 0,
        **more,
    }
    return HttpResponse(render_to_string(template, context), status=status)


def translator(lang: str) -> Callable[[str, str], str]:
    """Takes the Chinese or the English of two words."""
    return (lambda zh, en: en) if lang == "en" else (lambda zh, en: zh)


def places(desk: Desk) -> list[tuple[str, str, str]]:
    """The pages this person may open: address, Chinese, English."""
    from .guard import has

    return [
        (url, zh, en)
        for url, zh, en, right, needs in PLACES
        if (not right or desk.who.areas(right)) and (not needs or has(needs))
    ]


def other_language(request: HttpRequest, lang: str) -> str:
    """This page's address in the other language, where it can be asked for again."""
    query = request.GET.copy()
    query["lang"] = "zh" if lang == "en" else "en"
    return f"{request.path}?{query.urlencode()}"
