"""``quote visit``: one person's question, by the same rules as the file; refused by name where law is silent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.interfaces.conftest import Run, claim, tongchou

KUNMING = [
    "quote",
    "visit",
    "--area",
    "530100",
    "--on",
    "2023-05-04",
    "--scheme",
    "employee",
    "--status",
    "active",
    "--category",
    "outpatient",
    "--level",
    "3",
]


def quote(*options: str) -> dict[str, Any]:
    """The answer as JSON."""
    done = tongchou(*KUNMING, *options, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_answer_is_the_settlement_with_its_reasons() -> None:
    """590.00 at level 3: 90 first, then half; each step names its clause; shares add up."""
    a = quote("--in-scope", "590.00")
    assert (a["deductible"], a["fund_outpatient_pool"], a["fund_total"], a["personal"]) == (
        "90.00",
        "250.00",
        "250.00",
        "340.00",
    )
    assert {c["clause"] for s in a["because"] for c in s["cites"]} == {"一(二)3"}
    assert a["reason"] == ""


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("outpatient_pool=5500", ("500.00", "850.00", "0.00")),
        ("outpatient_pool=6000,inpatient_pool=79000", ("0.00", "1000.00", "741.18")),
        ("outpatient_pool=6000,outpatient_above=80000", ("0.00", "0.00", "1800.00")),
    ],
)
def test_used_totals_are_where_the_year_stands(used: str, expected: tuple[str, str, str]) -> None:
    """What was paid before fills the caps; two layers of one pool share it."""
    a = quote("--in-scope", "2090", "--used", used)
    assert (a["fund_outpatient_pool"], a["fund_inpatient_pool"], a["fund_large_expense"]) == expected


def test_any_claims_column_is_an_option_and_bill_parts_stay_with_the_person() -> None:
    """Out of catalogue and the like are the person's; the bill is in_scope plus the three."""
    a = quote("--billed", "700", "--out-of-catalogue", "60", "--first-share", "50", "--injury", "no_employer")
    assert (a["in_scope"], a["fund_total"], a["person_out_of_catalogue"], a["reason"]) == (
        "590.00",
        "250.00",
        "60.00",
        "injury_no_employer",
    )


def test_admissions_and_deductible_used_count() -> None:
    """Chuxiong's deductible falls by 100 with each admission; what a critical-illness year has taken counts."""
    base = [
        "quote",
        "visit",
        "--area",
        "532300",
        "--on",
        "2023-05-04",
        "--scheme",
        "employee",
        "--status",
        "active",
        "--category",
        "inpatient",
        "--level",
        "3",
        "--in-scope",
        "10000",
        "--json",
    ]
    taken = [json.loads(tongchou(*base, "--used", f"admissions={n}").stdout)["deductible"] for n in (0, 1, 5, 20)]
    assert taken == ["1200.00", "1100.00", "700.00", "100.00"]
    resident = [
        "quote",
        "visit",
        "--area",
        "530100",
        "--on",
        "2023-05-04",
        "--scheme",
        "resident",
        "--status",
        "resident",
        "--category",
        "special",
        "--level",
        "3",
        "--in-scope",
        "10000",
        "--json",
    ]
    paid = [
        json.loads(tongchou(*resident, "--used", f"critical_illness.burden={n}").stdout)["fund_critical_illness"]
        for n in (0, 7000, 12000, 45000)
    ]
    assert paid == ["0.00", "3000.00", "6000.00", "6500.00"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--in-scope", "1e3"], "not_money"),
        (["--in-scope", "10", "--plase", "local"], "place"),
        (["--in-scope", "10", "--place", "abroad"], "unknown_code"),
        (["--in-scope", "10", "--used", "outpatient=1"], "outpatient_pool"),
        (["--in-scope", "10", "--billed", "11"], "amounts_do_not_add_up"),
        ([], "missing_value"),
    ],
)
def test_wrong_questions_are_refused_by_name(options: list[str], word: str) -> None:
    """Exit 1 and one sentence that names what was wrong."""
    done = tongchou(*KUNMING, *options)
    assert (done.returncode, word in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"--on": "2021-12-31"}, "530100"),
        ({"--category": "delivery"}, "delivery"),
        ({"--area": "110000"}, "110000"),
        ({"--scheme": "civil"}, "civil"),
        ({"--status": "resident"}, "status_contradicts_scheme"),
    ],
)
def test_law_that_is_not_encoded_is_refused_not_answered_with_zero(change: dict[str, str], word: str) -> None:
    """A date, category, area or scheme without law is refused naming it."""
    options = list(KUNMING)
    for name, value in change.items():
        options[options.index(name) + 1] = value
    done = tongchou(*options, "--in-scope", "100", "--delivery-kind", "normal")
    assert (done.returncode, word in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


def test_quote_gives_what_the_file_gives(settle: Callable[..., Run]) -> None:
    """The counter and the batch are one function: same columns, same fen."""
    run = settle([claim("A", "P", "2023-05-04", "outpatient", "2090")])
    a = quote("--in-scope", "2090")
    for name, value in run["A"].items():
        if isinstance(value, int):
            assert a[name] == f"{value // 100}.{value % 100:02d}", name


def test_quote_needs_neither_numba_nor_numpy() -> None:
    """The counter answers from plain Python alone."""
    code = (
        f"import sys; sys.argv = ['tongchou', *{KUNMING!r}, '--in-scope', '590.00', '--json']\n"
        "from tongchou.interfaces.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'numba', 'numpy', 'pyarrow', 'django', 'yaml'} & set(sys.modules)), file=sys.stderr)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # the first may fill the cache
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
