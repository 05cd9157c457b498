"""``tongchou office keys``: which key seals how much, and everything sealed anew under the newest."""

from __future__ import annotations

import sys

import click

from .common import lang_option, show_json, terminal_table


@click.command("keys")
@click.option("--rotate", is_flag=True, help="全部改用最新密钥加密 seal everything anew under the newest key")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def keys(rotate: bool, as_json: bool, lang: str) -> None:
    """列出各密钥加密了多少证件号码、申请内容和文件；`--rotate` 全部改用 TONGCHOU_KEYS 中的第一把。

    How many numbers, arguments of commands and files each key seals. A key that seals nothing may be taken out of
    TONGCHOU_KEYS; one that seals something and is not there is named, exit status 1. Can be stopped and run again.

    \b
    例 Example:  tongchou office keys --rotate
    """
    from tongchou.office import operations  # noqa: F401 - tells which arguments are personal
    from tongchou.office.database import connect
    from tongchou.office.frame import secrecy
    from tongchou.office.registry import keys as room

    with connect() as conn:
        conn.autocommit = True
        done = room.rotate(conn) if rotate else 0
        found = room.sealed_by(conn)
    newest, there = secrecy.newest_key(), set(secrecy.key_names())
    missing = [name for name, of in found.items() if of.all and name not in there]
    told = [
        {
            "key": name, "newest": name == newest, "there": name in there, "numbers": of.numbers,
            "arguments": of.arguments, "files": of.files, "may_go": name in there and name != newest and not of.all,
        }
        for name, of in found.items()
    ]  # fmt: skip
    if as_json:
        show_json({"sealed_anew": done, "keys": told})
    else:
        zh = lang == "zh"
        heads = ["密钥", "证件号码", "申请内容", "文件", ""] if zh else ["key", "numbers", "arguments", "files", ""]
        rows = [[str(t["key"]), *(f"{t[k]:,}" for k in ("numbers", "arguments", "files")), _said(t, zh)] for t in told]
        terminal_table("", heads, rows)
        if rotate:
            click.echo(f"已重新加密 {done:,} 项" if zh else f"{done:,} things sealed anew")
    if missing:
        click.echo(f"key_missing: {', '.join(missing)}; {secrecy.KEYS}", err=True)
        sys.exit(1)


def _said(told: dict[str, object], zh: bool) -> str:
    """What to do about a key."""
    if not told["there"]:
        return "缺失，请补上" if zh else "missing: add it"
    if told["newest"]:
        return "当前使用" if zh else "seals now"
    if told["may_go"]:
        return "可移除" if zh else "may be taken away"
    return "尚在使用，须先轮换" if zh else "still seals: rotate first"
