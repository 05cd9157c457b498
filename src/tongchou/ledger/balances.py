"""What accounts have turned over and hold: always summed from lines, never kept beside them, so no row is hot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

TURNOVER = """
    SELECT a.fund, a.code, a.book, a.kind, coalesce(sum(t.debited), 0)::bigint, coalesce(sum(t.credited), 0)::bigint
    FROM ledger.account a
    LEFT JOIN ledger.turnover t
        ON t.account = a.id AND t.area = %(area)s AND t.booked_on BETWEEN %(since)s AND %(until)s
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
    rows = conn.execute(TURNOVER, {"area": area, "since": since, "until": until}).fetchall()
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
