"""Unemployment: months, conditions, the either-or of rural contract workers, subsidies."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tests.people.branches import CHUXIONG, JINAN, KUNMING, Answer, cases, clauses, derived, differences, quote, refused
from tongchou.law import NoRule
from tongchou.rules.unemployment.rural import one_time_months

TOLD = {"involuntary": "true", "registered": "true", "seeking": "true"}
RURAL = {"area": KUNMING, "on": "2023-06-01", "kind": "rural_contract", "contract_ended": "true"}


@pytest.mark.parametrize("case", cases("unemployment"), ids=lambda c: c["name"])
def test_worked_case(case: Answer) -> None:
    assert differences(case) == {}


def most(**paid: str) -> int:
    found: int = quote("unemployment", area=KUNMING, on="2023-06-01", **paid)["most_months"]
    return found


def test_months_by_years_paid_with_every_edge() -> None:
    table = {"0.9": 0, "1": 12, "4.9": 12, "5": 18, "9.9": 18, "10": 24, "25": 24}
    assert {y: most(years_paid=y) for y in table} == table
    edges = {"0": 0, "11": 0, "12": 12, "59": 12, "60": 18, "119": 18, "120": 24}
    assert {m: most(months_paid=m) for m in edges} == edges


def test_derived_CN_UNE_C1() -> None:
    case = derived("CN-UNE-C1")
    got = [most(years_paid=str(y)) for y in case["inputs"]["contribution_years"]]
    assert got == case["expected"]["max_months"]


def test_every_condition_has_its_own_reason_and_clause() -> None:
    for code in TOLD:
        got = quote("unemployment", area=KUNMING, on="2023-06-01", months_paid="60", **{**TOLD, code: "false"})
        assert (got["eligible"], got["reasons"]) == (False, [f"{code}_lacks"])
        row = next(c for c in got["conditions"] if c["condition"] == code)
        assert (row["met"], row["clause"]) == (False, "ui1999 第十四条")
        unsaid = quote(
            "unemployment",
            area=KUNMING,
            on="2023-06-01",
            months_paid="60",
            **{k: v for k, v in TOLD.items() if k != code},
        )
        assert (unsaid["eligible"], unsaid["reasons"]) == (False, [f"{code}_not_said"])


# -- P14 -----------------------------------------------------------------------------------------------------
def way(answer: Answer, name: str) -> Answer:
    found: Answer = next(w for w in answer["ways"] if w["way"] == name)
    return found


def test_P14_who_paid_nothing_has_the_allowance_only() -> None:
    got = quote("unemployment", **RURAL, **TOLD, months_paid="40")
    assert (got["eligible"], got["way"], got["benefit_months"], got["benefit_total"]) == (
        True,
        "one_time",
        3,
        "4500.00",
    )
    one, usual = way(got, "one_time"), way(got, "benefit")
    assert (one["open"], one["better"], one["way_sum"]) == (True, False, "4500.00")
    assert (usual["open"], usual["better"], usual["way_sum"]) == (False, True, "18000.00")
    assert usual["reasons"] == ["rural_benefit_lacks"]
    assert ("yn2017", "二(四)13", "official") in clauses(got, "rural_one_time")
    assert any("one_time_months_a_year: assumed" in w for w in got["warnings"])


def test_P14_who_paid_like_others_has_the_same_benefit_and_no_allowance() -> None:
    got = quote("unemployment", **RURAL, **TOLD, months_paid="40", pays_like_others="true")
    employee = quote("unemployment", area=KUNMING, on="2023-06-01", **TOLD, months_paid="40")
    for key in ("benefit_months", "benefit_monthly", "benefit_total"):
        assert got[key] == employee[key]
    assert (got["way"], way(got, "one_time")["open"], way(got, "benefit")["open"]) == ("benefit", False, True)
    assert way(got, "one_time")["reasons"] == ["rural_one_time_lacks"]


def test_P14_needs_a_full_year_and_an_ended_contract() -> None:
    for months, ended, reason in (("11", "true", "full_year_lacks"), ("12", "false", "contract_ended_lacks")):
        got = quote("unemployment", **{**RURAL, "contract_ended": ended}, months_paid=months)
        assert (got["eligible"], got["way"], got["benefit_total"]) == (False, None, "0.00")
        assert way(got, "one_time")["reasons"] == [reason]
    assert quote("unemployment", **RURAL, months_paid="12")["benefit_total"] == "1500.00"
    unsaid = quote("unemployment", area=KUNMING, on="2023-06-01", kind="rural_contract", months_paid="12")
    assert way(unsaid, "one_time")["reasons"] == ["contract_ended_not_said"]


def test_P14_at_most_twelve_months() -> None:
    got = {
        m: way(quote("unemployment", **RURAL, months_paid=m), "one_time")["way_months"] for m in ("143", "155", "156")
    }
    assert got == {"143": 11, "155": 12, "156": 12}


def test_P14_only_from_its_day_and_only_where_the_province_has_it() -> None:
    with pytest.raises(NoRule):
        quote("unemployment", **{**RURAL, "on": "2017-11-02"}, months_paid="24")
    assert quote("unemployment", **{**RURAL, "on": "2017-11-03"}, months_paid="24")["benefit_total"] == "3000.00"
    with pytest.raises(NoRule):
        quote("unemployment", **{**RURAL, "area": JINAN}, months_paid="24")


def test_P14_months_without_an_amount_where_the_benefit_is_not_encoded() -> None:
    got = quote("unemployment", **{**RURAL, "area": CHUXIONG}, months_paid="24")
    assert (got["benefit_months"], got["benefit_monthly"], got["benefit_total"]) == (2, None, None)
    assert any(w.startswith("not_encoded") for w in got["warnings"])


YES_NO = st.sampled_from(["true", "false", ""])


@given(
    months=st.integers(0, 1200),
    told=st.fixed_dictionaries(dict.fromkeys([*TOLD, "pays_like_others"], YES_NO)),
    ended=YES_NO,
)
def test_P14_never_both(months: int, told: dict[str, str], ended: str) -> None:
    got = quote("unemployment", **{**RURAL, "contract_ended": ended}, **told, months_paid=str(months))
    open_ = [w["way"] for w in got["ways"] if w["open"]]
    assert len(open_) <= 1
    assert got["way"] == (open_[0] if open_ else None)
    assert not open_ or open_ == ["benefit" if told["pays_like_others"] == "true" else "one_time"]
    assert sum(w["better"] for w in got["ways"]) == (
        1 if months >= 12 and way(got, "one_time")["way_months"] != got["most_months"] else 0
    )


@given(st.integers(0, 600), st.integers(0, 3), st.integers(0, 24))
def test_P14_allowance_grows_with_full_years_up_to_its_most(months: int, a_year: int, most_: int) -> None:
    got = one_time_months(months, a_year, most_)
    assert got <= one_time_months(months + 1, a_year, most_) <= most_
    assert got == one_time_months(months - months % 12, a_year, most_)


# -- P15 -----------------------------------------------------------------------------------------------------
def test_P15_every_subsidy_with_clause_and_without_reason_where_all_is_met() -> None:
    got = quote("unemployment", area=KUNMING, on="2023-06-01", months_paid="12", **TOLD)["subsidies"]
    assert [s["subsidy"] for s in got] == [
        "pension_subsidy",
        "medical_subsidy",
        "skill_subsidy",
        "job_stability_subsidy",
    ]
    assert all((s["eligible"], s["reason"], s["clause"]) == (True, None, "yn2017 二(四)14") for s in got)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"months_paid": "11"}, "full_year_lacks"),
        ({"involuntary": "false"}, "involuntary_lacks"),
        ({"registered": "false"}, "registered_lacks"),
        ({"seeking": "false"}, "seeking_lacks"),
        ({"seeking": ""}, "seeking_not_said"),
    ],
)
def test_P15_each_condition_closes_every_subsidy(change: dict[str, str], reason: str) -> None:
    got = quote("unemployment", **{"area": KUNMING, "on": "2023-06-01", "months_paid": "12", **TOLD, **change})
    assert [(s["eligible"], s["reasons"]) for s in got["subsidies"]] == [(False, [reason])] * 4


def test_P15_is_not_there_before_its_day_or_elsewhere() -> None:
    for area, day in ((KUNMING, "2017-11-02"), (JINAN, "2023-06-01")):
        got = quote("unemployment", area=area, on=day, months_paid="12", **TOLD)
        assert got["subsidies"] == []
        assert any("subsidies of the unemployed" in w for w in got["warnings"])


# -- bad input, command ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({}, "missing_value", "months_paid"),
        ({"months_paid": "12", "years_paid": "1"}, "given_twice", "months_paid"),
        ({"months_paid": "-1"}, "not_an_integer", "months_paid"),
        ({"years_paid": "1.25"}, "not_a_number", "years_paid"),
        ({"years_paid": "100.1"}, "out_of_range", "years_paid"),
        ({"months_paid": "1201"}, "out_of_range", "months_paid"),
        ({"months_paid": "12", "seeking": "yes"}, "unknown_code", "seeking"),
        ({"months_paid": "12", "kind": "resident"}, "unknown_code", "kind"),
        ({"months_paid": "12", "on": "2023-02-29"}, "not_a_date", "on"),
    ],
)
def test_bad_facts_are_refused_by_name(change: dict[str, str], code: str, field: str) -> None:
    got = refused("unemployment", **{"area": KUNMING, "on": "2023-06-01", **change})
    assert (got.code, got.field) == (code, field)


def test_the_command_answers_in_both_languages_and_json() -> None:
    words = ["quote", "unemployment", "--area", KUNMING, "--on", "2023-06-01", "--months-paid", "40"]
    words += ["--kind", "rural_contract", "--contract-ended", "true"]
    for lang, said in (("zh", "两种方式（只能择一）"), ("en", "the two ways (one only)")):
        shown = tongchou(*words, "--lang", lang)
        assert shown.returncode == 0, shown.stderr
        assert said in shown.stdout
        assert "_" not in shown.stdout.split("·")[0].replace("yn2017", ""), shown.stdout
    assert json.loads(tongchou(*words, "--json").stdout)["way"] == "one_time"
