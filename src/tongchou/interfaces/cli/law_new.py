"""``tongchou law new``: a new pooling area as files ready to edit."""

from __future__ import annotations

from pathlib import Path

import click

from .common import lang_option, load_law
from .refusals import Refused


@click.command(name="new")
@click.argument("area")
@click.option("--name", default="", help="中文名称 the area's Chinese name")
@click.option("--english", default="", help="英文名或拼音 its English or pinyin name")
@click.option(
    "--parent", default="", metavar="CODE", help="上级代码，默认由代码推得 the area above; default: by the code"
)
@click.option(
    "--scheme",
    "schemes",
    multiple=True,
    type=click.Choice(["employee", "resident"]),
    default=("employee",),
    show_default=True,
    help="险种，可多次 schemes, may be repeated",
)
@click.option(
    "--into", "folder", type=click.Path(path_type=Path), default=None, help="目录，默认 law-AREA the folder to write"
)
@lang_option
def new(
    area: str, name: str, english: str, parent: str, schemes: tuple[str, ...], folder: Path | None, lang: str
) -> None:
    """新增统筹区：写出可直接编辑的法规文件，缺什么由 law check 逐项指出；不覆盖已有文件。

    Begin a new pooling area: files ready to edit, whose gaps `law check` names one by one. Overwrites nothing.

    \b
    例 Example:  tongchou law new 420100 --name 武汉市 --english Wuhan --into wuhan
    """
    from tongchou.law.new import Refusal, skeleton, write
    from tongchou.law.tree import OVERLAY

    into = folder or Path(f"law-{area}")
    law = load_law(into if (into / OVERLAY).is_file() and _sound(into) else None)
    try:
        files = skeleton(law, area, name.strip(), english.strip(), parent, tuple(dict.fromkeys(schemes)))
        written = write(files, into)
    except Refusal as e:
        raise Refused(f"{e.code}: {e.zh if lang == 'zh' else e.en}") from e
    except OSError as e:
        raise Refused(f"out_unwritable: {into}: 无法写入 cannot be written ({e.strerror})") from e
    for path in written:
        click.echo(str(path))
    click.echo(f"下一步：tongchou law check {into}" if lang == "zh" else f"next: tongchou law check {into}")


def _sound(folder: Path) -> bool:
    """Whether the overlay can be read: one with gaps of an area begun earlier is looked at file by file instead."""
    from tongchou.law.findings import LawError
    from tongchou.law.tree import load

    try:
        load(folder)
    except LawError:
        return False
    return True
