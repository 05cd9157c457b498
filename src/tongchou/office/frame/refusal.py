"""What the office refuses: a code that docs/errors.md lists, a Chinese and an English sentence, the field."""

from __future__ import annotations

import psycopg

CODES = {
    "TO001": "append_only",
    "TO002": "self_approval",
    "TO003": "roles_mixed",
    "TO004": "self_granted",
    "TO005": "area_misplaced",
    "TO006": "not_the_asker",
    "TO007": "law_not_decided",
    "TO010": "standing_day",
}
"""SQLSTATE of what the office's tables refuse → code."""

SAID = {
    "append_only": "已记录的内容不能改动，更正须另行记录",
    "self_approval": "申请人不能审批自己的申请",
    "roles_mixed": "系统管理员不能兼任业务角色",
    "self_granted": "不能给自己授权",
    "area_misplaced": "地区层级不对",
    "not_the_asker": "只有申请人可以撤回",
    "law_not_decided": "该法规版本未经两人审批",
    "standing_day": "有真实工作人员的经办机构以时钟之日为今天，不能定住日期",
}


class OfficeRefused(Exception):
    """A refusal of an operation; nothing of its transaction is kept. ``field`` names the argument at fault."""

    def __init__(self, code: str, zh: str, en: str, field: str = "") -> None:
        self.code, self.zh, self.en, self.field = code, zh, en, field
        super().__init__(f"{code}: {en}")

    def said(self, lang: str) -> str:
        """The sentence in a language, beginning with the code."""
        return f"{self.code}: {self.zh if lang == 'zh' else self.en}"


def told(error: psycopg.Error, codes: dict[str, str], said: dict[str, str]) -> OfficeRefused | None:
    """A refusal by the database's own triggers and named constraints as ours; None for any other error."""
    code = codes.get(error.sqlstate or "") or codes.get(error.diag.constraint_name or "")
    if code is None:
        return None
    text = error.diag.message_primary or code
    return OfficeRefused(code, said.get(code, text), text.removeprefix(f"{code}: "))
