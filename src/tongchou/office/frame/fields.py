"""What an operation takes: each argument a type of this page, read from JSON or a form, shown with its Chinese name.

An operation writes ``born: Annotated[date, day("出生日期", "born")]`` with the functions below. From them come the form
of the page, the schema of the JSON interface, and what is refused.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongchou.money.fen import MoneyError, format_fen, parse_fen

from . import secrecy
from .blur import HALF, blurred, seen, upright
from .refusal import OfficeRefused


@dataclass(frozen=True)
class Told:
    """An argument: its names in two languages, how it is read, what it may be."""

    zh: str
    en: str
    kind: str
    choices: tuple[tuple[str, str, str], ...] = ()
    """Of a ``choice``: (code, Chinese, English)."""
    hidden: bool = False
    """Personal: sealed where a command keeps it, masked where it is shown or recorded."""
    name: str = ""
    required: bool = True
    default: Any = None
    tidy: str = ""
    """How a text is brought into one form, so that what means the same is the same: ``slip`` or ``party``."""


def text(zh: str, en: str, hidden: bool = False) -> Told:
    """A line of text (``str``)."""
    return Told(zh, en, "text", hidden=hidden)


def slip(zh: str, en: str) -> Told:
    """The number of a bank slip (``str``): half width, capitals, no blanks, however it was typed."""
    return Told(zh, en, "text", tidy="slip")


def party(zh: str, en: str) -> Told:
    """The name of an institution, a unit or a person (``str``): letters in half width, single blanks."""
    return Told(zh, en, "text", tidy="party")


def long_text(zh: str, en: str) -> Told:
    """Several lines of text (``str``)."""
    return Told(zh, en, "long_text")


def number(zh: str, en: str) -> Told:
    """A whole number (``int``)."""
    return Told(zh, en, "number")


def money(zh: str, en: str) -> Told:
    """Fen (``int``); written as yuan with at most two decimals."""
    return Told(zh, en, "money")


def day(zh: str, en: str) -> Told:
    """A calendar day (``date``), YYYY-MM-DD."""
    return Told(zh, en, "day")


def moment(zh: str, en: str) -> Told:
    """A moment with its zone (``datetime``), ISO 8601."""
    return Told(zh, en, "moment")


def month(zh: str, en: str) -> Told:
    """A month YYYY-MM, as its first day (``date``)."""
    return Told(zh, en, "month")


def yes(zh: str, en: str) -> Told:
    """True or false (``bool``)."""
    return Told(zh, en, "yes")


def choice(zh: str, en: str, choices: Mapping[str, tuple[str, str]], name: str = "") -> Told:
    """One of some codes (``str``): code → (Chinese, English). ``name`` is that of the field it is read from."""
    return Told(zh, en, "choice", tuple((c, *names) for c, names in choices.items()), name=name)


def area(zh: str = "经办地区", en: str = "area") -> Told:
    """The six-digit code of an area of the office (``str``)."""
    return Told(zh, en, "area")


def place(zh: str, en: str) -> Told:
    """The six-digit code of any area, also of one that other offices work for (``str``)."""
    return Told(zh, en, "place")


def fields_of(function: Callable[..., Any]) -> tuple[Told, ...]:
    """The arguments of an operation, in order. Raises TypeError for one that does not say what it is."""
    hints = typing.get_type_hints(function, include_extras=True)
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        told = next(
            (
                m
                for t in (hints[name], *typing.get_args(hints[name]))
                for m in getattr(t, "__metadata__", ())
                if isinstance(m, Told)
            ),
            None,
        )
        if told is None:
            raise TypeError(f"{function.__name__}: {name} does not say what it is; use office.frame.fields")
        required = parameter.default is inspect.Parameter.empty
        found.append(replace(told, name=name, required=required, default=None if required else parameter.default))
    return tuple(found)


def refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names that are none of those known: ``unknown_argument``, with the first of them."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        name = seen(unknown[0])
        raise OfficeRefused(
            "unknown_argument",
            f"没有参数 {name}；" + (f"可用：{'、'.join(known)}" if known else "此处不带参数"),
            f"no argument {name}; " + (f"there are {', '.join(known)}" if known else "there is none here"),
            name,
        )


def read(fields: tuple[Told, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as an operation takes them, from JSON or form values. Raises OfficeRefused naming the field."""
    refuse_unknown(given, [f.name for f in fields])
    read_ones = {}
    for f in fields:
        value = given.get(f.name)
        if isinstance(value, str) and f.kind not in ("long_text",):
            value = value.strip()
        if value is None or value == "":
            if f.required:
                raise OfficeRefused("argument_missing", f"缺少“{f.zh}”", f"{f.en} is missing", f.name)
            read_ones[f.name] = f.default
            continue
        read_ones[f.name] = read_one(f, value)
    return read_ones


