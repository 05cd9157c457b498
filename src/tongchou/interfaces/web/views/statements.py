"""Statements of banks and the tax office taken in, and the three-way reconciliation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from tongchou.money.fen import MoneyError, format_fen, parse_fen
from tongchou.office.books.accounts import KINDS, account
from tongchou.office.books.mapping import FUNDS
from tongchou.office.books.statements import Reported, keep_bank_lines, keep_tax_lines, reconcile
from tongchou.office.frame.access import allow_within
from tongchou.office.frame.fields import choice, read_one
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.words import read_day

from ..drawing import page
from ..guard import Desk, office
from ..lists import Column, Filter, own_area, the_day
from ..queries import bank_accounts, reported_already
from ..refusals import status_of
from ..reports import Found, Part, Report, show_report
from ..uploads import MOST, columns_sent
from ..words import money
from .books import UP
from .vouchers import FUND

RIGHT = "books.write"
NAMES = {
    "day": ("日期", "交易日期", "记账日期", "入库日期"),
    "reference": ("流水号", "交易流水号", "凭证号"),
    "amount": ("金额", "交易金额"),
    "note": ("摘要", "用途", "备注"),
}
TOLD = 5
"""So many bad cells are named; the rest are counted."""


@office
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take in a statement's lines, all or none; what was taken leads to the reconciliation."""
    allow_within(desk.who, RIGHT)
    refused: OfficeRefused | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"/office/books/statements/?{urlencode(kept_lines(request, desk))}")
        except OfficeRefused as e:
            if e.field not in ("file", "account", "area", "fund"):
                raise
            refused = e
    kept = {k: request.GET.get(k, "") for k in ("kept", "area", "fund", "since", "until")}
    return page(
        request,
        "statements.html",
        desk,
        status=status_of(refused) if refused else 200,
        accounts=[
            (a, desk.t(*FUNDS[a.fund]), desk.t(*KINDS[a.kind])) for a in bank_accounts(desk.conn, desk.who, RIGHT)
        ],
        areas=desk.areas_of(RIGHT),
        funds=FUNDS,
        refused=refused,
        chosen={k: request.POST.get(k, "") for k in ("side", "account", "area", "fund")},
        kept=kept if kept["kept"].isdigit() else None,
        onward=urlencode({k: v for k, v in kept.items() if v and k != "kept"}),
        most=MOST // 1024 // 1024,
    )


def kept_lines(request: HttpRequest, desk: Desk) -> dict[str, str]:
    """Keep the file that was sent, all of it or nothing; how many lines, and where they are reconciled.

    Fields: ``side`` (bank or tax), ``account`` of a bank's statement, ``area`` and ``fund`` of the tax office's. Raises
    OfficeRefused naming line and column.
    """
    code, area, fund = (request.POST.get(k, "") for k in ("account", "area", "fund"))
    if request.POST.get("side") == "tax":
        told = choice("基金", "fund", FUNDS, "fund")
        fund, code = str(read_one(told, fund)), ""
    else:
        of = account(desk.conn, code)
        area, fund = of.area, of.fund
    lines = lines_of(columns_sent(request, NAMES, ("day", "reference", "amount")))
    try:
        if code:
            count = keep_bank_lines(desk.conn, desk.who, code, lines)
        else:
            count = keep_tax_lines(desk.conn, desk.who, area, fund, lines)
    except OfficeRefused as e:
        raise _named(desk, e, code, area, fund, lines) from e
    days = sorted(x.on for x in lines)
    return {"kept": str(count), "area": area, "fund": fund, "since": str(days[0]), "until": str(days[-1])}


def _named(desk: Desk, e: OfficeRefused, code: str, area: str, fund: str, lines: list[Reported]) -> OfficeRefused:
    """What the office refuses, with the line of the file where it can be told."""
    if e.code != "reference_reported":
        return e
    there = reported_already(desk.conn, code, area, fund, [x.reference for x in lines])
    at = next((k for k, x in enumerate(lines, 2) if x.reference == there), 0)
    return OfficeRefused(
        e.code,
        f"第 {at} 行“流水号”{there} 此前已导入，本次未导入任何一行",
        f"line {at}, reference: {there} was reported before; no line was kept",
        "file",
    )


def lines_of(columns: Mapping[str, list[str]]) -> list[Reported]:
    """A statement's lines. Raises OfficeRefused naming line and column of what cannot be read; then none is kept."""
    faults: list[tuple[str, str]] = []
    lines: list[Reported] = []
    seen: dict[str, int] = {}
    notes = columns.get("note") or [""] * len(columns["day"])
    for k, (on, reference, amount, note) in enumerate(
        zip(columns["day"], columns["reference"], columns["amount"], notes, strict=True), 2
    ):
        if not any((on, reference, amount, note)):
            continue
        found_day = _cell(faults, k, "日期", "day", _day, on)
        found_reference = _cell(faults, k, "流水号", "reference", _reference, reference, seen)
        fen = _cell(faults, k, "金额", "amount", _signed, amount)
        if found_day and found_reference and fen:
            seen[found_reference] = k
            lines.append(Reported(found_day, found_reference, fen, note))
    if faults:
        more = len(faults) - TOLD
        raise OfficeRefused(
            "argument_invalid",
            "；".join(zh for zh, _ in faults[:TOLD]) + (f"；另有 {more} 处" if more > 0 else "") + "。未导入任何一行",
            "; ".join(en for _, en in faults[:TOLD]) + (f"; {more} more" if more > 0 else "") + "; no line was kept",
            "file",
        )
    if not lines:
        raise OfficeRefused("file_empty", "文件中没有明细行", "the file holds no line", "file")
    return lines


