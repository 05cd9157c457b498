"""Asking a question: facts from text, the rule, and the answer with its steps, clauses and warnings."""

from __future__ import annotations

from importlib import import_module

from tongchou.law.figures import Figure, Figures, MissingFact
from tongchou.rules.reckoning import FactRefused, Reckoning

from .facts import Option, read_facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

AREA = Option("area", "text", "统筹区代码（GB/T 2260）", "pooling area (GB/T 2260 code)", needed=True)


class Question:
    """A question: the facts it takes and what answers it.

    ``answer(law, facts)`` gives the result by JSON key, money as yuan text; ``nation``: asked without an area it is
    answered by the law of this one; ``plot``: the module that draws its answer.
    """

    def __init__(
        self,
        name: str,
        zh: str,
        en: str,
        options: tuple[Option, ...],
        answer: Callable[[Reckoning, dict[str, Any]], dict[str, Any]],
        example: str,
        nation: str = "",
        plot: str = "",
    ) -> None:
        self.name, self.zh, self.en, self.answer, self.example = name, zh, en, answer, example
        self.plot = plot
        area = Option("area", "text", AREA.zh, AREA.en, needed=not nation, default=nation or None)
        self.options = (area, *options)


def question(name: str) -> Question:
    """The question of a name of ``QUESTIONS``."""
    from . import QUESTIONS

    module = import_module(f".{QUESTIONS[name]}", __package__)
    found: Question = module.QUESTION
    return found


def asked(q: Question, figures: Figures, facts: dict[str, Any]) -> dict[str, Any]:
    """The answer of a question by its facts: result, ``because``, ``warnings``, ``law_version``."""
    law = Reckoning(figures)
    try:
        result = q.answer(law, facts)
    except MissingFact as e:
        raise FactRefused("missing_value", e.fact, "", f"{e.name} depends on it", f"{e.name} 取决于它") from e
    notes = notes_of(law)
    return {
        "question": q.name,
        "area": figures.area,
        **result,
        "because": [_step(s.code, s.amount, s.figures, s.facts, figures) for s in law.steps],
        "warnings": [n["en"] for n in notes],
        "law_version": figures.version,
        "_notes": notes,
    }


def notes_of(law: Reckoning) -> list[dict[str, str]]:
    """Warnings as sentences: what the rule noted, which values are not official, how clauses were read."""
    from tongchou.interfaces.wording.people import warning_sentence

    names, readings, _ = law.figures.told
    out = [
        {lang: f"{code}: {warning_sentence(code, facts, lang)}" for lang in ("zh", "en")}
        for code, facts in law.warnings
    ]
    for f in law.used:
        if f.status != "official":
            where = f"{names.get(f.document, f.document)} {f.clause}"
            zh = {"secondary": "二手", "assumed": "推定"}[f.status]
            title = f"{law.figures.title(f.name)}（{f.name}）"
            out.append({"zh": f"{title}：{zh}（{where}）", "en": f"{f.name}: {f.status} ({where})"})
        if f.reading and f.reading in readings:
            zh_says, says = readings[f.reading]
            out.append({"zh": f"解读 {f.reading}：{zh_says}", "en": f"reading {f.reading}: {says}"})
    return [w for i, w in enumerate(out) if w not in out[:i]]


def _step(code: str, amount: int | None, used: tuple[Figure, ...], facts: Mapping[str, Any], figures: Figures) -> Any:
    from tongchou.interfaces.wording.people import step_sentence
    from tongchou.money import format_fen

    names = figures.told[0]
    return {
        "step": code,
        **({"amount": format_fen(amount)} if amount is not None else {}),
        "zh": step_sentence(code, facts, "zh"),
        "en": step_sentence(code, facts, "en"),
        "cites": [cite_of(f, names) for f in dict.fromkeys(used)],
    }


def cite_of(f: Figure, names: Mapping[str, str]) -> dict[str, str]:
    """A figure's citation for machines; the same keys as in a settlement's explanation."""
    return {
        "value": f"{f.area}/{f.name}",
        "document": f.document,
        "name": names.get(f.document, f.document),
        "clause": f.clause,
        "status": f.status,
        **({"reading": f.reading} if f.reading else {}),
    }


def facts_of(q: Question, given: Mapping[str, str]) -> dict[str, Any]:
    """Typed facts of a question from texts by column name."""
    return read_facts(q.options, given)
