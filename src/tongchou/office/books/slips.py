"""One bank slip moves a bank account once: vouchers of any event, money sent upward and its arrival alike.

The database keeps it (``office.slip``, a unique index); here it is said before, with what holds the slip.
"""

from __future__ import annotations

from collections.abc import Collection

import psycopg

from ..frame.refusal import OfficeRefused
from .accounts import KINDS
from .mapping import CASH, FUNDS, Event, events

HELD = """
    SELECT s.fund, s.account, s.fact_kind, s.fact, coalesce(v.on_day, a.arrived_on, r.sent_on), v.event
    FROM unnest(%s::text[], %s::text[]) AS m (fund, account) JOIN office.slip s USING (fund, account)
    LEFT JOIN office.voucher v ON s.fact_kind = 'voucher' AND v.id = s.fact
    LEFT JOIN office.remittance r ON s.fact_kind <> 'voucher' AND r.id = s.fact
    LEFT JOIN office.remittance_arrival a ON s.fact_kind = 'arrival' AND a.remittance = s.fact
    WHERE s.stands = 'held' AND s.area = %s AND s.reference = %s
    ORDER BY s.fund, s.account LIMIT 1
"""


def moved_by(event: Event, fund: str, to_fund: str = "") -> set[tuple[str, str]]:
    """The bank accounts that a voucher of an event moves, as (fund, account)."""
    if not event.cash:
        return set()
    sides = {(to_fund or fund, debit) for debit, _ in event.lines} | {(fund, credit) for _, credit in event.lines}
    return {(of, account) for of, account in sides if account in CASH}


def refuse_booked(conn: psycopg.Connection, area: str, moved: Collection[tuple[str, str]], reference: str) -> None:
    """Refuse a slip that has moved one of these bank accounts of an area: ``reference_booked``."""
    funds, accounts = [fund for fund, _ in moved], [account for _, account in moved]
    row = conn.execute(HELD, [funds, accounts, area, reference]).fetchone()
    if row is None:
        return
    fund, account, kind, number, on, event = row
    zh, en = {"remittance": ("上解", "remittance"), "arrival": ("上解到账", "arrival of remittance")}.get(
        kind, ("凭证", "voucher")
    )
    known = events().get(event or "")
    zh, en = f"{zh} {number}", f"{en} {number}"
    if known:
        zh, en = f"{zh}（{known.zh}）", f"{en} ({known.en})"
    raise OfficeRefused(
        "reference_booked",
        f"凭证号“{reference}”在{FUNDS[fund][0]}的{KINDS[account][0]}已由 {on} 的{zh}记账，一张银行凭证只记一次；"
        "那一笔记错的，先冲正或撤销",
        f"{reference} has moved {KINDS[account][1]} of {fund} already, by {en} of {on}; a slip is booked once: "
        "undo that one if it is wrong",
        "reference",
    )


def bank_moves() -> list[tuple[str, str, str]]:
    """Which bank account each event moves on which side, as (event, account, side)."""
    return [
        (event.code, account, side)
        for event in events().values()
        if event.cash
        for line in event.lines
        for side, account in zip(("debit", "credit"), line, strict=True)
        if account in CASH
    ]


def bring_events(conn: psycopg.Connection) -> int:
    """Tell the database which bank accounts each event moves; how many of it are new."""
    insert = "INSERT INTO office.cash_event (event, account, side) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    return sum(conn.execute(insert, row).rowcount for row in bank_moves())
