"""``tongchou law``: check the law, show what applies, say what is covered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from .common import day, known_option, lang_option, law_option, load_law, show_json, terminal_table, write_page
from .law_check import check
from .law_diff import diff
from .law_new import new


@click.group(name="law", short_help="法规库 the law room")
def command() -> None:
    """法规库：检查、查看、覆盖、新增、比较。 The law room: check, show, coverage, new, diff."""


for part in (check, new, diff):
    command.add_command(part)


@command.command(name="show")
@click.argument("area")
@click.argument("date", required=False)
@click.option("--scheme", "only", default=None, help="只看一个险种 one scheme only")
@click.option("--html", type=click.Path(path_type=Path), default=None, help="写成网页 an HTML page")
@click.option("--compare", "compare_text", default=None, metavar="DATE2", help="比较至另一日 with --html: up to DATE2")
@known_option
@law_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def show(
    area: str,
    date: str | None,
    only: str | None,
    html: Path | None,
    compare_text: str | None,
    known_text: str | None,
    law_path: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """某地某日适用什么：每个数值的条款、可信度、起止与已知日期，以及哪一级的规定胜出。

    What applies in an area on a day: each value with clause, status, dates, and which level's rule won and why.

    \b
    例 Example:  tongchou law show 530100 2022-12-31 --scheme employee --compare 2023-01-01 --html law.html
    """
    from tongchou.law.show import applies

    on = day(dt.date.today().isoformat() if date is None else date, "DATE")
    assert on is not None
    if compare_text is not None and html is None:
        raise click.UsageError("--compare 须与 --html 同用 --compare needs --html")
    if html is not None:
        from tongchou.interfaces.pages import law_page

        other = day(compare_text, "--compare")
        write_page(html, law_page(load_law(law_path), area, on, day(known_text, "--known"), only, other, lang))
        return
    shown = applies(load_law(law_path), area, on, day(known_text, "--known"), only)
    if as_json:
        show_json(shown)
        return
    _show_tables(shown, area, known_text, lang == "zh")


def _show_tables(shown: dict[str, Any], area: str, known_text: str | None, zh: bool) -> None:
    """What applies, as tables."""
    click.echo(
        f"{shown['name']} {area}  {shown['date']}"
        + (f"  {'按此日已知' if zh else 'known'} {known_text}" if known_text else "")
        + f"  law {shown['law_version']}"
        + (f"  {shown['law_title']}" if shown["law_title"] else "")
    )
    head = (
        ["项目", "数值", "条款", "可信度", "起", "止", "已知"]
        if zh
        else ["value", "is", "clause", "status", "from", "to", "known"]
    )
    for s in shown["schemes"]:
        rows = [
            [
                v["path"],
                v["value"],
                v["clause"],
                v["status"] + (f" · {v['reading']}" if v["reading"] else ""),
                v["from"],
                v["to"],
                v["known"],
            ]
            for v in s["values"]
        ]
        terminal_table(f"{s['scheme']} {s['title']}（{s['from']} … {s['to']}）", head, rows)
    if shown["parameters"]:
        rows = [
            [v["path"], v["value"], v["clause"], v["status"], v["from"], v["to"], v["won"]] for v in shown["parameters"]
        ]
        terminal_table("参数 parameters", [*head[:6], "胜出 won by" if zh else "won by"], rows)
    rows = [[d["name"], d["title"], d["from"], d["to"], d["note"]] for d in shown["documents"]]
    if rows:
        terminal_table(
            "文件 documents",
            ["文号", "标题", "起", "止", "说明"] if zh else ["number", "title", "from", "to", "note"],
            rows,
        )


@command.command(name="coverage")
@known_option
@law_option
@click.option("--clauses", is_flag=True, help="逐条 each clause too")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def coverage(known_text: str | None, law_path: Path | None, clauses: bool, as_json: bool, lang: str) -> None:
    """每条规定由什么计算、由什么测试，或尚未实现。

    Each provision of the register, and each clause: computed by what, tested by what, or not yet.

    \b
    例 Example:  tongchou law coverage
    """
    from tongchou.law.coverage import coverage_of
    from tongchou.law.tree import read_tree

    told = coverage_of(read_tree(law_path), known=day(known_text, "--known"))
    if as_json:
        show_json(told)
        return
    zh = lang == "zh"
    if known_text:
        click.echo(f"按 {known_text} 已知的法规" if zh else f"law as known on {known_text}")
    head = (
        ["编号", "条款", "规定", "由何计算", "由何测试", "状态"]
        if zh
        else ["id", "clause", "says", "computed by", "tested by", "state"]
    )
    rows = [
        [
            p["id"],
            p["cite"],
            p["zh"] if zh else p["says"],
            ", ".join(p["computed_by"]),
            str(len(p["tests"])) if p["tests"] else "",
            ("已实现" if zh else "done") if p["done"] else ("尚未" if zh else "not yet"),
        ]
        for p in told["provisions"]
    ]
    terminal_table("规定 provisions", head, rows)
    if clauses:
        rows = [
            [
                c["document"],
                c["clause"],
                c["zh"] if zh else c["says"],
                ", ".join(c["provisions"]),
                str(c["values"]),
            ]
            for c in told["clauses"]
        ]
        terminal_table(
            "条款 clauses",
            ["文件", "条", "内容", "规定", "引用数值"]
            if zh
            else ["document", "clause", "says", "provisions", "values"],
            rows,
        )
    click.echo(f"{told['done']} / {len(told['provisions'])}")
