"""Readings of the office's own tables that only the pages ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from tongchou.office.frame.access import Actor, allow, allow_within
from tongchou.office.frame.refusal import OfficeRefused


@dataclass(frozen=True)
class Kept:
    """The first answer to a message of somebody's own."""

    operation: str
    answer: dict[str, Any]


def answer_of(conn: psycopg.Connection, who: Actor, message: str) -> Kept | None:
    """What was answered to his message; None where there was none."""
    row = conn.execute(
        "SELECT operation, answer FROM office.message WHERE (sender, id) = (%s, %s) AND answer IS NOT NULL",
        [who.name, message],
    ).fetchone()
    return Kept(str(row[0]), dict(row[1])) if row else None


@dataclass(frozen=True)
class Record:
    """One record of what was done; ``block`` is None while it is not sealed."""

    id: int
    at: datetime
    actor: str
    area: str
    operation: str
    subject: str
    block: int | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which records: empty means any."""

    actor: str = ""
    operation: str = ""
    area: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def records(conn: psycopg.Connection, who: Actor, wanted: Wanted, limit: int = 50, before: int = 2**62) -> list[Record]:
    """The records of the areas he may look into, the latest first. Raises OfficeRefused: ``not_allowed``."""
    within = list(allow_within(who, "audit.read"))
    where, values = (
        ["r.area = ANY (SELECT code FROM office.area WHERE path && %s::text[])", "r.id < %s"],
        [within, before],
    )
    for column, value in (("actor", wanted.actor), ("operation", wanted.operation), ("subject", wanted.subject)):
        if value:
            where.append(f"(r.{column} = %s OR r.{column} LIKE %s)")
            values += [
                value,
                value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                + ("%" if column != "actor" else ""),
            ]
    if wanted.area:
        where.append("r.area = ANY (SELECT code FROM office.area WHERE path && ARRAY[%s]::text[])")
        values.append(wanted.area)
    if wanted.since:
        where.append("r.at >= %s::date::timestamp AT TIME ZONE 'Asia/Shanghai'")
        values.append(wanted.since)
    if wanted.until:
        where.append("r.at < (%s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'")
        values.append(wanted.until)
    query = (
        "SELECT r.id, r.at, r.actor, r.area, r.operation, r.subject, s.block, r.content FROM office.record r "
        f"LEFT JOIN office.sealed s ON s.record = r.id WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT %s"
    )
    rows = conn.execute(query, [*values, limit]).fetchall()
    return [Record(*row) for row in rows]


def unsealed(conn: psycopg.Connection, most: int = 10_000) -> int:
    """How many records came after the last sealed one, counted up to ``most``."""
    row = conn.execute(
        "SELECT count(*) FROM (SELECT FROM office.record WHERE id > "
        "coalesce((SELECT max(record) FROM office.sealed), 0) LIMIT %s) AS tail",
        [most],
    ).fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class Token:
    """A token of somebody's own, as far as it may be shown."""

    purpose: str
    made_at: datetime
    expires_at: datetime
    ended: bool


def tokens(conn: psycopg.Connection, who: Actor) -> list[Token]:
    """His own tokens, the latest first."""
    rows = conn.execute(
        "SELECT t.purpose, t.made_at, t.expires_at, e.of IS NOT NULL OR t.expires_at <= now() FROM office.token t "
        "LEFT JOIN office.token_end e ON e.of = t.digest WHERE t.staff = %s ORDER BY t.made_at DESC LIMIT 100",
        [who.name],
    ).fetchall()
    return [Token(*row) for row in rows]


@dataclass(frozen=True)
class Voucher:
    """A voucher; ``undone_on`` None while it counts. Money in fen."""

    id: int
    event: str
    area: str
    fund: str
    to_fund: str | None
    on_day: date
    amount: int
    party: str
    reference: str
    note: str
    made_by: str
    made_at: datetime
    law_version: str
    command: int | None
    undone_on: date | None
    undone_because: str | None
    undone_by: str | None

    @property
    def undone(self) -> bool:
        """Whether it was reversed."""
        return self.undone_on is not None


@dataclass(frozen=True)
class Vouchers:
    """Which vouchers: empty means any; a fund's own, and those that pass money to it."""

    area: str = ""
    fund: str = ""
    event: str = ""
    since: date | None = None
    until: date | None = None


VOUCHERS = """
    SELECT v.id, v.event, v.area, v.fund, v.to_fund, v.on_day, v.amount, v.party, v.reference, v.note, v.made_by,
           v.made_at, v.law_version, v.command, u.on_day, u.reason, u.undone_by
    FROM office.voucher v LEFT JOIN office.voucher_undone u ON u.voucher = v.id
"""


