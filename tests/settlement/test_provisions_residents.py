"""Provisions on residents (P…, J13), Chuxiong's large expense (L…) and Jinan's catalogue (J01)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from tongchou.law.tables import Scheme
from tongchou.law.tree import load
from tongchou.rules.settlement import batch

from .compare import Seen, of_batch
from .saying import fen, person_part, rows_of, settled
from .strategies import arrays

POOR = {"status": "resident", "identity": "registered_poor"}
LAYERS = ("inpatient_pool", "critical_illness", "medical_assistance", "backstop")


@cache
def law(area: str, name: str) -> Scheme:
    """A scheme of the bundled law."""
    return load().scheme(area, name)


def resident() -> Scheme:
    return law("530100", "resident")


def chuxiong() -> Scheme:
    return law("532300", "employee")


def funds(seen: Seen, *names: str) -> list[int]:
    return [seen[f"fund_{n}"] for n in names or LAYERS]


def yuans(*amounts: str) -> list[int]:
    return [fen(a) for a in amounts]


def claim(in_scope: str, **more: Any) -> dict[str, Any]:
    return {"in_scope": in_scope, **more}


# P05, P06


def test_P05_preference_and_its_loss() -> None:
    """P05: burden 12,528: 528 above 12,000 at 60 %; the referred poor have 6,528 above 6,000 at 70 %."""
    (plain,) = settled(resident(), claim("30000", status="resident"))
    assert plain["fund_critical_illness"] == fen("316.80")
    (poor,) = settled(resident(), claim("30000", **POOR))
    assert (poor["fund_critical_illness"], poor["reason"]) == (fen("4569.60"), "")
    (lost,) = settled(resident(), claim("30000", **POOR, referred=False))
    assert (lost["fund_critical_illness"], lost["reason"]) == (fen("316.80"), "preference_lost")
    (away,) = settled(resident(), claim("30000", **POOR, designated=False))
    assert (away["fund_total"], away["reason"]) == (0, "not_designated")
    assert away["warnings"] == set()


def test_P05_the_yearly_limit_is_half_as_much_again() -> None:
    """P05: critical illness pays at most 300,000 a year, for the referred poor 450,000."""
    for who, limit in (
        ({"status": "resident"}, "300000"),
        (POOR, "450000"),
        ({**POOR, "referred": False}, "300000"),
    ):
        first, spent = settled(resident(), claim("1000000", **who), claim("20000", **who))
        assert first["fund_critical_illness"] == fen(limit)
        assert spent["fund_critical_illness"] == 0


def test_P05_every_band_pays_at_least_70_percent() -> None:
    """P05: the bands of 60 / 70 / 80 % become 70 / 70 / 80 % (burden 140,000 with the basic cap used up)."""
    (plain,) = settled(resident(), claim("200000", status="resident"))
    assert funds(plain)[:2] == yuans("60000", "89800")  # 22,800 + 35,000 + 32,000
    (poor,) = settled(resident(), claim("200000", **POOR))
    assert funds(poor)[:2] == yuans("60000", "97800")  # 30,800 + 35,000 + 32,000


def test_P05_28_outpatient_diseases() -> None:
    """P05: visits for one of the 28 diseases enter critical illness for the referred poor alone."""
    visit = {"category": "outpatient", "level": 1, "disease": "M01600"}
    (poor,) = settled(resident(), claim("20000", **visit, **POOR))
    assert poor["fund_critical_illness"] == fen("9520")  # 19,600 after 400 of the pool, less 6,000, at 70 %
    (other,) = settled(resident(), claim("20000", **{**visit, "disease": "M99999"}, **POOR))
    (unreferred,) = settled(resident(), claim("20000", **visit, **POOR, referred=False))
    (unpoor,) = settled(resident(), claim("20000", **visit, status="resident"))
    assert [s["fund_critical_illness"] for s in (other, unreferred, unpoor)] == [0, 0, 0]
    assert [s["reason"] for s in (other, unreferred, unpoor)] == ["", "preference_lost", ""]


def test_P06_four_layers_in_order_backstop_last() -> None:
    """P06: basic, critical illness, assistance and backstop, each on what the earlier left; 90 % in all."""
    (seen,) = settled(resident(), claim("20000", **POOR))
    # (20,000−880)·60 %; (8,528−6,000)·70 %; 6,758.40·70 %; what lacks to 18,000
    assert funds(seen) == yuans("11472", "1769.60", "4730.88", "27.52")
    assert person_part(seen) == fen("2000")
    (enough,) = settled(resident(), claim("30000", **POOR))
    assert funds(enough) == yuans("17472", "4569.60", "5570.88", "0")


def test_P06_what_is_out_of_catalogue_no_layer_takes() -> None:
    """P06: the backstop fills up the in-scope cost only."""
    (seen,) = settled(resident(), claim("20000", **POOR, out_of_catalogue="1000"))
    assert (seen["fund_total"], seen["fund_backstop"]) == (fen("18000"), fen("27.52"))


# P17


@pytest.mark.parametrize("area", ["530100", "532300"])
@pytest.mark.parametrize(("kind", "price", "fixed"), [("normal", "1600", "1200"), ("caesarean", "3000", "2400")])
def test_P17_package_and_fixed_payment(area: str, kind: str, price: str, fixed: str) -> None:
    """P17: county and township: the sum, the rest is the institution's; above: the sum or the bill."""
    birth = {"category": "delivery", "delivery_kind": kind, "status": "resident"}
    for rank in ("township", "county"):
        dear, cheap = settled(
            law(area, "resident"),
            claim("4500", out_of_catalogue="100", rank=rank, **birth),
            claim("900", out_of_catalogue="100", rank=rank, **birth),
        )
        assert [(s["fund_delivery"], person_part(s)) for s in (dear, cheap)] == [(fen(price), 0)] * 2
        assert [dear["institution"], cheap["institution"]] == [
            fen("4600") - fen(price),
            fen("1000") - fen(price),
        ]
    for rank in ("prefecture", "province"):
        dear, cheap = settled(
            law(area, "resident"),
            claim("4500", out_of_catalogue="100", rank=rank, **birth),
            claim("900", out_of_catalogue="100", rank=rank, **birth),
        )
        assert (dear["fund_delivery"], person_part(dear)) == (fen(fixed), fen("4600") - fen(fixed))
        assert (cheap["fund_delivery"], person_part(cheap)) == (fen("1000"), 0)
        assert dear["institution"] == cheap["institution"] == 0


