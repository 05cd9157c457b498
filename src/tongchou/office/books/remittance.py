"""Money sent upward (上解): a pair of the sender's 上解上级支出 and the receiver's 下级上解收入, in transit between.

Source: 楚政规〔2022〕7号 第三条 (unified income and spending) and 第四条 (county and prefecture offices remit upward).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import psycopg

from tongchou.ledger.post import Entry, Line
from tongchou.money.fen import format_fen

from ..frame.access import Actor, allow, allow_within
from ..frame.areas import area as area_of_code
from ..frame.fields import area, choice, day, money, number, slip, text
from ..frame.operation import Work, operation, refuses
from ..frame.refusal import OfficeRefused
from .draws import Draw, refuse_overdrawn
from .mapping import FUNDS
from .slips import refuse_booked
from .vouchers import post, refuse_future, reverse

refuses(
    {"TO011": "remittance_undecided", "TO012": "remittance_undone"},
    {"remittance_undecided": "该上解没有两人审批", "remittance_undone": "该上解已撤销"},
)


@dataclass(frozen=True)
class Remittance:
    """Money sent from an area to the one above it; ``arrived_on`` None while it is in transit, ``undone_on`` while it
    counts."""

    id: int
    from_area: str
    to_area: str
    fund: str
    amount: int
    sent_on: date
    reference: str
    arrived_on: date | None
    arrived_by: str | None
    """The slip of the receiving bank; None while it is in transit."""
    undone_on: date | None


@operation("remittance.send", "上解资金", "remit upward", "books.write", "books.review")
def send(
    work: Work,
    *,
    area: Annotated[str, area()],
    fund: Annotated[str, choice("基金", "fund", FUNDS)],
    on: Annotated[date, day("划出日期", "sent on")],
    amount: Annotated[int, money("金额", "amount")],
    reference: Annotated[str, slip("凭证号", "reference")],
) -> dict[str, Any]:
    """Send money of a fund to the area above; it leaves the special account and is in transit until it arrives."""
    if amount <= 0:
        raise OfficeRefused("amount_not_positive", "金额须大于0", "the amount is above 0", "amount")
    refuse_future(work, on)
    above = area_of_code(work.conn, area).parent
    if not above:
        raise OfficeRefused("no_area_above", f"{area} 没有上级地区", f"{area} has no area above it", "area")
    refuse_booked(work.conn, area, [(fund, "special_account")], reference)
    refuse_overdrawn(work.conn, area, [Draw(fund, "special_account")], on, amount)
    row = work.conn.execute(
        "INSERT INTO office.remittance (from_area, to_area, fund, amount, sent_on, reference, command, sent_by) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [area, above, fund, amount, on, reference, work.command, work.asked_by],
    ).fetchone()
    assert row is not None
    line = Line((fund, "in_transit"), (fund, "special_account"), amount)
    post(work.conn, [Entry(on, area, "remittance_sent", ("remittance", str(row[0])), (line,))])
    work.subject = f"remittance:{row[0]}"
    return {"remittance": int(row[0]), "to_area": above, "amount": format_fen(amount)}


def _receiver(conn: psycopg.Connection, given: Any) -> str:
    return find(conn, int(given["remittance"])).to_area


@operation("remittance.receive", "确认上解到账", "confirm a remittance", "books.write", area_of=_receiver)
def receive(
    work: Work,
    *,
    remittance: Annotated[int, number("上解编号", "remittance")],
    on: Annotated[date, day("到账日期", "arrived on")],
    amount: Annotated[int, money("到账金额", "amount that arrived")],
    reference: Annotated[str, slip("到账凭证号（与划出的不同时填写）", "slip of the receiving bank, if another")] = "",
) -> dict[str, Any]:
    """Confirm that what was sent arrived, whole: the sender's spending and the receiver's income stand on one day."""
    sent = find(work.conn, remittance)
    _refuse_undone(sent)
    _refuse_same_person(work, remittance)
    refuse_future(work, on)
    if amount != sent.amount:
        raise OfficeRefused(
            "remittance_differs",
            f"上解 {format_fen(sent.amount)} 元，到账 {format_fen(amount)} 元，请核对；记错的先撤销，再按实际金额上解",
            f"sent {format_fen(sent.amount)}, arrived {format_fen(amount)}; undo what was entered wrong, "
            "then send what was sent",
            "amount",
        )
    if on < sent.sent_on:
        raise OfficeRefused(
            "remittance_differs",
            f"到账日期早于划出日期 {sent.sent_on}",
            f"arrived before it was sent on {sent.sent_on}",
            "on",
        )
    if not sent.arrived_on:
        refuse_booked(work.conn, sent.to_area, [(sent.fund, "special_account")], reference or sent.reference)
    done = work.conn.execute(
        "INSERT INTO office.remittance_arrival (remittance, arrived_on, received_by, reference) "
        "VALUES (%s, %s, %s, nullif(%s, '')) ON CONFLICT DO NOTHING",
        [remittance, on, work.who.name, reference],
    ).rowcount
    if not done:
        raise OfficeRefused(
            "remittance_arrived", f"上解 {remittance} 已确认到账", f"remittance {remittance} has arrived", "remittance"
        )
    fact, fund = ("remittance", str(remittance)), sent.fund
    spending = Line((fund, "remittance_spending"), (fund, "in_transit"), sent.amount)
    income = Line((fund, "special_account"), (fund, "remitted_income"), sent.amount)
    post(
        work.conn,
        [
            Entry(on, sent.from_area, "remittance_spent", fact, (spending,)),
            Entry(on, sent.to_area, "remittance_received", fact, (income,)),
        ],
    )
    work.subject = f"remittance:{remittance}"
    return {"remittance": remittance, "amount": format_fen(sent.amount)}


def _holder(conn: psycopg.Connection, given: Any) -> str:
    """Where a remittance is taken back: by the sender while it is in transit, by the receiver once it arrived."""
    found = find(conn, int(given["remittance"]))
    return found.to_area if found.arrived_on else found.from_area


@operation("remittance.undo", "撤销上解", "undo a remittance", "books.write", "books.review", area_of=_holder)
def undo(
    work: Work,
    *,
    remittance: Annotated[int, number("上解编号", "remittance")],
    on: Annotated[date, day("撤销日期", "undone on")],
    reason: Annotated[str, text("原因", "reason")],
) -> dict[str, Any]:
    """Reverse what a remittance booked, linked, with a reason: both sides of the pair at once where it has arrived.

    Raises OfficeRefused: ``remittance_unknown``, ``remittance_undone``, ``day_in_future``, ``day_before_voucher``,
    ``month_closed``, ``overdrawn``.
    """
    work.conn.execute("SELECT FROM office.remittance WHERE id = %s FOR UPDATE", [remittance])
    sent = find(work.conn, remittance)
    _refuse_undone(sent)
    refuse_future(work, on)
    last = sent.arrived_on or sent.sent_on
    if on < last:
        raise OfficeRefused(
            "day_before_voucher", f"撤销日期早于划出或到账日期 {last}", f"before it was sent or arrived, {last}", "on"
        )
    if sent.arrived_on:
        refuse_overdrawn(work.conn, sent.to_area, [Draw(sent.fund, "special_account")], on, sent.amount, "on")
    work.conn.execute(
        "INSERT INTO office.remittance_undone (remittance, on_day, reason, command, undone_by) "
        "VALUES (%s, %s, %s, %s, %s)",
        [remittance, on, reason, work.command, work.asked_by],
    )
    rows = work.conn.execute(
        "SELECT id FROM ledger.entry WHERE (fact_kind, fact_id) = ('remittance', %s) AND reverses IS NULL "
        "ORDER BY id DESC",
        [str(remittance)],
    ).fetchall()
    for (entry,) in rows:
        reverse(work.conn, int(entry), on, reason)
    work.subject = f"remittance:{remittance}"
    return {"remittance": remittance, "amount": format_fen(sent.amount), "arrived": sent.arrived_on is not None}


def _refuse_undone(sent: Remittance) -> None:
    if sent.undone_on:
        raise OfficeRefused(
            "remittance_undone",
            f"上解 {sent.id} 已于 {sent.undone_on} 撤销",
            f"remittance {sent.id} was taken back on {sent.undone_on}",
            "remittance",
        )


def _refuse_same_person(work: Work, remittance: int) -> None:
    """Whoever asked for the sending or approved it does not confirm that it arrived."""
    row = work.conn.execute(
        "SELECT r.sent_by, d.decided_by FROM office.remittance r LEFT JOIN office.decision d ON d.command = r.command "
        "WHERE r.id = %s",
        [remittance],
    ).fetchone()
    if row and work.who.name in row:
        raise OfficeRefused(
            "self_approval", "上解的申请人、审批人不能自己确认到账", "who sent it or approved it does not confirm it"
        )


REMITTANCES = """
    SELECT r.id, r.from_area, r.to_area, r.fund, r.amount, r.sent_on, r.reference, a.arrived_on,
           CASE WHEN a.remittance IS NOT NULL THEN coalesce(a.reference, r.reference) END, u.on_day
    FROM office.remittance r LEFT JOIN office.remittance_arrival a ON a.remittance = r.id
    LEFT JOIN office.remittance_undone u ON u.remittance = r.id
