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
    from collections.abc import Mapping

    from tongchou.law.tables import Attribute, Scheme

_BORN = re.compile(r"(\d{4})-(\d{2})\Z")


def money(name: str, text: str) -> int:
    """Yuan text as fen; refused naming the option."""
    try:
        return parse_fen(text)
    except MoneyError as e:
        raise Refused(f"not_money: --{name.replace('_', '-')}: {e}") from e


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
                raise Refused(f"out_of_range: --{a.name.replace('_', '-')}: {a.low} … {a.high}, 不是 not {age}")
            claim[a.name] = age
        elif a.kind != "state":
            text = left.pop(a.source if a.source in left else a.name, None)
            claim[a.name] = _code(a, text)
    for name in ("service_date", "claim_id", "person_id"):
        left.pop(name, None)
    if left:
        from tongchou.law.findings import did_you_mean

        known = [a.name for a in scheme.attributes if a.kind != "state"] + ["billed", "in_scope", "born", *BILL_PARTS]
        word = next(iter(left))
        raise Refused(f"unknown_option: --{word.replace('_', '-')}: {did_you_mean(word, known)}")
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
    option = f"--{a.name.replace('_', '-')}"
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
            raise Refused(f"not_true_false: {option}: true / false, 不是 not {text!r}")
        return int(text == "true")
    if a.kind == "money":
        return money(a.name, text)
    if a.kind == "date":
        try:
            return dt.date.fromisoformat(text).toordinal()
        except ValueError:
            raise Refused(f"not_a_date: {option}: YYYY-MM-DD, 不是 not {text!r}") from None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(f"not_an_integer: {option}: 应为整数 a whole number, 不是 not {text!r}")
    value = int(text)
    if (a.low is not None and value < a.low) or (a.high is not None and value > a.high):
        raise Refused(f"out_of_range: {option}: {a.low} … {a.high}, 不是 not {text}")
    return value


def _known(a: Attribute, word: str, option: str) -> None:
    if word not in a.values:
        from tongchou.law.findings import did_you_mean

        raise Refused(f"unknown_code: {option}: {word!r}; {did_you_mean(word, a.values)} ({', '.join(a.values)})")


def _age(left: dict[str, str], day: int) -> int:
    """Whole years on the day from ``born`` (YYYY-MM) or ``age``; −1 where neither is given."""
    born, age = left.pop("born", None), left.pop("age", None)
    if born:
        match = _BORN.match(born)
        if not match or not 1 <= int(match[2]) <= 12:
            raise Refused(f"not_a_date: --born: YYYY-MM, 不是 not {born!r}")
        on = dt.date.fromordinal(day)
        return on.year - int(match[1]) - (on.month < int(match[2]))
    if age:
        if not age.isdigit() or int(age) > 150:
            raise Refused(f"out_of_range: --age: 0 … 150, 不是 not {age!r}")
        return int(age)
    return -1
