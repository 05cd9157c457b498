"""Sentences about people: one for each step code and warning code, Chinese and English, and labels of answers.

Each room of rules has its own module here with three tables: ``STEPS``, ``WARNINGS``, ``LABELS``.
"""

from __future__ import annotations

from importlib import import_module

from .form import filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MODULES = ("common", "contribution", "account", "obligations", "entitlement", "retirement", "pension", "branches")
"""Modules of sentences, searched in order."""


def _found(table: str, code: str, first: str = "") -> tuple[str, str] | None:
    for name in (first, *MODULES) if first in MODULES else MODULES:
        entry: tuple[str, str] | None = getattr(import_module(f".{name}", __package__), table).get(code)
        if entry is not None:
            return entry
    return None


def step_sentence(code: str, facts: Mapping[str, Any], lang: str) -> str:
    """What a step of a reckoning says."""
    found = _found("STEPS", code)
    assert found is not None, f"no sentence for the step {code}"
    return filled(found[lang != "zh"], facts, lang)


def warning_sentence(code: str, facts: Mapping[str, Any], lang: str) -> str:
    """What a warning says."""
    found = _found("WARNINGS", code)
    assert found is not None, f"no sentence for the warning {code}"
    return filled(found[lang != "zh"], facts, lang)


def label(key: str, lang: str, question: str = "") -> str:
    """What a key of an answer is called, by the question's own module first; the key itself where it needs no name."""
    found = _found("LABELS", key, question.partition("-")[0])
    if found is not None:
        return found[lang != "zh"]
    return key.replace("_", " ")


def refusal_sentence(error: Any, lang: str, option: bool = True) -> str:
    """What is refused of a fact: code, field, what was found and expected."""
    field = f"--{error.field.replace('_', '-')}" if option else error.field
    if lang == "zh":
        found = f"得到 {error.found!r}，" if error.found else ""
        return f"{error.code}: {field}: {found}应为：{error.zh}"
    found = f"found {error.found!r}; " if error.found else ""
    return f"{error.code}: {field}: {found}expected {error.expected}"
