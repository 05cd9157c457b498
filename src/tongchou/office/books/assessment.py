"""The regular assessment (日常考核) of each county's office and each insurer, from the system's own figures (L19).

Source: 楚政规〔2022〕7号 第四条. Nothing is typed in: days come from facts, errors from undoings and rejections,
complaints from the register, the reserve from the books.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

from ..frame.access import Actor, allow


@dataclass(frozen=True)
class CountyRow:
    """A county over some days. Days are whole; means are in tenths of a day; None where nothing happened."""

    area: str
    zh: str
    en: str
    vouchers: int
    undone: int
    asked: int
    rejected: int
    remitted: int
    in_transit: int
    transit_tenths: int | None
    paid_bills: int
    pay_tenths: int | None
    pay_longest: int | None
    complaints: int
    upheld: int
    unanswered: int


@dataclass(frozen=True)
class InsurerRow:
    """An insurer in an area over some days; sums in fen. ``reserve_lowest``: the least the reserve held in them."""

    area: str
    fund: str
    insurer: str
    premium: int
    reserve: int
    reserve_lowest: int
    claims_owed: int
    claims_paid: int
    pay_tenths: int | None
    pay_longest: int | None
    complaints: int
    upheld: int


# Bills are paid in the order in which care was owed: on the day on which the sum paid reaches the sum owed.
PAID = """
    WITH moved AS (
        SELECT v.area, v.fund, v.party, v.on_day, v.id, v.amount, v.event = ANY(%(owed)s) AS is_owed
        FROM office.voucher v JOIN office.area a ON a.code = v.area
        WHERE a.path && %(within)s::text[] AND (v.event = ANY(%(owed)s) OR v.event = ANY(%(paid)s))
          AND NOT EXISTS (SELECT FROM office.voucher_undone u WHERE u.voucher = v.id)
    ), summed AS (
        SELECT *, sum(amount) OVER (PARTITION BY area, fund, party, is_owed ORDER BY on_day, id) AS upto FROM moved
    ), settled AS (
        SELECT o.area, o.fund, o.on_day AS owed_on,
               (SELECT min(p.on_day) FROM summed p WHERE NOT p.is_owed AND (p.area, p.fund, p.party)
                = (o.area, o.fund, o.party) AND p.upto >= o.upto) AS paid_on
        FROM summed o WHERE o.is_owed
    )
    SELECT area, fund, count(*), round(10 * avg(paid_on - owed_on))::int, max(paid_on - owed_on) FROM settled
    WHERE paid_on BETWEEN %(since)s AND %(until)s GROUP BY area, fund
"""
COUNTIES = """
    SELECT a.code, a.zh, a.en,
        (SELECT count(*) FROM office.voucher v WHERE v.area = a.code AND v.on_day BETWEEN %(since)s AND %(until)s),
        (SELECT count(*) FROM office.voucher_undone u JOIN office.voucher v ON v.id = u.voucher
         WHERE v.area = a.code AND u.on_day BETWEEN %(since)s AND %(until)s),
        (SELECT count(*) FROM office.command c
         WHERE c.area = a.code AND c.asked_at::date BETWEEN %(since)s AND %(until)s),
        (SELECT count(*) FROM office.command c JOIN office.decision d ON d.command = c.id AND d.verdict = 'rejected'
         WHERE c.area = a.code AND c.asked_at::date BETWEEN %(since)s AND %(until)s),
        r.sent, r.waiting, r.tenths, c.all_of, c.upheld, c.unanswered
    FROM office.area a
    CROSS JOIN LATERAL (
        SELECT count(*) AS sent, count(*) FILTER (WHERE x.remittance IS NULL) AS waiting,
               round(10 * avg(x.arrived_on - m.sent_on))::int AS tenths
        FROM office.remittance m LEFT JOIN office.remittance_arrival x ON x.remittance = m.id
        WHERE NOT EXISTS (SELECT FROM office.remittance_undone u WHERE u.remittance = m.id)
          AND m.from_area = a.code AND m.sent_on BETWEEN %(since)s AND %(until)s
    ) r
    CROSS JOIN LATERAL (
        SELECT count(*) AS all_of, count(*) FILTER (WHERE w.upheld) AS upheld,
               count(*) FILTER (WHERE w.complaint IS NULL) AS unanswered
        FROM office.complaint k LEFT JOIN office.complaint_answer w ON w.complaint = k.id
        WHERE k.area = a.code AND k.about = 'office' AND k.received_on BETWEEN %(since)s AND %(until)s
    ) c
    WHERE a.path && %(within)s::text[] AND a.level = 'county' ORDER BY a.code
