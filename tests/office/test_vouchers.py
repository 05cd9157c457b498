"""The books by hand: each event on its accounts, two people, an insurer's risk, links of the law, reconciliation."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY, PREFECTURE, Staff
from tests.office.covering import cover, covered
from tongchou.money.fen import parse_fen
from tongchou.office.books import prove, trial_balance
from tongchou.office.books.draws import Draw, draws_of
from tongchou.office.books.mapping import events
from tongchou.office.books.remittance import remittances
from tongchou.office.books.statements import Reported, keep_bank_lines, keep_tax_lines, reconcile
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.operations import OPERATIONS

DAY = "2023-05-04"
references = iter(range(10**9))


def refused(code: str) -> Any:
    return pytest.raises(OfficeRefused, match=f"^{code}: ")


def booked(
    office: psycopg.Connection, who: Staff, event: str, amount: str, fund: str = "basic_pooled", covering: bool = True,
    **more: Any,
) -> int:
    """A voucher asked by the clerk and approved by the reviewer, over money that is there; its number."""
    told = events()[event]
    given = {"area": COUNTY, "fund": fund, "on": DAY, "amount": amount, "reference": f"R{next(references)}"}
    given |= {"party": "P1"} if told.party else {}
    given |= more
    if covering:
        draws = draws_of(told, fund, given.get("to_fund") or fund, given.get("party", ""), "")
        cover(office, who, draws, given["area"], given["on"], parse_fen(amount), bool(told.insured))
    asked = run(office, who.clerk, f"books.{event}", given)
    return int(decide(office, who.reviewer, asked["command"], "approved")["voucher"])


def held(office: psycopg.Connection, who: Staff, area: str = COUNTY, fund: str = "basic_pooled") -> dict[str, int]:
    """Account → balance (debit less credit) of a fund, without what only covered a draw."""
    before = covered(office, area, fund)
    rows = [b for b in trial_balance(office, who.auditor, area, date(2023, 12, 31)) if b.fund == fund]
    left = {b.code: b.balance - before.get(b.code, 0) for b in rows}
    return {code: sum_ for code, sum_ in left.items() if sum_ or code not in before or code != "balance"}


def income_and_spending(office: psycopg.Connection, who: Staff, fund: str) -> tuple[int, int]:
    rows = [b for b in trial_balance(office, who.auditor, COUNTY, date(2023, 12, 31)) if b.fund == fund]
    return (-sum(b.balance for b in rows if b.kind == "income"), sum(b.balance for b in rows if b.kind == "spending"))


GOLDEN = {
    "opening": {"special_account": 100, "balance": -100},
    "levied": {"to_collect": 100, "levied": -100},
    "collected": {"levied": 100, "to_collect": -100, "treasury_in_transit": 100, "held": -100},
    "drawn": {"special_account": 100, "treasury_in_transit": -100, "held": 100, "contribution_income": -100},
    "refunded": {"contribution_income": 100, "special_account": -100},
    "subsidised": {"special_account": 100, "subsidy_income": -100},
    "interest": {"special_account": 100, "interest_income": -100},
    "funded": {"expenditure_account": 100, "special_account": -100},
    "care_owed": {"care_due": 100, "payable": -100},
    "bill_paid": {"payable": 100, "care_due": -100, "benefit_spending": 100, "expenditure_account": -100},
    "prepaid": {"prepaid": 100, "expenditure_account": -100},
    "set_off": {"payable": 100, "care_due": -100, "benefit_spending": 100, "prepaid": -100},
    "prepayment_returned": {"expenditure_account": 100, "prepaid": -100},
    "retained": {"payable": 100, "care_due": -100, "benefit_spending": 100, "quality_deposits": -100},
    "deposit_returned": {"quality_deposits": 100, "expenditure_account": -100},
    "deposit_forfeited": {"quality_deposits": 100, "other_income": -100},
    "recoverable": {"owed_by_party": 100, "claims_on_party": -100},
    "recovered": {"claims_on_party": 100, "owed_by_party": -100, "special_account": 100, "other_income": -100},
    "premium_paid": {"premium_spending": 100, "expenditure_account": -100},
    "reserve_received": {"expenditure_account": 100, "insurer_reserve": -100},
    "insured_care_owed": {"owed_by_party": 100, "payable": -100},
    "insured_bill_paid": {
        "payable": 100,
        "owed_by_party": -100,
        "insurer_reserve": 100,
        "expenditure_account": -100,
    },
    "reserve_returned": {"insurer_reserve": 100, "expenditure_account": -100},
}
"""Event → what it moves, written down by hand: a debit is above 0, a credit below."""


FILLS = {"quality_deposits": "retained", "insurer_reserve": "reserve_received", "prepaid": "prepaid"}


def filled(office: psycopg.Connection, who: Staff, event: str, amount: str, fund: str) -> None:
    """What is held for others, filled before an event draws on it."""
    for fills in {FILLS[d.account] for d in events()[event].draws if d.account in FILLS}:
        booked(office, who, fills, amount, fund)


@pytest.mark.parametrize("event", GOLDEN)
def test_each_event_moves_its_accounts(office: psycopg.Connection, who: Staff, event: str) -> None:
    fund = "large_expense" if events()[event].only else "basic_pooled"
    filled(office, who, event, "1.00", fund)
    before = held(office, who, fund=fund)
    booked(office, who, event, "1.00", fund)
    now = held(office, who, fund=fund)
    moved = {code: now.get(code, 0) - before.get(code, 0) for code in {*now, *before}}
    assert {code: sum_ for code, sum_ in moved.items() if sum_} == GOLDEN[event]


@pytest.mark.parametrize("event", [code for code, e in events().items() if e.draws])
def test_no_event_draws_on_what_is_not_there(office: psycopg.Connection, who: Staff, event: str) -> None:
    """Neither money nor a debt: with everything there but on one account, and with nothing left."""
    fund = "large_expense" if events()[event].only else "basic_pooled"
    more = {"to_fund": "resident"} if events()[event].to_fund else {}
    filled(office, who, event, "1.00", fund)
    told = events()[event]
    cover(office, who, draws_of(told, fund, fund, "P1", ""), COUNTY, DAY, 100, bool(told.insured))
    with refused("overdrawn"):
        booked(office, who, event, "1.01", fund, covering=False, **more)
    if told.to_fund:
        return  # the law names no such pair
    booked(office, who, event, "1.00", fund, covering=False, **more)
    with refused("overdrawn"):
        booked(office, who, event, "0.01", fund, covering=False, **more)


def test_every_event_has_its_golden_entry() -> None:
    assert set(GOLDEN) | {"between_funds"} == set(events())
    assert {f"books.{code}" for code in events()} <= set(OPERATIONS)


def test_income_is_what_reached_the_special_account_and_spending_what_was_paid(
    office: psycopg.Connection, who: Staff
) -> None:
    booked(office, who, "levied", "1000.00")
    booked(office, who, "collected", "900.00")
    assert income_and_spending(office, who, "basic_pooled") == (0, 0)
    booked(office, who, "drawn", "900.00")
    booked(office, who, "funded", "800.00")
    booked(office, who, "care_owed", "500.00")
    booked(office, who, "prepaid", "300.00")
    assert income_and_spending(office, who, "basic_pooled") == (90_000, 0)
    booked(office, who, "set_off", "300.00")
    booked(office, who, "retained", "20.00")
    booked(office, who, "bill_paid", "180.00")
    assert income_and_spending(office, who, "basic_pooled") == (90_000, 50_000)
    now = held(office, who)
    assert (now["to_collect"], now["payable"], now["prepaid"], now["quality_deposits"]) == (10_000, 0, 0, -2_000)


def test_L03_claims_an_insurer_bears_are_never_the_funds_spending(office: psycopg.Connection, who: Staff) -> None:
    """楚政规〔2022〕7号 第十一条、第十三条: premium is spending, reserve is held, hospitals are paid from it."""
    fund = "large_expense"
    booked(office, who, "opening", "5000.00", fund)
    booked(office, who, "funded", "5000.00", fund)
    booked(office, who, "premium_paid", "4000.00", fund)
    booked(office, who, "reserve_received", "2000.00", fund)
    booked(office, who, "insured_care_owed", "1500.00", fund)
    booked(office, who, "insured_bill_paid", "1500.00", fund)
    assert income_and_spending(office, who, fund) == (0, 400_000)
    assert held(office, who, fund=fund)["insurer_reserve"] == -50_000
    for event in ("care_owed", "bill_paid", "set_off", "retained"):
        with refused("borne_by_insurer"):
            booked(office, who, event, "1.00", fund)


def test_L03_without_an_insurer_the_fund_bears_its_claims(office: psycopg.Connection, who: Staff) -> None:
    given = {
        "area": OTHER_COUNTY,
        "fund": "large_expense",
        "on": DAY,
        "amount": "1.00",
        "party": "H1",
        "reference": "1",
    }
    with refused("no_insurer"):
        run(office, who.stranger, "books.insured_care_owed", given)
    assert run(office, who.stranger, "books.care_owed", given)["command"]
    before = given | {"area": COUNTY, "on": "2022-12-31"}
    assert run(office, who.clerk, "books.care_owed", before)["command"]  # the contract begins on 2023-01-01


def test_L02_money_passes_only_between_funds_that_the_law_names(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """The database refuses the rest (社会保险法第六十四条; 楚政规〔2022〕7号 第三条)."""
    given = {"area": COUNTY, "on": DAY, "amount": "10.00", "reference": "x"}
    for fund in ("large_expense", "critical_illness", "resident"):
        cover(office, who, [Draw(fund, "special_account")], COUNTY, "2015-07-27", 1000)
    with refused("funds_not_linked"):
        run(office, who.clerk, "books.between_funds", given | {"fund": "large_expense", "to_fund": "basic_pooled"})
    with refused("funds_not_linked"):
        run(office, who.clerk, "books.between_funds", given | {"fund": "critical_illness", "to_fund": "resident"})
    early = given | {"on": "2015-07-27", "fund": "resident", "to_fund": "critical_illness"}
    with refused("funds_not_linked"):
        run(office, who.clerk, "books.between_funds", early)
    asked = run(office, who.clerk, "books.between_funds", given | {"fund": "resident", "to_fund": "critical_illness"})
    decide(office, who.reviewer, asked["command"], "approved")
    assert held(office, who, fund="critical_illness") == {"special_account": 1000}
    assert held(office, who, fund="resident") == {"special_account": -1000}
    assert prove(office_address).fault is None


def test_P20_benefits_are_paid_from_the_matching_fund_by_two_people(office: psycopg.Connection, who: Staff) -> None:
    given = {"area": COUNTY, "fund": "injury", "on": DAY, "amount": "10.00", "party": "H1", "reference": "x"}
    cover(office, who, [Draw("injury", "expenditure_account")], COUNTY, DAY, 1000)
    with refused("overdrawn") as e:  # nothing is owed to the hospital
        run(office, who.clerk, "books.bill_paid", given)
    assert ("应付" in e.value.zh, "H1" in e.value.zh, "待遇应付" in e.value.zh) == (True, True, True)
    cover(office, who, [Draw("injury", "payable", "H1")], COUNTY, DAY, 1000)
    asked = run(office, who.clerk, "books.bill_paid", given)["command"]
    with refused("not_allowed"):
        decide(office, who.clerk2, asked, "approved")
    assert set(held(office, who, fund="injury").values()) == {0}
    decide(office, who.reviewer, asked, "approved")
    assert held(office, who, fund="injury")["benefit_spending"] == 1000
    with refused("fund_unfit"):
        run(office, who.clerk, "books.premium_paid", given | {"reference": "y"})


@pytest.mark.parametrize(
    ("event", "change", "code", "field"),
    [
        ("bill_paid", {"party": ""}, "party_missing", "party"),
        ("bill_paid", {"reference": ""}, "reference_missing", "reference"),
        ("bill_paid", {"amount": "0"}, "amount_not_positive", "amount"),
        ("bill_paid", {"amount": "-1"}, "argument_invalid", "amount"),
        ("bill_paid", {"fund": "gold"}, "argument_invalid", "fund"),
        ("between_funds", {"to_fund": "basic_pooled"}, "fund_unfit", "to_fund"),
    ],
)
def test_a_voucher_is_refused_by_field(
    office: psycopg.Connection, who: Staff, event: str, change: dict[str, str], code: str, field: str
) -> None:
    given = {"area": COUNTY, "fund": "basic_pooled", "on": DAY, "amount": "1.00", "reference": "x"}
    given |= {"party": "P"} if events()[event].party else {}
    with refused(code) as e:
        run(office, who.clerk, f"books.{event}", given | change)
    assert e.value.field == field


def test_a_slip_is_booked_once_and_again_when_it_was_undone(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    voucher = booked(office, who, "interest", "5.00", reference="S1")
    with refused("reference_booked"):
        booked(office, who, "interest", "6.00", reference="S1")
    undo = {"voucher": voucher, "on": "2023-05-05", "reason": "wrong sum"}
    asked = run(office, who.clerk, "books.undo", undo)["command"]
    with refused("self_approval"):
        decide(office, who.clerk, asked, "approved")
    decide(office, who.reviewer, asked, "approved")
    with refused("already_reversed"):
        run(office, who.clerk, "books.undo", undo)
    with refused("voucher_unknown"):
        run(office, who.clerk, "books.undo", undo | {"voucher": 10**9})
    booked(office, who, "interest", "6.00", reference="S1")
    assert held(office, who) == {"special_account": 600, "interest_income": -600}
    assert prove(office_address).fault is None


def test_what_was_altered_between_asking_and_approving_is_neither_done_nor_proved(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """By who switches the guards off: the second person approves what he sees, and nothing else."""
    given = {"area": COUNTY, "fund": "basic_pooled", "on": DAY, "amount": "2.00", "reference": "A1"}
    asked = run(office, who.clerk, "books.interest", given)["command"]
    voucher = booked(office, who, "interest", "1.00")
    assert prove(office_address).fault is None

    def behind(*statements: str) -> str:
        with office.transaction():
            office.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                office.execute(statement)
        found = prove(office_address).fault
        assert found is not None
        return found.code

    more = """UPDATE office.command SET arguments = arguments || '{"amount": "2000000.00"}' WHERE id = %s"""
    assert behind(more % asked) == "fact_undecided"
    with refused("command_altered"):
        decide(office, who.reviewer, asked, "approved")
    back = """UPDATE office.command SET arguments = arguments || '{"amount": "2.00"}' WHERE id = %s"""
    with office.transaction():
        office.execute("SET LOCAL session_replication_role = replica")
        office.execute(back % asked)
    assert prove(office_address).fault is None
    command = office.execute("SELECT command FROM office.voucher WHERE id = %s", [voucher]).fetchone()
    assert command is not None
    both = f"""UPDATE office.command SET arguments = arguments || '{{"amount": "9.00"}}' WHERE id = {command[0]}"""
    shown = f"""UPDATE office.command SET shown = shown || '{{"amount": "9.00"}}' WHERE id = {command[0]}"""
    entry = f"(SELECT id FROM ledger.entry WHERE fact_id = '{voucher}')"
    line = f"UPDATE ledger.line SET amount = 900 WHERE entry = {entry}"
    assert behind(both, line, f"UPDATE office.voucher SET amount = 900 WHERE id = {voucher}") == "fact_undecided"
    assert behind(shown) == "fact_undecided", "the sealed record still says what was asked"


def test_a_closed_month_takes_nothing_more(office: psycopg.Connection, office_address: str, who: Staff) -> None:
    booked(office, who, "interest", "5.00")
    asked = run(office, who.clerk, "books.close_month", {"area": COUNTY, "month": "2023-05"})["command"]
    decide(office, who.accountant, asked, "approved")
    with refused("month_closed"):
        booked(office, who, "interest", "5.00")
    with refused("months_out_of_order"):
        run(office, who.clerk, "books.close_month", {"area": COUNTY, "month": "2023-07"})
    booked(office, who, "interest", "7.00", on="2023-06-01")
    assert prove(office_address).fault is None


class TestRemittance:
    GIVEN = {"area": COUNTY, "fund": "large_expense", "on": DAY, "amount": "700.00", "reference": "T1"}

    def sent(self, office: psycopg.Connection, who: Staff) -> int:
        given = self.GIVEN
        cover(office, who, [Draw(given["fund"], "special_account")], given["area"], given["on"],
              parse_fen(given["amount"]))  # fmt: skip
        asked = run(office, who.clerk, "remittance.send", given)["command"]
        return int(decide(office, who.reviewer, asked, "approved")["remittance"])

    def test_L03_what_the_county_remits_is_a_pair_with_money_in_transit_between(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        """楚政规〔2022〕7号 第四条: offices and tax offices remit upward."""
        number = self.sent(office, who)
        assert held(office, who, fund="large_expense") == {"special_account": -70_000, "in_transit": 70_000}
        assert held(office, who, PREFECTURE, "large_expense") == {}
        assert [r.id for r in remittances(office, who.accountant, in_transit=True)] == [number]
        run(
            office, who.accountant, "remittance.receive", {"remittance": number, "on": "2023-05-06", "amount": "700.00"}
        )
        county, prefecture = held(office, who, fund="large_expense"), held(office, who, PREFECTURE, "large_expense")
        assert (county["in_transit"], county["remittance_spending"]) == (0, 70_000)
        assert prefecture == {"special_account": 70_000, "remitted_income": -70_000}
        assert remittances(office, who.accountant, in_transit=True) == []
        assert prove(office_address).fault is None

    def test_only_the_whole_sum_arrives_once_and_is_confirmed_above(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        number = self.sent(office, who)
        arrival = {"remittance": number, "on": "2023-05-06", "amount": "700.00"}
        with refused("area_outside"):
            run(office, who.clerk, "remittance.receive", arrival)
        for wrong in ({"amount": "699.99"}, {"on": "2023-05-03"}):
            with refused("remittance_differs"):
                run(office, who.accountant, "remittance.receive", arrival | wrong)
        run(office, who.accountant, "remittance.receive", arrival)
        with refused("remittance_arrived"):
            run(office, who.accountant, "remittance.receive", arrival)
        with refused("remittance_unknown"):
            run(office, who.accountant, "remittance.receive", arrival | {"remittance": 10**9})
        with refused("reference_booked"):
            self.sent(office, who)


class TestReconciliation:
    @pytest.fixture
    def account(self, office: psycopg.Connection, who: Staff) -> str:
        given = {"area": COUNTY, "fund": "basic_pooled", "kind": "special_account", "code": "CX-01", "name": "建行"}
        asked = run(office, who.clerk, "bank.open", given)["command"]
        decide(office, who.reviewer, asked, "approved")
        with refused("bank_account_exists"):
            run(office, who.clerk, "bank.open", given | {"code": "CX-02"})
        return "CX-01"

    def test_three_sides_agree_or_the_line_is_named(self, office: psycopg.Connection, who: Staff, account: str) -> None:
        for reference, amount in (("A", "100.00"), ("B", "200.00"), ("C", "300.00"), ("D", "171239.20")):
            booked(office, who, "drawn", amount, reference=reference)
        booked(office, who, "interest", "1.00", reference="I")
        day = date(2023, 5, 4)
        bank = [("A", 10_000), ("B", 20_000), ("D", 17_123_920), ("I", 100), ("X", 55)]
        keep_bank_lines(office, who.clerk, account, [Reported(day, r, a) for r, a in bank])
        tax = [("A", 10_000), ("C", 30_000), ("D", 17_117_820), ("Y", 66)]
        keep_tax_lines(office, who.clerk, COUNTY, "basic_pooled", [Reported(day, r, a) for r, a in tax])
        found = reconcile(office, who.auditor, COUNTY, "basic_pooled", date(2023, 5, 1), date(2023, 5, 31))
        assert found.agreed == 2  # A on three sides; I, which is no tax, on two
        assert [(d.reference, d.kind, d.books, d.bank, d.tax) for d in found.differences] == [
            ("B", "not_tax", 20_000, 20_000, 0),
            ("C", "not_bank", 30_000, 0, 30_000),
            ("D", "sums_differ", 17_123_920, 17_123_920, 17_117_820),
            ("X", "only_bank", 0, 55, 0),
            ("Y", "only_tax", 0, 0, 66),
        ]
        assert (found.balance_books, found.balance_bank) == (17_184_020, 17_154_075)

    def test_neither_a_sum_that_the_bank_halves_nor_an_undoing_hides_a_difference(
        self, office: psycopg.Connection, office_address: str, who: Staff, account: str
    ) -> None:
        undone = booked(office, who, "interest", "170.00", reference="I", on="2023-01-10")
        given = {"voucher": undone, "on": "2023-02-03", "reason": "not ours"}
        decide(office, who.reviewer, run(office, who.clerk, "books.undo", given)["command"], "approved")
        january = reconcile(office, who.auditor, COUNTY, "basic_pooled", date(2023, 1, 1), date(2023, 1, 31))
        assert [(d.reference, d.books, d.bank) for d in january.differences] == [("I", 17_000, 0)]
        february = reconcile(office, who.auditor, COUNTY, "basic_pooled", date(2023, 2, 1), date(2023, 2, 28))
        assert [(d.reference, d.books, d.bank) for d in february.differences] == [("I", -17_000, 0)]
        both = reconcile(office, who.auditor, COUNTY, "basic_pooled", date(2023, 1, 1), date(2023, 2, 28))
        assert (both.differences, both.balance_books) == ((), 0)
        booked(office, who, "interest", "80.00", reference="R1", on="2023-03-01")
        keep_bank_lines(office, who.clerk, account, [Reported(date(2023, 3, 1), "R1", 4_000)])
        keep_tax_lines(office, who.clerk, COUNTY, "basic_pooled", [Reported(date(2023, 3, 1), "R1", 4_000)])
        march = reconcile(office, who.auditor, COUNTY, "basic_pooled", date(2023, 3, 1), date(2023, 3, 31))
        assert [(d.books, d.bank, d.tax) for d in march.differences] == [(8_000, 4_000, 4_000)]

    def test_a_statement_comes_once_and_whole(self, office: psycopg.Connection, who: Staff, account: str) -> None:
        day = date(2023, 5, 4)
        keep_bank_lines(office, who.clerk, account, [Reported(day, "A", 1)])
        for lines, code in (
            ([Reported(day, "B", 1), Reported(day, "A", 1)], "reference_reported"),
            ([Reported(day, "B", 0)], "statement_line"),
            ([Reported(day, "", 1)], "statement_line"),
        ):
            with refused(code):
                keep_bank_lines(office, who.clerk, account, lines)
        assert office.execute("SELECT count(*) FROM office.bank_line").fetchone() == (1,)
        with refused("bank_account_unknown"):
            keep_bank_lines(office, who.clerk, "NO-1", [Reported(day, "B", 1)])
        with refused("area_outside"):
            keep_bank_lines(office, who.stranger, account, [Reported(day, "B", 1)])
        line = {"account": account, "on": DAY, "reference": "H1", "direction": "out", "amount": "3.00"}
        run(office, who.clerk, "statement.line", line)
        with refused("reference_reported"):
            run(office, who.clerk, "statement.line", line)
        with refused("argument_invalid"):
            run(office, who.clerk, "statement.line", line | {"reference": "H2", "amount": "3.001"})
        assert office.execute("SELECT sum(amount) FROM office.bank_line").fetchone() == (-299,)


PLANTED = {
    "a voucher's sum": ("UPDATE office.voucher SET amount = amount + 1", "entry_differs_from_fact"),
    "a voucher's fund": ("UPDATE office.voucher SET fund = 'injury'", "entry_differs_from_fact"),
    "a voucher gone": ("DELETE FROM office.voucher", "entry_differs_from_fact"),
    "an entry on another account": (
        "UPDATE ledger.line SET credit = (SELECT id FROM ledger.account WHERE fund = 'basic_pooled' "
        "AND code = 'subsidy_income')",
        "entry_differs_from_fact",
    ),
    "an entry of nothing": ("UPDATE ledger.entry SET fact_kind = 'dream'", "entry_without_fact"),
    "a voucher booked twice under another spelling": (
        "WITH e AS (INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id) SELECT booked_on, area, "
        "event, fact_kind, '0' || fact_id FROM ledger.entry RETURNING id, booked_on) INSERT INTO ledger.line SELECT "
        "e.id, e.booked_on, l.place, l.book, l.debit, l.debit_fund, l.credit, l.credit_fund, l.amount, l.party FROM e, "
        "ledger.line l",
        "entry_differs_from_fact",
    ),
    "another party got the money": ("UPDATE ledger.line SET party = 'somebody'", "entry_differs_from_fact"),
    "fact and entry both ten times as much": (
        "UPDATE office.voucher SET amount = amount * 10; UPDATE ledger.line SET amount = amount * 10",
        "fact_undecided",
    ),
    "fact, entry and command ten times as much": (
        "UPDATE office.voucher SET amount = amount * 10; UPDATE ledger.line SET amount = amount * 10; "
        'UPDATE office.command SET arguments = arguments || \'{"amount": "50.00"}\', '
        "shown = shown || '{\"amount\": \"50.00\"}' WHERE operation = 'books.interest'",
        "fact_undecided",
    ),
    "a decision of one's own": (
        "UPDATE office.decision d SET decided_by = c.asked_by FROM office.command c WHERE c.id = d.command",
        "fact_undecided",
    ),
    "no decision at all": ("DELETE FROM office.decision", "fact_undecided"),
    "a reversal of nothing": (
        "WITH e AS (INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id, reverses, reason) SELECT "
        "booked_on, area, event, fact_kind, fact_id, id, 'x' FROM ledger.entry RETURNING id, booked_on) INSERT INTO "
        "ledger.line SELECT e.id, e.booked_on, l.place, l.book, l.credit, l.credit_fund, l.debit, l.debit_fund, "
        "l.amount, l.party FROM e, ledger.line l",
        "reversal_without_fact",
    ),
    "an undoing not booked": (
        "INSERT INTO office.voucher_undone (voucher, on_day, reason, undone_by) "
        "SELECT id, on_day, 'x', 'x' FROM office.voucher",
        "reversal_without_fact",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_an_entry_that_its_fact_does_not_explain_is_found(
    office: psycopg.Connection, office_address: str, who: Staff, name: str
) -> None:
    booked(office, who, "interest", "5.00")
    assert prove(office_address).fault is None
    statement, code = PLANTED[name]
    office.execute("SET session_replication_role = replica")
    office.execute(statement)
    fault = prove(office_address).fault
    assert fault is not None
    assert fault.code == code
