"""``tongchou law diff``: what changed in law, and why two runs of one file differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import day, lang_option, law_option, load_law, show_json, terminal_table

CHANGE_ZH = {"changed": "改", "cited": "依据变", "added": "增", "removed": "删"}
STATE_ZH = {"both": "", "added": "（新增方案）", "removed": "（不再适用）"}


@click.command(name="diff")
@click.argument("area", required=False)
@click.argument("date1", required=False)
@click.argument("date2", required=False)
@click.option("--scheme", "only", default=None, help="只看一个险种 one scheme only")
@click.option("--known1", default=None, metavar="DATE", help="前者按该日已知 the first as known on that day")
@click.option("--known2", default=None, metavar="DATE", help="后者按该日已知 the second as known on that day")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    default=None,
    help="后者取这一法规目录或叠加目录 the second side is this tree or overlay",
)
@click.option(
    "--runs",
    nargs=2,
    type=click.Path(path_type=Path),
    default=None,
    help="比较两次结算输出 why two outputs of settle differ: DIR1 DIR2",
)
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="解释多少笔 claims to explain")
@law_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def diff(
    area: str | None,
    date1: str | None,
    date2: str | None,
    only: str | None,
    known1: str | None,
    known2: str | None,
    against: Path | None,
    runs: tuple[Path, Path] | None,
    limit: int,
    law_path: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """两日之间（或两个已知日、两套法规之间）法规有何变化；--runs 解释同一文件两次结算为何不同。

    What changed between two days, two days of knowledge (--known1, --known2) or two trees (--against), layer by
    layer with clause and status of both; DATE2 is DATE1 where it is left out. --runs: why two outputs of settle
    for one file differ, claim by claim.

    \b
    例 Example:  tongchou law diff 530100 2022-12-31 2023-01-01
                 tongchou law diff 530100 2023-05-04 --against my-reform
                 tongchou law diff --runs out-before out-after
    """
    if runs is not None:
        if area is not None or against is not None or law_path is not None or known1 or known2 or only:
            raise click.UsageError("--runs 单独使用 · --runs goes with --limit alone")
        from .law_diff_runs import diff_runs, show_runs

        told = diff_runs(*runs, limit)
        return show_json(told) if as_json else show_runs(told, lang)
    if area is None or date1 is None:
        raise click.UsageError("请给出 AREA 与 DATE1，或 --runs · give AREA and DATE1, or --runs")
    from tongchou.law.diff import Side, changes

    days = day(date1, "DATE1"), day(date2 or date1, "DATE2")
    assert days[0] is not None
    assert days[1] is not None
    law = load_law(law_path)
    other = law if against is None else load_law(against)
    sides = Side(law, days[0], day(known1, "--known1")), Side(other, days[1], day(known2, "--known2"))
    told = changes(*sides, area, only)
    return show_json(told) if as_json else _show(told, lang == "zh")


def _show(told: dict[str, Any], zh: bool) -> None:
    a, b = told["before"], told["after"]
    click.echo(f"{told['name']} {told['area']}：{_side(a, b, zh)} → {_side(b, a, zh)}")
    head = ["项目", "变化", "原", "新"] if zh else ["value", "change", "before", "after"]
    for s in told["schemes"]:
        state = STATE_ZH[s["state"]] if zh else {"both": ""}.get(s["state"], f" ({s['state']})")
        rows = [_cells(c, zh) for layer in s["layers"] for c in layer["changes"]]
        if rows:
            terminal_table(f"{s['scheme']} {s['title']}{state}", head, rows)
        for c in s["catalogues"]:
            click.echo(f"{'病种目录' if zh else 'catalogue'} {c['name']}：+{len(c['added'])} −{len(c['removed'])}")
            for sign, names in (("+", c["added"]), ("−", c["removed"])):
                for name in names:
                    click.echo(f"  {sign} {name}")
    if told["parameters"]:
        terminal_table("参数 parameters", head, [_cells(c, zh) for c in told["parameters"]])
    labels = ("施行", "失效") if zh else ("in force", "ended")
    for label, key in zip(labels, ("begun", "ended"), strict=True):
        for d in told["documents"][key]:
            click.echo(f"{label}：{d['name']} {d['title']} {d['note']}".rstrip())
    if not (told["schemes"] or told["parameters"] or any(told["documents"].values())):
        click.echo("没有变化" if zh else "no change")


def _side(side: dict[str, str], other: dict[str, str], zh: bool) -> str:
    text = side["date"]
    if side["known"]:
        text += f"（按 {side['known']} 已知）" if zh else f" (as known on {side['known']})"
    return text + (f" [{side['law']}]" if side["law_version"] != other["law_version"] else "")


def _cells(change: dict[str, Any], zh: bool) -> list[str]:
    word = CHANGE_ZH[change["change"]] if zh else change["change"]
    return [change["path"], word, *(_said(change[k], zh) for k in ("before", "after"))]


def _said(row: dict[str, str] | None, zh: bool) -> str:
    from tongchou.interfaces.wording.names import STATUS

    if row is None:
        return "—"
    status = STATUS[row["status"]][0 if zh else 1]
    where = f"\n{row['clause']} · {status} · {row['from']} …" if row["clause"] else ""
    return row["value"] + where + (f" · {row['reading']}" if row["reading"] else "")
