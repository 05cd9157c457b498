"""A sheet run: people by the column, spells and employers row by row, each row taken or told why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date

import psycopg

from ..care.importing import take_row
from ..frame import audit
from ..frame.access import Actor, allow
from ..frame.lawbook import moment_of
from ..frame.operation import Work, refusing
from ..frame.refusal import OfficeRefused
from ..registry import employers, enrolment, numbers
from ..registry.intake import Rejected, bring_people, digest_of
from ..registry.persons import find_by_number
from ..registry.spells import Spell, day_after, line_of, live
from ..registry.words import needed, read_day, read_word
from .headers import Sheet, plain, sheet_of, understood

CHUNK = 500
"""Rows of spells or employers in one transaction."""
Cells = dict[str, str]
Progress = Callable[[int, int], None]
Keep = Callable[[list[Rejected], int], None]


@dataclass
class Outcome:
    """What became of a sheet's rows from ``skip`` on: read = accepted + rejected; ``unread``: headers not used."""

    read: int = 0
    accepted: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    fen: int = 0
    """Money in the rows taken, of a sheet of totals."""
    unread: list[str] = field(default_factory=list)


def run(
    conn: psycopg.Connection,
    who: Actor,
    kind: str,
    area: str,
    columns: Mapping[str, Sequence[str]],
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
    skip: int = 0,
    digest: str = "",
    keep: Keep = lambda rejected, done: None,
    command: int | None = None,
) -> Outcome:
    """Take a sheet in. ``columns``: sender's header → cells, as ``read`` gives them; ``area``: where a row names none.

    Each chunk of rows is one transaction with one record; ``keep(rejected, rows done)`` is called in it and
    ``progress(rows done, rows)`` after it, and a run that was stopped goes on with ``skip`` rows done. A dry run
    writes nothing and answers the same. ``command``: the approved one that a sheet of two people stands on. Commits as
    it goes: give it a connection with nothing under way. Raises OfficeRefused: ``sheet_unknown``, ``header_twice``,
    ``column_missing``, ``columns_uneven``, ``not_allowed``, ``area_outside``, ``area_unknown``.
    """
    sheet = sheet_of(kind)
    found, unread = understood(kind, list(columns))
    told = {name: [plain(cell) for cell in columns[header]] for name, header in found.items()}
    named = digest or digest_of(columns)
    if kind == "people":
        done = bring_people(conn, who, area, told, dry_run, progress, skip, digest=named, keep=keep)
        return Outcome(done.read, done.accepted, done.rejected, unread=unread)
    if len({len(c) for c in columns.values()}) > 1:
        raise OfficeRefused("columns_uneven", "各列行数不一致", "the columns have different lengths")
    rows = [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]
    outcome = _Run(conn, who, sheet, area, dry_run, named, command).all(rows, skip, progress, keep)
    outcome.unread = unread
    if outcome.read != len(rows) - min(skip, len(rows)) or outcome.read != outcome.accepted + len(outcome.rejected):
        raise AssertionError(f"{len(rows) - skip} rows, {outcome.accepted} taken, {len(outcome.rejected)} rejected")
    return outcome


