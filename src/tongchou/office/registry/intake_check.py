"""A chunk of rows held against the registry: areas, units, days, spells, and numbers that are there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from ..frame import lawbook
from ..frame.access import Actor, allow
from ..frame.refusal import OfficeRefused
from . import together
from .custodial import refuse_custodial
from .intake_rows import Rows
from .numbers import digest
from .rows import today
from .spells import Spell, day_after, line_of, refuse_days, refuse_form

Ints = NDArray[np.int64]


@dataclass
class Facts:
    """What a run knows beside its rows: who asks; which rows have one number; which row of a number was taken."""

    who: Actor
    group: Ints
    holder: Ints
    """By group: the row that was taken, -1 for none."""

    def __post_init__(self) -> None:
        there = self.group >= 0
        self.first = np.full(len(self.group), len(self.group), np.int64)
        np.minimum.at(self.first, self.group[there], np.flatnonzero(there))


@dataclass(frozen=True)
class Unit:
    """A unit that rows name; ``standings``: (first day, first day after or None, standing)."""

    id: int
    kind: str
    name: str
    standings: tuple[tuple[date, date | None, str], ...]

    def on(self, day: date) -> str:
        """The standing of a day."""
        return next(
            (s for since, until, s in self.standings if since <= day and (until is None or day < until)), "normal"
        )


@dataclass
class Checked:
    """The rows of a chunk that are good, with digest and spells, and why the others are not.

    ``spells``: (index into ``rows``, insurance, first day, first day after or None) of every spell to be begun.
    """

    rows: Ints
    digests: list[bytes]
    spells: list[tuple[int, str, date, date | None]]
    units: dict[str, Unit]
    refused: dict[int, OfficeRefused] = field(default_factory=dict)


def check_chunk(conn: psycopg.Connection, rows: Rows, facts: Facts, part: Ints) -> Checked:
    """Check the rows of a chunk. Nothing is written; what it read of units is held until the transaction ends."""
    refused = {i: rows.refused[i] for i in part[~rows.good[part]].tolist()}
    left = part[rows.good[part]]
    units = _units(conn, rows, left)
    for check in (_areas, _lives, _named_units, _forms, _custodial):
        left = _keep(left, check(conn, facts.who, rows, left, units), refused)
    digests = _digests(rows, left)
    bad = _known(conn, rows, facts, left, digests)
    keep = np.array([i not in bad for i in left.tolist()], np.bool_)
    refused |= bad
    return Checked(
        left[keep],
        [d for d, k in zip(digests, keep.tolist(), strict=True) if k],
        _spells(conn, rows, left[keep]),
        units,
        refused,
    )


def _keep(left: Ints, bad: dict[int, OfficeRefused], refused: dict[int, OfficeRefused]) -> Ints:
    refused |= bad
    return left[~np.isin(left, np.fromiter(bad, np.int64, len(bad)))] if bad else left


def _each(rows: Ints, refuse: Callable[[int], None]) -> dict[int, OfficeRefused]:
    """The refusals that a check of single rows gives."""
    found: dict[int, OfficeRefused] = {}
    for i in rows.tolist():
        try:
            refuse(i)
        except OfficeRefused as e:
            found[i] = e
    return found


def _areas(conn: psycopg.Connection, who: Actor, rows: Rows, left: Ints, units: Any) -> dict[int, OfficeRefused]:
    """Rows of areas where the actor may not register."""
    column = rows.coded["area"]
    bad: dict[int, OfficeRefused] = {}
    for c in np.unique(column.codes[left]).tolist():
        try:
            allow(conn, who, "registry.write", column.values[c])
        except OfficeRefused as e:
            e = OfficeRefused(e.code, e.zh, e.en, "area")
            bad |= dict.fromkeys(left[column.codes[left] == c].tolist(), e)
    return bad


def _lives(conn: psycopg.Connection, who: Actor, rows: Rows, left: Ints, units: Any) -> dict[int, OfficeRefused]:
    """Births to come, spells before birth, last days before first ones."""
    now = today(conn)
    begins, last = rows.days("begins")[left], rows.days("last_day")[left]
    born = rows.born[left]
    doubt = (
        (born > np.datetime64(now, "D")) | (begins < born) | (last < begins) | (last >= np.datetime64(date.max, "D"))
    )

    def refuse(i: int) -> None:
        day = rows.born[i].astype(date)
        if day > now:
            raise OfficeRefused(
                "birth_in_future", f"出生日期 {day} 晚于今天", f"the birth {day} is after today", "born"
            )
        _, since, until = _days(rows, i)
        if since is not None:
            refuse_days(since, until, day, None)

    return _each(left[doubt], refuse)


def _days(rows: Rows, i: int) -> tuple[str, date | None, date | None]:
    """(insurance, first day, first day after) of a row."""
    column = {k: rows.coded[k] for k in ("insurance", "begins", "last_day")}
    insurance, since, last = (c.values[c.codes[i]] for c in column.values())
    return insurance, since, day_after(last) if last else None


def _units(conn: psycopg.Connection, rows: Rows, left: Ints) -> dict[str, Unit]:
    """The units that rows name, by credit code; standings being recorded are waited for."""
    column = rows.coded["employer"]
    codes = [column.values[c] for c in np.unique(column.codes[left]).tolist() if column.values[c]]
    if not codes:
        return {}
    found = conn.execute(
        "SELECT v.code, v.employer, v.kind, v.name FROM office.employer_version v "
        "JOIN office.employer e ON e.id = v.employer WHERE v.code = ANY(%s) AND v.recorded_to = 'infinity' "
        "ORDER BY e.id FOR SHARE OF e",
        [codes],
    ).fetchall()
    standings: dict[int, list[tuple[date, date | None, str]]] = {}
    for of, since, until, standing in conn.execute(
        "SELECT employer, lower(in_force), upper(in_force), standing FROM office.standing "
        "WHERE employer = ANY(%s) AND recorded_to = 'infinity'",
        [[row[1] for row in found]],
    ):
        standings.setdefault(of, []).append((since, until, standing))
    return {code: Unit(of, kind, name, tuple(standings.get(of, ()))) for code, of, kind, name in found}


def _named_units(
    conn: psycopg.Connection, who: Actor, rows: Rows, left: Ints, units: dict[str, Unit]
) -> dict[int, OfficeRefused]:
    """Rows that name a unit nobody registered."""
    unknown = rows.coded["employer"].where(lambda code: bool(code) and code not in units)[left]
    bad: dict[int, OfficeRefused] = {}
    for i in left[unknown].tolist():
        code = rows.coded["employer"].list(np.array([i]))[0]
        bad[i] = OfficeRefused(
            "employer_unknown", f"没有登记单位 {code}", f"no employer {code} is registered", "employer"
        )
    return bad


def _forms(
    conn: psycopg.Connection, who: Actor, rows: Rows, left: Ints, units: dict[str, Unit]
) -> dict[int, OfficeRefused]:
    """Rows whose insurance, way, status and unit do not go together: every combination that occurs is tried once."""
    names = ("insurance", "way", "status", "employer")
    spelled = left[rows.coded["insurance"].where(bool)[left]]
    key = np.zeros(len(spelled), np.int64)
    for k in names:
        key = key * (len(rows.coded[k].values) + 1) + rows.coded[k].codes[spelled]
    # The day matters only where the unit has been in more than one standing.
    dated = rows.coded["employer"].where(lambda code: code in units and bool(units[code].standings))[spelled]
    days = rows.coded["begins"]
    key = key * (len(days.values) + 1) + np.where(dated, days.codes[spelled], 0)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)

    def refuse(i: int) -> None:
        insurance, way, status, code = (rows.coded[k].list(np.array([i]))[0] for k in names)
        unit = units.get(code)
        standing = unit.on(days.list(np.array([i]))[0]) if unit else ""
        refuse_form(insurance, way, status, unit.kind if unit else "", standing, True, unit.name if unit else "")
        if insurance == together.LARGE:
            raise OfficeRefused(
                "large_expense_alone",
                "大额医疗费用补助随职工基本医疗保险参加，不能单独参加",
                "nobody has the large-expense supplement alone; it comes with employee medical insurance",
                "insurance",
            )

    tried = _each(spelled[first], refuse)
    bad: dict[int, OfficeRefused] = {}
    for place, i in enumerate(spelled[first].tolist()):
        if i in tried:
            bad |= dict.fromkeys(spelled[inverse == place].tolist(), tried[i])
    return bad


def _custodial(conn: psycopg.Connection, who: Actor, rows: Rows, left: Ints, units: Any) -> dict[int, OfficeRefused]:
    """Retirees under a custodial unit (J12): who is registered now has no former unit here, so evidence is named."""
    doubt = left[rows.coded["way"].where(lambda way: way == "custodial")[left]]

    def refuse(i: int) -> None:
        insurance, since, until = _days(rows, i)
        assert since is not None
        source = rows.source[i]
        refuse_custodial(
            conn, Spell(0, 0, insurance, line_of(insurance), "custodial", "retired", 0, "", since, until, source), []
        )

    return _each(doubt, refuse)


def _digests(rows: Rows, left: Ints) -> list[bytes]:
    kinds = rows.coded["number_kind"]
    return [
        digest(kinds.values[c] or "resident_id", rows.number[i])
        for i, c in zip(left.tolist(), kinds.codes[left].tolist(), strict=True)
    ]


def _known(
    conn: psycopg.Connection, rows: Rows, facts: Facts, left: Ints, digests: list[bytes]
) -> dict[int, OfficeRefused]:
    """Rows whose number is registered, or was taken from a row before. The first good row of a number is taken."""
    there = {
        bytes(d): int(of)
        for d, of in conn.execute(
            "SELECT digest, office.taken_for(person) FROM office.person_version "
            "WHERE digest = ANY(%s) AND recorded_to = 'infinity'",
            [digests],
        )
    }
    group = facts.group[left]
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    leads = first[inverse] == np.arange(len(left))
    taken = (facts.holder[group] >= 0) | ~leads
    bad: dict[int, OfficeRefused] = {}
    for place, i in enumerate(left.tolist()):
        of = there.get(digests[place])
        if of is None and not taken[place]:
            continue
        before = int(facts.first[group[place]])
        bad[i] = _twice(before) if before < i else _there(of)
    return bad


def _twice(row: int) -> OfficeRefused:
    return OfficeRefused(
        "row_twice",
        f"该证件号码在表格第 {row + 2} 行已出现，同一人只登记一次",
        f"the number stands in line {row + 2} of the sheet already; a person is registered once",
        "number",
    )


def _there(person: int | None) -> OfficeRefused:
    return OfficeRefused(
        "person_exists",
        f"该证件号码已登记在册（人员 {person}）；参保变动请用“参保增减”表",
        f"the number is registered already, person {person}; spells of people known have a sheet of their own",
        "number",
    )


def _spells(conn: psycopg.Connection, rows: Rows, left: Ints) -> list[tuple[int, str, date, date | None]]:
    """The spells of rows, and large expense beside basic insurance where the law of the area says so (L04)."""
    spelled = np.flatnonzero(rows.coded["insurance"].where(bool)[left])
    found: list[tuple[int, str, date, date | None]] = []
    columns = [rows.coded[k].list(left[spelled]) for k in ("insurance", "begins", "last_day", "area")]
    windows: dict[str, list[together.Window]] = {}
    law = None
    for place, insurance, since, last, area in zip(spelled.tolist(), *columns, strict=True):
        until = day_after(last) if last else None
        found.append((place, insurance, since, until))
        if insurance != together.BASIC:
            continue
        law = law or lawbook.in_force(conn)
        if area not in windows:
            windows[area] = together.windows(conn, law, area)
        for w in windows[area]:
            shared = together.common((since, until), (w.since, w.until))
            if shared is not None:
                found.append((place, together.LARGE, *shared))
    return found
