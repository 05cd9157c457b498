"""``tongchou office user`` and ``office law``: who works here, and which law version counts, from the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from .common import lang_option, show_json, terminal_table

PASSWORD = "TONGCHOU_PASSWORD"


@click.group("user")
def user() -> None:
    """人员：新增、列出、重设密码、发给程序令牌。仅供数据库管理员设立最初的人员或应急；以 system 记入操作记录。

    People: add, list, set a password, make a token for a program. For the database's owner, to make the first people or
    in an emergency; the record says system. Afterwards roles and passwords take two administrators, on the pages.

    \b
    例 Example:  tongchou office user list
    """


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, help="角色 role: county_clerk, county_reviewer, prefecture_accountant, …")
@click.option("--area", required=True, help="地区代码 area code; the role holds below it too")
@click.option("--shown", default="", help="姓名 the person's name")
@lang_option
def add(name: str, role: str, area: str, shown: str, lang: str) -> None:
    """新增人员并授予一个角色；打印一次性初始密码（或取 TONGCHOU_PASSWORD），首次登录网页须修改。

    Add somebody with one role; the password is printed once (or taken from TONGCHOU_PASSWORD), and changed at the first
    login to the pages.

    \b
    例 Example:  tongchou office user add chief --role administrator --area 000000
    """
    from tongchou.interfaces.web.passwords import fresh, hashed, refuse_weak
    from tongchou.office.database import connect
    from tongchou.office.frame import staff
    from tongchou.office.operations import refusing

    password = os.environ.get(PASSWORD) or fresh()
    refuse_weak(password, name, shown)
    with connect() as conn, refusing():
        staff.first(conn, name, shown or name, hashed(password), role, area, handed_over=True)
    click.echo(f"{name}  {password if not os.environ.get(PASSWORD) else '（TONGCHOU_PASSWORD）'}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def list_command(as_json: bool, lang: str) -> None:
    """列出人员和角色。List people and their roles.

    \b
    例 Example:  tongchou office user list --json
    """
    from tongchou.office.database import connect
    from tongchou.office.frame import staff

    with connect() as conn:
        people = staff.people(conn)
    if as_json:
        grants = [[{"grant": g, "role": r, "area": a} for g, r, a in p.grants] for p in people]
        rows = [(p.name, p.shown, p.active, g) for p, g in zip(people, grants, strict=True)]
        show_json([dict(zip(("name", "shown", "active", "grants"), row, strict=True)) for row in rows])
        return
    zh = lang == "zh"
    names = {code: told[0 if zh else 1] for code, told in staff.ROLES.items()}
    terminal_table(
        "",
        ["登录名", "姓名", "在岗", "角色"] if zh else ["login", "name", "active", "roles"],
        [
            [p.name, p.shown, "✓" if p.active else "—", "\n".join(f"{names[r]} {a}" for _, r, a in p.grants)]
            for p in people
        ],
    )


@user.command("password")
@click.argument("name")
@lang_option
def password_command(name: str, lang: str) -> None:
    """重设密码：打印一次性新密码（或取 TONGCHOU_PASSWORD），登录网页后须修改。

    Set a new password; printed once, and changed at the next login to the pages.

    \b
    例 Example:  tongchou office user password chief
    """
    from tongchou.interfaces.web.passwords import fresh, hashed, refuse_weak
    from tongchou.office.database import connect
    from tongchou.office.frame import staff

    password = os.environ.get(PASSWORD) or fresh()
    refuse_weak(password, name)
    with connect() as conn:
        staff.set_password(conn, name, hashed(password), staff.SYSTEM)
    click.echo(f"{name}  {password if not os.environ.get(PASSWORD) else '（TONGCHOU_PASSWORD）'}")


@user.command("token")
@click.argument("name")
@click.option("--purpose", required=True, help="用途 what it is for")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="有效天数 days it lasts")
@lang_option
def token(name: str, purpose: str, days: int, lang: str) -> None:
    """为 JSON 接口发一个令牌，只显示一次。Make a token for the JSON interface; shown once.

    \b
    例 Example:  tongchou office user token chief --purpose "日报程序"
    """
    from tongchou.office.database import connect
    from tongchou.office.frame import staff

    with connect() as conn:
        click.echo(staff.make_token(conn, name, purpose, days, staff.SYSTEM))


@click.group("law")
def law() -> None:
    """法规版本：一人提出、另一人审批，获批的版本才用于核定和结算。

    Law versions: one person proposes, another approves; only an approved version is reckoned by.

    \b
    例 Example:  tongchou office law list
    """


@law.command("propose")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--by", "name", required=True, help="提出人 login of who proposes (password asked, or TONGCHOU_PASSWORD)")
@click.option("--from", "since", default="", help="自何时起 moment it counts from (ISO 8601); default: the approval")
@click.option("--reason", default="", help="说明 why")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def propose(path: Path | None, name: str, since: str, reason: str, as_json: bool, lang: str) -> None:
    """保存一套法规目录（默认为正在使用的）并提请审批，列出与现行版本的差异。

    Keep a law tree (by default the running one) and ask for its approval; what differs from the version that counts.

    \b
    例 Example:  tongchou office law propose --by legal1
    """
    from tongchou.office.database import connect
    from tongchou.office.frame import lawbook
    from tongchou.office.operations import refusing, run

    with connect() as conn, refusing():
        who = signed_in(conn, name)
        version = lawbook.keep(conn, path or lawbook.running())
        given = {"version": version, "counts_from": since, "reason": reason}
        answer = run(conn, who, "law.adopt", given)
    if as_json:
        show_json(answer)
        return
    diff = answer["would"]["diff"]
    rows = [[kind, "\n".join(files)] for kind, files in diff.items() if files]
    zh = lang == "zh"
    said = f"申请 {answer['command']}：法规版本 {version}，待另一人审批"
    click.echo(said if zh else f"command {answer['command']}: law version {version}, for another person to approve")
    if rows:
        terminal_table("", ["差异", "文件"] if zh else ["difference", "files"], rows)


@law.command("approve")
@click.argument("number", type=int)
@click.option("--by", "name", required=True, help="审批人 login of who approves (password asked, or TONGCHOU_PASSWORD)")
@lang_option
def approve(number: int, name: str, lang: str) -> None:
    """审批一个法规版本；提出人不能自己审批。Approve a law version; not by who proposed it.

    \b
    例 Example:  tongchou office law approve 1 --by legal2
    """
    from tongchou.office.database import connect
    from tongchou.office.operations import decide, refusing

    with connect() as conn, refusing():
        done = decide(conn, signed_in(conn, name), number, "approved")
    said = f"法规版本 {done['version']} 自 {done['counts_from']} 起采用"
    click.echo(said if lang == "zh" else f"law version {done['version']} counts from {done['counts_from']}")


@law.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def versions(as_json: bool, lang: str) -> None:
    """列出获批的法规版本。List the law versions that were approved.

    \b
    例 Example:  tongchou office law list
    """
    from tongchou.office.database import connect
    from tongchou.office.frame import lawbook

    with connect() as conn:
        found = lawbook.versions(conn)
    rows = [[v.version, v.counts_from.isoformat(timespec="minutes"), v.asked_by, v.approved_by] for v in found]
    if as_json:
        keys = ("version", "counts_from", "asked_by", "approved_by")
        show_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    heads = ["版本", "自何时起", "提出人", "审批人"]
    terminal_table("", heads if lang == "zh" else ["version", "counts from", "proposed by", "approved by"], rows)


def signed_in(conn: Any, name: str) -> Any:
    """The person of a login, by his password. Raises OfficeRefused."""
    from django.contrib.auth.hashers import check_password

    from tongchou.interfaces.web.passwords import set_up
    from tongchou.office.frame.access import actor
    from tongchou.office.frame.refusal import OfficeRefused

    set_up()
    given = os.environ.get(PASSWORD)
    if not given:
        if not sys.stdin.isatty():
            raise OfficeRefused("password_missing", f"没有终端，须设 {PASSWORD}", f"no terminal here: set {PASSWORD}")
        given = click.prompt(f"{name} 密码 password", hide_input=True)
    row = conn.execute("SELECT password FROM office.staff WHERE name = %s AND active", [name]).fetchone()
    if row is None or not check_password(given, str(row[0])):
        raise OfficeRefused("login_failed", "登录名或密码不对", "wrong login or password")
    return actor(conn, name)
