"""Cells of sheets as people write them: codes or Chinese names, days in the usual forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from ..frame.blur import blurred, seen, unnumbered
from ..frame.refusal import OfficeRefused
from .numbers import upright

__all__ = ["blurred", "needed", "read_day", "read_word", "seen", "unnumbered"]
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)


def read_day(text: str, field: str, zh: str, en: str) -> date | None:
    """A day written 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日 or 20240301; None for an empty cell.

    Raises OfficeRefused ``argument_invalid``.
    """
    word = upright(text)
    if not word:
        return None
    if found := DAY.fullmatch(word):
        parts = [p for p in found.groups() if p is not None]
    elif re.fullmatch(r"\d{8}", word, re.ASCII):
        parts = [word[:4], word[4:6], word[6:]]
    else:
        parts = []
    try:
        return date(*map(int, parts))
    except (TypeError, ValueError) as e:
        raise OfficeRefused(
            "argument_invalid",
            f"“{zh}”应为日期，如 YYYY-MM-DD：{seen(text)!r}",
            f"{en}: expected a day such as YYYY-MM-DD; found {seen(text)!r}",
            field,
        ) from e


def read_word(text: str, choices: Mapping[str, tuple[str, str]], field: str, zh: str, en: str) -> str:
    """The code of a cell that holds a code or its Chinese name; "" for an empty cell. Raises ``argument_invalid``."""
    word = text.strip()
    if not word or word in choices:
        return word
    for code, names in choices.items():
        if word == names[0] or word.casefold() == names[1]:
            return code
    listed = "、".join(names[0] for names in choices.values())
    raise OfficeRefused(
        "argument_invalid",
        f"“{zh}”应为 {listed} 之一：{seen(word)!r}",
        f"{en}: expected one of {', '.join(choices)}; found {seen(word)!r}",
        field,
    )


def needed(value: str, field: str, zh: str, en: str) -> str:
    """A cell that must not be empty. Raises OfficeRefused ``argument_missing``."""
    if not value.strip():
        raise OfficeRefused("argument_missing", f"缺少“{zh}”", f"{en} is missing", field)
    return value.strip()
