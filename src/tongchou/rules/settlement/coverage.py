"""Which categories an encoded scheme takes on which days; what it does not take is refused, not paid zero."""

from __future__ import annotations

from tongchou.law.constants import NO_END

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without the compiler of law
    from tongchou.law.tables import Scheme

LARGEST_YEAR_D4 = 2 * 10**14
"""Most fen that a person's claims of a year may add up to where rates stand over 10^4 (int64: four times it)."""
LARGEST_YEAR_D8 = 2 * 10**10
"""The same where rates stand over 10^8, because factors multiply."""


ALWAYS_THERE = frozenset({"category", "level", "status", "rank", "delivery_kind"})
"""Attributes that every claim has, or that are asked for by themselves."""


def intervals(scheme: Scheme) -> list[tuple[int, int]]:
    """The stretches of unchanging law of the scheme, in order."""
    from tongchou.law.resolve import edges

    days = edges(scheme)
    return list(zip(days, [*days[1:], scheme.end or NO_END], strict=True))


def taken_categories(scheme: Scheme, start: int, end: int) -> frozenset[int]:
    """Categories that some layer takes, or a clause stops by name, on the days [start, end) of unchanging law."""
    from tongchou.law.compile import Plan

    plan = Plan(scheme, start, end)
    found = {c for categories, _ in plan.groups for c in categories}
    for r in plan.reasons:
        if not r.pays:
            found |= {
                v for condition in r.when for t in condition if t.attr == "category" and t.op == "in" for v in t.values
            }
    return frozenset(found)


def largest_year(scheme: Scheme) -> int:
    """Most fen a person-year may hold under this scheme without leaving int64."""
    from tongchou.law.compile.lookups import rate_scale

    scales = [rate_scale(b.rate, layer.modifiers) for layer in scheme.layers for b in layer.bands]
    for layer in scheme.layers:
        for value in (layer.rate, layer.top_up):
            if value is not None:
                scales.append(rate_scale(value, layer.modifiers))
        if layer.prepay is not None:
            scales.append(rate_scale(layer.prepay.rate, layer.prepay.modifiers))
    return LARGEST_YEAR_D8 if max(scales, default=10**4) > 10**4 else LARGEST_YEAR_D4


def required_inputs(scheme: Scheme, start: int, end: int) -> dict[int, tuple[str, ...]]:
    """By category the attributes without default that its law reads in a window: a claim that lacks one is rejected.

    What only layers of other categories read may be absent (an outpatient visit has no days).
    """
    from tongchou.law.compile import Plan

    plan = Plan(scheme, start, end)
    by_name = {a.name: a for a in scheme.attributes}
    needed = [n for n in plan.attributes if n not in ALWAYS_THERE and by_name[n].default is None]
    common = plan.read_always()
    found = dict.fromkeys(range(len(scheme.categories)), tuple(n for n in needed if n in common))
    for categories, layers in plan.groups:
        reads = common | plan.read_by(layer for _, layer in layers)
        for category in categories:
            found[category] = tuple(n for n in needed if n in reads)
    return found


def disease_bits(scheme: Scheme, code: str, day: int) -> int:
    """The attribute ``disease`` of a claim: bit 0 given, bit k + 1 in the k-th catalogue on that day."""
    if not code:
        return 0
    names = list(dict.fromkeys(c.name for c in scheme.catalogues))
    bits = 1
    for c in scheme.catalogues:
        if c.start <= day < (c.end or NO_END) and any(
            e.code == code and e.start <= day < (e.end or NO_END) for e in c.entries
        ):
            bits |= 2 << names.index(c.name)
    return bits
