"""Booking by hand: each event of ``events.yaml`` is an operation that one person asks for and another approves.

The same ``book`` is what later rooms call when a levy, a receipt or a settlement books itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import psycopg

from tongchou.law import Law
from tongchou.law.figures_of import figures_of
from tongchou.ledger import post as ledger
from tongchou.money.fen import format_fen

from ..frame import lawbook
from ..frame.access import path_of
from ..frame.calendar import today
from ..frame.fields import area, choice, day, money, number, slip, text
from ..frame.fields import party as named_party
from ..frame.operation import Work, operation, refuses
from ..frame.refusal import OfficeRefused
from .draws import draws_of, draws_of_undoing, insurer_of, refuse_overdrawn
from .mapping import FUNDS, PARTIES, Event, events
from .slips import moved_by, refuse_booked

SAID = {
    "append_only": "账册只增不改，更正须冲正",
    "month_closed": "该月已结账，请记在未结月份",
    "funds_not_linked": "法规未允许这两个基金之间划转",
    "entry_without_lines": "分录没有明细",
    "not_a_mirror": "冲正与原分录不对应",
    "entry_committed": "该分录已记账，不能再加明细",
}
AT = {"month_closed": "on", "funds_not_linked": "to_fund"}
"""Refusals of the books → the field at fault."""
refuses(ledger.CODES, SAID)
refuses(
    {"TO008": "reference_booked", "TO009": "voucher_undecided"},
    {"reference_booked": "该凭证号已记账", "voucher_undecided": "该凭证没有两人审批"},
)


@dataclass(frozen=True)
class Facts:
    """What a voucher says: where, which fund, when, how much in fen, with whom, by which slip."""

    area: str
    fund: str
    on: date
    amount: int
    party: str = ""
    reference: str = ""
    note: str = ""
    to_fund: str = ""
    insurer: str = ""
    """Whose reserve is drawn on, where an insurer's is and the party is another."""


def book(conn: psycopg.Connection, event: Event, facts: Facts, by: str, law: Law, command: int | None = None) -> int:
    """Keep a voucher and book its entry in one transaction; the voucher's number. Raises OfficeRefused.

    Refused: no party or fund where the event asks one, a fund the event is not for, claims of a fund whose risk an
    insurer bears booked as the fund's own (and the reverse), what the books themselves refuse.
    """
    _check(conn, event, facts, law)
    refuse_booked(conn, facts.area, moved_by(event, facts.fund, facts.to_fund), facts.reference)
    insurer = insurer_of(conn, event, facts.area, facts.fund, facts.insurer)
    into = facts.to_fund or facts.fund
    draws = draws_of(event, facts.fund, into, facts.party, insurer)
    refuse_overdrawn(conn, facts.area, draws, facts.on, facts.amount)
    row = conn.execute(
        "INSERT INTO office.voucher (event, area, fund, on_day, amount, party, reference, note, to_fund, of_party, "
        "law_version, command, made_by) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, nullif(%s, ''), nullif(%s, ''), %s, %s, %s) RETURNING id",
        [
            event.code,
            facts.area,
            facts.fund,
            facts.on,
            facts.amount,
            facts.party,
            facts.reference,
            facts.note,
            facts.to_fund,
            insurer,
            law.version,
            command,
            by,
        ],
    ).fetchone()
    assert row is not None
    lines = tuple(
        ledger.Line((into, debit), (facts.fund, credit), facts.amount, whose_line(event, debit, insurer, facts.party))
        for debit, credit in event.lines
    )
    post(conn, [ledger.Entry(facts.on, facts.area, event.code, ("voucher", str(row[0])), lines)])
    return int(row[0])


def whose_line(event: Event, debit: str, insurer: str, party: str) -> str:
    """The party of a line: the insurer where his reserve is drawn, else the voucher's."""
    return insurer if debit == event.reserve else party


def post(conn: psycopg.Connection, entries: list[ledger.Entry]) -> list[int]:
    """Book entries; what the books refuse comes out as OfficeRefused."""
    try:
        return ledger.post(conn, entries)
    except ledger.BookRefused as e:
        raise refusal_of(e) from e


def reverse(conn: psycopg.Connection, entry: int, on: date, reason: str) -> None:
    """Reverse an entry; what the books refuse comes out as OfficeRefused."""
    try:
        ledger.reverse(conn, entry, on, reason)
    except ledger.BookRefused as e:
        raise refusal_of(e) from e


