"""What is refused of the facts of entitlement: by name, with the field, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.conftest import tongchou
from tests.people.branches import JINAN, KUNMING, quote, refused
from tongchou.law.days import ordinal
from tongchou.rules.entitlement.history import KINDS, History, check
from tongchou.rules.reckoning import FactRefused

ASKED = {"area": KUNMING, "on": "2023-06-15", "paid": "2023-01..2023-06", "large_expense": "2023"}
SEEN = ordinal("2023-06-15")
JUNE = 2023 * 12 + 5


@pytest.mark.parametrize(
    ("facts", "code", "field", "found"),
    [
        ({"paid": "2023-01..2023-07"}, "after_seen", "month", "2023-07"),
        ({"paid": "2023-01@2023-06-16"}, "after_seen", "paid_on", "2023-06-16"),
        ({"large_expense": "2025"}, "after_seen", "large_year", "2025"),
        ({"large_expense": "2023@2023-07-01"}, "after_seen", "large_own_on", "2023-07-01"),
        ({"large_expense": "2023:own,2023:unit@2023-07-01"}, "after_seen", "large_unit_on", "2023-07-01"),
        ({"resident": "2025"}, "after_seen", "resident_year", "2025"),
        ({"resident": "2024@2023-06-16"}, "after_seen", "resident_on", "2023-06-16"),
        ({"retired": "2023-06-16"}, "after_seen", "retired_from", "2023-06-16"),
        ({"confirmed": "2023-06-16"}, "after_seen", "confirmed_from", "2023-06-16"),
        ({"custodial": "2023-06-16"}, "after_seen", "confirmed_from", "2023-06-16"),
        ({"died": "2023-06-16"}, "after_seen", "died_on", "2023-06-16"),
        ({"paid": "2023-06@2021-01-01"}, "paid_too_early", "paid_on", "2021-01-01"),
        ({"large_expense": "2023@2021-12-31"}, "paid_too_early", "large_own_on", "2021-12-31"),
        ({"resident": "2023@2021-12-31"}, "paid_too_early", "resident_on", "2021-12-31"),
        ({"died": "2023-04-30"}, "after_death", "month", "2023-06"),
        ({"paid": "2023-01..2023-06", "unpaid": "2023-03"}, "two_spells_in_month", "month", "2023-03"),
        ({"gap": "2022-11..2022-12@2023-01-05"}, "gap_not_between", "month", "2022-11"),
        ({"paid": "2023-01", "gap": "2023-02"}, "gap_not_between", "month", "2023-02"),
        ({"large_expense": "2023,2023:own"}, "year_twice", "large_expense", "2023:own"),
        ({"resident": "2023,2023@2023-02-01"}, "year_twice", "resident_year", "2023"),
        ({"confirmed": "2023-01-01", "custodial": "2023-02-01"}, "day_twice", "custodial", "custodial"),
        ({"large_expense": "23"}, "not_a_year", "large_expense", "23"),
        ({"large_expense": "2023..2022"}, "not_a_year", "large_expense", "2023..2022"),
        ({"resident": "二〇二三"}, "not_a_year", "resident", "二〇二三"),
        ({"large_expense": "2023:both"}, "unknown_code", "large_expense", "both"),
        ({"paid": "2023-13"}, "not_a_spell", "paid", "2023-13"),
        ({"paid": "2023-06..2023-01"}, "not_a_spell", "paid", "2023-06..2023-01"),
        ({"paid": "2023-01@1"}, "not_a_date", "paid", "2023-01@1"),
        ({"paid": "2023-01@2023-02-29"}, "not_a_date", "paid", "2023-01@2023-02-29"),
        ({"paid": "", "unpaid": "2023-01@2023-01-05"}, "not_a_month", "unpaid", "2023-01"),
        ({"kind": "civil"}, "unknown_code", "kind", "civil"),
        ({"identity": "rich"}, "unknown_code", "identity", "rich"),
        ({"history": "/none/history.csv"}, "history_unreadable", "history", "/none/history.csv"),
        ({"paid": "", "large_expense": ""}, "missing_value", "history", ""),
    ],
)
def test_refused_by_name(facts: dict[str, str], code: str, field: str, found: str) -> None:
    caught = refused("entitlement", **{**ASKED, **facts})
    assert (caught.code, caught.field, caught.found) == (code, field, found)
    assert caught.expected
    assert caught.zh


@pytest.mark.parametrize(
    "facts",
    [
        {"paid": "2023-01..2023-06@2023-06-15"},
        {"large_expense": "2023..2024@2023-06-15"},
        {"resident": "2024@2023-06-15"},
        {"resident": "2023@2022-01-01"},
        {"retired": "2023-06-15"},
        {"died": "2023-06-15"},
        {"paid": "2023-01..2023-03,2023-06", "gap": "2023-04..2023-05@2023-06-01"},
    ],
)
def test_what_lies_just_within_is_taken(facts: dict[str, str]) -> None:
    """The last value that is not refused, so that no bound is a day or a month too narrow."""
    assert quote("entitlement", **{**ASKED, **facts})["layers"]


def test_P04_resident_and_employee_in_a_month_is_decided_not_refused() -> None:
    """A year's resident premium and a job in it are no error: the employee scheme holds the months (one scheme)."""
    got = quote("entitlement", **ASKED, resident="2023")
    assert [found["entitled"] for found in got["layers"]] == [True, True, False, False]
    assert {found["reason"] for found in got["layers"][2:]} == {"other_scheme"}


