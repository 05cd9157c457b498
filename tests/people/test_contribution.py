"""Contributions of one person and month: worked cases by area and date, the provisions, additivity, bad input."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tongchou.interfaces.people.contribution import levy_json, person_of
from tongchou.interfaces.people.facts import read_facts
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import NoRule, load
from tongchou.law.days import month_number, ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.rules.contribution.base import edge
from tongchou.rules.contribution.levy import levy_of
from tongchou.rules.contribution.line import MODES, REMAINDERS, rate_amount, rounded, shared
from tongchou.rules.contribution.lines import KINDS, SCHEMES_OF, Person
from tongchou.rules.reckoning import FactRefused, Reckoning

HERE = Path(__file__).parent
CASES = yaml.load((HERE / "contribution_cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["cases"]
SHARED = Path(__file__).resolve().parents[3] / "shared/cases/derived.yaml"
KUNMING, CHUXIONG = "530100", "532300"


@cache
def figures(area: str, known: str = "") -> Figures:
    return figures_of(load(), area, ordinal(known) if known else None)


def quote(known: str = "", **given: str) -> dict[str, Any]:
    """The answer of the question to facts by column name."""
    q = question("contribution")
    return asked(q, figures(given["area"], known), facts_of(q, given))


def by_line(answer: dict[str, Any]) -> dict[str, str]:
    """scheme/payer → amount; two lines of one payer and scheme stand together."""
    got: dict[str, str] = {}
    for x in answer["lines"]:
        key = f"{x['scheme']}/{x['payer']}"
        got[key] = x["amount"] if key not in got else f"{got[key]}+{x['amount']}"
    return got


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_worked_case(case: dict[str, Any]) -> None:
    got = quote(**case["facts"])
    for key, wanted in case["expect"].items():
        found = by_line(got) if key == "lines" else got[key]
        assert found == (None if wanted == "null" else wanted), key


# -- provisions ----------------------------------------------------------------------------------------------
def test_K04_the_rate_falls_on_the_first_of_january() -> None:
    rates = {
        m: quote(area=KUNMING, month=m, kind="employer", wage="8000")["lines"][0]["rate"]
        for m in ("2021-12", "2022-01", "2022-12", "2023-01")
    }
    assert rates == {"2021-12": "0.09", "2022-01": "0.08", "2022-12": "0.08", "2023-01": "0.07"}


def test_K04_flexible_workers_gain_too() -> None:
    for kind, rates in (("flexible_combined", ("0.1", "0.09")), ("flexible_pooled", ("0.06", "0.05"))):
        got = [quote(area=KUNMING, month=m, kind=kind, wage="8000")["lines"][0]["rate"] for m in ("2022-12", "2023-01")]
        assert tuple(got) == rates


def test_R01_retirees_have_no_basic_line_and_the_yearly_one_stays() -> None:
    got = quote(area=KUNMING, month="2023-01", kind="retired")
    assert {x["scheme"] for x in got["lines"]} == {"large_expense"}
    own = next(x for x in got["lines"] if x["payer"] == "person")
    assert own["withheld_by"] == "employer"
    step = next(s for s in got["because"] if s["step"] == "retired_not_levied")
    assert [(c["document"], c["clause"]) for c in step["cites"]] == [("yn2021", "一(一)")]


def test_R01_before_the_notice_the_national_decision_is_cited() -> None:
    got = quote(area=KUNMING, month="2021-04", kind="retired")
    step = next(s for s in got["because"] if s["step"] == "retired_not_levied")
    assert [c["document"] for c in step["cites"]] == ["gf1998_44"]


@pytest.mark.parametrize("kind", ["employer", "rural_contract", "retired", "flexible_combined", "flexible_pooled"])
def test_L04_who_is_in_the_basic_scheme_is_in_large_expense(kind: str) -> None:
    got = quote(area=CHUXIONG, month="2023-01", kind=kind, wage="6000")
    assert sum(x["scheme"] == "large_expense" for x in got["lines"]) == 2
    assert any(c["clause"] == "第五条" for s in got["because"] for c in s["cites"])


def test_L05_the_unit_withholds_and_flexible_workers_pay_all() -> None:
    unit = quote(area=CHUXIONG, month="2023-01", kind="employer", wage="6000", schemes="large_expense")["lines"]
    assert [(x["payer"], x["withheld_by"]) for x in unit] == [("employer", None), ("person", "employer")]
    basic = quote(area=CHUXIONG, month="2023-02", kind="employer", wage="6000", schemes="basic_medical")["lines"]
    assert [(x["payer"], x["withheld_by"]) for x in basic] == [("person", "employer")]
    flexible = quote(area=KUNMING, month="2023-02", kind="flexible_combined", wage="6000")["lines"]
    assert {(x["payer"], x["withheld_by"]) for x in flexible} == {("person", None)}
    alone = quote(area=CHUXIONG, month="2023-01", kind="flexible_combined", wage="6000", schemes="large_expense")
    assert [(x["payer"], x["withheld_by"]) for x in alone["lines"]] == [("person", None), ("person", None)]


@pytest.mark.parametrize("month", range(1, 13))
def test_L05_an_entrant_pays_the_whole_year_in_any_month(month: int) -> None:
    text = f"2023-{month:02d}"
    got = quote(area=CHUXIONG, month=text, kind="employer", wage="6000", schemes="large_expense", entry_month=text)
    assert by_line(got) == {"large_expense/employer": "414.36", "large_expense/person": "35.00"}
    assert {x["due_month"] for x in got["lines"]} == {text}


@pytest.mark.parametrize(
    ("month", "known", "unit"),
    [
        ("2023-01", "", "414.36"),
        ("2023-01", "2023-01-15", "397.32"),
        ("2023-01", "2023-06-30", "397.32"),
        ("2023-01", "2023-07-01", "414.36"),
        ("2024-01", "", "430.62"),
        ("2025-01", "", "435.78"),
    ],
)
def test_L07_half_a_percent_of_the_mean_wage_as_known(month: str, known: str, unit: str) -> None:
    got = quote(known, area=CHUXIONG, month=month, kind="employer", wage="6000", schemes="large_expense")
    assert by_line(got) == {"large_expense/employer": unit, "large_expense/person": "35.00"}
    late = [w for w in got["warnings"] if w.startswith("mean_wage_not_known")]
    assert bool(late) == bool(known and known < "2023-07-01")


def test_L08_the_year_is_due_in_january_on_the_december_headcount() -> None:
    got = quote(
        area=CHUXIONG, month="2023-05", kind="employer", wage="6000", schemes="large_expense", with_yearly="true"
    )
    assert {x["due_month"] for x in got["lines"]} == {"2023-01"}
    assert (got["total"], got["total_yearly"]) == ("0.00", "449.36")
    assert not quote(area=CHUXIONG, month="2023-05", kind="employer", wage="6000", schemes="large_expense")["lines"]


def test_L09_moves_and_no_refund() -> None:
    inside = quote(
        area=CHUXIONG, month="2023-05", kind="employer", wage="6000", moved_from="inside", with_yearly="true"
    )
    assert not [x for x in inside["lines"] if x["period"] == "year"]
    assert any(s["step"] == "large_moved_inside" for s in inside["because"])
    outside = quote(area=CHUXIONG, month="2023-05", kind="employer", wage="6000", moved_from="outside")
    assert [x["due_month"] for x in outside["lines"] if x["period"] == "year"] == ["2023-05", "2023-05"]
    assert any(s["step"] == "large_not_refunded" for s in outside["because"])


def test_L18_every_line_says_whether_it_is_deducted_before_tax() -> None:
    got = quote(area=CHUXIONG, month="2023-01", kind="employer", wage="6000")
    assert all(x["tax_deductible"] is True for x in got["lines"])
    step = next(s for s in got["because"] if s["step"] == "large_deductible")
    assert step["cites"][0]["clause"] == "第六条"
    resident = quote(area=CHUXIONG, month="2023-01", kind="resident")["lines"]
    assert [(x["payer"], x["tax_deductible"]) for x in resident] == [("person", True), ("treasury", False)]


def test_L18_where_the_law_of_the_day_is_not_encoded_it_is_not_said() -> None:
    got = quote(area=KUNMING, month="2018-01", kind="resident")
    assert got["lines"][0]["tax_deductible"] is None
    assert any("tax_deductible" in w for w in got["warnings"])


def test_P04_the_treasury_pays_the_part_of_registered_poor() -> None:
    poor = quote(area=KUNMING, month="2018-01", kind="resident", identity="registered_poor;destitute")
    assert {x["payer"] for x in poor["lines"]} == {"treasury"}
    assert [x["amount"] for x in poor["lines"]] == ["220.00", "490.00"]
    assert any(c["clause"] == "二(二)4" for s in poor["because"] for c in s["cites"])
    assert any(s["step"] == "critical_illness_from_fund" for s in poor["because"])
    other = quote(area=KUNMING, month="2018-01", kind="resident", identity="destitute")
    assert [x["payer"] for x in other["lines"]] == ["person", "treasury"]


def test_P13_rural_contract_workers_pay_no_unemployment_premium() -> None:
    own, other = (quote(area=KUNMING, month="2023-05", kind=k, wage="5000") for k in ("rural_contract", "employer"))
    assert set(by_line(other)) - set(by_line(own)) == {"unemployment/person"}
    assert by_line(own)["unemployment/employer"] == by_line(other)["unemployment/employer"]
    assert any(c["clause"] == "二(四)12" for s in own["because"] for c in s["cites"])


@pytest.mark.parametrize("kind", ["employer", "rural_contract"])
def test_P16_maternity_is_the_employers(kind: str) -> None:
    got = quote(area=KUNMING, month="2023-05", kind=kind, wage="5000")
    assert [(x["payer"], x["amount"]) for x in got["lines"] if x["scheme"] == "maternity"] == [("employer", "45.00")]
    assert any(c["clause"] == "二(五)15" for s in got["because"] for c in s["cites"])


def test_K09_a_higher_base_within_the_edges_raises_contribution_and_account() -> None:
    low, high = (quote(area=KUNMING, month="2023-05", kind="employer", wage=w) for w in ("6000", "7000"))
    assert float(high["account_credit"]) > float(low["account_credit"])
    assert float(high["pension_account_credit"]) > float(low["pension_account_credit"])


# -- what is not encoded -------------------------------------------------------------------------------------
def test_a_scheme_without_law_is_a_warning_and_no_line() -> None:
    got = quote(area=CHUXIONG, month="2023-05", kind="employer", wage="8000")
    said = [w for w in got["warnings"] if w.startswith("not_encoded")]
    assert any("basic_medical" in w and "employer" in w for w in said)
    assert any("maternity" in w for w in said)
    assert "basic_medical/employer" not in by_line(got)
    assert by_line(got)["basic_medical/person"] == "160.00"
    assert got["account_credit"] == "160.00"
    assert not [x for x in got["lines"] if x["amount"] == "0.00"]


def test_without_industry_class_work_injury_is_left_out() -> None:
    got = quote(area=KUNMING, month="2023-05", kind="employer", wage="8000")
    assert "work_injury/employer" not in by_line(got)
    assert any(w.startswith("needs_industry_class") for w in got["warnings"])


@pytest.mark.parametrize(
    ("industry", "step", "rate"),
    [("1", "100", "0.002"), ("1", "150", "0.003"), ("2", "50", "0.002"), ("8", "100", "0.019"), ("8", "150", "0.0285")],
)
def test_work_injury_by_class_and_float(industry: str, step: str, rate: str) -> None:
    given = {"industry_class": industry, "float": step}
    got = quote(area=KUNMING, month="2023-05", kind="employer", wage="8000", schemes="work_injury", **given)
    assert got["lines"][0]["rate"] == rate


@pytest.mark.parametrize(
    ("area", "month", "kind"),
    [
        (KUNMING, "2028-01", "employer"),
        (KUNMING, "2025-01", "resident"),
        (KUNMING, "2016-05", "resident"),
        (KUNMING, "2018-12", "employer"),
        (KUNMING, "1990-01", "retired"),
    ],
)
def test_a_month_of_which_nothing_is_encoded_is_refused(area: str, month: str, kind: str) -> None:
    with pytest.raises(NoRule):
        quote(area=area, month=month, kind=kind, wage="5000")


BAD = [
    ({"wage": "-1"}, "negative_amount"),
    ({"wage": "1e3"}, "not_money"),
    ({"wage": ""}, "missing_value"),
    ({"kind": "boss"}, "unknown_code"),
    ({"schemes": "basic_medical,dental"}, "unknown_code"),
    ({"kind": "resident", "schemes": "pension"}, "scheme_not_for_kind"),
    ({"kind": "resident", "schemes": "resident_pension"}, "missing_value"),
    ({"month": "2023-13"}, "not_a_month"),
    ({"entry_month": "13"}, "not_a_month"),
    ({"entry_month": "6"}, "entry_outside_year"),
    ({"entry_month": "2022-05"}, "entry_outside_year"),
    ({"industry_class": "9"}, "out_of_range"),
    ({"industry_class": "1", "float": "50"}, "float_not_allowed"),
    ({"industry_class": "3", "float": "110"}, "float_not_allowed"),
    ({"identity": "rich"}, "unknown_code"),
]


@pytest.mark.parametrize(
    ("change", "code"), BAD, ids=[f"{next(iter(c))}-{code}-{i}" for i, (c, code) in enumerate(BAD)]
)
def test_bad_facts_are_refused_by_name(change: dict[str, str], code: str) -> None:
    given = {"area": KUNMING, "month": "2023-05", "kind": "employer", "wage": "8000", **change}
    with pytest.raises(FactRefused) as refused:
        quote(**given)
    assert refused.value.code == code


def test_an_unknown_area_is_refused() -> None:
    done = tongchou("quote", "contribution", "--area", "999999", "--month", "2023-05", "--kind", "retired")
    assert done.returncode == 1
    assert "999999" in done.stderr


# -- the command ---------------------------------------------------------------------------------------------
CONTRACT = {"scheme", "payer", "period", "due_month", "base", "rate", "sum", "amount", "withheld_by", "tax_deductible"}


def test_the_command_answers_in_both_languages_and_json() -> None:
    words = ["quote", "contribution", "--area", KUNMING, "--month", "2023-05", "--kind", "employer", "--wage", "8000"]
    got = json.loads(tongchou(*words, "--with-yearly", "--json").stdout)
    assert set(got["lines"][0]) == CONTRACT
    assert got["lines"][0]["rate"] == "0.07"
    assert {"lines", "account_credit", "total", "total_by_payer", "because", "warnings", "law_version"} <= set(got)
    for lang, title in (("zh", "缴费明细"), ("en", "withheld by")):
        shown = tongchou(*words, "--lang", lang)
        assert shown.returncode == 0, shown.stderr
        assert title in shown.stdout
        assert max(map(len, shown.stdout.splitlines())) < 200


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_answers_in_both_languages(kind: str) -> None:
    """No step, warning or key without a sentence."""
    area, month = ("370100", "2007-07") if kind == "low_tier" else (KUNMING, "2023-01")
    for lang in ("zh", "en"):
        given = ["--wage", "5000", "--pension", "3000", "--industry-class", "1", "--with-yearly", "--lang", lang]
        done = tongchou("quote", "contribution", "--area", area, "--month", month, "--kind", kind, *given)
        assert done.returncode == 0, done.stderr


# -- shared cases --------------------------------------------------------------------------------------------
def derived(prefix: str) -> list[dict[str, Any]]:
    if not SHARED.exists():
        pytest.skip("the shared cases are not part of the product")
    found = yaml.safe_load(SHARED.read_text(encoding="utf-8"))["cases"]
    return [c for c in found if c["id"].startswith(prefix)]


def test_derived_CX_CON() -> None:
    months = {79464: ("2023-01", "2023-01-15"), 82872: ("2023-01", ""), 86124: ("2024-01", ""), 87156: ("2025-01", "")}
    cases = derived("CX-CON-")
    assert len(cases) == 4
    for c in cases:
        month, known = months[c["inputs"]["average_wage_annual"]]
        unit = quote(known, area=CHUXIONG, month=month, kind="employer", wage="6000", schemes="large_expense")
        alone = quote(known, area=CHUXIONG, month=month, kind="flexible_pooled", wage="6000", schemes="large_expense")
        assert unit["total_by_payer"]["employer"] == f"{c['expected']['employer']:.2f}"
        assert unit["total"] == f"{c['expected']['employee_total']:.2f}"
        assert alone["total_by_payer"] == {"person": f"{c['expected']['flexible_worker_pays']:.2f}"}


def test_published_YN_BASE_2024() -> None:
    assert (edge(8_612_400, 60_000_000), edge(8_612_400, 300_000_000)) == (430_620, 2_153_100)
    bases = [quote(area=KUNMING, month="2024-06", kind="employer", wage=w)["base"] for w in ("1", "999999")]
    assert bases == ["4306.20", "21531.00"]


# -- properties ----------------------------------------------------------------------------------------------
RATES = st.integers(0, 30_000_000)


@given(st.integers(0, 10**10), RATES, RATES, st.integers(0, 2), st.integers(0, 2))
def test_shares_add_up_whoever_bears_the_remainder(base: int, a: int, b: int, remainder: int, mode: int) -> None:
    unit, own = shared(base, a, b, remainder, mode)
    assert unit >= 0
    assert own >= 0
    if REMAINDERS[remainder] == "each":
        assert (unit, own) == (rate_amount(base, a, mode), rate_amount(base, b, mode))
    else:
        assert unit + own == rate_amount(base, a + b, mode)
        held = own if REMAINDERS[remainder] == "employer" else unit
        rate = b if REMAINDERS[remainder] == "employer" else a
        assert held == min(rate_amount(base, rate, mode), unit + own)


@given(st.integers(0, 10**17), st.integers(1, 10**9), st.integers(0, 2))
def test_rounding(n: int, d: int, mode: int) -> None:
    q = rounded(n, d, mode)
    low, rest = divmod(n, d)
    wanted = {"half_up": low + (2 * rest >= d), "down": low, "up": low + (rest > 0)}[MODES[mode]]
    if MODES[mode] == "half_up" and d % 2:  # half of an odd denominator lies between integers
        wanted = low + (rest + d // 2 >= d)
    assert q == wanted


PEOPLE = st.builds(
    dict,
    kind=st.sampled_from([k for k in KINDS if k != "low_tier"]),
    month=st.integers(month_number("2022-01"), month_number("2024-12")),
    wage=st.integers(0, 5_000_000),
    entry=st.one_of(st.none(), st.integers(0, 11)),
    moved=st.sampled_from(["", "inside", "outside"]),
    yearly=st.booleans(),
    poor=st.booleans(),
    industry=st.one_of(st.none(), st.integers(1, 8)),
)


@settings(deadline=None, max_examples=200)
@given(PEOPLE)
def test_lines_add_up_and_each_stands_on_base_and_rate(p: dict[str, Any]) -> None:
    month = p["month"]
    entry = None if p["entry"] is None else min(month - month % 12 + p["entry"], month)
    person = Person(
        p["kind"],
        month,
        p["wage"],
        entry=entry,
        moved=p["moved"],
        with_yearly=p["yearly"],
        identity=("registered_poor",) if p["poor"] else (),
        industry_class=p["industry"],
        pension=300_000,
    )
    levy = levy_of(Reckoning(figures(KUNMING)), person)
    told = levy_json(levy)
    fen = lambda text: int(text.replace(".", ""))  # noqa: E731
    due = [
        x for x in told["lines"] if x["period"] == "month" or x["due_month"] == f"{month // 12}-{month % 12 + 1:02d}"
    ]
    assert fen(told["total"]) == sum(fen(x["amount"]) for x in due) == sum(map(fen, told["total_by_payer"].values()))
    assert {x["scheme"] for x in told["lines"]} <= set(SCHEMES_OF[p["kind"]])
    for x in levy.lines:
        assert x.amount > 0
        if x.rate is not None:
            assert x.base is not None
            assert x.amount == rate_amount(x.base, x.rate, 0)
        else:
            assert x.amount == x.sum
    if p["moved"] == "inside" and p["kind"] != "resident":
        assert not [x for x in levy.lines if x.period == "year"]
    if levy.account_credit is not None and p["kind"] != "retired":
        paid = sum(x.amount for x in levy.lines if x.scheme == "basic_medical")
        assert 0 <= levy.account_credit <= paid


def test_the_facts_of_the_question_reach_the_rule() -> None:
    q = question("contribution")
    facts = read_facts(
        q.options, {"area": KUNMING, "month": "2023-05", "kind": "resident", "entry_month": "3", "tier": "500"}
    )
    person = person_of(facts)
    assert (person.entry, person.tier) == (month_number("2023-03"), 50_000)
    assert "resident_pension" in person.schemes
