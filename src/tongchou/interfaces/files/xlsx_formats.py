"""Which number formats of a workbook show dates, and what of a date they show (ECMA-376 part 1, 18.8.30)."""

from __future__ import annotations

import re
from typing import Literal
from xml.etree.ElementTree import Element

DateKind = Literal["", "date", "month", "time"]
"""What a number under a format is: a plain number, a day (with or without a time), a month, a time of day."""

_BUILT_IN: dict[int, str] = {
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    49: "@",
}
_MONTH, _DAY, _CLOCK = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
_CHINESE: dict[int, str] = {
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _DAY),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: _CLOCK,
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), _CLOCK),
    **dict.fromkeys((35, 56), 'h"时"mm"分"ss"秒"'),
}
"""Formats 27 to 58 of Chinese Excel: written in files by number alone."""
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What of a format is no token: quoted and escaped text, padding, colours, conditions, locales."""


def kind_of(code: str) -> DateKind:
    """What a number format makes of a number."""
    words = _SILENT.sub("", code.split(";")[0]).lower().replace("general", "")
    if not re.search("[ymdhs]", words) or re.search("[0#?]", words.replace(".0", "")):
        return ""
    if "d" in words or re.search("[上下]午", words):
        return "date" if "d" in words else "time"
    if "y" in words:
        return "month" if "m" in words else "date"
    return "time" if re.search("[hs]", words) else "date"


def date_kinds(styles: Element) -> tuple[tuple[str, ...], tuple[DateKind, ...]]:
    """(number format, what it shows) of each cell style of ``styles.xml``, by the style's index."""
    own: dict[int, str] = {}
    for element in styles.iter("numFmt"):
        if (number := _int(element.get("numFmtId"))) >= 0:
            own[number] = element.get("formatCode", "")
    formats: list[str] = []
    for table in styles.iter("cellXfs"):
        for cell in table:
            number = _int(cell.get("numFmtId"))
            formats.append(own.get(number) or _BUILT_IN.get(number) or _CHINESE.get(number) or "General")
    return tuple(formats), tuple(kind_of(code) for code in formats)


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1