# Chuxiong, large expense


@pytest.mark.parametrize(
    ("above", "severe", "large"),
    [("100000", False, "90000"), ("400000", False, "350000"), ("400000", True, "360000")],
)
def test_cx_big(above: str, severe: bool, large: str) -> None:
    """CX-BIG-C1 to C3: 94,117.65 use up the basic cap; what lies above goes to large expense."""
    whole = f"{float(above) + 95317.65:.2f}"
    (seen,) = settled(chuxiong(), claim(whole, severe=severe, disease="530000-06" if severe else ""))
    assert funds(seen, "inpatient_pool", "large_expense") == yuans("80000", large)


def test_L01_large_expense_covers_what_is_above_the_basic_cap() -> None:
    """L01: nothing below 80,000 of basic payment, the whole overflow above it, and nothing of visits."""
    below, through, above, visit = settled(
        chuxiong(),
        claim("50000", day="2023-01-10"),
        claim("50000", day="2023-02-10"),
        claim("11000", day="2023-03-10"),
        claim("20000", day="2023-04-10", category="outpatient"),
    )
    assert funds(below, "inpatient_pool", "large_expense") == yuans("41480", "0")
    # 38,520 are left: they use up 45,317.65 of 48,900, and 3,582.35 flow on
    assert funds(through, "inpatient_pool", "large_expense") == yuans("38520", "3224.12")
    assert funds(above, "inpatient_pool", "large_expense") == yuans("0", "9000")
    assert funds(visit, "outpatient_pool", "large_expense") == yuans("6000", "0")