"""


def find(conn: psycopg.Connection, number: int) -> Remittance:
    """The remittance of a number. Raises OfficeRefused: ``remittance_unknown``."""
    row = conn.execute(REMITTANCES + "WHERE r.id = %s", [number]).fetchone()
    if row is None:
        raise OfficeRefused("remittance_unknown", f"没有上解 {number}", f"no remittance {number}", "remittance")
    return Remittance(*row)


def remittances(
    conn: psycopg.Connection,
    who: Actor,
    in_transit: bool = False,
    limit: int = 50,
    after: int = 2**62,
    area: str = "",
    fund: str = "",
) -> list[Remittance]:
    """Remittances from or to the areas somebody may read, the latest first.

    ``in_transit``: only those that neither arrived nor were taken back; ``area``: only those from or to it or below.
    Raises OfficeRefused: ``not_allowed``, ``area_outside``, ``area_unknown``.
    """
    within = list(allow_within(who, "books.read"))
    if area:
        allow(conn, who, "books.read", area)
        within = [area]
    rows = conn.execute(
        REMITTANCES + "JOIN office.area f ON f.code = r.from_area JOIN office.area t ON t.code = r.to_area "
        "WHERE (f.path && %s::text[] OR t.path && %s::text[]) AND r.id < %s "
        "AND (a.remittance IS NULL AND u.remittance IS NULL OR NOT %s) AND (%s = '' OR r.fund = %s) "
        "ORDER BY r.id DESC LIMIT %s",
        [within, within, after, in_transit, fund, fund, limit],
    ).fetchall()
    return [Remittance(*row) for row in rows]
