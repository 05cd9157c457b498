"""What every answer carries: headers that keep a page to itself, and the language of who reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Headers:
    """Content comes from here only, no script runs, nothing of the office stays in a browser's cache."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and add the headers."""
        response = self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            response = _no_method(response)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _no_method(response: HttpResponse) -> HttpResponse:
    """What a program is told that asked by another method than the path has."""
    allowed = response.headers.get("Allow", "")
    said = {"code": "request_invalid", "message": f"此地址只接受 {allowed} only {allowed} here", "field": ""}
    return JsonResponse(said, status=405, headers={"Allow": allowed}, json_dumps_params={"ensure_ascii": False})


class Language:
    """``?lang=en`` or ``?lang=zh`` on any page holds for the session; Chinese comes first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language of the words Django itself says."""
        wanted = request.GET.get("lang")
        if wanted in ("zh", "en") and not request.path.startswith("/api/"):
            request.session["lang"] = wanted
        # Kept on the request, so that a page that says the database is away need not ask it for the language.
        request.lang = "en" if request.session.get("lang") == "en" else "zh"  # type: ignore[attr-defined]
        with translation.override("en" if language(request) == "en" else "zh-hans"):
            return self.get_response(request)


def language(request: HttpRequest) -> str:
    """``zh`` or ``en``."""
    if request.path.startswith("/api/"):
        return "en" if request.GET.get("lang") == "en" else "zh"
    return str(getattr(request, "lang", "zh"))
