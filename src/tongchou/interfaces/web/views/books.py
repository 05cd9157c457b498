"""The balances of the books, and what each fund holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongchou.office.books.overview import overview
from tongchou.office.books.vouchers import FUNDS

from ..guard import Desk, needed, office
from ..lists import Column, Filter, Listing, own_area, show, the_day
from ..names import BOOKS
from ..reports import Found, Part, Report, show_report

SIDES = {"debit": ("借", "Dr"), "credit": ("贷", "Cr"), "even": ("平", "even")}
UP = ("/office/books/", "账册", "Books")


def fetch(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[Any]:
    """The balances of an area until a day, its name in the reader's language."""
    until = filters.get("until") or desk.today
    rows = needed("books", "trial_balance")(desk.conn, desk.who, filters["area"], until)
    return [_row(desk, r) for r in rows]


def _row(desk: Desk, r: Any) -> dict[str, Any]:
    names = ("fund", "code", "book", "kind", "debited", "credited", "balance")
    side = "debit" if r.balance > 0 else "credit" if r.balance < 0 else "even"
    # The fund has a column of its own; a balance stands without a sign beside its side, as in any book.
    return {
        **{n: getattr(r, n) for n in names},
        "balance": abs(r.balance),
        "side": side,
        "name": desk.t(r.zh, r.en).rpartition(" · ")[2],
    }


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
        Column("side", "方向", "side", "text", SIDES),
        Column("balance", "余额", "balance", "money"),
    ),
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        Filter("until", "截至", "until", "day", default=the_day),
    ),
    fetch=fetch,
    paged=False,
    needs=("area",),
    note=("选择地区后列示。", "Choose an area."),
    up=UP,
)
FUNDS_OF = Part(
    "funds",
    "各基金",
    "Each fund",
    (
        Column("fund", "基金", "fund", "text", FUNDS),
        Column("cash", "期末存款（元）", "cash (yuan)", "money", bar=True),
        Column("income", "本年收入", "income this year", "money"),
        Column("spending", "本年支出", "spending this year", "money"),
        Column("to_collect", "应征未收", "to collect", "money"),
        Column("payable", "应付医药机构", "payable to institutions", "money"),
    ),
    none=("该地区尚无账目。", "Nothing was booked in this area yet."),
    counted=False,
)
OVERVIEW = Report(
    name="funds",
    zh="基金一览",
    en="Funds",
    right="books.read",
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        Filter("on", "截至", "on", "day", default=the_day),
    ),
    needs=("area", "on"),
    parts=(FUNDS_OF,),
    find=lambda desk, filters: Found({"funds": overview(desk.conn, desk.who, filters["area"], filters["on"])}),
    up=UP,
)


@office
def funds(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What each fund of an area holds, and what it took in and spent this year."""
    return show_report(request, desk, OVERVIEW)


@office
def balances(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What each account of an area stands at on a day."""
    return show(request, desk, LIST)
