"""``tongchou office serve``, ``work`` and ``demo``: the office in a browser, its worker, and an office to try out."""

from __future__ import annotations

import sys
from typing import Any

import click

from .common import lang_option, show_json, terminal_table


def _named(logins: list[dict[str, Any]], zh: bool) -> list[list[Any]]:
    """Logins with the names of their roles and areas."""
    from tongchou.office.database import connect
    from tongchou.office.frame.areas import areas
    from tongchou.office.frame.staff import ROLES

    with connect() as conn:
        named = {a.code: a.zh if zh else a.en for a in areas(conn)}
    at = 0 if zh else 1
    return [[ROLES[x["role"]][at], f"{x['area']} {named[x['area']]}", x["name"], x["password"]] for x in logins]


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口 port")
@click.option("--bind", default="127.0.0.1", show_default=True, help="监听地址 address; others only behind https")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="进程数 processes")
@lang_option
def serve(port: int, bind: str, workers: int, lang: str) -> None:
    """启动经办系统网页和接口：/office/ 业务页面，/api/ 接口；并启动后台任务。

    The office in a browser: /office/ for staff, /api/ for programs; starts the worker beside it. Refused where the
    running law is not an approved version.

    \b
    例 Example:  tongchou office serve --port 8000
    """
    import os
    import subprocess

    from tongchou.interfaces.web.server import serve as run
    from tongchou.office.database import VARIABLE, url

    os.environ[VARIABLE] = url()
    # The embedded server ends with this process, so the worker is a child of it.
    program = "from tongchou.interfaces.cli import main; main()"
    worker = subprocess.Popen([sys.executable, "-c", program, "office", "work"])
    try:
        run(port, bind, workers)
    finally:
        worker.terminate()
        worker.wait(timeout=30)


@click.command("work")
@click.option("--once", is_flag=True, help="做完等待的任务即退出 end when no job waits")
@lang_option
def work(once: bool, lang: str) -> None:
    """后台任务：导入、验证等，并每秒封存操作记录。`serve` 自带一个。

    The worker: does jobs as they come and seals the record every second. `serve` starts one by itself.

    \b
    例 Example:  tongchou office work --once
    """
    from tongchou.interfaces.web.quiet import keep_quiet
    from tongchou.office.books.ready import refuse_behind
    from tongchou.office.database import connect
    from tongchou.office.jobs.worker import work as run

    keep_quiet()
    with connect() as conn:
        refuse_behind(conn)
    run(until_empty=once)


@click.command("demo")
@click.option("--people", type=click.IntRange(200, 1_000_000), default=10_000, show_default=True, help="人数 people")
@click.option("--today", default="", metavar="DATE", help="演示所在的日期 the day the demo lives on (YYYY-MM-DD)")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def demo(people: int, today: str, as_json: bool, lang: str) -> None:
    """在内置数据库中建一个演示经办机构：人员、单位、参保记录、期初账和各角色登录名。全部虚构。

    An office to try out, in the embedded database: people, employers in every standing, enrolments, opening books, a
    login of every role. All of it made up; its logins are refused on any address but loopback.

    \b
    例 Example:  tongchou office demo --people 1000 --json
    """
    from tongchou.interfaces.web.passwords import hashed
    from tongchou.office.demo import build

    from .progress import Progress

    with Progress(sys.stderr.isatty() and not as_json, lang) as progress:
        made = build(people, today, hashed, progress.tell)
    if as_json:
        show_json(made)
        return
    zh = lang == "zh"
    rows = _named(made["logins"], zh)
    terminal_table("", ["角色", "地区", "登录名", "密码"] if zh else ["role", "area", "login", "password"], rows)
    counts = made["counts"]
    said = (
        f"{counts['people']:,} 人、{counts['employers']} 个单位、{counts['enrolments']:,} 条参保期间，"
        f"今日为 {made['today']}；运行 tongchou office serve 后打开 {made['url']}/office/"
    )
    text = (
        f"{counts['people']:,} people, {counts['employers']} employers, {counts['enrolments']:,} enrolments; today is "
        f"{made['today']}; run tongchou office serve and open {made['url']}/office/"
    )
    click.echo(said if zh else text)
