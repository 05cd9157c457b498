"""What each fund of an area holds and turned over, and what an account held day by day: the first look at the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

from tongchou.ledger.balances import balances, daily
from tongchou.ledger.chart import read_chart

from ..frame.access import Actor, allow
from ..frame.fields import choice, read_one
from .accounts import KINDS
from .mapping import FUNDS

ACCOUNTS = {code: (told["zh"], told["en"]) for code, told in read_chart()["accounts"].items()}
"""Every account of the chart with its names; each fund has them all."""


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


def daily_balances(
    conn: psycopg.Connection, who: Actor, area: str, fund: str, account: str, since: date, until: date
) -> list[tuple[date, int]]:
    """(day, fen at its end: debited less credited) of an account of a fund: the first day, and each on which it moved.

    Raises OfficeRefused: ``not_allowed``, ``area_outside``, ``argument_invalid`` for no such fund or account.
    """
    allow(conn, who, "books.read", area)
    read_one(choice("基金", "fund", FUNDS, "fund"), fund)
    read_one(choice("科目", "account", ACCOUNTS, "account"), account)
    return daily(conn, area, fund, account, since, until)
