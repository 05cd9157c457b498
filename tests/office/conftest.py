"""An office of its own for each test: areas of the law, a county in each of two prefectures, people of every role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import tongchou.office.operations  # noqa: F401 - every operation is declared
from tests.ledger.conftest import dropped, made, server
from tongchou.office.books import prepare
from tongchou.office.frame import lawbook, secrecy, staff
from tongchou.office.frame.access import Actor, actor
from tongchou.office.frame.operation import decide, run

__all__ = ["server"]

COUNTY, OTHER_COUNTY, PREFECTURE, NATION = "532301", "530102", "532300", "000000"
ROLES = {
    "clerk": ("county_clerk", COUNTY),
    "clerk2": ("county_clerk", COUNTY),
    "reviewer": ("county_reviewer", COUNTY),
    "stranger": ("county_clerk", OTHER_COUNTY),
    "accountant": ("prefecture_accountant", PREFECTURE),
    "accountant2": ("prefecture_accountant", PREFECTURE),
    "lawyer": ("prefecture_accountant", NATION),
    "lawyer2": ("prefecture_accountant", NATION),
    "auditor": ("auditor", NATION),
    "root": ("administrator", NATION),
    "root2": ("administrator", NATION),
}


@pytest.fixture(scope="session", autouse=True)
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys of this run, not the user's."""
    folder, before = tmp_path_factory.mktemp("data"), os.environ.get("TONGCHOU_DATA")
    os.environ["TONGCHOU_DATA"] = str(folder)
    secrecy.forget()
    yield folder
    secrecy.forget()
    if before is None:
        del os.environ["TONGCHOU_DATA"]
    else:
        os.environ["TONGCHOU_DATA"] = before


def granted(conn: psycopg.Connection, name: str, role: str, area: str) -> int:
    """A role that root asked for and root2 approved; the number of the grant."""
    asked = run(conn, actor(conn, "root"), "staff.grant", {"area": area, "name": name, "role": role})["command"]
    return int(decide(conn, actor(conn, "root2"), asked, "approved")["grant"])


def furnish(address: str) -> None:
    """Tables, areas, staff, and the bundled law approved by two people."""
    prepare(address)
    with psycopg.connect(address, autocommit=True) as conn:
        staff.first(conn, "root", "系统管理员", "", "administrator", NATION)
        staff.first(conn, "root2", "系统管理员二", "", "administrator", NATION)
        root = actor(conn, "root")
        run(conn, root, "area.add", {"parent": PREFECTURE, "code": COUNTY, "zh": "楚雄市", "en": "Chuxiong City"})
        run(conn, root, "area.add", {"parent": "530100", "code": OTHER_COUNTY, "zh": "五华区", "en": "Wuhua"})
        for name, (role, area) in ROLES.items():
            if role != "administrator":
                run(conn, root, "staff.add", {"area": NATION, "name": name, "shown": name})
                granted(conn, name, role, area)
        version = lawbook.keep(conn, lawbook.running())
        asked = run(conn, actor(conn, "lawyer"), "law.adopt", {"version": version, "reason": "opening"})
        decide(conn, actor(conn, "lawyer2"), asked["command"], "approved")


@pytest.fixture(scope="session")
def furnished(server: str, keys: Path) -> Iterator[str]:
    name = f"office_{uuid.uuid4().hex[:12]}"
    furnish(made(server, name))
    yield name
    dropped(server, name)


@pytest.fixture
def office_address(server: str, furnished: str) -> Iterator[str]:
    name = f"office_{uuid.uuid4().hex[:12]}"
    yield made(server, name, furnished)
    dropped(server, name)


@pytest.fixture
def office(office_address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(office_address, autocommit=True) as conn:
        yield conn


class Staff:
    """The people of the office by name, read anew each time."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn

    def __getattr__(self, name: str) -> Actor:
        return actor(self.conn, name)


@pytest.fixture
def who(office: psycopg.Connection) -> Staff:
    return Staff(office)
