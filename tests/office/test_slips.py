"""One bank slip moves a bank account once: whatever books it, by whatever path, at the same moment, in old offices."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY, OTHER_COUNTY, PREFECTURE, Staff
from tests.office.covering import cover
from tests.office.test_vouchers import booked, refused
from tongchou.ledger import migrate as ledger_migrate
from tongchou.ledger.chart import open_chart
from tongchou.ledger.post import Entry, Line, post
from tongchou.office.books import prepare, prove
from tongchou.office.books.draws import Draw
from tongchou.office.books.ready import FOLDER
from tongchou.office.books.remittance import remittances
from tongchou.office.books.statements import Reported, keep_bank_lines, reconcile
from tongchou.office.frame.operation import decide, run

FUND = "basic_pooled"


def sent(office: psycopg.Connection, who: Staff, reference: str, fund: str = FUND) -> int:
    given = {"area": COUNTY, "fund": fund, "on": "2023-05-04", "amount": "7.00", "reference": reference}
    cover(office, who, [Draw(fund, "special_account")], COUNTY, "2023-05-04", 700)
    asked = run(office, who.clerk, "remittance.send", given)["command"]
    return int(decide(office, who.reviewer, asked, "approved")["remittance"])


def undone(office: psycopg.Connection, who: Staff, voucher: int) -> None:
    asked = run(office, who.clerk, "books.undo", {"voucher": voucher, "on": "2023-05-09", "reason": "x"})["command"]
    decide(office, who.reviewer, asked, "approved")


def test_L03_a_slip_of_one_event_is_refused_for_another_that_moves_the_account(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """The refusal says what holds the slip; another account, another fund or an undone voucher leaves it free."""
    first = booked(office, who, "interest", "5.00", reference="S1")
    with refused("reference_booked") as e:
        booked(office, who, "subsidised", "5.00", reference="S1")
    assert (f"凭证 {first}（利息收入）" in e.value.zh, "财政专户" in e.value.zh) == (True, True)
    assert e.value.field == "reference"
    cover(office, who, [Draw(FUND, "special_account")], COUNTY, "2023-05-04", 2000)
    with refused("reference_booked"):  # out of the account as well as into it
        booked(office, who, "refunded", "5.00", reference="S1")
    with refused("reference_booked"):  # one of its two accounts is enough
        booked(office, who, "funded", "5.00", reference="S1")
    with refused("reference_booked"):
        sent(office, who, "S1")
    booked(office, who, "prepaid", "5.00", reference="S1")  # from the expenditure account
    booked(office, who, "interest", "5.00", "resident", reference="S1")
    booked(office, who, "levied", "5.00", reference="S1")  # moves no bank account
    undone(office, who, first)
    booked(office, who, "subsidised", "5.00", reference="S1")
    assert prove(office_address).fault is None


def test_L03_a_slip_that_sent_money_upward_books_no_voucher_below_nor_above(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """What arrives has the receiving bank's slip, where that is another; until the remittance is taken back."""
    number = sent(office, who, "T1")
    with refused("reference_booked") as e:
        booked(office, who, "interest", "5.00", reference="T1")
    assert f"上解 {number}记账" in e.value.zh
    given = {"area": PREFECTURE, "fund": FUND, "on": "2023-05-05", "amount": "7.00", "reference": "T1"}
    asked = run(office, who.accountant, "books.interest", given)["command"]
    decide(office, who.accountant2, asked, "approved")
    arrival = {"remittance": number, "on": "2023-05-06", "amount": "7.00"}
    with refused("reference_booked"):
        run(office, who.accountant, "remittance.receive", arrival)
    run(office, who.accountant, "remittance.receive", arrival | {"reference": "DZ-9"})
    assert [(r.reference, r.arrived_by) for r in remittances(office, who.accountant)] == [("T1", "DZ-9")]
    with refused("reference_booked"):
        run(office, who.accountant, "books.interest", given | {"reference": "DZ-9"})
    undo = {"remittance": number, "on": "2023-05-08", "reason": "x"}
    asked = run(office, who.accountant, "remittance.undo", undo)["command"]
    decide(office, who.accountant2, asked, "approved")
    booked(office, who, "interest", "5.00", reference="T1")
    run(office, who.accountant, "books.interest", given | {"reference": "DZ-9"})
    assert prove(office_address).fault is None


