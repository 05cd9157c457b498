"""Booking: an entry of an event about a fact, its lines as pairs of accounts; and its reversal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql

CODES = {
    "TL001": "append_only",
    "TL002": "month_closed",
    "TL003": "funds_not_linked",
    "TL004": "entry_without_lines",
    "TL005": "not_a_mirror",
    "TL006": "entry_committed",
}
"""SQLSTATE of what the books refuse → code."""


class BookRefused(Exception):
    """What the books refuse; ``code`` stands in docs/errors.md."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text if text.startswith(code) else f"{code}: {text}")


@dataclass(frozen=True)
class Line:
    """``amount`` fen from the credit account to the debit account, each as (fund, account code); above 0."""

    debit: tuple[str, str]
    credit: tuple[str, str]
    amount: int
    party: str = ""


@dataclass(frozen=True)
class Entry:
    """What is booked of one fact by one event, on a day, in an area."""

    booked_on: date
    area: str
    event: str
    fact: tuple[str, str]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Account:
    """An account as the database knows it."""

    id: int
    fund: str
    book: str


_held: WeakKeyDictionary[psycopg.Connection, dict[tuple[str, str], Account]] = WeakKeyDictionary()
"""The chart as each connection read it: accounts are only ever added."""


def accounts(conn: psycopg.Connection, needed: Iterable[tuple[str, str]] = ()) -> dict[tuple[str, str], Account]:
    """Every account by (fund, code); read once for a connection, and again where one that is needed is not there."""
    held = _held.get(conn)
    if held is not None and all(side in held for side in needed):
        return held
    rows = conn.execute("SELECT id, fund, code, book FROM ledger.account").fetchall()
    _held[conn] = {(fund, code): Account(number, fund, book) for number, fund, code, book in rows}
    return _held[conn]


def post(conn: psycopg.Connection, entries: Sequence[Entry]) -> list[int]:
    """Book entries; their numbers in order. Raises BookRefused.

    Refused are accounts that are not, lines across books, amounts that are not above 0, an event booked twice of a
    fact; by the database: closed months, funds without a link, and at commit entries without lines.
    """
    known = accounts(conn, {side for e in entries for line in e.lines for side in (line.debit, line.credit)})
    rows = [_checked(known, e, place, line) for e in entries for place, line in enumerate(e.lines, 1)]
    try:
        for day in {e.booked_on.replace(day=1) for e in entries}:
            conn.execute("SELECT ledger.make_month(%s)", [day])
        numbers = _entries(conn, entries)
        _lines(conn, [(numbers[k], *row) for k, row in zip(_owners(entries), rows, strict=True)])
    except psycopg.Error as e:
        raise refused(e) from e
    return numbers


def reverse(conn: psycopg.Connection, entry: int, on: date, reason: str) -> int:
    """Undo an entry whole by its mirror, booked on a day; its number. Raises BookRefused."""
    if not reason.strip():
        raise BookRefused("reason_missing", "a reversal says why")
    try:
        conn.execute("SELECT ledger.make_month(%s)", [on])
        row = conn.execute(
            "INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id, reverses, reason) "
            "SELECT %s, area, event, fact_kind, fact_id, id, %s FROM ledger.entry WHERE id = %s AND reverses IS NULL "
            "RETURNING id",
            [on, reason, entry],
        ).fetchone()
        if row is None:
            raise BookRefused("not_reversible", f"entry {entry} is not there, or is a reversal itself")
        number = int(row[0])
        conn.execute(
            "INSERT INTO ledger.line (entry, booked_on, place, book, debit, debit_fund, credit, credit_fund, amount, "
            "party) SELECT %s, %s, place, book, credit, credit_fund, debit, debit_fund, amount, party "
            "FROM ledger.line WHERE entry = %s",
            [number, on, entry],
        )
    except psycopg.errors.UniqueViolation as e:
        raise BookRefused("already_reversed", f"entry {entry} is reversed already") from e
    except psycopg.Error as e:
        raise refused(e) from e
    return number


def refused(error: psycopg.Error) -> Exception:
    """A refusal of the database as ours; what is none is given back as it is."""
    code = CODES.get(error.sqlstate or "")
    if code is not None:
        return BookRefused(code, (error.diag.message_primary or code))
    if isinstance(error, psycopg.errors.UniqueViolation):
        return BookRefused("fact_booked_twice", error.diag.message_detail or "this event of the fact is booked")
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return BookRefused("funds_not_linked", error.diag.message_detail or "no law names this transfer")
    return error


def _checked(known: dict[tuple[str, str], Account], e: Entry, place: int, line: Line) -> tuple[object, ...]:
    """The columns of a line but its entry."""
    for side in (line.debit, line.credit):
        if side not in known:
            raise BookRefused("unknown_account", f"{side[0]}/{side[1]} is no account of the chart")
    debit, credit = known[line.debit], known[line.credit]
    if debit.book != credit.book:
        mixed = f"{line.debit} is of the {debit.book} book, {line.credit} of the {credit.book}"
        raise BookRefused("books_mixed", mixed)
    if type(line.amount) is not int or line.amount <= 0:
        raise BookRefused("amount_not_positive", f"{line.amount!r}: expected fen above 0")
    return (e.booked_on, place, debit.book, debit.id, debit.fund, credit.id, credit.fund, line.amount, line.party)


def _owners(entries: Sequence[Entry]) -> list[int]:
    return [k for k, e in enumerate(entries) for _ in e.lines]


def _entries(conn: psycopg.Connection, entries: Sequence[Entry]) -> list[int]:
    columns = [[getattr(e, c) for e in entries] for c in ("booked_on", "area", "event")]
    facts = [[e.fact[k] for e in entries] for k in (0, 1)]
    rows = conn.execute(
        "INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id) "
        "SELECT booked_on, area, event, fact_kind, fact_id "
        "FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[]) "
        "WITH ORDINALITY AS u(booked_on, area, event, fact_kind, fact_id, at) ORDER BY at RETURNING id",
        [*columns, *facts],
    ).fetchall()
    return [int(r[0]) for r in rows]


def _lines(conn: psycopg.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    names = ("entry", "booked_on", "place", "book", "debit", "debit_fund", "credit", "credit_fund", "amount", "party")
    copy = sql.SQL("COPY ledger.line ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    with conn.cursor() as cursor, cursor.copy(copy) as target:
        for row in rows:
            target.write_row(row)
