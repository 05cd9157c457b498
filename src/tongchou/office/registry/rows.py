"""What the operations of the registry share: persons and employers read under a lock, areas, the law's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg

from tongchou.law import Law
from tongchou.law.figures import Figures

from ..frame.access import allow, path_of
from ..frame.calendar import today as today
from ..frame.operation import Work
from ..frame.refusal import OfficeRefused
from ..frame.secrecy import holds_number

MOST = 2**63
"""Above every number of a record."""


@dataclass(frozen=True)
class Person:
    """A person as known now; ``version`` is the row that says so."""

    id: int
    version: int
    area: str
    name: str
    sex: str
    born: date
    number_kind: str
    masked: str


def area_of(name: str) -> Callable[[psycopg.Connection, Mapping[str, Any]], str]:
    """The area of the person whom the argument of a name gives, for ``area_of`` of an operation."""

    def found(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
        return person(conn, int(given[name])).area

    return found


area_of_person = area_of("person")
"""The area of the argument ``person``. Raises OfficeRefused: ``person_unknown``."""


def person(conn: psycopg.Connection, number: int, hold: bool = False) -> Person:
    """A person as known now. ``hold``: kept from others until the transaction ends, and refused where merged.

    Raises OfficeRefused: ``person_unknown``, ``person_merged``.
    """
    if hold:
        conn.execute("SELECT FROM office.person WHERE id = %s FOR NO KEY UPDATE", [number])
    row = conn.execute(
        "SELECT person, id, area, name, sex, born, number_kind, masked FROM office.person_version "
        "WHERE person = %s AND recorded_to = 'infinity'",
        [number],
    ).fetchone()
    if row is None:
        raise OfficeRefused("person_unknown", f"没有人员 {number}", f"no person {number}", "person")
    if hold and (other := taken_for(conn, number)) != number:
        raise OfficeRefused(
            "person_merged",
            f"人员 {number} 已并入人员 {other}，请办理后者",
            f"person {number} is taken for person {other}; use that one",
            "person",
        )
    return Person(*row)


def hold_persons(conn: psycopg.Connection, numbers: Iterable[int]) -> None:
    """Keep persons from others until the transaction ends, in one order.

    Stronger than ``person`` with ``hold``: a spell that is being written by whatever way, an import or by hand, is
    waited for, and so is seen.
    """
    conn.execute("SELECT FROM office.person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(set(numbers))])


def held(conn: psycopg.Connection, number: int) -> Person:
    """A person who stands for himself, kept from others. Raises ``person_unknown``, ``person_merged``."""
    hold_persons(conn, [number])
    return person(conn, number, hold=True)


def taken_for(conn: psycopg.Connection, number: int) -> int:
    """The person that a record is taken for: itself, or the last of those it was merged into."""
    if not 0 < number < MOST:
        return number  # nobody has it, and the database could not hold it
    row = conn.execute("SELECT office.taken_for(%s)", [number]).fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True)
class Employer:
    """An employer as known now; ``version`` is the row that says so."""

    id: int
    version: int
    area: str
    code: str
    name: str
    kind: str
    origin: str


def area_of_employer(conn: psycopg.Connection, given: Mapping[str, Any]) -> str:
    """The area of the argument ``employer``. Raises OfficeRefused: ``employer_unknown``."""
    return employer(conn, int(given["employer"])).area


def employer(conn: psycopg.Connection, number: int, hold: bool = False) -> Employer:
    """An employer as known now; ``hold``: kept from others until the transaction ends. Raises ``employer_unknown``."""
    if hold:
        conn.execute("SELECT FROM office.employer WHERE id = %s FOR NO KEY UPDATE", [number])
    row = conn.execute(
        "SELECT employer, id, area, code, name, kind, origin FROM office.employer_version "
        "WHERE employer = %s AND recorded_to = 'infinity'",
        [number],
    ).fetchone()
    if row is None:
        raise OfficeRefused("employer_unknown", f"没有单位 {number}", f"no employer {number}", "employer")
    return Employer(*row)


def standing_on(conn: psycopg.Connection, employer: int, on: date) -> str:
    """The standing of an employer on a day, as known now; normal where nothing else is recorded."""
    row = conn.execute(
        "SELECT standing FROM office.standing "
        "WHERE employer = %s AND recorded_to = 'infinity' AND in_force @> %s::date",
        [employer, on],
    ).fetchone()
    return str(row[0]) if row else "normal"


def figures(conn: psycopg.Connection, law: Law, area: str) -> Figures:
    """The figures of an area of the office: a county follows the nearest area above it that the law tree has."""
    code = next((c for c in reversed(path_of(conn, area)) if c in law.areas), area)
    return _figures(_Tree(law), code)


@dataclass(frozen=True)
class _Tree:
    """A law told apart by its version alone, so that its figures are worked out once."""

    law: Law

    def __hash__(self) -> int:
        return hash(self.law.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tree) and other.law.version == self.law.version


@lru_cache(maxsize=64)
def _figures(tree: _Tree, code: str) -> Figures:
    from tongchou.law.figures_of import figures_of

    return figures_of(tree.law, code)


def allowed_too(work: Work, area: str) -> None:
    """Refuse who may not do at a second area what he does at the first: asking, or approving where it is approved."""
    allow(work.conn, work.who, "registry.write" if work.command is None else "registry.review", area)


def past_day(work: Work, day: date, field: str) -> None:
    """Refuse a day that has not come yet: ``day_in_future``."""
    now = today(work.conn)
    if day > now:
        raise OfficeRefused("day_in_future", f"{day} 晚于今天 {now}", f"{day} is after today, {now}", field)


def worded(text: str, field: str, zh: str, en: str, most: int = 100) -> str:
    """A name or reason without blanks at its ends.

    Raises ``argument_invalid`` where it is empty or too long, ``number_in_text`` where it holds a personal number.
    """
    found = " ".join(text.split())
    if holds_number(found):
        raise OfficeRefused(
            "number_in_text",
            f"“{zh}”中不能写证件号码",
            f"{en}: an ID number does not belong into this field",
            field,
        )
    if not found or len(found) > most:
        raise OfficeRefused(
            "argument_invalid",
            f"“{zh}”应为1至{most}个字",
            f"{en}: expected 1 to {most} characters",
            field,
        )
    return found
