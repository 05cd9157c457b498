"""``tongchou settle``: a file of claims in, a folder of settlements out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .common import day, known_option, lang_option, law_option, load_law, show_json, terminal_table
from .progress import Progress
from .refusals import Refused

FUND_ZH = {
    "outpatient_pool": "门诊统筹",
    "chronic_pool": "门诊慢特病",
    "inpatient_pool": "住院统筹",
    "large_expense": "大额补助",
    "critical_illness": "大病保险",
    "medical_assistance": "医疗救助",
    "backstop": "兜底保障",
    "delivery": "住院分娩",
}


NOTES = {
    "work_taken_up": ("已从中断处续算。", "Went on where the run was cut off."),
    "work_begun_anew": (
        "输出目录中有一次未完成的结算，未用 --resume，已重新开始。",
        "The folder held an unfinished run; without --resume it was begun anew.",
    ),
    "work_not_trusted": (
        "未完成的结算之后机器重启过，无法确认其文件完整，已重新开始。",
        "The machine was started again since the unfinished run, whose files may not be whole; begun anew.",
    ),
    "nothing_to_resume": ("没有可续算的结算，已从头开始。", "There was nothing to resume; began at the start."),
}


@click.command(name="settle", short_help="结算一个明细文件 settle a file of claims")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--area", default=None, help="统筹区代码 GB/T 2260 code, e.g. 530100")
@click.option(
    "--scheme",
    "scheme_file",
    type=click.Path(path_type=Path),
    default=None,
    help="只按一个方案文件 under one scheme file alone",
)
@click.option("--out", "out", type=click.Path(path_type=Path), required=True, help="输出目录 output folder")
@click.option("--map", "map_file", type=click.Path(path_type=Path), default=None, help="映射文件 mapping file")
@click.option(
    "--opening", type=click.Path(path_type=Path), default=None, help="期初累计 accumulators.parquet of the run before"
)
@known_option
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="线程数，默认为处理器核数 threads")
@click.option("--memory", default=None, metavar="SIZE", help="内存上限，如 1GiB most memory, e.g. 512MiB")
@click.option("--sheet", default=None, help="工作簿中的工作表 worksheet of an .xlsx file")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "gb18030", "gbk", "utf-16"], case_sensitive=False),
    default=None,
    help="CSV 编码，缺省自动识别 encoding of a CSV, found by itself if not given",
)
@click.option(
    "--rejected-xlsx/--no-rejected-xlsx",
    "rejected_xlsx",
    default=None,
    help="拒收行另存 rejected.xlsx（工作簿与拒收不多时缺省写） rejected rows also as a workbook",
)
@click.option("--resume", is_flag=True, help="续算中断的结算 go on with a run that was cut off")
@law_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def command(
    file: Path,
    area: str | None,
    scheme_file: Path | None,
    out: Path,
    map_file: Path | None,
    opening: Path | None,
    known_text: str | None,
    workers: int | None,
    memory: str | None,
    sheet: str | None,
    encoding: str | None,
    rejected_xlsx: bool | None,
    resume: bool,
    law_path: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """结算一个明细文件；坏行进 rejected.csv，其余照常结算。

    Settle a file of claims (CSV, XLSX, Parquet); bad rows go to rejected.csv with their reason, the others settle.

    \b
    例 Example:  tongchou settle claims.csv --area 530100 --out out/
    """
    if area is not None and scheme_file is not None:
        raise click.UsageError("--area 与 --scheme 只能给一个 · give --area or --scheme, not both")
    if area is None and scheme_file is None:
        raise click.UsageError("请给出 --area 或 --scheme · give --area or --scheme")
    from tongchou.interfaces.files import load_mapping
    from tongchou.interfaces.files.encoding import ENCODINGS
    from tongchou.interfaces.files.limits import parse_size
    from tongchou.interfaces.files.settling import Order, schemes_of, settle
    from tongchou.interfaces.files.source import Reading

    size = parse_size(memory) if memory else None
    known = day(known_text, "--known")
    if scheme_file is not None:
        from tongchou.law.check import load_checked_scheme

        scheme = load_checked_scheme(scheme_file)
        law, schemes, area, version, root = None, {"any": scheme}, "000000", scheme.version, scheme_file
    else:
        law = load_law(law_path)
        assert area is not None
        schemes, version, root = schemes_of(law, area, known), law.version, law.root
    _writable(out)
    mapping = load_mapping(map_file) if map_file else None
    with Progress(not as_json and sys.stderr.isatty(), lang) as bar:
        order = Order(
            file,
            out,
            schemes,
            area,
            version,
            root,
            mapping,
            map_file,
            opening,
            law,
            known,
            known_text or "",
            lang,
            size,
            workers,
            resume,
            tell=bar.tell,
            form=Reading(sheet, ENCODINGS[encoding.lower()] if encoding else None),
            rejected_xlsx=rejected_xlsx,
        )
        summary = settle(order)
    for note in order.notes:
        click.echo(NOTES[note][lang == "en"], err=True)
    if as_json:
        show_json(summary)
    else:
        show_summary(summary, out, lang)


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Refused(f"out_unwritable: {out}: 无法写入输出目录 cannot be written ({e.strerror})") from e


def show_summary(s: dict[str, Any], out: Path, lang: str) -> None:
    """The summary as tables."""
    zh = lang == "zh"

    def say(chinese: str, english: str) -> str:
        return chinese if zh else english

    rows = [
        [say("读入行数", "rows read"), f"{s['rows_read']:,}"],
        [say("已结算", "settled"), f"{s['settled']:,}"],
        [say("已拒绝", "rejected"), f"{s['rejected']:,}"],
    ]
    rows += [[f"  {k}", f"{v:,}"] for k, v in s["rejected_by_reason"].items()]
    rows += [
        [say("医疗总费用", "billed"), s["billed"]],
        [say("政策范围内费用", "in scope"), s["in_scope"]],
        [say("基金支付合计", "paid by funds"), s["fund_total"]],
    ]
    rows += [[f"  {FUND_ZH.get(k, k) + ' ' + k if zh else k}", v] for k, v in s["paid_by_layer"].items() if v != "0.00"]
    rows += [
        [say("个人负担", "personal"), s["personal"]],
        [say("医疗机构负担", "institution"), s["institution"]],
        [say("政策范围内报销比例", "ratio in scope"), s["ratio_in_scope"]],
        [say("实际报销比例", "ratio of the bill"), s["ratio_billed"]],
        [say("用时（秒）", "seconds"), s["seconds"]],
        [say("法规版本", "law version"), s["law_version"]],
    ]
    terminal_table(say(f"结算汇总 → {out}", f"Summary → {out}"), [say("项目", "item"), say("数值", "value")], rows, {1})
    for line in s["notes"]:
        click.echo(("说明：" if zh else "note: ") + line)
    for line in s["mapping"]:
        click.echo(("映射：" if zh else "mapping: ") + line)
    _ratios(s, say)


def _ratios(s: dict[str, Any], say: Any) -> None:
    head = [
        say("险种", "scheme"),
        say("年度", "year"),
        say("类别", "category"),
        say("级别", "level"),
        say("笔数", "claims"),
        say("范围内费用", "in scope"),
        say("基金支付", "paid"),
        say("比例", "ratio"),
    ]
    rows = [
        [
            r["scheme"],
            str(r["year"]),
            r["category"],
            str(r["level"]),
            f"{r['claims']:,}",
            r["in_scope"],
            r["fund_total"],
            r["ratio_in_scope"],
        ]
        for r in s["ratios"]
    ]
    if rows and len(rows) <= 60:
        terminal_table(
            say("报销比例（按险种、年度、类别、级别）", "Ratios by scheme, year, category, level"),
            head,
            rows,
            {3, 4, 5, 6, 7},
        )
    for c in s.get("compared", []):
        click.echo(
            say(
                f"对照 {c['year']}：{c['title']} {c['figure']}，实际 {c['actual']}（{c['name']} {c['clause']}）",
                f"compared {c['year']}: {c['title']} {c['figure']}, actual {c['actual']} ({c['name']} {c['clause']})",
            )
        )
