"""No personal number in an address: addresses stand in logs, histories and referrers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse, QueryDict

from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.secrecy import holds_number
from tongchou.office.registry.search import asks_number

from .refusals import answer

Next = Callable[[HttpRequest], HttpResponse]


class NoNumbers:
    """Refuses every request in whose address an ID number stands, whatever page it is for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the path and at each part of the query, then pass the request on."""
        query = request.META.get("QUERY_STRING", "").replace("=", "&").split("&")
        if any(map(holds_number, (request.path, *map(unquote_plus, query)))):
            said = QueryDict(mutable=True)
            said["lang"] = request.GET.get("lang", "")
            # No page drawn from here on finds it, to put it into a link.
            request.GET = said  # type: ignore[assignment]
            request.path = "/api/" if request.path.startswith("/api/") else "/office/"
            return answer(request, in_address(""))
        return self.get_response(request)


def refuse_number(text: str, field: str = "text") -> None:
    """Refuse a search by a number, or a part of one, that came in an address. Raises ``number_in_address``."""
    if asks_number(text):
        raise in_address(field)


def in_address(field: str) -> OfficeRefused:
    """The refusal of a number in an address, which does not repeat it."""
    return OfficeRefused(
        "number_in_address",
        "网址中不能含证件号码（会留在日志和浏览记录中）；请在页面的查询框中输入，程序请用 POST /api/people/search",
        "an address holds no personal number: it would stay in logs and histories; type it into the search form of the "
        "page, programs send it by POST /api/people/search",
        field,
    )
