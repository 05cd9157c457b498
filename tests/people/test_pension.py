"""Pensions: approval slips, payment months, the base that is published late, shares, bad input."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.people.branches import KUNMING, SHARED, Answer, clauses, derived, quote, refused
from tongchou.law.constants import RATE_SCALE
from tongchou.rules.pension.account import balance_after, balance_before
from tongchou.rules.pension.formula import (
    account_pension,
    basic_pension,
    between_ages,
    mean_index,
    split,
    transitional_pension,
)
from tongchou.rules.pension.slip import Parts, Record, Values, parts_of

PUBLISHED = SHARED.with_name("published.yaml")
PERCENT = RATE_SCALE // 100
SLIP = {
    "area": KUNMING,
    "sex": "F",
    "born": "1973-12",
    "retires": "2023-12",
    "index": "0.9726",
    "months": "378",
    "pre_account_months": "39",
    "account": "127070.82",
    "one_child": "true",
}
PARTS = ("basic", "account", "transitional", "one_child", "total")


def parts(answer: Answer) -> tuple[str, ...]:
    return tuple(answer[p] for p in PARTS)


def published(prefix: str) -> list[Any]:
    if not PUBLISHED.exists():
        return [pytest.param({}, id=prefix, marks=pytest.mark.skip(reason=f"{PUBLISHED} is not here"))]
    found = [c for c in yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))["cases"] if c["id"].startswith(prefix)]
    assert found, prefix
    return [pytest.param(c, id=c["id"]) for c in found]


def near(got: str, wanted: Any, tolerance: str) -> bool:
    return abs(Decimal(got) - Decimal(str(wanted))) <= Decimal(tolerance)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, ("2492.62", "651.65", "329.68", "164.65", "3638.60"), id="chuxiong-2023-12"),
        pytest.param(
            {
                "sex": "M",
                "born": "1965-09",
                "retires": "2025-09",
                "index": "0.6757",
                "months": "430",
                "pre_account_months": "120",
                "account": "83946.23",
                "payment_months": "139",
            },
            ("2481.40", "603.93", "726.01", "177.65", "3988.99"),
            id="kunming-2025-09",
        ),
    ],
)
def test_K02_the_slip_of_the_office(facts: dict[str, str], expected: tuple[str, ...]) -> None:
    """Base, mean pension, transition rate and payment months come from the law of the month."""
    assert parts(quote("pension", **{**SLIP, **facts})) == expected


@pytest.mark.parametrize("case", published("YN-PEN"))
def test_published_slips_of_yunnan(case: Any) -> None:
    i, wanted = case["inputs"], case["expected"]
    year_month = {"YN-PEN-01": ("1973-12", "2023-12"), "YN-PEN-03": ("1965-09", "2025-09")}[case["id"]]
    got = quote(
        "pension",
        area=KUNMING,
        born=year_month[0],
        retires=year_month[1],
        index=str(i["average_contribution_index"]),
        months=str(i["total_contribution_months"]),
        pre_account_months=str(i["pre_account_contribution_months"]),
        account=str(i["personal_account_yuan"]),
        payment_months=str(i["payment_months"]),
        one_child="true",
    )
    names = {
        "indexed_wage": "indexed_monthly_wage",
        "basic": "basic_pension",
        "account": "personal_account_pension",
        "transitional": "transitional_pension",
        "one_child": "one_child_allowance",
        "total": "total",
    }
    for ours, theirs in names.items():
        assert near(got[ours], wanted[theirs], "0.01"), (ours, got[ours], wanted[theirs])


@pytest.mark.parametrize("case", published("PEN-"))
def test_published_slips_of_other_provinces(case: Any) -> None:
    """Everything that is a province's own is given; a local supplement is in the total alone."""
    i, wanted = case["inputs"], case["expected"]
    got = quote(
        "pension",
        area="000000",
        retires=f"{case['year']}-06",
        base=str(i["calc_base_yuan_per_month"]),
        index=str(i["average_contribution_index"]),
        months=str(i["total_contribution_months"]),
        pre_account_months=str(i["pre_account_or_deemed_months"]),
        transition_rate=str(i["transition_rate"]),
        account=str(i["personal_account_yuan"]),
        payment_months=str(i["payment_months"]),
        year_convention=i["year_convention"],
    )
    tolerance = str(case.get("tolerance_yuan", "0.01"))
    assert near(got["basic"], wanted["basic_pension"], tolerance)
    assert near(got["account"], wanted["personal_account_pension"], tolerance)
    assert near(got["transitional"], wanted["transitional_pension"], tolerance)
    total = Decimal(got["total"]) + Decimal(str(i["other_local_supplement_yuan"]))
    assert near(str(total), wanted["total"], tolerance)


