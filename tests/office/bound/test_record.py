"""What tells of rows stands in the sealed record: it agrees with what operations write, names who wrote, and lasts."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from datetime import date
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from tests.ledger.conftest import dropped, made
from tests.office.bound.conftest import UNGUARDED, ended, filled, found, no_fault, planted
from tests.office.conftest import COUNTY, furnish
from tests.office.life.conftest import Desk, Registry
from tongchou.interfaces.cli.office import command
from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import migrate
from tongchou.office.books import prepare, prove, ready
from tongchou.office.books.ready import FOLDER
from tongchou.office.books.statements import Reported, keep_bank_lines, keep_tax_lines
from tongchou.office.frame.access import actor
from tongchou.office.frame.audit import seal
from tongchou.office.frame.bound import BOUND, FAULTS, UNENDING


def test_what_operations_write_agrees_sealed_or_not(full_address: str, full: Registry) -> None:
    for table in BOUND:
        assert full.one(f"SELECT count(*) FROM office.{table}"), table
        if table not in UNENDING:
            assert full.one(f"SELECT count(*) FROM office.{table} WHERE recorded_to <> 'infinity'"), table
    assert prove(full_address).fault is None
    with psycopg.connect(full_address, autocommit=True) as conn:
        seal(conn, thorough=True)
    assert prove(full_address).fault is None


def test_two_rows_that_exchange_what_they_say_are_found(full: Registry) -> None:
    one, two = full.one("SELECT array_agg(id ORDER BY id) FROM office.declared_base")
    full.conn.execute(UNGUARDED)
    full.conn.execute(
        "UPDATE office.declared_base d SET month = o.month, recorded_to = 'infinity' FROM office.declared_base o "
        "WHERE (d.id, o.id) IN ((%s, %s), (%s, %s))",
        [one, two, two, one],
    )
    assert found(full)[0] == "row_changed"


def test_every_kind_of_fault_is_planted() -> None:
    assert set(FAULTS) == {"row_changed", "row_missing", "row_added"}


def test_the_fault_says_when_and_by_which_operation_and_command_the_row_was_written(full: Registry) -> None:
    planted(full.conn, "UPDATE office.transfer SET months = months + 1 WHERE certificate = 'ZY-2'")
    _, where = found(full)
    command = full.one("SELECT max(id) FROM office.command WHERE operation = 'transfer.out'")
    assert "(transfer.out.approved by reviewer, record " in where
    assert where.endswith(f", command {command})")


def test_what_tells_of_rows_is_sealed_as_any_record(office_address: str, registry: Registry) -> None:
    registry.person()
    seal(registry.conn, thorough=True)
    with registry.conn.transaction():
        registry.conn.execute(UNGUARDED)
        registry.conn.execute("DELETE FROM office.person_version")
        registry.conn.execute(
            "DELETE FROM office.record WHERE operation = 'rows' AND content ->> 'table' = 'person_version'"
        )
    fault = prove(office_address).fault
    assert fault is not None
    assert fault.code == "record_missing"


def test_a_changed_row_cannot_be_told_anew(full: Registry) -> None:
    planted(full.conn, "UPDATE office.declared_base SET base_fen = 1 WHERE month = '2020-01-01'")
    again = "SELECT office.rows_told('office.declared_base', 'declared_base', 'new', 'id', %s)"
    full.conn.execute(full.one(again, BOUND["declared_base"][1]))
    assert found(full)[0] == "row_changed"


def test_a_row_told_twice_is_found_though_it_did_not_change(full: Registry) -> None:
    again = "SELECT office.rows_told('office.declared_base', 'declared_base', 'new', 'id', %s)"
    full.conn.execute(full.one(again, BOUND["declared_base"][1]))
    code, where = found(full)
    assert code == "row_changed"
    assert "is told twice" in where


def test_a_number_may_be_sealed_anew(full: Registry) -> None:
    told = "SELECT count(*) FROM office.record WHERE operation = 'rows'"
    before = full.one(told)
    full.conn.execute("UPDATE office.person_version SET sealed = sealed || '='")
    assert full.one(told) == before
    assert no_fault(full)


def test_rows_are_told_alike_whatever_the_session_is_set_to(registry: Registry, office_address: str) -> None:
    registry.conn.execute("SET timezone = 'Asia/Shanghai'")
    registry.conn.execute("SET datestyle = 'German'")
    registry.conn.execute("SET bytea_output = 'escape'")
    registry.spell(registry.person(), "[2010-01-01,)", way="flexible")
    ended(registry.conn, "enrolment")
    assert prove(office_address).fault is None


def test_a_statement_that_writes_many_rows_names_a_few_of_them(full: Registry) -> None:
    person = full.one("SELECT max(winner) FROM office.person_merge")
    told = "SELECT count(*) FROM office.record WHERE operation = 'rows' AND content ->> 'table' = 'months'"
    before = full.one(told)
    full.conn.execute(
        "INSERT INTO office.months (person, line, months, kind, area, recorded_by) "
        "SELECT %s, 'injury', daterange(d::date, (d + interval '1 month')::date), 'paid', '532301', 'test' "
        "FROM generate_series('1800-01-01'::timestamp, '2010-12-01', '1 month') AS d",
        [person],
    )
    assert full.one(told) == before + 3
    assert no_fault(full)
    row = full.one("SELECT max(id) FROM office.months")
    planted(full.conn, "UPDATE office.months SET kind = 'deemed' WHERE id = %s", row)
    code, where = found(full)
    assert code == "row_changed"
    assert f"one of the rows {row >> 10 << 10} to {row}," in where


def test_a_statement_of_a_bank_is_told_of_in_few_records(full: Registry) -> None:
    told = "SELECT count(*) FROM office.record WHERE operation = 'rows' AND content ->> 'table' = %s"
    before = full.one(told, "bank_line"), full.one(told, "tax_line")
    lines = [Reported(date(2023, 5, 5), f"many-{i}", 1 + i) for i in range(3000)]
    keep_bank_lines(full.conn, actor(full.conn, "clerk"), "CX-01", lines)
    keep_tax_lines(full.conn, actor(full.conn, "clerk"), COUNTY, "basic_pooled", lines)
    assert full.one(told, "bank_line") <= before[0] + 4
    assert full.one(told, "tax_line") <= before[1] + 4
    assert no_fault(full)


def test_a_voucher_is_told_of_with_its_command_and_decision(full: Registry) -> None:
    told = "SELECT array_agg(content ->> 'table' ORDER BY id) FROM office.record WHERE operation = 'rows' AND id > %s"
    before = full.one("SELECT max(id) FROM office.record")
    given = {"area": COUNTY, "fund": "basic_pooled", "on": "2023-05-04", "amount": "1.00", "reference": "once"}
    Desk(full.conn).both("books.interest", **given)
    assert full.one(told, before) == ["command", "decision", "voucher"]


def test_seals_of_arguments_and_files_may_be_made_anew(full: Registry) -> None:
    full.conn.execute("UPDATE office.command_secret SET sealed = sealed || '='")
    full.conn.execute("UPDATE office.file SET content = content || 'x'::bytea")
    assert no_fault(full)


def test_a_transaction_taken_back_leaves_nothing_told(full: Registry) -> None:
    told = "SELECT count(*) FROM office.record WHERE operation = 'rows'"
    before = full.one(told)
    with full.conn.transaction(force_rollback=True):
        full.person()
    assert full.one(told) == before
    assert no_fault(full)


def test_a_change_is_found_by_the_command_line(office_address: str, registry: Registry) -> None:
    person = registry.person()
    with registry.conn.transaction():
        planted(registry.conn, "UPDATE office.person_version SET born = '1949-01-01' WHERE person = %s", person)
    done = CliRunner().invoke(command, ["verify"], env={"TONGCHOU_DATABASE_URL": office_address})
    assert done.exit_code == 1
    assert "row_changed: office.person_version: row " in done.output


def test_what_stood_before_rows_were_bound_is_bound_as_it_was(server: str, tmp_path: Path) -> None:
    name = f"older_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    for file in FOLDER.glob("*.sql"):
        if file.name < "0009":
            shutil.copy(file, tmp_path / file.name)
    with psycopg.connect(address) as conn:
        migrate(conn)
        open_chart(conn)
        migrate(conn, tmp_path, "office")
        conn.execute(
            "INSERT INTO office.area (code, level, zh, en, path) VALUES ('000000', 'nation', '全国', 'N', '{}')"
        )
        registry = Registry(conn)
        registry.spell(registry.person("000000"), "[2010-01-01,)", way="flexible", area="000000")
        conn.commit()
        ended(conn, "enrolment")
    prepare(address)
    assert prove(address).fault is None
    with psycopg.connect(address) as conn:
        planted(conn, "UPDATE office.enrolment SET ended_by = 'x'")
    fault = prove(address).fault
    assert fault is not None
    assert fault.code == "row_changed"
    dropped(server, name)


def test_what_stood_before_money_was_bound_is_bound_as_it_was(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office at work under the tables of the release before comes up, and what it had written is held from then."""
    name = f"older_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    for file in FOLDER.glob("*.sql"):
        if file.name < "0015":
            shutil.copy(file, tmp_path / file.name)
    with monkeypatch.context() as older:
        older.setattr(ready, "FOLDER", tmp_path)
        furnish(address)
        with psycopg.connect(address, autocommit=True) as conn:
            filled(conn)
    assert prepare(address).applied == sorted(f.name for f in FOLDER.glob("*.sql") if f.name >= "0015")
    assert prove(address).fault is None
    with psycopg.connect(address) as conn:
        full = Registry(conn)
        for change in ("tax_line SET amount = 1", "total_change SET amount = 3", "token SET purpose = 'x'"):
            planted(conn, f"UPDATE office.{change} WHERE ctid = (SELECT max(ctid) FROM office.{change.split()[0]})")
            assert found(full)[0] == "row_changed"
            assert found(full)[1].startswith(f"office.{change.split()[0]}: ")
            conn.rollback()
    dropped(server, name)


def test_a_backup_restored_elsewhere_agrees(full_address: str, server: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sql"
    name = f"restored_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    subprocess.run([program("pg_dump", address), full_address, "--file", str(backup)], check=True)
    subprocess.run([program("psql", address), address, "-v", "ON_ERROR_STOP=1", "-q", "-f", str(backup)], check=True)
    assert prove(address).fault is None
    with psycopg.connect(address) as conn:
        planted(conn, "UPDATE office.declared_base SET base_fen = 1 WHERE month = '2020-02-01'")
    fault = prove(address).fault
    assert fault is not None
    assert fault.code == "row_changed"
    dropped(server, name)


def program(name: str, address: str) -> str:
    """A program of the server's own release: Debian's, else the embedded one's."""
    import pgserver

    with psycopg.connect(address) as conn:
        debian = Path(f"/usr/lib/postgresql/{conn.info.server_version // 10_000}/bin/{name}")
    return str(debian if debian.exists() else Path(pgserver.__file__).parent / "pginstall" / "bin" / name)
