"""Early against normal retirement: both pensions, month by month, over life, the break-even, the pictures."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interfaces.conftest import tongchou
from tests.people.branches import KUNMING, Answer, quote, refused
from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.law.days import iso_month, month_number
from tongchou.rules.life import expected_payments, survivors
from tongchou.rules.pension.formula import mean_index
from tongchou.rules.pension.payments import overtakes, paid_out

EARLY = {
    "area": KUNMING,
    "sex": "M",
    "born": "1964-12",
    "retires": "2019-12",
    "index": "1",
    "months": "300",
    "account": "96000.00",
    "compare": "true",
}
COMMAND = [f"--{k.replace('_', '-')}={v}" for k, v in EARLY.items() if v != "true"]
FALLS = {
    "area": KUNMING,
    "sex": "M",
    "born": "1962-12",
    "retires": "2022-11",
    "index": "1.5",
    "months": "216",
    "pre_account_months": "190",
    "account": "1000",
    "more_months": "1",
    "further_index": "0.0001",
    "further_base": "1",
}


def warned(answer: Answer, code: str) -> list[str]:
    return [w for w in answer["warnings"] if w.startswith(f"{code}: ")]


def test_K02_early_stands_beside_normal() -> None:
    """Five years early after harmful work: fewer years, a smaller account, more payment months."""
    both = quote("pension", **EARLY)["compare"]
    early, normal = both["early"], both["normal"]
    assert (early["retires"], early["age_months"], early["payment_months"]) == ("2019-12", 660, "170")
    assert (normal["retires"], normal["age_months"], normal["payment_months"]) == ("2024-12", 720, "139")
    assert (early["basic"], early["account"]) == ("1677.50", "564.71")
    assert (normal["basic"], normal["months"]) == ("2013.00", 360)
    assert both["months_between"] == 60
    assert both["further_base"] == "5720.00", "68,640 yuan a year is the mean wage that governs 2020"
    assert Decimal(normal["total"]) > Decimal(early["total"])


def test_K02_the_same_pair_is_found_from_either_end() -> None:
    """Asked with the normal slip, the early one goes back the way the account came, to the fen or nearly."""
    there = quote("pension", **EARLY)["compare"]
    asked = {
        **EARLY,
        "retires": "2024-12",
        "compare_with": "2019-12",
        "months": "360",
        "account": there["normal"]["account_balance"],
        "base": "6710",
    }
    back = quote("pension", **asked)["compare"]
    assert abs(Decimal(back["early"]["account_balance"]) - Decimal("96000.00")) <= Decimal("0.01")
    for way in ("early", "normal"):
        assert back[way]["total"] == there[way]["total"]
    assert back["break_even_month"] == there["break_even_month"]


def test_K02_month_by_month_and_the_break_even() -> None:
    """Added up by hand: every month up to 90 years of age, and the first month in which the normal way is ahead."""
    got = quote("pension", **EARLY)
    early, normal = (Decimal(got["compare"][way]["total"]) for way in ("early", "normal"))
    a = b = Decimal(0)
    even = None
    for i, row in enumerate(got["by_month"]):
        month = month_number("2020-01") + i
        a += early
        b += normal if month >= month_number("2025-01") else 0
        assert (row["month"], Decimal(row["early"]), Decimal(row["normal"])) == (iso_month(month), a, b)
        even = even or (row["month"] if b > a else None)
    assert even == got["compare"]["break_even_month"] == "2037-09"
    assert got["compare"]["break_even_age_months"] == 72 * MONTHS + 9
    assert got["by_month"][-1]["month"] == "2054-12"
    at73 = next(r for r in got["by_age"] if r["age"] == 73)
    assert at73["ahead"] == "normal", "the birthday after the break-even is listed"


def test_K02_over_life_by_the_life_table() -> None:
    """The table and its source are named; the normal way brings more to somebody alive at 55."""
    got = quote("pension", **EARLY)
    life = got["compare"]["expected"]
    assert Decimal(life["normal"]) > Decimal(life["early"]) > 0
    assert 0 < Decimal(life["own_contributions"]) <= 60 * Decimal("457.60")
    step = next(s for s in got["because"] if s["step"] == "pension_life_table")
    assert step["cites"][0]["status"] == "assumed"
    assert any("life-table" in w for w in got["warnings"])


def test_without_a_month_the_statutory_one_or_the_earliest_choice_is_taken() -> None:
    """At the statutory month itself the other one is the earliest that may be chosen."""
    facts = {**EARLY, "born": "1965-09", "retires": "2025-12", "months": "430", "account": "83946.23"}
    assert quote("pension", **facts)["compare"]["early"]["retires"] == "2025-09"
    got = refused("pension", **{**EARLY, "retires": "2024-12", "months": "360"})
    assert (got.code, got.field) == ("nothing_to_compare", "compare_with"), "no choice before 2025"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"compare_with": "2019-12"}, "nothing_to_compare", "compare_with"),
        ({"compare_with": "2041-12"}, "out_of_range", "compare_with"),
        ({"sex": ""}, "missing_value", "sex"),
        ({"retires": "2024-12", "compare_with": "2019-12", "months": "60"}, "months_between_too_many", "compare_with"),
        ({"retires": "2024-12", "compare_with": "2019-12", "account": "5"}, "months_between_too_many", "compare_with"),
        ({"retires": "2030-12", "compare_with": "2031-12", "base": "8000"}, "missing_value", "further_base"),
    ],
)
def test_refused_by_name(facts: dict[str, str], code: str, field: str) -> None:
    caught = refused("pension", **{**EARLY, **facts})
    assert (caught.code, caught.field) == (code, field)


def test_where_more_months_lower_the_total_it_is_said() -> None:
    """190 of 216 months before accounts: a month at hardly any wage takes more there than it adds."""
    got = quote("pension", **FALLS)
    assert Decimal(got["more"]["total"]) < Decimal(got["total"])
    assert Decimal(got["more"]["basic"]) > Decimal(got["basic"])
    assert Decimal(got["more"]["account"]) >= Decimal(got["account"])
    assert len(warned(got, "mean_index_falls")) == 1
    assert "total" in warned(got, "mean_index_falls")[0]


def test_where_more_months_raise_every_part_nothing_is_said() -> None:
    got = quote("pension", **{**FALLS, "further_index": "1.5", "further_base": "9000"})
    assert Decimal(got["more"]["total"]) > Decimal(got["total"])
    assert not warned(got, "mean_index_falls")


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 400))
def test_break_even_is_the_first_month_ahead(early: int, normal: int, later: int) -> None:
    payment = overtakes(early, normal, later)
    if payment is None:
        assert normal <= early
        return
    assert paid_out(normal, later, payment) > paid_out(early, 0, payment)
    assert payment == later + 1 or paid_out(normal, later, payment - 1) <= paid_out(early, 0, payment - 1)


@given(st.lists(st.integers(0, 3 * RATE_SCALE), min_size=1, max_size=60))
def test_mean_index_is_near_the_mean(indices: list[int]) -> None:
    got, unit = mean_index(sum(indices), len(indices), 4), RATE_SCALE // 10**4
    assert got % unit == 0
    assert abs(got * len(indices) - sum(indices)) * 2 <= unit * len(indices)


@given(st.lists(st.integers(0, 50_000), min_size=30, max_size=60), st.integers(1, 10**6), st.integers(0, 200))
def test_a_pension_begun_later_is_never_worth_more_over_life(deaths: list[int], fen: int, later: int) -> None:
    table = survivors([*deaths, 100_000])
    assert expected_payments(table, 0, later, fen) <= expected_payments(table, 0, 0, fen)


@pytest.mark.parametrize("ending", [".svg", ".png"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_K02_the_picture(tmp_path: Path, ending: str, lang: str) -> None:
    path = tmp_path / f"early{ending}"
    done = tongchou("quote", "pension", *COMMAND, "--compare", "--plot", str(path), "--lang", lang)
    assert (done.returncode, done.stderr) == (0, "")
    written = path.read_bytes()
    if ending == ".png":
        assert written.startswith(b"\x89PNG")
        assert len(written) > 20_000
    else:
        text = written.decode("utf-8")
        assert "2242.21" in text
        assert "3123.42" in text
        assert ("累计领取养老金" if lang == "zh" else "pension paid out in all") in text


def test_K02_the_terminal_shows_both_side_by_side_and_the_plot() -> None:
    done = tongchou("quote", "pension", *COMMAND, "--compare", "--lang", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    line = next(text for text in done.stdout.splitlines() if text.split()[:1] == ["合计"] and len(text.split()) == 3)
    assert line.split() == ["合计", "2242.21", "3123.42"]
    assert done.stdout.count("⠒") > 5
    assert done.stdout.count("•••") > 5
    assert "72岁9个月" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_holds_every_month_and_no_picture() -> None:
    done = tongchou("quote", "pension", *COMMAND, "--compare", "--json")
    got = json.loads(done.stdout)
    assert len(got["by_month"]) == 420
    assert not [k for k in got if k.startswith("_")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--plot", "early.pdf", "--compare"], "plot_format"),
        (["--plot", "early.svg"], "nothing_to_plot"),
        (["--plot", "/none/early.svg", "--compare"], "out_unwritable"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(words: list[str], code: str) -> None:
    done = tongchou("quote", "pension", *COMMAND, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code}: ")
