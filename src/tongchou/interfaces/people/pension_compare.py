"""``quote pension``: more months, and early beside normal retirement, as numbers, tables and a plot."""

from __future__ import annotations

from functools import partial

from tongchou.interfaces.wording.people.form import fraction, tenths
from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.law.days import iso_month
from tongchou.law.findings import NoRule
from tongchou.money import format_fen
from tongchou.money.lanes import half_up, held
from tongchou.rules.contribution.base import edges, mean_wage
from tongchou.rules.pension.compare import (
    Compared,
    Way,
    first_payment,
    over_life,
    say_compared,
    say_fall,
    way_of,
)
from tongchou.rules.pension.later import Between, after, before, between
from tongchou.rules.pension.slip import Slip, parts_of
from tongchou.rules.reckoning import FactRefused
from tongchou.rules.retirement.age import retirement_month
from tongchou.rules.retirement.elastic import elastic_choice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

LAST_AGE = 90
"""Payments are listed and drawn up to this age; the sums over life go to the end of the life table."""
MOST_MONTHS = 240


def more_months(law: Reckoning, slip: Slip, facts: dict[str, Any], retires: int) -> dict[str, Any]:
    """The pension with some more months at the values of the slip: what each part becomes."""
    count = facts["more_months"]
    if count > MOST_MONTHS:
        raise FactRefused("out_of_range", "more_months", str(count), f"at most {MOST_MONTHS}", f"至多 {MOST_MONTHS}")
    record = after(slip.record, _between(law, slip, facts, retires + 1, count))
    parts = parts_of(slip.values, record)
    say_fall(law, slip.parts, parts, slip.record.index, record.index)
    return {
        "more_months": count,
        "index": fraction(record.index),
        "basic": format_fen(parts.basic),
        "account": format_fen(parts.account),
        "transitional": format_fen(parts.transitional),
        "total": format_fen(parts.total),
    }


def _between(law: Reckoning, slip: Slip, facts: dict[str, Any], first: int, months: int) -> Between:
    """What is paid in the months between: at the index and base given, one from the other by the mean wage.

    With neither the person goes on at the mean index, the base held between floor and cap.
    """
    index, base = facts["further_index"], facts["further_base"]
    if index is None or base is None:
        try:
            wage = mean_wage(law, first).value
            if index is None and base is None:
                index = slip.record.index
                floor, cap, _ = edges(law, first)
                base = held(half_up(wage * index, MONTHS * RATE_SCALE), floor, cap)
            elif base is None:
                base = half_up(wage * index, MONTHS * RATE_SCALE)
            else:
                index = half_up(base * MONTHS * RATE_SCALE, wage)
        except NoRule as e:
            lacks = "further_base" if base is None else "further_index"
            raise FactRefused("missing_value", lacks, "", f"index and base of the months; {e}", "其间指数和基数") from e
    return between(law, first, months, index, base)


def compared(law: Reckoning, slip: Slip, facts: dict[str, Any], retires: int) -> dict[str, Any]:
    """Early and normal side by side, what each has paid out by age, over life, and the break-even age."""
    for name in ("born", "sex"):
        if facts[name] is None:
            raise FactRefused("missing_value", name, "", "given together with compare", "与 compare 同时给出")
    born = facts["born"]
    other = _other_month(law, facts, retires)
    first, months = min(retires, other) + 1, abs(other - retires)
    if months > MOST_MONTHS:
        raise FactRefused(
            "out_of_range",
            "compare_with",
            iso_month(other),
            f"at most {MOST_MONTHS} months from {iso_month(retires)}",
            f"与 {iso_month(retires)} 相距至多 {MOST_MONTHS} 个月",
        )
    b = _between(law, slip, facts, first, months)
    asked = Way(
        retires, first_payment(law, retires), retires - born, slip.record, slip.values.payment_tenths, slip.parts
    )
    moved = after(slip.record, b) if other > retires else before(slip.record, b)
    there = way_of(law, slip, moved, other, born, None)
    early, normal = (asked, there) if other > retires else (there, asked)
    c = Compared(early, normal, b, born)
    over_life(law, c, facts["sex"])
    say_compared(law, c)
    return _json(c)


def _other_month(law: Reckoning, facts: dict[str, Any], retires: int) -> int:
    """The month to compare with: as given, else the statutory one, else the earliest that may be chosen."""
    given: int | None = facts["compare_with"]
    if given is not None:
        if given == retires:
            raise _nothing(given)
        return given
    _, delay, month = retirement_month(law, facts["born"], facts["sex"], facts["category"])
    if month != retires:
        return month
    choice = elastic_choice(law, month, month - delay, facts["months"])
    if choice.earliest is None or choice.earliest == retires:
        raise _nothing(retires)
    return choice.earliest


def _nothing(month: int) -> FactRefused:
    text = iso_month(month)
    return FactRefused("nothing_to_compare", "compare_with", text, f"another month than {text}", f"{text} 以外的月份")


def _json(c: Compared) -> dict[str, Any]:
    b = c.between
    by_month = [
        {"month": iso_month(m), "early": format_fen(early), "normal": format_fen(normal)}
        for m in c.months(LAST_AGE)
        for early, normal in [c.cumulated(m)]
    ]
    answer: dict[str, Any] = {
        "compare": {
            "early": _way_json(c.early),
            "normal": _way_json(c.normal),
            "months_between": b.months,
            "further_index": fraction(b.index),
            "further_base": format_fen(b.base),
            "break_even_month": None if c.overtaken is None else iso_month(c.overtaken),
            "break_even_age_months": None if c.overtaken is None else c.overtaken - c.born,
            "expected": c.expected and {name: format_fen(fen) for name, fen in c.expected.items()},
        },
        "by_age": _by_age(c),
        "by_month": by_month,
    }
    return {**answer, "_drawn": {"by_month": partial(_plot, answer)}, "_beside": [("compare", ("early", "normal"))]}


def _way_json(way: Way) -> dict[str, Any]:
    p = way.parts
    return {
        "retires": iso_month(way.retires),
        "age_months": way.age_months,
        "first_month": iso_month(way.first),
        "months": way.record.months,
        "index": fraction(way.record.index),
        "account_balance": format_fen(way.record.balance),
        "payment_months": tenths(way.payment_tenths),
        "basic": format_fen(p.basic),
        "account": format_fen(p.account),
        "transitional": format_fen(p.transitional),
        "one_child": format_fen(p.one_child),
        "total": format_fen(p.total),
    }


def _by_age(c: Compared) -> list[dict[str, Any]]:
    """What each way has paid out by birthdays, every fifth year of age and the one of the break-even."""
    ages = {age for age in range(LAST_AGE + 1) if age % 5 == 0 and c.born + age * MONTHS >= c.normal.first}
    if c.overtaken is not None:
        ages.add(-(-(c.overtaken - c.born) // MONTHS))
    rows = []
    for age in sorted(ages):
        early, normal = c.cumulated(c.born + age * MONTHS)
        ahead = "early" if early > normal else "normal" if normal > early else "none"
        rows.append(
            {
                "age": age,
                "early": format_fen(early),
                "normal": format_fen(normal),
                "ahead": ahead,
                "by": format_fen(abs(early - normal)),
            }
        )
    return rows


def _plot(answer: dict[str, Any], lang: str) -> str:
    """The terminal's plot; what draws it is loaded only here."""
    from .pension_plot import drawn

    return drawn(answer, lang)
