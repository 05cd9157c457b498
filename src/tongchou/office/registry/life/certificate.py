"""A transfer as it is recorded, and what its certificate carries: the same wherever the two ends of it meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tongchou.money import format_fen

from ...frame.refusal import OfficeRefused
from ..pen import Pen
from .months import number, read_months, written

ACCOUNT_LINE = "medical"
"""The insurance whose personal account this office keeps; only its balance moves."""


@dataclass(frozen=True)
class Transfer:
    """A transfer: ``months`` how many its certificate carries; ``detail`` which, as text, and what came of them."""

    id: int
    person: int
    line: str
    direction: str
    certificate: str
    area: str
    other_area: str
    on: date
    months: int
    sum_fen: int
    detail: dict[str, Any]
    live: bool


COLUMNS = """
    SELECT id, person, line, direction, certificate, area, other_area, on_day, months, sum_fen, detail,
           recorded_to = 'infinity'
    FROM office.transfer WHERE
"""


@dataclass(frozen=True)
class Carried:
    """What a certificate carries between two areas, seen from where it arrives; fen."""

    person: int
    line: str
    area: str
    other_area: str
    months: frozenset[int]
    sum_fen: int

    def differing(self, other: Carried) -> list[tuple[str, str, str]]:
        """(what, here, there) wherever two differ; months as text, only those that one of them lacks."""
        found = [
            (name, str(getattr(self, name)), str(getattr(other, name)))
            for name in ("person", "line", "area", "other_area")
            if getattr(self, name) != getattr(other, name)
        ]
        if self.months != other.months:
            found.append(
                ("months", written(self.months - other.months) or "-", written(other.months - self.months) or "-")
            )
        if self.sum_fen != other.sum_fen:
            found.append(("sum", format_fen(self.sum_fen), format_fen(other.sum_fen)))
        return found


def kept_out(of: Transfer, person: int) -> Carried:
    """What a transfer out sent, seen from where it arrives."""
    months = read_months(of.detail["months"], number(date.max))
    return Carried(person, of.line, of.other_area, of.area, frozenset(months), of.sum_fen)


def transfer_of(conn: psycopg.Connection, number: int, lock: bool = False) -> Transfer:
    """A transfer, perhaps held until the transaction ends. Raises OfficeRefused: ``transfer_unknown``."""
    row = conn.execute(COLUMNS + "id = %s" + (" FOR UPDATE" if lock else ""), [number]).fetchone()
    if row is None:
        raise OfficeRefused("transfer_unknown", f"没有转移 {number}", f"no transfer {number}", "transfer")
    return Transfer(*row)


def live(conn: psycopg.Connection, certificate: str, direction: str) -> Transfer | None:
    """The transfer of a certificate in a direction that holds now, kept as it is until the transaction ends."""
    row = conn.execute(
        COLUMNS + "(direction, certificate) = (%s, %s) AND recorded_to = 'infinity' FOR UPDATE",
        [direction, certificate],
    ).fetchone()
    return None if row is None else Transfer(*row)


def note(pen: Pen, of: Transfer) -> Transfer:
    """Record a transfer; it with its number. The database refuses a certificate that is there: ``transfer_exists``."""
    made = pen.add(
        "transfer",
        person=of.person,
        line=of.line,
        direction=of.direction,
        certificate=of.certificate,
        area=of.area,
        other_area=of.other_area,
        on_day=of.on,
        months=of.months,
        sum_fen=of.sum_fen,
        detail=Jsonb(of.detail),
    )
    return replace(of, id=made)
