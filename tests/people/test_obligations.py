"""One-off, instalments, surcharge, low tier, self-paying retirees: worked cases, switches of the law, bad input."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interfaces.conftest import tongchou
from tests.law.overlays import overlay
from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.interfaces.wording.names import STATUS
from tongchou.law import NoRule, load
from tongchou.law.check import check_law
from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.law.tree import BUNDLED
from tongchou.money import MAX_FEN, parse_fen
from tongchou.rules.obligations.low_tier import low_tier_rates, lowered
from tongchou.rules.obligations.one_off import ORIGINS, STANDINGS
from tongchou.rules.obligations.one_off import one_off as decide
from tongchou.rules.reckoning import FactRefused, Reckoning

HERE = Path(__file__).parent
CASES = yaml.load((HERE / "obligations_cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
JINAN, KUNMING, CHUXIONG = "370100", "530100", "532300"


@cache
def figures(area: str, law: Path | None = None) -> Figures:
    return figures_of(load(law), area)


def quote(name: str, law: Path | None = None, **given: str) -> dict[str, Any]:
    """The answer of a question to facts by column name."""
    q = question(name)
    return asked(q, figures(given["area"], law), facts_of(q, given))


def one_off(law: Path | None = None, **given: str) -> dict[str, Any]:
    facts = {"area": JINAN, "on": "2007-03-01", "retirees": "7", **given}
    return quote("one-off", law, **facts)


def text(value: Any) -> str:
    """A value of an answer as a case writes it."""
    return "null" if value is None else str(value)


def same(got: dict[str, Any], expect: dict[str, Any]) -> None:
    for key, wanted in expect.items():
        found = got[key]
        assert (found if isinstance(found, list) else text(found)) == wanted, key


# -- J04: standing and origin ------------------------------------------------------------------------------
def test_the_table_of_cases_is_whole() -> None:
    told = {(c["standing"], c["origin"]) for c in CASES["one_off"]}
    assert told == {(s, o) for s in STANDINGS for o in ORIGINS}
    assert len(CASES["one_off"]) == len(told)


@pytest.mark.parametrize("case", CASES["one_off"], ids=lambda c: f"{c['standing']}-{c['origin']}")
def test_J04_standing_and_origin_decide(case: dict[str, str]) -> None:
    got = one_off(standing=case["standing"], origin=case["origin"])
    due = case["decided_by"] != "none"
    assert got["decided_by"] == case["decided_by"]
    assert got["one_off_due"] is due
    assert (got["each"], got["amount"]) == (("30000.00", "210000.00") if due else ("0.00", "0.00"))
    step = got["because"][0]
    assert step["step"] == ("one_off_due" if due else "one_off_free")
    assert {c["clause"] for c in step["cites"]} == {"一(一) 2005"}
    assert any("jn-one-off:" in w for w in got["warnings"]), "the default reading is told as ours"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The law with the narrower reading switched on."""
    file = "areas/370100/one_off.yaml"
    written = (BUNDLED / file).read_text(encoding="utf-8")
    switched = written.replace("value: {value: wide,", "value: {value: narrow,")
    assert switched != written
    folder = overlay(tmp_path_factory.mktemp("narrow"), {file: switched})
    assert not check_law(folder)[1]
    return folder


@pytest.mark.parametrize("case", CASES["one_off"], ids=lambda c: f"{c['standing']}-{c['origin']}")
def test_J04_the_narrower_reading_frees_bankrupt_and_closed(narrow: Path, case: dict[str, str]) -> None:
    got = one_off(narrow, standing=case["standing"], origin=case["origin"])
    assert got["decided_by"] == ("none" if case["origin"] == "ordinary" else "origin")


def test_J04_before_and_after_what_is_encoded() -> None:
    assert one_off(on="2005-01-01", standing="closed", origin="ordinary")["one_off_due"] is True
    assert one_off(on="2007-12-31", standing="closed", origin="ordinary")["one_off_due"] is True
    for day in ("2004-12-31", "2008-01-01"):
        with pytest.raises(NoRule):
            one_off(on=day, standing="closed", origin="ordinary")
    with pytest.raises(NoRule):
        one_off(area=KUNMING, standing="closed", origin="ordinary")


def test_J04_too_many_retirees_are_refused() -> None:
    assert one_off(standing="closed", origin="ordinary", retirees="999999999")["amount"] == "29999999970000.00"
    most = MAX_FEN // 3_000_000
    law, day = Reckoning(figures(JINAN)), ordinal("2007-03-01")
    assert decide(law, day, "closed", "ordinary", most) == ("standing", 3_000_000, most * 3_000_000)
    with pytest.raises(FactRefused) as caught:
        decide(law, day, "closed", "ordinary", most + 1)
    assert (caught.value.code, caught.value.field) == ("amount_too_large", "retirees")


