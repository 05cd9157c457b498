"""What accounts hold from a day on: at its end and at that of each later day on which they moved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import psycopg

from .months import last_closed, next_month
from .post import accounts

KEPT = "SELECT account, debited - credited FROM ledger.closing WHERE (area, month) = (%s, %s) AND account = ANY(%s)"
MOVES = """
    SELECT l.debit, l.credit, greatest(l.booked_on, %(on)s) AS day, sum(l.amount)::bigint
    FROM ledger.line l JOIN ledger.entry e ON e.id = l.entry
    WHERE (l.debit = ANY(%(ids)s) OR l.credit = ANY(%(ids)s)) AND e.area = %(area)s
      AND l.booked_on >= %(since)s AND e.booked_on >= %(since)s {whose}
    GROUP BY 1, 2, 3
"""


def held_from(
    conn: psycopg.Connection, area: str, names: Collection[tuple[str, str]], on: date, party: str | None = None
) -> dict[tuple[str, str], list[tuple[date, int]]]:
    """Account (fund, code) → (day, debit less credit at its end), of ``on`` and each later day on which it moved.

    What closed months kept is read where ``on`` lies behind them; it is kept by account, so that what is held of one
    ``party`` is summed from every line.
    """
    known = accounts(conn, names)
    ids = {known[name].id: name for name in names}
    held, since = dict.fromkeys(names, 0), date.min
    closed = None if party is not None else last_closed(conn, area)
    if closed and next_month(closed) <= on:
        since = next_month(closed)
        for number, sum_ in conn.execute(KEPT, [area, closed, [*ids]]).fetchall():
            held[ids[number]] += sum_
    query = MOVES.format(whose="" if party is None else "AND l.party = %(party)s")
    given = {"on": on, "ids": [*ids], "area": area, "since": since, "party": party}
    moved: dict[tuple[str, str], dict[date, int]] = {name: {on: 0} for name in names}
    for debit, credit, day, sum_ in conn.execute(query, given).fetchall():
        for number, signed in ((debit, sum_), (credit, -sum_)):
            if number in ids:
                of = moved[ids[number]]
                of[day] = of.get(day, 0) + signed
    return {name: _running(held[name], of) for name, of in moved.items()}


def _running(held: int, moves: dict[date, int]) -> list[tuple[date, int]]:
    found = []
    for day in sorted(moves):
        held += moves[day]
        found.append((day, held))
    return found
