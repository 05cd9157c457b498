"""The command line: each subcommand is loaded only when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "settle": ("settle", "结算一个明细文件 · settle a file of claims"),
    "explain": ("explain", "逐步解释一笔结算 · explain one settlement line by line"),
    "quote": ("quote", "为一个人回答一个问题 · one person's question"),
    "office": (
        "office",
        "经办系统：演示、网页、人员、法规版本、账册 · the office: demo, pages, people, law versions, books",
    ),
    "law": ("law", "法规库：检查、查看、覆盖 · the law room: check, show, coverage"),
}


class Lazy(click.Group):
    """A group whose commands are modules, imported when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f".{COMMANDS[name][0]}", __package__)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tongchou")
def root() -> None:
    """统筹 Tongchou: 按有据可查的法规结算医保费用，精确到分。

    Settle Chinese medical insurance by dated, cited law, exact to the fen.

    \b
    例 Example:  tongchou quote visit --area 530100 --on 2023-05-04 --scheme employee \\
                   --status active --category outpatient --level 3 --in-scope 590.00
    """


def run() -> Any:
    """Run the command line: one clear sentence on stderr and exit 1 for what is refused, 2 for wrong arguments."""
    from .refusals import refusal_text

    try:
        return root(standalone_mode=False)
    except click.exceptions.Exit as e:
        sys.exit(e.exit_code)
    except click.UsageError as e:
        e.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as e:
        text = refusal_text(e)
        if text is None:
            raise
        click.echo(text, err=True)
        sys.exit(1)
