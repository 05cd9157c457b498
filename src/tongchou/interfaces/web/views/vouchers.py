"""The pages of the books: what leads to all of them, vouchers with the lines they booked, remittances, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tongchou.money.fen import format_fen
from tongchou.office.books.accounts import KINDS
from tongchou.office.books.mapping import FUNDS, events
from tongchou.office.books.overview import overview
from tongchou.office.books.remittance import Remittance, remittances
from tongchou.office.frame.access import allow_within

from ..drawing import page
from ..guard import Desk, office
from ..lists import Column, Filter, Listing, cells, own_area, show
from ..names import BOOKS
from ..queries import BankAccount, Booked, Voucher, Vouchers, bank_accounts, booked, voucher, vouchers
from ..reports import Part, as_listing, drawn, refuse_reversed
from .books import FUNDS_OF, UP
from .operations import group_of, his

EVENTS = {e.code: (e.zh, e.en) for e in events().values()}
PAGES = (
    # address, Chinese, English, what it shows in both, right
    ("/office/books/funds/", "基金一览", "Funds", "存款、本年收支、应征应付", "cash, income, spending, what is owed",
     "books.read"),
    ("/office/books/daily/", "逐日余额", "Daily balances", "一个科目逐日持有", "what an account held day by day",
     "books.read"),
    ("/office/books/parties/", "往来明细", "By party", "应付、预拨、暂收款按对方", "owed, prepaid or held, by party",
     "books.read"),
    ("/office/books/vouchers/", "记账凭证", "Vouchers", "按地区、基金、业务、日期查询", "by area, fund, event, day",
     "books.read"),
    ("/office/balances/", "科目余额", "Balances", "各科目借贷发生与余额", "what each account stands at", "books.read"),
    ("/office/books/remittances/", "上解资金", "Remittances", "在途与到账", "in transit and arrived", "books.read"),
    ("/office/books/accounts/", "银行账户", "Bank accounts", "财政专户、支出户等", "where each fund's cash lies",
     "books.read"),
    ("/office/books/statements/", "对账单导入", "Statements", "银行流水、税务征缴明细", "of banks and the tax office",
     "books.write"),
    ("/office/books/reconciliation/", "三方对账", "Reconciliation", "账册、银行、税务", "books, bank and tax office",
     "books.read"),
    ("/office/books/assessment/", "日常考核", "Assessment", "县区经办机构与承保机构", "counties and insurers",
     "books.read"),
)  # fmt: skip
GROUPS = ("books", "bank", "statement", "remittance")


@office
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What leads to every page of the books, and to the operations about them."""
    allow_within(desk.who, "books.read")
    mine = [o for o in his(desk) if group_of(o) in GROUPS]
    waits = len(remittances(desk.conn, desk.who, True, 100))
    area = own_area("books.read")(desk)
    return page(
        request,
        "books.html",
        desk,
        pages=[p for p in PAGES if desk.who.areas(p[5])],
        operations=mine,
        waits=f"{waits}+" if waits == 100 else str(waits),
        area=desk.area(area),
        part=FUNDS_OF,
        standings=drawn(desk, FUNDS_OF, overview(desk.conn, desk.who, area, desk.today)),
    )


def _vouchers(desk: Desk, filters: Mapping[str, Any], limit: int, before: int) -> Sequence[Voucher]:
    refuse_reversed(filters)
    return vouchers(desk.conn, desk.who, Vouchers(**filters), limit, before)


def _remittances(desk: Desk, filters: Mapping[str, Any], limit: int, before: int) -> Sequence[Remittance]:
    where, fund = filters.get("area", ""), filters.get("fund", "")
    return remittances(desk.conn, desk.who, filters.get("transit") == "yes", limit, before, where, fund)


def _receive(desk: Desk, r: Remittance) -> tuple[str, str, str] | None:
    """The form that confirms an arrival, or that takes it back, where he may."""
    if r.undone_on:
        return None
    if r.arrived_on or not desk.who.may("books.write", desk.path(r.to_area)):
        holder = r.to_area if r.arrived_on else r.from_area
        asked = f"/office/operations/remittance.undo/?remittance={r.id}"
        return (asked, "撤销", "undo") if desk.who.may("books.write", desk.path(holder)) else None
    given = f"remittance={r.id}&amount={format_fen(r.amount)}"
    return f"/office/operations/remittance.receive/?{given}", "确认到账", "confirm arrival"


