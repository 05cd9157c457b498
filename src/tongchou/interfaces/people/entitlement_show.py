"""Entitlement on the terminal: layers and windows as tables, months as a strip of signs with its legend."""

from __future__ import annotations

from functools import partial

from tongchou.interfaces.cli.table import fitting
from tongchou.interfaces.wording.people import label
from tongchou.interfaces.wording.people.entitlement import BY_WORDS, LAYER_WORDS, REASON_WORDS, SIGNS, UNPAID_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

WIDE = 10**6
"""No folding: these tables are narrow."""
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "layer": LAYER_WORDS,
    "reason": REASON_WORDS,
    "by": BY_WORDS,
    "unpaid_what": UNPAID_WORDS,
}


def drawn(result: dict[str, Any]) -> dict[str, Callable[[str], str]]:
    """What draws each list on the terminal, in a language."""
    draws = {"layers": table, "windows": table, "months": strip}
    return {key: partial(draw, result[key]) for key, draw in draws.items()}


def table(items: list[dict[str, Any]], lang: str) -> str:
    """A table of the columns that hold anything."""
    keys = [k for k in (items[0] if items else ()) if any(i[k] is not None for i in items)]
    rows = [[cell(k, item[k], lang) for k in keys] for item in items]
    return "\n".join(fitting([label(k, lang, "entitlement") for k in keys], rows, WIDE) or [])


def cell(key: str, value: Any, lang: str) -> str:
    """One value as a person reads it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return (("是", "否") if lang == "zh" else ("yes", "no"))[not value]
    if key in WORDS:
        return WORDS[key][value][lang != "zh"]
    return str(value)


def strip(months: list[dict[str, Any]], lang: str) -> str:
    """A line a year, a sign a month; the legend names the signs that occur."""
    lines: dict[str, list[str]] = {}
    used: dict[str, None] = {}
    for m in months:
        year, number = m["month"].split("-")
        sign = _sign(m)
        used[sign] = None
        lines.setdefault(year, [" "] * 12)[int(number) - 1] = sign
    legend = "   ".join(f"{s} {SIGNS[s][lang != 'zh']}" for s in SIGNS if s in used)
    text = [f"      {'1月' if lang == 'zh' else 'Jan'}        {'12月' if lang == 'zh' else 'Dec'}"]
    text += [f" {year}  {''.join(signs)}" for year, signs in lines.items()]
    return "\n".join([*text, " " + legend])


def _sign(month: dict[str, Any]) -> str:
    if month["basic"] == "entitled":
        return "#" if month["large_expense"] == "entitled" else "="
    return REASON_SIGN.get(month["basic"], ".")


REASON_SIGN = {
    "arrears": "x",
    "waiting": "w",
    "not_paid": "u",
    "gap_open": "g",
    "gap_too_long": "g",
    "other_scheme": "r",
    "dead": "+",
}
