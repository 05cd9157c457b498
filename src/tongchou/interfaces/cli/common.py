"""Options and helpers that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tongchou.law.days import ordinal

from .refusals import Refused, language
from .table import show_json as show_json
from .table import terminal_table as terminal_table


def lang_option(f: Callable[..., Any]) -> Callable[..., Any]:
    """``--lang``; sets TONGCHOU_LANG for the rest of the run, refusals included."""

    def note(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
        if value:
            os.environ["TONGCHOU_LANG"] = value
        return language(value)

    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=None,
        callback=note,
        help="语言 language (TONGCHOU_LANG)",
    )(f)


def law_option(f: Callable[..., Any]) -> Callable[..., Any]:
    """``--law PATH``: another law tree, or an overlay."""
    return click.option(
        "--law",
        "law_path",
        type=click.Path(path_type=Path),
        default=None,
        help="另一套法规目录或叠加目录 another law tree or an overlay",
    )(f)


def known_option(f: Callable[..., Any]) -> Callable[..., Any]:
    """``--known DATE``: law as it was known on that day."""
    return click.option(
        "--known",
        "known_text",
        default=None,
        metavar="DATE",
        help="按该日已知的法规 law as known on that day (YYYY-MM-DD)",
    )(f)


def day(text: str | None, option: str) -> int | None:
    """An ordinal day from YYYY-MM-DD; refused naming the option."""
    if text is None:
        return None
    try:
        return ordinal(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: YYYY-MM-DD", param_hint=option) from None


def load_law(path: Path | None) -> Any:
    """The law tree, refused by name when the path is not one."""
    from tongchou.law.tree import load

    if path is not None and not path.is_dir():
        raise Refused(f"law_unreadable: {path}: 不是目录 is not a folder with a law tree")
    return load(path)


def write_page(path: Path, text: str) -> None:
    """A page into a file, and its name on stdout; refused by name where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as e:
        raise Refused(f"page_unwritable: {path}: {e.strerror}; 请检查路径和权限 check the path and your rights") from e
    click.echo(str(path))
