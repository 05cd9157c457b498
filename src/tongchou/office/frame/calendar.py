"""The office's calendar: what day it is where business is done."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import psycopg

ZONE = ZoneInfo("Asia/Shanghai")
"""The calendar of the office; the database's clock runs in UTC."""


def clock(conn: psycopg.Connection) -> datetime:
    """This moment by the database's clock."""
    row = conn.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


def today(conn: psycopg.Connection) -> date:
    """The day of the office: that of the database's clock in China, or the one on which a demo lives.

    What is recorded bears the moment of the clock in a demo too; only "today" stays.
    """
    row = conn.execute("SELECT (SELECT day FROM office.living_on), clock_timestamp()").fetchone()
    assert row is not None
    found: date = row[0] or row[1].astimezone(ZONE).date()
    return found


def live_on(conn: psycopg.Connection, day: date) -> None:
    """Let a demo live on a day; the database refuses it to an office in which people really work."""
    conn.execute("INSERT INTO office.living_on (day) VALUES (%s)", [day])