@pytest.mark.parametrize("case", published("BJ-VEC-0"))
def test_published_vectors(case: Any) -> None:
    i, wanted = case["inputs"], case["expected"]
    if "months" in i and "index" in i:
        base, index = int(i["base"] * 100), int(Decimal(str(i["index"])) * RATE_SCALE)
        wage = base * index // RATE_SCALE
        got = basic_pension(base, wage, i["months"], PERCENT, False)
        assert got == int(Decimal(str(wanted["basic_pension"])) * 100)
    elif "payment_months" in i:
        balance, tenths = int(Decimal(str(i["balance"])) * 100), int(Decimal(str(i["payment_months"])) * 10)
        assert account_pension(balance, tenths) == int(Decimal(str(wanted["personal_account_pension"])) * 100)
    elif "annual_rate" in i:
        rate = int(Decimal(str(i["annual_rate"])) * RATE_SCALE)
        got = balance_after(int(i["balance"] * 100), [0] * i["months"], [rate] * i["months"])
        assert got == int(Decimal(str(wanted["balance_after"])) * 100)
    else:
        pytest.skip("Beijing's own transitional formula is not encoded")


@pytest.mark.parametrize("case_id", ["YN-EARLY-C1", "YN-EARLY-C2"])
def test_K02_derived_early_cases(case_id: str) -> None:
    case = derived(case_id)
    i, wanted = case["inputs"], case["expected"]
    got = quote(
        "pension",
        area=KUNMING,
        retires="2024-12",
        index=str(i["index"]),
        months=str(i["years"] * 12),
        account=str(i["account"]),
        payment_months=str(i["payment_months"]),
        base=str(i["base"]),
    )
    assert near(got["basic"], wanted["basic"], "0.01")
    assert near(got["account"], wanted["account"], "0.01")
    assert near(got["total"], wanted["total"], "0.01")


def test_every_part_names_its_clause() -> None:
    got = quote("pension", **SLIP)
    assert ("gf2005_38", "formula", "official") in clauses(got, "basic_pension")
    assert ("gf2005_38", "annex", "official") in clauses(got, "account_pension")
    assert ("yn2006_pension", "transition-rate", "official") in clauses(got, "transitional_pension")
    assert ("yn2006_pension", "one-child", "official") in clauses(got, "one_child")
    assert clauses(got, "indexed_wage") == [("yn_yearly", "base-2023", "official")]


@pytest.mark.parametrize(
    ("born", "retires", "expected"),
    [
        ("1973-12", "2023-12", "195"),  # 50 years
        ("1973-06", "2023-12", "195"),  # 50 and a half: whole years until 2024-12
        ("1974-06", "2024-12", "195"),
        ("1974-07", "2025-01", "192.5"),  # since 2025-01 by month
        ("1964-10", "2025-01", "137.3"),
        ("1964-11", "2025-01", "137.8"),
        ("1974-10", "2025-01", "193.8"),
        ("1953-01", "2024-01", "56"),  # above the last age
        ("1983-12", "2023-12", "233"),  # the first age
    ],
)
def test_payment_months(born: str, retires: str, expected: str) -> None:
    facts = {**SLIP, "born": born, "retires": retires, "months": "240", "pre_account_months": "0"}
    assert quote("pension", **facts)["payment_months"] == expected


