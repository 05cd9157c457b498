"""``tongchou office migrate`` and ``verify`` against a real server, and what is refused."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY
from tongchou.office.frame.access import actor
from tongchou.office.operations import decide, run


@pytest.fixture
def named(office_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", office_address)
    return office_address


def booked(address: str) -> int:
    """One voucher of 380 yuan, by two people; the number of its entry."""
    given = {"area": COUNTY, "fund": "resident", "on": "2023-01-05", "amount": "380.00", "party": "P1"}
    with psycopg.connect(address, autocommit=True) as conn:
        asked = run(conn, actor(conn, "clerk"), "books.levied", given)
        decide(conn, actor(conn, "reviewer"), asked["command"], "approved")
        row = conn.execute("SELECT max(id) FROM ledger.entry").fetchone()
        assert row
        return int(row[0])


def test_an_empty_database_is_made_ready_and_proved(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made(server, "empty_books")
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", address)
    try:
        done = tongchou("office", "verify")
        assert (done.returncode, done.stderr.split(":")[0]) == (1, "books_missing")
        told = json.loads(tongchou("office", "migrate", "--json").stdout)
        assert told["applied"][0] == "0001_books.sql"
        assert told["areas"] > 5
        assert told["accounts"] > 100
        again = json.loads(tongchou("office", "migrate", "--json").stdout)
        assert (again["applied"], again["accounts"], again["areas"]) == ([], 0, 0)
        assert "0001_books.sql" not in tongchou("office", "migrate", "--lang", "zh").stdout
        assert tongchou("office", "verify").returncode == 0
    finally:
        dropped(server, "empty_books")


def test_verify_counts_what_it_looked_at(named: str) -> None:
    booked(named)
    told = json.loads(tongchou("office", "verify", "--json").stdout)
    assert (told["entries"], told["lines"], told["fault"]) == (1, 1, None)
    assert told["unsealed"] > 0
    assert "账册无误：1 笔分录" in tongchou("office", "verify", "--lang", "zh").stdout
    assert "the books hold: 1 entries, 1 lines" in tongchou("office", "verify", "--lang", "en").stdout


def test_verify_names_the_first_fault(named: str) -> None:
    number = booked(named)
    with psycopg.connect(named) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("DELETE FROM ledger.line")
    done = tongchou("office", "verify")
    assert done.returncode == 1
    assert done.stderr.strip() == f"entry_without_lines: entry {number}"
    told = json.loads(tongchou("office", "verify", "--json").stdout)
    assert told["fault"] == {"code": "entry_without_lines", "where": f"entry {number}"}


def test_a_server_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", "host=/nowhere dbname=none connect_timeout=1")
    for words in (("office", "verify"), ("office", "migrate")):
        done = tongchou(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("database_unreachable: ")
        assert "Traceback" not in done.stderr


def test_a_migration_that_was_changed_is_refused(named: str) -> None:
    with psycopg.connect(named) as conn:
        conn.execute("UPDATE public.ledger_applied SET hash = 'other'")
    done = tongchou("office", "migrate")
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "migration_changed")


def test_a_database_of_another_encoding_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS in_latin1")
        admin.execute("CREATE DATABASE in_latin1 TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        address = psycopg.conninfo.make_conninfo(server, dbname="in_latin1")
        monkeypatch.setenv("TONGCHOU_DATABASE_URL", address)
        assert tongchou("office", "migrate").stderr.startswith("database_not_utf8: ")
    finally:
        dropped(server, "in_latin1")
