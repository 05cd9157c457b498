"""``tongchou quote <question>``: the commands made from the questions of ``interfaces.people``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.interfaces.people.facts import Option
from tongchou.interfaces.people.frame import Question

from .common import day, known_option, lang_option, law_option, load_law
from .refusals import Refused


def people_command(name: str) -> click.Command:
    """The command of a question; its options are the question's, its help has the question's example."""
    from tongchou.interfaces.people.frame import question

    q = question(name)

    def run(
        known_text: str | None,
        law_path: Path | None,
        as_json: bool,
        lang: str,
        file: Path | None,
        out: Path | None,
        sheet: str | None,
        encoding: str | None,
        **given: str | bool | None,
    ) -> None:
        plot = given.pop("plot", None)
        texts = {k: _text(v) for k, v in given.items() if v}
        known = day(known_text, "--known")
        if file is None:
            _need(q, texts, (out, sheet, encoding))
            answer_one(name, texts, known, law_path, as_json, lang, str(plot) if plot else "")
            return
        if out is None or plot:
            raise click.UsageError("--file 须与 --out 并用，不带 --plot · give --out with --file, without --plot")
        from .people_file import answer_file

        answer_file(name, texts, known, law_path, as_json, lang, file, out, sheet, encoding)

    command: Any = run
    if q.plot:
        command = click.option("--plot", metavar="FILE", help="画成图 SVG 或 PNG；a picture, .svg or .png")(command)
    for option in reversed(q.options):
        command = _click_option(option)(command)
    decorators = (
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="批量答复的目录 folder of a batch"),
        click.option(
            "--file",
            type=click.Path(path_type=Path),
            metavar="PERSONS",
            help="批量：一人一行的 CSV、XLSX 或 Parquet，列名同选项 many persons, a row each, columns as the options",
        ),
        click.option("--sheet", default=None, help="工作簿中的工作表 worksheet of an .xlsx file"),
        click.option(
            "--encoding",
            type=click.Choice(["utf-8", "gb18030", "gbk", "utf-16"], case_sensitive=False),
            default=None,
            help="CSV 编码，缺省自动识别 encoding of a CSV, found by itself if not given",
        ),
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


def _need(q: Question, texts: dict[str, str], of_files: tuple[Any, ...]) -> None:
    """Refuses, as wrong arguments, an option that is needed and lacks, and those that go with ``--file`` only."""
    for option in q.options:
        if option.needed and option.column not in texts:
            raise click.UsageError(f"缺少选项 Missing option '--{option.name}': {option.zh} {option.en}")
    if any(of_files):
        raise click.UsageError(
            "--out、--sheet、--encoding 只与 --file 并用 · --out, --sheet and --encoding go with --file"
        )


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
        metavar=kind,
        help=f"{option.zh} {option.en}{words}" + (" [必填 required]" if option.needed else ""),
    )


def answer_one(
    name: str,
    given: dict[str, str],
    known: int | None,
    law_path: Path | None,
    as_json: bool,
    lang: str,
    plot: str = "",
) -> None:
    """Answer one question from texts and show it, drawn into a file where asked; keeps the area's figures as a card."""
    from tongchou.interfaces.people.frame import asked, facts_of, question
    from tongchou.interfaces.people.show import show
    from tongchou.law import cards
    from tongchou.law.figures_of import figures_of, store_figures

    q = question(name)
    facts = facts_of(q, given)
    before = cards.sources()
    figures = figures_of(load_law(law_path), facts["area"], known)
    answer = asked(q, figures, facts)
    if plot:
        _draw(q.plot, answer, plot, lang)
    show(answer, lang, as_json)
    if law_path is None:
        store_figures(figures, before)


def _draw(module: str, answer: dict[str, Any], name: str, lang: str) -> None:
    """The answer as a picture in a file; refuses an answer without anything to draw and other endings than ours."""
    from importlib import import_module

    draws = import_module(f"tongchou.interfaces.people.{module}")
    path = Path(name)
    if path.suffix.lower() not in draws.FORMATS:
        raise Refused(f"plot_format: {name}: 文件名应以此结尾 expected a name ending in {' / '.join(draws.FORMATS)}")
    if draws.NEEDS not in answer:
        raise Refused(f"nothing_to_plot: {name}: 请加 --{draws.NEEDS} ask with --{draws.NEEDS}")
    try:
        draws.save(answer, path, lang)
    except OSError as e:
        raise Refused(f"out_unwritable: {name}: 无法写入 cannot be written ({e.strerror})") from e
