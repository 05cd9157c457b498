"""The assessment sheet of counties and insurers (楚政规〔2022〕7号 第四条), against figures reckoned by hand."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from tests.office.conftest import COUNTY, PREFECTURE, Staff
from tests.office.covering import cover
from tests.office.test_vouchers import booked, refused
from tongchou.office.books.assessment import assess_counties, assess_insurers
from tongchou.office.books.draws import Draw
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused

SINCE, UNTIL = date(2023, 5, 1), date(2023, 5, 31)


def test_L19_a_county_is_assessed_from_its_own_figures(office: psycopg.Connection, who: Staff) -> None:
    booked(office, who, "care_owed", "100.00", party="H1", on="2023-05-01")
    booked(office, who, "care_owed", "50.00", party="H1", on="2023-05-03")
    booked(office, who, "care_owed", "70.00", party="H2", on="2023-05-02")
    booked(office, who, "bill_paid", "120.00", party="H1", on="2023-05-06")  # the first whole, the second in part
    booked(office, who, "retained", "30.00", party="H1", on="2023-05-20")
    wrong = booked(office, who, "interest", "1.00")
    undo = run(office, who.clerk, "books.undo", {"voucher": wrong, "on": "2023-05-08", "reason": "x"})
    decide(office, who.reviewer, undo["command"], "approved")
    cover(office, who, [Draw("large_expense", "special_account")], COUNTY, "2023-05-04", 500)
    asked = run(office, who.clerk, "remittance.send", {"area": COUNTY, "fund": "large_expense", "on": "2023-05-04",
                                                       "amount": "5.00", "reference": "T1"})  # fmt: skip
    sent = decide(office, who.reviewer, asked["command"], "approved")["remittance"]
    run(office, who.accountant, "remittance.receive", {"remittance": sent, "on": "2023-05-07", "amount": "5.00"})
    told = {"area": COUNTY, "about": "office", "on": "2023-05-09", "said": "等了太久"}
    first = run(office, who.clerk, "complaint.receive", told)["complaint"]
    run(office, who.clerk, "complaint.receive", told)
    run(
        office,
        who.reviewer,
        "complaint.answer",
        {"complaint": first, "on": "2023-05-10", "upheld": True, "said": "属实"},
    )
    (row,) = [r for r in assess_counties(office, who.auditor, PREFECTURE, SINCE, UNTIL) if r.area == COUNTY]
    assert (row.vouchers, row.undone) == (6 + 3, 1)  # three that cover what was paid and sent
    assert (row.remitted, row.in_transit, row.transit_tenths) == (1, 0, 30)
    assert (row.paid_bills, row.pay_tenths, row.pay_longest) == (2, 110, 17)  # 5 and 17 days; H2 is not paid yet
    assert (row.complaints, row.upheld, row.unanswered) == (2, 1, 1)


def test_L19_an_insurer_is_assessed_by_reserve_and_days_to_pay(office: psycopg.Connection, who: Staff) -> None:
    fund = "large_expense"
    booked(office, who, "premium_paid", "4000.00", fund, party="人寿", on="2023-05-01")
    booked(office, who, "reserve_received", "1000.00", fund, party="人寿", on="2023-05-02")
    booked(office, who, "insured_care_owed", "900.00", fund, party="H1", on="2023-05-03")
    booked(office, who, "insured_bill_paid", "900.00", fund, party="H1", on="2023-05-13")
    booked(office, who, "reserve_received", "700.00", fund, party="人寿", on="2023-05-20")
    told = {"area": COUNTY, "about": "insurer", "party": "人寿", "on": "2023-05-09", "said": "拖延"}
    run(office, who.clerk, "complaint.receive", told)
    (row,) = assess_insurers(office, who.accountant, PREFECTURE, SINCE, UNTIL)
    assert (row.insurer, row.premium, row.reserve, row.reserve_lowest) == ("人寿", 400_000, 80_000, 10_000)
    assert (row.claims_owed, row.claims_paid, row.pay_tenths, row.pay_longest) == (90_000, 90_000, 100, 10)
    assert (row.complaints, row.upheld) == (1, 0)


def test_L19_complaints_are_answered_once_by_a_reviewer(office: psycopg.Connection, who: Staff) -> None:
    told = {"area": COUNTY, "about": "office", "on": "2023-05-09", "said": "x"}
    number = run(office, who.clerk, "complaint.receive", told)["complaint"]
    answer = {"complaint": number, "on": "2023-05-10", "upheld": False, "said": "不属实"}
    with refused("not_allowed"):
        run(office, who.clerk, "complaint.answer", answer)
    run(office, who.reviewer, "complaint.answer", answer)
    with refused("complaint_answered"):
        run(office, who.reviewer, "complaint.answer", answer)
    with refused("complaint_unknown"):
        run(office, who.reviewer, "complaint.answer", answer | {"complaint": 10**9})
    with refused("party_missing"):
        run(office, who.clerk, "complaint.receive", told | {"about": "insurer"})
    with refused("day_in_future"):
        run(office, who.clerk, "complaint.receive", told | {"on": "2999-01-01"})


@pytest.mark.parametrize("name", ["stranger", "root"])
def test_who_may_not_read_the_books_gets_no_assessment(office: psycopg.Connection, who: Staff, name: str) -> None:
    with pytest.raises(OfficeRefused):
        assess_counties(office, getattr(who, name), PREFECTURE, SINCE, UNTIL)


def test_L19_two_insurers_of_a_fund_are_assessed_apart(office: psycopg.Connection, who: Staff) -> None:
    """Premium, reserve and complaints of each; care owed, which names an institution, stands with the latest."""
    fund = "large_expense"
    booked(office, who, "premium_paid", "10.00", fund, party="人寿", on="2023-05-01")
    booked(office, who, "reserve_received", "10.00", fund, party="人寿", on="2023-05-01")
    booked(office, who, "premium_paid", "0.01", fund, party="太平", on="2023-05-02")
    booked(office, who, "reserve_received", "40.00", fund, party="太平", on="2023-05-02")
    booked(office, who, "insured_care_owed", "6.00", fund, party="H1", on="2023-05-03")
    booked(office, who, "insured_bill_paid", "4.00", fund, party="H1", on="2023-05-05", insurer="人寿")
    told = {"area": COUNTY, "about": "insurer", "party": "人寿", "on": "2023-05-09", "said": "拖延"}
    run(office, who.clerk, "complaint.receive", told)
    rows = {r.insurer: r for r in assess_insurers(office, who.accountant, PREFECTURE, SINCE, UNTIL)}
    one, two = rows["人寿"], rows["太平"]
    assert (one.premium, one.reserve, one.reserve_lowest, one.claims_paid, one.complaints) == (1000, 600, 600, 400, 1)
    assert (two.premium, two.reserve, two.reserve_lowest, two.claims_owed, two.complaints) == (1, 4000, 4000, 600, 0)
