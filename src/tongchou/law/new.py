"""A new pooling area as an overlay: files ready to edit, whose gaps ``law check`` names one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from string import Template

from .placeholders import MARK
from .tree import OVERLAY, Law

FOLDER = Path(__file__).parent / "skeleton"
CODE = re.compile(r"[1-9][0-9]{5}\Z")
NATION = "000000"
CLAUSES = {
    "employee": {"门诊": "outpatient", "住院": "inpatient", "大额": "large expense"},
    "resident": {"门诊": "outpatient", "住院": "inpatient", "大病": "critical illness"},
}
"""Schemes with a skeleton, and the clauses it cites."""
STATUS = {"employee": "active", "resident": "resident"}


class Refusal(Exception):
    """An area that cannot be begun as asked. ``code`` stands in docs/errors.md."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en
        super().__init__(f"{code}: {en}")


def is_code(text: str) -> bool:
    """Whether a text has the form of a GB/T 2260 code of a province or below: six digits, a county never 00."""
    return CODE.match(text) is not None and not (text[2:4] == "00" and text[4:] != "00")


def parent_of(code: str) -> str:
    """The code above: a county's prefecture, a prefecture's province, a province's nation."""
    if code.endswith("0000"):
        return NATION
    return code[:2] + "0000" if code.endswith("00") else code[:4] + "00"


def level_of(code: str) -> str:
    """province, prefecture or county."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def skeleton(
    law: Law, code: str, name: str = "", english: str = "", parent: str = "", schemes: Sequence[str] = ("employee",)
) -> dict[str, str]:
    """The files of a new area by their path in an overlay. Raises ``Refusal`` for what cannot be begun."""
    if not is_code(code):
        raise Refusal(
            "bad_area_code",
            f"{code!r} 不是统筹区代码：应为 GB/T 2260 六位数字，如省 AA0000、市 AABB00、县 AABBCC",
            f"{code!r} is no area code: expected the six digits of GB/T 2260 (province AA0000, prefecture AABB00,"
            " county AABBCC)",
        )
    if code in law.areas:
        raise _exists(law, code)
    if parent and parent not in law.areas:
        known = ", ".join(sorted(law.areas))
        raise Refusal(
            "unknown_area",
            f"上级 {parent!r} 不在法规库中；不写 --parent 时由代码推得 {parent_of(code)}；已有：{known}",
            f"the parent {parent!r} is not in the law; without --parent it is {parent_of(code)}; known: {known}",
        )
    above = parent or parent_of(code)
    files = {OVERLAY: _text("overlay", code=code, label=_label(name))}
    files |= _area(code, name, english, above)
    while above not in law.areas:  # the province of a first prefecture is written too
        files |= _area(above, "", "", parent_of(above))
        above = parent_of(above)
    document = f"d{code}"
    clauses = list(dict.fromkeys(c for s in schemes for c in CLAUSES[s].items()))
    lines = [
        f'- {{id: "{zh}", says: "{MARK}：{zh}条款的英文一句 the clause on {en} in one line", '
        f'zh: "{MARK}：{zh}条款的中文一句 the same in Chinese"}}'
        for zh, en in clauses
    ]
    files[f"documents/{document}.yaml"] = _text(
        "document", document=document, code=code, rank=level_of(code), clauses="\n".join(lines)
    )
    files[f"areas/{code}/diseases.yaml"] = _text("diseases", document=document)
    for scheme in schemes:
        files[f"areas/{code}/{scheme}.yaml"] = _text(scheme, document=document, label=_label(name))
        files[f"areas/{code}/cases/{scheme}.yaml"] = _text("cases", scheme=scheme, status=STATUS[scheme])
    return files


def write(files: dict[str, str], folder: Path) -> list[Path]:
    """Write the files; refused, with nothing written, if one is there already (an overlay.yaml is kept)."""
    if folder.exists() and not folder.is_dir():
        raise Refusal("would_overwrite", f"{folder} 不是目录", f"{folder} is not a folder")
    wanted = {folder / name: text for name, text in files.items() if name != OVERLAY or not (folder / name).exists()}
    there = [str(p) for p in wanted if p.exists()]
    if there:
        raise Refusal(
            "would_overwrite",
            f"已有文件，未写入任何内容：{'、'.join(there)}；请换一个 --into 目录，或先移走它们",
            f"there already, nothing was written: {', '.join(there)}; name another folder with --into, or move them",
        )
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(wanted)


def _exists(law: Law, code: str) -> Refusal:
    area = law.areas[code]
    names = [name for c, name in law.schemes if c == code]
    told = ", ".join(names) or "—"
    file = f"areas/{code}/{names[0] if names else '<scheme>'}.yaml"
    return Refusal(
        "area_exists",
        f"{code} {area.name} 已在法规库中（方案：{told}）；查看：tongchou law show {code}；"
        f"要改：新建含 overlay.yaml 的目录，把要改的 {file} 复制进去再改，--law 指向它；要加方案：在其中另写 {file}",
        f"{code} {area.english} is in the law already (schemes: {told}); see it: tongchou law show {code}; to change"
        f" it copy {file} into a folder with an overlay.yaml and edit it there; to add a scheme write its file there",
    )


def _label(name: str) -> str:
    return name or "本统筹区"


def _area(code: str, name: str, english: str, parent: str) -> dict[str, str]:
    what = {"province": "省级", "prefecture": "市级", "county": "县级"}[level_of(code)]
    text = _text(
        "area",
        code=code,
        name=name or f"{MARK}：{code} 的{what}名称 the area's Chinese name",
        english=english or f"{MARK}：{code} 的英文名或拼音 its English or pinyin name",
        parent=parent,
        level=level_of(code),
    )
    return {f"areas/{code}/area.yaml": text}


def _text(template: str, **values: str) -> str:
    quoted = {k: v.replace('"', "”") if k in ("name", "english", "label") else v for k, v in values.items()}
    return Template((FOLDER / f"{template}.yaml").read_text(encoding="utf-8")).substitute(quoted)
