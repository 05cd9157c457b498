"""A database of its own for each test, cloned from a template that is migrated once.

The server is the one of ``TONGCHOU_TEST_DATABASE_URL`` (CI names Debian's), else the embedded one.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import migrate
from tongchou.office.database import embedded

FOLDER = Path(tempfile.gettempdir()) / f"tongchou-test-{os.getuid()}"
"""Not below pytest's own folder, which only its owner may enter: as root the server runs as another account."""


@pytest.fixture(scope="session")
def server() -> str:
    named = os.environ.get("TONGCHOU_TEST_DATABASE_URL")
    if named:
        return named
    FOLDER.mkdir(exist_ok=True)
    return embedded(str(FOLDER / f"postgres-{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"))


def made(server: str, name: str, template: str = "") -> str:
    """A database of a name; its address."""
    with psycopg.connect(server, autocommit=True) as admin:
        of = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        admin.execute(of.format(sql.Identifier(name), sql.Identifier(template or "template0")))
    return psycopg.conninfo.make_conninfo(server, dbname=name)


def dropped(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    name = f"books_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(made(server, name)) as conn:
        migrate(conn)
        open_chart(conn)
    yield name
    dropped(server, name)


@pytest.fixture
def address(server: str, template: str) -> Iterator[str]:
    name = f"books_{uuid.uuid4().hex[:12]}"
    yield made(server, name, template)
    dropped(server, name)


@pytest.fixture
def books(address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(address) as conn:
        yield conn
