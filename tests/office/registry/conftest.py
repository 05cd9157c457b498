"""A county office with its clerk, and short ways to register people and units; each test has a database of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY, NATION, Staff, granted
from tongchou.office.frame.access import Actor, actor
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry import employers, enrolment, persons
from tongchou.office.registry.numbers import CODE_SIGNS, check_sign, code_sign

__all__ = ["COUNTY"]
JINAN, JINAN_COUNTY = "370100", "370102"
ROOMS = (persons, employers, enrolment)
MORE = {"jinan": ("county_clerk", JINAN_COUNTY), "jinan2": ("county_reviewer", JINAN_COUNTY)}


def number(serial: int = 1, born: str = "19700305", area: str = "532301", male: bool = True) -> str:
    """A valid resident number; the serial (up to 499) makes it another person."""
    seventeen = f"{area}{born}{serial * 2 + (1 if male else 0):03d}"
    return seventeen + check_sign(seventeen)


def code(serial: int = 1) -> str:
    """A valid unified social credit code."""
    nine = "".join(CODE_SIGNS[serial // 31**i % 31] for i in reversed(range(9)))
    return f"91532300{nine}" + code_sign(f"91532300{nine}")


class Office:
    """The office as a clerk of the county uses it."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn
        self.people = 0
        self.units = 0

    def who(self, name: str) -> Actor:
        return actor(self.conn, name)

    def run(self, operation: str, by: str = "clerk", /, **given: Any) -> dict[str, Any]:
        return run(self.conn, self.who(by), operation, given)

    def refused(self, code: str, operation: str, by: str = "clerk", /, **given: Any) -> OfficeRefused:
        """Run an operation that must be refused with a code."""
        with pytest.raises(OfficeRefused) as e:
            run(self.conn, self.who(by), operation, given)
        assert e.value.code == code, f"expected {code}: {e.value.code} {e.value.en}"
        assert e.value.zh
        assert e.value.en
        return e.value

    def approved(
        self, operation: str, by: str = "clerk", reviewer: str = "reviewer", /, **given: Any
    ) -> dict[str, Any]:
        asked = run(self.conn, self.who(by), operation, given)
        return decide(self.conn, self.who(reviewer), asked["command"], "approved")

    def person(self, name: str = "王建国", area: str = COUNTY, by: str = "clerk", born: str = "19700305") -> int:
        self.people += 1
        given = {"area": area, "name": name, "number": number(self.people, born)}
        return int(self.run("person.add", by, **given)["person"])

    def unit(
        self, name: str = "楚雄机械厂", kind: str = "employer", area: str = COUNTY, by: str = "clerk", **more: Any
    ) -> int:
        self.units += 1
        return int(
            self.run("employer.add", by, area=area, name=name, code=code(self.units), kind=kind, **more)["employer"]
        )

    def standing(self, unit: int, standing: str, since: str, by: str = "clerk", reviewer: str = "reviewer") -> None:
        self.approved(
            "employer.set_standing", by, reviewer, employer=unit, standing=standing, since=since, evidence="法院裁定"
        )

    def begin(
        self,
        person: int,
        insurance: str = "medical_employee",
        begins: str = "2024-01-01",
        by: str = "clerk",
        area: str = COUNTY,
        way: str = "flexible",
        status: str = "active",
        **more: Any,
    ) -> dict[str, Any]:
        given = {"area": area, "person": person, "insurance": insurance, "way": way, "status": status, "begins": begins}
        return self.run("enrolment.begin", by, **given, **more)

    def live(self, person: int) -> list[tuple[Any, ...]]:
        """(insurance, way, status, first day, first day after) of the spells known now."""
        rows = self.conn.execute(
            "SELECT insurance, way, status, lower(in_force)::text, upper(in_force)::text FROM office.enrolment "
            "WHERE person = %s AND recorded_to = 'infinity' ORDER BY insurance, in_force",
            [person],
        )
        return rows.fetchall()


@pytest.fixture(scope="session")
def furnished_registry(server: str, furnished: str) -> Iterator[str]:
    """The furnished office with a county of Jinan beside that of Chuxiong."""
    name = f"office_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(made(server, name, furnished), autocommit=True) as conn:
        root = Staff(conn).root
        run(conn, root, "area.add", {"parent": JINAN, "code": JINAN_COUNTY, "zh": "历下区", "en": "Lixia"})
        for who, (role, area) in MORE.items():
            run(conn, root, "staff.add", {"area": NATION, "name": who, "shown": who})
            granted(conn, who, role, area)
    yield name
    dropped(server, name)


@pytest.fixture
def registry_address(server: str, furnished_registry: str) -> Iterator[str]:
    name = f"office_{uuid.uuid4().hex[:12]}"
    yield made(server, name, furnished_registry)
    dropped(server, name)


@pytest.fixture
def desk(registry_address: str) -> Iterator[Office]:
    with psycopg.connect(registry_address, autocommit=True) as conn:
        yield Office(conn)
