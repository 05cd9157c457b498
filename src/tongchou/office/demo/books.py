"""The demo's books: bank accounts, opening balances, a month of business, money in transit, one request that waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tongchou.money.fen import parse_fen

from ..books.statements import Reported, keep_bank_lines, keep_tax_lines
from .made import settings

if TYPE_CHECKING:
    from .build import Office

PAIR = ("accountant", "accountant2")


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
    sent = office.two(PAIR, "remittance.send", area=county, fund="large_expense", on=first.isoformat(),
                      amount="120000.00", reference="SJ-0001")  # fmt: skip
    office.one("accountant", "remittance.receive", remittance=sent["remittance"], amount="120000.00",
               on=(first + timedelta(days=1)).isoformat())  # fmt: skip
    office.two(PAIR, "remittance.send", area=county, fund="large_expense", on=(first + timedelta(days=20)).isoformat(),
               amount="80000.00", reference="SJ-0002")  # fmt: skip
    office.one("clerk", "books.refunded", area=county, fund="basic_pooled", amount="1234.56", party="演示用人单位",
               on=(first + timedelta(days=21)).isoformat(), reference="TF-0001", note="多缴退费，待复核")  # fmt: skip


def _month(office: Office, where: str, first: date) -> None:
    """A month: levied, collected, drawn, spent; the bank knows one line more than the books, and one sum differs."""
    day = first.isoformat()

    def booked(event: str, amount: str, reference: str = "", party: str = "", fund: str = "basic_pooled") -> None:
        office.two(
            PAIR, f"books.{event}", area=where, fund=fund, on=day, amount=amount, reference=reference, party=party
        )

    booked("levied", "5200000.00", party="全州用人单位（演示汇总）")
    for reference, sum_ in (("GK-0601", "3000000.00"), ("GK-0602", "1900000.00")):
        booked("collected", sum_, reference)
        booked("drawn", sum_, reference)
    booked("interest", "86211.37", "LX-06")
    booked("funded", "4200000.00", "BF-06")
    booked("care_owed", "3650000.00", party="楚雄州人民医院（演示）")
    booked("prepaid", "1000000.00", "YB-06", "楚雄州人民医院（演示）")
    booked("set_off", "900000.00", "", "楚雄州人民医院（演示）")
    booked("bill_paid", "2400000.00", "ZF-06", "楚雄州人民医院（演示）")
    booked("retained", "50000.00", "", "楚雄州人民医院（演示）")
    large = "large_expense"
    booked("funded", "5000000.00", "BF-DB-06", fund=large)
    booked("premium_paid", "4000000.00", "BX-06", "演示人寿保险", large)
    booked("reserve_received", "1500000.00", "BY-06", "演示人寿保险", large)
    booked("insured_care_owed", "310000.00", party="楚雄州人民医院（演示）", fund=large)
    booked("insured_bill_paid", "310000.00", "ZF-DB-06", "楚雄州人民医院（演示）", large)
    bank = [("GK-0601", "3000000.00", 1), ("GK-0602", "1900000.00", 1), ("LX-06", "86211.37", 1),
            ("BF-06", "4200000.00", -1), ("YH-9901", "15.00", -1)]  # fmt: skip
    lines = [Reported(first, reference, sign * parse_fen(sum_)) for reference, sum_, sign in bank]
    keep_bank_lines(office.conn, office.who("accountant"), "CX-SPE-01", lines)
    tax = [Reported(first, "GK-0601", parse_fen("3000000.00")), Reported(first, "GK-0602", parse_fen("1899000.00"))]
    keep_tax_lines(office.conn, office.who("accountant"), where, "basic_pooled", tax)
