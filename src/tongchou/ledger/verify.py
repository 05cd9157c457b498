"""Proving the books: what constraints keep is looked at once more, line by line, and the first fault is named.

A constraint holds against whoever uses the database; it does not hold against whoever switches it off. So everything is
asked again of what stands there: entries and lines belong together, both sides lie in one book and in funds that the
law links on the day, reversals are mirrors, closed months hold what they held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg.rows import dict_row


@dataclass(frozen=True)
class Fault:
    """A fault of the books: its code, and where."""

    code: str
    where: str


GUARDS = [
    "entry.append_only", "entry.never_emptied", "entry.closed_month", "entry.complete", "line.append_only",
    "line.never_emptied", "line.linked", "line.own_entry", "closing.append_only", "closing.never_emptied",
    "closed_month.append_only", "closed_month.never_emptied", "fund_link_period.only_ends",
    "fund_link_period.never_emptied", "fund_link.append_only", "entry_pkey", "entry_reverses_key",
    "entry_of_fact", "line_pkey", "closing_pkey", "fund_link_pkey", "account_pkey",
]
"""The triggers and unique indexes that keep the books; what follows leans on them."""
CHECKS: dict[str, str] = {
    "guard_missing": f"""
        SELECT format('%s is gone or switched off', g) FROM unnest(ARRAY{list(GUARDS)!r}) AS g
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'ledger' AND c.relname || '.' || t.tgname = g AND t.tgenabled = 'O'
        ) AND NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'ledger' AND c.relname = g AND i.indisunique AND i.indisvalid
        )
        UNION ALL
        SELECT format('%s of %s is switched off', t.tgname, t.tgrelid::regclass) FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('ledger', 'office') AND t.tgenabled <> 'O'
        ORDER BY 1 LIMIT 1""",
    "line_without_entry": """
        SELECT format('line %s of entry %s, %s', l.place, l.entry, l.booked_on) FROM ledger.line l
        LEFT JOIN ledger.entry e ON e.id = l.entry AND e.booked_on = l.booked_on WHERE e.id IS NULL
        ORDER BY l.entry, l.place LIMIT 1""",
    "entry_without_lines": """
        SELECT format('entry %s', e.id) FROM ledger.entry e
        WHERE NOT EXISTS (SELECT FROM ledger.line l WHERE l.entry = e.id AND l.booked_on = e.booked_on)
        ORDER BY e.id LIMIT 1""",
    "line_missing": """
        SELECT format('entry %s: %s lines, the last is number %s', entry, count(*), max(place)) FROM ledger.line
        WHERE entry IN (SELECT entry FROM ledger.line WHERE place > 1)
        GROUP BY entry HAVING count(*) <> max(place) ORDER BY entry LIMIT 1""",
    "amount_not_positive": """
        SELECT format('line %s of entry %s: %s', place, entry, amount) FROM ledger.line
        WHERE amount <= 0 OR debit = credit ORDER BY entry, place LIMIT 1""",
    "books_mixed": """
        SELECT format('line %s of entry %s', l.place, l.entry) FROM ledger.line l
        LEFT JOIN ledger.account d ON (d.id, d.fund, d.book) = (l.debit, l.debit_fund, l.book)
        LEFT JOIN ledger.account c ON (c.id, c.fund, c.book) = (l.credit, l.credit_fund, l.book)
        WHERE d.id IS NULL OR c.id IS NULL ORDER BY l.entry, l.place LIMIT 1""",
    "funds_not_linked": """
        SELECT format('line %s of entry %s: %s to %s', l.place, l.entry, l.credit_fund, l.debit_fund)
        FROM ledger.line l JOIN ledger.entry e ON e.id = l.entry
        WHERE l.debit_fund <> l.credit_fund AND e.reverses IS NULL AND NOT EXISTS (
            SELECT FROM ledger.fund_link_period p WHERE p.from_fund = l.credit_fund AND p.to_fund = l.debit_fund
            AND p.area = e.area AND p.in_force @> l.booked_on AND p.counts_from <= e.made_at)
        ORDER BY l.entry, l.place LIMIT 1""",
    "not_a_mirror": """
        SELECT format('entry %s does not undo entry %s', e.id, e.reverses) FROM ledger.entry e
        LEFT JOIN ledger.entry o ON o.id = e.reverses
        WHERE e.reverses IS NOT NULL AND (
            (e.area, e.event, e.fact_kind, e.fact_id) IS DISTINCT FROM (o.area, o.event, o.fact_kind, o.fact_id)
            OR o.reverses IS NOT NULL OR o.booked_on > e.booked_on
            OR EXISTS (SELECT place, debit, credit, amount, party FROM ledger.line WHERE entry = e.id
                    EXCEPT ALL SELECT place, credit, debit, amount, party FROM ledger.line WHERE entry = e.reverses)
            OR EXISTS (SELECT place, credit, debit, amount, party FROM ledger.line WHERE entry = e.reverses
                    EXCEPT ALL SELECT place, debit, credit, amount, party FROM ledger.line WHERE entry = e.id))
        ORDER BY e.id LIMIT 1""",
    "closed_month_changed": """
        WITH held AS (
            SELECT m.area, m.month, t.account, sum(t.debited) AS debited, sum(t.credited) AS credited
            FROM ledger.closed_month m JOIN ledger.turnover t
              ON t.area = m.area AND t.booked_on < (m.month + interval '1 month')::date
            GROUP BY m.area, m.month, t.account
        )
        SELECT format('account %s of area %s, %s: %s / %s kept, %s / %s now',
                      coalesce(h.account, c.account), coalesce(h.area, c.area), coalesce(h.month, c.month),
                      c.debited, c.credited, h.debited, h.credited)
        FROM held h FULL JOIN ledger.closing c ON (c.area, c.month, c.account) = (h.area, h.month, h.account)
        WHERE (c.debited, c.credited) IS DISTINCT FROM (h.debited::bigint, h.credited::bigint)
        ORDER BY coalesce(h.month, c.month), 1 LIMIT 1""",
}
"""Code → a query that gives the first such fault in words, or nothing."""


SIEVE = """
    SELECT count(*) FILTER (WHERE e.id IS NULL) AS line_without_entry,
           (SELECT count(*) FROM ledger.entry) - count(*) FILTER (WHERE l.place = 1) AS entry_without_lines,
           count(*) FILTER (WHERE l.place > 1) AS line_missing,
           count(*) FILTER (WHERE l.amount <= 0 OR l.debit = l.credit) AS amount_not_positive,
           count(*) FILTER (WHERE d.id IS NULL OR c.id IS NULL) AS books_mixed,
           count(*) FILTER (WHERE l.debit_fund <> l.credit_fund) AS funds_not_linked,
           (SELECT count(*) FROM ledger.closed_month) + (SELECT count(*) FROM ledger.closing) AS closed_month_changed
    FROM ledger.line l
    LEFT JOIN ledger.entry e ON e.id = l.entry AND e.booked_on = l.booked_on
    LEFT JOIN ledger.account d ON (d.id, d.fund, d.book) = (l.debit, l.debit_fund, l.book)
    LEFT JOIN ledger.account c ON (c.id, c.fund, c.book) = (l.credit, l.credit_fund, l.book)
