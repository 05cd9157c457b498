"""Every table of the office is bound to the sealed record, or named here; what is changed in one is found and named."""

from __future__ import annotations

import psycopg
import pytest

from tests.office.bound.conftest import found, planted
from tests.office.life.conftest import Registry
from tongchou.office.frame.bound import BOUND, ENDING, UNENDING

LEFT_OUT = {
    "record": "the sealed record itself: its chain is hashed anew",
    "block": "the chain",
    "sealed": "the chain",
    "law_tree": "a tree has the hash that is its name (law_forged); that a version counts is bound",
    "slip": "what facts make it; each is held against its fact (slip_differs)",
    "cash_event": "brought from events.yaml, out of which verify takes it (slip_differs)",
    "living_on": "the day of an office made for trying out; a real one refuses it",
    "job_row": "why rows of a sheet were not taken, told to who sent it",
    "job": "changes while it runs, and is no fact",
    "message": "gets its answer after it came, and is no fact",
    "staff": "password, last login and whether somebody works here change by right; roles are bound",
}
"""Tables that are not bound, and why."""
RESEALED = {"person_version": {"sealed"}, "command_secret": {"sealed"}, "file": {"content"}}
"""Columns that change when keys are rotated: their digests are bound."""


def test_every_table_is_bound_with_all_its_columns_or_named_here(office: psycopg.Connection) -> None:
    """A table added later, or a column, is not forgotten: it has to be named here, or why it is left out."""
    columns = dict(
        office.execute(
            "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = 'office'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
            "AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1"
        ).fetchall()
    )
    assert columns.keys() == BOUND.keys() | LEFT_OUT.keys()
    assert not BOUND.keys() & LEFT_OUT.keys()
    assert {table for table, names in columns.items() if "recorded_to" in names} == BOUND.keys() - set(UNENDING)
    for table, (key, bound) in BOUND.items():
        names = bound.split(", ")
        ends = set() if table in UNENDING else {"recorded_to", "ended_by", "ended_because"}
        assert set(names) == set(columns[table]) - ends - RESEALED.get(table, set()), table
        assert key in names


def test_what_changes_nothing_stands_unguarded(office: psycopg.Connection) -> None:
    """Whatever has a guard against change is bound, or left out for a reason that is no lack of one."""
    guarded = office.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT c.relispartition "
        "AND c.relnamespace = 'office'::regnamespace AND t.tgname = 'never_emptied'"
    ).fetchall()
    assert {table for (table,) in guarded} == BOUND.keys() | LEFT_OUT.keys() - {"job", "message", "staff"}


def test_the_triggers_bind_what_is_looked_at(office: psycopg.Connection) -> None:
    triggers = office.execute(
        "SELECT c.relname, t.tgname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname IN ('bound_new', 'bound_ended')"
    ).fetchall()
    said = {(table, name): tuple(args.split("\\000")[:2]) for table, name, args in triggers}
    wanted = {(table, "bound_new"): told for table, told in BOUND.items()}
    wanted |= {(table, "bound_ended"): ("id", ENDING) for table in BOUND if table not in UNENDING}
    assert said == wanted


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
    "command": "arguments = '{}'",
    "command_secret": "digest = sha256('x')",
    "decision": "decided_by = 'clerk2'",
    "law_version": "counts_from = counts_from - interval '1 year'",
    "area": "parent = '530000'",
    "grant": "role = 'prefecture_accountant'",
    "grant_end": "ended_by = 'clerk'",
    "token": "expires_at = 'infinity'",
    "token_end": "of = 'x'",
    "password_set": "set_by = staff",
    "look": "purpose = 'x'",
    "file": "digest = 'x'",
    "bank_account": "fund = 'large_expense'",
    "voucher": "amount = amount + 1",
    "voucher_undone": "on_day = on_day + 1",
    "remittance": "to_area = '530000'",
    "remittance_arrival": "arrived_on = arrived_on + 1",
    "remittance_undone": "reason = 'x'",
    "bank_line": "amount = -amount",
    "tax_line": "reference = 'x'",
    "complaint": "said = 'x'",
    "complaint_answer": "upheld = NOT upheld",
    "total_change": "amount = amount + 1",
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


APART = {
    "person_version": {"sealed": "sealed"},
    "command_secret": {"sealed": "sealed", "field": "'x'"},
    "file": {"content": "content"},
    "area": {"code": "'532399'", "path": "array_append(path[:3], '532399')"},
    "grant": {"command": "NULL"},
    "password_set": {"command": "NULL"},
    "token": {"digest": "'x'"},
    "token_end": {"of": "'x'"},
    "bank_account": {"code": "'CX-99'", "fund": "'large_expense'"},
    "bank_line": {"reference": "'x'"},
    "tax_line": {"reference": "'x'"},
}
"""What a copy of a row has beside what is bound, and what has to be another."""


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("table", BOUND)
def test_a_row_added_behind_the_triggers_is_named(full: Registry, table: str, before: bool) -> None:
    """Also one put before all others, as if it had been there first."""
    key, columns = BOUND[table]
    row = -7 if before else full.one(f"SELECT max({key}) + 7 FROM office.{table}")
    values = (
        {name: name for name in columns.split(", ") if (table, name) != ("enrolment", "line")}
        | APART.get(table, {})
        | {key: str(row)}
    )
    if table not in UNENDING:  # as one that had ended: so no index of what holds now is in the way
        values |= {"recorded_to": "clock_timestamp()", "ended_by": "'x'", "ended_because": "'x'"}
    planted(
        full.conn,
        f"INSERT INTO office.{table} ({', '.join(values)}) OVERRIDING SYSTEM VALUE "
        f"SELECT {', '.join(values.values())} FROM office.{table} ORDER BY {key} DESC LIMIT 1",
    )
    code, where = found(full)
    assert code == "row_added"
    assert where.startswith(f"office.{table}: row {row}; no record tells of it")
    if {"recorded_by", "made_by", "decided_by", "ended_by", "kept_by"} & {*columns.split(", ")}:
        assert ", it says " in where


def test_a_row_put_straight_into_a_benefit_year_is_named(full: Registry) -> None:
    """No trigger was switched off: the guards let it pass, as an approved command stands behind it, but nobody told."""
    full.conn.execute(
        "INSERT INTO office.total_change_2023 (year, person, scheme, area, name, amount, on_day, source, reference, "
        "command, recorded_by) SELECT year, person, scheme, area, 'outpatient_pool', 100, on_day, source, reference, "
        "command, recorded_by FROM office.total_change ORDER BY id DESC LIMIT 1"
    )
    full.conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
    code, where = found(full)
    row = full.one("SELECT max(id) FROM office.total_change")
    assert code == "row_added"
    assert where.startswith(f"office.total_change: row {row}; no record tells of it, it says clerk at 20")


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