def refusal_of(e: ledger.BookRefused) -> OfficeRefused:
    """A refusal of the books as one of the office."""
    text = str(e).removeprefix(f"{e.code}: ")
    return OfficeRefused(e.code, SAID.get(e.code, text), text, AT.get(e.code, ""))


def borne_by_insurer(conn: psycopg.Connection, law: Law, where: str, fund: str, on: date) -> bool:
    """Whether the law of an area lets an insurer bear a fund's claims on a day; a county follows its prefecture.

    Source: 楚政规〔2022〕7号 第十一条 (``funds.insurer_<fund>``). A fund of which the law says nothing bears its own.
    """
    name = f"funds.insurer_{fund}"
    code = next((c for c in reversed(path_of(conn, where)) if c in law.areas), None)
    if code is None:
        return False
    figures = figures_of(law, code)
    at = on.toordinal()
    return name in figures.held and figures.has(name, at) and figures.at(name, at).true


def _check(conn: psycopg.Connection, event: Event, facts: Facts, law: Law) -> None:
    if facts.amount <= 0:
        raise OfficeRefused("amount_not_positive", "金额须大于0", "the amount is above 0", "amount")
    if event.party and not facts.party:
        zh, en = PARTIES[event.party]
        raise OfficeRefused("party_missing", f"“{event.zh}”须写明{zh}", f"{event.en}: name the {en}", "party")
    if event.cash and not facts.reference:
        raise OfficeRefused(
            "reference_missing",
            f"“{event.zh}”须写明银行凭证号，以便对账",
            f"{event.en}: give the reference of the bank slip, for reconciliation",
            "reference",
        )
    if event.only and facts.fund not in event.only:
        listed = "、".join(FUNDS[f][0] for f in event.only)
        raise OfficeRefused(
            "fund_unfit", f"“{event.zh}”只用于：{listed}", f"{event.en}: only {', '.join(event.only)}", "fund"
        )
    if event.to_fund != bool(facts.to_fund) or facts.to_fund == facts.fund:
        raise OfficeRefused(
            "fund_unfit",
            "须写明不同的转入基金" if event.to_fund else "此业务没有转入基金",
            "name another fund it goes to" if event.to_fund else "no fund to go to here",
            "to_fund",
        )
    if event.insured is None:
        return
    insured = borne_by_insurer(conn, law, facts.area, facts.fund, facts.on)
    if event.insured and not insured:
        raise OfficeRefused(
            "no_insurer",
            f"{facts.area} 的{FUNDS[facts.fund][0]}当日没有承保机构，由基金自行承担",
            f"no insurer bears {facts.fund} in {facts.area} on {facts.on}: the fund does",
            "fund",
        )
    if insured and not event.insured:
        raise OfficeRefused(
            "borne_by_insurer",
            f"{facts.area} 的{FUNDS[facts.fund][0]}当日由承保机构承担，不得列为基金支出",
            f"an insurer bears {facts.fund} in {facts.area} on {facts.on}: not the fund's spending",
            "fund",
        )


def _declare(event: Event) -> None:
    """The operation of an event."""

    def post_event(
        work: Work,
        *,
        area: Annotated[str, area()],
        fund: Annotated[str, choice("基金", "fund", FUNDS)],
        on: Annotated[date, day("记账日期", "booked on")],
        amount: Annotated[int, money("金额", "amount")],
        party: Annotated[str, named_party("对方", "party")] = "",
        reference: Annotated[str, slip("凭证号", "reference")] = "",
        note: Annotated[str, text("摘要", "note")] = "",
    ) -> dict[str, Any]:
        return _posted(work, event, Facts(area, fund, on, amount, party, reference, note))

    def post_between(
        work: Work,
        *,
        area: Annotated[str, area()],
        fund: Annotated[str, choice("转出基金", "from fund", FUNDS)],
        to_fund: Annotated[str, choice("转入基金", "to fund", FUNDS)],
        on: Annotated[date, day("记账日期", "booked on")],
        amount: Annotated[int, money("金额", "amount")],
        reference: Annotated[str, slip("凭证号", "reference")] = "",
        note: Annotated[str, text("摘要", "note")] = "",
    ) -> dict[str, Any]:
        return _posted(work, event, Facts(area, fund, on, amount, "", reference, note, to_fund))

    def post_of_insurer(
        work: Work,
        *,
        area: Annotated[str, area()],
        fund: Annotated[str, choice("基金", "fund", FUNDS)],
        on: Annotated[date, day("记账日期", "booked on")],
        amount: Annotated[int, money("金额", "amount")],
        party: Annotated[str, named_party("对方", "party")] = "",
        insurer: Annotated[str, named_party("动用备用金的承保机构（只有一家时可不填）", "insurer, if several")] = "",
        reference: Annotated[str, slip("凭证号", "reference")] = "",
        note: Annotated[str, text("摘要", "note")] = "",
    ) -> dict[str, Any]:
        return _posted(work, event, Facts(area, fund, on, amount, party, reference, note, insurer=insurer))

    function = post_between if event.to_fund else post_of_insurer if event.reserve else post_event
    function.__doc__ = f"{event.zh}: {event.en}; both books by events.yaml."
    operation(f"books.{event.code}", event.zh, event.en, "books.write", "books.review")(function)