@pytest.mark.parametrize(("year", "base"), [(2019, 6710), (2020, 7095), (2021, 7455), (2022, 7767), (2023, 8023)])
def test_base_of_the_year(year: int, base: int) -> None:
    facts = {k: v for k, v in SLIP.items() if k != "one_child"}
    got = quote("pension", **{**facts, "retires": f"{year}-12", "born": f"{year - 50}-12", "pre_account_months": "0"})
    assert got["base"] == f"{base}.00"


def test_base_not_known_yet_is_provisional_and_reckoned_again() -> None:
    """Asked in March 2023 the base of 2022 counts; asked today the difference of April to June is paid in July."""
    facts = {**SLIP, "retires": "2023-03", "born": "1973-03", "pre_account_months": "0"}
    then = quote("pension", known="2023-03-20", **facts)
    assert (then["base"], then["provisional"]["pending"]) == ("7767.00", ["average_pension", "base"])
    assert any(w.startswith("provisional_figure: ") for w in then["warnings"])
    now = quote("pension", **facts)
    assert now["base"] == "8023.00"
    paid = now["provisional"]
    assert (paid["from"], paid["payments"], paid["settled"]) == ("2023-04", 3, "2023-07")
    assert paid["total"] == then["total"], "what was paid first is what was answered then"
    assert Decimal(paid["difference"]) == 3 * (Decimal(now["total"]) - Decimal(then["total"]))


@pytest.mark.parametrize(("retires", "payments"), [("2023-05", 1), ("2023-06", None), ("2022-12", None)])
def test_provisional_payments_end_with_the_month_of_publication(retires: str, payments: int | None) -> None:
    got = quote("pension", **{**SLIP, "retires": retires, "born": f"{int(retires[:4]) - 50}{retires[4:]}"})
    assert (got["provisional"] or {}).get("payments") == payments


def test_K03_central_and_local_share_of_spending() -> None:
    """Shared since 2022; before it nothing is split. The figure is ours, and the answer says so."""
    got = quote("pension", **SLIP)
    assert Decimal(got["spending"]["central"]) + Decimal(got["spending"]["local"]) == Decimal(got["total"])
    assert clauses(got, "central_share") == [("pooling2022", "sharing", "assumed")]
    assert any("pension-central-share" in w for w in got["warnings"])
    before = quote("pension", **{**SLIP, "retires": "2021-12", "born": "1971-12", "average_pension": "3000"})
    assert before["spending"] is None


def test_figures_given_take_the_place_of_law() -> None:
    """Neither sex, birth nor month is asked where nothing must be looked up by them."""
    given = {"index": "0.8", "months": "360", "account": "138096.30", "payment_months": "118.3", "base": "12049"}
    got = quote("pension", area=KUNMING, **given)
    assert (got["basic"], got["account"]) == ("3253.23", "1167.34")


def test_fewer_months_than_the_least_is_said() -> None:
    got = quote("pension", **{**SLIP, "months": "179", "pre_account_months": "0"})
    assert any(w.startswith("below_least_months: ") for w in got["warnings"])
    got = quote("pension", **{**SLIP, "months": "180", "pre_account_months": "0"})
    assert not any(w.startswith("below_least_months: ") for w in got["warnings"])


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"index": "0"}, "index_out_of_range", "index"),
        ({"index": "100"}, "index_out_of_range", "index"),
        ({"index": "1e3"}, "not_a_number", "index"),
        ({"further_index": "0"}, "index_out_of_range", "further_index"),
        ({"months": "700"}, "months_beyond_working_life", "months"),
        ({"pre_account_months": "379"}, "pre_account_beyond_months", "pre_account_months"),
        ({"pre_account_months": "300"}, "months_beyond_working_life", "pre_account_months"),
        ({"born": "2024-01"}, "birth_in_future", "born"),
        ({"born": "1990-12"}, "months_beyond_working_life", "months"),
        ({"born": "1990-12", "months": "120", "pre_account_months": "0"}, "age_outside_table", "retires"),
        ({"base": "0"}, "out_of_range", "base"),
        ({"payment_months": "0"}, "out_of_range", "payment_months"),
        ({"born": ""}, "missing_value", "born"),
        ({"account": "-1"}, "negative_amount", "account"),
        ({"year_convention": "days"}, "unknown_code", "year_convention"),
        ({"more_months": "241"}, "out_of_range", "more_months"),
    ],
)
def test_refused_by_name(facts: dict[str, str], code: str, field: str) -> None:
    caught = refused("pension", **{**SLIP, **facts})
    assert (caught.code, caught.field) == (code, field)