# -- J05: instalments --------------------------------------------------------------------------------------
def plan(law: Path | None = None, **given: str) -> dict[str, Any]:
    facts = {"standing": "hardship", "origin": "split", "instalments": "true", "first_due": "2007-03-31", **given}
    return one_off(law, **facts)


@pytest.mark.parametrize("case", CASES["instalments"], ids=lambda c: c["name"])
def test_J05_payments_are_matched_and_default_is_told(case: dict[str, Any]) -> None:
    got = plan(paid=case["paid"], seen=case["seen"])
    same(got, case["expect"])
    given = sum(parse_fen(p.partition(":")[2]) for p in case["paid"].split(";") if p)
    told = [got[k] for k in ("paid_amount", "surplus", "not_yet_paid")]
    assert sum(map(parse_fen, told)) == given, "no fen is lost"


def test_J05_five_yearly_parts_with_due_days() -> None:
    got = plan(retirees="1")
    assert [p["due_day"] for p in got["parts"]] == [f"{y}-03-31" for y in range(2007, 2012)]
    assert [p["amount"] for p in got["parts"]] == ["6000.00"] * 5
    assert [p["state"] for p in plan(seen="2008-04-01", paid="2007-03-01:42000")["parts"]] == [
        "paid_off",
        "overdue",
        "not_due",
        "not_due",
        "not_due",
    ]


def test_J05_29_february_is_the_last_day_of_the_month() -> None:
    got = plan(on="2007-01-01", first_due="2008-02-29")
    assert [p["due_day"] for p in got["parts"]] == [
        "2008-02-29",
        "2009-02-28",
        "2010-02-28",
        "2011-02-28",
        "2012-02-29",
    ]


@pytest.mark.parametrize(("word", "place"), [("last", -1), ("first", 0)])
def test_J05_number_of_parts_and_remainder_are_law(tmp_path: Path, word: str, place: int) -> None:
    file = "areas/370100/one_off.yaml"
    written = (BUNDLED / file).read_text(encoding="utf-8")
    changed = written.replace("{value: 5,", "{value: 7,").replace("{value: last,", f"{{value: {word},")
    changed = changed.replace("value: {value: 30000}", "value: {value: 30000.05}")
    got = plan(overlay(tmp_path, {file: changed}), retirees="1")
    amounts = [p["amount"] for p in got["parts"]]
    assert len(amounts) == 7
    assert amounts[place] == "4285.73"
    assert sorted(amounts)[:6] == ["4285.72"] * 6
    assert sum(map(parse_fen, amounts)) == 3_000_005


def test_J05_without_instalments_the_whole_is_due_at_once() -> None:
    got = one_off(standing="bankrupt", origin="ordinary", first_due="2007-03-31", seen="2007-04-01")
    assert [(p["due_day"], p["amount"]) for p in got["parts"]] == [("2007-03-31", "210000.00")]
    assert (got["default"], got["overdue_amount"]) == (True, "210000.00")


