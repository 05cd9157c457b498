"""Money sent upward and taken back: in transit by the sender, arrived by the receiver, both sides at once, proved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, PREFECTURE, Staff
from tests.office.covering import cover
from tests.office.test_vouchers import booked, held, refused
from tongchou.money.fen import parse_fen
from tongchou.office.books import prove
from tongchou.office.books.draws import Draw, by_party
from tongchou.office.books.remittance import remittances
from tongchou.office.frame.bound import BOUND
from tongchou.office.frame.operation import decide, run

FUND = "large_expense"
GIVEN = {"area": COUNTY, "fund": FUND, "on": "2023-05-04", "amount": "700.00", "reference": "T1"}


def sent(office: psycopg.Connection, who: Staff, **more: str) -> int:
    given = GIVEN | more
    cover(office, who, [Draw(given["fund"], "special_account")], given["area"], given["on"], parse_fen(given["amount"]))
    asked = run(office, who.clerk, "remittance.send", given)["command"]
    return int(decide(office, who.reviewer, asked, "approved")["remittance"])


def arrived(office: psycopg.Connection, who: Staff, number: int, on: str = "2023-05-06") -> None:
    run(office, who.accountant, "remittance.receive", {"remittance": number, "on": on, "amount": "700.00"})


def taken_back(office: psycopg.Connection, number: int, by: Any, approved: Any, on: str = "2023-05-08") -> Any:
    asked = run(office, by, "remittance.undo", {"remittance": number, "on": on, "reason": "金额录错"})["command"]
    return decide(office, approved, asked, "approved")


def test_L03_what_is_in_transit_is_taken_back_by_the_county(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """The money is back on the special account, the slip may be used again, and it never arrives."""
    number = sent(office, who)
    with refused("area_outside"):
        run(office, who.stranger, "remittance.undo", {"remittance": number, "on": "2023-05-08", "reason": "x"})
    for on, code in (("2023-05-03", "day_before_voucher"), ("2999-01-01", "day_in_future")):
        with refused(code):
            run(office, who.clerk, "remittance.undo", {"remittance": number, "on": on, "reason": "x"})
    assert taken_back(office, number, who.clerk, who.reviewer)["arrived"] is False
    assert held(office, who, fund=FUND) == {"special_account": 0, "in_transit": 0}
    assert remittances(office, who.accountant, in_transit=True) == []
    assert [r.undone_on for r in remittances(office, who.accountant)] == [date(2023, 5, 8)]
    with refused("remittance_undone"):
        arrived(office, who, number)
    with refused("remittance_undone"):
        run(office, who.clerk, "remittance.undo", {"remittance": number, "on": "2023-05-08", "reason": "x"})
    again = sent(office, who, amount="70.00")
    assert [r.id for r in remittances(office, who.accountant, in_transit=True)] == [again]
    assert prove(office_address).fault is None


def test_L03_what_has_arrived_is_taken_back_above_and_on_both_sides(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    number = sent(office, who)
    arrived(office, who, number)
    with refused("area_outside"):  # the county cannot take the money of the prefecture
        run(office, who.clerk, "remittance.undo", {"remittance": number, "on": "2023-05-08", "reason": "x"})
    assert taken_back(office, number, who.accountant, who.accountant2)["arrived"] is True
    assert set(held(office, who, fund=FUND).values()) == {0}
    assert set(held(office, who, PREFECTURE, FUND).values()) == {0}
    reversed_ = office.execute("SELECT count(*) FROM ledger.entry WHERE reverses IS NOT NULL").fetchone()
    assert reversed_ == (3,)
    assert prove(office_address).fault is None


def test_what_arrived_meanwhile_is_not_taken_back_by_an_old_request(office: psycopg.Connection, who: Staff) -> None:
    number = sent(office, who)
    asked = run(office, who.clerk, "remittance.undo", {"remittance": number, "on": "2023-05-08", "reason": "x"})
    arrived(office, who, number)
    with refused("area_changed"):
        decide(office, who.reviewer, asked["command"], "approved")


def test_neither_side_is_taken_back_into_a_closed_month(office: psycopg.Connection, who: Staff) -> None:
    number = sent(office, who)
    arrived(office, who, number)
    asked = run(office, who.accountant, "books.close_month", {"area": PREFECTURE, "month": "2023-05"})["command"]
    decide(office, who.accountant2, asked, "approved")
    with refused("month_closed"):
        run(office, who.accountant, "remittance.undo", {"remittance": number, "on": "2023-05-08", "reason": "x"})
    taken_back(office, number, who.accountant, who.accountant2, "2023-06-01")


def test_L03_a_remittance_stands_on_two_people_by_sql_too(office: psycopg.Connection, who: Staff) -> None:
    number = sent(office, who)
    for statement in (
        "INSERT INTO office.remittance (from_area, to_area, fund, amount, sent_on, reference, sent_by) "
        f"VALUES ('{COUNTY}', '{PREFECTURE}', '{FUND}', 1, '2023-05-04', 'S', 'clerk')",
        "INSERT INTO office.remittance_undone (remittance, on_day, reason, undone_by) "
        f"VALUES ({number}, '2023-05-04', 'x', 'clerk')",
    ):
        with pytest.raises(psycopg.Error, match="remittance_undecided"):
            office.execute(statement)
    taken_back(office, number, who.clerk, who.reviewer)
    with pytest.raises(psycopg.Error, match="remittance_undone"):
        office.execute(
            "INSERT INTO office.remittance_arrival (remittance, arrived_on, received_by) VALUES (%s, %s, 'accountant')",
            [number, date(2023, 5, 9)],
        )


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("DELETE FROM office.remittance_undone", "reversal_without_fact"),
        ("UPDATE office.remittance_undone SET on_day = on_day + 1", "reversal_without_fact"),
        ("DELETE FROM ledger.line WHERE entry IN (SELECT id FROM ledger.entry WHERE reverses IS NOT NULL AND "
         "event = 'remittance_received'); DELETE FROM ledger.entry WHERE reverses IS NOT NULL AND "
         "event = 'remittance_received'", "reversal_without_fact"),
        ("UPDATE office.remittance_undone SET undone_by = 'reviewer'", "fact_undecided"),
        ("UPDATE office.remittance SET sent_by = 'reviewer'", "fact_undecided"),
        ("UPDATE office.voucher_undone SET undone_by = 'reviewer'", "fact_undecided"),
    ],
)  # fmt: skip
def test_what_is_changed_behind_the_guards_is_found(
    office: psycopg.Connection, office_address: str, who: Staff, fault: str, code: str
) -> None:
    number = sent(office, who)
    arrived(office, who, number)
    taken_back(office, number, who.accountant, who.accountant2)
    voucher = booked(office, who, "interest", "5.00")
    undo = run(office, who.clerk, "books.undo", {"voucher": voucher, "on": "2023-05-05", "reason": "x"})
    decide(office, who.reviewer, undo["command"], "approved")
    assert prove(office_address).fault is None
    with office.transaction():
        office.execute("SET LOCAL session_replication_role = replica")
        for statement in fault.split(";"):
            office.execute(statement)
    found = prove(office_address).fault
    assert found is not None
    assert found.code == code


def test_remittances_are_narrowed_by_area_and_fund(office: psycopg.Connection, who: Staff) -> None:
    number = sent(office, who)
    asked = ((COUNTY, FUND, [number]), ("", "injury", []), (PREFECTURE, "", [number]), ("", FUND, [number]))
    for area, fund, found in asked:
        assert [r.id for r in remittances(office, who.accountant, area=area, fund=fund)] == found
    with refused("area_outside"):
        remittances(office, who.clerk, area=PREFECTURE)


class TestParties:
    """What is held of one party is not given to another (楚政规〔2022〕7号: deposits, prepayments)."""

    @pytest.mark.parametrize(
        ("fills", "draws"),
        [("retained", "deposit_returned"), ("retained", "deposit_forfeited"), ("prepaid", "set_off"),
         ("prepaid", "prepayment_returned")],
    )  # fmt: skip
    def test_nobody_draws_on_what_is_held_of_another(
        self, office: psycopg.Connection, office_address: str, who: Staff, fills: str, draws: str
    ) -> None:
        booked(office, who, fills, "50.00", party="H1")
        booked(office, who, fills, "5.00", party="H2")
        with refused("overdrawn") as e:
            booked(office, who, draws, "6.00", party="H2")
        assert "H2" in e.value.zh
        booked(office, who, draws, "5.00", party="H2")
        assert prove(office_address).fault is None

    def test_L03_bills_are_paid_from_the_reserve_of_the_insurer_that_keeps_it(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        """楚政规〔2022〕7号 第十三条: the only one that keeps a reserve, else who is named; returned to nobody else."""
        booked(office, who, "reserve_received", "50.00", FUND, party="I1")
        booked(office, who, "insured_bill_paid", "10.00", FUND, party="H1")
        first = booked(office, who, "reserve_received", "5.00", FUND, party="I2")
        with refused("party_missing") as e:
            booked(office, who, "insured_bill_paid", "1.00", FUND, party="H1")
        assert ("I1、I2" in e.value.zh, e.value.field) == (True, "insurer")
        for event, more in (
            ("insured_bill_paid", {"party": "H1", "insurer": "I2"}),
            ("reserve_returned", {"party": "I2"}),
            ("reserve_returned", {"party": "H1"}),
        ):
            with refused("overdrawn"):
                booked(office, who, event, "6.00", FUND, **more)
        booked(office, who, "insured_bill_paid", "3.00", FUND, party="H1", insurer="I2")
        undo = {"voucher": first, "on": "2023-05-05", "reason": "x"}
        with refused("overdrawn"):
            run(office, who.clerk, "books.undo", undo)
        booked(office, who, "reserve_returned", "2.00", FUND, party="I2")
        rows = by_party(office, who.auditor, COUNTY, FUND, "insurer_reserve", date(2023, 5, 31))
        assert [(r.party, r.balance) for r in rows] == [("I1", 4000)]
        assert prove(office_address).fault is None
        with office.transaction():
            office.execute("SET LOCAL session_replication_role = replica")
            office.execute("UPDATE office.voucher SET of_party = 'I1' WHERE of_party = 'I2'")
        found = prove(office_address).fault
        assert found is not None
        assert found.code == "entry_differs_from_fact"

    def test_a_reserve_drawn_under_an_institutions_name_before_still_bounds_the_insurer(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        """Offices of before booked the bill's two lines on the institution."""
        booked(office, who, "reserve_received", "50.00", FUND, party="I1")
        booked(office, who, "insured_bill_paid", "40.00", FUND, party="H1")
        with office.transaction():
            office.execute("SET LOCAL session_replication_role = replica")
            office.execute("UPDATE office.voucher SET of_party = NULL")
            office.execute("UPDATE ledger.line SET party = 'H1' WHERE place = 2")
            # Their vouchers were bound as they stood on the day of the migration.
            office.execute("DELETE FROM office.record WHERE operation = 'rows' AND content ->> 'table' = 'voucher'")
            again = office.execute(
                "SELECT office.rows_told('office.voucher', 'voucher', 'new', %s, %s)", BOUND["voucher"]
            ).fetchone()
            assert again is not None
            office.execute("SET LOCAL timezone = 'UTC'")
            office.execute(again[0])
        assert prove(office_address).fault is None
        with refused("overdrawn"):
            booked(office, who, "insured_bill_paid", "11.00", FUND, party="H1")
        booked(office, who, "insured_bill_paid", "10.00", FUND, party="H1")

    def test_what_was_drawn_on_is_not_undone(self, office: psycopg.Connection, who: Staff) -> None:
        voucher = booked(office, who, "retained", "50.00", party="H1")
        booked(office, who, "retained", "50.00", party="H2")
        back = booked(office, who, "deposit_returned", "10.00", party="H1")
        undo = {"voucher": voucher, "on": "2023-05-05", "reason": "x"}
        with refused("overdrawn"):
            run(office, who.clerk, "books.undo", undo)
        asked = run(office, who.clerk, "books.undo", undo | {"voucher": back})["command"]
        decide(office, who.reviewer, asked, "approved")
        assert run(office, who.clerk, "books.undo", undo)["command"]

    def test_what_is_open_is_listed_by_party(self, office: psycopg.Connection, who: Staff) -> None:
        booked(office, who, "care_owed", "80.00", party="H1")
        booked(office, who, "care_owed", "20.00", party="H2")
        booked(office, who, "bill_paid", "20.00", party="H2")
        booked(office, who, "prepaid", "7.00", party="H2")

        def told(account: str, until: date = date(2023, 5, 31)) -> list[tuple[str, int]]:
            rows = by_party(office, who.auditor, COUNTY, "basic_pooled", account, until)
            return [(r.party, r.balance) for r in rows]

        assert told("payable") == [("H1", 8000)]
        assert told("prepaid") == [("H2", 700)]
        assert told("payable", date(2023, 5, 3)) == []
        with refused("argument_invalid"):
            told("benefit_spending")


