"""The demo's books: bank accounts, opening balances, a month of business, money in transit, one request that waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tongchou.money.fen import parse_fen

from ..books.statements import Reported, keep_bank_lines, keep_tax_lines
from .made import settings

if TYPE_CHECKING:
    from .build import Office

PAIR = ("accountant", "accountant2")
COUNTY = ("clerk", "reviewer")
MAIN = "basic_pooled"


def fill_books(office: Office, on: date, tell: Callable[[str, int, int], None]) -> None:
    """Opening balances of every fund, a month of business of the prefecture, and what the bank says of it."""
    told, first = settings(), on.replace(day=1)
    where = told["prefecture"]
    opening = [(where, fund, sum_) for fund, sum_ in told["opening"]["prefecture"].items()]
    for county in told["counties"]:
        if county["weight"]:
            opening += [(county["code"], fund, sum_) for fund, sum_ in told["opening"]["county"].items()]
    year = date(on.year, 1, 1).isoformat()
    for k, (area, fund, sum_) in enumerate(opening):
        office.two(PAIR, "books.opening", area=area, fund=fund, on=year, amount=sum_, note="期初（演示）")
        tell("books", k + 1, len(opening))
    for kind, name in (("special_account", "财政专户"), ("expenditure_account", "支出户")):
        office.two(PAIR, "bank.open", area=where, fund="basic_pooled", kind=kind, code=f"CX-{kind[:3].upper()}-01",
                   name=f"演示银行 {name}")  # fmt: skip
    _month(office, where, first)
    county = told["counties"][0]["code"]
    arrived, waits, refund = told["remitted"]["arrived"], told["remitted"]["in_transit"], told["waits"]

    def sent(what: dict[str, str], days: int) -> dict[str, Any]:
        on_day = (first + timedelta(days=days)).isoformat()
        return office.two(COUNTY, "remittance.send", area=county, on=on_day, **what)

    there = sent(arrived, 0)
    on_day = (first + timedelta(days=1)).isoformat()
    office.one("accountant", "remittance.receive", remittance=there["remittance"], amount=arrived["amount"], on=on_day)
    sent(waits, 20)
    asked = (first + timedelta(days=21)).isoformat()
    office.one("clerk", f"books.{refund['event']}", area=county, on=asked, **refund["given"])


def _month(office: Office, where: str, first: date) -> None:
    """A month: levied, collected, drawn, spent; the bank knows one line more than the books, and one sum differs."""
    told, day = settings(), first.isoformat()
    for step in told["month"]:
        given = {"area": where, "fund": MAIN, "on": day, **{k: v for k, v in step.items() if k != "event"}}
        office.two(PAIR, f"books.{step['event']}", **given)
    lines = [Reported(first, x["reference"], _signed(x["amount"])) for x in told["bank"]]
    keep_bank_lines(office.conn, office.who("accountant"), "CX-SPE-01", lines)
    tax = [Reported(first, x["reference"], _signed(x["amount"])) for x in told["tax"]]
    keep_tax_lines(office.conn, office.who("accountant"), where, "basic_pooled", tax)


def _signed(amount: str) -> int:
    """Fen of a statement's line: what goes out has a minus."""
    return -parse_fen(amount[1:]) if amount.startswith("-") else parse_fen(amount)
