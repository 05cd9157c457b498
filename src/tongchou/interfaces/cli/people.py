"""``tongchou quote <question>``: the commands made from the questions of ``interfaces.people``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.interfaces.people.facts import Option

from .common import day, known_option, lang_option, law_option, load_law


def people_command(name: str) -> click.Command:
    """The command of a question; its options are the question's, its help has the question's example."""
    from tongchou.interfaces.people.frame import question

    q = question(name)

    def run(
        known_text: str | None, law_path: Path | None, as_json: bool, lang: str, **given: str | bool | None
    ) -> None:
        answer_one(
            name, {k: _text(v) for k, v in given.items() if v}, day(known_text, "--known"), law_path, as_json, lang
        )

    command: Any = run
    for option in reversed(q.options):
        command = _click_option(option)(command)
    decorators = (
        known_option,
        law_option,
        click.option("--json", "as_json", is_flag=True, help="输出 JSON"),
        lang_option,
    )
    for decorate in decorators:
        command = decorate(command)
    command.__doc__ = f"{q.zh}。\n\n{q.en[0].upper()}{q.en[1:]}.\n\n\b\n例 Example:  {q.example}\n"
    made: click.Command = click.command(name=name, short_help=f"{q.zh} {q.en}")(command)
    return made


def _text(value: str | bool | None) -> str:
    return "true" if value is True else str(value)


def _click_option(option: Option) -> Any:
    if option.kind == "flag":
        return click.option(f"--{option.name}", option.column, is_flag=True, help=f"{option.zh} {option.en}")
    words = f" [{' | '.join(option.words)}]" if option.words else ""
    kind = {"money": "YUAN", "month": "YYYY-MM", "day": "YYYY-MM-DD"}.get(option.kind, option.kind.upper())
    return click.option(
        f"--{option.name}",
        option.column,
        required=option.needed,
        metavar=kind,
        help=f"{option.zh} {option.en}{words}",
    )


def answer_one(
    name: str, given: dict[str, str], known: int | None, law_path: Path | None, as_json: bool, lang: str
) -> None:
    """Answer one question from texts and show it; keeps the figures of the area as a card."""
    from tongchou.interfaces.people.frame import asked, facts_of, question
    from tongchou.interfaces.people.show import show
    from tongchou.law import cards
    from tongchou.law.figures_of import figures_of, store_figures

    q = question(name)
    facts = facts_of(q, given)
    before = cards.sources()
    figures = figures_of(load_law(law_path), facts["area"], known)
    show(asked(q, figures, facts), lang, as_json)
    if law_path is None:
        store_figures(figures, before)
