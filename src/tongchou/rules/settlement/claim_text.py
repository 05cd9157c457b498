"""One claim from option texts: the same columns, codes and money as a claims file, as ints for the fold."""

from __future__ import annotations

import datetime as dt
import re

from tongchou.law.constants import BILL_PARTS
from tongchou.money import MoneyError, parse_fen

from .coverage import disease_bits
from .refused import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without the tables
    from collections.abc import Iterable, Mapping

    from tongchou.law.tables import Attribute, Scheme

_BORN = re.compile(r"(\d{4})-(\d{2})\Z")


MONEY_ZH = {
    "not_money": "应为金额（元，至多两位小数，不带分隔符、符号和空格）",
    "negative_amount": "金额不得为负",
    "amount_too_large": "金额过大",
}
"""Why a text is no amount, in Chinese; by the code of MoneyError, which says it in English."""


def both(word: str, known: Iterable[str], zh: str, en: str) -> str:
    """A refusal of a word in both languages, with the nearest known word or all of them."""
    from tongchou.law.findings import did_you_mean
    from tongchou.law.findings_zh import phrase_zh

    near = did_you_mean(word, known)
    return f"{zh}；{phrase_zh(near)} · {en}; {near}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _range(low: int | None, high: int | None, found: object) -> str:
    """What to say of a number outside its bounds, of which at least one is there."""
    if high is None:
        zh, en = f"至少 {low}", f"at least {low}"
    elif low is None:
        zh, en = f"至多 {high}", f"at most {high}"
    else:
        zh, en = f"应在 {low} 至 {high} 之间", f"from {low} to {high}"
    return f"{zh}，不是 {found} · {en}, not {found}"


def money(name: str, text: str) -> int:
    """Yuan text as fen; refused naming the option."""
    try:
        return parse_fen(text)
    except MoneyError as e:
        raise Refused(f"not_money: {_option(name)}: {MONEY_ZH[e.code]}，不是 {text!r} · {e}") from e


def claim_from_text(scheme: Scheme, day: int, fields: Mapping[str, str]) -> dict[str, int]:
    """Kernel inputs of one claim. ``fields``: claims columns as text. Refuses unknown columns and codes by name."""
    left = dict(fields)
    claim = {"day": day}
    parts = {k: money(k, left.pop(k)) for k in [k for k in left if k.startswith("part_")]}
    amounts = {k: money(k, left.pop(k)) if k in left else 0 for k in BILL_PARTS}
    claim |= amounts | parts
    claim |= _totals(left, amounts)
    if sum(parts.values()) > claim["in_scope"]:
        raise Refused("amounts_do_not_add_up: part_… 之和超过 in_scope · the parts exceed in_scope")
    for layer in scheme.layers:
        if layer.intake.kind == "part":
            claim.setdefault(f"part_{layer.intake.name}", 0)
    disease, age = left.pop("disease", ""), _age(left, day)
    for a in scheme.attributes:
        if a.kind == "disease":
            claim[a.name] = disease_bits(scheme, disease, day)
        elif a.kind == "integer" and a.source in ("born", "age"):
            if age >= 0 and not (a.low or 0) <= age <= (a.high if a.high is not None else age):
                raise Refused(f"out_of_range: {_option(a.name)}: {_range(a.low, a.high, age)}")
            claim[a.name] = age
        elif a.kind != "state":
            text = left.pop(a.source if a.source in left else a.name, None)
            claim[a.name] = _code(a, text)
    for name in ("service_date", "claim_id", "person_id"):
        left.pop(name, None)
    if left:
        known = [a.name for a in scheme.attributes if a.kind != "state"] + ["billed", "in_scope", "born", *BILL_PARTS]
        word = next(iter(left))
        raise Refused(f"unknown_option: {_option(word)}: {both(word, known, '没有此项', 'no such column')}")
    return claim


def _totals(left: dict[str, str], amounts: Mapping[str, int]) -> dict[str, int]:
    rest = sum(amounts.values())
    billed = money("billed", left.pop("billed")) if "billed" in left else None
    scope = money("in_scope", left.pop("in_scope")) if "in_scope" in left else None
    if scope is None:
        if billed is None:
            raise Refused("missing_value: 请给出 --in-scope 或 --billed · give --in-scope or --billed")
        scope = billed - rest
    if billed is None:
        billed = scope + rest
    if scope < 0 or billed != scope + rest:
        raise Refused(
            "amounts_do_not_add_up: billed 应等于 in_scope 与三项自费之和 · billed must be in_scope plus the three"
        )
    return {"billed": billed, "in_scope": scope}


def _code(a: Attribute, text: str | None) -> int:
    if text is None or text == "":
        return a.default if a.default is not None else -1
    option = _option(a.name)
    if a.kind == "codes":
        words = text.split(";")
        for w in words:
            _known(a, w, option)
        return sum({1 << a.values.index(w) for w in words})
    if a.kind == "code":
        _known(a, text, option)
        return a.values.index(text)
    if a.kind == "flag":
        if text not in ("true", "false"):
            raise Refused(f"not_true_false: {option}: 应为 true 或 false，不是 {text!r} · true or false, not {text!r}")
        return int(text == "true")
    if a.kind == "money":
        return money(a.name, text)
    if a.kind == "date":
        try:
            return dt.date.fromisoformat(text).toordinal()
        except ValueError:
            raise Refused(
                f"not_a_date: {option}: 应为日期 年-月-日，不是 {text!r} · a day as YYYY-MM-DD, not {text!r}"
            ) from None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(f"not_an_integer: {option}: 应为整数，不是 {text!r} · a whole number, not {text!r}")
    value = int(text)
    if (a.low is not None and value < a.low) or (a.high is not None and value > a.high):
        raise Refused(f"out_of_range: {option}: {_range(a.low, a.high, text)}")
    return value


def _known(a: Attribute, word: str, option: str) -> None:
    if word not in a.values:
        listed = ", ".join(a.values)
        said = both(word, a.values, f"没有代码 {word!r}，可用 {listed}", f"no code {word!r} of {listed}")
        raise Refused(f"unknown_code: {option}: {said}")


def _age(left: dict[str, str], day: int) -> int:
    """Whole years on the day from ``born`` (YYYY-MM) or ``age``; −1 where neither is given."""
    born, age = left.pop("born", None), left.pop("age", None)
    if born:
        match = _BORN.match(born)
        if not match or not 1 <= int(match[2]) <= 12:
            raise Refused(f"not_a_date: --born: 应为 年-月，不是 {born!r} · a month as YYYY-MM, not {born!r}")
        on = dt.date.fromordinal(day)
        return on.year - int(match[1]) - (on.month < int(match[2]))
    if age:
        if not age.isdigit() or int(age) > 150:
            raise Refused(f"out_of_range: --age: {_range(0, 150, age)}")
        return int(age)
    return -1