def vouchers(
    conn: psycopg.Connection, who: Actor, wanted: Vouchers, limit: int = 50, before: int = 2**62
) -> list[Voucher]:
    """Vouchers of the areas he may look into, the latest first. Raises OfficeRefused."""
    within = list(allow_within(who, "books.read"))
    if wanted.area:
        allow(conn, who, "books.read", wanted.area)
        within = [wanted.area]
    rows = conn.execute(
        VOUCHERS + "WHERE v.id < %(before)s AND v.area = ANY(ARRAY(SELECT code FROM office.area "
        "WHERE path && %(within)s::text[])) AND (%(fund)s = '' OR %(fund)s IN (v.fund, v.to_fund)) "
        "AND (%(event)s = '' OR v.event = %(event)s) AND (%(since)s::date IS NULL OR v.on_day >= %(since)s::date) "
        "AND (%(until)s::date IS NULL OR v.on_day <= %(until)s::date) ORDER BY v.id DESC LIMIT %(limit)s",
        {"within": within, "fund": wanted.fund, "event": wanted.event, "since": wanted.since, "until": wanted.until,
         "before": before, "limit": limit},
    ).fetchall()  # fmt: skip
    return [Voucher(*row) for row in rows]


def voucher(conn: psycopg.Connection, who: Actor, number: int) -> Voucher:
    """One voucher. Raises OfficeRefused: ``voucher_unknown``, ``not_allowed``, ``area_outside``."""
    allow_within(who, "books.read")
    row = conn.execute(VOUCHERS + "WHERE v.id = %s", [number]).fetchone()
    if row is None:
        raise OfficeRefused("voucher_unknown", f"没有凭证 {number}", f"no voucher {number}")
    found = Voucher(*row)
    allow(conn, who, "books.read", found.area)
    return found


@dataclass(frozen=True)
class Booked:
    """A line of an entry: debit and credit account of one sum; ``reverses`` the entry it takes back."""

    entry: int
    on: date
    reverses: int | None
    book: str
    debit_fund: str
    debit: tuple[str, str]
    credit_fund: str
    credit: tuple[str, str]
    amount: int


def booked(conn: psycopg.Connection, kind: str, number: int) -> list[Booked]:
    """The lines that a fact booked, and those of its reversal. Whether the fact may be seen was asked before."""
    rows = conn.execute(
        "WITH own AS (SELECT id FROM ledger.entry WHERE (fact_kind, fact_id) = (%s, %s) AND reverses IS NULL) "
        "SELECT e.id, l.booked_on, e.reverses, l.book, l.debit_fund, d.zh, d.en, l.credit_fund, c.zh, c.en, l.amount "
        "FROM ledger.entry e JOIN ledger.line l ON (l.entry, l.booked_on) = (e.id, e.booked_on) "
        "JOIN ledger.account d ON d.id = l.debit JOIN ledger.account c ON c.id = l.credit "
        "WHERE e.id IN (SELECT id FROM own) OR e.reverses IN (SELECT id FROM own) ORDER BY e.id, l.place",
        [kind, str(number)],
    ).fetchall()
    return [
        Booked(entry, on, reverses, book, one, (zh, en), other, (zh2, en2), amount)
        for entry, on, reverses, book, one, zh, en, other, zh2, en2, amount in rows
    ]


@dataclass(frozen=True)
class BankAccount:
    """A bank account that a fund's cash lies in."""

    code: str
    area: str
    fund: str
    kind: str
    name: str


def bank_accounts(
    conn: psycopg.Connection, who: Actor, right: str, area: str = "", fund: str = ""
) -> list[BankAccount]:
    """The bank accounts of the areas where he has a right. Raises OfficeRefused."""
    within = list(allow_within(who, right))
    if area:
        allow(conn, who, right, area)
        within = [area]
    rows = conn.execute(
        "SELECT b.code, b.area, b.fund, b.kind, b.name FROM office.bank_account b "
        "JOIN office.area a ON a.code = b.area WHERE a.path && %s::text[] AND (%s = '' OR b.fund = %s) "
        "ORDER BY a.path, b.fund, b.kind",
        [within, fund, fund],
    ).fetchall()
    return [BankAccount(*row) for row in rows]


def reported_already(conn: psycopg.Connection, account: str, area: str, fund: str, references: list[str]) -> str:
    """The first of these references that a bank account, or else the tax office of a fund, reported before; or ""."""
    query, values = (
        ("SELECT reference FROM office.bank_line WHERE account = %s AND reference = ANY(%s)", [account, references])
        if account
        else (
            "SELECT reference FROM office.tax_line WHERE (area, fund) = (%s, %s) AND reference = ANY(%s)",
            [area, fund, references],
        )
    )
    there = {str(r) for (r,) in conn.execute(query, values).fetchall()}
    return next((r for r in references if r in there), "")
