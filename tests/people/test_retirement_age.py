"""When somebody may retire: published vectors, the edge of 2025, harmful work, the elastic choice, bad input."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import load
from tongchou.law.days import month_number, ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.rules.reckoning import FactRefused, Reckoning
from tongchou.rules.retirement.age import delay_months, retirement_month

CASES = yaml.load((Path(__file__).parent / "retirement_cases.yaml").read_text(encoding="utf-8"), yaml.SafeLoader)
SHARED = Path(__file__).resolve().parents[3] / "shared/cases/published.yaml"
TODAY = "2026-06-01"
GROUPS = st.sampled_from([("M", "worker"), ("M", "cadre"), ("F", "worker"), ("F", "cadre")])


@cache
def nation() -> Figures:
    return figures_of(load(), "000000")


def quote(**given: str) -> dict[str, Any]:
    q = question("retirement-age")
    return asked(q, nation(), facts_of(q, {"on": TODAY, **given}))


def codes(answer: dict[str, Any]) -> list[str]:
    """Codes of the warnings that the rule gave; those about trust in values have none."""
    return [w.split(":")[0] for w in answer["warnings"] if w.split(":")[0].endswith("_unchecked")]


@pytest.mark.parametrize(("sex", "category", "born", "age", "delay", "month"), CASES["ages"])
def test_age(sex: str, category: str, born: str, age: int, delay: int, month: str) -> None:
    got = quote(sex=sex, category=category, born=born)
    assert (got["age_months"], got["delay_months"], got["month"]) == (age, delay, month)


@pytest.mark.parametrize(("case", "sex"), [("CN-RET-01", "M"), ("CN-RET-03", "F")])
def test_published_vectors(case: str, sex: str) -> None:
    if not SHARED.exists():
        pytest.skip("the published cases are not part of the product")
    found = next(c for c in yaml.safe_load(SHARED.read_text(encoding="utf-8"))["cases"] if c["id"] == case)
    births = [str(b)[:7] for b in found["inputs"]["births"]]
    got = [quote(sex=sex, category="worker", born=b)["delay_months"] for b in births]
    assert got == found["expected"]["delay_months"]


@pytest.mark.parametrize(("facts", "eligible", "month", "reason", "years", "months", "warned"), CASES["early"])
def test_K01_early_retirement_after_harmful_work(
    facts: dict[str, str],
    eligible: bool,
    month: str | None,
    reason: str,
    years: int | None,
    months: int | None,
    warned: list[str],
) -> None:
    got = quote(**facts)
    early = {"eligible": eligible, "month": month, "reason": reason, "missing_years": years, "missing_months": months}
    assert got["early"] == early
    assert codes(got) == warned
    if reason != "no_harmful_work":
        assert {"gf1978_104", "lrh1985_6"} <= {c["document"] for s in got["because"] for c in s["cites"]}


@pytest.mark.parametrize(("facts", "earliest", "latest", "least", "eligible", "reason"), CASES["elastic"])
def test_elastic_choice(
    facts: dict[str, str],
    earliest: str | None,
    latest: str | None,
    least: int | None,
    eligible: bool | None,
    reason: str,
) -> None:
    wanted = {"earliest": earliest, "latest": latest, "least_months": least, "eligible": eligible, "reason": reason}
    assert quote(**facts)["elastic"] == wanted


def test_least_months_of_each_year() -> None:
    law = Reckoning(nation())
    got = [law.figure("retirement.least_months", ordinal(f"{y}-12-31")).value for y in range(2028, 2042)]
    assert got == [180, 180, 186, 192, 198, 204, 210, 216, 222, 228, 234, 240, 240, 240]


@given(GROUPS, st.integers(month_number("1950-01"), month_number("2010-12")))
def test_age_and_month_rise_with_the_month_of_birth(group: tuple[str, str], born: int) -> None:
    age, delay, month = retirement_month(Reckoning(nation()), born, *group)
    later_age, later_delay, later = retirement_month(Reckoning(nation()), born + 1, *group)
    assert age <= later_age <= age + 1
    assert delay <= later_delay
    assert month < later
    assert month == born + age


@given(GROUPS, st.integers(month_number("1930-01"), month_number("2010-12")))
def test_nobody_is_delayed_whose_original_month_lies_before_2025(group: tuple[str, str], born: int) -> None:
    age, delay, _ = retirement_month(Reckoning(nation()), born, *group)
    assert (delay == 0) == (born + age - delay < month_number("2025-01"))


@given(st.integers(0, 400), st.sampled_from([2, 4]), st.integers(1, 60))
def test_delay_counts_begun_steps(after: int, step: int, most: int) -> None:
    """Against counting: one month for each step that has begun."""
    begun = sum(1 for start in range(0, after + 1, step))
    assert delay_months(after, 720, 720, step, most) == min(most, begun)
    assert delay_months(-1 - after, 720, 720, step, most) == 0


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"born": "2026-07"}, "birth_in_future", "born"),
        ({"born": "1990-00"}, "not_a_month", "born"),
        ({"born": "1990-01", "sex": "X"}, "unknown_code", "sex"),
        ({"born": "1990-01", "work": "heavy"}, "missing_value", "years_in_work"),
        ({"born": "1990-01", "years_in_work": "5"}, "missing_value", "work"),
        ({"born": "1990-06", "work": "heavy", "years_in_work": "21"}, "months_beyond_working_life", "years_in_work"),
        (
            {"born": "1990-06", "work": "heavy", "years_in_work": "9", "service_years": "21"},
            "months_beyond_working_life",
            "service_years",
        ),
        ({"born": "1990-01", "months_paid": "600"}, "months_beyond_working_life", "months_paid"),
    ],
)
def test_refused_by_name(facts: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(FactRefused) as e:
        quote(**{"sex": "M", **facts})
    assert (e.value.code, e.value.field) == (code, field)


def test_twenty_years_from_sixteen_are_not_refused() -> None:
    got = quote(sex="M", born="1990-06", work="heavy", years_in_work="20")
    assert got["early"]["eligible"]


def test_the_command_needs_no_area_and_no_day() -> None:
    done = tongchou("quote", "retirement-age", "--sex", "M", "--category", "worker", "--born", "1976-02", "--json")
    got = json.loads(done.stdout)
    assert (got["age_months"], got["month"], got["area"]) == (754, "2038-12", "000000")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_terminal_in_both_languages(lang: str) -> None:
    words = ["--sex", "F", "--born", "1985-03", "--work", "harmful", "--years-in-work", "8", "--lang", lang]
    done = tongchou("quote", "retirement-age", *words)
    assert done.returncode == 0
    assert ("特殊工种提前退休" if lang == "zh" else "early retirement after harmful work") in done.stdout
    for raw in ("missing_years", "months_paid_not_given", "harmful_age", "{"):
        assert raw not in done.stdout.split("·  ")[0].replace("retirement.harmful_age", "")
