"""One bank slip moves a bank account once: vouchers of any event, money sent upward and its arrival alike.

The database keeps it (``office.slip``, a unique index); here it is said before, with what holds the slip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import psycopg

from tongchou.ledger.verify import Fault, read_all

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
MOVES = """
    WITH moves AS (
        -- Which bank accounts a voucher moves, and whether of the fund that its money goes to.
        SELECT * FROM unnest(%(event)s::text[], %(account)s::text[], %(onward)s::bool[]) AS m (event, account, onward)
    )"""
SIEVE = f"""{MOVES}
    SELECT count(*) FILTER (WHERE m.event IS NULL OR v.area <> s.area OR v.reference <> s.reference
                            OR (s.stands = 'undone') <> (u.voucher IS NOT NULL)),
           count(*) - (SELECT coalesce(sum(k.vouchers * x.accounts), 0) FROM (SELECT event, count(*) AS vouchers
                       FROM office.voucher WHERE reference <> '' GROUP BY event) k
                       JOIN (SELECT event, count(*) AS accounts FROM moves GROUP BY event) x USING (event))
    FROM office.slip s
    LEFT JOIN office.voucher v ON v.id = s.fact
    LEFT JOIN office.voucher_undone u ON u.voucher = v.id
    LEFT JOIN moves m ON (m.event, m.account) = (v.event, s.account)
         AND s.fund = CASE WHEN m.onward THEN coalesce(v.to_fund, v.fund) ELSE v.fund END
    WHERE s.fact_kind = 'voucher'
"""
"""One pass over the slips of vouchers. A fact holds a slip on an account once (slip_pkey), so that as many as vouchers
ask for, each like its own, are all of them."""
DIFFERS = f"""{MOVES}, expected AS (
        SELECT 'voucher' AS fact_kind, v.id AS fact, v.area,
               CASE WHEN m.onward THEN coalesce(v.to_fund, v.fund) ELSE v.fund END AS fund, m.account, v.reference,
               u.voucher IS NOT NULL AS undone
        FROM office.voucher v JOIN moves m ON m.event = v.event
        LEFT JOIN office.voucher_undone u ON u.voucher = v.id WHERE %(vouchers)s AND v.reference <> ''
        UNION ALL
        SELECT 'remittance', r.id, r.from_area, r.fund, 'special_account', r.reference, u.remittance IS NOT NULL
        FROM office.remittance r LEFT JOIN office.remittance_undone u ON u.remittance = r.id
        UNION ALL
        SELECT 'arrival', r.id, r.to_area, r.fund, 'special_account', coalesce(a.reference, r.reference),
               u.remittance IS NOT NULL
        FROM office.remittance_arrival a JOIN office.remittance r ON r.id = a.remittance
        LEFT JOIN office.remittance_undone u ON u.remittance = r.id
    )
    SELECT format('%%s %%s', coalesce(x.fact_kind, s.fact_kind), coalesce(x.fact, s.fact))
    FROM expected x
    FULL JOIN (SELECT * FROM office.slip WHERE %(vouchers)s OR fact_kind <> 'voucher') s
        USING (fact_kind, fact, area, fund, account)
    WHERE (x.reference, x.undone) IS DISTINCT FROM (s.reference, s.stands = 'undone') ORDER BY 1 LIMIT 1
"""
INDEXES = """
    SELECT name FROM unnest(ARRAY['slip_pkey', 'slip_once']) AS name WHERE NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indexrelid = to_regclass('office.' || name) AND i.indisunique AND i.indisvalid)
"""
"""Of the indexes that keep a slip from being held twice, those that are gone."""


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


def verify_slips(conn: psycopg.Connection, tell: Callable[[str], None] = lambda code: None) -> Fault | None:
    """The first bank slip that the fact that names it does not hold, or that another holds, or None.

    That no two hold one is the unique index, which is looked at (``guard_missing``).
    """
    tell("slip_differs")
    read_all(conn)
    gone = conn.execute(INDEXES).fetchone()
    if gone is not None:
        return Fault("guard_missing", f"{gone[0]} is gone or not valid")
    moves = {(event, account, events()[event].to_fund and side == "debit") for event, account, side in bank_moves()}
    values: dict[str, object] = {
        name: [row[at] for row in sorted(moves)] for at, name in enumerate(("event", "account", "onward"))
    }
    # Vouchers are gone through one by one only where the one pass over their slips did not come out even.
    values["vouchers"] = conn.execute(SIEVE, values).fetchone() != (0, 0)
    row = conn.execute(DIFFERS, values).fetchone()
    return Fault("slip_differs", str(row[0])) if row else None
