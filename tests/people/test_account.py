"""The personal account: credits by status and date, interest, opening, lump sums."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tests.people.test_contribution import KUNMING, derived, figures
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import NoRule
from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import month_number
from tongchou.rules.account.balance import fold, spend
from tongchou.rules.account.credit import contribution_credit, lump_sum_credit, retired_credit
from tongchou.rules.reckoning import FactRefused, Reckoning

JINAN, CHUXIONG = "370100", "532300"
CASES = yaml.load((Path(__file__).parent / "account_cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["cases"]


def quote(**given: str) -> dict[str, Any]:
    q = question("account")
    return asked(q, figures(given["area"]), facts_of(q, given))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_worked_case(case: dict[str, Any]) -> None:
    got = quote(**case["facts"])
    for key, wanted in case["expect"].items():
        assert got[key] == (None if wanted == "null" else wanted), key


def test_J09_four_percent_of_the_own_pension_from_july_2007() -> None:
    got = quote(area=JINAN, month="2007-07", kind="retired", pension="1200")
    assert (got["credit"], got["credit_a_year"], got["opened"]) == ("48.00", "576.00", "2007-07")
    step = next(s for s in got["because"] if s["step"] == "credit_of_pension")
    assert [(c["document"], c["clause"], c["status"]) for c in step["cites"]] == [("jn2007", "一(二)", "official")]


def test_J09_the_day_before_there_is_no_such_rule() -> None:
    got = quote(area=JINAN, month="2007-06", kind="retired", pension="1200")
    assert got["credit"] is None
    assert any(w.startswith("not_encoded") and "account_credit" in w for w in got["warnings"])


def test_J09_without_the_pension_it_is_asked_for() -> None:
    got = quote(area=JINAN, month="2007-07", kind="retired")
    assert got["credit"] is None
    assert any(w.startswith("needs_pension") for w in got["warnings"])


def test_J09_the_account_is_opened_by_the_first_credit() -> None:
    assert quote(area=JINAN, month="2007-09", kind="retired", pension="1200")["opened"] == "2007-09"
    assert quote(area=JINAN, month="2007-09", kind="retired", pension="1200", balance="10")["opened"] is None


def test_derived_JN_ACC() -> None:
    one, two = derived("JN-ACC-")
    share = int(one["inputs"]["rate"] * 100) * RATE_SCALE // 100
    got = quote(area=JINAN, month="2007-10", kind="retired", pension=str(one["inputs"]["monthly_pension"]))
    assert got["credit"] == f"{one['expected']['monthly_account']:.2f}"
    assert got["credit_a_year"] == f"{one['expected']['annual_account']:.2f}"
    implied = round(two["expected"]["implied_average_monthly_pension"] * 100)
    for pension, above in ((implied - 13, False), (implied + 13, True)):  # a fen of credit is 25 fen of pension
        cost = retired_credit(pension, 0, share) * 12 * two["inputs"]["retirees"]
        assert (cost > two["inputs"]["annual_cost"] * 100) == above


def test_R05_a_lump_sum_credits_nothing() -> None:
    got = quote(area=KUNMING, month="2023-05", kind="retired", lump_sum="7234.42")
    assert got["lump_sum_credit"] == "0.00"
    assert got["credited"] == got["credit"] == "80.00"
    step = next(s for s in got["because"] if s["step"] == "credit_no_lump_sum")
    assert step["cites"][0]["clause"] == "二(一) end"
    with pytest.raises(NoRule):
        lump_sum_credit(Reckoning(figures(KUNMING)), month_number("2021-04"), 100)


def test_assumed_interest_is_said_in_every_answer_that_uses_it() -> None:
    got = quote(area=KUNMING, month="2023-01", until="2023-12", kind="retired")
    assert any("account.interest_current: assumed" in w for w in got["warnings"])
    assert any(w.startswith("reading account-interest") for w in got["warnings"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until": "2023-04"}, "months_out_of_order"),
        ({"until": "2099-04"}, "months_out_of_order"),
        ({"wage": ""}, "missing_value"),
        ({"spending": "-1"}, "negative_amount"),
        ({"kind": "resident"}, "unknown_code"),
    ],
)
def test_bad_facts_are_refused_by_name(change: dict[str, str], code: str) -> None:
    with pytest.raises(FactRefused) as refused:
        quote(**{"area": KUNMING, "month": "2023-05", "kind": "employer", "wage": "8000", **change})
    assert refused.value.code == code


def test_the_command_answers_in_both_languages_and_json() -> None:
    words = ["quote", "account", "--area", KUNMING, "--month", "2022-11", "--until", "2023-02", "--kind", "employer"]
    for lang, title in (("zh", "每月划入"), ("en", "credit of a month")):
        shown = tongchou(*words, "--wage", "8000", "--lang", lang)
        assert shown.returncode == 0, shown.stderr
        assert title in shown.stdout
    assert json.loads(tongchou(*words, "--wage", "8000", "--json").stdout)["credit"] == "352.00"


# -- properties ----------------------------------------------------------------------------------------------
MONEY = st.integers(0, 10**8)


@given(st.integers(0, 23_999), st.integers(0, 10**9), st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=40))
def test_the_balance_is_what_came_in_less_what_was_spent(
    first: int, opening: int, months: list[tuple[int, int]]
) -> None:
    n = len(months)
    got = fold(first, opening, [c for c, _ in months], [s for _, s in months], [1_100_000] * n, [350_000] * n)
    total = opening + sum(y.credited + y.interest - y.spent for y in got.years)
    assert got.years[-1].balance == total >= 0
    assert sum(y.spent + y.unmet for y in got.years) == sum(s for _, s in months)
    assert [y.year for y in got.years] == list(range(first // 12, (first + n - 1) // 12 + 1))


@given(MONEY, MONEY, MONEY)
def test_spending_takes_the_carried_balance_first_and_never_more_than_there_is(a: int, b: int, amount: int) -> None:
    carried, current, unmet = spend(a, b, amount)
    assert carried + current - unmet == a + b - amount
    assert min(carried, current, unmet) == 0 <= carried
    assert carried == max(0, a - amount)


def test_interest_by_hand() -> None:
    """1,000.00 carried, 100.00 a month: 11.00 on the first; 0.35% on 100 × (11 + 10 + … + 1) / 12 of the second."""
    got = fold(24_000, 100_000, [10_000] * 12, [0] * 12, [1_100_000] * 12, [350_000] * 12)
    assert got.years[0].interest == 1_100 + 193  # 192.5 half-up
    assert got.years[0].balance == 100_000 + 120_000 + 1_293


@settings(deadline=None)
@given(MONEY, MONEY)
def test_a_credit_never_exceeds_what_was_paid(own: int, unit: int) -> None:
    assert contribution_credit(own, unit, RATE_SCALE, 0) == own
    assert own <= contribution_credit(own, unit, RATE_SCALE, 30 * RATE_SCALE // 100) <= own + unit
