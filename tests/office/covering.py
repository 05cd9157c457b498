"""Money and debts that a test's voucher draws on, booked before it; what they moved is left out of ``held``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg

from tests.office.conftest import Staff
from tongchou.ledger.held import held_from
from tongchou.money.fen import format_fen
from tongchou.office.books.draws import Draw
from tongchou.office.frame.operation import decide, run

NOTE = "cover"
FILLS = {
    "special_account": "opening",
    "expenditure_account": "funded",
    "treasury_in_transit": "collected",
    "held": "collected",
    "payable": "care_owed",
    "care_due": "care_owed",
    "owed_by_party": "recoverable",
    "claims_on_party": "recoverable",
}
"""Account → the event that fills it. What is held for others (deposits, reserves, prepayments) a test fills itself."""
LIABILITIES = {"held", "payable", "claims_on_party"}
references = iter(range(10**9))
MOVED = """
    SELECT a.code, sum(CASE WHEN l.debit = a.id THEN l.amount ELSE -l.amount END)::bigint
    FROM office.voucher v JOIN ledger.entry e ON (e.fact_kind, e.fact_id) = ('voucher', v.id::text)
    JOIN ledger.line l ON l.entry = e.id JOIN ledger.account a ON a.id IN (l.debit, l.credit)
    WHERE v.note = %s AND e.area = %s AND a.fund = %s GROUP BY a.code
"""


def cover(
    office: psycopg.Connection, who: Staff, draws: Iterable[Draw], area: str, on: str, fen: int, insured: bool = False
) -> None:
    """Book what is short of the draws on a day, by the clerk and the reviewer."""
    for draw in draws:
        name = (draw.fund, draw.account)
        if draw.account not in FILLS:
            continue
        sign = -1 if draw.account in LIABILITIES else 1
        days = held_from(office, area, [name], date.fromisoformat(on), draw.party)[name]
        short = fen - min(sign * sum_ for _, sum_ in days)
        if short <= 0:
            continue
        event = "insured_care_owed" if insured and draw.party is not None else FILLS[draw.account]
        if event == "funded":
            cover(office, who, [Draw(draw.fund, "special_account")], area, on, short)
        given: dict[str, Any] = {"area": area, "fund": draw.fund, "on": on, "amount": format_fen(short), "note": NOTE,
                                 "reference": f"C{next(references)}"}  # fmt: skip
        given |= {"party": draw.party} if draw.party is not None else {}
        asked = run(office, who.clerk, f"books.{event}", given)
        decide(office, who.reviewer, asked["command"], "approved")


def covered(office: psycopg.Connection, area: str, fund: str) -> dict[str, int]:
    """Account → what covering moved there (debit less credit)."""
    return {str(code): int(sum_) for code, sum_ in office.execute(MOVED, [NOTE, area, fund]).fetchall()}
