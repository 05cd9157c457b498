"""Proving running totals: every change stands on its command and record, every reversal mirrors, none is below 0."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from tongchou.ledger.verify import Fault, read_all

UNDECIDED = """
    SELECT format('change %s', t.id) FROM office.total_change t
    LEFT JOIN office.command c ON c.id = t.command
     AND (c.operation = ANY ('{totals.import,totals.open}') AND t.source = 'opening'
          OR c.operation = ANY ('{totals.correct,totals.undo}') AND t.source = 'correction')
    LEFT JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved' AND d.decided_by <> c.asked_by
    WHERE d.command IS NULL OR t.recorded_by <> c.asked_by ORDER BY t.id LIMIT 1
"""
MIRRORS = """
    SELECT format('change %s', t.id) FROM office.total_change t
    LEFT JOIN office.total_change o ON (o.id, o.year) = (t.reverses, t.year) AND o.reverses IS NULL
     AND (o.person, o.scheme, o.area, o.name, -o.amount, o.on_day)
         = (t.person, t.scheme, t.area, t.name, t.amount, t.on_day) AND o.recorded_at < t.recorded_at
    WHERE t.reverses IS NOT NULL AND (o.id IS NULL
          OR EXISTS (SELECT FROM office.total_change u
                     WHERE (u.reverses, u.year) = (t.reverses, t.year) AND u.id <> t.id))
    ORDER BY t.id LIMIT 1
"""
BELOW = """
    SELECT format('%s of person %s in %s, %s %s', name, person, year, area, scheme) FROM office.total_change
    GROUP BY person, year, area, scheme, name HAVING sum(amount) < 0 ORDER BY 1 LIMIT 1
"""
DIFFERS = """
    -- What was done by hand is what the sealed record of its approval answered, change by change.
    WITH said AS (
        SELECT (r.content ->> 'command')::bigint AS command, (a ->> 'change')::bigint AS id, a ->> 'total' AS name,
               round((a ->> 'amount')::numeric * CASE a ->> 'total' WHEN 'admissions' THEN 1 ELSE 100 END) AS amount,
               (a ->> 'person')::bigint AS person, (r.content -> 'answer' ->> 'year')::int AS year,
               r.content -> 'answer' ->> 'scheme' AS scheme, r.content -> 'answer' ->> 'pooling_area' AS area
        FROM office.record r, jsonb_array_elements(r.content -> 'answer' -> 'changes') a
        WHERE r.operation = ANY ('{totals.open.approved,totals.correct.approved,totals.undo.approved}')
    ), kept AS (
        SELECT t.* FROM office.total_change t JOIN office.command c ON c.id = t.command
        WHERE c.operation = ANY ('{totals.open,totals.correct,totals.undo}')
    )
    SELECT format('change %s', coalesce(k.id, s.id)) FROM kept k FULL JOIN said s ON s.id = k.id
    WHERE (k.command, k.person, k.name, k.amount, k.year, k.scheme, k.area)
          IS DISTINCT FROM (s.command, s.person, s.name, s.amount, s.year, s.scheme, s.area)
    ORDER BY coalesce(k.id, s.id) LIMIT 1
"""
SHEETS = """
    -- What came by a sheet is as many rows of as much money as the records of its parts say.
    WITH said AS (
        SELECT (r.content ->> 'command')::bigint AS command, sum((r.content ->> 'accepted')::bigint) AS rows,
               sum(coalesce((r.content ->> 'fen')::bigint, 0)) AS fen
        FROM office.record r WHERE r.operation = 'totals.import' GROUP BY 1
    ), kept AS (
        SELECT t.command, count(*) AS rows, coalesce(sum(t.amount) FILTER (WHERE t.name <> 'admissions'), 0) AS fen
        FROM office.total_change t JOIN office.command c ON c.id = t.command AND c.operation = 'totals.import'
        GROUP BY 1
    )
    SELECT format('command %s', coalesce(k.command, s.command)) FROM kept k FULL JOIN said s ON s.command = k.command
    WHERE (coalesce(k.rows, 0), coalesce(k.fen, 0)) IS DISTINCT FROM (coalesce(s.rows, 0), coalesce(s.fen, 0))
    ORDER BY 1 LIMIT 1
"""
CHECKS = {
    "total_undecided": (UNDECIDED,),
    "total_not_mirrored": (MIRRORS,),
    "total_below_zero": (BELOW,),
    "total_differs": (DIFFERS, SHEETS),
}
"""Code → queries, each of which gives the first such fault in words, or nothing."""


def verify_totals(conn: psycopg.Connection, tell: Callable[[str], None] = lambda code: None) -> Fault | None:
    """The first change of a total that does not stand, or None."""
    read_all(conn)
    for code, queries in CHECKS.items():
        tell(code)
        for query in queries:
            row = conn.execute(query.encode()).fetchone()
            if row is not None:
                return Fault(code, str(row[0]))
    return None
