"""Every entry from its fact: the books recomputed from vouchers, remittances and transfers, and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from tongchou.ledger.verify import Fault, read_all

from .mapping import events

EXPECTED = """
    -- What each fact ought to have booked: one row a line.
    WITH mapping AS (
        SELECT * FROM unnest(%(event)s::text[], %(place)s::smallint[], %(debit)s::text[], %(credit)s::text[],
            %(insurers)s::bool[]) AS m (event, place, debit, credit, insurers)
    ), expected AS (
        SELECT 'voucher' AS fact_kind, v.id AS fact, v.event, v.area, v.on_day, m.place,
               coalesce(v.to_fund, v.fund) AS debit_fund, m.debit, v.fund AS credit_fund, m.credit, v.amount,
               CASE WHEN m.insurers THEN coalesce(v.of_party, v.party) ELSE v.party END AS party
        FROM office.voucher v JOIN mapping m ON m.event = v.event
        UNION ALL
        SELECT 'remittance', r.id, 'remittance_sent', r.from_area, r.sent_on, 1, r.fund, 'in_transit', r.fund,
               'special_account', r.amount, '' FROM office.remittance r
        UNION ALL
        SELECT 'remittance', r.id, 'remittance_spent', r.from_area, a.arrived_on, 1, r.fund, 'remittance_spending',
               r.fund, 'in_transit', r.amount, ''
        FROM office.remittance r JOIN office.remittance_arrival a ON a.remittance = r.id
        UNION ALL
        SELECT 'remittance', r.id, 'remittance_received', r.to_area, a.arrived_on, 1, r.fund, 'special_account',
               r.fund, 'remitted_income', r.amount, ''
        FROM office.remittance r JOIN office.remittance_arrival a ON a.remittance = r.id
        UNION ALL
        SELECT 'transfer', t.id, 'transfer_' || t.direction, t.area, t.on_day, 1, 'personal_accounts',
               CASE t.direction WHEN 'out' THEN 'transfer_spending' ELSE 'special_account' END, 'personal_accounts',
               CASE t.direction WHEN 'out' THEN 'expenditure_account' ELSE 'transfer_income' END, t.sum_fen,
               NULL
        FROM office.transfer t WHERE t.sum_fen > 0
    ), booked AS (
        SELECT e.fact_kind, e.fact_id AS fact, e.event, e.area, l.booked_on AS on_day, l.place,
               l.debit_fund, d.code AS debit, l.credit_fund, c.code AS credit, l.amount, l.party
        FROM ledger.entry e
        JOIN ledger.line l ON l.entry = e.id
        JOIN ledger.account d ON d.id = l.debit
        JOIN ledger.account c ON c.id = l.credit
        WHERE e.reverses IS NULL AND e.fact_kind = ANY(%(kinds)s)
    )
    SELECT format('%%s %%s, %%s line %%s: the fact says %%s, the books %%s', coalesce(x.fact_kind, b.fact_kind),
                  coalesce(x.fact::text, b.fact), coalesce(x.event, b.event), coalesce(x.place, b.place),
                  coalesce(x.amount::text, 'nothing'), coalesce(b.amount::text, 'nothing'))
    FROM (SELECT * FROM expected WHERE fact_kind = ANY(%(kinds)s)) x FULL JOIN booked b
      ON (b.fact_kind, b.fact, b.event, b.place) = (x.fact_kind, x.fact::text, x.event, x.place)
    WHERE (x.area, x.on_day, x.debit_fund, x.debit, x.credit_fund, x.credit, x.amount)
        IS DISTINCT FROM (b.area, b.on_day, b.debit_fund, b.debit, b.credit_fund, b.credit, b.amount)
       OR x.party <> b.party
    ORDER BY coalesce(x.fact_kind, b.fact_kind), coalesce(x.fact::text, b.fact) LIMIT 1
"""
UNKNOWN = """
    SELECT format('entry %%s rests on %%s %%s', id, fact_kind, fact_id) FROM ledger.entry
    WHERE fact_kind NOT IN ('voucher', 'remittance', 'transfer')
       OR fact_kind = ANY(%(kinds)s) AND fact_id !~ '^[0-9]{1,18}$' ORDER BY id LIMIT 1
