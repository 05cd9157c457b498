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
    _month(office, where, on)
    county = told["counties"][0]["code"]
    arrived, waits, refund = told["remitted"]["arrived"], told["remitted"]["in_transit"], told["waits"]

    def day(after: int) -> str:
        """A day of the month, so many after its first, but not after the demo's."""
        return min(first + timedelta(days=after), on).isoformat()

    def sent(what: dict[str, str], days: int) -> dict[str, Any]:
        return office.two(COUNTY, "remittance.send", area=county, on=day(days), **what)

    there = sent(arrived, 0)
    office.one("accountant", "remittance.receive", remittance=there["remittance"], amount=arrived["amount"], on=day(1))
    sent(waits, 20)
    office.one("clerk", f"books.{refund['event']}", area=county, on=day(21), **refund["given"])


def _month(office: Office, where: str, until: date) -> None:
    """A month: levied, collected, drawn, spent; the bank knows one line more than the books, and one sum differs."""
    told, first = settings(), until.replace(day=1)

    def on(step: dict[str, Any]) -> date:
        """Its day of the month; what would lie after the demo's day is done on that day."""
        return min(first + timedelta(days=step["day"] - 1), until)

    for step in sorted(told["month"], key=on):
        given = {k: v for k, v in step.items() if k not in ("event", "day")}
        office.two(PAIR, f"books.{step['event']}", **{"area": where, "fund": MAIN, "on": on(step).isoformat()} | given)
    bank, tax = ([Reported(on(x), x["reference"], _signed(x["amount"])) for x in told[of]] for of in ("bank", "tax"))
    keep_bank_lines(office.conn, office.who("accountant"), "CX-SPE-01", bank)
    keep_tax_lines(office.conn, office.who("accountant"), where, MAIN, tax)


def _signed(amount: str) -> int:
    """Fen of a statement's line: what goes out has a minus."""
    return -parse_fen(amount[1:]) if amount.startswith("-") else parse_fen(amount)
