"""A person's question from a card of figures: the same answer without loading command line and law.

Whatever is out of the ordinary (help, files, another law tree, no card, anything refused) is left to the whole command.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEFT = ("--help", "-h", "--law", "--file", "--plot", "--out")
"""Options that only the whole command takes."""


def answered(name: str, words: list[str]) -> bool:
    """Whether the question could be answered here, and was."""
    try:
        found, lang, as_json = _answer(name, words)
    except Exception:  # whatever it is, the whole command meets it again and says it in full
        return False
    from tongchou.interfaces.people.show import show

    show(found, lang, as_json)
    return True


def _answer(name: str, words: list[str]) -> tuple[dict[str, Any], str, bool]:
    from tongchou.interfaces.people.frame import asked, facts_of, question
    from tongchou.law.days import ordinal
    from tongchou.law.figures import Figures

    from .refusals import language

    q = question(name)
    given = options(words, {f"--{o.name}" for o in q.options if o.kind == "flag"})
    as_json = given.pop("json", "") == "true"
    lang, known_text = given.pop("lang", None), given.pop("known", None)
    known = ordinal(known_text) if known_text else None
    if lang not in (None, "zh", "en"):
        raise ValueError(lang)
    facts = facts_of(q, given)
    from tongchou.law import cards

    held = cards.fetch(facts["area"], "figures", known, 1)
    if held is None:
        raise LookupError("no card")
    return asked(q, Figures(facts["area"], known, *held), facts), language(lang), as_json


def options(words: list[str], flags: set[str]) -> dict[str, str]:
    """Option texts by column name; ValueError for what is out of the ordinary."""
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, eq, value = word.partition("=")
        column = name[2:].replace("-", "_")
        if not name.startswith("--") or not column or column in given or name in LEFT:
            raise ValueError(word)
        if name in flags or name == "--json":
            if eq:
                raise ValueError(word)
            given[column] = "true"
            continue
        if not eq:
            value = next(rest, "-")
            if value.startswith("-"):
                raise ValueError(word)
        if not value or "_" in name:
            raise ValueError(word)
        given[column] = value
    return given
