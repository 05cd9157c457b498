"""``tongchou office``: the office's database, made ready and proved."""

from __future__ import annotations

import sys
from typing import Any

import click

from . import office_keys, office_serve, office_staff
from .common import lang_option, show_json, terminal_table


@click.group()
def command() -> None:
    """经办系统：建库、演示、网页、人员、法规版本、验证。数据库由 TONGCHOU_DATABASE_URL 指定，缺省用内置的 PostgreSQL。

    The office: its database, a demo, its pages, people, law versions, proof. TONGCHOU_DATABASE_URL names the database;
    unset, an embedded PostgreSQL is used.

    \b
    例 Example:  tongchou office verify
    """


for each in (
    office_serve.serve,
    office_serve.work,
    office_serve.demo,
    office_staff.user,
    office_staff.law,
    office_keys.keys,
):
    command.add_command(each)


@command.command("migrate")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def migrate_command(as_json: bool, lang: str) -> None:
    """建库或升级到本版本，并开立会计科目。

    Make the database's tables and accounts, or bring them to this release; all or nothing.

    \b
    例 Example:  tongchou office migrate
    """
    from tongchou.office.books import prepare

    done = prepare()
    told: dict[str, Any] = {
        "applied": done.applied,
        "accounts": done.accounts,
        "areas": done.areas,
        "server": done.server,
    }
    if as_json:
        show_json(told)
        return
    zh = lang == "zh"
    rows = [
        ["已应用" if zh else "applied", "\n".join(done.applied) or "—"],
        ["新开科目" if zh else "accounts opened", str(done.accounts)],
        ["新增地区" if zh else "areas added", str(done.areas)],
        ["服务器" if zh else "server", f"PostgreSQL {done.server}"],
    ]
    terminal_table("", ["项目", "结果"] if zh else ["item", "result"], rows)


@command.command("verify")
@click.option(
    "--since",
    default="",
    metavar="HASH",
    help="上次记下的末块哈希 hash of a last block noted before: it must still be there",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def verify_command(since: str, as_json: bool, lang: str) -> None:
    """验证账册与登记：分录平衡、分账、冲正对应、已结月份未变，登记与封存的记录一致；有错指出第一处，退出状态 1。

    Prove the books and the registry: entries whole, funds apart, reversals mirrors, closed months unchanged, every row
    of the registry as it was sealed; exit 1 and the first fault.

    \b
    例 Example:  tongchou office verify
    """
    from tongchou.office.books import prove

    proof = prove(since=since)
    fault = proof.fault and {"code": proof.fault.code, "where": proof.fault.where}
    if as_json:
        show_json(
            {
                "entries": proof.entries,
                "lines": proof.lines,
                "sealed": proof.sealed,
                "unsealed": proof.unsealed,
                "head": proof.head,
                "checks": proof.checks,
                "fault": fault,
            }
        )
    elif proof.fault is None:
        said = (
            f"账册无误：{proof.entries:,} 笔分录、{proof.lines:,} 行，操作记录已封存 {proof.sealed:,} 条、"
            f"未封存 {proof.unsealed:,} 条，{proof.checks} 项检查；末块 {proof.head[:16] or '—'}"
        )
        text = (
            f"the books hold: {proof.entries:,} entries, {proof.lines:,} lines, {proof.sealed:,} records sealed, "
            f"{proof.unsealed:,} not yet, {proof.checks} checks; last block {proof.head[:16] or '-'}"
        )
        click.echo(said if lang == "zh" else text)
    if proof.fault is not None:
        click.echo(f"{proof.fault.code}: {proof.fault.where}", err=True)
        sys.exit(1)