def read_one(f: Told, value: Any) -> Any:
    """One argument. Raises OfficeRefused naming the field, what was expected and what was found."""
    try:
        return READERS[f.kind](f, value)
    except (ValueError, MoneyError) as e:
        hidden = f.hidden or secrecy.holds_number(str(value))
        found = value if f.kind == "money" else _told(value)
        shown = "" if hidden else f"：{found!r}"
        raise OfficeRefused(
            "argument_invalid",
            f"“{f.zh}”应为{EXPECTED[f.kind][0]}{shown}",
            f"{f.en}: expected {EXPECTED[f.kind][1]}" + ("" if hidden else f"; found {found!r}"),
            f.name,
        ) from e


def plain(f: Told, value: Any) -> Any:
    """An argument as JSON keeps it; ``read_one`` gives it back."""
    if value is None:
        return None
    if f.kind == "money":
        return format_fen(value)
    if f.kind == "month":
        return f"{value:%Y-%m}"
    return value.isoformat() if isinstance(value, date) else value


GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs that nobody sees and that turn a text round or tell two alike apart."""


def _text(f: Told, value: Any) -> str:
    if isinstance(value, str) and UNSEEN.search(value):
        raise OfficeRefused(
            "argument_invalid",
            f"“{f.zh}”中含有看不见的控制字符，请重新输入",
            f"{f.en} holds signs that cannot be seen; type it again",
            f.name,
        )
    if not isinstance(value, str) or len(value) > 2000 or re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", value):
        raise ValueError
    if not f.hidden and secrecy.holds_number(value):
        raise OfficeRefused(
            "number_in_text",
            f"“{f.zh}”中含有身份证号码，此处不加密；请改填人员编号",
            f"{f.en} holds an ID number, which is not sealed here; give the person's own number instead",
            f.name,
        )
    return TIDY[f.tidy](value) if f.tidy else value


def tidy_slip(written: str) -> str:
    """The number of a slip in one form."""
    return re.sub(r"\s+", "", upright(written)).replace("－", "-")


def _tidy_party(written: str) -> str:
    return " ".join(written.translate(HALF).split())


TIDY: dict[str, Callable[[str], str]] = {"slip": tidy_slip, "party": _tidy_party}


def _number(f: Told, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError
    # No record has so high a number: what has more digits is rather a personal number in the wrong place.
    if not re.fullmatch(r"-?[0-9]{1,12}", str(value)):
        raise ValueError
    return int(value)


def _money(f: Told, value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError
    # Pages write thousands apart; what is copied from them is taken, commas in any other place are not.
    return parse_fen(value.replace(",", "") if GROUPED.fullmatch(value) else value)


def _day(f: Told, value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError
    return date.fromisoformat(value)


def _moment(f: Told, value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError
    return found


def _month(f: Told, value: Any) -> date:
    if isinstance(value, date):
        return value.replace(day=1)
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}", value):
        raise ValueError
    return date.fromisoformat(f"{value}-01")


def _yes(f: Told, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "on", "1"):
        return True
    if value in ("false", "off", "0"):
        return False
    raise ValueError


def _told(value: Any) -> Any:
    """A value as a refusal repeats it, without what may be a personal number."""
    if isinstance(value, bool) or value is None:
        return value
    said = blurred(str(value))
    return said if len(said) <= 60 else f"{said[:60]}…"


def _choice(f: Told, value: Any) -> str:
    if value not in [code for code, _, _ in f.choices]:
        listed = "、".join(f"{code} {zh}" for code, zh, _ in f.choices)
        raise OfficeRefused(
            "argument_invalid",
            f"“{f.zh}”应为 {listed} 之一：{_told(value)!r}",
            f"{f.en}: expected one of {', '.join(c for c, _, _ in f.choices)}; found {_told(value)!r}",
            f.name,
        )
    return str(value)


def _area(f: Told, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{6}", value):
        raise ValueError
    return value


READERS: dict[str, Callable[[Told, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _money,
    "day": _day,
    "moment": _moment,
    "month": _month,
    "yes": _yes,
    "choice": _choice,
    "area": _area,
    "place": _area,
}
EXPECTED = {
    "text": ("2000字以内的文字", "text of at most 2,000 characters"),
    "long_text": ("2000字以内的文字", "text of at most 2,000 characters"),
    "number": ("整数", "a whole number"),
    "money": ("金额（元，至多两位小数）", "yuan with at most two decimals, as text"),
    "day": ("日期 YYYY-MM-DD", "a date YYYY-MM-DD"),
    "moment": ("带时区的时刻", "a moment with its zone"),
    "month": ("月份 YYYY-MM", "a month YYYY-MM"),
    "yes": ("是或否", "true or false"),
    "choice": ("所列代码之一", "one of the codes"),
    "area": ("六位行政区划代码", "a six-digit area code"),
    "place": ("六位行政区划代码", "a six-digit area code"),
}
