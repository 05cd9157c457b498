"""What sheets there are, the columns of each, and how a sender's headers are understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..care.schemes import SCHEMES
from ..frame.refusal import OfficeRefused
from ..registry.employers import KINDS as UNIT_KINDS
from ..registry.employers import ORIGINS
from ..registry.intake_rows import CHOICES, NAMES
from ..registry.spells import INSURANCES, STATUSES, WAYS
from ..registry.words import blurred

ACTIONS = {"begin": ("新增", "begin"), "end": ("终止", "end"), "retire": ("退休", "retire")}
RESULT, REASON = "结果", "原因"
"""The two columns that a returned sheet has at its end; of a sheet that comes in again they are not read."""


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. ``names``: machine name → (Chinese header, English); ``required``: those that must be there."""

    kind: str
    zh: str
    en: str
    names: Mapping[str, tuple[str, str]]
    required: tuple[str, ...]
    choices: Mapping[str, Mapping[str, tuple[str, str]]]
    right: str = "registry.write"
    two_people: str = ""
    """The operation by which another person approves it; empty where who tried it out takes it in."""


SHEETS = {
    s.kind: s
    for s in (
        Sheet("people", "参保人员登记表", "people with their first spell", NAMES, ("name", "number"), CHOICES),
        Sheet(
            "enrolments",
            "参保增减表",
            "spells of people known",
            {
                "number": ("证件号码", "number"),
                "number_kind": ("证件类型", "kind of number"),
                "name": ("姓名", "name"),
                "action": ("办理类型", "action"),
                "insurance": ("险种", "insurance"),
                "way": ("参保方式", "way"),
                "status": ("参保身份", "status"),
                "employer": ("单位统一社会信用代码", "credit code of the employer"),
                "area": ("参保地", "area"),
                "begins": ("起始日期", "begins"),
                "last_day": ("截至日期", "last day"),
                "source": ("依据", "source"),
            },
            ("number", "action", "insurance"),
            {
                "number_kind": CHOICES["number_kind"],
                "action": ACTIONS,
                "insurance": INSURANCES,
                "way": WAYS,
                "status": STATUSES,
            },
        ),
        Sheet(
            "employers",
            "用人单位登记表",
            "employers",
            {
                "name": ("单位名称", "name"),
                "code": ("统一社会信用代码", "credit code"),
                "kind": ("单位类型", "kind"),
                "origin": ("设立方式", "origin"),
                "area": ("地区", "area"),
            },
            ("name", "code"),
            {"kind": UNIT_KINDS, "origin": ORIGINS},
        ),
        Sheet(
            "totals",
            "待遇累计表",
            "running totals of a benefit year",
            {
                "number": ("证件号码", "number"),
                "number_kind": ("证件类型", "kind of number"),
                "name": ("姓名", "name"),
                "scheme": ("险种", "scheme"),
                "on": ("截至日期", "as of"),
                "total": ("累计项目", "total"),
                "amount": ("数额", "amount"),
                "evidence": ("依据", "evidence"),
            },
            ("number", "scheme", "on", "total", "amount"),
            {"number_kind": CHOICES["number_kind"], "scheme": SCHEMES},
            "care.write",
            "totals.import",
        ),
    )
}


def kinds() -> list[tuple[str, str, str]]:
    """The kinds of sheets: (kind, Chinese, English)."""
    return [(s.kind, s.zh, s.en) for s in SHEETS.values()]


def sheet_of(kind: str) -> Sheet:
    """A kind of sheet. Raises OfficeRefused: ``sheet_unknown``."""
    found = SHEETS.get(kind)
    if found is None:
        raise OfficeRefused(
            "sheet_unknown",
            f"没有表格种类 {kind}；可用：{'、'.join(SHEETS)}",
            f"no sheet {kind}; there are {', '.join(SHEETS)}",
            "kind",
        )
    return found


def template(kind: str) -> list[str]:
    """The Chinese headers of a kind of sheet, in order; the machine names are taken too. Raises ``sheet_unknown``."""
    return [zh for zh, _ in sheet_of(kind).names.values()]


def understood(kind: str, headers: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """(machine name → the sender's header; headers that are not read, personal numbers in them masked). Blanks, stars,
    notes in brackets do not count.

    Raises OfficeRefused: ``sheet_unknown``, ``header_twice``, ``column_missing``.
    """
    sheet = sheet_of(kind)
    known = {zh: k for k, (zh, _) in sheet.names.items()} | {k: k for k in sheet.names}
    found: dict[str, str] = {}
    unread = []
    for header in headers:
        name = known.get(re.sub(r"[\s*＊]|[（(].*?[)）]", "", header)) or known.get(header.strip())
        if name is None:
            unread.append(header)
        elif name in found:
            raise OfficeRefused(
                "header_twice",
                f"列“{blurred(found[name])}”与“{blurred(header)}”是同一项，只保留一列",
                f"the columns {blurred(found[name])!r} and {blurred(header)!r} are the same; keep one",
                name,
            )
        else:
            found[name] = header
    missing = [k for k in sheet.required if k not in found]
    if missing:
        zh, en = sheet.names[missing[0]]
        raise OfficeRefused(
            "column_missing",
            f"表中缺少列“{zh}”；须有：{'、'.join(sheet.names[k][0] for k in sheet.required)}",
            f"the column {zh} ({missing[0]}, {en}) is missing",
            missing[0],
        )
    return found, [blurred(h) for h in unread if h not in (RESULT, REASON)]


def plain(cell: str) -> str:
    """A cell as it is meant: without blanks at its ends and what spreadsheets put around digits to keep them."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("'") else text
