"""People enrolled in the schemes of Chuxiong, and short ways to their running totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.office.life.conftest import Desk, Registry, refused
from tongchou.law import load
from tongchou.office.care.queries import read_totals
from tongchou.rules.settlement.yearly import highest

__all__ = ["refused"]
ON = "2023-06-30"
POOL = "532300"


def cap(name: str, scheme: str = "employee", year: int = 2023) -> int:
    """The highest that a total can come to by the law, fen."""
    found = highest(load().scheme(POOL, scheme, None), (name, "year", ""), year)
    assert found is not None
    return found


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@dataclass
class Counter:
    """Enters, corrects, undoes and reads totals as clerk and reviewer."""

    desk: Desk
    registry: Registry

    def person(self, insurance: str = "medical_employee", status: str = "active", **more: Any) -> int:
        made = self.registry.person(**more)
        self.registry.spell(made, "[2022-01-01,)", insurance=insurance, status=status)
        return made

    def ask(self, person: int, totals: str, scheme: str = "employee", on: str = ON) -> Any:
        return self.desk.do("totals.open", person=person, scheme=scheme, on=on, totals=totals, evidence="转入证明")

    def open(self, person: int, totals: str, scheme: str = "employee", on: str = ON) -> dict[str, int]:
        """Changes by total."""
        told = {"person": person, "scheme": scheme, "on": on, "totals": totals, "evidence": "转入证明"}
        return {c["total"]: c["change"] for c in self.desk.both("totals.open", **told)["changes"]}

    def now(self, person: int, **asked: Any) -> dict[str, int]:
        return {t.name: t.amount for t in read_totals(self.desk.conn, person, **asked).totals}


@pytest.fixture
def counter(office: psycopg.Connection, desk: Desk, registry: Registry) -> Counter:
    return Counter(desk, registry)


@pytest.fixture
def desk(office: psycopg.Connection) -> Desk:
    return Desk(office)


@pytest.fixture
def registry(office: psycopg.Connection) -> Registry:
    return Registry(office)
