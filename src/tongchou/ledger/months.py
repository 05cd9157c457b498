"""Closing a month: no entry can be booked into it any more, and what each account had turned over is kept to prove."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg

from .post import BookRefused
from .turnover import MOVED

KEEP = f"""
    INSERT INTO ledger.closing (area, month, account, debited, credited)
    {MOVED} SELECT %(area)s, %(month)s, account, sum(debited), sum(credited) FROM moved GROUP BY account
"""


def next_month(month: date) -> date:
    """The first day of the month after that of a day."""
    if (month.year, month.month) == (date.max.year, date.max.month):
        return date.max
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def last_closed(conn: psycopg.Connection, area: str) -> date | None:
    """The last closed month of an area, by its first day; None where none is closed."""
    row = conn.execute("SELECT max(month) FROM ledger.closed_month WHERE area = %s", [area]).fetchone()
    found: date | None = row[0] if row else None
    return found


def close(conn: psycopg.Connection, area: str, month: date) -> int:
    """Close the month of a day; how many accounts are kept. Refuses one that is closed, or closed out of order.

    The first month closed closes all before it. Waits for entries of the area that are under way, and keeps new ones
    waiting until the transaction ends.
    """
    first = month.replace(day=1)
    conn.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.month'), hashtext(%s))", [area])
    last = last_closed(conn, area)
    if last is not None and first <= last:
        raise BookRefused("month_closed", f"{first:%Y-%m} of area {area} is closed")
    if last is not None and first != next_month(last):
        raise BookRefused("months_out_of_order", f"{next_month(last):%Y-%m} of area {area} is open; close it first")
    conn.execute("INSERT INTO ledger.closed_month (area, month) VALUES (%s, %s)", [area, first])
    since, until = (next_month(last) if last else date.min), next_month(first) - timedelta(days=1)
    days = {"since": since, "until": until, "closed": last}
    return conn.execute(KEEP, {"area": area, "month": first, **days}).rowcount
