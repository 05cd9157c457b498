"""Facts as people write them, told by the ending of their name."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import iso, iso_month
from tongchou.money import format_fen

from .words import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PLACES = len(str(RATE_SCALE)) - 1
"""Decimals of a number over RATE_SCALE."""


def decimal(value: int, places: int, least: int = 0) -> str:
    """An integer over 10**places as decimal text, at least ``least`` decimals."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    whole, rest = divmod(value, 10**places)
    tail = str(rest).rjust(places, "0").rstrip("0") if places else ""
    tail = tail.ljust(least, "0")
    return f"{sign}{whole}{'.' + tail if tail else ''}"


def fraction(value: int) -> str:
    """A number over RATE_SCALE without needless zeros: 0.07."""
    return decimal(value, PLACES)


def tenths(value: int, least: int = 0) -> str:
    """A number of tenths with at most one decimal, and at least ``least``."""
    return decimal(value, 1, least)


def percent(rate: int) -> str:
    """A rate over RATE_SCALE in percent."""
    return decimal(rate * 100, PLACES) + "%"


def fact(name: str, value: Any, lang: str) -> str:
    """One fact as text."""
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(fact(name, v, lang) for v in value) or "—"
    if isinstance(value, bool):
        return {True: ("是", "yes"), False: ("否", "no")}[value][lang != "zh"]
    if isinstance(value, str):
        return WORDS.get(value, (value, value.replace("_", " ")))[lang != "zh"]
    if value is None:
        return "—"
    if name.endswith("_fen"):
        return format_fen(value)
    if name.endswith("_rate"):
        return percent(value)
    if name.endswith("_index"):
        return decimal(value, PLACES, 4)
    if name.endswith("_tenths"):
        return tenths(value)
    if name.endswith("age_months") or name == "age_months":
        years, months = divmod(value, 12)
        if lang == "zh":
            return f"{years}岁" + (f"{months}个月" if months else "")
        return f"{years} years" + (f" {months} months" if months else "")
    if name.endswith("_month"):
        return iso_month(value)
    if name.endswith("_day"):
        return iso(value)
    return str(value)


def filled(template: str, facts: Mapping[str, Any], lang: str) -> str:
    """A sentence with its facts written in."""
    return template.format_map({name: fact(name, value, lang) for name, value in facts.items()})
