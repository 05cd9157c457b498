"""Who or what stands behind a number: so that nobody asks for or approves something about somebody else by a slip."""

from __future__ import annotations

from typing import Any

from tongchou.money.fen import format_fen
from tongchou.office.books.mapping import events
from tongchou.office.registry.spells import INSURANCES

from .guard import Desk

PERSON = (
    "registry.read",
    "SELECT area, name, masked FROM office.person_version WHERE person = %s AND recorded_to = 'infinity'",
)
QUERIES = {
    "person": PERSON,
    "loser": PERSON,
    "winner": PERSON,
    "employer": (
        "registry.read",
        "SELECT area, name, code FROM office.employer_version WHERE employer = %s AND recorded_to = 'infinity'",
    ),
    "enrolment": (
        "registry.read",
        "SELECT e.area, p.name, p.masked, e.insurance, lower(e.in_force)::text FROM office.enrolment e "
        "JOIN office.person_version p ON p.person = e.person AND p.recorded_to = 'infinity' WHERE e.id = %s",
    ),
    "voucher": (
        "books.read",
        "SELECT area, event, amount, on_day::text, party FROM office.voucher WHERE id = %s",
    ),
    "remittance": (
        "books.read",
        "SELECT from_area, amount, sent_on::text, reference FROM office.remittance WHERE id = %s",
    ),
}
"""Field → the right to read it, and what is shown of it: its area first."""


def behind(desk: Desk, field: str, number: Any) -> str:
    """In a line what the number of a field means; "" where nothing does, or it lies outside his areas."""
    if field not in QUERIES or not str(number).isdigit() or len(str(number)) > 18:
        return ""
    right, query = QUERIES[field]
    row = desk.conn.execute(query, [int(number)]).fetchone()
    if row is None or not desk.who.may(right, desk.path(row[0])):
        return ""
    return " ".join(_said(desk, field, list(row[1:])))


def _said(desk: Desk, field: str, values: list[Any]) -> list[str]:
    if field == "enrolment":
        values[2] = desk.t(*INSURANCES[values[2]])
    if field == "voucher":
        event = events()[values[0]]
        values[:2] = [desk.t(event.zh, event.en), f"{format_fen(values[1])} {desk.t('元', 'yuan')}"]
    if field == "remittance":
        values[0] = f"{format_fen(values[0])} {desk.t('元', 'yuan')}"
    return [str(v) for v in values if v]
