"""What accounts of an area turned over, as one query: what is closed is read, the rest summed from lines."""

MOVED = """
    -- Lines are summed by their pair of accounts before they are laid on each account.
    WITH pairs AS (
        SELECT l.debit, l.credit, sum(l.amount) AS amount
        FROM ledger.line l JOIN ledger.entry e ON e.id = l.entry
        WHERE e.area = %(area)s AND e.booked_on BETWEEN %(since)s AND %(until)s
          AND l.booked_on BETWEEN %(since)s AND %(until)s
        GROUP BY l.debit, l.credit
    ), moved AS (
        SELECT debit AS account, amount AS debited, 0 AS credited FROM pairs
        UNION ALL SELECT credit, 0, amount FROM pairs
        UNION ALL SELECT c.account, c.debited, c.credited FROM ledger.closing c
        WHERE (c.area, c.month) = (%(area)s, %(closed)s)
    )
"""
"""``moved`` (account, debited, credited) of ``area`` from ``since`` to ``until``, and up to the month ``closed``."""
