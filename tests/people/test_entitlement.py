"""Entitlement of a person on a day: worked cases, which payment gives which day, files, the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.interfaces.conftest import tongchou
from tests.people.branches import CHUXIONG, KUNMING, Answer, clauses, quote
from tongchou.interfaces.people.history_file import COLUMNS, MORE, WHAT

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
    for day, unpaid in case.get("unpaid", {}).items():
        assert layers(asked(case, day))["basic"]["unpaid"] == unpaid, day
    for day, begins in case.get("would_begin", {}).items():
        assert layers(asked(case, day))["basic"]["would_begin"] == begins, day
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


def test_J10_arrears_of_a_unit_do_not_follow_to_the_next(tmp_path: Path) -> None:
    """Unit A never paid February; unit B, which pays from March, suspends nobody for it."""
    rows = ["what,month,unit,paid_on", "month,2023-01,A,2023-01-05", "month,2023-02,A,"]
    path = tmp_path / "history.csv"
    path.write_text("\n".join([*rows, "month,2023-03,A,"]), encoding="utf-8")
    facts = {"area": KUNMING, "on": "2023-03-31", "history": str(path)}
    assert layers(quote("entitlement", **facts))["basic"]["reason"] == "arrears"
    path.write_text("\n".join([*rows, "month,2023-03,B,2023-03-05"]), encoding="utf-8")
    basic = layers(quote("entitlement", **facts))["basic"]
    assert (basic["entitled"], basic["period"]) == (True, "2023-03")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_and_the_short_forms_say_the_same(tmp_path: Path, encoding: str) -> None:
    rows = ["what,month,year,paid_on,payment", *(f"month,2023-{m:02d},,2023-{m:02d}-01,缴{m}" for m in range(1, 7))]
    path = tmp_path / "history.csv"
    path.write_text("\n".join([*rows, "large_expense,,2023,2023-01-01,大额"]), encoding=encoding)
    given = {"area": KUNMING, "on": "2023-06-15"}
    from_file, short = quote("entitlement", **given, history=str(path)), quote("entitlement", **ASKED)
    assert reasons(from_file) == reasons(short)
    assert layers(from_file)["basic"]["payment"] == "缴6"


def test_the_terminal_shows_layers_windows_and_months() -> None:
    words = ["--area", KUNMING, "--on", "2023-06-15", "--paid", "2023-01..2023-02,2023-03..2023-06@2023-06-10"]
    done = tongchou("quote", "entitlement", *words, "--large-expense", "2023", "--lang", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    for text in ("基本医保", "大额补助", "可补报期间", "2023-04-01", "2023-06-09", "######", "月缴费"):
        assert text in done.stdout


def test_the_terminal_says_what_ended_a_wait(tmp_path: Path) -> None:
    """A wait of three months that the end of the enrolment cuts off is not said to begin; a change of unit is told."""
    rows = ["what,month,kind,unit,paid_on", "month,2024-01,,,2024-01-05", "month,2024-06,flexible,,2024-06-05"]
    path = tmp_path / "history.csv"
    path.write_text("\n".join([*rows, "month,2024-07,employer,A,2024-07-05"]), encoding="utf-8")
    asked = {"area": KUNMING, "on": "2024-06-15", "seen": "2024-12-31", "history": str(path)}
    assert layers(quote("entitlement", **asked))["basic"]["would_begin"] == "2024-07-01"
    path.write_text("\n".join([*rows, "month,2024-09,employer,A,2024-09-05"]), encoding="utf-8")
    assert layers(quote("entitlement", **asked))["basic"]["would_begin"] is None
    for lang, text in (("zh", "本段参保在享受开始前已结束"), ("en", "ended before cover began")):
        words = [w for key, value in asked.items() for w in (f"--{key}", value)]
        done = tongchou("quote", "entitlement", *words, "--lang", lang)
        assert (done.returncode, done.stderr) == (0, "")
        assert text in done.stdout


def test_help_names_the_columns_of_a_history() -> None:
    done = tongchou("quote", "entitlement", "--help")
    said = "".join(done.stdout.split())
    for word in (*COLUMNS, *MORE, *WHAT):
        assert word in said, word


def test_the_day_a_grace_ends_is_said_to_be_in_it() -> None:
    """March unpaid: nothing stops on 31 March, everything on 1 April."""
    words = ["--area", KUNMING, "--paid", "2023-01..2023-02", "--large-expense", "2023", "--lang", "zh"]
    done = tongchou("quote", "entitlement", *words, "--unpaid", "2023-03", "--on", "2023-03-31")
    assert "2023-03 未缴，至 2023-03-31（含当日）不停" in done.stdout
    done = tongchou("quote", "entitlement", *words, "--unpaid", "2023-03..2023-04", "--on", "2023-04-01")
    assert "2023-03 欠费，自 2023-04-01 起暂停" in done.stdout
