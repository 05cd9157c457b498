"""What a death or an emigration cuts off, and how it comes back when that was wrong.

``office.life_cut`` keeps the spell as it was and the part that stayed. That part may have moved since, to a record that
this one was merged into and back: so it is found by what it says and not by the number of its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg

from ...frame.refusal import OfficeRefused
from ..pen import Pen
from ..spells import Spell, by_number, live
from ..together import minus

EVENTS = {"death": ("死亡", "death"), "emigration": ("出境定居", "emigration")}


@dataclass(frozen=True)
class LifeEvent:
    """A death or an emigration as it is held now."""

    id: int
    person: int
    event: str
    on: date
    evidence: str

    @property
    def after(self) -> date:
        """The first day on which nothing holds any more."""
        return self.on + timedelta(days=1)


def event_of(conn: psycopg.Connection, person: int) -> LifeEvent | None:
    """The death or emigration of a record, as held now."""
    row = conn.execute(
        "SELECT id, person, event, happened_on, evidence FROM office.life_event "
        "WHERE person = %s AND recorded_to = 'infinity'",
        [person],
    ).fetchone()
    return LifeEvent(*row) if row else None


def end_life(pen: Pen, person: int, event: str, on: date, evidence: str) -> tuple[int, list[dict[str, Any]]]:
    """Write an event and end what reaches past its day: its number; each spell as it was, with the part kept."""
    made = pen.add("life_event", person=person, event=event, happened_on=on, evidence=evidence)
    after, cut = on + timedelta(days=1), []
    for spell in live(pen.conn, person):
        if spell.past(after):
            kept = pen.cut(spell, after)
            pen.conn.execute(
                "INSERT INTO office.life_cut (event, old, made) VALUES (%s, %s, %s)", [made, spell.id, kept]
            )
            cut.append({**spell.told(), "kept": kept})
    return made, cut


def take_back(pen: Pen, of: LifeEvent) -> list[int]:
    """End an event and give back the days it cut off, on top of what is held of each spell now; the spells' numbers.

    Raises OfficeRefused ``changed_since`` where the part that had stayed is not there any more.
    """
    pen.end("life_event", of.id)
    cuts = pen.conn.execute("SELECT old, made FROM office.life_cut WHERE event = %s ORDER BY old", [of.id]).fetchall()
    before = by_number(pen.conn, [old for old, _ in cuts], now=False)
    return [made for old, kept in cuts for made in _longer(pen, of, before[old], kept)]


def _longer(pen: Pen, of: LifeEvent, whole: Spell, kept: int | None) -> list[int]:
    """A spell again over the days after the event, as far as the record does not hold the same cover on them."""
    held = [s for s in live(pen.conn, of.person) if s.line == whole.line]
    alike = [(s.since, s.until) for s in held if s.cover == whole.cover]
    back = []
    for since, until in minus((max(whole.since, of.after), whole.until), alike):
        stayed = next((s for s in held if s.cover == whole.cover and s.until == since == of.after), None)
        if stayed is not None:
            pen.end("enrolment", stayed.id)
            back.append(pen.spell(stayed, (stayed.since, until)))
        elif kept is not None and since == of.after:
            raise OfficeRefused(
                "changed_since",
                f"参保期间 {kept} 在登记{EVENTS[of.event][0]}后又有变动，请先恢复",
                f"spell {kept} was changed after the {of.event} was recorded; put that right first",
            )
        else:
            back.append(pen.spell(whole, (since, until), of.person))
    return back
