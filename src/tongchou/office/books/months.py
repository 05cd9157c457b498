"""Closing a month of an area, and the trial balance that says what every account turned over and holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import psycopg

from tongchou.ledger import months
from tongchou.ledger.balances import balances
from tongchou.ledger.chart import read_chart
from tongchou.ledger.post import BookRefused

from ..frame.access import Actor, allow
from ..frame.calendar import today
from ..frame.fields import area, month
from ..frame.operation import Work, operation
from ..frame.refusal import OfficeRefused
from .vouchers import refusal_of


@dataclass(frozen=True)
class AccountBalance:
    """An account over some days: fen debited and credited, ``balance`` debit less credit, with its names."""

    fund: str
    code: str
    book: str
    kind: str
    debited: int
    credited: int
    balance: int
    zh: str
    en: str


@operation("books.close_month", "月末结账", "close a month", "books.write", "books.review")
def close_month(
    work: Work, *, area: Annotated[str, area()], month: Annotated[date, month("结账月份", "month")]
) -> dict[str, Any]:
    """Close a month: no entry goes into it any more, and what each account had turned over is kept to prove."""
    if months.next_month(month) > today(work.conn):
        raise OfficeRefused(
            "month_not_over", f"{month:%Y-%m} 尚未结束，不能结账", f"{month:%Y-%m} is not over yet", "month"
        )
    try:
        kept = months.close(work.conn, area, month)
    except BookRefused as e:
        raise refusal_of(e) from e
    work.subject = f"month:{area}:{month:%Y-%m}"
    return {"month": f"{month:%Y-%m}", "accounts": kept}


def trial_balance(
    conn: psycopg.Connection, who: Actor, where: str, until: date, since: date = date.min
) -> list[AccountBalance]:
    """Every account of an area that moved, in order of funds and the chart. Raises OfficeRefused."""
    allow(conn, who, "books.read", where)
    chart = read_chart()
    return [
        AccountBalance(
            b.fund,
            b.code,
            b.book,
            b.kind,
            b.debited,
            b.credited,
            b.balance,
            f"{chart['funds'][b.fund]['zh']} · {chart['accounts'][b.code]['zh']}",
            f"{chart['funds'][b.fund]['en']} · {chart['accounts'][b.code]['en']}",
        )
        for b in balances(conn, where, until, since)
        if b.debited or b.credited
    ]
