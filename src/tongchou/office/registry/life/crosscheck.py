"""Everyone insured who should be (应保尽保; km2023 end, K10): tax wages held against enrolment and declared bases.

A query, by the column: nothing is written. Three lists come of a roster: who has a wage and no employee medical
insurance in that month, whose declared base is below what the law asks for the wage, and whom we enrol though the
roster has no wage of him. Numbers and names are masked; every row is compared or rejected with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from tongchou.law import Law
from tongchou.law.days import iso_month

from ...frame.access import Actor, allow
from ...frame.lawbook import in_force
from ...frame.secrecy import mask_name
from ..rows import figures
from .dues import Asked, asked
from .months import first_of
from .roster import ROW_REASONS, Rejected, Roster, read_roster

Ints = NDArray[np.int64]
Dues = tuple[Ints, Ints, Ints, NDArray[np.bool_]]
INSURED = """
    SELECT u.place, bool_or(e.insurance = 'medical_employee'),
           bool_or(e.insurance = 'medical_employee' AND e.status = 'active' AND e.employer = u.employer),
           min(e.insurance)
    FROM unnest(%b::bigint[], %b::bigint[], %b::date[]) WITH ORDINALITY AS u (person, employer, month, place)
    JOIN office.enrolment e ON e.person = u.person AND e.recorded_to = 'infinity' AND e.line = 'medical'
     AND e.in_force && daterange(u.month, (u.month + interval '1 month')::date)
    GROUP BY u.place
"""
DECLARED = """
    SELECT u.place, d.base_fen
    FROM unnest(%b::bigint[], %b::bigint[], %b::date[]) WITH ORDINALITY AS u (person, employer, month, place)
    JOIN office.declared_base d ON (d.person, d.employer, d.month) = (u.person, u.employer, u.month)
     AND d.recorded_to = 'infinity'
"""
WITHOUT_WAGE = """
    SELECT DISTINCT e.person, p.masked, p.name, v.code, m.month
    FROM unnest(%s::date[]) AS m (month)
    JOIN office.enrolment e ON e.recorded_to = 'infinity' AND e.insurance = 'medical_employee' AND e.status = 'active'
     AND e.employer IS NOT NULL AND e.in_force && daterange(m.month, (m.month + interval '1 month')::date)
    JOIN office.employer_version v ON v.employer = e.employer AND v.recorded_to = 'infinity'
    JOIN office.area a ON a.code = v.area AND a.path @> ARRAY[%s]
    JOIN office.person_version p ON p.person = e.person AND p.recorded_to = 'infinity'
    LEFT JOIN unnest(%b::bigint[], %b::bigint[], %b::date[]) AS r (person, employer, month)
      ON (r.person, r.employer, r.month) = (e.person, e.employer, m.month)
    WHERE r.person IS NULL ORDER BY v.code, m.month, e.person
