"""What each fund of an area holds and turned over: the first look at the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

from tongchou.ledger.balances import balances

from ..frame.access import Actor, allow
from .accounts import KINDS
from .vouchers import FUNDS


@dataclass(frozen=True)
class FundStanding:
    """A fund on a day, in fen: cash in its bank accounts; income and spending since the year began, on a cash basis;
    what is still to collect and what is owed to institutions, of the obligation book."""

    fund: str
    cash: int
    income: int
    spending: int
    to_collect: int
    payable: int


def overview(conn: psycopg.Connection, who: Actor, area: str, on: date) -> list[FundStanding]:
    """Every fund of an area that ever moved, in order of the chart. Raises OfficeRefused."""
    allow(conn, who, "books.read", area)
    ever, year = balances(conn, area, on), balances(conn, area, on, on.replace(month=1, day=1))
    moved = {b.fund for b in ever if b.debited or b.credited}
    return [
        FundStanding(
            fund,
            sum(b.balance for b in ever if b.fund == fund and b.code in KINDS),
            -sum(b.balance for b in year if b.fund == fund and b.kind == "income"),
            sum(b.balance for b in year if b.fund == fund and b.kind == "spending"),
            sum(b.balance for b in ever if (b.fund, b.code) == (fund, "to_collect")),
            -sum(b.balance for b in ever if (b.fund, b.code) == (fund, "payable")),
        )
        for fund in FUNDS
        if fund in moved
    ]
