"""Means test, supports of hardship groups, and the pension of residents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tests.people.branches import (
    JINAN,
    KUNMING,
    YUNNAN,
    Answer,
    cases,
    clauses,
    derived,
    differences,
    figures,
    quote,
    refused,
)
from tongchou.law import NoRule
from tongchou.law.days import month_number, ordinal
from tongchou.law.figures import Figures
from tongchou.rules.contribution.lines import Person
from tongchou.rules.reckoning import Reckoning
from tongchou.rules.resident_pension.contribution import contribution_lines
from tongchou.rules.resident_pension.pension import account_pension, addition, saved
from tongchou.rules.resident_pension.tiers import lowest_tier, paid_by
from tongchou.rules.welfare.means import counted_income, qualifies

HARDSHIP = ("registered_poor", "minimum_allowance", "destitute")
HOUSE = {"area": KUNMING, "income": "16000", "basic_pension": "1236", "persons": "4"}
RESIDENT = {"area": KUNMING, "on": "2023-06-01", "tier": "500", "years": "15"}
TIERS = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1500, 2000)


@pytest.mark.parametrize("case", [*cases("means-test"), *cases("resident-pension")], ids=lambda c: c["name"])
def test_worked_case(case: Answer) -> None:
    assert differences(case) == {}


# -- P03 -----------------------------------------------------------------------------------------------------------
def test_P03_the_pension_is_left_out_from_2016_to_2020_and_on_no_other_day() -> None:
    days = {"2015-12-31": True, "2016-01-01": False, "2018-07-15": False, "2020-12-31": False, "2021-01-01": True}
    got = {d: quote("means-test", **HOUSE, on=d) for d in days}
    assert {d: a["basic_pension_counts"] for d, a in got.items()} == days
    assert {d: a["counted_income"] for d, a in got.items()} == {
        d: "16000.00" if counted else "14764.00" for d, counted in days.items()
    }
    assert clauses(got["2016-01-01"], "pension_left_out") == [("yn2017", "二(一)3", "official")]
    assert clauses(got["2021-01-01"], "pension_counted") == [("readings", "means-test-counted", "assumed")]


def test_P03_decides_the_same_household_either_way() -> None:
    house = {**HOUSE, "income": "18500"}
    inside, outside = (quote("means-test", **house, on=d) for d in ("2020-12-31", "2021-01-01"))
    assert (inside["allowance_line"], inside["qualifies"]) == ("4500.00", True)  # 17264 / 4 = 4316
    assert outside["qualifies"]  # 4625 < 4770
    house = {**HOUSE, "income": "19200"}
    assert [quote("means-test", **house, on=d)["qualifies"] for d in ("2020-12-31", "2021-01-01")] == [True, False]


def test_P03_only_as_far_as_the_instrument_was_known() -> None:
    assert quote("means-test", known="2017-11-02", **HOUSE, on="2017-10-01")["basic_pension_counts"]
    assert not quote("means-test", known="2017-11-03", **HOUSE, on="2017-10-01")["basic_pension_counts"]


def test_P03_the_line_is_said_to_be_assumed_and_is_not_there_elsewhere() -> None:
    got = quote("means-test", **{**HOUSE, "area": YUNNAN}, on="2019-06-01")
    assert any("welfare.allowance_line: assumed" in w for w in got["warnings"])
    with pytest.raises(NoRule):
        quote("means-test", **{**HOUSE, "area": JINAN}, on="2019-06-01")


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(1, 20), st.integers(0, 10**6))
def test_P03_leaving_the_pension_out_never_costs_a_household(rest: int, pension: int, persons: int, line: int) -> None:
    with_, without = (counted_income(rest + pension, pension, counted) for counted in (True, False))
    assert (with_, without) == (rest + pension, rest)
    assert qualifies(without, persons, line) >= qualifies(with_, persons, line)
    assert not qualifies(line * persons, persons, line)


# -- supports --------------------------------------------------------------------------------------------------------
def given_to(identity: str, day: str = "2019-06-01") -> dict[str, str]:
    found = quote("support", area=KUNMING, on=day, identity=identity)["supports"]
    return {s["support"]: s["clause"] for s in found if s["eligible"]}


def test_supports_by_identity_and_clause() -> None:
    common = {
        "pension_proxy": "yn2017 二(一)1",
        "pension_tier_kept": "yn2017 二(一)1",
        "medical_assistance": "readings res-medical-assistance",
    }
    assert given_to("destitute") == given_to("minimum_allowance") == common
    assert given_to("registered_poor") == common | {
        "medical_premium": "yn2017 二(二)4",
        "critical_illness": "yn2017 二(二)5",
        "backstop": "readings res-backstop",
        "instant_settlement": "yn2017 二(二)6",
        "family_doctor": "yn2017 二(二)8",
    }
    assert given_to("") == {}
    assert given_to("destitute;registered_poor") == given_to("registered_poor")


def test_supports_not_given_say_for_whom_they_are() -> None:
    got = quote("support", area=KUNMING, on="2019-06-01", identity="destitute")
    row = next(s for s in got["supports"] if s["support"] == "medical_premium")
    assert (row["eligible"], row["reason"], row["groups"]) == (False, "other_identity", ["registered_poor"])
    assert got["supports_given"] == 3
    nowhere = quote("support", area=JINAN, on="2019-06-01", identity="destitute")
    assert (nowhere["supports"], nowhere["warnings"][0][:11]) == ([], "not_encoded")


# -- P01 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("identity", HARDSHIP)
def test_P01_the_lowest_tier_is_paid_for_and_kept(identity: str) -> None:
    got = quote("resident-pension", **{**RESIDENT, "tier": "100", "identity": identity})
    assert got["yearly"] == {
        "person": "0.00",
        "treasury_proxy": "100.00",
        "treasury_subsidy": "30.00",
        "to_account": "130.00",
    }
    assert clauses(got, "tier_kept")[0] == ("yn2017", "二(一)1", "official")
    assert clauses(got, "proxy_payment") == [("readings", "pension-proxy", "assumed")]


def test_P01_who_is_not_named_must_take_the_raised_tier() -> None:
    got = refused("resident-pension", **{**RESIDENT, "tier": "100"})
    assert (got.code, got.field) == ("tier_not_offered", "tier")
    assert got.expected == "one of " + " ".join(f"{t}.00" for t in TIERS[1:])
    assert quote("resident-pension", **{**RESIDENT, "tier": "100", "on": "2019-12-31"})["yearly"]["person"] == "100.00"
    assert refused("resident-pension", **{**RESIDENT, "tier": "100", "on": "2020-01-01"}).code == "tier_not_offered"
    assert quote("resident-pension", **{**RESIDENT, "tier": "100", "area": JINAN})["yearly"]["person"] == "100.00"


def test_P01_a_category_the_law_does_not_name_keeps_nothing() -> None:
    found = figures(KUNMING)
    title, segments = found.held["resident_pension.tier_kept"]
    nobody = [(*s[:2], (((), 0),), *s[3:]) for s in segments]
    law = Figures(found.area, None, "", {**found.held, "resident_pension.tier_kept": (title, nobody)}, found.told)
    day = ordinal("2023-06-01")
    assert lowest_tier(Reckoning(found), ("destitute",), day) == 10_000
    assert lowest_tier(Reckoning(law), ("destitute",), day) == 20_000


def test_P01_no_proxy_before_the_instrument_or_elsewhere() -> None:
    for change in ({"on": "2017-11-02"}, {"area": JINAN}):
        got = quote("resident-pension", **{**RESIDENT, "identity": "destitute", **change})
        assert got["yearly"]["treasury_proxy"] == "0.00"
        assert any("proxy payment" in w for w in got["warnings"])


def lines(
    identity: tuple[str, ...], tier: int | None, month: str = "2023-01", with_yearly: bool = False
) -> list[tuple[str, int]]:
    person = Person("resident", month_number(month), identity=identity, tier=tier, with_yearly=with_yearly)
    found = contribution_lines(Reckoning(figures(KUNMING)), person)
    assert all((x.scheme, x.period) == ("resident_pension", "year") for x in found)
    return [(x.payer, x.amount) for x in found]


def test_P01_levy_lines_by_payer() -> None:
    assert lines((), 50_000) == [("person", 50_000), ("treasury", 6_000)]
    assert lines(("destitute",), 50_000) == [("person", 40_000), ("treasury", 10_000), ("treasury", 6_000)]
    assert lines(("destitute",), 10_000) == [("treasury", 10_000), ("treasury", 3_000)]
    assert lines((), None) == lines((), 50_000, "2023-02") == []
    assert lines((), 50_000, "2023-02", with_yearly=True) == lines((), 50_000)


def test_P01_stands_in_the_contribution_of_a_resident() -> None:
    got = quote("contribution", area=KUNMING, month="2023-01", kind="resident", tier="500", identity="destitute")
    assert [(x["payer"], x["amount"]) for x in got["lines"] if x["scheme"] == "resident_pension"] == [
        ("person", "400.00"),
        ("treasury", "100.00"),
        ("treasury", "60.00"),
    ]


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_P01_parts_add_up_to_the_tier(tier: int, proxy: int) -> None:
    person, treasury = paid_by(tier, proxy)
    assert person + treasury == tier
    assert person >= 0
    assert treasury == proxy or person == 0


# -- P02 -----------------------------------------------------------------------------------------------------------
def test_P02_tiers_and_subsidies() -> None:
    for tier in TIERS[1:]:
        got = quote("resident-pension", **{**RESIDENT, "tier": str(tier)})
        assert got["yearly"]["treasury_subsidy"] == ("60.00" if tier >= 500 else "30.00")
    for other in ("0", "150", "1100", "2000.01", "3000"):
        assert refused("resident-pension", **{**RESIDENT, "tier": other}).code == "tier_not_offered"


def test_P02_basic_pension_by_day_is_said_to_be_secondary() -> None:
    table = {"2014-07-01": "70", "2017-12-31": "70", "2018-01-01": "88", "2020-06-30": "88", "2020-07-01": "93"}
    table |= {"2022-01-01": "98", "2023-01-01": "103", "2024-01-01": "123", "2025-01-01": "143"}
    got = {d: quote("resident-pension", **{**RESIDENT, "on": d}) for d in table}
    assert {d: a["monthly_pension"]["basic_part"] for d, a in got.items()} == {d: f"{v}.00" for d, v in table.items()}
    assert all(any("basic_pension: secondary" in w for w in a["warnings"]) for a in got.values())
    with pytest.raises(NoRule):
        quote("resident-pension", **{**RESIDENT, "on": "2014-06-30"})


def test_P02_account_over_139_months() -> None:
    assert account_pension(2_000_000, 139) == 14_388
    case = derived("CN-RES-C1")
    got = quote("resident-pension", **RESIDENT, account=str(case["inputs"]["account"]))
    assert got["monthly_pension"]["account_part"] == f"{case['expected']['monthly']:.2f}"
    assert not any(w.startswith("no_interest") for w in got["warnings"])


def test_P02_a_reckoned_account_says_it_has_no_interest() -> None:
    assert any(w.startswith("no_interest") for w in quote("resident-pension", **RESIDENT)["warnings"])


def test_P02_short_of_fifteen_years_nothing_is_due_yet() -> None:
    got = quote("resident-pension", **{**RESIDENT, "years": "9"})
    assert (got["eligible"], got["missing_years"]) == (False, 6)
    assert any(w.startswith("years_lack") for w in got["warnings"])
    assert quote("resident-pension", **RESIDENT)["eligible"]


def fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


@given(st.sampled_from(TIERS[1:]), st.sampled_from(TIERS[1:]), st.integers(0, 44), st.integers(0, 44))
def test_P02_pay_more_and_longer_and_get_more(a: int, b: int, years: int, more: int) -> None:
    low, high = sorted((a, b))
    first, last = sorted((years, more))
    pension = [
        fen(
            quote("resident-pension", **{**RESIDENT, "tier": str(t), "years": str(y)})["monthly_pension"][
                "total_pension"
            ]
        )
        for t, y in ((low, first), (high, first), (high, last))
    ]
    assert pension == sorted(pension)
    assert (pension[0] < pension[1]) == (low < high and first > 0)
    assert (pension[1] < pension[2]) == (first < last)


@given(st.integers(0, 44), st.integers(0, 44), st.integers(0, 10_000))
def test_P02_addition_begins_with_the_first_year_beyond(years: int, beyond: int, a_year: int) -> None:
    assert addition(years + 1, beyond, a_year) - addition(years, beyond, a_year) == (a_year if years >= beyond else 0)
    assert addition(min(years, beyond), beyond, a_year) == 0


@given(st.integers(0, 44), st.integers(0, 10**6))
def test_P02_account_is_every_years_credit(years: int, credited: int) -> None:
    assert saved(years, credited) == sum([credited] * years)


# -- bad input, command ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "facts", "change", "code", "field"),
    [
        ("means-test", HOUSE, {"persons": "0"}, "out_of_range", "persons"),
        ("means-test", HOUSE, {"persons": "-1"}, "not_an_integer", "persons"),
        ("means-test", HOUSE, {"income": "-1"}, "negative_amount", "income"),
        ("means-test", HOUSE, {"basic_pension": "16000.01"}, "part_above_whole", "basic_pension"),
        ("support", {"area": KUNMING}, {"identity": "poor"}, "unknown_code", "identity"),
        ("resident-pension", RESIDENT, {"tier": "-500"}, "negative_amount", "tier"),
        ("resident-pension", RESIDENT, {"years": "45"}, "out_of_range", "years"),
        ("resident-pension", RESIDENT, {"born": "2023-07"}, "birth_in_future", "born"),
        ("resident-pension", RESIDENT, {"born": "2007-07"}, "under_entry_age", "born"),
        ("resident-pension", RESIDENT, {"account": "1,000"}, "not_money", "account"),
    ],
)
def test_bad_facts_are_refused_by_name(
    question: str, facts: dict[str, str], change: dict[str, str], code: str, field: str
) -> None:
    got = refused(question, **{"on": "2023-06-01", **facts, **change})
    assert (got.code, got.field) == (code, field)


def test_sixteen_is_old_enough_in_its_month() -> None:
    assert quote("resident-pension", **RESIDENT, born="2007-06")["claim_month"] == "2067-06"


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("means-test --on 2019-06-01 --income 16000 --basic-pension 1236 --persons 4", "低保标准", "line a head"),
        ("support --on 2019-06-01 --identity registered_poor", "一站式结算", "one-stop settlement"),
        ("resident-pension --on 2023-06-01 --tier 500 --years 15", "基础养老金", "monthly pension"),
    ],
)
def test_the_commands_answer_in_both_languages(words: str, zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        shown = tongchou("quote", *words.split(), "--area", KUNMING, "--lang", lang)
        assert shown.returncode == 0, shown.stderr
        assert said in shown.stdout
    bad = tongchou(
        "quote", "resident-pension", "--area", KUNMING, "--on", "2023-06-01", "--tier", "150", "--years", "15"
    )
    assert bad.returncode == 1
    assert "tier_not_offered" in bad.stderr
    assert "200.00 300.00" in bad.stderr
