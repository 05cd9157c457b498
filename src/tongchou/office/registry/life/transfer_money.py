"""The account balance of a transfer in the books: cash that leaves or arrives, and its reversal."""

from __future__ import annotations

import psycopg

from tongchou.ledger.post import BookRefused, Entry, Line, post, reverse

from ...frame.refusal import OfficeRefused
from ..rows import today
from .certificate import Transfer

FUND = "personal_accounts"
EVENTS = {
    "out": ("transfer_out", "transfer_spending", "expenditure_account"),
    "in": ("transfer_in", "special_account", "transfer_income"),
}
"""Direction → (event, debit account, credit account)."""


def book(conn: psycopg.Connection, of: Transfer) -> int | None:
    """Book the balance that goes along, on the day of the transfer, in its area; the entry, None for no money.

    Raises OfficeRefused: ``month_closed``.
    """
    if not of.sum_fen:
        return None
    event, debit, credit = EVENTS[of.direction]
    line = Line((FUND, debit), (FUND, credit), of.sum_fen, party=f"person:{of.person}")
    try:
        return post(conn, [Entry(of.on, of.area, event, ("transfer", str(of.id)), (line,))])[0]
    except BookRefused as e:
        raise _said(e) from e


def unbook(conn: psycopg.Connection, of: Transfer, reason: str) -> int | None:
    """Book the mirror of a transfer's entry today; its number, None where no money moved."""
    row = conn.execute(
        "SELECT id FROM ledger.entry WHERE (fact_kind, fact_id) = ('transfer', %s) AND reverses IS NULL", [str(of.id)]
    ).fetchone()
    if row is None:
        return None
    try:
        return reverse(conn, int(row[0]), today(conn), reason)
    except BookRefused as e:
        raise _said(e) from e


def _said(e: BookRefused) -> Exception:
    """A closed month is the clerk's to mend, by another day; whatever else the books refuse is a fault of ours."""
    if e.code != "month_closed":
        return e
    return OfficeRefused("month_closed", "该月已结账，请以未结账月份的日期办理", str(e).partition(": ")[2], "on")
