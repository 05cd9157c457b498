"""What an account holds of a party, and that nobody draws on it beyond that: deposits, reserves, prepayments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg

from tongchou.ledger.chart import read_chart
from tongchou.ledger.post import accounts
from tongchou.money.fen import format_fen

from ..frame.access import Actor, allow
from ..frame.fields import choice, read_one
from ..frame.refusal import OfficeRefused
from .mapping import FUNDS, Event, events

OPEN = {
    code: (told["zh"], told["en"])
    for code, told in read_chart()["accounts"].items()
    if code in ("to_collect", "payable", "owed_by_party", "prepaid", "insurer_reserve", "quality_deposits")
}
"""Accounts whose balance is somebody's: what is to collect, owed, prepaid or held, party by party."""
LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))"
MOVED = """
    SELECT m.party, sum(m.debited)::bigint, sum(m.credited)::bigint
    FROM (
        SELECT l.entry, l.party, l.amount AS debited, 0 AS credited FROM ledger.line l
        WHERE l.debit = %(account)s AND l.booked_on <= %(until)s
        UNION ALL
        SELECT l.entry, l.party, 0, l.amount FROM ledger.line l
        WHERE l.credit = %(account)s AND l.booked_on <= %(until)s
    ) m JOIN ledger.entry e ON e.id = m.entry AND e.area = %(area)s
    WHERE %(party)s::text IS NULL OR m.party = %(party)s
    GROUP BY m.party HAVING sum(m.debited) <> sum(m.credited) ORDER BY m.party
"""


@dataclass(frozen=True)
class PartyBalance:
    """What an account holds of a party: fen debited and credited, and ``balance`` on the account's own side (an asset
    holds what was debited, a liability what was credited)."""

    party: str
    debited: int
    credited: int
    balance: int


def by_party(
    conn: psycopg.Connection, who: Actor, area: str, fund: str, account: str, until: date
) -> list[PartyBalance]:
    """What an account of a fund holds of each party at the end of a day; parties with nothing are left out.

    Raises OfficeRefused: ``not_allowed``, ``area_outside``, ``argument_invalid``.
    """
    allow(conn, who, "books.read", area)
    read_one(choice("基金", "fund", FUNDS, "fund"), fund)
    read_one(choice("科目", "account", OPEN, "account"), account)
    return _held(conn, area, fund, account, until)


def refuse_overdrawn(conn: psycopg.Connection, area: str, fund: str, account: str, party: str | None, fen: int) -> None:
    """Refuse to take more from an account than it holds (of a party; None: of all): ``overdrawn``.

    Two that draw at once wait for each other.
    """
    conn.execute(LOCK, [account, area + fund])
    held = sum(h.balance for h in _held(conn, area, fund, account, date.max, party))
    if account in {e.draws for e in events().values() if e.of_insurer}:
        # Bills were booked on the institution's name before the reserve was kept by insurer: the whole bounds it, too.
        held = min(held, sum(h.balance for h in _held(conn, area, fund, account, date.max)))
    if held < fen:
        name, whose = read_chart()["accounts"][account], f"（{party}）" if party else ""
        raise OfficeRefused(
            "overdrawn",
            f"{name['zh']}{whose}现有 {format_fen(held)} 元，不足 {format_fen(fen)} 元",
            f"{name['en']}{f' of {party}' if party else ''} holds {format_fen(held)}, less than {format_fen(fen)}",
            "amount",
        )


def insurer_of(conn: psycopg.Connection, event: Event, area: str, fund: str, named: str) -> str:
    """The insurer whose reserve an event draws on: who is named, or the only one that keeps any; "" where none is.

    Raises OfficeRefused: ``party_missing`` where several keep reserves and none is named.
    """
    if named or not event.of_insurer:
        return named
    conn.execute(LOCK, [event.draws, area + fund])
    there = [h.party for h in _held(conn, area, fund, event.draws, date.max) if h.balance > 0]
    if len(there) > 1:
        listed = "、".join(there)
        raise OfficeRefused(
            "party_missing",
            f"多家承保机构存有备用金，须写明动用哪一家的：{listed}",
            f"several insurers keep a reserve; name whose is drawn: {', '.join(there)}",
            "insurer",
        )
    return there[0] if there else ""


def refuse_undrawn(conn: psycopg.Connection, event: Event, area: str, fund: str, party: str, fen: int) -> None:
    """Refuse to undo what filled an account that was drawn on since: ``overdrawn``."""
    sides = read_chart()["accounts"]
    of_party = {e.draws: e.of_party or e.of_insurer for e in events().values() if e.draws}
    for debit, credit in event.lines:
        filled = debit if sides[debit]["kind"] == "asset" else ""
        for account in filter(of_party.__contains__, (filled, credit if sides[credit]["kind"] == "liability" else "")):
            refuse_overdrawn(conn, area, fund, account, party if of_party[account] else None, fen)


def _held(
    conn: psycopg.Connection, area: str, fund: str, account: str, until: date, party: str | None = None
) -> list[PartyBalance]:
    number = accounts(conn, {(fund, account)})[(fund, account)].id
    rows = conn.execute(MOVED, {"account": number, "area": area, "until": until, "party": party}).fetchall()
    sign = 1 if read_chart()["accounts"][account]["kind"] == "asset" else -1
    return [PartyBalance(who, debited, credited, sign * (debited - credited)) for who, debited, credited in rows]
