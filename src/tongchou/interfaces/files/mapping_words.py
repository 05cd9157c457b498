"""Dates and amounts as a mapping file says they are written, turned into the contract's forms.

A date form is made of YYYY, MM or M, DD or D, HH or H, mm, ss; every other character stands for itself
(``YYYY年M月D日``). M, D and H take one digit or two. A word that none of the forms fits, or that two of them read
differently, stays as it is and is rejected for it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

_TOKEN = re.compile("YYYY|MM|M|DD|D|HH|H|mm|ss")
_DIGITS = {
    "YYYY": "(?P<Y>[0-9]{4})",
    "MM": "(?P<M>[0-9]{2})",
    "M": "(?P<M>[0-9]{1,2})",
    "DD": "(?P<D>[0-9]{2})",
    "D": "(?P<D>[0-9]{1,2})",
    "HH": "(?P<h>[0-9]{2})",
    "H": "(?P<h>[0-9]{1,2})",
    "mm": "(?P<m>[0-9]{2})",
    "ss": "(?P<s>[0-9]{2})",
}
_AMOUNT = re.compile("[0-9]+([.][0-9]+)?", re.ASCII)
SEPARATORS = (",", "，", " ", "'", "’")


def form_pattern(form: str) -> re.Pattern[str] | None:
    """What a date form takes; None where it is none: no year and month, a part twice, letters of no meaning."""
    parts, at, seen = [], 0, []
    for token in _TOKEN.finditer(form):
        parts += [re.escape(form[at : token.start()]), _DIGITS[token[0]]]
        seen.append(token[0][0] if token[0] not in ("mm", "ss") else token[0])
        at = token.end()
    rest = re.sub("T", "", _TOKEN.sub("", form))
    parts.append(re.escape(form[at:]))
    sound = {"Y", "M"} <= set(seen) and len(set(seen)) == len(seen) and not re.search("[A-Za-z0-9%]", rest)
    timed = {"H", "mm"} & set(seen)
    if not sound or (timed and not {"D", "H", "mm"} <= set(seen)) or ("ss" in seen and not timed):
        return None
    return re.compile("".join(parts), re.ASCII)


@lru_cache(maxsize=64)
def _patterns(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(found for form in forms if (found := form_pattern(form)) is not None)


def as_date(word: str, forms: tuple[str, ...]) -> str:
    """A word in one of the forms to YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; any other as it stands."""
    found = {date for pattern in _patterns(forms) if (match := pattern.fullmatch(word)) and (date := _date(match))}
    return found.pop() if len(found) == 1 else word


def _date(match: re.Match[str]) -> str:
    part = {key: int(value) for key, value in match.groupdict().items()}
    try:
        day = dt.date(part["Y"], part["M"], part.get("D", 1)).isoformat()
        clock = dt.time(part.get("h", 0), part.get("m", 0), part.get("s", 0)).isoformat()
    except ValueError:
        return ""
    if "h" in part:
        return f"{day}T{clock}"
    return day if "D" in part else day[:7]


def cut(word: str, to: str) -> str:
    """A date (with or without a time) cut to its ``day`` or ``month``; any other word as it stands."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2})(-[0-9]{2})?(T[0-9:.]{5,15})?", word, re.ASCII)
    if match is None or (to == "day" and not match[2]):
        return word
    return match[1] if to == "month" else match[1] + match[2]


def as_amount(word: str, thousands: str, marks: Sequence[str]) -> str:
    """An amount without its currency mark and its separators; as it stands where they are not in their places."""
    bare = word.strip(" \u3000\u00a0") if marks or thousands else word
    for mark in marks:
        if bare.startswith(mark) or bare.endswith(mark):
            bare = bare.removeprefix(mark) if bare.startswith(mark) else bare.removesuffix(mark)
            bare = bare.strip(" \u3000\u00a0")
            break
    if thousands and re.fullmatch(rf"[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+([.][0-9]+)?", bare, re.ASCII):
        bare = bare.replace(thousands, "")
    return bare if _AMOUNT.fullmatch(bare) else word