def test_an_arrival_is_reconciled_by_the_slip_of_the_receiving_bank(office: psycopg.Connection, who: Staff) -> None:
    number = sent(office, who, "T1")
    arrival = {"remittance": number, "on": "2023-05-06", "amount": "7.00", "reference": "DZ-9"}
    run(office, who.accountant, "remittance.receive", arrival)
    given = {"area": PREFECTURE, "fund": FUND, "kind": "special_account", "code": "CX-09", "name": "建行"}
    decide(office, who.accountant2, run(office, who.accountant, "bank.open", given)["command"], "approved")
    keep_bank_lines(office, who.accountant, "CX-09", [Reported(date(2023, 5, 6), "DZ-9", 700)])
    found = reconcile(office, who.auditor, PREFECTURE, FUND, date(2023, 5, 1), date(2023, 5, 31))
    assert (found.agreed, found.differences) == (1, ())


def test_of_two_at_the_same_moment_the_second_waits_and_is_refused(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """The index decides, not what either saw before."""
    given = {"area": COUNTY, "fund": FUND, "on": "2023-05-04", "amount": "5.00", "reference": "S1"}
    one = run(office, who.clerk, "books.interest", given)["command"]
    other = run(office, who.clerk, "books.subsidised", given)["command"]
    said: list[str] = []

    def approve() -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            try:
                decide(conn, who.reviewer, other, "approved")
            except Exception as e:
                said.append(str(getattr(e, "code", e)))

    second = threading.Thread(target=approve)
    with office.transaction():
        decide(office, who.reviewer, one, "approved")
        second.start()
        second.join(2)
        assert second.is_alive()
    second.join(30)
    assert said == ["reference_booked"]
    assert office.execute("SELECT count(*) FROM office.voucher").fetchone() == (1,)


def test_a_slip_is_given_free_by_an_undoing_alone(office: psycopg.Connection, who: Staff) -> None:
    booked(office, who, "interest", "5.00", reference="S1")
    for statement in (
        "UPDATE office.slip SET stands = 'undone'",
        "UPDATE office.slip SET stands = 'twice'",
        "UPDATE office.slip SET reference = 'S2'",
        "DELETE FROM office.slip",
        "TRUNCATE office.slip",
        "DELETE FROM office.cash_event",
    ):
        with pytest.raises(psycopg.Error, match="append_only"):
            office.execute(statement)


def test_sql_meets_the_same_refusal(office: psycopg.Connection, who: Staff) -> None:
    booked(office, who, "interest", "5.00", reference="S1")
    for statement in (
        "INSERT INTO office.voucher (event, area, fund, on_day, amount, reference, made_by) "
        f"VALUES ('subsidised', '{COUNTY}', '{FUND}', '2023-05-04', 1, 'S1', 'clerk')",
        "INSERT INTO office.voucher (event, area, fund, to_fund, on_day, amount, reference, made_by) "
        f"VALUES ('between_funds', '{COUNTY}', 'resident', '{FUND}', '2023-05-04', 1, 'S1', 'clerk')",
        "INSERT INTO office.remittance (from_area, to_area, fund, amount, sent_on, reference, sent_by) "
        f"VALUES ('{COUNTY}', '{PREFECTURE}', '{FUND}', 1, '2023-05-04', 'S1', 'clerk')",
    ):
        with pytest.raises(psycopg.Error, match="reference_booked"):
            office.execute(statement)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("UPDATE office.voucher SET reference = 'S1'", "fact_undecided"),
        ("UPDATE office.remittance SET reference = 'S1'", "fact_undecided"),
        ("UPDATE office.remittance_arrival SET reference = 'S9'", "slip_differs"),
        ("DELETE FROM office.slip WHERE fact_kind = 'voucher'", "slip_differs"),
        ("UPDATE office.slip SET reference = 'S9' WHERE reference = 'S2'", "slip_differs"),
        ("UPDATE office.slip SET account = 'treasury_in_transit' WHERE reference = 'S2'", "slip_differs"),
        ("UPDATE office.slip SET fund = 'resident' WHERE reference = 'S2'", "slip_differs"),
        ("INSERT INTO office.voucher_undone (voucher, on_day, reason, undone_by) SELECT id, '2023-05-05', 'x', 'clerk' "
         "FROM office.voucher WHERE reference = 'S2'", "reversal_without_fact"),
        ("DROP INDEX office.slip_once", "guard_missing"),
        ("UPDATE office.slip SET stands = 'undone' WHERE fact_kind = 'remittance'", "slip_differs"),
        (f"INSERT INTO office.slip VALUES ('voucher', 99, '{OTHER_COUNTY}', '{FUND}', 'special_account', 'Z')",
         "slip_differs"),
    ],
)  # fmt: skip
def test_what_is_changed_behind_the_guards_is_found(
    office: psycopg.Connection, office_address: str, who: Staff, fault: str, code: str
) -> None:
    booked(office, who, "interest", "5.00", reference="S1")
    booked(office, who, "subsidised", "5.00", reference="S2")
    number = sent(office, who, "T1")
    run(office, who.accountant, "remittance.receive", {"remittance": number, "on": "2023-05-06", "amount": "7.00"})
    undone(office, who, booked(office, who, "funded", "5.00", reference="S3"))
    assert prove(office_address).fault is None
    with office.transaction():
        office.execute("SET LOCAL session_replication_role = replica")
        office.execute(fault)
    found = prove(office_address).fault
    assert found is not None
    assert found.code == code