def test_L06_basic_and_large_expense_are_made_up_in_one_run() -> None:
    """L06: arrears settled together in one run get both layers, as if never suspended."""
    claims = [claim("95317.65", day="2023-02-10"), claim("11100", day="2023-03-10")]
    data, at = arrays(chuxiong(), [rows_of(chuxiong(), claims)] * 2, shuffle=3)
    got = batch.settle(chuxiong(), data, force="plain")
    both = {(p, i): funds(of_batch(got, k), "inpatient_pool", "large_expense") for k, (p, i) in enumerate(at)}
    assert both == {(p, i): yuans(*w) for p in (0, 1) for i, w in enumerate([("80000", "0"), ("0", "9000")])}


def test_L10_350000_a_year_and_severe_without_the_cap() -> None:
    """L10: 90 % up to 350,000 in the calendar year; a listed severe disease has none and uses up none."""
    severe, plain, listed, unlisted = settled(
        chuxiong(),
        claim("595317.65", day="2023-02-01", severe=True, disease="530000-06"),
        claim("501100", day="2023-03-01"),
        claim("101000", day="2023-04-01", severe=True, disease="530000-06"),
        claim("101000", day="2023-05-01", severe=True, disease="M01600"),
    )
    assert severe["fund_large_expense"] == fen("450000")
    assert plain["fund_large_expense"] == fen("350000")
    assert listed["fund_large_expense"] == fen("90000")
    assert (unlisted["fund_large_expense"], unlisted["reason"]) == (0, "cap_used")
    assert unlisted["warnings"] == {"disease_not_severe"}
    (unchecked,) = settled(chuxiong(), claim("595317.65", severe=True))
    assert unchecked["fund_large_expense"] == fen("450000")
    assert unchecked["warnings"] == {"disease_unchecked"}


def test_L11_the_same_call_the_same_year_the_same_institutions() -> None:
    """L11: what stops basic insurance stops large expense; both start again on the same first of January."""
    used, stopped, again = settled(
        chuxiong(),
        claim("600000", day="2023-12-30"),
        claim("600000", day="2023-12-31", designated=False),
        claim("600000", day="2024-01-01"),
    )
    assert funds(used, "inpatient_pool", "large_expense") == yuans("80000", "350000")
    assert (stopped["fund_total"], stopped["reason"]) == (0, "not_designated")
    assert funds(again, "inpatient_pool", "large_expense") == yuans("80000", "350000")
    assert again["deductible"] == fen("1200")  # a new year counts admissions anew


# Jinan


def test_J01_35_diseases_listed_admitted_others_refused() -> None:
    """J01: each of the 35 specified diseases is admitted in 2007, another is refused by name."""
    scheme = law("370100", "employee")
    (catalogue,) = [c for c in scheme.catalogues if c.name == "special"]
    assert len({e.code for e in catalogue.entries}) == 35
    row = {"category": "special", "day": "2007-06-30"}
    for entry in catalogue.entries:
        (seen,) = settled(scheme, claim("1700", **row, disease=entry.code))
        assert (seen["fund_chronic_pool"], seen["reason"]) == (fen("850"), "")
    refused, after = settled(scheme, claim("1700", **row, disease="530100-01"), claim("1700", **row, disease="M00500"))
    assert (refused["fund_total"], refused["reason"]) == (0, "disease_not_listed")
    assert (after["deductible"], after["fund_chronic_pool"]) == (fen("700"), fen("850"))


def test_J13_a_resident_scheme_beside_the_employee_one() -> None:
    """J13: the same stay under each scheme by its own figures, and instruments take effect area by area."""
    (worker,) = settled(law("530100", "employee"), claim("10000"))
    (citizen,) = settled(law("530100", "resident"), claim("10000", status="resident"))
    assert worker["fund_inpatient_pool"] == fen("7480")  # (10,000−1,200)·85 %
    assert citizen["fund_inpatient_pool"] == fen("5472")  # (10,000−880)·60 %
    effects = {a: load().effect("gf2007_20", a) for a in ("370200", "370300", "370100", "530100")}
    days = {"370200": "2007-10-01", "370300": "2007-10-01", "370100": "2009-01-01", "530100": "2010-01-01"}
    assert effects == {a: date.fromisoformat(day).toordinal() for a, day in days.items()}
