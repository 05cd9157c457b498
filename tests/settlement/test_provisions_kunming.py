"""Provisions of Kunming (K…) and the worked cases of its schemes, on the bundled law."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tongchou.law.tables import Scheme
from tongchou.law.tree import load

from .compare import Seen
from .saying import fen, person_part, settled


@cache
def employee() -> Scheme:
    """Kunming, employees."""
    return load().scheme("530100", "employee")


def stay(in_scope: str, **more: Any) -> dict[str, Any]:
    return {"category": "inpatient", "in_scope": in_scope, **more}


def visit(in_scope: str, **more: Any) -> dict[str, Any]:
    return {"category": "outpatient", "in_scope": in_scope, **more}


def chronic(in_scope: str, diseases: int, **more: Any) -> dict[str, Any]:
    return {
        "category": "chronic",
        "in_scope": in_scope,
        "chronic_diseases": diseases,
        "disease": "M01600",
        **more,
    }


def funds(seen: Seen, *names: str) -> list[int]:
    return [seen[f"fund_{n}"] for n in names]


def yuans(*amounts: str) -> list[int]:
    return [fen(a) for a in amounts]


# Worked cases


@pytest.mark.parametrize(
    ("in_scope", "level", "status", "fund", "patient"),
    [
        ("590", 3, "active", "250", "340"),  # KM-OUT-C1
        ("590", 3, "retired", "275", "315"),  # C2
        ("260", 2, "active", "110", "150"),  # C3
        ("130", 1, "retired", "65", "65"),  # C4
        ("80", 3, "active", "0", "80"),  # C5
    ],
)
def test_km_out(in_scope: str, level: int, status: str, fund: str, patient: str) -> None:
    """KM-OUT-C1 to C5: a visit below the yearly limit."""
    (seen,) = settled(employee(), visit(in_scope, level=level, status=status))
    assert funds(seen, "outpatient_pool", "inpatient_pool") == yuans(fund, "0")
    assert person_part(seen) == fen(patient)
    assert seen["reason"] == ("deductible" if fund == "0" else "")


def test_km_out_c6() -> None:
    """KM-OUT-C6: with 5,500 paid, 500 end the limit and 1,000 of cost flow on at 85 %."""
    before, seen = settled(employee(), visit("11090"), visit("2090"))
    assert before["fund_outpatient_pool"] == fen("5500")
    assert funds(seen, "outpatient_pool", "inpatient_pool") == yuans("500", "850")
    assert person_part(seen) == fen("740")


@pytest.mark.parametrize(
    ("in_scope", "diseases", "fund"),
    [("2300", 1, "1600"), ("4300", 1, "2000"), ("4300", 2, "3000"), ("9300", 4, "5000"), ("9300", 6, "5000")],
)
def test_km_chr(in_scope: str, diseases: int, fund: str) -> None:
    """KM-CHR-C1 to C5: a year of chronic disease in one row."""
    (seen,) = settled(employee(), chronic(in_scope, diseases))
    assert seen["fund_chronic_pool"] == fen(fund)
    assert seen["deductible"] == fen("300")


@pytest.mark.parametrize(
    ("in_scope", "level", "status", "basic", "large", "patient"),
    [
        ("20000", 3, "active", "15980", "0", "4020"),
        ("20000", 2, "retired", "17940", "0", "2060"),
        ("150000", 3, "active", "80000", "49214.12", "20785.88"),
        ("700000", 3, "retired", "80000", "420000", "200000"),
    ],
)
def test_km_inp(in_scope: str, level: int, status: str, basic: str, large: str, patient: str) -> None:
    """KM-INP-C1 to C4: a stay through basic insurance and large expense."""
    (seen,) = settled(employee(), stay(in_scope, level=level, status=status))
    assert funds(seen, "inpatient_pool", "large_expense") == yuans(basic, large)
    assert person_part(seen) == fen(patient)


# Provisions


def test_K05_large_expense_rises_with_2023() -> None:
    """K05: 80,000 and 350,000 until 2022, 80,000 and 420,000 from 2023-01-01, each year anew."""
    old, new, spent, fresh = settled(
        employee(),
        stay("700000", day="2022-12-31"),
        stay("700000", day="2023-01-01"),
        stay("5000", day="2023-12-31"),
        stay("5000", day="2024-01-01"),
    )
    assert funds(old, "inpatient_pool", "large_expense") == yuans("80000", "350000")
    assert funds(new, "inpatient_pool", "large_expense") == yuans("80000", "420000")
    assert new["fund_total"] == fen("500000")
    assert (spent["fund_total"], spent["reason"]) == (0, "cap_used")
    assert funds(fresh, "inpatient_pool", "large_expense") == yuans("3230", "0")


def test_K05_a_claim_through_both_layers_is_split_to_the_fen() -> None:
    """K05: 94,117.65 of cost use up the 80,000 at 85 %; the other 54,682.35 are paid at 90 %; all adds up."""
    (seen,) = settled(employee(), stay("150000"))
    assert funds(seen, "inpatient_pool", "large_expense") == yuans("80000", "49214.12")
    assert seen["person_deductible"] == fen("1200")
    assert seen["person_share_inpatient_pool"] == fen("14117.65")
    assert seen["person_share_large_expense"] == fen("5468.23")
    assert person_part(seen) + seen["fund_total"] == fen("150000")


def test_K06_the_limit_rises_from_the_day_a_disease_is_added() -> None:
    """K06: 300 once a year, 80 %, 2,000 for one disease, then 1,000 more with the second, 5,000 at most."""
    first, none, second, sixth, more = settled(
        employee(),
        chronic("2900", 1, day="2023-02-01"),
        chronic("800", 1, day="2023-03-01"),
        chronic("2000", 2, day="2023-04-01"),
        chronic("9000", 6, day="2023-05-01"),
        chronic("9000", 9, day="2023-06-01"),
    )
    assert (first["deductible"], first["fund_chronic_pool"]) == (fen("300"), fen("2000"))
    assert (none["deductible"], none["fund_chronic_pool"], none["reason"]) == (0, 0, "cap_used")
    assert second["fund_chronic_pool"] == fen("1000")
    assert sixth["fund_chronic_pool"] == fen("2000")
    assert (more["fund_chronic_pool"], more["reason"]) == (0, "cap_used")


def test_K06_the_person_bears_a_fifth() -> None:
    """K06: above the deductible the fund pays 80 % and the person 20 %."""
    (seen,) = settled(employee(), chronic("1300", 1))
    assert (seen["fund_chronic_pool"], seen["person_share_chronic_pool"]) == (fen("800"), fen("200"))


def test_K07_nothing_before_april_2022() -> None:
    """K07: until 2022-03-31 a visit gets nothing, reason not_yet_in_force; from 2022-04-01 it is paid."""
    before, after = settled(employee(), visit("590", day="2022-03-31"), visit("590", day="2022-04-01"))
    assert (before["fund_total"], before["reason"], person_part(before)) == (
        0,
        "not_yet_in_force",
        fen("590"),
    )
    assert (after["fund_outpatient_pool"], after["reason"]) == (fen("250"), "")


@pytest.mark.parametrize(
    ("level", "deductible", "active", "retired"),
    [
        (0, "30", "582", "630.50"),
        (1, "30", "582", "630.50"),
        (2, "60", "517", "564"),
        (3, "90", "455", "500.50"),
    ],
)
def test_K07_by_level_and_status(level: int, deductible: str, active: str, retired: str) -> None:
    """K07: 30 / 60 / 90 a visit; 60 / 55 / 50 %, retirees five points more."""
    for status, fund in (("active", active), ("retired", retired)):
        first, again = settled(
            employee(), visit("1000", level=level, status=status), visit("1000", level=level, status=status)
        )
        assert (first["deductible"], again["deductible"]) == (fen(deductible), fen(deductible))
        assert first["fund_outpatient_pool"] == again["fund_outpatient_pool"] == fen(fund)


def test_K07_the_limit_is_apart_from_the_inpatient_one() -> None:
    """K07: 6,000 of visits use up nothing of the 80,000 of stays."""
    visits, stays = settled(employee(), visit("12090"), stay("95317.65"))
    assert visits["fund_outpatient_pool"] == fen("6000")
    assert funds(stays, "inpatient_pool", "large_expense") == yuans("80000", "0")


@pytest.mark.parametrize(
    ("level", "status", "percent"),
    [
        (1, "active", 91),
        (2, "active", 88),
        (3, "active", 85),
        (1, "retired", 95),
        (2, "retired", 92),
        (3, "retired", 89),
    ],
)
def test_K08_beyond_6000_at_inpatient_rates(level: int, status: str, percent: int) -> None:
    """K08: once 6,000 are paid, cost above the visit's deductible is paid at the inpatient rate."""
    who = {"level": level, "status": status}
    _, seen = settled(employee(), visit("20000", **who), visit("1090", **who))
    above = fen("1090") - {1: 3000, 2: 6000, 3: 9000}[level]
    assert funds(seen, "outpatient_pool", "inpatient_pool") == [0, above * percent // 100]
    assert person_part(seen) + seen["fund_total"] == fen("1090")


def test_K08_three_layers_in_one_claim_add_up() -> None:
    """K08: a visit flows through 6,000, 80,000 and large expense at 90 %; the parts add up, to the fen."""
    (seen,) = settled(employee(), visit("150000"))
    # 90 off; 12,000 at 50 %; 94,117.65 at 85 %; 43,792.35 at 90 %
    assert funds(seen, "outpatient_pool", "inpatient_pool", "large_expense") == yuans("6000", "80000", "39413.12")
    assert [seen[f"person_share_{n}"] for n in ("outpatient_pool", "outpatient_above", "large_expense")] == yuans(
        "6000", "14117.65", "4379.23"
    )
    assert person_part(seen) + seen["fund_total"] == fen("150000")


@pytest.mark.parametrize("name", ["employee", "resident"])
def test_P11_an_injury_without_employer_is_reimbursed_with_its_reason(name: str) -> None:
    """P11: paid like any stay, reason injury_no_employer; a recognised work injury is not paid here."""
    scheme = load().scheme("530100", name)
    plain, routed, work = settled(
        scheme, stay("3000"), stay("3000", injury="no_employer"), stay("3000", injury="recognised")
    )
    assert routed["fund_total"] == plain["fund_total"] > 0
    assert (plain["reason"], routed["reason"]) == ("", "injury_no_employer")
    assert (work["fund_total"], work["reason"]) == (0, "work_injury")
