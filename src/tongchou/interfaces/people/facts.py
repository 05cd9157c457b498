"""Facts of one person from text: one kind a form, refused by name with what was found and expected."""

from __future__ import annotations

import datetime as dt
import re

from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import first_day, month_number, ordinal
from tongchou.money import MoneyError, parse_fen
from tongchou.rules.reckoning import FactRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_FRACTION = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,8}))?\Z")
_TENTHS = re.compile(r"([0-9]{1,6})(?:\.([0-9]))?\Z")
_COUNT = re.compile(r"[0-9]{1,9}\Z")
BEYOND = 1200
"""Months, a century, that a rule may look before and after a month or day given; the calendar has four-digit years."""
YEARS = f"{dt.MINYEAR + BEYOND // 12:04d}–{dt.MAXYEAR - BEYOND // 12}"
"""The years that leave it so much room."""


def calendar_month(text: str) -> int:
    """YYYY-MM as months since year 0; ValueError for any other text and for a month too near the calendar's ends."""
    month = month_number(text)
    first_day(month - BEYOND), first_day(month + BEYOND)
    return month


def calendar_day(text: str) -> int:
    """YYYY-MM-DD as an ordinal day; ValueError as ``calendar_month``."""
    day = ordinal(text)
    calendar_month(text[:7])
    return day


class Option:
    """One fact that a question takes: its name on the command line (``-``) and as a column (``_``), its kind and words.

    Kinds: ``code`` (one of ``words``), ``codes`` (several, with ``;`` or ``,``), ``money``, ``month``, ``day``,
    ``count``, ``tenths`` (a number with at most one decimal, in tenths), ``fraction`` (over RATE_SCALE), ``flag``,
    ``text``.
    """

    __slots__ = ("default", "en", "kind", "name", "needed", "words", "zh")

    def __init__(
        self,
        name: str,
        kind: str,
        zh: str,
        en: str,
        words: tuple[str, ...] = (),
        needed: bool = False,
        default: Any = None,
    ) -> None:
        self.name, self.kind, self.zh, self.en = name, kind, zh, en
        self.words, self.needed, self.default = words, needed, default

    @property
    def column(self) -> str:
        """Its name as a column of a file of persons, and as a key of the facts."""
        return self.name.replace("-", "_")


def read_facts(options: tuple[Option, ...], given: Mapping[str, str]) -> dict[str, Any]:
    """Typed facts by column name, defaults filled in. ``given``: text by column name; empty text is not given.

    Raises FactRefused: ``unknown_fact``, ``missing_value``, or what the kind refuses.
    """
    known = {o.column: o for o in options}
    for name in given:
        if name not in known:
            from tongchou.law.findings import did_you_mean

            raise FactRefused("unknown_fact", name, "", did_you_mean(name, known))
    facts: dict[str, Any] = {}
    for column, option in known.items():
        text = given.get(column, "")
        if text != "":
            facts[column] = READERS[option.kind](option, text)
        elif option.needed:
            raise FactRefused("missing_value", column, "", f"{option.en}", option.zh)
        else:
            facts[column] = option.default
    return facts


def _code(option: Option, text: str) -> str:
    if text not in option.words:
        from tongchou.law.findings import did_you_mean

        hint = did_you_mean(text, option.words)
        raise FactRefused("unknown_code", option.column, text, f"{', '.join(option.words)}; {hint}")
    return text


def _codes(option: Option, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_code(option, word) for word in text.replace(",", ";").split(";") if word))


def _money(option: Option, text: str) -> int:
    try:
        return parse_fen(text)
    except MoneyError as e:
        raise FactRefused(e.code, option.column, text, "yuan like 1234.50", "元，如 1234.50") from e


def _month(option: Option, text: str) -> int:
    try:
        return calendar_month(text)
    except ValueError:
        raise FactRefused("not_a_month", option.column, text, f"YYYY-MM, {YEARS}") from None


def _day(option: Option, text: str) -> int:
    try:
        return calendar_day(text)
    except ValueError:
        raise FactRefused("not_a_date", option.column, text, f"YYYY-MM-DD, {YEARS}") from None


def _count(option: Option, text: str) -> int:
    if not _COUNT.match(text):
        raise FactRefused("not_an_integer", option.column, text, "a whole number", "整数")
    return int(text)


def _tenths(option: Option, text: str) -> int:
    match = _TENTHS.match(text)
    if match is None:
        raise FactRefused("not_a_number", option.column, text, "a number with at most one decimal", "最多一位小数的数")
    return int(match[1]) * 10 + int(match[2] or 0)


def _fraction(option: Option, text: str) -> int:
    match = _FRACTION.match(text)
    if match is None:
        raise FactRefused(
            "not_a_number", option.column, text, "a number with at most eight decimals", "最多八位小数的数"
        )
    return int(match[1]) * RATE_SCALE + int((match[2] or "").ljust(8, "0") or 0)


def _flag(option: Option, text: str) -> bool:
    if text not in ("true", "false"):
        raise FactRefused("not_true_false", option.column, text, "true / false")
    return text == "true"


READERS: Mapping[str, Callable[[Option, str], Any]] = {
    "code": _code,
    "codes": _codes,
    "money": _money,
    "month": _month,
    "day": _day,
    "count": _count,
    "tenths": _tenths,
    "fraction": _fraction,
    "flag": _flag,
    "text": lambda option, text: text,
}
"""How each kind is read from text."""
