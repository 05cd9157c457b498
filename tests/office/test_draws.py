"""Money leaves no account that does not hold it, on any day, and nothing is paid that was not owed."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import date

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.conftest import COUNTY, PREFECTURE, Staff
from tests.office.covering import cover
from tests.office.test_vouchers import booked, refused
from tongchou.ledger.held import held_from
from tongchou.office.books import prove
from tongchou.office.books.draws import Draw
from tongchou.office.books.mapping import events, taken_from
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused

FUND = "basic_pooled"


def paid(office: psycopg.Connection, who: Staff, amount: str, on: str) -> int:
    """Money sent on to the expenditure account, if it is there."""
    return booked(office, who, "funded", amount, covering=False, on=on)


def test_a_draw_is_not_dated_before_its_money_came(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    booked(office, who, "interest", "10.00", on="2023-05-10")
    with refused("overdrawn") as e:
        paid(office, who, "10.00", "2023-05-09")
    assert "2023-05-09 日终为 0.00 元，不足 10.00 元；请改记在 2023-05-10 或以后" in e.value.zh
    assert "date it 2023-05-10 or later" in e.value.en
    assert e.value.field == "amount"
    paid(office, who, "10.00", "2023-05-10")
    assert prove(office_address).fault is None


def test_a_draw_leaves_enough_for_what_was_drawn_later(office: psycopg.Connection, who: Staff) -> None:
    """Booked late and dated early, it would take what a later day has spent."""
    booked(office, who, "interest", "10.00", on="2023-05-01")
    paid(office, who, "8.00", "2023-05-20")
    with refused("overdrawn") as e:
        paid(office, who, "3.00", "2023-05-05")
    assert "2023-05-20 日终为 2.00 元" in e.value.zh
    assert "请先记入" in e.value.zh, "no day would do"
    paid(office, who, "2.00", "2023-05-05")


def test_what_was_drawn_on_since_is_not_undone(office: psycopg.Connection, who: Staff) -> None:
    first = booked(office, who, "interest", "10.00", on="2023-05-01")
    booked(office, who, "interest", "5.00", on="2023-05-03")
    paid(office, who, "6.00", "2023-05-04")
    with refused("overdrawn") as e:
        run(office, who.clerk, "books.undo", {"voucher": first, "on": "2023-05-05", "reason": "x"})
    assert e.value.field == "on"
    booked(office, who, "interest", "1.00", on="2023-05-05")
    asked = run(office, who.clerk, "books.undo", {"voucher": first, "on": "2023-05-05", "reason": "x"})
    decide(office, who.reviewer, asked["command"], "approved")


def test_what_arrived_and_was_spent_is_not_sent_back(office: psycopg.Connection, who: Staff) -> None:
    cover(office, who, [Draw(FUND, "special_account")], COUNTY, "2023-05-01", 700)
    given = {"area": COUNTY, "fund": FUND, "on": "2023-05-02", "amount": "7.00", "reference": "T"}
    with refused("overdrawn"):
        run(office, who.clerk, "remittance.send", given | {"amount": "7.01"})
    asked = run(office, who.clerk, "remittance.send", given)["command"]
    sent = decide(office, who.reviewer, asked, "approved")["remittance"]
    run(office, who.accountant, "remittance.receive", {"remittance": sent, "on": "2023-05-03", "amount": "7.00"})
    spent = {"area": PREFECTURE, "fund": FUND, "on": "2023-05-04", "amount": "1.00", "reference": "Z"}
    asked = run(office, who.accountant, "books.funded", spent)["command"]
    decide(office, who.accountant2, asked, "approved")
    with refused("overdrawn"):
        run(office, who.accountant, "remittance.undo", {"remittance": sent, "on": "2023-05-05", "reason": "x"})


def test_what_an_institution_is_paid_was_owed_to_it(office: psycopg.Connection, who: Staff) -> None:
    cover(office, who, [Draw(FUND, "expenditure_account")], COUNTY, "2023-05-01", 10_000)
    booked(office, who, "care_owed", "50.00", party="H1", on="2023-05-02")
    for party, amount in (("H2", "1.00"), ("H1", "50.01")):
        with refused("overdrawn") as e:
            booked(office, who, "bill_paid", amount, covering=False, party=party, on="2023-05-03")
        assert party in e.value.zh
    booked(office, who, "bill_paid", "50.00", covering=False, party="H1", on="2023-05-03")


def test_closed_months_are_read_and_not_summed_again(office: psycopg.Connection, who: Staff) -> None:
    booked(office, who, "interest", "10.00", on="2023-04-20")
    asked = run(office, who.accountant, "books.close_month", {"area": COUNTY, "month": "2023-04"})
    decide(office, who.accountant2, asked["command"], "approved")
    day, name = date(2023, 5, 4), (FUND, "special_account")
    assert held_from(office, COUNTY, [name], day) == {name: [(day, 1000)]}
    paid(office, who, "10.00", "2023-05-04")
    with refused("overdrawn"):
        paid(office, who, "0.01", "2023-05-04")
    with refused("month_closed"):
        paid(office, who, "1.00", "2023-04-21")


@pytest.mark.parametrize("account", ["special_account", "payable"])
def test_who_draws_at_once_waits(office: psycopg.Connection, office_address: str, who: Staff, account: str) -> None:
    """Ten that are approved at once, with money for six: six are done."""
    event = "funded" if account == "special_account" else "bill_paid"
    cover(office, who, [Draw(FUND, "expenditure_account")], COUNTY, "2023-05-01", 1000)
    whose = "P1" if account == "payable" else None
    cover(office, who, [Draw(FUND, account, whose)], COUNTY, "2023-05-01", 600)
    party = {"party": "P1"} if whose else {}
    given_ = {"area": COUNTY, "fund": FUND, "on": "2023-05-04", "amount": "1.00"} | party
    asked = [run(office, who.clerk, f"books.{event}", given_ | {"reference": f"Q{k}"})["command"] for k in range(10)]
    done: list[str] = []

    def approve(number: int) -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            try:
                decide(conn, Staff(conn).reviewer, number, "approved")
                done.append("done")
            except OfficeRefused as e:
                done.append(e.code)

    threads = [threading.Thread(target=approve, args=(n,)) for n in asked]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(done) == ["done"] * 6 + ["overdrawn"] * 4
    assert prove(office_address).fault is None


MOVES = st.lists(st.tuples(st.sampled_from(["interest", "funded"]), st.integers(1, 9), st.integers(1, 28)), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_no_order_of_vouchers_leaves_a_day_below_zero(
    office: psycopg.Connection, who: Staff, moves: list[tuple[str, int, int]]
) -> None:
    """Against a toy: a draw is refused just where some day would end below zero."""
    days = [0] * 29  # what the account holds at the end of each day of the month
    with office.transaction(force_rollback=True):
        for event, yuan, day in moves:
            short = event == "funded" and min(days[day:]) < yuan
            with refused("overdrawn") if short else nullcontext():
                booked(office, who, event, f"{yuan}.00", covering=False, on=f"2023-05-{day:02}")
            if short:
                continue
            days[day:] = [d + (yuan if event == "interest" else -yuan) for d in days[day:]]
        assert min(days) >= 0


def test_every_account_that_is_taken_from_is_drawn_on_or_said_not_to_be() -> None:
    """The file is read strictly; what stays uncovered is what is levied before it is known of whom."""
    left = {
        (e.code, account)
        for e in events().values()
        for account in taken_from(e.lines)
        if account not in {d.account for d in e.draws}
    }
    assert left == {("collected", "to_collect"), ("collected", "levied")}
