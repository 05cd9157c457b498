"""The queue's own tables: whatever release of procrastinate made them, ``office migrate`` brings them up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY, furnish
from tongchou.office import jobs
from tongchou.office.books import prepare
from tongchou.office.database import DatabaseRefused
from tongchou.office.frame.access import actor
from tongchou.office.jobs import schema
from tongchou.office.jobs.worker import work

OLD = Path(__file__).parent / "data" / "procrastinate-3.2.1.sql"
LATER = [name for name in schema.files() if name > schema.OLDEST]
SHAPE = """
    SELECT 'column', table_name::text, column_name::text, concat_ws(' ', udt_name, column_default, is_nullable)
    FROM information_schema.columns WHERE table_schema = 'queue'
    UNION ALL
    SELECT 'constraint', c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'queue'
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'queue'
    UNION ALL
    SELECT 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'queue' AND NOT t.tgisinternal
    UNION ALL
    SELECT 'function', p.proname, pg_get_function_identity_arguments(p.oid), regexp_replace(p.prosrc, '\\s+', ' ', 'g')
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'queue'
    UNION ALL
    SELECT 'word', t.typname, e.enumlabel, rank() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder)::text
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = 'queue'
    UNION ALL
    SELECT 'applied', name, '', '' FROM queue.applied
    ORDER BY 1, 2, 3, 4
"""


def shape(address: str) -> list[tuple[str, ...]]:
    with psycopg.connect(address, options="-c search_path=queue") as conn:
        return conn.execute(SHAPE).fetchall()


@pytest.fixture
def old_queue(server: str, furnished: str) -> Iterator[str]:
    """An office whose queue is as procrastinate 3.2.1 made it, and nothing noted."""
    name = f"queue_{uuid.uuid4().hex[:12]}"
    address = made(server, name, furnished)
    with psycopg.connect(address) as conn:
        conn.execute("DROP SCHEMA queue CASCADE")
        conn.execute("CREATE SCHEMA queue")
        conn.execute("SET LOCAL search_path = queue")
        conn.execute(OLD.read_text(encoding="utf-8").encode())
    yield address
    dropped(server, name)


@pytest.mark.parametrize("upto", ["", *LATER])
def test_a_queue_of_an_earlier_release_comes_up_to_the_same_tables(
    old_queue: str, office_address: str, upto: str
) -> None:
    with psycopg.connect(old_queue) as conn:
        conn.execute("SET LOCAL search_path = queue")
        for name in LATER:
            if name <= upto:
                conn.execute(schema.files()[name].read_text(encoding="utf-8").encode())
    missing = [f"procrastinate {name}" for name in LATER if name > upto]
    assert prepare(old_queue).applied == missing
    assert shape(old_queue) == shape(office_address)
    assert prepare(old_queue).applied == []


def test_a_migration_that_the_library_brings_later_is_applied_once(
    office_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the next release of the library would have it: one file more."""
    for name, file in schema.files().items():
        (tmp_path / name).write_bytes(file.read_bytes())
    (tmp_path / "99.00.00_01_pre_more.sql").write_text("ALTER TABLE procrastinate_jobs ADD COLUMN more int;")
    with monkeypatch.context() as patch:
        patch.setattr(schema.SchemaManager, "get_migrations_path", staticmethod(lambda: str(tmp_path)))
        assert prepare(office_address).applied == ["procrastinate 99.00.00_01_pre_more.sql"]
        assert prepare(office_address).applied == []
    with psycopg.connect(office_address) as conn:
        assert conn.execute("SELECT more FROM queue.procrastinate_jobs").fetchall() == []
    with pytest.raises(DatabaseRefused, match=r"queue_newer: .*99\.00\.00_01_pre_more\.sql"):
        prepare(office_address)


def test_a_job_that_waited_in_the_old_queue_is_done_after_it(old_queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(old_queue, autocommit=True) as conn:
        number = jobs.start(conn, actor(conn, "auditor"), "books.verify", COUNTY, {})
        monkeypatch.setenv("TONGCHOU_DATABASE_URL", old_queue)
        early = tongchou("office", "work", "--once")
        assert (early.returncode, early.stderr.split(":")[0]) == (1, "migration_pending")
        done = tongchou("office", "migrate")
        assert (done.returncode, LATER[-1] in done.stdout) == (0, True), done.stderr
        work(old_queue, until_empty=True)
        assert jobs.find(conn, actor(conn, "auditor"), number).state == "done"


def test_other_tables_in_the_queues_place_are_refused_and_left(server: str) -> None:
    name = f"queue_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    try:
        with psycopg.connect(address) as conn:
            conn.execute("CREATE SCHEMA queue CREATE TABLE procrastinate_jobs (id int)")
        with pytest.raises(DatabaseRefused, match="queue_unknown"):
            prepare(address)
        with psycopg.connect(address) as conn:
            assert conn.execute("SELECT to_regclass('queue.applied'), to_regclass('office.staff')").fetchone() == (
                None,
                None,
            )
            conn.execute("DROP SCHEMA queue CASCADE")
        furnish(address)
    finally:
        dropped(server, name)