"""


@dataclass(frozen=True)
class Finding:
    """A person and month that does not agree. Money in fen; ``person`` None where he is not registered at all.

    ``row``: place in the roster from 1, 0 for who is missing there; ``instead``: the other medical insurance he is in.
    ``base``: what the law asks for the wage; ``declared``: −1 where none is known; dues are None where the law of the
    month, or the unit's rate in it, is not encoded.
    """

    row: int
    person: int | None
    number: str
    name: str
    employer: str
    month: str
    wage: int = 0
    base: int | None = None
    declared: int = -1
    due_employer: int | None = None
    due_person: int | None = None
    instead: str = ""


@dataclass(frozen=True)
class Checked:
    """What a roster tells: ``rows`` = ``compared`` + rejected; ``undeclared``: compared rows without a known base."""

    rows: int
    compared: int
    undeclared: int
    uninsured: tuple[Finding, ...]
    under_declared: tuple[Finding, ...]
    without_wage: tuple[Finding, ...]
    rejected: tuple[Rejected, ...]
    law_version: str


def crosscheck(conn: psycopg.Connection, who: Actor, area: str, columns: Mapping[str, Sequence[str]]) -> Checked:
    """Hold a roster of an area (columns of text, ``roster.NEEDED`` and perhaps ``declared``) against the registry.

    The declared base of a row is the roster's own column, else that of ``office.declared_base``. Dues are those of
    basic medical and maternity insurance by the law of the unit's area. Raises OfficeRefused: ``not_allowed``,
    ``area_outside``, ``area_unknown``, ``columns_missing``, ``columns_unequal``, ``law_not_approved``.
    """
    allow(conn, who, "registry.read", area)
    roster = read_roster(columns)
    return _Compared(conn, area, roster).checked()


@dataclass(frozen=True)
class _Unit:
    """A registered unit: its number, its area, whether that lies in the area asked about."""

    id: int
    area: str
    inside: bool


class _Compared:
    """A roster beside the registry: for each good row the person, the unit and what the law asks, as columns."""

    def __init__(self, conn: psycopg.Connection, area: str, roster: Roster) -> None:
        self.conn, self.area, self.r = conn, area, roster
        self.n = len(roster.row)
        self.rejected = list(roster.rejected)
        self.units = self._units()
        people = self._people()
        self.person = np.array([people.get(d, (0, ""))[0] for d in roster.digest], np.int64)
        names = [people.get(d, (0, ""))[1] for d in roster.digest]
        self.unit = np.array([self.units[c].id if c in self.units else 0 for c in roster.employer], np.int64)
        self.where = [self.units[c].area if c in self.units else area for c in roster.employer]
        self.good = np.ones(self.n, np.bool_)
        elsewhere = np.array([c in self.units and not self.units[c].inside for c in roster.employer], np.bool_)
        other = np.array([bool(a) and a != b for a, b in zip(names, roster.name, strict=True)], np.bool_)
        self._reject(elsewhere, "employer", "employer_elsewhere")
        self._reject(other, "name", "name_differs")
        self.present = [
            (people[d][0], self.units[c].id, first_of(m))
            for d, c, m in roster.present
            if d in people and c in self.units
        ]

    def checked(self) -> Checked:
        """The three lists."""
        law = in_force(self.conn)
        rules = self._rules(law)
        base, unit_due, own_due, known = self._dues(rules, self.r.wage)
        insured, active_here, instead = self._insured()
        uninsured = [
            self._finding(i, base, known, unit_due, own_due, instead=instead.get(i, ""))
            for i in _places(self.good & ~insured)
        ]
        declared = self._declared()
        told = self.good & active_here & (declared >= 0)
        low, unit_had, own_had, _ = self._dues(rules, np.maximum(declared, 0))
        self._reject(told & ~known, "month", "wage_not_reckoned")
        unit_due, own_due = unit_due - unit_had, own_due - own_had
        under = [
            self._finding(i, base, known, unit_due, own_due, declared=int(declared[i]))
            for i in _places(told & known & (low < base))
        ]
        return Checked(
            self.r.rows,
            int(self.good.sum()),
            int((self.good & active_here & (declared < 0)).sum()),
            tuple(uninsured),
            tuple(under),
            tuple(self._without_wage()),
            tuple(sorted(self.rejected, key=lambda x: x.row)),
            law.version,
        )

    def _units(self) -> dict[str, _Unit]:
        """Registered units by their codes."""
        codes = sorted({c for _, c, _ in self.r.present})
        found = self.conn.execute(
            "SELECT v.code, v.employer, v.area, a.path @> ARRAY[%s] FROM office.employer_version v "
            "JOIN office.area a ON a.code = v.area WHERE v.code = ANY(%s) AND v.recorded_to = 'infinity'",
            [self.area, codes],
        ).fetchall()
        return {code: _Unit(int(unit), area, bool(inside)) for code, unit, area, inside in found}

    def _people(self) -> dict[bytes, tuple[int, str]]:
        """Digest → (person, name); a record that is taken for another gives that other's number."""
        digests = list({d for d, _, _ in self.r.present})
        found = self.conn.execute(
            "SELECT digest, person, name FROM office.person_version "
            "WHERE digest = ANY(%b) AND recorded_to = 'infinity'",
            [digests],
        ).fetchall()
        merges = self.conn.execute("SELECT loser, winner FROM office.person_merge WHERE recorded_to = 'infinity'")
        merged: dict[int, int] = dict(merges.fetchall())

        def standing(person: int) -> int:
            while person in merged:
                person = merged[person]
            return person

        return {bytes(d): (standing(int(person)), str(name)) for d, person, name in found}

    def _reject(self, which: NDArray[np.bool_], column: str, code: str) -> None:
        for i in _places(which & self.good):
            self.rejected.append(Rejected(int(self.r.row[i]), self.r.masked[i], column, code, *ROW_REASONS[code]))
        self.good &= ~which

    def _keys(self) -> list[Any]:
        return [self.person.tolist(), self.unit.tolist(), [first_of(int(m)) for m in self.r.month]]

    def _insured(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], dict[int, str]]:
        """(in employee medical insurance; active at this unit; row → the other medical insurance he is in)."""
        insured, here = np.zeros(self.n, np.bool_), np.zeros(self.n, np.bool_)
        instead = {}
        for place, employee, active, insurance in self.conn.execute(INSURED, self._keys()).fetchall():
            insured[place - 1], here[place - 1] = employee, bool(active)
            if not employee:
                instead[int(place) - 1] = str(insurance)
        return insured, here, instead

    def _declared(self) -> Ints:
        """The declared base of each row, fen; −1 where none is known. The roster's own column comes first."""
        declared = np.full(self.n, -1, np.int64)
        for place, base in self.conn.execute(DECLARED, self._keys()).fetchall():
            declared[place - 1] = base
        return np.where(self.r.declared >= 0, self.r.declared, declared)

    def _rules(self, law: Law) -> list[tuple[NDArray[np.bool_], Asked]]:
        """The rows of an area and month, with its law; rows whose law is not encoded are in none."""
        places, at = np.unique(self.where, return_inverse=True)
        found = []
        for k, place in enumerate(places):
            of = figures(self.conn, law, str(place))
            for month in np.unique(self.r.month[at == k]):
                rule = asked(of, int(month))
                if rule is not None:
                    found.append(((at == k) & (self.r.month == month), rule))
        return found

    def _dues(self, rules: Sequence[tuple[NDArray[np.bool_], Asked]], wage: Ints) -> Dues:
        """(base, unit's and own contributions of each row, whether the law of its month is encoded)."""
        base, unit, own = (np.zeros(self.n, np.int64) for _ in range(3))
        known = np.zeros(self.n, np.bool_)
        self.no_unit = np.zeros(self.n, np.bool_)
        for rows, rule in rules:
            self.no_unit[rows] = not rule.unit_known
            base[rows], known[rows] = rule.base(wage[rows]), True
            unit[rows], own[rows] = rule.due(wage[rows])
        return base, unit, own, known

    def _finding(self, i: int, base: Ints, known: NDArray[np.bool_], unit: Ints, own: Ints, **more: Any) -> Finding:
        there = bool(known[i])
        return Finding(
            int(self.r.row[i]),
            int(self.person[i]) or None,
            self.r.masked[i],
            self.r.shown[i],
            self.r.employer[i],
            iso_month(int(self.r.month[i])),
            int(self.r.wage[i]),
            int(base[i]) if there else None,
            due_employer=int(unit[i]) if there and not self.no_unit[i] else None,
            due_person=int(own[i]) if there else None,
            **more,
        )

    def _without_wage(self) -> list[Finding]:
        """Whom units of the area enrol as active in a month of the roster that has no row of him."""
        months = sorted({first_of(int(m)) for m in np.unique(self.r.month)})  # of a month unread nothing is known
        columns: list[Any] = [list(c) for c in zip(*self.present, strict=True)] if self.present else [[], [], []]
        found = self.conn.execute(WITHOUT_WAGE, [months, self.area, *columns]).fetchall()
        return [
            Finding(0, int(person), masked, mask_name(name), code, f"{month:%Y-%m}")
            for person, masked, name, code, month in found
        ]


def _places(which: NDArray[np.bool_]) -> list[int]:
    found: list[int] = np.flatnonzero(which).tolist()
    return found