def _accounts(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[BankAccount]:
    return bank_accounts(desk.conn, desk.who, "books.read", filters.get("area", ""), filters.get("fund", ""))


FUND = Filter("fund", "基金", "fund", "choice", FUNDS)
VOUCHERS = Listing(
    name="vouchers",
    zh="记账凭证",
    en="Vouchers",
    right="books.read",
    columns=(
        Column("id", "编号", "No.", "number"),
        Column("on_day", "日期", "day", "day"),
        Column("event", "业务", "event", "text", EVENTS),
        Column("area", "地区", "area", "area"),
        Column("fund", "基金", "fund", "text", FUNDS),
        Column("amount", "金额（元）", "amount", "money"),
        Column("party", "对方", "party"),
        Column("reference", "凭证号", "reference", "code"),
        Column("made_by", "经办人", "made by"),
        Column("undone_on", "冲正日期", "undone on", "day"),
    ),
    filters=(
        Filter("area", "地区", "area", "area"),
        FUND,
        Filter("event", "业务", "event", "choice", EVENTS),
        Filter("since", "自", "from", "day"),
        Filter("until", "至", "until", "day"),
    ),
    fetch=_vouchers,
    first=2**62,
    link=lambda r: f"/office/books/vouchers/{r.id}/",
    up=UP,
)
REMITTANCES = Listing(
    name="remittances",
    zh="上解资金",
    en="Remittances",
    right="books.read",
    columns=(
        Column("id", "编号", "No.", "number"),
        Column("from_area", "上解地区", "from", "area"),
        Column("to_area", "接收地区", "to", "area"),
        Column("fund", "基金", "fund", "text", FUNDS),
        Column("amount", "金额（元）", "amount", "money"),
        Column("sent_on", "划出日期", "sent on", "day"),
        Column("reference", "凭证号", "reference", "code"),
        Column("arrived_on", "到账日期", "arrived on", "day"),
        Column("arrived_by", "到账凭证号", "arrived by", "code"),
        Column("undone_on", "撤销日期", "undone on", "day"),
    ),
    filters=(
        Filter("area", "地区", "area", "area"),
        FUND,
        Filter("transit", "到账情况", "arrival", "choice", {"yes": ("在途", "in transit")}),
    ),
    fetch=_remittances,
    first=2**62,
    action=_receive,
    up=UP,
)
ACCOUNTS = Listing(
    name="accounts",
    zh="银行账户",
    en="Bank accounts",
    right="books.read",
    columns=(
        Column("code", "账户代码", "code", "code"),
        Column("area", "地区", "area", "area"),
        Column("fund", "基金", "fund", "text", FUNDS),
        Column("kind", "账户种类", "kind", "text", KINDS),
        Column("name", "开户行和户名", "bank and holder"),
    ),
    filters=(Filter("area", "地区", "area", "area"), FUND),
    fetch=_accounts,
    paged=False,
    actions=(("/office/operations/bank.open/", "登记银行账户", "Register one", "books.write"),),
    up=UP,
)
LINES = Part(
    "lines",
    "分录明细",
    "Lines booked",
    (
        Column("entry", "分录", "entry", "number"),
        Column("on", "记账日期", "booked on", "day"),
        Column("book", "账套", "book", "text", BOOKS["book"]),
        Column("debit", "借方科目", "debit"),
        Column("credit", "贷方科目", "credit"),
        Column("amount", "金额（元）", "amount", "money"),
        Column("reverses", "冲正分录", "reverses", "number"),
    ),
)


@office
def listing(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Vouchers of the areas he may look into, the latest first."""
    return show(request, desk, VOUCHERS)


@office
def remitted(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Money sent upward, the latest first."""
    return show(request, desk, REMITTANCES)


@office
def accounts(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The bank accounts of the areas he may look into."""
    return show(request, desk, ACCOUNTS)


@office
def one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A voucher with the lines it booked; who may is led to undoing it."""
    found = voucher(desk.conn, desk.who, number)
    rows = [line(desk, b) for b in booked(desk.conn, "voucher", number)]
    lines = as_listing(None, LINES, rows)
    return page(
        request,
        "voucher.html",
        desk,
        voucher=found,
        event=desk.t(*EVENTS.get(found.event, (found.event, found.event))),
        fund=desk.t(*FUNDS[found.fund]),
        to_fund=desk.t(*FUNDS[found.to_fund]) if found.to_fund else "",
        columns=LINES.columns,
        lines=[cells(desk, lines, row) for row in rows],
        may_undo=not found.undone and desk.who.may("books.write", desk.path(found.area)),
    )


def line(desk: Desk, b: Booked) -> dict[str, Any]:
    """A line of an entry with its accounts in words; between two funds, each account with its own."""
    debit, credit = desk.t(*b.debit), desk.t(*b.credit)
    if b.debit_fund != b.credit_fund:
        debit, credit = f"{desk.t(*FUNDS[b.debit_fund])} · {debit}", f"{desk.t(*FUNDS[b.credit_fund])} · {credit}"
    return {
        "entry": b.entry, "on": b.on, "book": b.book, "amount": b.amount, "reverses": b.reverses,
        "debit": debit, "credit": credit,
    }  # fmt: skip
