"""The books for programs: vouchers, remittances, reconciliation, assessment. Money is decimal text."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.money.fen import format_fen
from tongchou.office.books.assessment import CountyRow, InsurerRow, assess_counties, assess_insurers
from tongchou.office.books.draws import by_party
from tongchou.office.books.overview import daily_balances, overview
from tongchou.office.books.remittance import remittances
from tongchou.office.books.statements import reconcile

from ..guard import Desk
from ..queries import Vouchers, vouchers
from ..reports import refuse_reversed
from ..views.statements import kept_lines
from .door import ERRORS, at_desk
from .strict import Room

router = Room()
LAST = 2**62
Limit = Annotated[int, Field(ge=1, le=1000)]


class VoucherOut(Schema):
    """A voucher; ``undone_on`` is null while it counts."""

    id: int
    event: str
    area: str
    fund: str
    to_fund: str | None
    on_day: date
    amount: str
    party: str
    reference: str
    note: str
    made_by: str
    made_at: datetime
    law_version: str
    command: int | None
    undone_on: date | None
    undone_because: str | None
    undone_by: str | None


class VouchersOut(Schema):
    """Vouchers, the latest first."""

    rows: list[VoucherOut]
    after: int | None = None


class RemittanceOut(Schema):
    """Money sent upward; ``arrived_on``, ``arrived_by`` (the receiving bank's slip) are null while it is in transit,
    ``undone_on`` while it counts."""

    id: int
    from_area: str
    to_area: str
    fund: str
    amount: str
    sent_on: date
    reference: str
    arrived_on: date | None
    arrived_by: str | None
    undone_on: date | None


class RemittancesOut(Schema):
    """Remittances, the latest first."""

    rows: list[RemittanceOut]
    after: int | None = None


class FundOut(Schema):
    """A fund on a day: cash in its bank accounts, income and spending of the year so far, what is still owed."""

    fund: str
    cash: str
    income: str
    spending: str
    to_collect: str
    payable: str


class DayOut(Schema):
    """What an account held at the end of a day on which it moved: debited less credited."""

    day: date
    balance: str


class PartyOut(Schema):
    """What an account holds of a party, on the account's own side."""

    party: str
    debited: str
    credited: str
    balance: str


class DifferenceOut(Schema):
    """A line that does not agree. ``kind``: only_books, only_bank, only_tax; not_books, not_bank, not_tax where one
    side alone lacks it; sums_differ. A sum of a side that has not got it is 0.00."""

    kind: str
    reference: str
    on: date
    books: str
    bank: str
    tax: str


class ReconciliationOut(Schema):
    """Three sides over some days, the balances at their end, and every line that does not agree."""

    agreed: int
    books: str
    bank: str
    tax: str
    balance_books: str
    balance_bank: str
    differences: list[DifferenceOut]


class StatementKept(Schema):
    """How many lines were kept, and where and over which days they are reconciled."""

    kept: int
    area: str
    fund: str
    since: date
    until: date


class CountyOut(Schema):
    """A county's office; mean days in tenths, null where nothing happened."""

    area: str
    zh: str
    en: str
    vouchers: int
    undone: int
    asked: int
    rejected: int
    remitted: int
    in_transit: int
    transit_tenths: int | None
    paid_bills: int
    pay_tenths: int | None
    pay_longest: int | None
    complaints: int
    upheld: int
    unanswered: int


class InsurerOut(Schema):
    """An insurer in an area; mean days in tenths, null where nothing happened."""

    area: str
    fund: str
    insurer: str
    premium: str
    reserve: str
    reserve_lowest: str
    claims_owed: str
    claims_paid: str
    pay_tenths: int | None
    pay_longest: int | None
    complaints: int
    upheld: int


class AssessmentOut(Schema):
    """Both tables of the assessment."""

    counties: list[CountyOut]
    insurers: list[InsurerOut]


SUMS = {"amount", "debited", "credited", "balance", "cash", "income", "spending", "to_collect", "payable", "books",
        "bank", "tax", "balance_books", "balance_bank", "premium", "reserve", "reserve_lowest", "claims_owed",
        "claims_paid"}  # fmt: skip


def told(row: Any) -> dict[str, Any]:
    """A row with its fen as decimal text."""
    return {k: format_fen(v) if k in SUMS and isinstance(v, int) else v for k, v in asdict(row).items()}


def _paged(found: list[Any], limit: int) -> dict[str, Any]:
    rows = found[:limit]
    return {"rows": [told(r) for r in rows], "after": rows[-1].id if len(found) > limit else None}


@router.get("/funds", response={200: list[FundOut], **ERRORS}, tags=["books"], summary="基金一览 funds")
def list_funds(request: HttpRequest, area: str, on: date) -> Any:
    """What each fund of an area holds, took in and spent this year, and what is owed."""
    return at_desk(request, lambda desk: [told(f) for f in overview(desk.conn, desk.who, area, on)])


@router.get("/daily-balances", response={200: list[DayOut], **ERRORS}, tags=["books"],
            summary="逐日余额 daily balances")  # fmt: skip
def list_daily(request: HttpRequest, area: str, fund: str, account: str, since: date, until: date) -> Any:
    """What an account of a fund held: on the first day, and on each on which it moved."""
    refuse_reversed({"since": since, "until": until})

    def do(desk: Desk) -> list[dict[str, Any]]:
        found = daily_balances(desk.conn, desk.who, area, fund, account, since, until)
        return [{"day": day, "balance": format_fen(fen)} for day, fen in found]

    return at_desk(request, do)


@router.get("/vouchers", response={200: VouchersOut, **ERRORS}, tags=["books"], summary="记账凭证 vouchers")
def list_vouchers(
    request: HttpRequest,
    area: str = "",
    fund: str = "",
    event: str = "",
    since: date | None = None,
    until: date | None = None,
    limit: Limit = 50,
    after: int = LAST,
) -> Any:
    """Vouchers of the areas this caller may read, of a fund those that pass money to it, too."""

    def do(desk: Desk) -> dict[str, Any]:
        wanted = Vouchers(area, fund, event, since, until)
        return _paged(vouchers(desk.conn, desk.who, wanted, limit + 1, after), limit)

    return at_desk(request, do)


@router.get("/remittances", response={200: RemittancesOut, **ERRORS}, tags=["books"], summary="上解资金 remittances")
def list_remittances(
    request: HttpRequest,
    area: str = "",
    fund: str = "",
    in_transit: bool = False,
    limit: Limit = 50,
    after: int = LAST,
) -> Any:
    """Money sent from or to the areas this caller may read, or one of them and those below."""

    def do(desk: Desk) -> dict[str, Any]:
        return _paged(remittances(desk.conn, desk.who, in_transit, limit + 1, after, area, fund), limit)

    return at_desk(request, do)


@router.get("/party-balances", response={200: list[PartyOut], **ERRORS}, tags=["books"],
            summary="往来明细 by party")  # fmt: skip
def list_parties(request: HttpRequest, area: str, fund: str, account: str, until: date) -> Any:
    """What an account of a fund holds of each party: payables, prepayments, deposits held."""
    return at_desk(
        request, lambda desk: [told(p) for p in by_party(desk.conn, desk.who, area, fund, account, until)]
    )


@router.get("/reconciliation", response={200: ReconciliationOut, **ERRORS}, tags=["books"],
            summary="三方对账 reconciliation")  # fmt: skip
def one_reconciliation(request: HttpRequest, area: str, fund: str, since: date, until: date) -> Any:
    """Books, bank and tax office of a fund's special account, line by line."""
    refuse_reversed({"since": since, "until": until})

    def do(desk: Desk) -> dict[str, Any]:
        found = reconcile(desk.conn, desk.who, area, fund, since, until)
        return {**told(found), "differences": [told(d) for d in found.differences]}

    return at_desk(request, do)


@router.post("/statements", response={200: StatementKept, **ERRORS}, tags=["books"], summary="对账单导入 statement")
def take_statement(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    side: Annotated[Literal["bank", "tax"], Form()],
    account: Annotated[str, Form()] = "",
    area: Annotated[str, Form()] = "",
    fund: Annotated[str, Form()] = "",
) -> Any:
    """Keep the lines of a bank's statement (``account``) or the tax office's list (``area``, ``fund``), all or none.

    XLSX or CSV with the columns 日期, 流水号, 金额 and perhaps 摘要."""
    return at_desk(request, lambda desk: kept_lines(request, desk))


@router.get("/assessment", response={200: AssessmentOut, **ERRORS}, tags=["books"], summary="日常考核 assessment")
def one_assessment(request: HttpRequest, area: str, since: date, until: date) -> Any:
    """How each county's office and each insurer of an area did over some days."""
    refuse_reversed({"since": since, "until": until})

    def do(desk: Desk) -> dict[str, Any]:
        asked = (desk.conn, desk.who, area, since, until)
        counties: list[CountyRow] = assess_counties(*asked)
        insurers: list[InsurerRow] = assess_insurers(*asked)
        return {"counties": [told(r) for r in counties], "insurers": [told(r) for r in insurers]}

    return at_desk(request, do)
