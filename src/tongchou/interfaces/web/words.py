"""How pages write things: two languages, money, moments, areas; the environment of the templates."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from tongchou.money.fen import format_fen
from tongchou.office.frame.calendar import ZONE
from tongchou.office.frame.staff import ROLES

STATIC = Path(__file__).parent / "static"
VERDICTS = {
    "": ("待审批", "open"),
    "approved": ("已通过", "approved"),
    "rejected": ("已驳回", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
}
STATES = {
    "queued": ("排队中", "queued"),
    "running": ("进行中", "running"),
    "done": ("已完成", "done"),
    "failed": ("失败", "failed"),
    "cancelled": ("已取消", "cancelled"),
}


def money(value: Any) -> str:
    """Fen, or yuan as text, with thousands apart: 1,234.50."""
    if value is None or value == "":
        return ""
    text = format_fen(value) if isinstance(value, int) else str(value)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    if not whole.isdigit():
        return text
    return f"{sign}{int(whole):,}.{part:0<2}"


def moment(value: Any) -> str:
    """A moment on the clocks of China, to the minute."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return str(value) if value is not None else ""


def day(value: Any) -> str:
    """A day YYYY-MM-DD; without an end, a dash."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return value.isoformat() if isinstance(value, date) else str(value or "")


def maybe_moment(text: str) -> str:
    """Text that is a moment in ISO 8601 as ``moment`` writes it; any other text as it is."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*", text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return text
        return moment(found) if found.tzinfo else text
    return text


@cache
def static(name: str) -> str:
    """The address of a static file, another one when its content changes."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def environment(**options: Any) -> Environment:
    """The templates' environment: what is not there is an error, everything is escaped."""
    made = Environment(**{**options, "undefined": StrictUndefined, "lstrip_blocks": True})
    made.filters.update(money=money, moment=moment, day=day)
    made.globals.update(static=static, VERDICTS=VERDICTS, STATES=STATES, ROLES=ROLES)
    return made