def _cell(faults: list[tuple[str, str]], line: int, zh: str, en: str, read: Callable[..., Any], *of: Any) -> Any:
    """A cell as it is read; where it cannot be, the fault is noted."""
    try:
        return read(*of)
    except OfficeRefused as e:
        faults.append((f"第 {line} 行“{zh}”{e.zh}", f"line {line}, {en}: {e.en}"))
        return None


def _fault(zh: str, en: str) -> OfficeRefused:
    return OfficeRefused("argument_invalid", zh, en, "file")


def _day(text: str) -> date:
    try:
        found = read_day(text, "file", "日期", "day")
    except OfficeRefused:
        raise _fault(
            f"应为日期，如 2023-06-01：{text[:30]}", f"expected a day such as 2023-06-01; found {text[:30]!r}"
        ) from None
    if found is None:
        raise _fault("为空", "is empty")
    return found


def _reference(text: str, seen: Mapping[str, int]) -> str:
    if not text:
        raise _fault("为空", "is empty")
    if re.fullmatch(r"[0-9.]+E\+[0-9]+", text):
        raise _fault(f"被存成数值、末位已丢失：{text}", f"was kept as a number and lost digits: {text}")
    if text in seen:
        raise _fault(f"与第 {seen[text]} 行重复：{text[:40]}", f"stands in line {seen[text]} too: {text[:40]}")
    return text


def _signed(text: str) -> int:
    """Fen; what goes out has a minus. Commas between thousands do not count."""
    plain = text.replace("−", "-").removeprefix("¥").removeprefix("￥")
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain.removeprefix("+"))
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", digits):
        digits = digits.replace(",", "")
    try:
        fen = parse_fen(digits)
    except MoneyError:
        raise _fault(
            f"应为元，至多两位小数：{text[:30]}", f"expected yuan with at most two decimals; found {text[:30]!r}"
        ) from None
    if fen == 0:
        raise _fault("不能为0", "is 0")
    return sign * fen


SIDES = {"books": ("账册", "books"), "bank": ("银行", "bank"), "tax": ("税务", "tax office")}
DIFFERENCES = {
    "only_books": ("仅账册有", "only in the books"),
    "only_bank": ("仅银行有", "only at the bank"),
    "only_tax": ("仅税务有", "only at the tax office"),
    "not_books": ("账册未记", "not in the books"),
    "not_bank": ("银行未到", "not at the bank"),
    "not_tax": ("税务未报", "not at the tax office"),
    "sums_differ": ("金额不一致", "sums differ"),
}


def find(desk: Desk, filters: Mapping[str, Any]) -> Found:
    """The three sides of a fund in an area over some days."""
    r = reconcile(desk.conn, desk.who, filters["area"], filters["fund"], filters["since"], filters["until"])
    sides = [
        {"side": "books", "turned": r.books, "balance": r.balance_books},
        {"side": "bank", "turned": r.bank, "balance": r.balance_bank},
        {"side": "tax", "turned": r.tax, "balance": None},
    ]
    differing = [
        {"on": d.on, "reference": d.reference, "kind": d.kind, **{s: getattr(d, s) or None for s in SIDES}}
        for d in r.differences
    ]
    gap = r.balance_books - r.balance_bank
    facts: tuple[tuple[str, str, str], ...] = (
        (desk.t("相符笔数", "lines that agree"), str(r.agreed), ""),
        (desk.t("不符笔数", "lines that differ"), str(len(differing)), ""),
        (desk.t("账册余额减银行余额（元）", "books less bank (yuan)"), money(format_fen(gap)), ""),
    )
    if not (r.agreed or differing):
        facts = (*facts, (desk.t("提示", "note"), desk.t(*NOTHING), ""))
    return Found({"sides": sides, "differences": differing}, facts)


NOTHING = ("该期间没有账册、银行或税务明细可核对", "nothing to set side by side in these days")


def month_before(desk: Desk) -> str:
    """The first day of last month."""
    return (desk.today.replace(day=1) - timedelta(days=1)).replace(day=1).isoformat()


RECONCILIATION = Report(
    name="reconciliation",
    zh="三方对账",
    en="Reconciliation",
    right="books.read",
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("books.read")),
        replace(FUND, default=lambda desk: next(iter(FUNDS))),
        Filter("since", "自", "from", "day", default=month_before),
        Filter("until", "至", "until", "day", default=the_day),
    ),
    needs=("area", "fund", "since", "until"),
    parts=(
        Part(
            "sides",
            "三方合计",
            "Three sides",
            (
                Column("side", "来源", "side", "text", SIDES),
                Column("turned", "期间发生额（元）", "turned over", "money"),
                Column("balance", "期末余额（元）", "balance", "money"),
            ),
            counted=False,
        ),
        Part(
            "differences",
            "不符明细",
            "Lines that differ",
            (
                Column("on", "日期", "day", "day"),
                Column("reference", "流水号", "reference", "code"),
                Column("kind", "情况", "what differs", "text", DIFFERENCES),
                *(Column(s, f"{zh}（元）", en, "money") for s, (zh, en) in SIDES.items()),
            ),
            ("没有不符的明细。", "No line differs."),
        ),
    ),
    find=find,
    note=(
        "财政专户：账册、银行流水、税务征缴明细逐笔核对；收入为正、支出为负。银行期末余额按期初结余加已导入流水计。",
        "The fiscal special account: books, bank statement and tax report line by line; money out has a minus. "
        "The bank's balance is the opening one and the lines reported since.",
    ),
    up=UP,
)


@office
def reconciliation(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Books, bank and tax office side by side."""
    return show_report(request, desk, RECONCILIATION)
