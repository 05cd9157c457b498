"""Transfer of an insurance relation (医保关系转移接续, yn2017 二(六)18, P19): months and account balance arrive whole.

Out: the months counted in an area end there, and the certificate carries them with the balance of the account. In:
they count anew, as ``transferred``, but none that counts here already. A certificate is one thing wherever it is met:
between two areas of this office the transfer in carries exactly what the transfer out carried. Months and money move in
one transaction, and two people stand behind each; either can be taken back by two, the later before the earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import psycopg

from tongchou.money import format_fen

from ...frame.access import roles_with
from ...frame.fields import area as an_area
from ...frame.fields import choice, day, money, number, place, text
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ..pen import Pen, span
from ..rows import Person, held, past_day, taken_for
from ..spells import INSURANCES, life_end
from ..spells import live as spells
from .certificate import ACCOUNT_LINE, Carried, Transfer, kept_out, live, note, transfer_of
from .months import first_of, months_of, of_range, read_months, runs, written
from .months import number as month_of
from .transfer_money import book, unbook

LINES = {
    "medical": ("医疗保险", "medical"),
    "large_expense": ("大额医疗补助", "large expense"),
    "maternity": ("生育保险", "maternity"),
    "unemployment": ("失业保险", "unemployment"),
    "injury": ("工伤保险", "work injury"),
    "pension": ("养老保险", "pension"),
}
OVERLAPS = {
    "refuse": ("有重复月份则不予办理", "refuse months that count already"),
    "keep_ours": ("重复月份以本地为准", "leave out months that count already"),
}


def _area_of_transfer(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return transfer_of(conn, int(given["transfer"])).area


@operation("transfer.out", "医保关系转出", "transfer out", "registry.write", review="books.review")
def out(
    work: Work,
    *,
    area: Annotated[str, an_area()],
    person: Annotated[int, number("人员编号", "person")],
    line: Annotated[str, choice("险种", "insurance", LINES)],
    certificate: Annotated[str, text("转移凭证号", "certificate")],
    other_area: Annotated[str, place("转入地区", "area transferred to")],
    on: Annotated[date, day("转出日期", "day")],
    sum_fen: Annotated[int, money("个人账户余额", "account balance")] = 0,
) -> Answer:
    """Send a person's counted months of an insurance and the balance of the account to another area; two people.

    The months counted in ``area`` end there; the spell of the insurance has ended before. Raises OfficeRefused:
    ``person_unknown``, ``person_merged``, ``area_outside`` (he neither lives nor is enrolled there),
    ``day_in_future``, ``transfer_same_area``, ``transfer_spell_open``, ``transfer_empty``,
    ``transfer_sum_not_for_line``, ``transfer_exists``, ``transfer_order``, ``month_closed``.
    """
    _checked(work, person, line, area, other_area, on, sum_fen)
    _spell_ended(work, person, line, area, on)
    if (there := live(work.conn, certificate, "in")) is not None:
        raise OfficeRefused(
            "transfer_order",
            f"凭证 {certificate} 已在 {there.area} 转入（{there.id}），先撤销该转入",
            f"certificate {certificate} came in already at {there.area} (transfer {there.id}); undo that first",
            "certificate",
        )
    rows = work.conn.execute(
        "SELECT id, kind, lower(months), upper(months) FROM office.months "
        "WHERE (person, line, area) = (%s, %s, %s) AND recorded_to = 'infinity' ORDER BY lower(months)",
        [person, line, area],
    ).fetchall()
    months = {m for _, _, first, until in rows for m in of_range(first, until)}
    if not months and not sum_fen:
        raise OfficeRefused(
            "transfer_empty",
            f"人员 {person} 在 {area} 没有可转出的月份或余额",
            f"person {person} has no months or balance in {area} to transfer",
        )
    pen = Pen.of(work, f"transfer out, certificate {certificate}")
    detail = {"months": written(months), "rows": [int(r[0]) for r in rows]}
    of = Transfer(0, person, line, "out", certificate, area, other_area, on, len(months), sum_fen, detail, True)
    made = note(pen, of)
    for row in rows:
        pen.end("months", int(row[0]))
    entry = book(work.conn, made)
    work.subject = f"person:{person}"
    by_kind: dict[str, set[int]] = {}
    for _, kind, first, until in rows:
        by_kind.setdefault(kind, set()).update(of_range(first, until))
    return {**_told(made, entry), "kinds": {kind: written(found) for kind, found in sorted(by_kind.items())}}


@operation("transfer.in", "医保关系转入", "transfer in", "registry.write", review="books.review")
def bring_in(
    work: Work,
    *,
    area: Annotated[str, an_area()],
    person: Annotated[int, number("人员编号", "person")],
    line: Annotated[str, choice("险种", "insurance", LINES)],
    certificate: Annotated[str, text("转移凭证号", "certificate")],
    other_area: Annotated[str, place("转出地区", "area transferred from")],
    on: Annotated[date, day("转入日期", "day")],
    months: Annotated[str, text("缴费月份，如 YYYY-MM..YYYY-MM,YYYY-MM", "months, as YYYY-MM..YYYY-MM,YYYY-MM")] = "",
    sum_fen: Annotated[int, money("个人账户余额", "account balance")] = 0,
    overlap: Annotated[str, choice("重复月份", "months that count already", OVERLAPS)] = "refuse",
) -> Answer:
    """Take over what a certificate of another area carries: its months count here, none of them twice; two people.

    The answer holds what the certificate carries (``months``), what counts by it (``counted``), and what was left out
    since it counts already (``left_out``). Raises OfficeRefused as ``transfer.out``, and ``months_invalid`` (before the
    birth, too), ``after_life_event``, ``month_twice``, ``transfer_differs``, ``transfer_unmatched``.
    """
    whose = _checked(work, person, line, area, other_area, on, sum_fen)
    carried = read_months(months, month_of(on))
    _lived(work, whose, carried)
    if not carried and not sum_fen:
        raise OfficeRefused(
            "transfer_empty", "凭证没有月份也没有余额", "the certificate carries neither months nor money", "months"
        )
    _meets(work, certificate, Carried(person, line, area, other_area, frozenset(carried), sum_fen))
    counted = _already(work, person, line) & carried
    if counted and overlap == "refuse":
        raise OfficeRefused(
            "month_twice",
            f"{written(counted)} 已在本地计算；如以本地为准，“重复月份”选“重复月份以本地为准”",
            f"{written(counted)} count here already; overlap=keep_ours leaves them out",
            "months",
        )
    pen = Pen.of(work, f"transfer in, certificate {certificate}")
    detail = {"months": written(carried), "counted": written(carried - counted), "left_out": written(counted)}
    of = Transfer(0, person, line, "in", certificate, area, other_area, on, len(carried), sum_fen, detail, True)
    made = note(pen, of)
    for first, until in runs(carried - counted):
        pen.add(
            "months",
            person=person,
            line=line,
            months=span(first_of(first), first_of(until)),
            kind="transferred",
            area=area,
            transfer=made.id,
        )
    entry = book(work.conn, made)
    work.subject = f"person:{person}"
    return {**_told(made, entry), "counted": detail["counted"], "left_out": detail["left_out"]}


@operation(
    "transfer.undo",
    "撤销关系转移",
    "undo a transfer",
    "registry.write",
    review="registry.review",
    area_of=_area_of_transfer,
)
def undo(
    work: Work,
    *,
    transfer: Annotated[int, number("转移编号", "transfer")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """Take a transfer back: two people. Months stand as before it, the books get the mirror of its entry.

    Raises OfficeRefused: ``transfer_unknown``, ``transfer_ended``, ``transfer_followed`` (a later transfer rests on
    it), ``month_twice`` (its months count by something else now), ``changed_since``, ``month_closed``.
    """
    of = transfer_of(work.conn, transfer)
    whose = taken_for(work.conn, of.person)
    held(work.conn, whose)
    of = transfer_of(work.conn, transfer, lock=True)
    if not of.live:
        raise OfficeRefused("transfer_ended", f"转移 {transfer} 已撤销", f"transfer {transfer} is undone", "transfer")
    pen = Pen.of(work, reason)
    pen.end("transfer", transfer)
    if of.direction == "out":
        _undo_out(pen, of, whose)
    else:
        _undo_in(pen, of, whose)
    entry = unbook(work.conn, of, reason)
    work.subject = f"person:{whose}"
    return _told(of, entry)


def _checked(work: Work, of: int, line: str, area: str, other_area: str, on: date, sum_fen: int) -> Person:
    """What both directions ask: a person of the area who stands for himself, a day that has come, another area, money
    that fits."""
    found = held(work.conn, of)
    _of_area(work, found, area)
    past_day(work, on, "on")
    if sum_fen < 0:
        raise OfficeRefused(
            "argument_invalid", "个人账户余额不能为负", "account balance: expected no negative sum", "sum_fen"
        )
    if area == other_area:
        raise OfficeRefused("transfer_same_area", "转出地与转入地相同", "both areas are the same", "other_area")
    if sum_fen and line != ACCOUNT_LINE:
        raise OfficeRefused(
            "transfer_sum_not_for_line",
            f"只有{LINES[ACCOUNT_LINE][0]}随转个人账户余额",
            f"only {LINES[ACCOUNT_LINE][1]} insurance has an account here whose balance goes along",
            "sum_fen",
        )
    return found


def _of_area(work: Work, of: Person, area: str) -> None:
    """Refuse an area where a person neither lives nor was ever enrolled, nor in one below it: ``area_outside``."""
    row = work.conn.execute(
        "SELECT EXISTS (SELECT FROM office.area a WHERE %(area)s = ANY(a.path) AND (a.code = %(lives)s OR a.code IN "
        "(SELECT area FROM office.enrolment WHERE person = %(of)s AND recorded_to = 'infinity')))",
        {"area": area, "lives": of.area, "of": of.id},
    ).fetchone()
    if not (row and row[0]):
        raise OfficeRefused(
            "area_outside",
            f"人员 {of.id} 的参保地不是 {area}，也未在该地参保，不能在该地办理转移",
            f"person {of.id} neither lives nor is enrolled in {area}; his transfer is not done there",
            "area",
        )


def _lived(work: Work, of: Person, months: set[int]) -> None:
    """Refuse months before the birth (``months_invalid``) or after a death or emigration (``after_life_event``)."""
    before = {m for m in months if m < month_of(of.born)}
    if before:
        raise OfficeRefused(
            "months_invalid",
            f"月份 {written(before)} 早于出生日期 {of.born}",
            f"months {written(before)}: before the birth, {of.born}",
            "months",
        )
    ended = life_end(work.conn, of.id)
    after = {m for m in months if ended and m > month_of(ended[1])}
    if ended and after:
        raise OfficeRefused(
            "after_life_event",
            f"{ended[1]} 已{'死亡' if ended[0] == 'death' else '出境定居'}，月份 {written(after)} 在其后",
            f"{ended[0]} on {ended[1]} is recorded; months {written(after)} are after it",
            "months",
        )


def _spell_ended(work: Work, of: int, line: str, area: str, on: date) -> None:
    for spell in spells(work.conn, of, line):
        if spell.area == area and (spell.past(on)):
            named, last = INSURANCES[spell.insurance], spell.until and spell.until - timedelta(days=1)
            raise OfficeRefused(
                "transfer_spell_open",
                f"参保期间 {spell.id}（{named[0]}，{spell.since} 至 {last or '今'}）在转出日期 {on} 尚未终止；"
                "请先办理终止参保，或改用其后的转出日期",
                f"spell {spell.id} ({named[1]}, {spell.since} to {last or 'now'}) has not ended by {on}; "
                "end it first, or transfer on a later day",
                "on",
            )


def _already(work: Work, of: int, line: str) -> set[int]:
    """The months of a line that count for a person now, whatever the area."""
    rows = work.conn.execute(
        "SELECT lower(months), upper(months) FROM office.months "
        "WHERE (person, line) = (%s, %s) AND recorded_to = 'infinity'",
        [of, line],
    ).fetchall()
    return {m for first, until in rows for m in of_range(first, until)}


def _meets(work: Work, certificate: str, carried: Carried) -> None:
    """Refuse a certificate that this office gave out with other content (``transfer_differs``), or that an area of this
    office should have given out and did not (``transfer_unmatched``)."""
    given = live(work.conn, certificate, "out")
    if given is None:
        if _kept_here(work.conn, carried.other_area):
            raise OfficeRefused(
                "transfer_unmatched",
                f"{carried.other_area} 由本机构经办，但没有凭证号为 {certificate} 的转出；请核对凭证号，或先办理转出",
                f"{carried.other_area} is an area of this office, and no transfer out has certificate {certificate}; "
                "look for a wrong sign, or transfer out first",
                "certificate",
            )
        return
    sent = kept_out(given, taken_for(work.conn, given.person))
    differ = sent.differing(carried)
    if differ:
        zh = "、".join(f"{n} 转出为 {a}、转入为 {b}" for n, a, b in differ)
        en = ", ".join(f"{n} {a} went out, {b} comes in" for n, a, b in differ)
        raise OfficeRefused(
            "transfer_differs",
            f"凭证 {certificate} 与转出 {given.id} 不符：{zh}",
            f"certificate {certificate} is not what transfer {given.id} sent: {en}",
            "certificate",
        )


def _kept_here(conn: psycopg.Connection, area: str) -> bool:
    """Whether an area is worked by this office: somebody was ever given the right to write for it, an area above it or
    one below. The areas the law names beside them are other offices'."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM office.area o JOIN office.area a ON a.code = ANY(o.path) OR o.code = ANY(a.path) "
        "JOIN office.grant g ON g.area = a.code WHERE o.code = %s AND g.role = ANY(%s))",
        [area, sorted(roles_with("registry.write"))],
    ).fetchone()
    return bool(row and row[0])


