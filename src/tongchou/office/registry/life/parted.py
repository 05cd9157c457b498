"""What an unmerge gives back: the rows a merge moved, as they stand now; what began since stays with the winner."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ...frame.refusal import OfficeRefused
from ..pen import Pen
from ..spells import Days, Spell, by_number, live
from .joined import Moved, filing_twin
from .months import first_of, months_of, number, of_range, read_months, runs, written


def back_spells(pen: Pen, moved: list[Moved], loser: int, winner: int) -> tuple[list[int], list[Any]]:
    """(the loser's spells now; moved ones changed since).

    A moved spell goes back over the days of the loser's own row, the days given up as the same among them. Where its
    twin was changed since, the spell that took its place (same cover, same first day) goes back as it is.
    """
    held = {s.id: s for s in live(pen.conn, winner)}
    before = by_number(pen.conn, [n for row in moved for n in (row["old"], *row["made"])], now=False)
    back: list[int] = []
    changed: list[Any] = []
    taken: set[int] = set()
    for row in moved:
        heirs = [held.get(n) or _heir(before[n], held, taken) for n in row["made"]]
        there = [h for h in heirs if h is not None]
        for heir in there:
            pen.end("enrolment", heir.id)
            taken.add(heir.id)
        if all(h and (h.since, h.until) == _days_of(before[n]) for n, h in zip(row["made"], heirs, strict=True)):
            own = before[row["old"]]
            back.append(pen.spell(own, _days_of(own), loser))
            continue
        back += [pen.spell(heir, _days_of(heir), loser) for heir in there]
        changed.append({"table": "enrolment", "was": row["old"], "now": [h.id for h in there]})
    return back, changed


RESTS = """
    SELECT EXISTS (
        SELECT FROM jsonb_to_recordset(%(later)s) AS m ("table" text, old bigint, made jsonb)
        JOIN office.{table} o ON o.id = m.old
        JOIN office.{table} t ON t.{key} = o.{key} AND t.id = ANY (%(twins)s)
        WHERE m."table" = '{table}' AND t.{days} && datemultirange(o.{days}) - coalesce(
            (SELECT range_agg(x.{days}) FROM office.{table} x
             WHERE x.id IN (SELECT jsonb_array_elements_text(m.made)::bigint)), '{{}}'))
"""
SHARED = {"enrolment": ("line", "in_force"), "months": ("line", "months"), "filing": ("kind", "in_force")}


def rests_on(conn: psycopg.Connection, later: list[Moved], moved: list[Moved]) -> bool:
    """Whether a later merge gave days up as the same as those of rows that an earlier one moved: these would go."""
    for table, (key, days) in SHARED.items():
        twins = [n for row in moved if row["table"] == table for n in row["made"]]
        query = RESTS.format(table=table, key=key, days=days)
        row = conn.execute(query.encode(), {"later": Jsonb(later), "twins": twins}).fetchone()
        if row == (True,):
            return True
    return False


def begun_since(conn: psycopg.Connection, since: datetime, winner: int) -> list[Any]:
    """The winner's spells that began to be known after a merge, told; not those of before in another form."""
    rows = conn.execute(
        "SELECT e.id FROM office.enrolment e WHERE e.person = %s AND e.recorded_to = 'infinity' "
        "AND e.recorded_from > %s AND NOT EXISTS (SELECT FROM office.enrolment o WHERE o.person = e.person "
        "AND o.recorded_from <= %s AND o.recorded_to > %s AND lower(o.in_force) = lower(e.in_force) "
        "AND (o.insurance, o.way, o.status, o.area) = (e.insurance, e.way, e.status, e.area) "
        "AND o.employer IS NOT DISTINCT FROM e.employer) ORDER BY e.id",
        [winner, since, since, since],
    ).fetchall()
    found = by_number(conn, [int(r[0]) for r in rows])
    return [found[n].told() for n in sorted(found)]


def refuse_transferred(conn: psycopg.Connection, since: datetime, moved: list[Moved], winner: int) -> None:
    """Refuse while a transfer of the winner since the merge sent on months that it moved, or left out its own since
    these count: undone later, they would come back to the wrong record. Raises OfficeRefused ``transfer_followed``."""
    months = {n: set(of_range(*months_of(conn, n))) for row in moved for n in row["made"]}
    lines: dict[int, str] = dict(
        conn.execute("SELECT id, line FROM office.months WHERE id = ANY(%s)", [list(months)]).fetchall()
    )
    later = conn.execute(
        "SELECT t.id, t.line, t.area, t.certificate, t.detail ->> 'months', t.detail ->> 'left_out', t.direction "
        "FROM office.transfer t WHERE t.recorded_from >= %s AND t.person = %s AND t.recorded_to = 'infinity' "
        "ORDER BY t.id DESC",
        [since, winner],
    ).fetchall()
    for transfer, line, area, certificate, out, left_out, direction in later:
        rests = read_months((out if direction == "out" else left_out) or "", number(date.max))
        if any(lines[n] == line and not found.isdisjoint(rests) for n, found in months.items()):
            raise OfficeRefused(
                "transfer_followed",
                f"合并后的月份已用于转移 {transfer}（{area}，凭证 {certificate}），先撤销该转移",
                f"transfer {transfer} ({area}, certificate {certificate}) rests on months of the merge; undo it first",
                "merge",
            )


def back_months(pen: Pen, moved: list[Moved], loser: int, changed: list[Any]) -> list[int]:
    """The loser's counted months now; those of twins that ended since are told in ``changed`` and not given back.

    A twin that a transfer took and its undoing brought back is a row of its own; it goes back as well.
    """
    back = []
    for row in moved:
        there = _live(pen, "months", row["made"])
        first, until = months_of(pen.conn, row["old"])
        months = set(of_range(first, until))
        for n in row["made"]:
            if n in there:
                pen.end("months", n)
            else:
                gone = set(of_range(*months_of(pen.conn, n))) - _again(pen, n)
                months -= gone
                if gone:
                    changed.append({"table": "months", "was": row["old"], "gone": written(gone)})
        back += [pen.months(row["old"], first_of(a), first_of(b), loser) for a, b in runs(months)]
    return back


def back_filings(pen: Pen, moved: list[Moved], loser: int, changed: list[Any]) -> list[int]:
    """The loser's filings now; one that was revoked since is told in ``changed`` and not given back."""
    back = []
    for row in moved:
        if len(_live(pen, "filing", row["made"])) < len(row["made"]):
            changed.append({"table": "filing", "was": row["old"]})
            continue
        for n in row["made"]:
            pen.end("filing", n)
        first, until = _days(pen, row["old"])
        back.append(filing_twin(pen, row["old"], first, until, loser))
    return back


def _again(pen: Pen, twin: int) -> set[int]:
    """End what counts of a twin's months by rows that took its place, of the same person, kind and area; these."""
    rows = pen.conn.execute(
        "SELECT m.id, lower(m.months), upper(m.months) FROM office.months m JOIN office.months t ON t.id = %s "
        "AND (m.person, m.line, m.kind, m.area) = (t.person, t.line, t.kind, t.area) AND m.months <@ t.months "
        "WHERE m.recorded_to = 'infinity' ORDER BY m.id",
        [twin],
    ).fetchall()
    for row, _, _ in rows:
        pen.end("months", int(row))
    return {m for _, first, until in rows for m in of_range(first, until)}


def _heir(twin: Spell, held: dict[int, Spell], taken: set[int]) -> Spell | None:
    """The spell that took the place of a twin that has ended: same cover, same first day."""
    alike = (s for s in held.values() if s.id not in taken and (s.cover, s.since) == (twin.cover, twin.since))
    return next(alike, None)


def _days_of(spell: Spell) -> Days:
    return spell.since, spell.until


def _live(pen: Pen, table: str, numbers: list[int]) -> set[int]:
    query = {
        "months": "SELECT id FROM office.months WHERE id = ANY(%s) AND recorded_to = 'infinity'",
        "filing": "SELECT id FROM office.filing WHERE id = ANY(%s) AND recorded_to = 'infinity'",
    }[table]
    return {int(r[0]) for r in pen.conn.execute(query, [numbers]).fetchall()}


def _days(pen: Pen, filing: int) -> Days:
    row = pen.conn.execute(
        "SELECT lower(in_force), upper(in_force) FROM office.filing WHERE id = %s", [filing]
    ).fetchone()
    assert row is not None
    return row[0], row[1]
