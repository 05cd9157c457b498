"""What accounts have turned over and hold: summed from lines and closed months, never kept beside, so no row is hot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import psycopg

from .months import next_month
from .turnover import MOVED

LAST = date.max - timedelta(days=1)
"""The last day that has one after it."""
CLOSED = """
    SELECT max(m.month) FROM ledger.closed_month m
    WHERE m.area = %(area)s AND (m.month + interval '1 month')::date <= %(until)s::date + 1
"""
TURNOVER = f"""
    {MOVED}
    SELECT a.fund, a.code, a.book, a.kind, coalesce(sum(m.debited), 0)::bigint, coalesce(sum(m.credited), 0)::bigint
    FROM ledger.account a LEFT JOIN moved m ON m.account = a.id
    GROUP BY a.id ORDER BY a.fund, a.id
"""


@dataclass(frozen=True)
class Balance:
    """An account over some days: fen debited and credited; ``balance`` is debit less credit."""

    fund: str
    code: str
    book: str
    kind: str
    debited: int
    credited: int

    @property
    def balance(self) -> int:
        """Debited less credited, in fen."""
        return self.debited - self.credited


def balances(conn: psycopg.Connection, area: str, until: date, since: date = date.min) -> list[Balance]:
    """Every account of an area over days, both included, in order of funds and the chart."""
    closed = _closed(conn, area, until)
    if closed is None or closed < since.replace(day=1):
        return _turned(conn, area, since, until)
    held = _turned(conn, area, next_month(closed), until, closed)
    if since == date.min:
        return held
    before = balances(conn, area, since - timedelta(days=1))
    return [
        replace(h, debited=h.debited - b.debited, credited=h.credited - b.credited)
        for h, b in zip(held, before, strict=True)
    ]


def _closed(conn: psycopg.Connection, area: str, until: date) -> date | None:
    """The last closed month of an area that ends by a day."""
    row = conn.execute(CLOSED, {"area": area, "until": min(until, LAST)}).fetchone()
    found: date | None = row[0] if row else None
    return found


def _turned(conn: psycopg.Connection, area: str, since: date, until: date, closed: date | None = None) -> list[Balance]:
    """Lines over days, and what a closed month had kept before them."""
    rows = conn.execute(TURNOVER, {"area": area, "since": since, "until": until, "closed": closed}).fetchall()
    return [Balance(*row) for row in rows]


def daily(
    conn: psycopg.Connection, area: str, fund: str, code: str, since: date, until: date
) -> list[tuple[date, int]]:
    """(day, balance at its end) of an account for each day on which it moved."""
    opening = next(b.balance for b in balances(conn, area, since) if (b.fund, b.code) == (fund, code))
    rows = conn.execute(
        "SELECT t.booked_on, sum(t.debited - t.credited)::bigint "
        "FROM ledger.account a JOIN ledger.turnover t ON t.account = a.id "
        "WHERE a.fund = %s AND a.code = %s AND t.area = %s AND t.booked_on > %s AND t.booked_on <= %s "
        "GROUP BY 1 ORDER BY 1",
        [fund, code, area, since, until],
    ).fetchall()
    found, held = [(since, opening)], opening
    for day, moved in rows:
        held += moved
        found.append((day, held))
    return found
