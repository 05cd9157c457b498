"""What an account holds, as a whole or of a party, and that nobody draws on it beyond that, on no day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import psycopg

from tongchou.ledger.held import held_from
from tongchou.ledger.months import last_closed, next_month
from tongchou.ledger.post import accounts
from tongchou.money.fen import format_fen

from ..frame.access import Actor, allow
from ..frame.fields import choice, read_one
from ..frame.refusal import OfficeRefused
from .mapping import ACCOUNTS, FUNDS, Event, events, taken_from
from .mapping import by_party as by_party_of_events

OPEN = {
    code: (told["zh"], told["en"])
    for code, told in ACCOUNTS.items()
    if code in ("to_collect", "payable", "owed_by_party", "prepaid", "insurer_reserve", "quality_deposits")
}
"""Accounts whose balance is somebody's: what is to collect, owed, prepaid or held, party by party."""
LOCK = """
    SELECT pg_advisory_xact_lock(one, other)
    FROM (SELECT DISTINCT hashtext(a) AS one, hashtext(w) AS other FROM unnest(%s::text[], %s::text[]) AS k (a, w)
          ORDER BY 1, 2) AS keys
"""
"""In the order of what is locked, the hashes: of names in order two could still wait for each other."""
MOVED = """
    SELECT m.party, sum(m.debited)::bigint, sum(m.credited)::bigint
    FROM (
        SELECT l.entry, l.party, l.amount AS debited, 0 AS credited FROM ledger.line l
        WHERE l.debit = %(account)s AND l.booked_on <= %(until)s
        UNION ALL
        SELECT l.entry, l.party, 0, l.amount FROM ledger.line l
        WHERE l.credit = %(account)s AND l.booked_on <= %(until)s
    ) m JOIN ledger.entry e ON e.id = m.entry AND e.area = %(area)s
    GROUP BY m.party HAVING sum(m.debited) <> sum(m.credited) ORDER BY m.party
"""


@dataclass(frozen=True)
class Draw:
    """What is taken from an account of a fund: of a party that holds it there, or (None) of the whole."""

    fund: str
    account: str
    party: str | None = None


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


def draws_of(event: Event, fund: str, into: str, party: str, insurer: str) -> list[Draw]:
    """What a voucher of an event draws on; ``into`` is the fund that is debited."""
    found = []
    for drawn in event.draws:
        whose = {"whole": None, "party": party, "insurer": insurer}[drawn.of]
        found += _kept(fund if _is_asset(drawn.account) else into, drawn.account, whose)
    return found


def draws_of_undoing(event: Event, fund: str, into: str, party: str) -> list[Draw]:
    """What the reversal of a voucher draws on: whatever the voucher filled, of those accounts that events draw on."""
    held, found = by_party_of_events(), []
    for account in taken_from(tuple((credit, debit) for debit, credit in event.lines)):
        if account in held:
            found += _kept(into if _is_asset(account) else fund, account, party if held[account] else None)
    return found


def _kept(fund: str, account: str, party: str | None) -> list[Draw]:
    """A draw, and on a reserve of an insurer that on the whole of it: bills were booked on the institution's name
    before the reserve was kept by insurer, so that the whole bounds it, too."""
    draw = Draw(fund, account, party)
    reserves = {e.reserve for e in events().values()}
    return [draw, Draw(fund, account)] if account in reserves and party is not None else [draw]


def _is_asset(account: str) -> bool:
    return ACCOUNTS[account]["kind"] == "asset"


def refuse_overdrawn(
    conn: psycopg.Connection, area: str, draws: Sequence[Draw], on: date, fen: int, field: str = "amount"
) -> None:
    """Refuse to take more from accounts than each holds at the end of a day and of every later day: ``overdrawn``.

    Two that draw at once wait for each other. In a closed month nothing is booked anyway, which the books say.
    """
    if not draws:
        return
    wait_for(conn, area, draws)
    closed = last_closed(conn, area)
    if closed and on < next_month(closed):
        return
    days: dict[Draw, list[tuple[date, int]]] = {}
    for party in dict.fromkeys(d.party for d in draws):
        of = {(d.fund, d.account): d for d in draws if d.party == party}
        days |= {of[name]: held for name, held in held_from(conn, area, [*of], on, party).items()}
    for draw in draws:
        sign = 1 if _is_asset(draw.account) else -1
        held = [(day, sign * sum_) for day, sum_ in days[draw]]
        short = next((told for told in held if told[1] < fen), None)
        if short:
            later = [day for day, sum_ in held if sum_ < fen][-1]
            enough = next((day for day, _ in held if day > later), None)
            raise _overdrawn(draw, *short, fen, enough, field)


def wait_for(conn: psycopg.Connection, area: str, draws: Sequence[Draw]) -> None:
    """Wait for whoever draws on these accounts, until this transaction ends; all at once, in one order for everybody,
    so that no two wait for each other."""
    keys = sorted({(d.account, area + d.fund) for d in draws})
    conn.execute(LOCK, [[account for account, _ in keys], [where for _, where in keys]])


def _overdrawn(draw: Draw, day: date, held: int, fen: int, enough: date | None, field: str) -> OfficeRefused:
    name, whose = ACCOUNTS[draw.account], f"（{draw.party}）" if draw.party else ""
    side = 0 if _is_asset(draw.account) else 1
    fills = [e for e in events().values() if draw.account in {line[side] for line in e.lines}][:2]
    zh = f"请先记入使其增加的业务（如{'、'.join(e.zh for e in fills)}）"
    en = f"first book what fills it ({', '.join(e.en for e in fills)})"
    if enough:
        zh, en = f"请改记在 {enough} 或以后，或{zh[1:]}", f"date it {enough} or later, or {en}"
    return OfficeRefused(
        "overdrawn",
        f"{FUNDS[draw.fund][0]}的{name['zh']}{whose} {day} 日终为 {format_fen(held)} 元，不足 {format_fen(fen)} 元；"
        f"{zh}",
        f"{name['en']} of {draw.fund}{f', {draw.party},' if draw.party else ''} holds {format_fen(held)} at the end of "
        f"{day}, less than {format_fen(fen)}; {en}",
        field,
    )


def insurer_of(conn: psycopg.Connection, event: Event, area: str, fund: str, named: str) -> str:
    """The insurer whose reserve an event draws on: who is named, or the only one that keeps any; "" where none is.

    Raises OfficeRefused: ``party_missing`` where several keep reserves and none is named.
    """
    if named or not event.reserve:
        return named
    there = [h.party for h in _held(conn, area, fund, event.reserve, date.max) if h.balance > 0]
    if len(there) > 1:
        listed = "、".join(there)
        raise OfficeRefused(
            "party_missing",
            f"多家承保机构存有备用金，须写明动用哪一家的：{listed}",
            f"several insurers keep a reserve; name whose is drawn: {', '.join(there)}",
            "insurer",
        )
    return there[0] if there else ""


def _held(conn: psycopg.Connection, area: str, fund: str, account: str, until: date) -> list[PartyBalance]:
    number = accounts(conn, {(fund, account)})[(fund, account)].id
    rows = conn.execute(MOVED, {"account": number, "area": area, "until": until}).fetchall()
    sign = 1 if _is_asset(account) else -1
    return [PartyBalance(who, debited, credited, sign * (debited - credited)) for who, debited, credited in rows]
