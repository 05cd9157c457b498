"""What a merge does to each row of the record given up: it moves, is the same as one there, or contradicts it."""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from ...frame.refusal import OfficeRefused
from ..pen import Pen, span
from ..spells import Spell
from ..together import common, minus, text
from .months import first_of, month_texts, of_range, runs, written

Moved = dict[str, Any]
"""``table``, ``old`` (the loser's row), ``made`` (its twins with the winner)."""


def move_spells(pen: Pen, mine: list[Spell], theirs: list[Spell], winner: int) -> tuple[list[Moved], list[Any]]:
    """(what moved; the days given up since the winner has the same cover on them).

    Raises OfficeRefused ``merge_contradicts`` naming two spells of a line that say different things of the same days.
    """
    moved, same = [], []
    for spell in mine:
        days = (spell.since, spell.until)
        alike = [t for t in theirs if t.line == spell.line and common(days, (t.since, t.until))]
        for other in alike:
            if other.cover != spell.cover:
                raise OfficeRefused(
                    "merge_contradicts",
                    f"参保期间 {spell.id}（{spell.insurance} {text(days)}）与 {other.id}"
                    f"（{other.insurance} {text((other.since, other.until))}）不一致，先更正其一",
                    f"spell {spell.id} ({spell.insurance} {text(days)}) contradicts {other.id} "
                    f"({other.insurance} {text((other.since, other.until))}); correct one of them first",
                )
            shared = common(days, (other.since, other.until))
            assert shared is not None
            same.append({"old": spell.id, "as": other.id, "days": text(shared)})
        pen.end("enrolment", spell.id)
        left = minus(days, [(t.since, t.until) for t in alike])
        moved.append(
            {
                "table": "enrolment",
                "old": spell.id,
                "made": [pen.spell(spell, part, winner) for part in left],
            }
        )
    return moved, same


def move_months(pen: Pen, loser: int, winner: int) -> tuple[list[Moved], list[Any]]:
    """(what moved; the months that both records had paid: line, months). Raises OfficeRefused ``merge_contradicts``."""
    query = (
        "SELECT id, line, kind, area, lower(months), upper(months) FROM office.months "
        "WHERE person = %s AND recorded_to = 'infinity' ORDER BY line, lower(months)"
    )
    theirs = pen.conn.execute(query, [winner]).fetchall()
    moved: list[Moved] = []
    twice: list[Any] = []
    for old, line, kind, area, first, until in pen.conn.execute(query, [loser]).fetchall():
        left = set(of_range(first, until))
        for other, _, their_kind, their_area, f, u in (t for t in theirs if t[1] == line):
            shared = left & set(of_range(f, u))
            if shared and (their_kind, their_area) != (kind, area):
                raise OfficeRefused(
                    "merge_contradicts",
                    f"{line} 月份 {written(shared)} 两条记录不一致：{old}（{kind} {area}）与 {other}"
                    f"（{their_kind} {their_area}）",
                    f"months {written(shared)} of {line}: row {old} ({kind} {area}) contradicts row {other} "
                    f"({their_kind} {their_area})",
                )
            if shared:
                twice.append({"line": line, "kind": kind, "months": written(shared)})
                left -= shared
        pen.end("months", old)
        made = [pen.months(old, first_of(a), first_of(b), winner) for a, b in runs(left)]
        moved.append({"table": "months", "old": old, "made": made, "months": month_texts(first, until)})
    return moved, twice


def move_filings(pen: Pen, loser: int, winner: int) -> list[Moved]:
    """What moved of what the loser filed; a filing of days on which the winner has filed the same is given up."""
    rows = pen.conn.execute(
        "SELECT id, kind, lower(in_force), upper(in_force) FROM office.filing "
        "WHERE person = %s AND recorded_to = 'infinity' ORDER BY id",
        [loser],
    ).fetchall()
    moved = []
    for old, kind, first, until in rows:
        pen.end("filing", old)
        there = pen.conn.execute(
            "SELECT lower(in_force), upper(in_force) FROM office.filing WHERE person = %s AND kind = %s "
            "AND recorded_to = 'infinity' AND in_force && daterange(%s, %s)",
            [winner, kind, first, until],
        ).fetchall()
        left = minus((first, until), [(f, u) for f, u in there])
        made = [filing_twin(pen, old, a, b, winner) for a, b in left]
        moved.append({"table": "filing", "old": old, "made": made})
    return moved


def filing_twin(
    pen: Pen, of: int, first: date, until: date | None, person: int | None = None, more: dict[str, Any] | None = None
) -> int:
    """A twin of a filing over other days, perhaps of another person or with more detail; its number."""
    row = pen.conn.execute(
        "INSERT INTO office.filing (kind, person, employer, area, in_force, detail, command, recorded_from, "
        "recorded_by) SELECT kind, CASE WHEN person IS NULL THEN NULL ELSE coalesce(%s, person) END, employer, area, "
        "%s, detail || %s, command, %s, %s FROM office.filing WHERE id = %s RETURNING id",
        [person, span(first, until), Jsonb(more or {}), pen.at, pen.by, of],
    ).fetchone()
    assert row is not None
    return int(row[0])