"""
UNDONE = """
    WITH undone AS (
        SELECT 'voucher' AS fact_kind, u.voucher::text AS fact_id, v.event, v.area, u.on_day
        FROM office.voucher_undone u JOIN office.voucher v ON v.id = u.voucher
        UNION ALL
        SELECT 'remittance', r.id::text, x.event, x.area, u.on_day
        FROM office.remittance_undone u JOIN office.remittance r ON r.id = u.remittance
        LEFT JOIN office.remittance_arrival a ON a.remittance = r.id
        CROSS JOIN LATERAL (VALUES ('remittance_sent', r.from_area, true),
            ('remittance_spent', r.from_area, a.remittance IS NOT NULL),
            ('remittance_received', r.to_area, a.remittance IS NOT NULL)) AS x (event, area, booked)
        WHERE x.booked
        UNION ALL
        SELECT 'transfer', t.id::text, 'transfer_' || t.direction, t.area, NULL FROM office.transfer t
        WHERE t.recorded_to <> 'infinity' AND t.sum_fen > 0
    ), reversed AS (
        SELECT o.fact_kind, o.fact_id, o.event, e.area, e.booked_on AS on_day
        FROM ledger.entry e JOIN ledger.entry o ON o.id = e.reverses WHERE e.reverses IS NOT NULL
    )
    SELECT format('%%s %%s', coalesce(u.fact_kind, r.fact_kind), coalesce(u.fact_id, r.fact_id))
    FROM undone u FULL JOIN reversed r USING (fact_kind, fact_id, event, area)
    WHERE u.fact_id IS NULL OR r.fact_id IS NULL OR u.on_day <> r.on_day ORDER BY 1 LIMIT 1
"""
UNDECIDED = """
    -- Every voucher by hand is what one person asked and another approved; nobody decided his own command.
    SELECT * FROM (
        SELECT format('voucher %%s', v.id) FROM office.voucher v
        LEFT JOIN office.command c ON c.id = v.command AND c.operation = 'books.' || v.event AND c.area = v.area
        LEFT JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
        WHERE d.command IS NULL OR c.asked_by <> v.made_by OR c.arguments ->> 'fund' <> v.fund
           OR round((c.arguments ->> 'amount')::numeric * 100) <> v.amount OR c.arguments ->> 'on' <> v.on_day::text
           OR coalesce(c.arguments ->> 'party', '') <> v.party
           OR coalesce(c.arguments ->> 'reference', '') <> v.reference
           OR coalesce(nullif(c.arguments ->> 'insurer', ''), v.of_party, '') <> coalesce(v.of_party, '')
        UNION ALL
        SELECT format('remittance %%s', r.id) FROM office.remittance r
        LEFT JOIN office.command c ON c.id = r.command AND c.operation = 'remittance.send' AND c.area = r.from_area
        LEFT JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
        WHERE d.command IS NULL OR c.asked_by <> r.sent_by OR c.arguments ->> 'fund' <> r.fund
           OR round((c.arguments ->> 'amount')::numeric * 100) <> r.amount OR c.arguments ->> 'on' <> r.sent_on::text
           OR c.arguments ->> 'reference' <> r.reference
        UNION ALL
        SELECT format('undoing of remittance %%s', u.remittance) FROM office.remittance_undone u
        LEFT JOIN office.command c ON c.id = u.command AND c.operation = 'remittance.undo'
             AND c.arguments ->> 'remittance' = u.remittance::text
        LEFT JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
        WHERE d.command IS NULL OR c.asked_by <> u.undone_by
        UNION ALL
        SELECT format('undoing of voucher %%s', u.voucher) FROM office.voucher_undone u
        LEFT JOIN office.command c ON c.id = u.command AND c.operation = 'books.undo'
             AND c.arguments ->> 'voucher' = u.voucher::text
        LEFT JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
        WHERE d.command IS NULL OR c.asked_by <> u.undone_by
        UNION ALL
        SELECT format('command %%s decided by %%s', c.id, d.decided_by)
        FROM office.decision d JOIN office.command c ON c.id = d.command
        WHERE (d.verdict = 'withdrawn') <> (d.decided_by = c.asked_by)
        UNION ALL
        SELECT format('command %%s has no record of being %%s by %%s', c.id, d.verdict, d.decided_by)
        FROM office.decision d JOIN office.command c ON c.id = d.command
        LEFT JOIN office.record r ON r.content ->> 'command' = c.id::text AND r.actor = d.decided_by
             AND r.operation = c.operation || '.' || d.verdict AND r.content -> 'arguments' = c.shown
        WHERE r.id IS NULL
        UNION ALL
        SELECT format('command %%s: what would be done is not what was shown', c.id) FROM office.command c
        CROSS JOIN LATERAL jsonb_each(c.shown) s
        WHERE c.operation || '.' || s.key <> ALL (%(hidden)s) AND s.value IS DISTINCT FROM c.arguments -> s.key
        UNION ALL
        SELECT format('command %%s has no record of being asked for so by %%s', c.id, c.asked_by)
        FROM office.command c LEFT JOIN office.record r ON r.subject = 'command:' || c.id AND r.actor = c.asked_by
             AND r.operation = c.operation || '.asked' AND r.content -> 'arguments' = c.shown
        WHERE r.id IS NULL
        UNION ALL
        SELECT format('law version %%s', v.version) FROM office.law_version v
        LEFT JOIN office.decision d ON d.command = v.command AND d.verdict = 'approved'
        LEFT JOIN office.command c ON c.id = d.command AND c.operation = 'law.adopt'
             AND c.arguments ->> 'version' = v.version
        WHERE c.id IS NULL
    ) AS found (said) ORDER BY 1 LIMIT 1
