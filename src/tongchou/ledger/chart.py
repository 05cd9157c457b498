"""The chart of accounts as data: funds kept apart, each with the same accounts of both books (``chart.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import yaml

FILE = Path(__file__).parent / "chart.yaml"
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
"""A moment before every entry."""


def read_chart(file: Path = FILE) -> dict[str, Any]:
    """Funds and accounts by code. Raises ValueError for an unknown key."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    for name, keys in (("funds", {"zh", "en"}), ("accounts", {"book", "kind", "zh", "en"})):
        for code, entry in found[name].items():
            if set(entry) - keys - {"only"} or keys - set(entry):
                raise ValueError(f"chart: {name}.{code}: expected the keys {', '.join(sorted(keys))}; found {entry}")
    return found


def open_chart(conn: psycopg.Connection, chart: Mapping[str, Any] | None = None) -> int:
    """Bring funds and accounts of the chart into the database; how many accounts are new. Nothing is taken away."""
    chart = read_chart() if chart is None else chart
    made = 0
    for fund, told in chart["funds"].items():
        conn.execute(
            "INSERT INTO ledger.fund (code, zh, en) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [fund, told["zh"], told["en"]],
        )
        conn.execute(
            "INSERT INTO ledger.fund_link (from_fund, to_fund, clause) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [fund, fund, "itself"],
        )
        for code, account in chart["accounts"].items():
            if fund in account.get("only", [fund]):
                made += conn.execute(
                    "INSERT INTO ledger.account (fund, book, code, kind, zh, en) VALUES (%s, %s, %s, %s, %s, %s) "
                    "ON CONFLICT DO NOTHING",
                    [fund, account["book"], code, account["kind"], account["zh"], account["en"]],
                ).rowcount
    return made


def link(
    conn: psycopg.Connection,
    pair: tuple[str, str],
    areas: Sequence[str],
    since: date,
    clause: str,
    until: date | None = None,
    counts_from: datetime = ALWAYS,
) -> int:
    """Let one fund pass money to another in some areas from a day on, by a clause of law data; how many are new.

    ``until`` is the first day on which it may no longer; ``counts_from`` the moment before which nothing passes by it.
    A period that stands is never taken away: entries rest on it; ``unlink`` ends it.
    """
    for way in (pair, pair[::-1]):  # the other way round for reversals; only the periods let money pass
        conn.execute(
            "INSERT INTO ledger.fund_link (from_fund, to_fund, clause) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [*way, clause],
        )
    for area in areas if until is not None else ():
        # A period that stood open and has an end now is that period, ended.
        conn.execute(
            "UPDATE ledger.fund_link_period SET in_force = daterange(%s, %s) WHERE (from_fund, to_fund, area) "
            "= (%s, %s, %s) AND lower(in_force) = %s AND upper_inf(in_force) AND clause = %s",
            [since, until, *pair, area, since, clause],
        )
    return sum(
        conn.execute(
            "INSERT INTO ledger.fund_link_period (from_fund, to_fund, area, in_force, clause, counts_from) "
            "SELECT p.*, %s FROM (VALUES (%s, %s, %s, daterange(%s, %s), %s)) AS p (one, other, area, days, clause) "
            # What lets money pass already, no later, is not written again.
            "WHERE NOT EXISTS (SELECT FROM ledger.fund_link_period q WHERE q.counts_from <= %s AND "
            "(q.from_fund, q.to_fund, q.area, q.in_force) = (p.one, p.other, p.area, p.days)) ON CONFLICT DO NOTHING",
            [counts_from, *pair, area, since, until, clause, counts_from],
        ).rowcount
        for area in areas
    )


def unlink(conn: psycopg.Connection, pair: tuple[str, str], area: str, on: date) -> int:
    """End the periods of a pair in an area on a day (the first on which no money may pass); how many ended."""
    return conn.execute(
        "UPDATE ledger.fund_link_period SET in_force = daterange(lower(in_force), %s) "
        "WHERE (from_fund, to_fund, area) = (%s, %s, %s) AND in_force @> %s AND lower(in_force) < %s",
        [on, *pair, area, on, on],
    ).rowcount
