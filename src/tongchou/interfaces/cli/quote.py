"""``tongchou quote``: one person's question, answered by the same rules as the counter and the batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.interfaces.people import QUESTIONS

from .common import day, known_option, lang_option, law_option, load_law


class Questions(click.Group):
    """The visit, and the questions of ``interfaces.people``, each made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["visit", *QUESTIONS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in QUESTIONS:
            from .people import people_command

            return people_command(name)
        return super().get_command(ctx, name)


@click.group(name="quote", cls=Questions, short_help="为一个人回答一个问题 one person's question")
def command() -> None:
    """为一个人回答一个问题。 One person's question.

    \b
    例 Example:  tongchou quote visit --help
    """


@command.command(name="visit", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.option("--area", required=True, help="统筹区代码 GB/T 2260 code")
@click.option("--on", "on", required=True, metavar="DATE", help="就诊或出院日期 date of the visit or of discharge")
@click.option("--scheme", "scheme_name", required=True, help="employee | resident")
@click.option("--used", default="", help="已用累计 outpatient_pool=5500,inpatient_pool.deductible=200,admissions=1")
@known_option
@law_option
@click.option("--html", type=click.Path(path_type=Path), default=None, help="写成一页可打印的网页 one printable page")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
@click.pass_context
def visit(
    ctx: click.Context,
    area: str,
    on: str,
    scheme_name: str,
    used: str,
    known_text: str | None,
    law_path: Path | None,
    html: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """一次就诊各基金付多少、个人付多少；明细文件的任何列都可作选项。

    What each fund and the person pay of one visit; any claims column may be an option (--in-scope, --level, …).

    \b
    例 Example:  tongchou quote visit --area 530100 --on 2023-05-04 --scheme employee --status active \\
                   --category outpatient --level 3 --in-scope 590.00 --used outpatient_pool=5500
    """
    from tongchou.law import cards
    from tongchou.rules.settlement.desk import Desk, desk_of, store_desk

    from .visit import ALWAYS_ASKED, answer, show

    fields = extra_options(ctx.args)
    governing = day(on, "--on")
    assert governing is not None
    before = cards.sources()
    law = load_law(law_path)
    known = day(known_text, "--known")
    scheme = law.scheme(area, scheme_name, known)
    for name in ALWAYS_ASKED:
        if name not in fields:
            raise click.UsageError(f"缺少选项 missing option --{name}")
    if html is not None:
        from .visit import answered

        claim, got, told = answered(
            scheme, lambda: desk_of(scheme, governing, law.documents), governing, known, fields, used
        )
        _page(html, law, scheme, claim, got, told, fields.get("disease", ""), known_text or "", lang)
        return
    desks: list[Desk] = []

    def open_desk() -> Desk:
        desks.append(desk_of(scheme, governing, law.documents))
        return desks[0]

    show(answer(scheme, open_desk, governing, known, fields, used), lang, as_json)
    if law_path is None:
        store_desk(desks[0], area, known, before)


def _page(
    html: Path, law: Any, scheme: Any, claim: Any, got: Any, answer: Any, disease: str, known: str, lang: str
) -> None:
    """The answer as one HTML page."""
    from tongchou.interfaces.pages import Told, settlement_page

    from .common import write_page

    place = law.areas[scheme.area]
    row, name = answer["_told"]["result"], place.name if lang == "zh" else place.english
    told = Told(
        scheme, claim, row, got.trace, got.reason, got.warnings, law.documents, name, disease=disease, known=known
    )
    write_page(html, settlement_page(told, lang))


def extra_options(args: list[str]) -> dict[str, str]:
    """``--name value`` or ``--name=value`` pairs as claims columns."""
    fields: dict[str, str] = {}
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"多余的参数 unexpected argument {word!r}")
        name, eq, value = word[2:].partition("=")
        if not eq:
            if not rest:
                raise click.UsageError(f"选项缺少值 option {word} needs a value")
            value = rest.pop(0)
        fields[name.replace("-", "_")] = value
    return fields
