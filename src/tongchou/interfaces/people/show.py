"""An answer on the terminal: results, tables of lists, steps with their clauses, and what to know of the values."""

from __future__ import annotations

from tongchou.interfaces.cli.table import show_json, terminal_table
from tongchou.interfaces.wording.names import STATUS, word
from tongchou.interfaces.wording.people import label
from tongchou.interfaces.wording.people.form import fact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

APART = ("question", "because", "warnings", "law_version")
"""Keys that have a place of their own on the screen."""


def show(answer: dict[str, Any], lang: str, as_json: bool) -> None:
    """The answer on stdout, for a person or as JSON. Keys that begin with ``_`` are for the screen only."""
    if as_json:
        show_json({k: v for k, v in answer.items() if not k.startswith("_")})
        return
    results = {k: v for k, v in answer.items() if k not in APART and not k.startswith("_")}
    rows = list(result_rows(results, lang))
    terminal_table("", ["结果" if lang == "zh" else "result", ""], rows)
    for key, value in results.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            print(label(key, lang))
            list_table(value, lang)
    if answer["because"]:
        head = ["依据", "条款", "可信度"] if lang == "zh" else ["because", "clause", "status"]
        terminal_table("", head, [_step_row(s, lang) for s in answer["because"]])
    for note in answer["_notes"]:
        print("· " + note[lang])


def result_rows(results: dict[str, Any], lang: str, before: str = "") -> list[list[str]]:
    """Scalars as rows; what is nested under its own label."""
    rows = []
    for key, value in results.items():
        name = f"{before}{label(key, lang)}"
        if isinstance(value, dict):
            rows += result_rows(value, lang, f"{name} · ")
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            rows.append([name, fact(key, value, lang)])
    return rows


def list_table(items: list[dict[str, Any]], lang: str) -> None:
    """A list of mappings as an aligned table."""
    keys = list(dict.fromkeys(k for item in items for k, v in item.items() if not isinstance(v, (dict, list))))
    rows = [[fact(k, item.get(k), lang) for k in keys] for item in items]
    terminal_table("", [label(k, lang) for k in keys], rows)


def _step_row(step: dict[str, Any], lang: str) -> list[str]:
    cites = list(dict.fromkeys(f"{c['name']} {c['clause']}" for c in step["cites"]))
    status = list(dict.fromkeys(word(STATUS, c["status"], lang) for c in step["cites"]))
    return [step[lang], "\n".join(cites), " ".join(status)]
