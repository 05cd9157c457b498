"""K09: wage guidance as law data, and what a changed contribution base does."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.interfaces.conftest import tongchou
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import NoRule, load
from tongchou.law.days import ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.money import parse_fen
from tongchou.rules.reckoning import FactRefused

KUNMING, CHUXIONG = "530100", "532300"
TRADES = ("mining", "manufacturing", "construction", "services")


@cache
def figures(area: str) -> Figures:
    return figures_of(load(), area)


def quote(name: str, **given: str) -> dict[str, Any]:
    q = question(name)
    return asked(q, figures(given["area"]), facts_of(q, given))


def change(**given: str) -> dict[str, Any]:
    return quote("base-change", **{"area": KUNMING, "month": "2023-08", "wage": "6000", "new_wage": "8000", **given})


def rows(items: list[dict[str, Any]], *keys: str) -> list[tuple[str, ...]]:
    return [tuple(i[k] for k in keys) for i in items]


def test_K09_what_a_raise_does_to_contributions_accounts_and_pension() -> None:
    """6,000 → 8,000, Kunming 2023: rates 7+2 medical, 0.9 maternity, 16+8 pension, 0.7+0.3 unemployment."""
    got = change()
    assert (got["base_before"], got["base_after"]) == ("6000.00", "8000.00")
    assert rows(got["contributions"], "scheme", "payer", "before", "after", "change") == [
        ("basic_medical", "employer", "420.00", "560.00", "140.00"),
        ("basic_medical", "person", "120.00", "160.00", "40.00"),
        ("maternity", "employer", "54.00", "72.00", "18.00"),
        ("pension", "employer", "960.00", "1280.00", "320.00"),
        ("pension", "person", "480.00", "640.00", "160.00"),
        ("unemployment", "employer", "42.00", "56.00", "14.00"),
        ("unemployment", "person", "18.00", "24.00", "6.00"),
    ]
    assert rows(got["by_payer"], "payer", "before", "after", "change") == [
        ("employer", "1476.00", "1968.00", "492.00"),
        ("person", "618.00", "824.00", "206.00"),
    ]
    assert rows(got["credits"], "account", "before", "after", "change") == [
        ("medical_account", "120.00", "160.00", "40.00"),
        ("pension_account", "480.00", "640.00", "160.00"),
    ]
    # 8,023 × (2,000 ÷ (82,872 ÷ 12)) ÷ 2 × 12/12 × 1% = 11.617…; 160 × 12 ÷ 139 = 13.812…
    added = got["pension_added"]
    assert (added["added_index"], added["added_account"], added["added_total"]) == ("11.62", "13.81", "25.43")
    assert (added["pension_base"], added["mean_wage"], added["payment_months"]) == ("8023.00", "82872.00", 139)


def test_K09_flexible_workers_pay_both_parts_alone() -> None:
    got = change(kind="flexible_combined", months="24", new_wage="5000")
    assert rows(got["contributions"], "scheme", "payer", "before", "after") == [
        ("basic_medical", "person", "540.00", "450.00"),
        ("pension", "person", "1200.00", "1000.00"),
    ]
    assert got["pension_added"]["added_total"] == "-25.43"
    assert got["guideline"]["band"] == "falls"


@pytest.mark.parametrize(
    ("wage", "new", "base_before", "base_after"),
    [
        ("1000", "2000", "4143.60", "4143.60"),
        ("1000", "6000", "4143.60", "6000.00"),
        ("20000", "30000", "20000.00", "20718.00"),
        ("30000", "40000", "20718.00", "20718.00"),
    ],
)
def test_K09_floor_and_cap_hold_the_change(wage: str, new: str, base_before: str, base_after: str) -> None:
    got = change(wage=wage, new_wage=new)
    assert (got["base_before"], got["base_after"]) == (base_before, base_after)
    rises = base_before != base_after
    assert (parse_fen(got["pension_added"]["added_total"]) > 0) is rises
    assert (got["by_payer"][0]["change"] != "0.00") is rises


def test_K09_a_higher_base_never_lowers_anything() -> None:
    before: dict[str, int] = {}
    for wage in range(3000, 25000, 1111):
        got = change(wage="3000", new_wage=str(wage))
        now = {
            "total": parse_fen(got["pension_added"]["added_total"]),
            **{c["account"]: parse_fen(c["after"]) for c in got["credits"]},
            **{f"{c['scheme']}/{c['payer']}": parse_fen(c["after"]) for c in got["contributions"]},
        }
        assert all(now[k] >= v for k, v in before.items())
        before = now


def test_K09_work_injury_with_its_class_and_else_a_warning() -> None:
    got = change(industry_class="4")
    assert ("work_injury", "54.00", "72.00") in rows(got["contributions"], "scheme", "before", "after")
    assert not any(w.startswith("needs_industry_class") for w in got["warnings"])
    assert any(w.startswith("needs_industry_class") for w in change()["warnings"])


@pytest.mark.parametrize(
    ("new", "band"),
    [
        ("5999.99", "falls"),
        ("6000", "below_low"),
        ("6179.99", "below_low"),
        ("6180", "low_to_base"),
        ("6390", "low_to_base"),
        ("6390.01", "base_to_high"),
        ("6570", "base_to_high"),
        ("6570.01", "above_high"),
    ],
)
def test_K09_the_band_of_the_guideline(new: str, band: str) -> None:
    """3 / 6.5 / 9.5% of 6,000 in 2023: placeholders of ours, and told as such."""
    got = change(new_wage=new)
    assert got["guideline"]["band"] == band
    assert [got["guideline"][k] for k in ("low_line", "base_line", "high_line")] == ["0.03", "0.065", "0.095"]
    assert any(w.startswith("reading wage-guidance") or "wage_guidance.base: assumed" in w for w in got["warnings"])


@pytest.mark.parametrize(("new", "above"), [("6666.66", False), ("6666.67", True)])
def test_K09_the_price_level_of_a_trade(new: str, above: bool) -> None:
    got = change(new_wage=new, trade="mining")
    assert (got["guideline"]["price_level"], got["guideline"]["above_level"]) == ("80000.00", above)
    assert "price_level" not in change()["guideline"]


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_K09_the_series_by_year_and_trade(year: int) -> None:
    held, day = figures(KUNMING), ordinal(f"{year}-06-30")
    low, base, high = (held.at(f"wage_guidance.{n}", day) for n in ("low", "base", "high"))
    assert 0 < low.value < base.value < high.value
    assert base.start == ordinal(f"{year}-01-01")
    levels = [held.at("wage_guidance.price_level", day, trade=t) for t in TRADES]
    assert all(f.status == "assumed" and f.clause == "wage-guidance" for f in (low, base, high, *levels))
    if year > 2022:
        before = [held.at("wage_guidance.price_level", day - 365, trade=t) for t in TRADES]
        assert all(a.value > b.value for a, b in zip(levels, before, strict=True))


def test_K09_without_guidance_the_rest_is_answered() -> None:
    for given in ({"area": CHUXIONG}, {"month": "2025-03"}):
        got = change(**given)
        assert "guideline" not in got
        assert any(w.startswith("not_encoded: wage_guidance") for w in got["warnings"])
        assert got["pension_added"]["added_total"] is not None
    with pytest.raises(NoRule):
        change(month="2018-06")


def test_K09_a_part_that_is_not_encoded_is_none_and_not_zero() -> None:
    """Jinan 2007 has neither a pension base nor an employer's pension rate."""
    got = change(area="370100", month="2007-06", wage="2000", new_wage="3000")
    assert got["pension_added"]["added_index"] is None
    assert got["pension_added"]["added_total"] is None
    assert any(w.startswith("not_encoded: pension_base") for w in got["warnings"])
    assert rows(got["contributions"], "scheme", "payer", "change") == [
        ("basic_medical", "employer", "80.00"),
        ("basic_medical", "person", "20.00"),
        ("pension", "person", "80.00"),
    ]
    assert rows(got["credits"], "account", "before") == [("medical_account", None), ("pension_account", "160.00")]