"""
SIEVE = """
    WITH mapping AS (
        SELECT m.event, m.place, f.code AS fund, t.code AS to_fund, d.id AS debit, c.id AS credit, m.insurers
        FROM unnest(%(event)s::text[], %(place)s::smallint[], %(debit)s::text[], %(credit)s::text[],
            %(insurers)s::bool[]) AS m (event, place, debit, credit, insurers)
        CROSS JOIN ledger.fund f CROSS JOIN ledger.fund t
        JOIN ledger.account d ON (d.fund, d.code) = (t.code, m.debit)
        JOIN ledger.account c ON (c.fund, c.code) = (f.code, m.credit)
    )
    SELECT count(*) FILTER (WHERE v.id IS NULL OR v.event <> e.event OR v.area <> e.area OR v.on_day <> l.booked_on
                            OR v.amount <> l.amount OR m.debit IS DISTINCT FROM l.debit
                            OR l.party <> CASE WHEN m.insurers THEN coalesce(v.of_party, v.party) ELSE v.party END
                            OR m.credit IS DISTINCT FROM l.credit) AS differing,
           count(*) - (SELECT coalesce(sum(k.lines), 0) FROM (SELECT event, count(*) AS vouchers FROM office.voucher
                       GROUP BY event) v JOIN LATERAL (SELECT count(*) * v.vouchers AS lines
                       FROM unnest(%(event)s::text[]) AS x (event) WHERE x.event = v.event) k ON true) AS missing
    FROM ledger.line l
    JOIN ledger.entry e ON e.id = l.entry
    LEFT JOIN office.voucher v ON v.id::text = e.fact_id
    LEFT JOIN mapping m ON (m.event, m.place, m.fund, m.to_fund)
                         = (v.event, l.place, v.fund, coalesce(v.to_fund, v.fund))
    WHERE e.fact_kind = 'voucher' AND e.reverses IS NULL
"""
"""One pass over what vouchers booked. Lines are numbered once (line_pkey) and a fact is booked once (entry_of_fact), so
that as many lines as vouchers ask for, each like its own, are all of them."""
CHECKS = {"entry_without_fact": UNKNOWN, "entry_differs_from_fact": EXPECTED, "reversal_without_fact": UNDONE}
"""Code → a query that gives the first such fault in words, or nothing."""


def verify_decisions(conn: psycopg.Connection, tell: Callable[[str], None] = lambda code: None) -> Fault | None:
    """The first fact that no two people stand behind, the first request or decision that the record tells otherwise."""
    from ..operations import OPERATIONS  # every room declares its own first, this one among them

    tell("fact_undecided")
    read_all(conn)
    hidden = [f"{o.name}.{f.name}" for o in OPERATIONS.values() for f in o.fields if f.hidden]
    row = conn.execute(UNDECIDED, {"hidden": hidden}).fetchone()
    return Fault("fact_undecided", str(row[0])) if row else None


def verify_facts(conn: psycopg.Connection, tell: Callable[[str], None] = lambda code: None) -> Fault | None:
    """The first entry that its fact does not explain, the first fact that is not booked so, or None."""
    columns = ("event", "place", "debit", "credit", "insurers")
    rows = [
        (e.code, k, d, c, d == e.reserve)
        for e in events().values()
        for k, (d, c) in enumerate(e.lines, 1)
    ]
    values: dict[str, Any] = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
    read_all(conn)
    tell("entry_differs_from_fact")
    found = conn.execute(SIEVE, values).fetchone()
    # Vouchers are gone through one by one only where the one pass over them did not come out even.
    values["kinds"] = ["remittance", "transfer"] + (["voucher"] if found != (0, 0) else [])
    for code, query in CHECKS.items():
        tell(code)
        row = conn.execute(query, values).fetchone()
        if row is not None:
            return Fault(code, str(row[0]))
    return None