def refuse_future(work: Work, on: date) -> None:
    """Nothing is booked on a day that has not come yet."""
    if on > today(work.conn):
        raise OfficeRefused("day_in_future", f"日期 {on} 晚于今天", f"{on} has not come yet", "on")


def _posted(work: Work, event: Event, facts: Facts) -> dict[str, Any]:
    refuse_future(work, facts.on)
    voucher = book(work.conn, event, facts, work.asked_by, lawbook.in_force(work.conn), work.command)
    work.subject = f"voucher:{voucher}"
    return {"voucher": voucher, "amount": format_fen(facts.amount)}


for _event in events().values():
    _declare(_event)


def _area_of_voucher(conn: psycopg.Connection, given: Any) -> str:
    row = conn.execute("SELECT area FROM office.voucher WHERE id = %s", [given["voucher"]]).fetchone()
    if row is None:
        raise OfficeRefused(
            "voucher_unknown", f"没有凭证 {given['voucher']}", f"no voucher {given['voucher']}", "voucher"
        )
    return str(row[0])


def _voucher(conn: psycopg.Connection, number: int) -> tuple[Event, Facts]:
    row = conn.execute(
        "SELECT event, area, fund, on_day, amount, party, coalesce(to_fund, ''), coalesce(of_party, '') "
        "FROM office.voucher WHERE id = %s",
        [number],
    ).fetchone()
    assert row is not None
    event, where, fund, on, amount, party, to_fund, insurer = row
    return events()[event], Facts(where, fund, on, int(amount), party, to_fund=to_fund, insurer=insurer)


@operation("books.undo", "冲正凭证", "undo a voucher", "books.write", "books.review", area_of=_area_of_voucher)
def undo(
    work: Work,
    *,
    voucher: Annotated[int, number("凭证编号", "voucher")],
    on: Annotated[date, day("冲正日期", "undone on")],
    reason: Annotated[str, text("原因", "reason")],
) -> dict[str, Any]:
    """Reverse a voucher's entry whole, linked, with a reason; the voucher stays as it was."""
    row = work.conn.execute(
        "SELECT id FROM ledger.entry WHERE (fact_kind, fact_id) = ('voucher', %s) AND reverses IS NULL", [str(voucher)]
    ).fetchone()
    assert row is not None
    refuse_future(work, on)
    event, facts = _voucher(work.conn, voucher)
    if on < facts.on:
        raise OfficeRefused(
            "day_before_voucher", f"冲正日期早于记账日期 {facts.on}", f"before the voucher's day {facts.on}", "on"
        )
    done = work.conn.execute(
        "INSERT INTO office.voucher_undone (voucher, on_day, reason, command, undone_by) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [voucher, on, reason, work.command, work.asked_by],
    ).rowcount
    if not done:
        raise OfficeRefused("already_reversed", f"凭证 {voucher} 已冲正", f"voucher {voucher} is undone", "voucher")
    draws = draws_of_undoing(event, facts.fund, facts.to_fund or facts.fund, facts.party)
    refuse_overdrawn(work.conn, facts.area, draws, on, facts.amount, "on")
    reverse(work.conn, int(row[0]), on, reason)
    work.subject = f"voucher:{voucher}"
    return {"voucher": voucher}