def test_a_day_outside_the_law_is_refused() -> None:
    words = ["--area", JINAN, "--on", "1990-06-15", "--paid", "1990-01..1990-06"]
    done = tongchou("quote", "entitlement", *words, "--lang", "en")
    assert done.returncode == 1
    assert "levy.due_day" in done.stderr


@pytest.mark.parametrize(
    ("history", "code", "field"),
    [
        (History([(JUNE, len(KINDS), 0, 0, 0, 0)]), "unknown_code", "kind"),
        (History([(JUNE, -1, 0, 0, 0, 0)]), "unknown_code", "kind"),
        (History([(JUNE, 0, 0, 0, 0, 0), (JUNE, 0, 1, 0, 0, 0)]), "two_spells_in_month", "month"),
        (History([(JUNE, 0, 0, 1, 0, 0)]), "gap_not_between", "month"),
        (History(large=[(2023, 0, 0, 0, 0), (2023, 0, 0, 0, 0)]), "year_twice", "large_year"),
        (History(resident=[(2023, 0, 0, 0), (2023, 0, 0, 0)]), "year_twice", "resident_year"),
    ],
)
def test_columns_of_an_office_are_held_to_the_same(history: History, code: str, field: str) -> None:
    with pytest.raises(FactRefused) as caught:
        check(history, SEEN, 12)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_day_of_a_history_that_is_not_known_is_no_fact() -> None:
    with pytest.raises(TypeError, match="retired_on"):
        History(retired_on=SEEN)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "history_unreadable", ""),
        ("month\n2023-01\n", "history_unreadable", ""),
        ("what,moon\nmonth,2023-01\n", "unknown_fact", "moon"),
        ("what,month\nmonth\n", "wrong_field_count", "line 2"),
        ("what,month\nmonth,2023-1\n", "not_a_month", "line 2, month"),
        ("what,month\nmonth,2023-01\nmonths,2023-01\n", "unknown_code", "line 3, what"),
        ("what,month,kind\nmonth,2023-01,civil\n", "unknown_code", "line 2, kind"),
        ("what,year,identity\nresident,2023,rich\n", "unknown_code", "line 2, identity"),
        ("what,year,paid_on\nresident,2023,x\n", "not_a_date", "line 2, paid_on"),
        ("what,year\nresident,2023..2024\n", "not_a_year", "line 2, year"),
        ("what,day\nretired,\n", "missing_value", "line 2, day"),
        ("what,day\nretired,2023-01-01\nretired,2023-02-01\n", "day_twice", "line 3, retired"),
    ],
)
def test_a_row_of_a_file_is_refused_with_its_line(tmp_path: Path, text: str, code: str, where: str) -> None:
    path = tmp_path / "history.csv"
    path.write_text(text, encoding="utf-8")
    caught = refused("entitlement", area=KUNMING, on="2023-06-15", history=str(path))
    assert (caught.code, caught.field) == (code, "history")
    assert caught.found.startswith(where)


@pytest.mark.parametrize("data", [b"\xff\xfe\xff\xff", b"what\x00,month\n"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(data)
    caught: Any = refused("entitlement", area=KUNMING, on="2023-06-15", history=str(path))
    assert (caught.code, caught.field) == ("history_unreadable", "history")


def test_a_refusal_is_told_in_both_languages() -> None:
    for lang, text in (("zh", "死亡当月及以前的月份"), ("en", "no month after 2023-04-30")):
        words = ["--area", KUNMING, "--on", "2023-06-15", "--paid", "2023-01..2023-06", "--died", "2023-04-30"]
        done = tongchou("quote", "entitlement", *words, "--lang", lang)
        assert (done.returncode, done.stdout) == (1, "")
        assert "after_death" in done.stderr
        assert text in done.stderr
