"""The changes of running totals as they are kept: written, undone, summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from tongchou.law.tables import Scheme
from tongchou.money.fen import format_fen
from tongchou.rules.settlement.visit import laid_on
from tongchou.rules.settlement.yearly import ADMISSIONS, highest, titles, yearly_slots

from ..frame.operation import Work
from ..frame.refusal import OfficeRefused


@dataclass(frozen=True)
class Key:
    """Whose total it is and which."""

    year: int
    person: int
    scheme: str
    area: str
    name: str


@dataclass(frozen=True)
class Kept:
    """A change that is there."""

    id: int
    key: Key
    amount: int
    on_day: date
    recorded_at: datetime


def make_year(conn: psycopg.Connection, year: int) -> None:
    """Make the partition of a benefit year where it is not there."""
    conn.execute("SELECT office.make_year(%s)", [year])


def years_ahead(conn: psycopg.Connection) -> None:
    """Make the partitions of this year and the next, so that no counter waits for one."""
    conn.execute("SELECT office.make_years_ahead()")


def add(
    work: Work, key: Key, amount: int, on: date, source: str, reference: str, at: datetime, reverses: int | None = None
) -> int:
    """Write a change known from a moment on; its number. A year that is not made is refused: ``total_year_missing``."""
    row = work.conn.execute(
        "INSERT INTO office.total_change (year, person, scheme, area, name, amount, on_day, source, reference, "
        "reverses, command, recorded_at, recorded_by) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [key.year, key.person, key.scheme, key.area, key.name, amount, on, source, reference,
         reverses, work.command, at, work.asked_by],
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def undo(work: Work, of: Kept, reference: str, at: datetime) -> int:
    """Write the mirror of a change; its number. Known after the change, wherever the clock stands."""
    return add(work, of.key, -of.amount, of.on_day, "correction", reference, at, of.id)


def find(conn: psycopg.Connection, number: int) -> tuple[Kept, str]:
    """A change that can be undone by hand, and the area in which it was asked for.

    Raises OfficeRefused: ``total_change_unknown``, ``total_undone``.
    """
    row = conn.execute(
        "SELECT t.id, t.year, t.person, t.scheme, t.area, t.name, t.amount, t.on_day, t.recorded_at, c.area, "
        "EXISTS (SELECT FROM office.total_change u WHERE (u.reverses, u.year) = (t.id, t.year)) "
        "FROM office.total_change t JOIN office.command c ON c.id = t.command WHERE t.id = %s AND t.reverses IS NULL",
        [number],
    ).fetchone()
    if row is None:
        raise OfficeRefused(
            "total_change_unknown", f"没有可撤销的累计变动 {number}", f"no change {number} that can be undone", "change"
        )
    if row[10]:
        raise OfficeRefused("total_undone", f"累计变动 {number} 已撤销", f"change {number} is undone already", "change")
    return Kept(row[0], Key(row[1], *row[2:6]), *row[6:9]), str(row[9])


def sums(conn: psycopg.Connection, person: int, scheme: str, area: str, year: int) -> list[tuple[str, int]]:
    """The totals of a person (and of whoever is taken for him) in a benefit year, as known now; none at 0."""
    rows = conn.execute(
        "SELECT name, sum(amount)::bigint FROM office.total_change WHERE person IN (SELECT office.records_of(%s)) "
        "AND (year, scheme, area) = (%s, %s, %s) GROUP BY name HAVING sum(amount) <> 0 ORDER BY name",
        [person, year, scheme, area],
    ).fetchall()
    return [(str(name), int(amount)) for name, amount in rows]


def refuse_above_cap(conn: psycopg.Connection, scheme: Scheme, key: Key, names: Iterable[str], field: str) -> None:
    """Refuse totals that have come to more than the law's caps let anybody's come to: ``total_above_cap``.

    Looked at after writing, so that layers that share a cap are held against it together.
    """
    slots = yearly_slots(scheme)
    known = [(n, a) for n, a in sums(conn, key.person, key.scheme, key.area, key.year) if n in slots]
    laid = laid_on(slots, known)
    for name in names:
        for slot in slots[name]:
            limit = highest(scheme, slot, key.year)
            if limit is not None and laid.get(slot, 0) > limit:
                called = titles(scheme)[name]
                raise OfficeRefused(
                    "total_above_cap",
                    f"{called[0]}（{name}）达 {format_fen(laid[slot])} 元，"
                    f"超过 {key.year} 年度最高支付限额 {format_fen(limit)} 元",
                    f"{name} would come to {format_fen(laid[slot])}, above the cap of {key.year}, {format_fen(limit)}",
                    field,
                )


def as_text(name: str, amount: int) -> str:
    """A total as it is written: yuan, or a count of admissions."""
    return str(amount) if name == ADMISSIONS else format_fen(amount)