@pytest.mark.parametrize(("age", "months"), [("50", 195), ("55", 170), ("60", 139), ("70", 56)])
def test_K09_payment_months_by_age(age: str, months: int) -> None:
    assert change(retire_age=age)["pension_added"]["payment_months"] == months


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"wage": "-1"}, "negative_amount", "wage"),
        ({"wage": "0"}, "out_of_range", "wage"),
        ({"new_wage": ""}, "missing_value", "new_wage"),
        ({"months": "0"}, "out_of_range", "months"),
        ({"months": "1201"}, "out_of_range", "months"),
        ({"retire_age": "39"}, "out_of_range", "retire_age"),
        ({"retire_age": "71"}, "out_of_range", "retire_age"),
        ({"industry_class": "9"}, "out_of_range", "industry_class"),
        ({"kind": "retired"}, "unknown_code", "kind"),
        ({"trade": "farming"}, "unknown_code", "trade"),
        ({"month": "2023-13"}, "not_a_month", "month"),
    ],
)
def test_K09_bad_facts_are_refused_by_name(given: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(FactRefused) as caught:
        change(**given)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_K09_on_the_terminal(lang: str) -> None:
    words = f"quote base-change --area {KUNMING} --month 2023-08 --wage 6000 --new-wage 8000 --trade mining"
    done = tongchou(*words.split(), "--lang", lang)
    assert done.returncode == 0, done.stderr
    results = done.stdout.partition("·")[0]
    raw = ("pension_added", "added_index", "above_high", "by_payer", "medical_account", "contribution_month", "price_")
    assert not [r for r in raw if r in results]
    answer = json.loads(tongchou(*words.split(), "--json").stdout)
    same = quote("base-change", area=KUNMING, month="2023-08", wage="6000", new_wage="8000", trade="mining")
    assert {k: v for k, v in same.items() if not k.startswith("_")} == answer
