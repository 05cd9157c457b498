"""Persons: added with a number that is checked and sealed, corrected by a version of its own with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import psycopg

from ..frame import secrecy
from ..frame.access import allow, path_of
from ..frame.fields import area as an_area
from ..frame.fields import choice, day, number, text
from ..frame.operation import Answer, Work, operation, refuses
from ..frame.refusal import OfficeRefused
from . import numbers
from .pen import Pen
from .rows import Person, area_of_person, person, today, worded

refuses(
    {
        "person_number": "person_exists",
        "person_now": "person_exists",
        "employer_code": "employer_exists",
        "enrolment_overlaps": "spells_overlap",
        "standing_overlaps": "standing_overlaps",
    },
    {
        "person_exists": "该证件号码已登记在册",
        "employer_exists": "该统一社会信用代码已登记",
        "spells_overlap": "同一期间已参加同类险种",
        "standing_overlaps": "同一期间已有单位状况",
    },
)


@operation("person.add", "登记参保人员", "register a person", "registry.write")
def add(
    work: Work,
    *,
    area: Annotated[str, an_area()],
    name: Annotated[str, text("姓名", "name")],
    number: Annotated[str, text("证件号码", "number", hidden=True)],
    number_kind: Annotated[str, choice("证件类型", "kind of number", numbers.KINDS)] = "resident_id",
    sex: Annotated[str | None, choice("性别", "sex", numbers.SEXES)] = None,
    born: Annotated[date | None, day("出生日期", "born")] = None,
) -> Answer:
    """Register a person. Birth and sex come from the number; where they are given they must agree with it (GB 11643).

    Raises OfficeRefused: those of ``numbers.check``, ``birth_in_future``, ``person_exists``, ``area_unknown``.
    """
    path_of(work.conn, area)
    found = numbers.check(number_kind, number, born, sex)
    _not_yet_born(work.conn, found.born)
    named = worded(name, "name", "姓名", "name")
    _refuse_known(work.conn, found.digest)
    row = work.conn.execute("INSERT INTO office.person DEFAULT VALUES RETURNING id").fetchone()
    assert row is not None
    made = int(row[0])
    _write(Pen.of(work), made, area, named, found)
    work.subject = f"person:{made}"
    return {"person": made, "number": found.masked, "sex": found.sex, "born": found.born.isoformat()}


@operation("person.correct", "更正人员信息", "correct a person", "registry.write", area_of=area_of_person)
def correct(
    work: Work,
    *,
    person: Annotated[int, number("人员编号", "person")],
    evidence: Annotated[str, text("依据", "evidence")],
    name: Annotated[str | None, text("姓名", "name")] = None,
    area: Annotated[str | None, an_area("参保地", "area")] = None,
    number: Annotated[str | None, text("证件号码", "number", hidden=True)] = None,
    number_kind: Annotated[str | None, choice("证件类型", "kind of number", numbers.KINDS)] = None,
    sex: Annotated[str | None, choice("性别", "sex", numbers.SEXES)] = None,
    born: Annotated[date | None, day("出生日期", "born")] = None,
) -> Answer:
    """Correct name, area or number; what is left out stays. The version before ends with the evidence and stays known.

    Raises OfficeRefused: ``person_unknown``, ``person_merged``, ``nothing_to_correct``, ``spell_before_birth``,
    ``area_outside`` (the new area is not the asker's), and those of ``person.add``.
    """
    before = _held(work.conn, person)
    why = worded(evidence, "evidence", "依据", "evidence", 1000)
    kind = number_kind or before.number_kind
    if number is None and kind != before.number_kind:
        raise OfficeRefused("argument_missing", "缺少“证件号码”", "number is missing", "number")
    kept = _number_now(work.conn, before)
    facts = _facts(number, kind, kept, before, born, sex)
    _not_yet_born(work.conn, facts.born)
    if facts.born != before.born:
        _refuse_spell_before(work.conn, person, facts.born)
    where = area or before.area
    path_of(work.conn, where)
    if where != before.area:
        allow(work.conn, work.who, "registry.write", where)
    named = worded(name, "name", "姓名", "name") if name is not None else before.name
    after = (where, named, facts.sex, facts.born, facts.kind, facts.normal)
    if after == (before.area, before.name, before.sex, before.born, before.number_kind, kept):
        raise OfficeRefused("nothing_to_correct", "没有需要更正的内容", "nothing of this differs from what is known")
    if facts.normal != kept or facts.kind != before.number_kind:
        _refuse_known(work.conn, facts.digest)
    pen = Pen.of(work, why)
    pen.end("person_version", before.version)
    _write(pen, person, where, named, facts)
    work.subject = f"person:{person}"
    return {"person": person, "number": facts.masked, "sex": facts.sex, "born": facts.born.isoformat(), "area": where}


def _held(conn: psycopg.Connection, of: int) -> Person:
    return person(conn, of, hold=True)


def _facts(
    number: str | None, kind: str, kept: str, before: Person, born: date | None, sex: str | None
) -> numbers.Checked:
    """The number, birth and sex as they shall be: a new number brings its own, an old one keeps those known."""
    if number is not None:
        told = numbers.inside(numbers.normal(kind, number))
        # A number that holds no birth date leaves the one known.
        return numbers.check(
            kind, number, born or (None if told else before.born), sex or (None if told else before.sex)
        )
    return numbers.check(kind, kept, born or before.born, sex or before.sex)


def _write(pen: Pen, of: int, area: str, name: str, facts: numbers.Checked) -> int:
    return pen.add(
        "person_version",
        person=of,
        area=area,
        name=name,
        sex=facts.sex,
        born=facts.born,
        number_kind=facts.kind,
        sealed=secrecy.seal(facts.normal),
        digest=facts.digest,
        masked=facts.masked,
    )


def _number_now(conn: psycopg.Connection, of: Person) -> str:
    row = conn.execute("SELECT sealed FROM office.person_version WHERE id = %s", [of.version]).fetchone()
    assert row is not None
    return secrecy.unseal(row[0])


def find_by_number(conn: psycopg.Connection, kind: str, number: str) -> int | None:
    """The person of a number as known now (the one he is taken for); None where nobody has it. Raises as ``normal``."""
    found = numbers.digest(kind, numbers.normal(kind, number))
    row = conn.execute(
        "SELECT office.taken_for(person) FROM office.person_version WHERE digest = %s AND recorded_to = 'infinity'",
        [found],
    ).fetchone()
    return int(row[0]) if row else None


def _refuse_known(conn: psycopg.Connection, digest: bytes) -> None:
    row: Any = conn.execute(
        "SELECT office.taken_for(person) FROM office.person_version WHERE digest = %s AND recorded_to = 'infinity'",
        [digest],
    ).fetchone()
    if row is not None:
        raise OfficeRefused(
            "person_exists",
            f"该证件号码已登记在册（人员 {row[0]}）",
            f"the number is registered already, person {row[0]}",
            "number",
        )


def _not_yet_born(conn: psycopg.Connection, born: date) -> None:
    if born > today(conn):
        raise OfficeRefused("birth_in_future", f"出生日期 {born} 晚于今天", f"the birth {born} is after today", "born")


def _refuse_spell_before(conn: psycopg.Connection, of: int, born: date) -> None:
    row = conn.execute(
        "SELECT id, insurance, lower(in_force) FROM office.enrolment WHERE person = %s AND recorded_to = 'infinity' "
        "AND lower(in_force) < %s ORDER BY lower(in_force) LIMIT 1",
        [of, born],
    ).fetchone()
    if row is not None:
        raise OfficeRefused(
            "spell_before_birth",
            f"参保期间 {row[0]}（{row[1]}，自 {row[2]}）早于出生日期 {born}，先更正该期间",
            f"spell {row[0]} ({row[1]} from {row[2]}) would begin before the birth {born}; correct it first",
            "born",
        )
