"""What the tests of unemployment, work injury, welfare and the resident pension share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongchou.interfaces.people.frame import asked, facts_of, question
from tongchou.law import load
from tongchou.law.days import ordinal
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.rules.reckoning import FactRefused

HERE = Path(__file__).parent
SHARED = Path(__file__).resolve().parents[3] / "shared/cases/derived.yaml"
YUNNAN, KUNMING, CHUXIONG, JINAN = "530000", "530100", "532300", "370100"
Answer = dict[str, Any]


@cache
def figures(area: str, known: str = "") -> Figures:
    return figures_of(load(), area, ordinal(known) if known else None)


def quote(name: str, known: str = "", **given: str) -> Answer:
    """The answer of a question to facts by column name."""
    q = question(name)
    return asked(q, figures(given["area"], known), facts_of(q, given))


def refused(name: str, **given: str) -> FactRefused:
    """The refusal of a question."""
    with pytest.raises(FactRefused) as caught:
        quote(name, **given)
    return caught.value


def cases(question_name: str) -> list[Answer]:
    """The worked cases of a question."""
    text = (HERE / "branches_cases.yaml").read_text(encoding="utf-8")
    found = [c for c in yaml.load(text, yaml.BaseLoader)["cases"] if c["quote"] == question_name]
    assert found, question_name
    return found


def differences(case: Answer) -> dict[str, tuple[Any, Any]]:
    """Key → (found, expected) of what a worked case does not come to; a key may go down by dots."""
    got = quote(case["quote"], **case["facts"])
    found = {}
    for key, wanted in case["expect"].items():
        value: Any = got
        for part in key.split("."):
            value = value[part]
        if plain(value) != wanted:
            found[key] = (plain(value), wanted)
    return found


def plain(value: Any) -> Any:
    """A value of an answer as the case file writes it."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def clauses(answer: Answer, step: str) -> list[tuple[str, str, str]]:
    """(document, clause, status) of a step of an answer."""
    found = [s for s in answer["because"] if s["step"] == step]
    assert found, (step, [s["step"] for s in answer["because"]])
    return [(c["document"], c["clause"], c["status"]) for c in found[0]["cites"]]


def derived(case_id: str) -> Answer:
    """A published case; skipped where the shared folder is not there."""
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not here")
    found = yaml.safe_load(SHARED.read_text(encoding="utf-8"))["cases"]
    return next(c for c in found if c["id"] == case_id)
