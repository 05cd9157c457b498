"""Entitlement of a person on a day: worked cases, which payment gives which day, files, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interfaces.conftest import tongchou
from tests.people.branches import CHUXIONG, KUNMING, Answer, clauses, quote, refused

CASES = yaml.load((Path(__file__).parent / "entitlement_cases.yaml").read_text("utf-8"), yaml.BaseLoader)["cases"]
ASKED = {"area": KUNMING, "on": "2023-06-15", "paid": "2023-01..2023-06", "large_expense": "2023"}


def layers(answer: Answer) -> dict[str, dict[str, Any]]:
    return {found["layer"]: found for found in answer["layers"]}


def reasons(answer: Answer) -> list[str]:
    return ["entitled" if found["entitled"] else found["reason"] for found in answer["layers"]]


def asked(case: Any, day: str) -> Answer:
    """Asked of a day as seen on the last day of the case, so that every row lies before."""
    seen = case["facts"].get("seen", max(case["days"]))
    return quote("entitlement", **{**case["facts"], "area": case["area"], "on": day, "seen": seen})


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_R12_worked_cases(case: Any) -> None:
    for day, expected in case["days"].items():
        assert reasons(asked(case, day)) == expected, day
    if "windows" in case:
        got = asked(case, next(iter(case["days"])))["windows"]
        found = [[w["from_day"], w["to_day"], w["basic"], w["large_expense"]] for w in got]
        assert found == [[a, b, basic == "true", large == "true"] for a, b, basic, large in case["windows"]]


def test_R12_every_covered_day_names_its_payment() -> None:
    got = layers(quote("entitlement", **ASKED))
    basic, large = got["basic"], got["large_expense"]
    assert (basic["by"], basic["period"], basic["since"]) == ("payment", "2023-06", "2023-01-01")
    assert (large["by"], large["period"], large["since"]) == ("large_expense_payment", "2023", "2023-01-01")
    assert not basic["entitled_until"], "the last row is paid: no end is known"


def test_R12_what_is_unpaid_is_named() -> None:
    got = layers(quote("entitlement", **{**ASKED, "paid": "2023-01..2023-03", "unpaid": "2023-04..2023-06"}))["basic"]
    assert (got["reason"], got["unpaid"], got["unpaid_what"]) == ("arrears", "2023-04", "month")


def test_R07_the_share_that_lacks_is_named() -> None:
    for share, lacks in (("own", "year_unit"), ("unit", "year_own")):
        got = layers(quote("entitlement", **{**ASKED, "large_expense": f"2023:{share}"}))["large_expense"]
        assert (got["reason"], got["unpaid"], got["unpaid_what"]) == ("large_expense_unpaid", "2023", lacks)
    got = layers(quote("entitlement", **{**ASKED, "large_expense": "2022"}))["large_expense"]
    assert got["unpaid_what"] == "year_both"


def test_J10_and_L06_name_their_clauses() -> None:
    facts = {**ASKED, "area": CHUXIONG, "paid": "2023-01..2023-02", "unpaid": "2023-03..2023-06"}
    got = quote("entitlement", **facts)
    assert ("readings", "suspension", "assumed") in clauses(got, "ent_arrears")
    assert clauses(got, "ent_large_with_basic") == [("cx2022", "第六条", "official")]
    got = quote("entitlement", area="370100", on="2007-04-15", paid="2007-01..2007-02", unpaid="2007-03..2007-04")
    assert ("jn2007", "一(二)", "official") in clauses(got, "ent_arrears")


def test_J08_the_confirmation_is_named() -> None:
    got = quote("entitlement", area="370100", on="2007-06-01", confirmed="2007-05-17")
    basic = layers(got)["basic"]
    assert (basic["by"], basic["since"], basic["entitled_until"]) == ("confirmation", "2007-05-17", None)
    assert [c for step in got["because"] for c in step["cites"] if c["document"] == "jn2007"]


def test_L09_a_move_inside_the_area_keeps_the_year(tmp_path: Path) -> None:
    """A unit of another county takes over in July: no day is lost in either layer."""
    rows = ["what,month,year,unit,paid_on"]
    rows += [f"month,2023-{m:02d},,{'A' if m < 7 else 'B'},2023-{m:02d}-05" for m in range(1, 13) if m != 7]
    rows += ["month,2023-07,,B,", "large_expense,,2023,,2023-01-05"]
    path = tmp_path / "history.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    got = layers(quote("entitlement", area=CHUXIONG, on="2023-07-31", seen="2023-12-31", history=str(path)))
    assert (got["basic"]["entitled"], got["basic"]["period"]) == (True, "2023-06"), "carried by the unit before"
    assert got["large_expense"]["since"] == "2023-01-01"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_and_the_short_forms_say_the_same(tmp_path: Path, encoding: str) -> None:
    rows = ["what,month,year,paid_on,payment", *(f"month,2023-{m:02d},,2023-{m:02d}-01,缴{m}" for m in range(1, 7))]
    path = tmp_path / "history.csv"
    path.write_text("\n".join([*rows, "large_expense,,2023,2023-01-01,大额"]), encoding=encoding)
    given = {"area": KUNMING, "on": "2023-06-15"}
    from_file, short = quote("entitlement", **given, history=str(path)), quote("entitlement", **ASKED)
    assert reasons(from_file) == reasons(short)
    assert layers(from_file)["basic"]["payment"] == "缴6"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"paid": "2023-01..2023-07"}, "after_seen", "month"),
        ({"paid": "2023-01@2023-06-16"}, "after_seen", "paid_on"),
        ({"large_expense": "2025"}, "after_seen", "large_year"),
        ({"large_expense": "2023@2023-07-01"}, "after_seen", "large_own_on"),
        ({"retired": "2023-06-16"}, "after_seen", "retired_from"),
        ({"paid": "2023-06@2021-01-01"}, "paid_too_early", "paid_on"),
        ({"resident": "2023@2021-12-31"}, "paid_too_early", "resident_on"),
        ({"died": "2023-04-30"}, "after_death", "month"),
        ({"paid": "2023-01..2023-06", "unpaid": "2023-03"}, "two_spells_in_month", "month"),
        ({"gap": "2022-11..2022-12@2023-01-05"}, "gap_not_between", "month"),
        ({"large_expense": "2023,2023:own"}, "year_twice", "large_expense"),
        ({"resident": "2023,2023@2023-02-01"}, "year_twice", "resident_year"),
        ({"confirmed": "2023-01-01", "custodial": "2023-02-01"}, "day_twice", "custodial"),
        ({"large_expense": "23"}, "not_a_year", "large_expense"),
        ({"large_expense": "2023:both"}, "unknown_code", "large_expense"),
        ({"paid": "2023-13"}, "not_a_spell", "paid"),
        ({"paid": "2023-01@1"}, "not_a_date", "paid"),
        ({"kind": "civil"}, "unknown_code", "kind"),
        ({"identity": "rich"}, "unknown_code", "identity"),
        ({"history": "/none/history.csv"}, "history_unreadable", "history"),
        ({"paid": "", "large_expense": ""}, "missing_value", "history"),
    ],
)
def test_refused_by_name(facts: dict[str, str], code: str, field: str) -> None:
    caught = refused("entitlement", **{**ASKED, **facts})
    assert (caught.code, caught.field) == (code, field)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "history_unreadable", ""),
        ("month\n2023-01\n", "history_unreadable", ""),
        ("what,moon\nmonth,2023-01\n", "unknown_fact", "moon"),
        ("what,month\nmonth\n", "wrong_field_count", "line 2"),
        ("what,month\nmonth,2023-1\n", "not_a_month", "line 2, month"),
        ("what,month\nmonths,2023-01\n", "unknown_code", "line 2, what"),
        ("what,year,paid_on\nresident,2023,x\n", "not_a_date", "line 2, paid_on"),
        ("what,day\nretired,\n", "missing_value", "line 2, day"),
    ],
)
def test_a_row_of_a_file_is_refused_with_its_line(tmp_path: Path, text: str, code: str, where: str) -> None:
    path = tmp_path / "history.csv"
    path.write_text(text, encoding="utf-8")
    caught = refused("entitlement", area=KUNMING, on="2023-06-15", history=str(path))
    assert (caught.code, caught.field) == (code, "history")
    assert caught.found.startswith(where)


def test_the_terminal_shows_layers_windows_and_months() -> None:
    words = ["--area", KUNMING, "--on", "2023-06-15", "--paid", "2023-01..2023-02,2023-03..2023-06@2023-06-10"]
    done = tongchou("quote", "entitlement", *words, "--large-expense", "2023", "--lang", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    for text in ("基本医保", "大额补助", "可补报期间", "2023-04-01", "2023-06-09", "######", "月缴费"):
        assert text in done.stdout
