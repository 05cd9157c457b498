"""An operation's form: its declared fields as inputs, and what was filled in as arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tongchou.office.frame.areas import Area
from tongchou.office.frame.calendar import ZONE
from tongchou.office.frame.fields import Told, plain
from tongchou.office.frame.operation import Operation

from .behind import behind
from .guard import Desk

HINTS = {
    "number": ("整数", "a whole number"),
    "money": ("元，至多两位小数，如 1234.50", "yuan with at most two decimals, such as 1234.50"),
    "place": ("六位行政区划代码，如 110100", "a six-digit area code, such as 110100"),
    "month": ("如 2023-05", "such as 2023-05"),
    "moment": ("北京时间", "on the clocks of Beijing"),
}


@dataclass(frozen=True)
class Option:
    """A choice of a select."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Input:
    """One field as the template draws it; ``kind`` names the input."""

    name: str
    zh: str
    en: str
    kind: str
    value: str
    required: bool
    options: tuple[Option, ...]
    hint: tuple[str, str]
    personal: bool
    behind: str = ""
    """Who or what the number that is filled in means."""


def inputs(desk: Desk, operation: Operation, values: Mapping[str, str], areas: Sequence[Area]) -> list[Input]:
    """The fields of an operation with what is filled in, or with their defaults."""
    found = [_input(f, values.get(f.name, _default(f)), areas) for f in operation.fields]
    return [replace(f, behind=behind(desk, f.name, f.value)) for f in found]


def _input(f: Told, value: str, areas: Sequence[Area]) -> Input:
    kind, options = f.kind, [Option(code, f"{zh}", en) for code, zh, en in f.choices]
    if kind == "area":
        options = [Option(a.code, f"{a.code} {a.zh}", f"{a.code} {a.en}") for a in areas]
        # One area only, and it is asked for: there is nothing to choose.
        value = value or (options[0].value if f.required and len(options) == 1 else "")
    if kind == "yes":
        options = [Option("true", "是", "yes"), Option("false", "否", "no")]
    return Input(f.name, f.zh, f.en, kind, value, f.required, tuple(options), HINTS.get(kind, ("", "")), f.hidden)


def _default(f: Told) -> str:
    found = None if f.required else plain(f, f.default)
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)


def filled(operation: Operation, sent: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field, as text."""
    return {f.name: str(sent[f.name]).replace("\r\n", "\n") for f in operation.fields if sent.get(f.name)}


def arguments(operation: Operation, values: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in as the office takes it: a moment gets the zone its page promises."""
    kinds = {f.name: f.kind for f in operation.fields}
    return {name: _zoned(value) if kinds[name] == "moment" else value for name, value in values.items()}


def _zoned(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return found.isoformat() if found.tzinfo else found.replace(tzinfo=ZONE).isoformat()