"""
INSURERS = """
    WITH moved AS (
        SELECT v.area, v.fund, v.party, v.of_party, v.event, v.amount, v.on_day, v.id
        FROM office.voucher v JOIN office.area a ON a.code = v.area
        WHERE a.path && %(within)s::text[] AND v.event IN ('premium_paid', 'reserve_received', 'reserve_returned',
              'insured_care_owed', 'insured_bill_paid') AND v.on_day <= %(until)s
          AND NOT EXISTS (SELECT FROM office.voucher_undone u WHERE u.voucher = v.id)
    ), insurer AS (
        SELECT DISTINCT area, fund, party FROM moved WHERE event IN ('premium_paid', 'reserve_received')
    ), latest AS (
        SELECT DISTINCT ON (area, fund) area, fund, party FROM moved
        WHERE event IN ('premium_paid', 'reserve_received') ORDER BY area, fund, on_day DESC, id DESC
    ), told AS (
        -- Care owed names an institution; it and bills of before reserves were kept by insurer are the latest one's.
        SELECT m.area, m.fund, m.event, m.amount, m.on_day,
               CASE WHEN m.event IN ('insured_care_owed', 'insured_bill_paid') THEN coalesce(m.of_party, l.party)
                    ELSE m.party END AS insurer
        FROM moved m LEFT JOIN latest l ON (l.area, l.fund) = (m.area, m.fund)
    ), reserve AS (
        SELECT area, fund, insurer, on_day,
               sum(sum(CASE event WHEN 'reserve_received' THEN amount ELSE -amount END)) OVER
               (PARTITION BY area, fund, insurer ORDER BY on_day) AS held
        FROM told WHERE event IN ('reserve_received', 'reserve_returned', 'insured_bill_paid')
        GROUP BY area, fund, insurer, on_day
    )
    SELECT i.area, i.fund, i.party,
        coalesce(t.premium, 0)::bigint,
        coalesce((SELECT held FROM reserve r WHERE (r.area, r.fund, r.insurer) = (i.area, i.fund, i.party)
                  ORDER BY on_day DESC LIMIT 1), 0)::bigint,
        least((SELECT held FROM reserve r WHERE (r.area, r.fund, r.insurer) = (i.area, i.fund, i.party)
               AND r.on_day < %(since)s ORDER BY on_day DESC LIMIT 1),
              (SELECT min(held) FROM reserve r WHERE (r.area, r.fund, r.insurer) = (i.area, i.fund, i.party)
               AND r.on_day >= %(since)s))::bigint,
        coalesce(t.owed, 0)::bigint, coalesce(t.paid, 0)::bigint,
        EXISTS (SELECT FROM latest l WHERE l = i),
        (SELECT count(*) FROM office.complaint k WHERE k.area = i.area AND k.about = 'insurer' AND k.party = i.party
         AND k.received_on BETWEEN %(since)s AND %(until)s),
        (SELECT count(*) FROM office.complaint k JOIN office.complaint_answer w ON w.complaint = k.id AND w.upheld
         WHERE k.area = i.area AND k.about = 'insurer' AND k.party = i.party
         AND k.received_on BETWEEN %(since)s AND %(until)s)
    FROM insurer i CROSS JOIN LATERAL (
        SELECT sum(amount) FILTER (WHERE event = 'premium_paid') AS premium,
               sum(amount) FILTER (WHERE event = 'insured_care_owed') AS owed,
               sum(amount) FILTER (WHERE event = 'insured_bill_paid') AS paid
        FROM told WHERE (told.area, told.fund, told.insurer) = (i.area, i.fund, i.party) AND on_day >= %(since)s
    ) t ORDER BY i.area, i.fund, i.party
"""


def assess_counties(conn: psycopg.Connection, who: Actor, where: str, since: date, until: date) -> list[CountyRow]:
    """One row for each county below an area, both days included. Raises OfficeRefused."""
    allow(conn, who, "books.read", where)
    asked = {"within": [where], "since": since, "until": until}
    days = _days_to_pay(conn, asked, ["care_owed"], ["bill_paid", "set_off", "retained"])
    found = []
    for code, zh, en, made, undone, wanted, rejected, sent, waiting, transit, *complaints in conn.execute(
        COUNTIES, asked
    ).fetchall():
        of = [v for (area, _), v in days.items() if area == code]
        bills = sum(n for n, _, _ in of)
        tenths = (2 * sum(n * t for n, t, _ in of) + bills) // (2 * bills) if bills else None
        longest = max((x for _, _, x in of), default=None)
        found.append(
            CountyRow(
                code,
                zh,
                en,
                made,
                undone,
                wanted,
                rejected,
                sent,
                waiting,
                transit,
                bills,
                tenths,
                longest,
                *complaints,
            )
        )
    return found


def assess_insurers(conn: psycopg.Connection, who: Actor, where: str, since: date, until: date) -> list[InsurerRow]:
    """One row for each insurer of an area and those below it, both days included. Raises OfficeRefused."""
    allow(conn, who, "books.read", where)
    asked = {"within": [where], "since": since, "until": until}
    days = _days_to_pay(conn, asked, ["insured_care_owed"], ["insured_bill_paid"])
    found = []
    for area, fund, insurer, premium, reserve, lowest, owed, paid, latest, *complaints in conn.execute(
        INSURERS, asked
    ).fetchall():
        _, tenths, longest = days.get((area, fund), (0, None, None)) if latest else (0, None, None)
        found.append(
            InsurerRow(area, fund, insurer, premium, reserve, lowest or 0, owed, paid, tenths, longest, *complaints)
        )
    return found


def _days_to_pay(
    conn: psycopg.Connection, asked: dict[str, object], owed: list[str], paid: list[str]
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(area, fund) → (bills paid in these days, mean days in tenths, longest)."""
    rows = conn.execute(PAID, {**asked, "owed": owed, "paid": paid}).fetchall()
    return {(area, fund): (n, tenths, longest) for area, fund, n, tenths, longest in rows}
