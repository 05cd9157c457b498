"""The registry's rows are bound to the sealed record: whatever is changed behind the triggers is found and named."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from click.testing import CliRunner

from tests.ledger.conftest import dropped, made
from tests.office.life.conftest import Desk, Registry
from tongchou.interfaces.cli.office import command
from tongchou.ledger.chart import open_chart
from tongchou.ledger.migrate import migrate
from tongchou.office.books import prepare, prove
from tongchou.office.books.ready import FOLDER
from tongchou.office.frame.audit import seal
from tongchou.office.frame.bound import BOUND, ENDING, FAULTS, UNENDING, check_rows

UNGUARDED: LiteralString = "SET LOCAL session_replication_role = replica"
GUARDED: LiteralString = "SET LOCAL session_replication_role = origin"


@pytest.fixture(scope="module")
def full_address(server: str, furnished: str) -> Iterator[str]:
    """An office with a row, and one that has ended, in every table that is bound. Tests take back what they plant."""
    name = f"bound_{uuid.uuid4().hex[:12]}"
    address = made(server, name, furnished)
    with psycopg.connect(address, autocommit=True) as conn:
        fill(Registry(conn), Desk(conn))
    yield address
    dropped(server, name)


@pytest.fixture
def full(full_address: str) -> Iterator[Registry]:
    """That office in a transaction that is taken back."""
    with psycopg.connect(full_address) as conn:
        yield Registry(conn)
        conn.rollback()


@pytest.fixture
def registry(office: psycopg.Connection) -> Registry:
    return Registry(office)


def fill(registry: Registry, desk: Desk) -> None:
    conn = registry.conn
    unit = registry.employer(standing="normal")
    dead, loser, winner = (registry.person(name=name) for name in ("张三", "李四", "王五"))
    registry.spell(dead, "[2010-01-01,)", unit)
    registry.spell(loser, "[2010-01-01,2012-01-01)", unit)
    registry.months(loser, "[2010-01-01,2012-01-01)")
    conn.execute(
        "INSERT INTO office.filing (kind, person, area, in_force, detail, recorded_by) "
        "VALUES ('acknowledgement', %s, '532301', '[2020-01-01,)', '{}', 'test')",
        [loser],
    )
    for month in ("2020-01-01", "2020-02-01"):
        conn.execute(
            "INSERT INTO office.declared_base (person, employer, month, base_fen, recorded_by) "
            "VALUES (%s, %s, %s, 500000, 'test')",
            [loser, unit, month],
        )
    desk.do("person.report_death", person=dead, on="2020-01-01", evidence="证明")
    desk.both("person.undo_life_event", person=dead, reason="误报")
    desk.do("person.report_death", person=dead, on="2021-01-01", evidence="证明")
    once = desk.both("person.merge", loser=loser, winner=winner, reason="同一人")["merge"]
    desk.both("person.unmerge", merge=once, reason="并非一人")
    desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    given = {"area": "532301", "person": winner, "line": "medical", "other_area": "110000", "on": "2020-02-10"}
    sent = desk.both("transfer.out", **given, certificate="ZY-1")["transfer"]
    desk.both("transfer.undo", transfer=sent, reason="误转")
    registry.months(winner, "[2015-01-01,2016-01-01)", "pension")
    desk.both("transfer.out", **given, certificate="ZY-2")
    registry.employer()
    for table in ("person_version", "employer_version", "standing", "declared_base"):
        ended(conn, table)
    conn.execute(
        "INSERT INTO office.standing (employer, standing, in_force, evidence, recorded_by) "
        "VALUES (%s, 'hardship', '[2000-01-01,)', '批文', 'test')",
        [unit],
    )


def ended(conn: psycopg.Connection, table: str) -> None:
    """The first row of a table that is held, ended as the guards have it."""
    conn.execute(
        f"UPDATE office.{table} SET recorded_to = now(), ended_by = 'test', ended_because = 'test' WHERE id = "
        f"(SELECT min(id) FROM office.{table} WHERE recorded_to = 'infinity')"
    )


def planted(conn: psycopg.Connection, statement: str, *values: Any) -> None:
    """One row written with the triggers switched off, in a transaction that is under way."""
    conn.execute(UNGUARDED)
    done = conn.execute(statement, values)
    conn.execute(GUARDED)
    assert done.rowcount == 1


def found(registry: Registry) -> tuple[str, str]:
    """The fault that is found: code, where."""
    with registry.conn.transaction():
        fault = check_rows(registry.conn)
    assert fault is not None
    return fault


def no_fault(registry: Registry) -> bool:
    with registry.conn.transaction():
        return check_rows(registry.conn) is None


def test_every_table_with_knowledge_in_time_is_bound_with_all_its_columns(office: psycopg.Connection) -> None:
    """A table added later, or a column, is not forgotten: it has to be named here, or why it is left out."""
    columns = office.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE table_schema = 'office' AND table_type = 'BASE TABLE' GROUP BY 1"
    ).fetchall()
    dated = {table: set(names) for table, names in columns if "recorded_from" in names}
    assert dated.keys() == BOUND.keys() - set(UNENDING)
    left_out = {"recorded_to", "ended_by", "ended_because"}
    for table, names in columns:
        if table in BOUND:
            seals = {"sealed"} if table == "person_version" else set()
            assert set(BOUND[table][1].split(", ")) == set(names) - left_out - seals, table
    triggers = office.execute(
        "SELECT c.relname, t.tgname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname IN ('bound_new', 'bound_ended')"
    ).fetchall()
    said = {(table, name): tuple(args.split("\\000")[:2]) for table, name, args in triggers}
    wanted = {(table, "bound_new"): told for table, told in BOUND.items()}
    wanted |= {(table, "bound_ended"): ("id", ENDING) for table in dated}
    assert said == wanted


def test_what_operations_write_agrees_sealed_or_not(full_address: str, full: Registry) -> None:
    for table in BOUND:
        assert full.one(f"SELECT count(*) FROM office.{table}"), table
        if table not in UNENDING:
            assert full.one(f"SELECT count(*) FROM office.{table} WHERE recorded_to <> 'infinity'"), table
    assert prove(full_address).fault is None
    with psycopg.connect(full_address, autocommit=True) as conn:
        seal(conn, thorough=True)
    assert prove(full_address).fault is None


CHANGED = {
    "person": "made_at = made_at - interval '1 year'",
    "person_version": "name = '赵六'",
    "person_merge": "moved = '[]'",
    "employer": "made_at = made_at - interval '1 year'",
    "employer_version": "name = '假名厂'",
    "standing": "standing = 'bankrupt'",
    "enrolment": "in_force = '[1990-01-01,)'",
    "life_event": "happened_on = happened_on - 1",
    "life_cut": "made = NULL",
    "months": "months = '[1990-01-01,2012-01-01)'",
    "transfer": "sum_fen = sum_fen + 1",
    "filing": "detail = '{\"x\": 1}'",
    "declared_base": "base_fen = base_fen * 2",
}


@pytest.mark.parametrize("table", BOUND)
def test_a_row_changed_behind_the_triggers_is_named(full: Registry, table: str) -> None:
    key = BOUND[table][0]
    row = full.one(f"SELECT max({key}) FROM office.{table}")
    planted(full.conn, f"UPDATE office.{table} SET {CHANGED[table]} WHERE {key} = %s", row)
    code, where = found(full)
    assert code == "row_changed"
    assert where.startswith((f"office.{table}: row {row}, written 20", f"office.{table}: one of the rows "))


@pytest.mark.parametrize("table", BOUND)
def test_a_row_removed_behind_the_triggers_is_named(full: Registry, table: str) -> None:
    key = BOUND[table][0]
    row = full.one(f"SELECT max({key}) FROM office.{table}")
    planted(full.conn, f"DELETE FROM office.{table} WHERE {key} = %s", row)
    code, where = found(full)
    assert code == "row_missing"
    assert where.startswith(f"office.{table}: row {row}, written 20")


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("table", BOUND)
def test_a_row_added_behind_the_triggers_is_named(full: Registry, table: str, before: bool) -> None:
    """Also one put before all others, as if it had been there first."""
    key, columns = BOUND[table]
    row = -7 if before else full.one(f"SELECT max({key}) + 7 FROM office.{table}")
    if table == "life_cut":
        values = f"(event, old, made) SELECT event, {row}, made"
    elif table in UNENDING:
        values = f"(id, made_at) SELECT {row}, made_at"
    else:  # as one that had ended: so no index of what holds now is in the way
        same = ", ".join(c for c in columns.split(", ") if c != "id" and (table, c) != ("enrolment", "line"))
        same += ", sealed" if table == "person_version" else ""
        values = (
            f"(id, {same}, recorded_to, ended_by, ended_because) OVERRIDING SYSTEM VALUE "
            f"SELECT {row}, {same}, clock_timestamp(), 'x', 'x'"
        )
    planted(full.conn, f"INSERT INTO office.{table} {values} FROM office.{table} ORDER BY {key} DESC LIMIT 1")
    code, where = found(full)
    assert code == "row_added"
    assert where.startswith(f"office.{table}: row {row}; no record tells of it")


ENDINGS = {
    "ended early": "recorded_to = recorded_from + interval '1 s', ended_by = 'x', ended_because = 'x'",
    "ended at another moment": "recorded_to = recorded_to + interval '1 s'",
    "ended by another": "ended_by = 'somebody'",
    "held again": "recorded_to = 'infinity', ended_by = NULL, ended_because = NULL",
}


@pytest.mark.parametrize("table", sorted(BOUND.keys() - set(UNENDING)))
@pytest.mark.parametrize("what", ENDINGS)
def test_an_ending_made_up_moved_or_taken_back_is_named(full: Registry, table: str, what: str) -> None:
    query = f"SELECT max(id) FROM office.{table} WHERE (recorded_to = 'infinity') = %s"
    row = full.one(query, what == "ended early")
    assert row is not None
    if what == "held again":  # what took its place is out of the way
        one_at_a_time(full.conn, table)
    planted(full.conn, f"UPDATE office.{table} SET {ENDINGS[what]} WHERE id = %s", row)
    code, where = found(full)
    assert code == "row_changed"
    assert where.startswith((f"office.{table}: row {row}", f"office.{table}: one of the rows "))


def one_at_a_time(conn: psycopg.Connection, table: str) -> None:
    """Drop what lets only one row hold at once."""
    rows = conn.execute(
        "SELECT indexrelid::regclass::text, conname FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid "
        "AND contype = 'x' WHERE indrelid = ('office.' || %s)::regclass AND (indisunique OR indisexclusion) "
        "AND NOT indisprimary",
        [table],
    ).fetchall()
    for index, constraint in rows:
        conn.execute(
            f"ALTER TABLE office.{table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        )


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
