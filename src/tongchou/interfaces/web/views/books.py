"""The balances of the books, and what each fund holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongchou.office.books.draws import OPEN, by_party
from tongchou.office.books.mapping import FUNDS
from tongchou.office.books.overview import ACCOUNTS, daily_balances, overview

from ..curve import curve
from ..guard import Desk, needed, office
from ..lists import Column, Filter, Listing, own_area, show, the_day
from ..names import BOOKS
from ..reports import Found, Part, Report, show_report
from ..words import money

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


def _daily(desk: Desk, filters: Mapping[str, Any]) -> Found:
    """The days on which an account moved, and what it held then; the side is said once, in the words above."""
    fund, account, until = filters["fund"], filters["account"], filters["until"]
    rows = daily_balances(desk.conn, desk.who, filters["area"], fund, account, filters["since"], until)
    name = f"{desk.t(*FUNDS[fund])} · {desk.t(*ACCOUNTS[account])}"
    moved = [
        {"day": day, "moved": fen - before, "balance": fen}
        for (_, before), (day, fen) in zip([(filters["since"], rows[0][1]), *rows], rows, strict=False)
    ]
    facts = (
        (desk.t("科目", "account"), name, ""),
        (desk.t("期初余额（元）", "held at first (yuan)"), money(rows[0][1]), ""),
        (desk.t("期末余额（元）", "held at last (yuan)"), money(rows[-1][1]), ""),
    )
    return Found({"days": moved[1:]}, facts, curve(rows, until, name))


DAILY = Report(
    name="daily",
    zh="逐日余额",
    en="Daily balances",
    right="books.read",
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        Filter("fund", "基金", "fund", "choice", FUNDS, default=lambda desk: next(iter(FUNDS))),
        Filter("account", "科目", "account", "choice", ACCOUNTS, default=lambda desk: "special_account"),
        Filter("since", "自", "from", "day", default=lambda desk: desk.today.replace(month=1, day=1).isoformat()),
        Filter("until", "至", "until", "day", default=the_day),
    ),
    needs=("area", "fund", "account", "since", "until"),
    parts=(
        Part(
            "days",
            "变动日",
            "Days on which it moved",
            (
                Column("day", "日期", "day", "day"),
                Column("moved", "当日变动（元）", "moved (yuan)", "money"),
                Column("balance", "日终余额（元）", "held at its end (yuan)", "money", bar=True),
            ),
        ),
    ),
    find=_daily,
    note=("借方减贷方；负数为贷方余额。", "Debit less credit; a negative sum lies on the credit side."),
    up=UP,
)


def _parties(desk: Desk, filters: Mapping[str, Any]) -> Found:
    """The parties of an account, the whole said above."""
    fund, account = filters["fund"], filters["account"]
    rows = by_party(desk.conn, desk.who, filters["area"], fund, account, filters["until"])
    facts = (
        (desk.t("科目", "account"), f"{desk.t(*FUNDS[fund])} · {desk.t(*OPEN[account])}", ""),
        (desk.t("合计（元）", "in all (yuan)"), money(sum(r.balance for r in rows)), ""),
    )
    return Found({"parties": rows}, facts)


PARTIES = Report(
    name="parties",
    zh="往来明细",
    en="By party",
    right="books.read",
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        Filter("fund", "基金", "fund", "choice", FUNDS, default=lambda desk: next(iter(FUNDS))),
        Filter("account", "科目", "account", "choice", OPEN, default=lambda desk: "payable"),
        Filter("until", "截至", "until", "day", default=the_day),
    ),
    needs=("area", "fund", "account", "until"),
    parts=(
        Part(
            "parties",
            "各对方",
            "Each party",
            (
                Column("party", "对方", "party"),
                Column("debited", "借方（元）", "debited", "money"),
                Column("credited", "贷方（元）", "credited", "money"),
                Column("balance", "余额（元）", "holds", "money", bar=True),
            ),
            none=("没有未结清的对方。", "Nothing is open."),
        ),
    ),
    find=_parties,
    up=UP,
)


@office
def parties(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What an account of a fund holds of each party."""
    return show_report(request, desk, PARTIES)


@office
def by_day(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What an account of a fund held at the end of each day."""
    return show_report(request, desk, DAILY)


@office
def funds(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What each fund of an area holds, and what it took in and spent this year."""
    return show_report(request, desk, OVERVIEW)


@office
def balances(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What each account of an area stands at on a day."""
    return show(request, desk, LIST)