@pytest.fixture
def old(server: str, tmp_path: Path) -> Iterator[str]:
    """An office of the release before, in which slip S1 stands behind two vouchers, S2 behind one that was undone."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    for file in FOLDER.glob("*.sql"):
        if file.name < "0013":
            shutil.copy(file, tmp_path / file.name)
    line = (Line((FUND, "special_account"), (FUND, "interest_income"), 5),)
    with psycopg.connect(address) as conn:
        ledger_migrate.migrate(conn)
        open_chart(conn)
        ledger_migrate.migrate(conn, tmp_path, "office")
        conn.execute("INSERT INTO office.area (code, level, zh, en, path) "
                     "VALUES ('000000', 'nation', '全国', 'the nation', '{000000}')")  # fmt: skip
        conn.execute("SET LOCAL session_replication_role = replica")  # no command stands behind these
        for reference in ("S1", "S1", "S2"):
            row = conn.execute(
                "INSERT INTO office.voucher (event, area, fund, on_day, amount, reference, made_by) "
                "VALUES ('interest', '000000', %s, '2023-05-04', 5, %s, 'x') RETURNING id", [FUND, reference]
            ).fetchone()  # fmt: skip
            assert row is not None
            post(conn, [Entry(date(2023, 5, 4), "000000", "interest", ("voucher", str(row[0])), line)])
        conn.execute("INSERT INTO office.voucher_undone (voucher, on_day, reason, undone_by) "
                     "VALUES (3, '2023-05-05', 'x', 'x')")  # fmt: skip
    yield address
    dropped(server, name)


def test_an_office_that_booked_a_slip_twice_comes_up_and_says_which(old: str) -> None:
    """What stood stays; nothing new comes beside it, until both were undone."""
    prepare(old)
    with psycopg.connect(old, autocommit=True) as conn:
        stands = conn.execute("SELECT fact, reference, stands FROM office.slip ORDER BY fact").fetchall()
        assert stands == [(1, "S1", "held"), (2, "S1", "twice"), (3, "S2", "undone")]
        conn.execute("SET session_replication_role = replica")
        conn.execute("ALTER TABLE office.voucher_undone ENABLE ALWAYS TRIGGER slip_freed")
        undo = (
            "INSERT INTO office.voucher_undone (voucher, on_day, reason, undone_by) VALUES (%s, '2023-05-05', 'x', 'x')"
        )
        conn.execute(undo, [1])
        stands = conn.execute("SELECT fact, stands FROM office.slip ORDER BY fact").fetchall()
        assert stands == [(1, "undone"), (2, "held"), (3, "undone")]
        conn.execute(undo, [2])
        assert conn.execute("SELECT count(*) FROM office.slip WHERE stands = 'held'").fetchone() == (0,)


@pytest.mark.parametrize("typed", ["ＲＤ-003", "rd-003", "RD- 003", " RD－003"])
def test_a_slip_typed_otherwise_is_the_same_slip(office: psycopg.Connection, who: Staff, typed: str) -> None:
    booked(office, who, "interest", "5.00", reference="RD-003")
    with refused("reference_booked"):
        booked(office, who, "subsidised", "5.00", reference=typed)
    keep_bank = run(office, who.clerk, "bank.open", {"area": COUNTY, "fund": FUND, "kind": "special_account",
                                                     "code": "ZH", "name": "行"})  # fmt: skip
    decide(office, who.reviewer, keep_bank["command"], "approved")
    keep_bank_lines(office, who.clerk, "ZH", [Reported(date(2023, 5, 4), typed, 500)])
    found = reconcile(office, who.auditor, COUNTY, FUND, date(2023, 5, 1), date(2023, 5, 31))
    assert (found.agreed, found.differences) == (1, ())


def test_a_party_typed_with_other_blanks_is_the_same_party(office: psycopg.Connection, who: Staff) -> None:
    booked(office, who, "care_owed", "5.00", party="人民医院 ２院")
    booked(office, who, "care_owed", "6.00", party="人民医院　2院 ")
    assert office.execute("SELECT DISTINCT party FROM office.voucher WHERE event = 'care_owed'").fetchall() == [
        ("人民医院 2院",)
    ]
