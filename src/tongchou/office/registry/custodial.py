"""Who may be enrolled under a custodial unit: retirees of units that are gone, one by one (J12: jn2007 一(二))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import psycopg

from ..frame.refusal import OfficeRefused
from .rows import employer, standing_on
from .spells import Spell

EXTINCT = ("bankrupt", "closed", "unmanaged")
"""Standings of units whose retirees a custodial unit takes (J12: 主体资格不存在、无在职人员的企业)."""


def refuse_custodial(conn: psycopg.Connection, wanted: Spell, held: Sequence[Spell]) -> None:
    """Refuse a custodial spell unless the person's former unit is bankrupt, closed or without management on its first
    day, or is named extinct with evidence in ``source``; evidence is not taken where that unit has active people still.

    Raises OfficeRefused: ``extinction_unproved``, ``former_employer_stands``.
    """
    of = former(held, wanted.since)
    if of is not None and standing_on(conn, of, wanted.since) in EXTINCT:
        return
    if of is not None and _has_active(conn, of, wanted.since):
        name = employer(conn, of).name
        raise OfficeRefused(
            "former_employer_stands",
            f"原单位 {of} {name} 仍有在职人员，其退休人员不能由托管单位参保",
            f"the former employer {of} {name} has active people still; its retirees enrol through it",
            "employer",
        )
    if not wanted.source:
        zh, en = "原单位未登记", "no former employer is registered"
        if of is not None:
            zh, en = f"原单位 {of} 未登记为破产、关闭或无人管理", f"employer {of} is not bankrupt, closed or unmanaged"
        raise OfficeRefused(
            "extinction_unproved",
            f"{zh}；须在“依据”中写明原单位已不存在的证明",
            f"{en}; name the evidence that the former employer is extinct in source",
            "source",
        )


def former(held: Sequence[Spell], on: date) -> int | None:
    """The unit of the last spell through a unit that began by a day; None where there is none."""
    units = [s for s in held if s.employer is not None and s.way != "custodial" and s.since <= on]
    return max(units, key=lambda s: (s.since, s.id)).employer if units else None


def _has_active(conn: psycopg.Connection, of: int, on: date) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM office.enrolment WHERE employer = %s AND recorded_to = 'infinity' "
        "AND status = 'active' AND in_force @> %s::date)",
        [of, on],
    ).fetchone()
    return bool(row and row[0])
