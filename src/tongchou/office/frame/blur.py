"""Personal numbers masked in what is told: in whole sentences, and more strictly in cells that a sender wrote.

A number may stand in any column, a passport has but seven signs, and refusals are kept with the job. A sentence of ours
is told from a number by its form; of a sender's cell whatever might be one is masked, days and short counts excepted.
"""

from __future__ import annotations

import re

from .secrecy import mask
from .signs import CODE, code_sign, of_unit

LONG = re.compile(r"\d{11,}[XxＸｘ]?")
"""Digits enough for a personal number, in whatever column they stand."""
PASSPORT = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,3}\d{6,9}[A-Za-z]?(?![0-9A-Za-z])", re.ASCII)
TOKEN = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]+")
PARTED = re.compile(r"\d(?:[ \-‐–—]?\d){10,}[XxＸｘ]?")
"""Digits with blanks or hyphens between, enough for a personal number."""
DAY = re.compile(r"(?:18|19|20)\d\d(?:0\d|1[0-2])[0-3]\d", re.ASCII)
HALF = {0xFF10 + i: 0x30 + i for i in range(10)} | {low + i: 0x41 + i for low in (0xFF21, 0xFF41) for i in range(26)}


def upright(text: str) -> str:
    """A text without blanks at its ends, in capitals and half width."""
    return text.strip().translate(HALF).upper()


def unnumbered(text: str) -> str:
    """A sentence or a name of a file, with what has the form of a personal number masked."""
    return PASSPORT.sub(_masked, LONG.sub(_masked, text))


def blurred(cell: str) -> str:
    """What a sender wrote, with whatever might be a personal number masked."""
    return TOKEN.sub(
        lambda found: _masked(found) if _may_be(upright(found.group())) else found.group(),
        PARTED.sub(lambda found: found.group() if _is_code(found.group()) else _masked(found), cell),
    )


def seen(cell: str) -> str:
    """A cell as a refusal repeats it: its beginning, without a number."""
    return blurred(cell)[:30]


def _masked(found: re.Match[str]) -> str:
    return mask(found.group())


def _may_be(token: str) -> bool:
    """Whether letters and digits may be a number: a passport, digits that are no day, but no credit code of a unit."""
    digits = sum(map(str.isdigit, token))
    if digits < 4 or len(token) < 6 or _is_code(token):
        return False
    return not token.isdigit() or (len(token) > 6 and not DAY.fullmatch(token))


def _is_code(token: str) -> bool:
    return bool(CODE.fullmatch(token)) and token[17] == code_sign(token) and (not token.isdigit() or of_unit(token))