@given(
    st.integers(100_000, 10**6),
    st.integers(1, 3 * RATE_SCALE),
    st.integers(0, 3 * RATE_SCALE),
    st.integers(180, 600),
    st.integers(0, 180),
    st.integers(0, 10**8),
    st.booleans(),
)
def test_one_more_month_never_lowers_the_basic_or_the_account_part(
    base: int, index: int, further: int, months: int, pre: int, balance: int, two_places: bool
) -> None:
    """Whatever its index: the sum of indices grows; only the transitional part follows the mean index down."""
    values = Values(base, 1390, 13 * PERCENT // 10, two_places, 0, 0, PERCENT)
    before, after = (parts_of(values, r) for r in one_more(index, further, months, pre, balance))
    assert after.basic >= before.basic
    assert after.account >= before.account
    if further >= index:
        assert after.transitional >= before.transitional


def one_more(index: int, further: int, months: int, pre: int, balance: int) -> tuple[Record, Record]:
    """A record with a mean index as slips print it, and the same with one more month."""
    mean = mean_index(index, 1, 4) or RATE_SCALE // 10**4
    more = mean_index(mean * months + further, months + 1, 4)
    grown = balance_after(balance, [further // 10**4], [2 * PERCENT])
    return Record(mean, months, pre, balance), Record(more, months + 1, pre, grown)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 3 * RATE_SCALE), st.integers(0, 600))
def test_a_higher_base_never_lowers_any_part(base: int, raised: int, index: int, months: int) -> None:
    def of(b: int) -> Parts:
        values = Values(b, 1390, 13 * PERCENT // 10, False, 0, 0, PERCENT)
        return parts_of(values, Record(index, months, months // 3, 0))

    low, high = of(base), of(base + raised)
    assert low.basic <= high.basic
    assert low.transitional <= high.transitional
    assert low.total <= high.total


@given(st.integers(0, 10**10), st.integers(0, RATE_SCALE))
def test_K03_shares_add_up(total: int, rate: int) -> None:
    central, local = split(total, rate)
    assert central + local == total
    assert min(central, local) >= 0


MONTHS_PAID = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**7)), min_size=1, max_size=60)


@given(st.integers(0, 10**8), MONTHS_PAID)
def test_balance_goes_back_the_way_it_came(balance: int, months: list[tuple[int, int]]) -> None:
    paid, rates = [m[0] for m in months], [m[1] for m in months]
    later = balance_after(balance, paid, rates)
    assert later >= balance + sum(paid)
    assert abs(balance_before(later, paid, rates) - balance) <= 1


@given(st.integers(500, 2400), st.integers(0, 100), st.integers(0, 11))
def test_payment_months_between_two_ages_lie_between_theirs(older: int, fall: int, months: int) -> None:
    younger = older + fall
    got = between_ages(younger, older, months)
    assert older * 10 <= got <= younger * 10
    assert between_ages(younger, older, 0) == younger * 10


def test_two_places_and_whole_months_differ_as_slips_do() -> None:
    """450 months are 37.5 years either way; 499 are 41.58 or 41.5833…"""
    assert basic_pension(800_000, 800_000, 450, PERCENT, True) == basic_pension(800_000, 800_000, 450, PERCENT, False)
    assert basic_pension(800_000, 800_000, 499, PERCENT, True) == 332_640
    assert basic_pension(800_000, 800_000, 499, PERCENT, False) == 332_667
    assert transitional_pension(780_317, 39, 13 * PERCENT // 10, False) == 32_968
