"""Two records of one human being become one, and apart again where that was wrong; two people do either.

The loser's spells, counted months and filings are moved to the winner: the old row ends, its twin stands with the
winner. Where both hold the same cover on the same days the loser's days are given up; where they contradict each other
nothing is moved, and both are named. ``office.person_merge.moved`` keeps what became of every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import psycopg
from psycopg.types.json import Jsonb

from ...frame.fields import number, text
from ...frame.operation import Answer, Work, operation
from ...frame.refusal import OfficeRefused
from ...frame.secrecy import mask_name
from ..pen import Pen
from ..rows import Person, allowed_too, area_of, held, hold_persons, person
from ..spells import live
from .apart import Merge, began, merges_into
from .cuts import end_life, event_of, take_back
from .joined import move_filings, move_months, move_spells
from .parted import back_filings, back_months, back_spells, begun_since, refuse_transferred, rests_on


def _area_of_merge(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    return person(conn, _merge(conn, int(given["merge"])).winner).area


@operation(
    "person.merge",
    "合并人员记录",
    "merge two records of a person",
    "registry.write",
    review="registry.review",
    area_of=area_of("winner"),
)
def merge(
    work: Work,
    *,
    loser: Annotated[int, number("被并入的人员编号", "person given up")],
    winner: Annotated[int, number("保留的人员编号", "person kept")],
    reason: Annotated[str, text("依据", "evidence")],
) -> Answer:
    """Take one record for another from now on; spells, months and filings go along.

    The answer shows both records masked and how they differ (``differs``), what was moved (``moved``), what was given
    up as the same (``same``), and months both had paid (``paid_twice``: money for levy to look into). Raises
    OfficeRefused: ``person_unknown``, ``person_merged``, ``merge_itself``, ``merge_contradicts``, ``area_outside``.
    """
    hold_persons(work.conn, [loser, winner])
    given_up, kept = held(work.conn, loser), held(work.conn, winner)
    if loser == winner:
        raise OfficeRefused("merge_itself", "不能与自己合并", "a record cannot be merged with itself", "winner")
    allowed_too(work, given_up.area)
    _same_end(work.conn, loser, winner)
    pen = Pen.of(work, f"merged into person {winner}: {reason}")
    answer = {
        "loser": _shown(given_up),
        "winner": _shown(kept),
        "differs": [k for k in ("name", "sex", "born", "masked") if getattr(given_up, k) != getattr(kept, k)],
    }
    moved, same = move_spells(pen, live(work.conn, loser), live(work.conn, winner), winner)
    months, twice = move_months(pen, loser, winner)
    moved += months + move_filings(pen, loser, winner)
    made = pen.add("person_merge", loser=loser, winner=winner, moved=Jsonb(moved))
    work.subject = f"person:{winner}"
    return {"merge": made, **answer, "moved": moved, "same": same, "paid_twice": twice}


@operation(
    "person.unmerge",
    "撤销合并人员记录",
    "part two records again",
    "registry.write",
    review="registry.review",
    area_of=_area_of_merge,
)
def unmerge(
    work: Work,
    *,
    merge: Annotated[int, number("合并编号", "merge")],
    reason: Annotated[str, text("原因", "reason")],
) -> Answer:
    """Give back to the other record exactly what a merge moved, as it stands now.

    Spells begun after the merge stay with the winner and are named (``stays``); of a moved row that was changed since,
    what is left of it goes back (``changed``). A death reported since is the winner's. Raises OfficeRefused:
    ``merge_unknown``, ``merge_ended``, ``merge_order``, ``transfer_followed`` (a transfer rests on months it moved),
    ``area_outside``.
    """
    found = _merge(work.conn, merge)
    hold_persons(work.conn, [found.loser, found.winner])
    found = _merge(work.conn, merge)
    loser, winner = found.loser, found.winner
    if not found.holds:
        raise OfficeRefused("merge_ended", f"合并 {merge} 已撤销", f"merge {merge} has ended", "merge")
    _last_first(work.conn, found)
    allowed_too(work, person(work.conn, loser).area)
    since = began(work.conn, merge)
    refuse_transferred(work.conn, since, found.of("months"), winner)
    pen = Pen.of(work, reason)
    theirs = event_of(work.conn, winner) if event_of(work.conn, loser) is None else None
    if theirs is not None:  # reported of both while they were one: it stays with the winner, and cuts nobody else's
        take_back(pen, theirs)
    pen.end("person_merge", merge)
    back, changed = back_spells(pen, found.of("enrolment"), loser, winner)
    if theirs is not None:
        end_life(pen, winner, theirs.event, theirs.on, theirs.evidence)
    back += back_months(pen, found.of("months"), loser, changed)
    back += back_filings(pen, found.of("filing"), loser, changed)
    stays = begun_since(work.conn, since, winner)
    work.subject = f"person:{winner}"
    return {"loser": loser, "winner": winner, "back": back, "changed": changed, "stays": stays}


def _last_first(conn: psycopg.Connection, found: Merge) -> None:
    """Refuse while a later merge rests on this one: of the winner into another, or of one with the same days."""
    outer = conn.execute(
        "SELECT id FROM office.person_merge WHERE loser = %s AND recorded_to = 'infinity'", [found.winner]
    ).fetchone()
    same = [m.id for m in merges_into(conn, found.winner) if m.id > found.id and rests_on(conn, m.moved, found.moved)]
    for later in [int(outer[0])] if outer else same[-1:]:
        raise OfficeRefused(
            "merge_order",
            f"其后的合并 {later} 以此为据，先撤销合并 {later}",
            f"merge {later}, made after that, rests on it; undo merge {later} first",
            "merge",
        )


def _merge(conn: psycopg.Connection, number: int) -> Merge:
    """A merge by its number. Raises OfficeRefused: ``merge_unknown``."""
    row = conn.execute(
        "SELECT id, loser, winner, moved, recorded_to = 'infinity' FROM office.person_merge WHERE id = %s", [number]
    ).fetchone()
    if row is None:
        raise OfficeRefused("merge_unknown", f"没有合并 {number}", f"no merge {number}", "merge")
    return Merge(*row)


def _same_end(conn: psycopg.Connection, loser: int, winner: int) -> None:
    """Refuse two records of which only one has died or left, or on another day."""
    rows: list[tuple[int, str, date]] = conn.execute(
        "SELECT person, event, happened_on FROM office.life_event WHERE person = ANY(%s) AND recorded_to = 'infinity'",
        [[loser, winner]],
    ).fetchall()
    ends = {event: (what, on) for event, what, on in rows}
    if ends.get(loser) != ends.get(winner):
        mine, theirs = (f"{ends[n][0]} {ends[n][1]}" if n in ends else "-" for n in (loser, winner))
        raise OfficeRefused(
            "merge_contradicts",
            f"死亡或出境登记不一致：人员 {loser} {mine}，人员 {winner} {theirs}；先登记一致",
            f"person {loser}: {mine}, person {winner}: {theirs}; record the same death or emigration of both first",
        )


def _shown(found: Person) -> dict[str, Any]:
    return {
        "person": found.id,
        "area": found.area,
        "name": mask_name(found.name),
        "sex": found.sex,
        "born": found.born.isoformat(),
        "number": found.masked,
    }