def _undo_out(pen: Pen, of: Transfer, whose: int) -> None:
    """The months that went out count again; not while they count in another area of the office by the certificate."""
    there = live(pen.conn, of.certificate, "in")
    if there is not None:
        raise _followed(of, there)
    for row in of.detail["rows"]:
        first, until = months_of(pen.conn, row)
        pen.months(row, first, until, whose)


def _undo_in(pen: Pen, of: Transfer, whose: int) -> None:
    """The months that came in end; not where a later transfer sent them on, or left months out since they count."""
    there = pen.conn.execute(
        "SELECT id, lower(months), upper(months) FROM office.months WHERE transfer = %s AND recorded_to = 'infinity'",
        [of.id],
    ).fetchall()
    counted = read_months(of.detail["counted"], month_of(of.on))
    later = _resting_on(pen.conn, of, whose, counted)
    if later is not None:
        raise _followed(of, later)
    if {m for _, first, until in there for m in of_range(first, until)} != counted:
        raise OfficeRefused(
            "changed_since",
            f"转移 {of.id} 转入的月份后又有变动，请先恢复",
            f"months of transfer {of.id} were changed since; put that right first",
        )
    for row, _, _ in there:
        pen.end("months", int(row))


def _resting_on(conn: psycopg.Connection, of: Transfer, whose: int, counted: set[int]) -> Transfer | None:
    """A later transfer that sent on what this one brought, or left out months of its own since these count."""
    rows = conn.execute(
        "SELECT id FROM office.transfer WHERE line = %s AND recorded_to = 'infinity' AND id > %s ORDER BY id DESC",
        [of.line, of.id],
    )
    for (later,) in rows.fetchall():
        found = transfer_of(conn, int(later))
        if taken_for(conn, found.person) != whose:
            continue
        if found.direction == "out" and _brought_by(conn, found.detail["rows"], of.id):
            return found
        if found.direction == "in" and counted & read_months(found.detail["left_out"], month_of(found.on)):
            return found
    return None


def _brought_by(conn: psycopg.Connection, rows: list[int], transfer: int) -> bool:
    found = conn.execute(
        "SELECT EXISTS (SELECT FROM office.months WHERE id = ANY(%s) AND transfer = %s)", [rows, transfer]
    ).fetchone()
    return bool(found and found[0])


def _followed(of: Transfer, later: Transfer) -> OfficeRefused:
    return OfficeRefused(
        "transfer_followed",
        f"转移 {of.id} 之后有转移 {later.id}（{later.area}，凭证 {later.certificate}），先撤销后者",
        f"transfer {later.id} ({later.area}, certificate {later.certificate}) rests on transfer {of.id}; undo it first",
        "transfer",
    )


def _told(of: Transfer, entry: int | None) -> Answer:
    return {
        "transfer": of.id,
        "direction": of.direction,
        "certificate": of.certificate,
        "months": of.detail["months"],
        "count": of.months,
        "sum": format_fen(of.sum_fen),
        "entry": entry,
    }
