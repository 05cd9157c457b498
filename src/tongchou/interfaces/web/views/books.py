"""The balances of the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..guard import Desk, needed, office
from ..lists import Column, Filter, Listing, show
from ..names import BOOKS
from ..words import ZONE


def today() -> str:
    """Today on the calendars of China."""
    return datetime.now(ZONE).date().isoformat()


def fetch(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[Any]:
    """The balances of an area until a day, its name in the reader's language."""
    until: date = filters.get("until") or date.fromisoformat(today())
    rows = needed("books", "trial_balance")(desk.conn, desk.who, filters["area"], until)
    return [_row(desk, r) for r in rows]


def _row(desk: Desk, r: Any) -> dict[str, Any]:
    names = ("fund", "code", "book", "kind", "debited", "credited", "balance")
    # The fund has a column of its own.
    return {**{n: getattr(r, n) for n in names}, "name": desk.t(r.zh, r.en).rpartition(" · ")[2]}


LIST = Listing(
    name="balances",
    zh="科目余额",
    en="Balances",
    right="books.read",
    columns=(
        Column("fund", "基金", "fund", "code"),
        Column("name", "科目", "account"),
        Column("code", "科目代码", "code", "code"),
        Column("book", "账套", "book", "code", BOOKS["book"]),
        Column("kind", "类别", "kind", "code", BOOKS["kind"]),
        Column("debited", "借方发生", "debited", "money"),
        Column("credited", "贷方发生", "credited", "money"),
        Column("balance", "余额", "balance", "money"),
    ),
    filters=(
        Filter("area", "地区", "area", "area"),
        Filter("until", "截至", "until", "day", default=today),
    ),
    fetch=fetch,
    paged=False,
    needs=("area",),
    note=("选择地区后列示。", "Choose an area."),
    up=("/office/books/", "账册", "Books"),
)


@office
def balances(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What each account of an area stands at on a day."""
    return show(request, desk, LIST)
