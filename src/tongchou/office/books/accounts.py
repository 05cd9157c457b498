"""The named bank accounts in which a fund's cash lies: treasury in transit, fiscal special, expenditure account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import psycopg

from ..frame.fields import area, choice, text
from ..frame.operation import Work, operation
from ..frame.refusal import OfficeRefused
from .mapping import FUNDS

KINDS = {
    "treasury_in_transit": ("国库待划户", "treasury in transit"),
    "special_account": ("财政专户", "fiscal special account"),
    "expenditure_account": ("支出户", "expenditure account"),
}


@dataclass(frozen=True)
class BankAccount:
    """A bank account: the cash account of one fund in one area."""

    code: str
    area: str
    fund: str
    kind: str
    name: str


@operation("bank.open", "登记银行账户", "register a bank account", "books.write", "books.review")
def open_account(
    work: Work,
    *,
    area: Annotated[str, area()],
    fund: Annotated[str, choice("基金", "fund", FUNDS)],
    kind: Annotated[str, choice("账户种类", "kind", KINDS)],
    code: Annotated[str, text("账户代码", "code")],
    name: Annotated[str, text("开户行和户名", "bank and holder")],
) -> dict[str, Any]:
    """Name the bank account in which a fund's cash lies; one of each kind for a fund in an area."""
    done = work.conn.execute(
        "INSERT INTO office.bank_account (code, area, fund, kind, name, opened_by) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [code, area, fund, kind, name, work.asked_by],
    ).rowcount
    if not done:
        raise OfficeRefused(
            "bank_account_exists",
            f"账户 {code}，或该基金的{KINDS[kind][0]}，已登记",
            f"account {code}, or the fund's {KINDS[kind][1]}, is registered",
            "code",
        )
    work.subject = f"bank:{code}"
    return {"account": code}


def account(conn: psycopg.Connection, code: str) -> BankAccount:
    """The bank account of a code. Raises OfficeRefused: ``bank_account_unknown``."""
    row = conn.execute(
        "SELECT code, area, fund, kind, name FROM office.bank_account WHERE code = %s", [code]
    ).fetchone()
    if row is None:
        raise OfficeRefused("bank_account_unknown", f"没有银行账户 {code}", f"no bank account {code}", "account")
    return BankAccount(*row)
