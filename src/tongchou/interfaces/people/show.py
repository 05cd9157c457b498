"""An answer on the terminal: results, tables of lists, steps with their clauses, and what to know of the values."""

from __future__ import annotations

from tongchou.interfaces.cli.table import show_json, terminal_table
from tongchou.interfaces.wording.names import STATUS, word
from tongchou.interfaces.wording.people import label
from tongchou.interfaces.wording.people.form import fact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

APART = ("question", "because", "warnings", "law_version")
"""Keys that have a place of their own on the screen."""


def show(answer: dict[str, Any], lang: str, as_json: bool) -> None:
    """The answer on stdout, for a person or as JSON. Keys that begin with ``_`` are for the screen only."""
    if as_json:
        show_json({k: v for k, v in answer.items() if not k.startswith("_")})
        return
    results = {k: v for k, v in answer.items() if k not in APART and not k.startswith("_")}
    name = answer["question"]
    groups = beside(answer)
    apart = [side for _, sides in groups for side in sides.values()]
    rows = list(result_rows(results, lang, name, apart))
    terminal_table("", ["结果" if lang == "zh" else "result", ""], rows)
    for key, sides in groups:
        beside_table(key, sides, lang, name)
    drawn = answer.get("_drawn", {})  # key → what draws it in a language, in place of a long list
    for key, items in lists_of(results):
        print(label(key, lang, name))
        if key in drawn:
            print(drawn[key](lang))
        else:
            list_table(items, lang, name)
    if answer["because"]:
        head = ["依据", "条款", "可信度"] if lang == "zh" else ["because", "clause", "status"]
        terminal_table("", head, [_step_row(s, lang) for s in answer["because"]])
    for note in answer["_notes"]:
        print("· " + note[lang])


def result_rows(
    results: dict[str, Any], lang: str, question: str, apart: Sequence[Any] = (), before: str = ""
) -> list[list[str]]:
    """Scalars as rows; what is nested under its own label."""
    rows = []
    for key, value in results.items():
        name = f"{before}{label(key, lang, question)}"
        if any(value is side for side in apart):
            continue  # stands in a table of its own
        if isinstance(value, dict):
            rows += result_rows(value, lang, question, apart, f"{name} · ")
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            rows.append([name, fact(key, value, lang)])
    return rows


def beside(answer: dict[str, Any]) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    """Mappings that the answer wants side by side: the key they stand under, and each by its key."""
    found = []
    for key, sides in answer.get("_beside", ()):
        under = answer[key] if key else answer
        here = {side: under[side] for side in sides if under and under.get(side)}
        if len(here) > 1:
            found.append((key, here))
    return found


def beside_table(key: str, sides: dict[str, dict[str, Any]], lang: str, question: str) -> None:
    """What is alike side by side: a row for each key, a column for each side."""
    head = [label(key, lang, question) if key else "", *(label(side, lang, question) for side in sides)]
    keys = dict.fromkeys(k for side in sides.values() for k in side)
    rows = [[label(k, lang, question), *(fact(k, side.get(k), lang) for side in sides.values())] for k in keys]
    terminal_table("", head, rows)


def lists_of(results: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Lists of mappings by key, also those inside a mapping."""
    found = []
    for key, value in results.items():
        if isinstance(value, dict):
            found += lists_of(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found.append((key, value))
    return found


def list_table(items: list[dict[str, Any]], lang: str, question: str) -> None:
    """A list of mappings as an aligned table."""
    keys = list(dict.fromkeys(k for item in items for k, v in item.items() if not isinstance(v, (dict, list))))
    rows = [[fact(k, item.get(k), lang) for k in keys] for item in items]
    terminal_table("", [label(k, lang, question) for k in keys], rows)


def _step_row(step: dict[str, Any], lang: str) -> list[str]:
    cites = list(dict.fromkeys(f"{c['name']} {c['clause']}" for c in step["cites"]))
    status = list(dict.fromkeys(word(STATUS, c["status"], lang) for c in step["cites"]))
    return [step[lang], "\n".join(cites), " ".join(status)]