def test_J05_what_a_unit_that_owes_nothing_pays_is_kept() -> None:
    got = one_off(standing="normal", origin="ordinary", first_due="2007-03-31", paid="2007-03-01:5", seen="2007-04-01")
    assert (got["surplus"], got["default"], got["parts"]) == ("5.00", False, [])
    assert any(w.startswith("surplus: 5.00") for w in got["warnings"])


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"standing": "bankrupt"}, "instalments_not_allowed", "instalments"),
        ({"standing": "unmanaged"}, "instalments_not_allowed", "instalments"),
        ({"standing": "poor"}, "unknown_code", "standing"),
        ({"origin": "merged"}, "unknown_code", "origin"),
        ({"retirees": "-1"}, "not_an_integer", "retirees"),
        ({"first_due": ""}, "missing_value", "first_due"),
        ({"first_due": "2007-02-28"}, "due_before_decision", "first_due"),
        ({"paid": "2007-03-31"}, "not_money", "paid"),
        ({"paid": "31.3.2007:5"}, "not_a_date", "paid"),
        ({"paid": "2007-03-31:5;2007-02-30:5"}, "not_a_date", "paid"),
        ({"paid": "2007-03-31:-5"}, "negative_amount", "paid"),
        ({"paid": "2007-03-31:5.001"}, "not_money", "paid"),
    ],
)
def test_J05_bad_facts_are_refused_by_name(given: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(FactRefused) as caught:
        plan(**given)
    assert (caught.value.code, caught.value.field) == (code, field)


# -- the surcharge -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", CASES["surcharge"], ids=lambda c: f"{c['principal']}-{c['days']}")
def test_surcharge(case: dict[str, str]) -> None:
    got = quote("surcharge", area=KUNMING, principal=case["principal"], due=case["due"], paid=case["paid"])
    assert (str(got["days"]), got["surcharge"]) == (case["days"], case["surcharge"])
    assert got["payer"] == "employer"
    assert got["capped"] is (int(case["days"]) > 2000)
    assert parse_fen(got["total"]) == parse_fen(case["principal"]) + parse_fen(case["surcharge"])


def test_surcharge_before_the_law_of_it_is_refused() -> None:
    with pytest.raises(NoRule):
        quote("surcharge", area=KUNMING, principal="100", due="2011-06-29", paid="2011-08-01")


# -- J07: the low tier -------------------------------------------------------------------------------------
def test_J07_one_share_lowers_contribution_and_benefit() -> None:
    law = Reckoning(figures(JINAN))
    day = ordinal("2007-06-30")
    assert low_tier_rates(law, day) == (lowered(8_000_000, 60_000_000), lowered(2_000_000, 60_000_000))
    assert low_tier_rates(law, day) == (4_800_000, 1_200_000)
    share = law.figure("low_tier.share", day).value
    scheme = load().scheme(JINAN, "employee")
    factors = [
        m.value.versions[0].cells[0].expr for layer in scheme.layers for m in layer.modifiers if m.op == "factor"
    ]
    assert len(factors) == len(scheme.layers) == 2
    assert {f.value for f in factors} == {share} == {60 * RATE_SCALE // 100}  # type: ignore[union-attr]
    assert law.steps[0].code == "low_tier"


@pytest.mark.parametrize(
    ("tier", "pays", "gives"), [("normal", ("160.00", "40.00"), "7905.00"), ("low", ("96.00", "24.00"), "4743.00")]
)
def test_J07_contribution_and_visit_of_both_tiers(tier: str, pays: tuple[str, str], gives: str) -> None:
    kind = "low_tier" if tier == "low" else "employer"
    got = quote("contribution", area=JINAN, month="2007-06", kind=kind, wage="2000", schemes="basic_medical")
    assert tuple(x["amount"] for x in got["lines"]) == pays
    words = f"quote visit --area {JINAN} --on 2007-06-30 --scheme employee --status active --category inpatient"
    more = [] if tier == "normal" else ["--contribution-tier", "low"]
    done = tongchou(*words.split(), "--level", "3", "--in-scope", "10000", *more, "--json")
    assert json.loads(done.stdout)["fund_total"] == gives


def test_J07_no_low_tier_elsewhere() -> None:
    for area, month in ((KUNMING, "2023-05"), (JINAN, "2008-01")):
        with pytest.raises(NoRule):
            quote("contribution", area=area, month=month, kind="low_tier", wage="2000")


# -- R07, R14, J12: retirees without a unit ----------------------------------------------------------------
def shares(got: dict[str, Any]) -> list[list[str]]:
    return [[s["share"], s["payer"], s["amount"], s["claim_on_unit"]] for s in got["shares"]]


@pytest.mark.parametrize("case", CASES["self_paying"], ids=lambda c: c["name"])
def test_R07_J12_who_pays_and_what_is_a_claim(case: dict[str, Any]) -> None:
    got = quote("self-paying", **case["facts"])
    same(got, case["expect"])
    assert shares(got) == case["shares"]
    if got["asked_of_person"] is not None:
        asked_of = [parse_fen(s["amount"]) for s in got["shares"] if s["payer"] == "person"]
        assert parse_fen(got["asked_of_person"]) == sum(asked_of)


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("unit", ["exists", "extinct"])
@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_R14_without_a_filing_nothing_of_the_units_share_is_asked(standing: str, unit: str, year: str) -> None:
    got = quote("self-paying", area=KUNMING, year=year, standing=standing, unit=unit, filed="false")
    assert all(s["payer"] == "employer" for s in got["shares"] if s["share"] == "employer")
    assert got["claim_on_unit"] == "0.00"
    if standing == "unmanaged" or unit == "extinct":
        assert got["asked_of_person"] == "0.00"
        assert got["way"] == "nothing_asked"


@pytest.mark.parametrize("case", CASES["filing"], ids=lambda c: "-".join(c.values()))
def test_R14_a_filing_is_dated_and_revocable(case: dict[str, str]) -> None:
    given = {k: v for k, v in case.items() if k != "filed"}
    got = quote("self-paying", area=KUNMING, year="2023", standing="unmanaged", **given)
    assert str(got["filed"]) == case["filed"]
    assert (got["way"] == "pays_alone") is (case["filed"] == "True")


def test_R14_before_the_notice_nobody_pays_alone() -> None:
    with pytest.raises(NoRule):
        quote("self-paying", area=KUNMING, year="2023", on="2021-04-30", standing="unmanaged", filed="true")


def test_J12_a_unit_that_is_gone_owes_nothing_and_the_reading_is_told() -> None:
    got = quote(
        "self-paying", area=JINAN, year="2007", on="2007-08-01", standing="closed", unit="extinct", filed="true"
    )
    assert got["basic_by"] == "custodial"
    assert {c["status"] for s in got["because"] for c in s["cites"]} == {"assumed"} <= set(STATUS)
    assert any("reading jn-custodial" in w for w in got["warnings"])
    assert any(w.startswith("not_encoded") for w in got["warnings"])


def test_J12_where_no_retiree_may_pay_alone_an_extinct_unit_is_warned_of(tmp_path: Path) -> None:
    file = "areas/530000/custodial.yaml"
    written = (BUNDLED / file).read_text(encoding="utf-8")
    changed = written.replace("{when: {unit: extinct}, value: true}, ", "")
    assert changed != written
    folder = overlay(tmp_path, {file: changed})
    got = quote("self-paying", folder, area=KUNMING, year="2023", standing="closed", unit="extinct", filed="true")
    assert (got["way"], got["shares"], got["gives"]) == ("unit_pays", [], [])
    assert any(w.startswith("no_unit_to_pay") for w in got["warnings"])


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "missing_value", "filed"),
        ({"filed": "yes"}, "unknown_code", "filed"),
        ({"filed": "false", "filed_on": "2023-01-01"}, "filing_contradicts", "filed"),
        ({"filed_on": "2023-02-01", "revoked_on": "2023-01-31"}, "filing_contradicts", "revoked_on"),
        ({"filed": "true", "revoked_on": "2023-01-31"}, "missing_value", "filed_on"),
        ({"filed": "true", "year": "0"}, "out_of_range", "year"),
        ({"filed": "true", "year": "9999"}, "out_of_range", "year"),
        ({"filed": "true", "standing": "gone"}, "unknown_code", "standing"),
    ],
)
def test_R14_bad_facts_are_refused_by_name(given: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(FactRefused) as caught:
        quote("self-paying", **{"area": KUNMING, "year": "2023", "standing": "unmanaged", **given})
    assert (caught.value.code, caught.value.field) == (code, field)


# -- on the terminal ---------------------------------------------------------------------------------------
ASKED = (
    f"one-off --area {JINAN} --on 2007-03-01 --standing hardship --origin split --retirees 7 --instalments"
    " --first-due 2007-03-31 --paid 2007-03-30:42000;2008-05-01:999999 --seen 2008-06-01",
    f"one-off --area {JINAN} --on 2007-03-01 --standing unmanaged --origin ordinary --retirees 7",
    f"surcharge --area {KUNMING} --principal 12000 --due 2023-05-31 --paid 2023-08-15",
    f"surcharge --area {KUNMING} --principal 12 --due 2013-05-31 --paid 2023-08-15",
    f"self-paying --area {KUNMING} --year 2023 --standing unmanaged --filed true",
    f"self-paying --area {KUNMING} --year 2023 --standing unmanaged --filed false",
    f"self-paying --area {KUNMING} --year 2023 --standing normal --filed-on 2023-02-03",
    f"self-paying --area {CHUXIONG} --year 2023 --standing closed --unit extinct --filed true",
    f"self-paying --area {CHUXIONG} --year 2023 --standing closed --unit extinct --filed false",
)


@pytest.mark.parametrize("words", ASKED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_has_no_raw_keys(words: str, lang: str) -> None:
    done = tongchou("quote", *words.split(), "--lang", lang)
    assert done.returncode == 0, done.stderr
    results = done.stdout.partition("·")[0]
    raw = {"paid_amount", "one_off_due", "not_due", "unit_pays", "pays_alone", "claim_on_unit", "standing_and_origin"}
    assert not [r for r in raw if r in results]
    answer = json.loads(tongchou("quote", *words.split(), "--json").stdout)
    assert answer["because"]
    assert answer["law_version"]
