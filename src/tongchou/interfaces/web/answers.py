"""An answer of the office as a page shows it: labels in both languages, codes with their names, money apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongchou.office.frame.fields import Told
from tongchou.office.frame.operation import Operation
from tongchou.office.frame.staff import ROLES

from .behind import behind
from .guard import Desk
from .names import LABELS, code_name, field_names
from .words import VERDICTS, maybe_moment, money

PAGES = {"command": "commands", "person": "people", "employer": "employers", "job": "jobs"}
"""Keys whose number has a page."""
FIRST = ("command", "verdict", "row", "id", "fund", "account", "code", "field", "zh", "en")
"""Keys that come first, in this order."""
FEN = {"sum_fen", "liability"}
"""Keys whose number is fen."""


@dataclass(frozen=True)
class Cell:
    """One value: ``text``, a ``link`` and a ``note`` with it, or nested ``pairs`` or a ``table`` of head and rows."""

    text: str = ""
    link: str = ""
    kind: str = "text"
    pairs: tuple[tuple[str, Cell], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""


Own = Mapping[str, Told]
"""The fields of the operation that is shown: what it calls its arguments comes before any other name."""


def shown(desk: Desk, answer: Mapping[str, Any], operation: Operation | None = None) -> Cell:
    """A whole answer, or the arguments of an operation, as pairs of label and value."""
    return _pairs(desk, answer, {f.name: f for f in operation.fields} if operation else {})


def _pairs(desk: Desk, answer: Mapping[str, Any], own: Own) -> Cell:
    # The database keeps an answer without the order of its keys: that of the form, then a fixed one, comes first.
    keys = [k for k in _ordered(answer, own) if not (k == "again" and not answer[k])]
    pairs = [
        (label(desk, k, own), replace(cell(desk, k, answer[k], own), note=behind(desk, k, answer[k]))) for k in keys
    ]
    return Cell(kind="pairs", pairs=tuple(pairs))


def _ordered(keys: Iterable[str], own: Own) -> list[str]:
    order = {k: i for i, k in enumerate([*FIRST, *own])}
    return sorted(keys, key=lambda k: order.get(k, len(order)))


def label(desk: Desk, key: str, own: Own | None = None) -> str:
    """The name of a key of an answer; the key itself where nobody gave it one."""
    if own and key in own:
        return desk.t(own[key].zh, own[key].en)
    found = LABELS.get(key) or field_names().get(key)
    return desk.t(*found) if found else key


def cell(desk: Desk, key: str, value: Any, own: Own | None = None) -> Cell:
    """One value of an answer."""
    own = own or {}
    if isinstance(value, dict):
        return _pairs(desk, value, own) if value else Cell("—")
    if isinstance(value, list):
        return _list(desk, key, value, own)
    if value is None or value == "":
        return Cell("—")
    if isinstance(value, bool):
        return Cell(desk.t("是", "yes") if value else desk.t("否", "no"))
    if key in FEN and isinstance(value, int):
        return Cell(money(value), kind="money")
    if key in PAGES and isinstance(value, int):
        return Cell(str(value), f"/office/{PAGES[key]}/{value}/")
    return _scalar(desk, key, value, own)


def _scalar(desk: Desk, key: str, value: Any, own: Own) -> Cell:
    text = str(value)
    chosen = {c: (zh, en) for c, zh, en in own[key].choices} if key in own else {}
    if text in chosen:
        return Cell(desk.t(*chosen[text]))
    if key == "verdict" and text in VERDICTS:
        return Cell(desk.t(*VERDICTS[text]))
    if key == "role" and text in ROLES:
        return Cell(desk.t(*ROLES[text]))
    is_area = key in own and own[key].kind == "area"
    if text in desk.names and (is_area or key in ("area", "parent") or key.endswith("area")):
        return Cell(desk.area(text), kind="area")
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d{2}", text):
        return Cell(money(text), kind="money")
    named = code_name(key, text)
    if named:
        return Cell(desk.t(*named))
    if isinstance(value, int):
        return Cell(text, kind="number")
    return Cell(maybe_moment(text), kind="day" if re.match(r"\d{4}-\d{2}", text) else "text")


def _list(desk: Desk, key: str, values: list[Any], own: Own) -> Cell:
    if not values:
        return Cell("—")
    if all(isinstance(v, dict) for v in values):
        keys = _ordered(dict.fromkeys(k for v in values for k in v), own)
        rows = tuple(tuple(cell(desk, k, v.get(k), own) for k in keys) for v in values)
        return Cell(kind="table", head=tuple(label(desk, k, own) for k in keys), rows=rows)
    return Cell(kind="table", rows=tuple((cell(desk, key, v, own),) for v in values))
