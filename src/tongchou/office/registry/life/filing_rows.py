"""Filings as rows: read, and ended from a day by a twin that keeps the days before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from ...frame.refusal import OfficeRefused
from ..pen import Pen
from .joined import filing_twin

ORIGIN = "origin"
"""Key of a twin's detail: the number of the filing it is what is left of."""


@dataclass(frozen=True)
class Filing:
    """A filing: of a person or a unit, from ``first`` to before ``until`` (None: open)."""

    id: int
    kind: str
    person: int | None
    employer: int | None
    area: str
    first: date
    until: date | None
    detail: dict[str, Any]
    live: bool

    @property
    def origin(self) -> int:
        """The number it was filed under first."""
        return int(self.detail.get(ORIGIN, self.id))

    def refuse_ended(self, on: date) -> None:
        """Refuse one that is ended, or ends by itself not after a day: ``filing_ended``."""
        if not self.live or (self.until is not None and self.until <= on):
            raise OfficeRefused("filing_ended", f"备案 {self.id} 已终止", f"filing {self.id} has ended", "filing")


def filing(conn: psycopg.Connection, number: int, kinds: Sequence[str], lock: bool = False) -> Filing:
    """A filing of some kinds, perhaps held until the transaction ends. Raises OfficeRefused: ``filing_unknown``."""
    row = conn.execute(
        "SELECT id, kind, person, employer, area, lower(in_force), upper(in_force), detail, recorded_to = 'infinity' "
        "FROM office.filing WHERE id = %s AND kind = ANY(%s)" + (" FOR UPDATE" if lock else ""),
        [number, list(kinds)],
    ).fetchone()
    if row is None:
        raise OfficeRefused("filing_unknown", f"没有备案 {number}", f"no filing {number}", "filing")
    return Filing(*row)


def end_filing(pen: Pen, of: Filing, on: date) -> int | None:
    """End a filing from a day: the twin that keeps the days before it; None where there are none."""
    pen.end("filing", of.id)
    return filing_twin(pen, of.id, of.first, on, more={ORIGIN: of.origin}) if of.first < on else None
