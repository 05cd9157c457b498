"""Which scheme of which pooling area a person's totals belong to, and what that scheme calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import psycopg

from tongchou.law import Law, NoRule
from tongchou.law.tables import NO_END, Scheme
from tongchou.rules.settlement.counter import SlotKey
from tongchou.rules.settlement.refused import Refused
from tongchou.rules.settlement.visit import used_amounts
from tongchou.rules.settlement.yearly import titles, year_of, yearly_slots

from ..frame import lawbook
from ..frame.access import path_of
from ..frame.blur import blurred, seen
from ..frame.refusal import OfficeRefused
from ..registry import spells
from ..registry.spells import INSURANCES, Spell

SCHEMES = {"employee": INSURANCES["medical_employee"], "resident": INSURANCES["medical_resident"]}
"""Schemes of the law that people are insured in: what they are called."""
OF_INSURANCE = {"medical_employee": "employee", "medical_resident": "resident"}
"""Insurance of a spell → the scheme that pays."""


def spell_on(conn: psycopg.Connection, person: int, on: date, scheme: str = "", field: str = "on") -> Spell:
    """The spell of medical insurance of a person on a day. Raises OfficeRefused: ``not_enrolled``."""
    for spell in spells.at(conn, person, on):
        if OF_INSURANCE.get(spell.insurance) and scheme in ("", OF_INSURANCE[spell.insurance]):
            return spell
    named = SCHEMES[scheme] if scheme else ("基本医疗保险", "basic medical insurance")
    raise OfficeRefused(
        "not_enrolled",
        f"人员 {person} 在 {on} 未参加{named[0]}",
        f"person {person} is not in {named[1]} on {on}",
        field,
    )


def scheme_on(conn: psycopg.Connection, area: str, name: str, on: date) -> tuple[Law, Scheme]:
    """The law that counts, and the scheme of the nearest area above that has one, in force on a day.

    Raises OfficeRefused: ``no_rule``, ``law_not_approved``.
    """
    law = lawbook.in_force(conn)
    scheme = scheme_of(law, conn, area, name)
    if scheme is None or not scheme.start <= on.toordinal() < (scheme.end or NO_END):
        raise no_rule(area, name, on)
    return law, scheme


def no_rule(area: str, name: str, on: date, category: str = "") -> OfficeRefused:
    """That no law of a scheme, or of a category of care in it, is encoded for an area and day."""
    zh, en = (f"对医疗类别 {category} 的规定", f", category {category},") if category else ("", "")
    return OfficeRefused(
        "no_rule",
        f"{area} 在 {on} 的{SCHEMES.get(name, (name,))[0]}法规{zh}未编码，不予办理",
        f"no law of scheme {name}{en} is encoded for {area} on {on}",
        "category" if category else "on",
    )


def scheme_of(law: Law, conn: psycopg.Connection, area: str, name: str) -> Scheme | None:
    """The scheme of a name of the nearest area above, whatever its days; None where there is none."""
    code = next((c for c in reversed(path_of(conn, area)) if c in law.areas), area)
    try:
        return law.scheme(code, name, None)
    except NoRule:
        return None


def benefit_year(scheme: Scheme, on: date) -> int:
    """The benefit year of a day, as the scheme's law begins it."""
    return year_of(scheme, on)


def amounts_of(scheme: Scheme, text: str, field: str = "totals") -> list[tuple[str, int]]:
    """``name=amount`` pairs as ``quote visit --used`` takes them; the Chinese name of a total stands for it, too.

    Raises OfficeRefused: ``total_unknown``, ``total_twice``, ``amount_not_positive``, ``argument_invalid``.
    """
    slots, named = yearly_slots(scheme), {zh: name for name, (zh, _) in titles(scheme).items()}
    pairs = []
    for pair in filter(None, (p.strip() for p in re.split(r"[,，;；、\n]", text.replace("＝", "=")))):
        key, eq, value = (x.strip() for x in pair.partition("="))
        pairs.append(f"{named.get(key, key)}{eq}{value}")
    try:
        found = used_amounts(slots, ",".join(pairs))
    except Refused as e:
        raise _refused(scheme, slots, e, field) from e
    for i, (name, amount) in enumerate(found):
        if amount <= 0:
            raise OfficeRefused("amount_not_positive", f"{name} 须大于0", f"{name} is above 0", field)
        if name in (n for n, _ in found[:i]):
            raise OfficeRefused("total_twice", f"累计 {name} 出现两次", f"the total {name} stands twice", field)
    if not found:
        raise OfficeRefused("argument_missing", "缺少累计", "totals are missing", field)
    return found


def _refused(scheme: Scheme, slots: Mapping[str, tuple[SlotKey, ...]], e: Refused, field: str) -> OfficeRefused:
    if e.code == "unknown_used":
        key = seen(str(e).partition("--used ")[2].partition(":")[0].strip())
        called = titles(scheme)
        listed = "、".join(f"{n}（{called[n][0]}）" for n in slots)
        return OfficeRefused(
            "total_unknown",
            f"本方案没有按年度保存的累计 {key!r}；可用：{listed}。写法：名称=数额，多项用逗号分开",
            f"the scheme keeps no total {key!r} by the year; it has {', '.join(slots)}. Written name=amount, …",
            field,
        )
    zh, en = map(blurred, e.said)
    return OfficeRefused(
        "argument_invalid", f"累计数额应为金额（元，至多两位小数）或整数次数：{zh}",
        f"totals: expected yuan with at most two decimals, or a whole number of admissions; {en}", field,
    )  # fmt: skip
