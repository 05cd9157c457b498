"""``tongchou law``: what it prints, how it ends, and that it never ends with a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tongchou.interfaces.cli.common import day
from tongchou.interfaces.cli.refusals import refusal_text
from tongchou.law import LawError, NoRule
from tongchou.law.check import load_checked_scheme

from .overlays import document, overlay, parameter, scheme

BAD = Path(__file__).parent / "bad"


def test_check_of_the_bundled_tree(run: Any) -> None:
    code, out, err = run("law", "check")
    assert (code, err) == (0, "")
    assert "no faults" in out
    code, out, _ = run("law", "check", "--json")
    assert (code, json.loads(out)["findings"]) == (0, [])


@pytest.mark.parametrize(
    "name", ["unknown_key", "not_yaml", "law_not_utf8", "gap", "missing_cell", "overflow_cycle"]
)
def test_check_of_a_broken_file(run: Any, name: str) -> None:
    path = BAD / f"{name}.yaml"
    code, out, err = run("law", "check", path)
    assert (code, err) == (1, "")
    assert f"{path}:" in out
    assert name in out
    assert "expected" in out
    assert "found" in out
    code, out, _ = run("law", "check", path, "--json")
    assert code == 1
    told = json.loads(out)["findings"]
    assert told[0]["code"] == name
    assert set(told[0]) == {"code", "file", "line", "where", "expected", "found", "fix", "other", "zh", "en"}


def test_check_of_a_broken_overlay(run: Any, tmp_path: Path) -> None:
    """A layer whose rate is misspelt is told as that, in a tree as in a file."""
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local"),
            "areas/370100/resident.yaml": scheme().replace("rate:", "rates:"),
        },
    )
    code, out, err = run("law", "check", folder)
    assert (code, err) == (1, "")
    assert "did you mean 'rate'?" in out
    assert run("law", "check", "--law", folder)[0] == 1


def test_check_of_nothing(run: Any, tmp_path: Path) -> None:
    code, out, _ = run("law", "check", tmp_path, "--json")
    assert (code, [f["code"] for f in json.loads(out)["findings"]]) == (1, ["law_unreadable"])
    code, _, err = run("law", "check", tmp_path / "none")
    assert (code, err.startswith("law_unreadable")) == (1, True)


def test_a_good_file_and_a_good_overlay(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("layers:\n- name: pool\n  rate: 85\n", encoding="utf-8")
    assert run("law", "check", path)[0] == 0
    assert run("law", "check", overlay(tmp_path / "o", {}))[0] == 0


def test_show_tells_which_rule_won(run: Any, tmp_path: Path) -> None:
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local", start="2015-01-01"),
            "areas/530100/retirement.yaml": parameter("240"),
        },
    )
    code, out, _ = run("law", "show", "530100", "2021-05-01", "--law", folder, "--json")
    assert code == 0
    won = next(p for p in json.loads(out)["parameters"] if p["path"] == "retirement.required_months")
    assert "云医保〔2021〕33号 四 overrides" in won["why"]
    code, out, _ = run("law", "show", "530100", "2021-04-30", "--law", folder, "--lang", "zh")
    assert code == 0
    assert "昆明市" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("530100", "1950-01-01"), ["530100", "1950-01-01", "not encoded"]),
        (("999999",), ["999999", "not encoded"]),
        (("370100", "1950-01-01"), ["370100", "1950-01-01"]),
        (("530100", "2023-05-04", "--scheme", "civil"), ["civil", "530100"]),
        (("530100", "2023-05-04", "--law", "/none"), ["law_unreadable", "/none"]),
    ],
)
def test_show_refuses_by_name(run: Any, args: tuple[str, ...], words: list[str]) -> None:
    code, out, err = run("law", "show", *args)
    assert (code, out) == (1, "")
    assert all(w in err for w in words), err


@pytest.mark.parametrize("text", ["2023-13-01", "2023-1-1", "20230101", "today", "", "２０２３-01-01"])
def test_a_date_that_is_none_is_a_wrong_argument(run: Any, text: str) -> None:
    assert run("law", "show", "530100", text)[0] == 2
    assert run("law", "show", "530100", "2023-01-01", "--known", text)[0] == 2


def test_a_day_is_read_as_it_is_written() -> None:
    assert day(None, "x") is None
    assert day("2024-02-29", "x") == 738945


def test_coverage_counts(run: Any) -> None:
    code, out, _ = run("law", "coverage", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["done"] == sum(p["done"] for p in told["provisions"])
    assert run("law", "coverage", "--clauses")[0] == 0


def test_refusals_are_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LawError) as caught:
        load_checked_scheme(BAD / "unknown_key.yaml")
    assert "是否想写 'deductible'？" in str(refusal_text(caught.value))
    monkeypatch.setenv("TONGCHOU_LANG", "en")
    assert "did you mean 'deductible'?" in str(refusal_text(caught.value))
    many = LawError(caught.value.findings * 25)
    assert "… 5 more" in str(refusal_text(many))
    error = NoRule("530100", "scheme x", "2020-01-01", "encoded there: y")
    monkeypatch.setenv("TONGCHOU_LANG", "zh")
    assert "530100" in str(refusal_text(error))
    assert "未编码" in str(refusal_text(error))
    assert refusal_text(ValueError("ours")) is None
