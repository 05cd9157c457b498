"""Medical years at retirement age: worked cases, both ways, pay one retire one, properties, bad input."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import NoRule, load
from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import first_day, month_number, ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.rules.contribution.levy import levy_of
from tongchou.rules.contribution.lines import Person
from tongchou.rules.life import expected_payments, life_table
from tongchou.rules.obligations.surcharge import surcharge
from tongchou.rules.reckoning import FactRefused, Reckoning
from tongchou.rules.retirement.arrears import arrears_of, suspended_runs
from tongchou.rules.retirement.expected import expected_way
from tongchou.rules.retirement.medical_years import counted_months, counted_of_spells, missing_months, months_of
from tongchou.rules.retirement.two_ways import lump_amount

HERE = Path(__file__).parent
CASES = yaml.load((HERE / "retirement_cases.yaml").read_text(encoding="utf-8"), yaml.SafeLoader)
SHARED = Path(__file__).resolve().parents[3] / "shared/cases/derived.yaml"
BASIC = {"area": "530100", "on": "2024-07-01", "sex": "M", "born": "1963-05", "months_paid": "336", "kind": "employer"}
ARREARS = {**BASIC, "on": "2023-06-10", "months_paid": "345", "unpaid": "2022-03..2023-05", "wage": "8000"}
MONTHS = st.integers(month_number("1985-01"), month_number("2024-01"))
SPELLS = st.lists(st.builds(lambda first, n: (first, first + n), MONTHS, st.integers(0, 90)), max_size=4)


@cache
def figures(area: str) -> Figures:
    return figures_of(load(), area)


def quote(**given: str) -> dict[str, Any]:
    q = question("retirement")
    texts = {k: str(v) for k, v in given.items()}
    return asked(q, figures(texts["area"]), facts_of(q, texts))


def steps(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {s["step"]: s for s in answer["because"]}


@pytest.mark.parametrize("case", CASES["retirement"], ids=lambda c: c["name"])
def test_worked_case(case: dict[str, Any]) -> None:
    got = quote(**case["facts"])
    for key, wanted in case["expect"].items():
        found = got[key]
        if key == "pay_one_retire_one":
            found = {k: found[k] for k in wanted}
        assert json.loads(json.dumps(found)) == json.loads(json.dumps(wanted, default=str)), key


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda c: f"{c['code']}-{c['facts']}")
def test_refused_by_name(case: dict[str, Any]) -> None:
    with pytest.raises(FactRefused) as e:
        quote(**{**BASIC, **case["facts"]})
    assert (e.value.code, e.value.field) == (case["code"], case["field"])
    assert str(case["says"]) in e.value.expected


@pytest.mark.parametrize("case", ["YN-BACK-C1", "YN-BACK-C2"])
def test_derived_cases(case: str) -> None:
    if not SHARED.exists():
        pytest.skip("the derived cases are not part of the product")
    found = next(c for c in yaml.safe_load(SHARED.read_text(encoding="utf-8"))["cases"] if c["id"] == case)
    missing = found["inputs"]["missing_months"]
    got = quote(**{**BASIC, "months_paid": 360 - missing, "base": found["inputs"]["monthly_base"]})
    assert got["lump_sum"]["amount"] == f"{found['expected']['amount']:.2f}"


def test_R03_both_ways_stand_side_by_side() -> None:
    got = quote(**BASIC)
    assert got["lump_sum"]["entitled_from"] == "2024-07-01"
    assert got["continue"]["entitled_from"] == "2026-07-01"
    assert set(got["account_credits"]) == set(got["expected"]) == {"lump_sum", "continue"}
    lump, going = got["expected"]["lump_sum"], got["expected"]["continue"]
    assert float(lump["retired_months"]) - float(going["retired_months"]) == pytest.approx(23.7, abs=0.5)
    assert lump["cost"] == got["lump_sum"]["amount"]
    assert float(going["cost"]) < float(got["continue"]["total"])  # who dies pays no more
    assert any("life-table" in w for w in got["warnings"])


@given(st.integers(600, 1000), st.integers(0, 120), st.integers(0, 10**5), st.integers(0, 10**5))
def test_R03_expected_credits_are_those_of_the_wait_and_those_after(age: int, wait: int, own: int, later: int) -> None:
    alive = life_table(Reckoning(figures("530100")), ordinal("2024-07-01"), "F")[0]
    got = expected_way(alive, age, wait, 100, own, later, 7)
    parts = expected_payments(alive, age, age, own, age + wait) + expected_payments(alive, age, age + wait, later)
    assert got.credits is not None
    assert abs(got.credits - parts) <= 1  # rounded once, not twice
    assert got.cost == 7 + expected_payments(alive, age, age, 100, age + wait)
    assert expected_way(alive, age, wait, 100, own, None, 7).credits is None


def test_R03_going_on_is_never_before_the_month_already_paid() -> None:
    facts = {k: v for k, v in BASIC.items() if k != "months_paid"}
    got = quote(**facts, spells="paid:2000-01..2024-07")
    assert (got["continue"]["from"], got["missing_months"]) == ("2024-08", 65)


@pytest.mark.parametrize(
    ("kind", "rate", "clause"),
    [("employer", "0.07", "二(一)1"), ("flexible_pooled", "0.05", "二(一)2"), ("flexible_combined", "0.07", "二(一)3")],
)
def test_R04_three_rates_each_by_its_clause(kind: str, rate: str, clause: str) -> None:
    got = quote(**{**BASIC, "kind": kind})
    assert got["lump_sum"]["rate"] == rate
    cited = [c for s in got["because"] if s["step"].startswith("lump_rate") for c in s["cites"]]
    assert ("yn2021", clause) in [(c["document"], c["clause"]) for c in cited]


@pytest.mark.parametrize(
    ("on", "employer", "combined"),
    [("2021-12-31", "0.09", "0.09"), ("2022-01-01", "0.08", "0.08"), ("2023-01-01", "0.07", "0.07")],
)
def test_R04_the_rate_is_that_of_the_day(on: str, employer: str, combined: str) -> None:
    facts = {**BASIC, "on": on, "born": "1960-05"}
    assert quote(**facts)["lump_sum"]["rate"] == employer
    assert quote(**{**facts, "kind": "flexible_combined"})["lump_sum"]["rate"] == combined


def test_R05_the_lump_sum_makes_up_no_large_expense_and_credits_nothing() -> None:
    got = quote(**BASIC)
    assert (got["lump_sum"]["large_expense"], got["lump_sum"]["account_credit"]) == ("none", "0.00")
    assert got["account_credits"]["lump_sum"] == "0.00"
    for code in ("lump_no_large_expense", "lump_no_account_credit"):
        assert [(c["document"], c["clause"]) for c in steps(got)[code]["cites"]] == [("yn2021", "二(一) end")]


def test_L04_and_R07_large_expense_goes_on_with_both_shares() -> None:
    got = quote(**BASIC)
    assert got["large_expense_yearly"] == {"person": "35.00", "unit": "430.62"}
    assert {"large_expense_both", "large_expense_voluntary"} <= set(steps(got))
    in_chuxiong = quote(**{**BASIC, "area": "532300"})
    cites = steps(in_chuxiong)["large_expense_both"]["cites"]
    assert [(c["document"], c["clause"]) for c in cites] == [("cx2022", "第五条")]


def test_ways_that_are_not_encoded_are_left_out_and_named() -> None:
    got = quote(**{**BASIC, "area": "532300"})
    assert (got["missing_months"], got["lump_sum"], got["continue"], got["expected"]) == (24, None, None, None)
    assert any(w.startswith("not_encoded: the employer's medical rate") for w in got["warnings"])


@pytest.mark.parametrize("facts", [{"area": "370100"}, {"on": "2008-12-31", "born": "1940-01"}])
def test_required_years_not_encoded_are_refused(facts: dict[str, str]) -> None:
    with pytest.raises(NoRule) as e:
        quote(**{**BASIC, **facts})
    assert "retirement.required_months" in str(e.value)


# -- R02 ---------------------------------------------------------------------------------------------


def test_R02_every_month_is_a_levy_of_that_month() -> None:
    got = quote(**ARREARS)["pay_one_retire_one"]
    law = Reckoning(figures("530100"))
    assert len(got["unpaid_months"]) == 15
    for row in got["unpaid_months"]:
        levy = levy_of(law, Person("employer", month_number(row["unpaid_month"]), 800_000, schemes=("basic_medical",)))
        assert [row["own"], row["unit"]] == [
            f"{levy.of_scheme('basic_medical', p) / 100:.2f}" for p in ("person", "employer")
        ]


def test_R02_the_surcharge_stays_with_the_unit() -> None:
    got = quote(**ARREARS)["pay_one_retire_one"]
    law, total = Reckoning(figures("530100")), 0
    for row in got["unpaid_months"]:
        due = ordinal_of_month_end(row["unpaid_month"])
        principal = sum(round(float(row[k]) * 100) for k in ("own", "unit"))
        total += surcharge(law, principal, due, ordinal(ARREARS["on"]))[1]
    total += surcharge(law, 3500 + 41436, ordinal("2023-01-31"), ordinal(ARREARS["on"]))[1]
    assert got["surcharge_of_unit"] == f"{total / 100:.2f}"
    assert got["to_pay"] == "12049.36"  # 2,400 + 35 + 9,200 + 414.36: no surcharge in it
    later = quote(**ARREARS, pay_on="2023-06-30")["pay_one_retire_one"]
    assert later["to_pay"] == got["to_pay"]
    assert float(later["surcharge_of_unit"]) > float(got["surcharge_of_unit"])


def ordinal_of_month_end(month: str) -> int:
    return first_day(month_number(month) + 1) - 1


def test_R02_a_retiree_from_the_month_after_payment() -> None:
    assert quote(**ARREARS)["pay_one_retire_one"]["retired_from"] == "2023-07-01"
    later = quote(**ARREARS, pay_on="2023-07-01")
    assert later["pay_one_retire_one"]["retired_from"] == later["entitled_from"] == "2023-08-01"


def test_R02_only_the_unit_s_share_is_a_claim_and_only_if_the_person_paid_it() -> None:
    by_person = quote(**ARREARS, paid_by="person")["pay_one_retire_one"]
    by_unit = quote(**ARREARS, paid_by="employer")["pay_one_retire_one"]
    assert (by_person["claim_on_unit"], by_unit["claim_on_unit"]) == (by_person["unit"], "0.00")
    assert by_person["to_pay"] == by_unit["to_pay"]


def test_R02_months_suspended_are_made_up_and_years_taken_as_paid_are_named() -> None:
    got = quote(**ARREARS)
    assert got["pay_one_retire_one"]["make_up"] == [
        {"from": "2022-04", "to": "2023-06", "layers": "basic;large_expense"}
    ]
    assert any(w.startswith("large_expense_taken_as_paid: large expense of 2022") for w in got["warnings"])
    named = quote(**ARREARS, unpaid_years="2022;2023")
    assert [y["unpaid_year"] for y in named["pay_one_retire_one"]["unpaid_years"]] == ["2022", "2023"]
    assert not any(w.startswith("large_expense_taken_as_paid") for w in named["warnings"])


def test_R02_unpaid_months_that_a_spell_names_already_count_once() -> None:
    facts = {k: v for k, v in ARREARS.items() if k != "months_paid"}
    assert quote(**facts, spells="paid:2000-01..2022-02")["counted_months"] == 266 + 15
    assert quote(**facts, spells="paid:2000-01..2022-02;transferred:2022-02..2022-04")["counted_months"] == 266 + 15


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(0, 2), st.integers(0, 5))
def test_R02_suspended_months_against_counting(unpaid: set[int], offset: int, after: int) -> None:
    """Every month that follows an unpaid one past its due month, up to the payment, once and in order."""
    paid = max(unpaid) + after
    wanted = {m + offset + 1 for m in unpaid if m + offset + 1 <= paid}
    runs = suspended_runs(unpaid, offset, paid)
    assert months_of(runs) == wanted
    assert all(a[1] + 1 < b[0] for a, b in pairwise(runs))


@given(
    st.integers(0, 3_000_000),
    st.lists(st.integers(month_number("2022-01"), month_number("2023-12")), min_size=1, unique=True),
)
def test_R02_shares_add_up(wage: int, months: list[int]) -> None:
    months.sort()
    arrears = arrears_of(Reckoning(figures("530100")), months, wage, None, ordinal("2024-07-01"))
    assert arrears.own + arrears.unit == sum(d.principal for d in arrears.demands)
    assert 0 <= arrears.surcharge <= arrears.own + arrears.unit
    basic = [d for d in arrears.demands if not d.large_expense]
    assert [d.month for d in basic] == months


# -- counting and arithmetic ---------------------------------------------------------------------------


@given(SPELLS, SPELLS, SPELLS)
def test_counting_is_the_set_of_months(paid: Any, deemed: Any, moved: Any) -> None:
    got = counted_months(paid, deemed, moved)
    named = {"paid": months_of(paid), "deemed": months_of(deemed), "transferred": months_of(moved)}
    assert sum(got) == len(set().union(*named.values())) <= sum(map(len, named.values()))
    assert got[0] == len(named["paid"])
    assert got[1] <= len(named["deemed"])
    assert got[2] == len(named["transferred"] - named["paid"])
    assert counted_of_spells({"paid": paid, "deemed": deemed, "transferred": moved}).total == sum(got)


@given(st.integers(0, 10**7), st.integers(0, RATE_SCALE), st.integers(0, 600), st.integers(0, 600))
def test_R04_the_lump_sum_is_linear_and_rounded_once(base: int, rate: int, some: int, more: int) -> None:
    both = lump_amount(base, rate, some + more)
    assert abs(both - lump_amount(base, rate, some) - lump_amount(base, rate, more)) <= 1
    assert abs(both * RATE_SCALE - base * rate * (some + more)) * 2 <= RATE_SCALE
    assert lump_amount(base, rate, 0) == 0
    assert both >= lump_amount(base, rate, some)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_missing_months(counted: int, required: int, paid: int, least: int) -> None:
    missing = missing_months(counted, required, paid, least)
    assert missing >= 0
    assert counted + missing >= required
    assert paid + missing >= least
    assert missing == 0 or counted + missing == required or paid + missing == least


@given(st.integers(0, 420))
def test_one_more_month_paid_never_costs_more(paid: int) -> None:
    one, two = (quote(**{**BASIC, "months_paid": str(n)}) for n in (paid, paid + 1))
    assert one["missing_months"] - two["missing_months"] == (1 if paid < 360 else 0)
    cost = [0.0 if a["lump_sum"] is None else float(a["lump_sum"]["amount"]) for a in (one, two)]
    assert cost[1] <= cost[0]


# -- the command -----------------------------------------------------------------------------------------

WORDS = [f"--{k.replace('_', '-')}={v}" for k, v in ARREARS.items()]


def test_the_command_in_json_and_refused() -> None:
    done = tongchou("quote", "retirement", *WORDS, "--json")
    assert json.loads(done.stdout)["pay_one_retire_one"]["to_pay"] == "12049.36"
    refused = tongchou("quote", "retirement", *WORDS[:3], "--born", "1973-05", *WORDS[4:])
    assert refused.returncode == 1
    assert refused.stderr.startswith("not_yet_of_age: --born")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("facts", [BASIC, ARREARS], ids=["two_ways", "pay_one_retire_one"])
def test_on_the_terminal_in_both_languages(facts: dict[str, str], lang: str) -> None:
    words = [f"--{k.replace('_', '-')}={v}" for k, v in facts.items()]
    done = tongchou("quote", "retirement", *words, "--lang", lang)
    assert done.returncode == 0
    assert max(map(len, done.stdout.split("\n·")[0].splitlines())) <= 140
    for raw in ("lump_sum", "missing_months", "claim_on_unit", "pay_one", "{", "unpaid_month"):
        assert raw not in done.stdout.split("\n·")[0]