"""
"""One pass over everything: what it counts as 0 cannot hold a fault, so that the check that would name it is passed
over. A line 1 for each entry and no line without one mean that no entry is without lines; only entries of several
lines can lack one; only lines between two funds need a link."""


def read_all(conn: psycopg.Connection) -> None:
    """Tell the planner, for this transaction, that queries read everything.

    Looking for the first fault where there is none, it would rather walk along an index row by row.
    """
    for setting, value in (("enable_nestloop", "off"), ("work_mem", "256MB"), ("jit", "off")):
        conn.execute("SELECT set_config(%s, %s, true)", [setting, value])


def verify(conn: psycopg.Connection, tell: Callable[[str], None] = lambda code: None) -> Fault | None:
    """The first fault of the books, or None; ``tell`` hears the name of each check as it begins."""
    read_all(conn)
    suspected: dict[str, int] = {}
    for code, query in CHECKS.items():
        tell(code)
        if suspected.get(code) == 0:
            continue
        row = conn.execute(query).fetchone()
        if row is not None:
            return Fault(code, str(row[0]))
        if code == "guard_missing":
            suspected = _sieved(conn)
    return None


def _sieved(conn: psycopg.Connection) -> dict[str, int]:
    """Code → how many rows could hold such a fault."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(SIEVE).fetchone()
    assert found is not None
    return found
