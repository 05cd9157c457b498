"""What is refused, as one message on stderr."""

from __future__ import annotations

import os

from tongchou.rules.settlement.refused import Refused as Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.findings import NoRule


def language(lang: str | None = None) -> str:
    """``zh`` unless the option or TONGCHOU_LANG says ``en``."""
    return "en" if (lang or os.environ.get("TONGCHOU_LANG", "zh")).lower().startswith("en") else "zh"


def no_rule_zh(error: NoRule) -> str:
    """What is not encoded, in Chinese, without its code."""
    hint = f"；{error.hint}" if error.hint else ""
    if error.what == "the area":
        return f"统筹区 {error.area} 未编码{hint}"
    what = "任何方案或参数" if error.what == "anything" else error.what
    return f"统筹区 {error.area} 未编码 {what}（{error.when}），不予结算{hint}"


def refusal_text(error: Exception) -> str | None:
    """The sentence of a refusal we know; None for what is our own fault."""
    from tongchou.law.findings import LawError, NoRule

    if isinstance(error, LawError):
        lines = [f.sentence(language()) for f in error.findings[:20]]
        more = len(error.findings) - len(lines)
        rest = (
            f"… {more} more; run: tongchou law check"
            if language() == "en"
            else f"… 另有 {more} 处；请运行 tongchou law check"
        )
        return "\n".join(lines + ([rest] if more > 0 else []))
    if isinstance(error, NoRule):
        return str(error) if language() == "en" else f"no_rule：{no_rule_zh(error)}"
    if type(error).__name__ == "FileRefused":  # by name: importing it would load the file room
        return f"{getattr(error, 'code', '')}: {error.in_lang(language())}"  # type: ignore[attr-defined]
    if type(error).__name__ == "FactRefused":
        from tongchou.interfaces.wording.people import refusal_sentence

        return refusal_sentence(error, language())
    if type(error).__name__ == "OfficeRefused":
        return str(error.said(language()))  # type: ignore[attr-defined]
    if type(error).__name__ in ("Refused", "MoneyError", "DatabaseRefused"):
        return str(error)
    return None
