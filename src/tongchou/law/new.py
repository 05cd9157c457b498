"""A new pooling area as an overlay: files ready to edit, whose gaps ``law check`` names one by one."""

from __future__ import annotations

import json
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
    """The files of a new area by their path in an overlay.

    ``code`` is one that ``is_code`` takes, ``parent`` (empty: by the code) an area of ``law``.
    """
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


def write(files: dict[str, str], folder: Path, code: str) -> tuple[list[Path], list[Path]]:
    """Write the files of an area. (written, in the way): one of the two is empty.

    What a folder of several areas shares, overlay.yaml and the areas above, is kept where it is there.
    """
    own = f"areas/{code}/area.yaml"
    shared = {name for name in files if name == OVERLAY or (name.endswith("/area.yaml") and name != own)}
    wanted = {folder / name: text for name, text in files.items() if name not in shared or not (folder / name).exists()}
    there = [p for p in wanted if p.exists()]
    if there:
        return [], there
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(wanted), []


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
    free = ("name", "english", "label")  # what a person wrote stands in double quotes
    quoted = {k: json.dumps(v, ensure_ascii=False)[1:-1] if k in free else v for k, v in values.items()}
    return Template((FOLDER / f"{template}.yaml").read_text(encoding="utf-8")).substitute(quoted)
