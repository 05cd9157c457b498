"""What holds of every question: a sentence for every code, examples that run, the quick way as the whole one."""

from __future__ import annotations

import ast
import json
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import tongchou
from tests.interfaces.conftest import tongchou as command
from tongchou.interfaces.cli.quick_people import answered
from tongchou.interfaces.people import QUESTIONS
from tongchou.interfaces.people.frame import question
from tongchou.interfaces.wording.people import MODULES
from tongchou.interfaces.wording.people.words import WORDS

SOURCE = Path(tongchou.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]")
CALLS = {"say": "STEPS", "warn": "WARNINGS"}


def codes(method: str) -> set[str]:
    """Codes that the sources give to ``law.say`` or ``law.warn``, also where one of two is chosen."""
    found = set()
    for room in ("rules", "interfaces/people"):
        for path in (SOURCE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == method and node.args:
                    found |= texts_of(node.args[0])
    return found


def texts_of(node: ast.expr) -> set[str]:
    """The texts an expression may be; of a text that is put together, its beginning."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) | texts_of(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return texts_of(node.values[0])
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def tables(name: str) -> dict[str, tuple[str, str]]:
    return {
        code: texts
        for module in MODULES
        for code, texts in getattr(import_module(f"tongchou.interfaces.wording.people.{module}"), name).items()
    }


@pytest.mark.parametrize("method", CALLS)
def test_every_code_has_a_sentence_in_both_languages(method: str) -> None:
    told = tables(CALLS[method])
    named = codes(method)
    assert len(named) > 10, "the sources name some"
    whole = {c for c in named if c in told}
    missing = {c for c in named - whole if not any(t.startswith(c) for t in told)}
    assert not missing, "a step or warning without a sentence"
    for code, (zh, en) in told.items():
        assert HAN.search(zh) or "{" in zh, code
        assert not HAN.search(en), code
        fields = [re.findall(r"\{(\w+)\}", text) for text in (zh, en)]
        assert set(fields[1]) <= set(fields[0]) | {"direction"}, f"{code}: the English says what the Chinese does not"


def test_labels_and_words_are_in_both_languages() -> None:
    for key, (zh, en) in tables("LABELS").items():
        assert zh, key
        assert en, key
        assert not HAN.search(en), key
    for key, (zh, en) in WORDS.items():
        assert zh, key
        assert not HAN.search(en), key


def words_of(name: str) -> list[str]:
    return shlex.split(question(name).example)[1:]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_example_runs_and_speaks(name: str, lang: str) -> None:
    done = command(*words_of(name), "--lang", lang)
    assert (done.returncode, done.stderr) == (0, "")
    head = "结果" if lang == "zh" else "result"
    assert head in done.stdout
    assert "{" not in done.stdout, "a fact was not filled in"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_example_answers_in_json_with_its_clauses(name: str) -> None:
    done = command(*words_of(name), "--json")
    got: dict[str, Any] = json.loads(done.stdout)
    assert got["question"] == name
    assert got["law_version"]
    assert got["because"], "every result names its clauses"
    cites = [c for step in got["because"] for c in step["cites"]]
    assert cites
    for c in cites:
        assert c["status"] in ("official", "secondary", "assumed")
        assert c["clause"]
    assert not [k for k in got if k.startswith("_")]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_quick_way_gives_the_same(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """From the card that the whole command leaves behind, without loading law or command line."""
    whole = command(*words_of(name), "--json").stdout
    assert answered(name, [*words_of(name)[2:], "--json"])
    assert capsys.readouterr().out == whole


@pytest.mark.parametrize("name", QUESTIONS)
def test_help_shows_every_option_in_both_languages(name: str) -> None:
    done = command("quote", name, "--help")
    assert done.returncode == 0
    plain = re.sub(r"\s+", "", done.stdout)
    for option in question(name).options:
        assert f"--{option.name}" in done.stdout
        assert re.sub(r"\s+", "", option.zh) in plain
    assert "--file" in done.stdout


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_unknown_area_is_refused_by_name(name: str) -> None:
    words = words_of(name)
    at = words.index("--area") if "--area" in words else None
    given = [*words[:at], *words[at + 2 :]] if at is not None else words
    done = command(*given, "--area", "999999")
    assert (done.returncode, done.stdout) == (1, "")
    assert "999999" in done.stderr


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_missing_option_is_a_wrong_argument(name: str) -> None:
    needed = [o.name for o in question(name).options if o.needed]
    done = command("quote", name)
    assert done.returncode == 2 if needed else done.returncode in (0, 1)
    assert not needed or f"--{needed[0]}" in done.stderr
