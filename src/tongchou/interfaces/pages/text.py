"""Amounts, masked ids and lines of text as they stand on a page."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tongchou.money import format_fen

_AMOUNT = re.compile(r"(?<![\d.])(\d{4,})\.(\d\d)(?!\d)")
TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates of this room; every text is escaped, an unknown name is an error."""
    space = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    space.filters["yuan"] = grouped
    return space


def grouped(fen: int) -> str:
    """Fen as yuan with the thousands grouped (``-123456`` → ``'−1,234.56'``)."""
    whole, _, cents = format_fen(abs(fen)).partition(".")
    return f"{'−' if fen < 0 else ''}{int(whole):,}.{cents}"


def grouped_text(text: str) -> str:
    """A sentence with the thousands of its amounts (two places) grouped."""
    return _AMOUNT.sub(lambda m: f"{int(m[1]):,}.{m[2]}", text)


def masked(person: str) -> str:
    """A person's id as it may stand on a screen: its ends only (a citizen number: first 3 and last 4)."""
    n = len(person)
    if n <= 3:
        return "*" * n
    head, tail = (3, 4) if n >= 15 else (1, 2 if n > 4 else 1)
    return person[:head] + "*" * (n - head - tail) + person[n - tail :]


def width(text: str, size: int) -> int:
    """About how wide a text is, in px, never too little: a full-width sign one em, any other 0.62 em."""
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in text)
    return (wide * 100 + (len(text) - wide) * 62) * size // 100


def wrapped(text: str, room: int, size: int) -> list[str]:
    """The text in lines of at most ``room`` px; breaks at blanks and between full-width signs."""
    pieces: list[str] = []
    for c in text:
        narrow = unicodedata.east_asian_width(c) not in "WFA"
        if pieces and narrow and c != " " and pieces[-1][-1] != " " and not _is_wide(pieces[-1][-1]):
            pieces[-1] += c
        else:
            pieces.append(c)
    lines = [""]
    for piece in pieces:
        closing = piece[0] in "，。；：、）》〕”,.;)"
        if lines[-1] and width(lines[-1] + piece, size) > room and not closing:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _is_wide(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WFA"
