"""office verify: running totals that stand, and each planted fault found."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from tests.office.care.conftest import Counter
from tongchou.office.books import prove
from tongchou.office.care.verify import CHECKS

UNGUARDED: LiteralString = "SET session_replication_role = replica"


def planted(conn: psycopg.Connection, statement: str) -> None:
    """Go round the guards, as somebody with all rights could."""
    conn.execute(UNGUARDED)
    conn.execute(statement.encode())
    conn.execute("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("total_undecided", "UPDATE office.total_change SET command = NULL WHERE id = {opened}"),
        ("total_undecided", "UPDATE office.total_change SET recorded_by = 'reviewer' WHERE id = {opened}"),
        ("total_undecided", "UPDATE office.total_change SET source = 'correction' WHERE id = {opened}"),
        ("total_undecided", "UPDATE office.decision SET verdict = 'rejected', reason = 'x' WHERE command = "
         "(SELECT command FROM office.total_change WHERE id = {opened})"),
        ("total_not_mirrored", "UPDATE office.total_change SET amount = amount - 1 WHERE reverses = {undone}"),
        ("total_not_mirrored", "UPDATE office.total_change SET person = {other} WHERE reverses = {undone}"),
        ("total_not_mirrored", "DELETE FROM office.total_change WHERE id = {undone}"),
        ("total_differs", "UPDATE office.total_change SET amount = amount + 1 WHERE id = {opened}"),
        ("total_differs", "UPDATE office.total_change SET person = {other} WHERE id = {opened}"),
        ("total_differs", "DELETE FROM office.total_change WHERE id = {opened}"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(
    counter: Counter, office: psycopg.Connection, office_address: str, code: str, statement: str
) -> None:
    person, other = counter.person(), counter.person()
    opened = counter.open(person, "inpatient_pool=100")["inpatient_pool"]
    undone = counter.open(person, "admissions=3")["admissions"]
    counter.desk.both("totals.undo", change=undone, reason="录错")
    assert prove(office_address).fault is None
    planted(office, statement.format(opened=opened, undone=undone, other=other))
    fault = prove(office_address).fault
    assert fault is not None
    # A decision that was changed is the first thing found; it is asked here by the check of totals alone.
    if "office.decision" in statement:
        from tongchou.office.care.verify import verify_totals

        with office.transaction():
            fault = verify_totals(office)
        assert fault is not None
    assert fault.code == code


def test_a_total_below_zero_is_found(counter: Counter, office: psycopg.Connection, office_address: str) -> None:
    """The table itself cannot hold one: its constraint is taken away first."""
    opened = counter.open(counter.person(), "inpatient_pool=100")["inpatient_pool"]
    planted(office, "ALTER TABLE office.total_change DROP CONSTRAINT total_positive")
    planted(office, f"UPDATE office.total_change SET amount = -100 WHERE id = {opened}")
    with psycopg.connect(office_address) as conn:
        row = conn.execute(CHECKS["total_below_zero"][0].encode()).fetchone()
    assert row is not None
    assert row[0].startswith("inpatient_pool of person")
    fault = prove(office_address).fault
    assert fault is not None
    assert fault.code == "total_below_zero"
