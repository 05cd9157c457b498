"""Persons, units and spells written by SQL, so that these tests stand on the tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

import tongchou.office.registry.life
from tests.office.conftest import COUNTY, NATION, Staff, granted
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.numbers import check_sign, code_sign, digest

assert tongchou.office.registry.life
PERSONS = 0


def refused(code: str, says: str = "") -> Any:
    return pytest.raises(OfficeRefused, match=f"^{code}: .*{says}")


def a_number(k: int, born: str = "19500101") -> str:
    """A valid resident number, another one for each k."""
    first = f"5323{k // 1000 + 1:02d}{born}{k % 1000:03d}"
    return first + check_sign(first)


def a_code(k: int) -> str:
    """A valid unified social credit code."""
    first = f"91532300{k:09d}"
    return first + code_sign(first)


@dataclass
class Registry:
    """Writes rows and reads the picture that holds now."""

    conn: psycopg.Connection
    made: int = 0

    def one(self, query: str, *values: Any) -> Any:
        row = self.conn.execute(query, values).fetchone()
        return None if row is None else row[0]

    def person(self, area: str = COUNTY, born: str = "1950-01-01", name: str = "张三", number: str = "") -> int:
        self.made += 1
        number = number or a_number(self.made, born.replace("-", ""))
        made: int = self.one("INSERT INTO office.person DEFAULT VALUES RETURNING id")
        self.conn.execute(
            "INSERT INTO office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, "
            "recorded_by) VALUES (%s, %s, %s, 'M', %s, 'resident_id', %s, %s, %s, 'test')",
            [made, area, name, born, secrecy.seal(number), digest("resident_id", number), secrecy.mask(number)],
        )
        return made

    def employer(self, area: str = COUNTY, standing: str = "", kind: str = "employer", code: str = "") -> int:
        self.made += 1
        made: int = self.one("INSERT INTO office.employer DEFAULT VALUES RETURNING id")
        self.conn.execute(
            "INSERT INTO office.employer_version (employer, area, code, name, kind, recorded_by) "
            "VALUES (%s, %s, %s, '机械厂', %s, 'test')",
            [made, area, code or a_code(self.made), kind],
        )
        if standing:
            self.conn.execute(
                "INSERT INTO office.standing (employer, standing, in_force, evidence, recorded_by) "
                "VALUES (%s, %s, '[2000-01-01,)', '批文', 'test')",
                [made, standing],
            )
        return made

    def spell(
        self,
        person: int,
        days: str,
        employer: int | None = None,
        insurance: str = "medical_employee",
        status: str = "active",
        way: str = "",
        area: str = COUNTY,
    ) -> int:
        way = way or ("resident" if status == "resident" else "employer" if employer else "flexible")
        made: int = self.one(
            "INSERT INTO office.enrolment (person, insurance, way, status, employer, area, in_force, recorded_by) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, 'test') RETURNING id",
            person,
            insurance,
            way,
            status,
            employer,
            area,
            days,
        )
        return made

    def months(self, person: int, days: str, line: str = "medical", kind: str = "paid", area: str = COUNTY) -> int:
        made: int = self.one(
            "INSERT INTO office.months (person, line, months, kind, area, recorded_by) "
            "VALUES (%s, %s, %s, %s, %s, 'test') RETURNING id",
            person,
            line,
            days,
            kind,
            area,
        )
        return made

    def picture(self, person: int) -> list[Any]:
        """What holds now of a person's spells, whatever the rows that say so."""
        return self.conn.execute(
            "SELECT insurance, way, status, employer, area, in_force::text, source FROM office.enrolment "
            "WHERE person = %s AND recorded_to = 'infinity' ORDER BY 1, 6",
            [person],
        ).fetchall()

    def counted(self, person: int) -> list[Any]:
        """What months count now for a person."""
        return self.conn.execute(
            "SELECT line, kind, area, months::text FROM office.months "
            "WHERE person = %s AND recorded_to = 'infinity' ORDER BY 1, 4",
            [person],
        ).fetchall()


@pytest.fixture
def registry(office: psycopg.Connection) -> Registry:
    return Registry(office)


@dataclass
class Desk:
    """Does operations as the clerk, approved by the reviewer; of the nation's, where areas are many."""

    conn: psycopg.Connection
    clerk: str = "clerk"
    reviewer: str = "reviewer"

    def do(self, name: str, /, **given: Any) -> Any:
        return run(self.conn, actor(self.conn, self.clerk), name, given)

    def both(self, name: str, /, **given: Any) -> Any:
        """Asked by one, approved by the other; the answer of the approval."""
        asked = self.do(name, **given)
        assert set(asked) == {"command", "would"}
        return decide(self.conn, actor(self.conn, self.reviewer), asked["command"], "approved")


@pytest.fixture
def desk(office: psycopg.Connection) -> Desk:
    return Desk(office)


@pytest.fixture
def nation(office: psycopg.Connection, who: Staff) -> Desk:
    """A desk that may work everywhere."""
    for name, role in (("all_clerk", "county_clerk"), ("all_reviewer", "county_reviewer")):
        run(office, who.root, "staff.add", {"area": NATION, "name": name, "shown": name})
        granted(office, name, role, NATION)
    return Desk(office, "all_clerk", "all_reviewer")


def rights_hold(conn: psycopg.Connection, name: str, given: dict[str, Any], two_people: bool) -> None:
    """The clerk of another area, the auditor and the administrator are refused; nobody approves what he asked for."""
    for who, code in (("stranger", "area_outside"), ("auditor", "not_allowed"), ("root", "not_allowed")):
        with refused(code):
            run(conn, actor(conn, who), name, given)
    if two_people:
        asked = run(conn, actor(conn, "clerk"), name, given)["command"]
        with refused("self_approval"):
            decide(conn, actor(conn, "clerk"), asked, "approved")
        with refused("not_allowed"):
            decide(conn, actor(conn, "auditor"), asked, "approved")
        with refused("not_allowed"):  # a second clerk is no reviewer
            decide(conn, actor(conn, "clerk2"), asked, "approved")
        decide(conn, actor(conn, "clerk"), asked, "withdrawn")
