"""The chain of sealed records: planted faults are each found; nobody waits for the sealer; clocks and restores."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.office.conftest import COUNTY
from tongchou.office.books import prove
from tongchou.office.frame.audit import FAULTS, Chain, block_hash, check_chain, record, seal

PLANTED = {
    "a record changed": ("UPDATE office.record SET content = '{\"sum\": 2}' WHERE subject = 'one'", "block_forged"),
    "another actor": ("UPDATE office.record SET actor = 'other' WHERE subject = 'one'", "block_forged"),
    "a time moved": ("UPDATE office.record SET at = at + interval '1 ms' WHERE subject = 'one'", "block_forged"),
    "two records exchanged": (
        "UPDATE office.record r SET content = (SELECT content FROM office.record o WHERE o.subject = "
        "CASE r.subject WHEN 'one' THEN 'two' ELSE 'one' END) WHERE subject IN ('one', 'two')",
        "block_forged",
    ),
    "a record removed": ("DELETE FROM office.record WHERE subject = 'one'", "record_missing"),
    "a record and its seal removed": (
        "DELETE FROM office.sealed USING office.record r WHERE r.id = record AND r.subject = 'one'",
        "record_missing",
    ),
    "blocks exchanged": (
        "UPDATE office.block SET number = CASE number WHEN 2 THEN 9 WHEN 3 THEN 2 ELSE number END "
        "WHERE number IN (2, 3)",
        "block_out_of_chain",
    ),
    "a block's moment": (
        "UPDATE office.block SET sealed_at = sealed_at - interval '1 s' WHERE number = 2",
        "block_forged",
    ),
    "a block removed": ("DELETE FROM office.block WHERE number = 2", "block_out_of_chain"),
    "a record made up in an old block": (
        "WITH r AS (INSERT INTO office.record (actor, area, operation, content) VALUES ('x', '532301', 'x', '{}') "
        "RETURNING id) INSERT INTO office.sealed SELECT id, 2 FROM r",
        "record_missing",
    ),
}


def sealed(conn: psycopg.Connection, n: int) -> bool:
    """Whether n records are sealed before long: another database of the server may hold the sealer up for a moment."""
    done, deadline = 0, time.monotonic() + 20
    while done < n and time.monotonic() < deadline:
        done += seal(conn)
        time.sleep(0.01)
    return done == n


@pytest.fixture
def chain(office: psycopg.Connection) -> psycopg.Connection:
    """Three blocks; ``one`` and ``two`` are in the second."""
    seal(office, thorough=True)
    for names in (("one", "two"), ("three",)):
        for name in names:
            record(office, "clerk", COUNTY, "note.say", name, {"sum": 1, "name": name})
        assert sealed(office, len(names))
    return office


def test_a_whole_chain_has_no_fault_and_says_what_is_unsealed(chain: psycopg.Connection) -> None:
    assert (check_chain_of(chain).fault, check_chain_of(chain).tail, check_chain_of(chain).blocks) == (None, 0, 3)
    record(chain, "clerk", COUNTY, "note.say", "four", {})
    assert (check_chain_of(chain).fault, check_chain_of(chain).tail) == (None, 1)
    assert sealed(chain, 1)
    assert seal(chain) == 0


def check_chain_of(conn: psycopg.Connection) -> Chain:
    with conn.transaction():
        return check_chain(conn)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(chain: psycopg.Connection, name: str) -> None:
    statement, code = PLANTED[name]
    chain.execute("SET session_replication_role = replica")
    chain.execute(statement)
    chain.execute("SET session_replication_role = origin")
    fault = check_chain_of(chain).fault
    assert fault is not None
    assert fault[0] == code


def test_every_fault_has_a_plant() -> None:
    assert {code for _, code in PLANTED.values()} == set(FAULTS)


def test_no_record_waits_for_the_sealer_and_none_is_left_out(office: psycopg.Connection, office_address: str) -> None:
    seal(office, thorough=True)
    with psycopg.connect(office_address) as slow:
        record(slow, "clerk", COUNTY, "note.say", "slow", {})
        record(office, "clerk", COUNTY, "note.say", "quick", {})
        assert seal(office) == 0  # the slow one is older and still open: what may come before it waits
        slow.commit()
    assert sealed(office, 2)
    with psycopg.connect(office_address) as other:
        record(other, "clerk", COUNTY, "note.say", "never", {})
        other.rollback()
    assert seal(office) == 0
    assert check_chain_of(office).tail == 0


def test_a_clock_that_goes_back_does_not_turn_the_chain_round(chain: psycopg.Connection) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    row = chain.execute("SELECT before FROM office.block WHERE number = 3").fetchone()
    of = (
        "SELECT r.id, office.record_digest(r) FROM office.record r "
        "JOIN office.sealed s ON s.record = r.id AND s.block = 3"
    )
    assert row
    digest = block_hash(3, bytes(row[0]), ahead, [(i, bytes(d)) for i, d in chain.execute(of).fetchall()])
    chain.execute("SET session_replication_role = replica")
    chain.execute("UPDATE office.block SET sealed_at = %s, hash = %s WHERE number = 3", [ahead, digest])
    chain.execute("SET session_replication_role = origin")
    record(chain, "clerk", COUNTY, "note.say", "after", {})
    assert sealed(chain, 1)
    times = [t for (t,) in chain.execute("SELECT sealed_at FROM office.block ORDER BY number").fetchall()]
    assert times == sorted(times)
    assert check_chain_of(chain).fault is None


def test_a_restored_database_that_counts_transactions_anew_is_sealed_on(chain: psycopg.Connection) -> None:
    chain.execute("SET session_replication_role = replica")
    chain.execute("UPDATE office.block SET upto = '99999999999' WHERE number = 3")
    chain.execute("SET session_replication_role = origin")
    record(chain, "clerk", COUNTY, "note.say", "after", {})
    assert sealed(chain, 1)
    record(chain, "clerk", COUNTY, "note.say", "later", {})
    assert sealed(chain, 1)
    assert (check_chain_of(chain).fault, check_chain_of(chain).tail) == (None, 0)


def test_a_record_cut_off_is_shown_by_a_hash_noted_before(office_address: str, chain: psycopg.Connection) -> None:
    head = check_chain_of(chain).head
    assert prove(office_address, since=head[:16]).fault is None
    chain.execute("SET session_replication_role = replica")
    chain.execute("DELETE FROM office.sealed WHERE block = 3")
    chain.execute("DELETE FROM office.block WHERE number = 3")
    chain.execute("DELETE FROM office.record WHERE subject = 'three'")
    chain.execute("SET session_replication_role = origin")
    assert prove(office_address).fault is None
    fault = prove(office_address, since=head[:16]).fault
    assert fault is not None
    assert fault.code == "block_out_of_chain"
