"""Work injury: premium by class and history, projects, the advance and its receivable."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tests.people.branches import JINAN, KUNMING, Answer, cases, clauses, differences, quote, refused
from tongchou.law import NoRule
from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import ordinal
from tongchou.rules.injury.premium import premium
from tongchou.rules.injury.project import covered

ALL_CASES = [c for name in ("injury", "project", "advance") for c in cases(name)]
EMPLOYER = {"area": KUNMING, "on": "2023-01-01", "payroll": "500000", "industry_class": "4"}
PROJECT = {"area": KUNMING, "contract_value": "30000000", "starts": "2023-03-01", "ends": "2024-02-29"}
HURT = {
    "area": KUNMING,
    "on": "2023-05-01",
    "amount": "80000",
    "recognised": "true",
    "unit_insured": "false",
    "unit_pays": "false",
    "registered_in": "532300",
}


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda c: c["name"])
def test_worked_case(case: Answer) -> None:
    assert differences(case) == {}


# -- P12: class and float ----------------------------------------------------------------------------------------
def test_P12_rates_of_the_eight_classes() -> None:
    got = [quote("injury", **{**EMPLOYER, "industry_class": str(c)})["class_rate"] for c in range(1, 9)]
    assert got == ["0.002", "0.004", "0.007", "0.009", "0.011", "0.013", "0.016", "0.019"]


def step(industry_class: str, spent: str, paid: str = "100000") -> int:
    found: int = quote("injury", **{**EMPLOYER, "industry_class": industry_class, "spent": spent, "premium": paid})[
        "float_percent"
    ]
    return found


def test_P12_the_step_begins_exactly_at_its_edge() -> None:
    edges = {"0": 50, "19999.99": 50, "20000": 80, "49999.99": 80, "50000": 100, "99999.99": 100, "100000": 120}
    edges |= {"149999.99": 120, "150000": 150, "99999999.99": 150}
    for industry_class in ("2", "8"):
        assert {spent: step(industry_class, spent) for spent in edges} == edges


def test_P12_class_one_never_goes_below_its_rate() -> None:
    edges = {"0": 100, "99999.99": 100, "100000": 120, "149999.99": 120, "150000": 150}
    assert {spent: step("1", spent) for spent in edges} == edges


def test_P12_without_a_history_there_is_no_float() -> None:
    got = quote("injury", **EMPLOYER)
    assert got["float_percent"] == 100
    assert "float_no_history" in [s["step"] for s in got["because"]]


def test_P12_rate_and_steps_are_official_thresholds_assumed() -> None:
    got = quote("injury", **EMPLOYER, spent="1", premium="2")
    assert clauses(got, "injury_premium") == [("rsbf2015_71", "rates", "official")]
    assert clauses(got, "float_step") == [
        ("readings", "injury-float-history", "assumed"),
        ("rsbf2015_71", "float", "official"),
    ]
    assert any("injury.float_step: assumed" in w for w in got["warnings"])


@given(st.integers(0, 10**8), st.integers(1, 10**8), st.integers(0, 10**6), st.integers(1, 8))
def test_P12_more_injuries_never_lower_the_step(spent: int, paid: int, more: int, industry_class: int) -> None:
    yuan = [f"{fen // 100}.{fen % 100:02d}" for fen in (spent, spent + more, paid)]
    assert step(str(industry_class), yuan[0], yuan[2]) <= step(str(industry_class), yuan[1], yuan[2])


@given(st.integers(0, 10**13), st.integers(0, 2 * RATE_SCALE // 100), st.sampled_from([50, 80, 100, 120, 150]))
def test_P12_premium_is_rounded_once_half_up(payroll: int, rate: int, percent: int) -> None:
    exact = Fraction(payroll * rate * percent, RATE_SCALE * 100)
    assert -Fraction(1, 2) < exact - premium(payroll, rate, percent) < Fraction(1, 2) or (
        premium(payroll, rate, percent) - exact == Fraction(1, 2)
    )


# -- P10: projects -------------------------------------------------------------------------------------------------
def test_P10_premium_of_the_contract_value_whatever_the_sector() -> None:
    for sector in ("construction", "transport", "water", "railway"):
        got = quote("project", **PROJECT, sector=sector)
        assert (got["project_premium"], got["covered_workers"]) == ("30000.00", "all")
        assert clauses(got, "project_joined") == [("yn2017", "二(三)9", "official")]
    assert any("injury.project_rate: assumed" in w for w in got["warnings"])


def test_P10_all_workers_from_the_first_day_to_the_last_day_of_the_project() -> None:
    days = {"2023-02-28": False, "2023-03-01": True, "2024-02-29": True, "2024-03-01": False}
    assert {d: quote("project", **PROJECT, on=d)["covered"] for d in days} == days
    first, last = ordinal("2023-03-01"), ordinal("2024-02-29")
    assert sum(covered(d, first, last) for d in range(first - 50, last + 50)) == last - first + 1
    assert "covered" not in quote("project", **PROJECT)


def test_P10_needs_a_rule_on_its_first_day() -> None:
    for change in ({"starts": "2017-11-02"}, {"area": JINAN}):
        with pytest.raises(NoRule):
            quote("project", **{**PROJECT, **change})
    assert quote("project", **{**PROJECT, "starts": "2017-11-03"})["project_premium"] == "30000.00"


def test_P10_a_project_of_one_day_and_one_that_ends_before_it_starts() -> None:
    assert quote("project", **{**PROJECT, "ends": "2023-03-01"}, on="2023-03-01")["covered"]
    got = refused("project", **{**PROJECT, "ends": "2023-02-28"})
    assert (got.code, got.field, got.found) == ("ends_before_start", "ends", "2023-02-28")


# -- P12: advance --------------------------------------------------------------------------------------------------
def test_P12_the_office_of_the_employers_registration_advances() -> None:
    got = quote("advance", **HURT)
    assert got["paying_office"] == "532300"
    assert clauses(got, "advance_office") == [("yn2017", "二(三)11", "official")]
    assert clauses(got, "advance_cause") == [("mohrss2011_15", "injury", "official")]
    assert clauses(got, "advance_owed_by") == [("mohrss2011_15", "recover", "official")]


def test_P12_a_third_party_has_a_clause_of_its_own() -> None:
    got = quote("advance", **{**HURT, "unit_insured": "true"}, third_party="refuses", medical="30000")
    assert clauses(got, "advance_cause") == [("mohrss2011_15", "third-party", "official")]
    assert (got["advance_sum"], got["receivable"]["owed_by"]) == ("30000.00", "third_party")


def test_P12_where_the_place_is_not_encoded_it_is_said() -> None:
    got = quote("advance", **{**HURT, "area": JINAN})
    assert (got["advance_sum"], got["paying_office"]) == ("80000.00", None)
    assert any(w.startswith("not_encoded") for w in got["warnings"])


YES_NO = st.sampled_from(["true", "false"])


@given(
    st.fixed_dictionaries(dict.fromkeys(["recognised", "unit_insured", "unit_pays"], YES_NO)),
    st.sampled_from(["none", "pays", "refuses", "unknown"]),
    st.integers(0, 80_000),
    st.integers(0, 80_000),
)
def test_P12_what_is_advanced_is_owed_back(said: dict[str, str], third: str, medical: int, already: int) -> None:
    got = quote("advance", **{**HURT, **said}, third_party=third, medical=str(medical), already_paid=str(already))
    amount = int(got["advance_sum"].replace(".", ""))
    assert got["receivable"]["owed_sum"] == got["advance_sum"]
    assert 0 <= amount <= (80_000 - already) * 100
    assert (got["receivable"]["owed_by"] is not None) == got["eligible"] == (got["paying_office"] is not None)
    if said["recognised"] == "false":
        assert not got["eligible"]
    if said["unit_insured"] == said["unit_pays"] == "false":
        assert got["eligible"] == (said["recognised"] == "true")
        assert got["receivable"]["owed_by"] in ("employer", None)
    if not got["eligible"]:
        assert amount == 0
    if got["medical_only"]:
        assert amount == max(0, medical - already) * 100


def test_P12_a_third_party_that_pays_leaves_nothing_to_advance() -> None:
    for third, reason in (("pays", "third_party_pays"), ("none", "unit_insured")):
        got = quote("advance", **{**HURT, "unit_insured": "true"}, third_party=third)
        assert (got["eligible"], got["reason"]) == (False, reason)


def test_P12_no_advance_before_the_rules_on_it() -> None:
    with pytest.raises(NoRule):
        quote("advance", **{**HURT, "on": "2011-06-30"})
    assert quote("advance", **{**HURT, "on": "2011-07-01"})["advance_sum"] == "80000.00"


# -- bad input, command ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "facts", "change", "code", "field"),
    [
        ("injury", EMPLOYER, {"industry_class": "9"}, "unknown_code", "industry_class"),
        ("injury", EMPLOYER, {"industry_class": "0"}, "unknown_code", "industry_class"),
        ("injury", EMPLOYER, {"payroll": "-1"}, "negative_amount", "payroll"),
        ("injury", EMPLOYER, {"spent": "5"}, "missing_value", "premium"),
        ("injury", EMPLOYER, {"premium": "5"}, "missing_value", "spent"),
        ("injury", EMPLOYER, {"spent": "5", "premium": "0"}, "no_premium", "premium"),
        ("project", PROJECT, {"contract_value": "-1"}, "negative_amount", "contract_value"),
        ("project", PROJECT, {"sector": "mining"}, "unknown_code", "sector"),
        ("advance", HURT, {"already_paid": "80000.01"}, "part_above_whole", "already_paid"),
        ("advance", HURT, {"medical": "80000.01"}, "part_above_whole", "medical"),
        ("advance", HURT, {"unit_insured": "true", "third_party": "unknown"}, "missing_value", "medical"),
        ("advance", HURT, {"registered_in": "Chuxiong"}, "not_an_area", "registered_in"),
        ("advance", HURT, {"recognised": ""}, "missing_value", "recognised"),
    ],
)
def test_bad_facts_are_refused_by_name(
    question: str, facts: dict[str, str], change: dict[str, str], code: str, field: str
) -> None:
    got = refused(question, **{**facts, **change})
    assert (got.code, got.field) == (code, field)


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            ["injury", *(w for k, v in EMPLOYER.items() for w in ("--" + k.replace("_", "-"), v))],
            "行业费率",
            "class rate",
        ),
        (
            ["project", *(w for k, v in PROJECT.items() for w in ("--" + k.replace("_", "-"), v))],
            "保障起日",
            "covered from",
        ),
        (["advance", *(w for k, v in HURT.items() for w in ("--" + k.replace("_", "-"), v))], "追偿对象", "owed by"),
    ],
)
def test_the_commands_answer_in_both_languages(words: list[str], zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        shown = tongchou("quote", *words, "--lang", lang)
        assert shown.returncode == 0, shown.stderr
        assert said in shown.stdout
