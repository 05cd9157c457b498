"""Running totals of a benefit year: which names of a scheme are kept from one visit to the next, and their limits."""

from __future__ import annotations

import datetime as dt

from tongchou.law.constants import NO_END
from tongchou.law.tables import Cap, Scheme

from .calendar import benefit_year
from .counter import SlotKey
from .desk import used_slots
from .reference_values import compute

YEAR = "year"
ADMISSIONS = "admissions"
"""The one total that is a count; every other is fen."""
OF = {"": ("累计支付", "paid so far"), "deductible": ("已付起付标准", "deductible borne"),
      "burden": ("累计费用", "cost so far")}  # fmt: skip
"""What a total of a layer counts, by what follows the layer's name."""


def yearly_slots(scheme: Scheme) -> dict[str, tuple[SlotKey, ...]]:
    """Totals kept by benefit year, by the name that ``--used`` gives them; not those of a visit, a month, a disease.

    Only what a name counts by the year is listed: a layer with a cap a month besides has a total here, too.
    """
    found = {}
    for name, slots in used_slots(scheme).items():
        kept = tuple(s for s in slots if s[1] == YEAR and not s[2])
        if kept:
            found[name] = kept
    return found


def not_yearly(scheme: Scheme) -> tuple[str, ...]:
    """Names of totals that a scheme keeps over other periods than a benefit year or a visit, or apart by a key."""
    found = []
    for name, slots in used_slots(scheme).items():
        if any(s[1] not in (YEAR, "visit") or s[2] for s in slots):
            found.append(name)
    return tuple(found)


def titles(scheme: Scheme) -> dict[str, tuple[str, str]]:
    """Names of the totals of a year → what to call them, Chinese and English."""
    layers = {layer.name: layer.title for layer in scheme.layers}
    found = {}
    for name in yearly_slots(scheme):
        if name == ADMISSIONS:
            found[name] = ("住院次数", "admissions")
            continue
        layer, _, of = name.partition(".")
        zh, en = OF.get(of, (of, of))
        found[name] = (f"{layers[layer]}：{zh}", f"{layer}: {en}")
    return found


def year_of(scheme: Scheme, day: dt.date) -> int:
    """The benefit year of a day."""
    return benefit_year(day.toordinal(), scheme.year_starts)


def first_of(scheme: Scheme, year: int) -> dt.date:
    """The first day of a benefit year."""
    return dt.date(year, *scheme.year_starts)


def highest(scheme: Scheme, slot: SlotKey, year: int) -> int | None:
    """The most a total can come to in a benefit year, whoever's it is; None where the law sets no such limit.

    Every payment into a capped total meets one of its caps, so the highest of them is the limit. A layer that pays
    under no cap, a cap without a figure or one that hangs on a claim's own amounts leaves it open.
    """
    first, after = first_of(scheme, year).toordinal(), first_of(scheme, year + 1).toordinal()
    caps = [
        c
        for layer in scheme.layers
        if layer.start < after and (layer.end or NO_END) > first
        for c in layer.caps
        if (c.pool, c.per, c.key or "") == slot
    ]
    found = [limit for c in caps for limit in _limits(scheme, c, first, after)]
    return max((x for x in found if x is not None), default=None) if found and None not in found else None


def _limits(scheme: Scheme, cap: Cap, first: int, after: int) -> list[int | None]:
    """The figures of a cap on days [first, after)."""
    found: list[int | None] = []
    for version in cap.amount.versions:
        if version.start >= after or (version.end or NO_END) <= first:
            continue
        for cell in version.cells:
            try:
                found.append(compute(scheme, cell.expr, {"day": max(version.start, first)}))
            except (KeyError, LookupError):  # an amount of the claim itself
                found.append(None)
    return found
