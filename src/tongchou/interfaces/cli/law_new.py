"""``tongchou law new``: a new pooling area as files ready to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    from tongchou.law.new import skeleton, write
    from tongchou.law.tree import OVERLAY

    into = folder or Path(f"law-{area}")
    law = load_law(into if (into / OVERLAY).is_file() and _sound(into) else None)
    _possible(law, area, parent, lang)
    files = skeleton(law, area, name.strip(), english.strip(), parent, tuple(dict.fromkeys(schemes)))
    try:
        written, there = write(files, into, area)
    except OSError as e:
        raise Refused(f"out_unwritable: {into}: 无法写入 cannot be written ({e.strerror})") from e
    if there:
        names = ", ".join(map(str, there))
        zh = f"已有文件，未写入任何内容：{names}；请用 --into 另指目录，或先移走它们"
        en = f"there already, nothing was written: {names}; name another folder with --into, or move them"
        raise Refused(f"would_overwrite: {zh if lang == 'zh' else en}")
    for path in written:
        click.echo(str(path))
    click.echo(f"下一步：tongchou law check {into}" if lang == "zh" else f"next: tongchou law check {into}")


def _possible(law: Any, code: str, parent: str, lang: str) -> None:
    """Refuse a code that is none, an area that is there, a parent that is not."""
    from tongchou.law.new import is_code, parent_of

    zh = lang == "zh"
    if not is_code(code):
        form = "省 AA0000、市 AABB00、县 AABBCC" if zh else "province AA0000, prefecture AABB00, county AABBCC"
        said = "不是统筹区代码：应为 GB/T 2260 六位数字" if zh else "is no area code: expected six digits of GB/T 2260"
        raise Refused(f"bad_area_code: {code!r} {said} ({form})")
    if code in law.areas:
        raise Refused(f"area_exists: {_there(law, code, zh)}")
    if parent and parent not in law.areas:
        known = ", ".join(sorted(law.areas))
        zh_said = f"上级 {parent!r} 不在法规库中；不写 --parent 时由代码推得 {parent_of(code)}；已有：{known}"
        en_said = f"the parent {parent!r} is not in the law; left out, it is {parent_of(code)}; known: {known}"
        raise Refused(f"unknown_area: {zh_said if zh else en_said}")


def _there(law: Any, code: str, zh: bool) -> str:
    area = law.areas[code]
    names = [name for c, name in law.schemes if c == code]
    told = ", ".join(names) or "—"
    file = f"areas/{code}/{names[0] if names else '<scheme>'}.yaml"
    if zh:
        return (
            f"{code} {area.name} 已在法规库中（方案：{told}）；查看：tongchou law show {code}；要改：新建一个含 "
            f"overlay.yaml 的目录，把 {file} 照原路径复制进去再改，用 --law 指向它；要加方案：在其中另写一个方案文件"
        )
    return (
        f"{code} {area.english} is in the law already (schemes: {told}); see it: tongchou law show {code}; to change "
        f"it copy {file} into a folder with an overlay.yaml, edit it there and name the folder with --law; to add a "
        "scheme write its file there"
    )


def _sound(folder: Path) -> bool:
    """Whether the overlay can be read whole; one that still has gaps is judged by the files that are there."""
    from tongchou.law.findings import LawError
    from tongchou.law.tree import load

    try:
        load(folder)
    except LawError:
        return False
    return True
