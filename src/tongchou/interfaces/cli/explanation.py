"""An explanation on the terminal: headline, table of steps, and what to know of the values."""

from __future__ import annotations

from tongchou.interfaces.wording.names import part_title
from tongchou.interfaces.wording.told import explanation, explanation_rows
from tongchou.money import format_fen

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without them
    from typing import Any

__all__ = ["explanation", "explanation_rows", "headline", "print_explanation"]


def headline(answer: dict[str, Any], lang: str) -> str:
    """The first lines: who, when, what each pays."""
    r, yuan = answer["result"], format_fen
    parts = [(k[7:], v) for k, v in r.items() if k.startswith("person_") and v]
    who = [
        (("结算", "settlement"), answer.get("claim_id", "")),
        (("参保人", "person"), answer.get("person_id", "")),
        (("日期", "on"), answer["service_date"]),
        (("统筹区", "area"), f"{answer['area']} {answer['scheme']}"),
    ]
    first = "  ".join(f"{label[lang != 'zh']} {value}" for label, value in who if value)
    shares = (yuan(r["billed"]), yuan(r["fund_total"]), yuan(r["personal"]), yuan(r["institution"]))
    if lang == "zh":
        second = "总费用 {} = 基金 {} + 个人 {} + 机构 {}".format(*shares)
        third = "个人负担：" + "，".join(f"{part_title(p, answer['titles'], 'zh')} {yuan(v)}" for p, v in parts)
    else:
        second = "billed {} = funds {} + person {} + institution {}".format(*shares)
        third = "person: " + ", ".join(f"{p} {yuan(v)}" for p, v in parts)
    lines = [first, second] + ([third] if parts else [])
    if answer["reason"]:
        cite = answer["reason_cite"]
        where = f"（{cite['name']} {cite['clause']}）" if cite else ""
        lines.append(
            (f"原因 {answer['reason']}{where}" if lang == "zh" else f"reason {answer['reason']} {where}").rstrip()
        )
    if answer["warnings"]:
        lines.append(("提示 " if lang == "zh" else "warnings ") + "; ".join(answer["warnings"]))
    return "\n".join(lines)


def print_explanation(answer: dict[str, Any], lang: str) -> None:
    """Headline, table of steps, and what to know of the values, on stdout."""
    from .table import terminal_table

    print(headline(answer, lang))
    zh = ["层", "步骤", "金额与算法", "条款", "可信度"]
    if answer["steps"]:
        head = zh if lang == "zh" else ["layer", "step", "amounts", "clause", "status"]
        terminal_table("", head, explanation_rows(answer, lang))
    for line in answer["notes"][lang]:
        print("· " + line)