@dataclass(frozen=True)
class _Run:
    conn: psycopg.Connection
    who: Actor
    sheet: Sheet
    area: str
    dry_run: bool
    named: str
    command: int | None = None

    def all(self, rows: list[Cells], skip: int, progress: Progress, keep: Keep) -> Outcome:
        """Every row from ``skip`` on."""
        outcome = Outcome()
        self.conn.commit()
        # A dry run is one transaction taken back: a row must see what those before it would have done.
        with self.conn.transaction(force_rollback=True) if self.dry_run else nullcontext():
            with refusing(), self.conn.transaction():
                allow(self.conn, self.who, self.sheet.right, self.area)
            for first in range(skip, len(rows), CHUNK):
                part = range(first, min(first + CHUNK, len(rows)))
                with refusing(), self.conn.transaction():
                    before = len(outcome.rejected)
                    self._chunk(rows, part, outcome)
                    keep(outcome.rejected[before:], part.stop)
                progress(part.stop, len(rows))
        return outcome

    def _chunk(self, rows: list[Cells], part: range, outcome: Outcome) -> None:
        work = Work(self.conn, self.who, self.area, moment_of(self.conn), self.command, asked_by=self.who.name)
        codes: Counter[str] = Counter()
        take = {"enrolments": self._enrol, "employers": self._employer, "totals": self._total}[self.sheet.kind]
        if self.sheet.kind != "employers":
            self._hold(rows, part)
        before = outcome.fen
        for i in part:
            try:
                with refusing(), self.conn.transaction():
                    fen = take(work, rows[i])
                outcome.accepted += 1
                outcome.fen += fen or 0
            except OfficeRefused as e:
                if e.code in ("database_lost", "database_busy"):
                    raise
                codes[e.code] += 1
                outcome.rejected.append(Rejected(i, e.code, e.field, e.zh, e.en))
        outcome.read += len(part)
        told = {"file": self.named, "rows": [part.start + 1, part.stop], "accepted": len(part) - codes.total(),
                "rejected": dict(sorted(codes.items()))}  # fmt: skip
        if self.command is not None:
            told |= {"command": self.command, "fen": outcome.fen - before}
        audit.record(self.conn, self.who.name, self.area, f"{self.sheet.kind}.import", f"file:{self.named[:16]}", told)

    def _hold(self, rows: list[Cells], part: range) -> None:
        """Hold the persons of a chunk in one order, so that two sheets never wait for each other in a ring."""
        digests = []
        for i in part:
            try:
                kind = self._word(rows[i], "number_kind") or "resident_id"
                digests.append(numbers.digest(kind, numbers.normal(kind, rows[i].get("number", ""))))
            except OfficeRefused:
                continue
        self.conn.execute(
            "SELECT FROM office.person WHERE id IN (SELECT office.taken_for(person) FROM office.person_version "
            "WHERE digest = ANY(%s) AND recorded_to = 'infinity') ORDER BY id FOR NO KEY UPDATE",
            [digests],
        )

    def _word(self, cells: Cells, name: str) -> str:
        return read_word(cells.get(name, ""), self.sheet.choices[name], name, *self.sheet.names[name])

    def _needed(self, cells: Cells, name: str) -> str:
        value = self._word(cells, name) if name in self.sheet.choices else cells.get(name, "")
        return needed(value, name, *self.sheet.names[name])

    def _day(self, cells: Cells, name: str) -> date | None:
        return read_day(cells.get(name, ""), name, *self.sheet.names[name])

    def _needed_day(self, cells: Cells, name: str) -> date:
        found = self._day(cells, name)
        if found is None:
            needed("", name, *self.sheet.names[name])
            raise AssertionError
        return found

    def _person(self, cells: Cells) -> int:
        """The person a row is about, by number and, where it is given, name."""
        kind = self._word(cells, "number_kind") or "resident_id"
        person = find_by_number(self.conn, kind, self._needed(cells, "number"))
        if person is None:
            raise OfficeRefused(
                "person_unknown",
                "该证件号码未登记；请先用“参保人员登记表”登记",
                "nobody is registered with the number; register him with a sheet of people first",
                "number",
            )
        self._same_name(person, cells.get("name", ""))
        return person

    def _total(self, work: Work, cells: Cells) -> int:
        named = {k: self._needed(cells, k) for k in ("scheme", "total", "amount")}
        on = self._needed_day(cells, "on")
        evidence = cells.get("evidence", "").strip() or self.sheet.zh
        return take_row(work, self._person(cells), on=on, evidence=evidence, **named)

    def _enrol(self, work: Work, cells: Cells) -> None:
        person = self._person(cells)
        action, insurance = self._needed(cells, "action"), self._needed(cells, "insurance")
        source = " ".join(cells.get("source", "").split())
        if action == "begin":
            self._begin(work, cells, person, insurance, source)
            return
        named = "last_day" if action == "end" else "begins"
        on = self._needed_day(cells, named)
        spell = _in_force(work.conn, person, insurance, on, named)
        allow(work.conn, work.who, "registry.write", spell.area)
        if action == "end":
            enrolment.end_spell(work, spell, on, source or self.sheet.zh)
        else:
            enrolment.retire(work, enrolment=spell.id, on=on, evidence=source)

    def _same_name(self, person: int, name: str) -> None:
        """A name beside a number must be the one known: else the number was taken from another row."""
        if not name:
            return
        row = self.conn.execute(
            "SELECT name FROM office.person_version WHERE person = %s AND recorded_to = 'infinity'", [person]
        ).fetchone()
        if row is None or row[0] != " ".join(name.split()):
            raise OfficeRefused(
                "name_differs",
                "姓名与该证件号码登记的不一致",
                "the name is not the one registered with the number",
                "name",
            )

    def _begin(self, work: Work, cells: Cells, person: int, insurance: str, source: str) -> None:
        area = cells.get("area", "").strip() or self.area
        allow(work.conn, work.who, "registry.write", area)
        last = self._day(cells, "last_day")
        enrolment.begin_spell(
            work,
            Spell(
                0,
                person,
                insurance,
                line_of(insurance),
                self._needed(cells, "way"),
                self._needed(cells, "status"),
                _unit(work.conn, cells.get("employer", "")),
                area,
                self._needed_day(cells, "begins"),
                day_after(last) if last else None,
                source,
            ),
        )

    def _employer(self, work: Work, cells: Cells) -> None:
        area = cells.get("area", "").strip() or self.area
        allow(work.conn, work.who, "registry.write", area)
        employers.add(
            work,
            area=area,
            name=self._needed(cells, "name"),
            code=self._needed(cells, "code"),
            kind=self._word(cells, "kind") or "employer",
            origin=self._word(cells, "origin") or "ordinary",
        )


def _unit(conn: psycopg.Connection, text: str) -> int | None:
    if not text.strip():
        return None
    code = numbers.employer_code(text)
    row = conn.execute(
        "SELECT employer FROM office.employer_version WHERE code = %s AND recorded_to = 'infinity'", [code]
    ).fetchone()
    if row is None:
        raise OfficeRefused("employer_unknown", f"没有登记单位 {code}", f"no employer {code} is registered", "employer")
    return int(row[0])


def _in_force(conn: psycopg.Connection, person: int, insurance: str, on: date, named: str) -> Spell:
    """The spell of a person in an insurance that holds on a day. Raises OfficeRefused: ``not_enrolled``."""
    for spell in live(conn, person, line_of(insurance)):
        if spell.insurance == insurance and spell.since <= on and (spell.until is None or on < spell.until):
            return spell
    raise OfficeRefused("not_enrolled", f"{on} 未参加该险种", f"no spell of {insurance} holds on {on}", named)
