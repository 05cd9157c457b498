"""Migrations: from an empty database and from every state a release or a stop left, the same office comes out."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ledger.conftest import dropped, made
from tongchou.ledger import migrate as ledger_migrate
from tongchou.ledger.chart import open_chart
from tongchou.office.books import prepare, prove
from tongchou.office.books.ready import FOLDER

FILES = sorted(p.name for p in FOLDER.glob("*.sql"))
SHAPE = """
    SELECT 'column', table_schema, table_name, column_name, data_type || coalesce(column_default, '') || is_nullable
    FROM information_schema.columns WHERE table_schema IN ('office', 'ledger')
    UNION ALL
    SELECT 'constraint', n.nspname, c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname IN ('office', 'ledger')
    UNION ALL
    SELECT 'index', schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname IN ('office', 'ledger')
    UNION ALL
    SELECT 'trigger', n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('office', 'ledger') AND NOT t.tgisinternal
    UNION ALL
    SELECT 'function', n.nspname, p.proname, '', pg_get_functiondef(p.oid) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('office', 'ledger')
    ORDER BY 1, 2, 3, 4, 5
"""


def shape(address: str) -> list[tuple[str, ...]]:
    with psycopg.connect(address) as conn:
        return conn.execute(SHAPE).fetchall()


@pytest.fixture
def empty(server: str) -> Iterator[str]:
    name = f"empty_{uuid.uuid4().hex[:12]}"
    yield made(server, name)
    dropped(server, name)


@pytest.fixture(scope="module")
def fresh(server: str) -> Iterator[list[tuple[str, ...]]]:
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    prepare(address)
    yield shape(address)
    dropped(server, name)


@pytest.mark.parametrize("applied", range(len(FILES) + 1))
def test_every_earlier_state_comes_up_to_the_same_office(
    empty: str, fresh: list[tuple[str, ...]], tmp_path: Path, applied: int
) -> None:
    """0 is the release that had the books alone."""
    for name in FILES[:applied]:
        shutil.copy(FOLDER / name, tmp_path / name)
    with psycopg.connect(empty) as conn:
        ledger_migrate.migrate(conn)
        open_chart(conn)
        assert ledger_migrate.migrate(conn, tmp_path, "office") == FILES[:applied]
    assert prepare(empty).applied == FILES[applied:]
    assert shape(empty) == fresh
    assert prove(empty).fault is None
    assert prepare(empty).applied == []


def test_the_books_of_the_first_release_are_still_its_own() -> None:
    """A file that was released is never changed: what it was is written down here."""
    import hashlib

    first = ledger_migrate.files()[0]
    assert hashlib.sha256(first.read_bytes()).hexdigest()[:16] == RELEASED


RELEASED = "30511b1cf834324b"