def test_L02_a_link_of_a_version_to_come_lets_nothing_pass_yet(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """A law version that counts from a moment to come brings its links with that moment."""
    from tongchou.ledger.chart import link

    given = {"area": COUNTY, "on": "2023-05-04", "amount": "10.00", "reference": "x", "fund": "injury",
             "to_fund": "unemployment"}  # fmt: skip
    since, pair = date(2020, 1, 1), ("injury", "unemployment")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert link(office, pair, [COUNTY], since, "test clause", counts_from=later) == 1
    cover(office, who, [Draw("injury", "special_account")], COUNTY, "2023-05-04", 1000)
    with refused("funds_not_linked"):
        run(office, who.clerk, "books.between_funds", given)
    assert link(office, pair, [COUNTY], since, "test clause") == 1
    assert link(office, pair, [COUNTY], since, "test clause", counts_from=later) == 0
    asked = run(office, who.clerk, "books.between_funds", given)["command"]
    decide(office, who.reviewer, asked, "approved")
    assert prove(office_address).fault is None
    with office.transaction():  # behind the guards: the link would count only after what it let pass
        office.execute("SET LOCAL session_replication_role = replica")
        office.execute(
            "UPDATE ledger.fund_link_period SET counts_from = %s WHERE from_fund = 'injury' AND counts_from < now()",
            [later + timedelta(hours=1)],
        )
    found = prove(office_address).fault
    assert found is not None
    assert found.code == "funds_not_linked"
