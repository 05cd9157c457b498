"""The slow, plain reading of the tables: docs/algorithms/settlement.md, sentence by sentence.

An independent witness against which the generated kernel is compared claim by claim. Clarity over speed:
Python ints for fen, ``Fraction`` for rates, one claim after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tongchou.law.tables import Layer, Scheme
from tongchou.rules.settlement.reference_values import (
    Attrs,
    Facts,
    Key,
    Payment,
    Totals,
    band_pieces,
    best_rate,
    half_up,
    highest,
    holds,
    in_force,
    least_deductible,
    least_rate,
    make_facts,
    period_key,
    pool_key,
)


@dataclass(frozen=True)
class PlainResult:
    """One claim settled; every amount in fen."""

    deductible: int
    paid: dict[str, int]
    """By layer name, every layer of the scheme."""
    parts: dict[str, int]
    """The person's burden by named part; only what is not 0."""
    institution: int
    reason: str
    warnings: frozenset[str]


@dataclass
class Bill:
    """One claim while it goes through the layers; every amount in fen."""

    paid: dict[str, int]
    parts: dict[str, int]
    untaken: dict[str, int]
    """What claim ('') and each known part of the bill still hold for a layer to take."""
    overflow: dict[str, int] = field(default_factory=dict)
    institution: int = 0
    deductible: int | None = None
    entered: bool = False
    capped: bool = False
    deducted: bool = False

    def add(self, part: str, amount: int) -> None:
        """Put an amount on one of the person's parts."""
        self.parts[part] = self.parts.get(part, 0) + amount

    def lower(self, parts: Sequence[str], amount: int) -> None:
        """Take an amount out of the parts in the listed order."""
        for part in parts:
            taken = min(amount, self.parts.get(part, 0))
            self.add(part, -taken)
            amount -= taken
        assert amount == 0, "more taken out of the parts than they hold"


def grow(totals: Totals, key: Key | None, amount: int) -> None:
    """Let a running total grow; no key: nothing is remembered."""
    if key is not None and amount:
        totals[key] = totals.get(key, 0) + amount


# Before the layers


def effective_severe(scheme: Scheme, claim: Attrs) -> tuple[bool, set[str]]:
    """Whether the claim counts as severe, with the warnings of that judgement."""
    if not claim["severe"]:
        return False, set()
    listed = in_catalogue(scheme, claim, "severe")
    if listed is None:
        return True, {"disease_unchecked"}
    return (True, set()) if listed else (False, {"disease_not_severe"})


def in_catalogue(scheme: Scheme, claim: Attrs, name: str) -> bool | None:
    """Whether the disease is in the catalogue of that name; None: not given, or none in force."""
    day = claim["day"]
    numbers = [
        k for k, c in enumerate(scheme.catalogues) if c.name == name and in_force(c.start, c.end, day)
    ]
    if not numbers or not claim["disease"] & 1:
        return None
    return any(claim["disease"] >> (k + 1) & 1 for k in numbers)


def admission_keys(scheme: Scheme, claim: Attrs) -> tuple[Key, Key]:
    """Addresses of the year's count and of the episode's own number."""
    year, episode = period_key(scheme, "year", claim), period_key(scheme, "episode", claim)
    return ("admissions", year, None), ("episode.admission", episode, None)


def counts_as_admission(scheme: Scheme, attrs: Attrs) -> bool:
    """Whether some layer in force says so; none declares it: stays."""
    declared = [
        layer.counts_as_admission
        for layer in scheme.layers
        if in_force(layer.start, layer.end, attrs["day"]) and layer.counts_as_admission is not None
    ]
    if not declared:
        return scheme.categories[attrs["category"]] == "inpatient"
    return any(holds(scheme, when, attrs) for when in declared)


def read_claim(scheme: Scheme, claim: Attrs, totals: Totals) -> tuple[Facts, bool, set[str]]:
    """The claim as law reads it, whether it counts as an admission, and the warnings about severe."""
    severe, warnings = effective_severe(scheme, claim)
    count, number = admission_keys(scheme, claim)
    following = totals.get(count, 0) + 1
    attrs = {**claim, "severe": int(severe), "admission_no": following}
    counts = counts_as_admission(scheme, attrs)
    if counts:
        attrs["admission_no"] = totals.get(number, 0) or following
    return make_facts(scheme, attrs), counts, warnings


def stopping_reason(facts: Facts) -> str:
    """The reason for which no layer may pay, before the disease is looked at; '' if none."""
    if not facts.whole["designated"]:
        return "not_designated"
    for reason in facts.scheme.reasons:
        in_time = in_force(reason.start, reason.end, facts.day)
        if not reason.pays and in_time and holds(facts.scheme, reason.when, facts.whole):
            return reason.code
    return ""


def accompanying_reason(facts: Facts) -> str:
    """The first reason that pays as usual and holds; '' if none."""
    for reason in facts.scheme.reasons:
        in_time = in_force(reason.start, reason.end, facts.day)
        if reason.pays and in_time and holds(facts.scheme, reason.when, facts.whole):
            return reason.code
    return ""


def check_disease(facts: Facts) -> tuple[str, set[str]]:
    """Stopping reason and warnings of a chronic or special outpatient row."""
    category = facts.scheme.categories[facts.whole["category"]]
    if category not in ("chronic", "special"):
        return "", set()
    listed = in_catalogue(facts.scheme, facts.whole, category)
    if listed is None:
        return "", {"disease_unchecked"}
    return ("", set()) if listed else ("disease_not_listed", set())


# One layer


def expand_parts(scheme: Scheme, parts: Sequence[str]) -> list[str]:
    """The listed parts with ``share:*`` written out in layer order, each once."""
    names: list[str] = []
    for part in parts:
        names += [f"share:{layer.name}" for layer in scheme.layers] if part == "share:*" else [part]
    return list(dict.fromkeys(names))


def take_in(facts: Facts, layer: Layer, bill: Bill) -> int | None:
    """The cost that the layer takes, fen; None: it is not entered."""
    intake = layer.intake
    if intake.kind == "burden":
        listed = expand_parts(facts.scheme, intake.parts)
        return sum(bill.parts.get(part, 0) for part in listed) or None
    if intake.kind == "overflow":
        return bill.overflow.pop(intake.name, 0) or None
    cost = bill.untaken.pop("" if intake.kind == "claim" else intake.name, 0)
    bill.add("unclaimed", -cost)
    return cost


def apply_package(facts: Facts, layer: Layer, bill: Bill, cost: int) -> int:
    """The cost for which the fixed sum stands, fen; what differs goes to institution or person."""
    package = layer.package
    price = None if package is None else highest(facts, package.price)
    if package is None or price is None:
        return cost
    if layer.intake.kind == "burden":
        raise ValueError("a package on a burden layer has no meaning")
    for part in expand_parts(facts.scheme, package.includes):
        cost += bill.parts.pop(part, 0)
    if cost > price:
        if package.excess == "institution":
            bill.institution += cost - price
        else:
            bill.add("over_price", cost - price)
        return price
    if package.under == "price":
        bill.institution += cost - price
        return price
    return cost


def pay_first(facts: Facts, layer: Layer, bill: Bill, cost: int) -> int:
    """The share of the cost that the person pays first, fen."""
    if layer.prepay is None:
        return 0
    first = half_up(cost * least_rate(facts, layer.prepay.rate, layer.prepay.modifiers))
    if layer.intake.kind != "burden":  # a burden layer's parts stay where they are
        bill.add("prepay", first)
    return first


def take_deductible(facts: Facts, layer: Layer, cost: int, before: int, totals: Totals) -> tuple[int, int]:
    """(amount or, as an edge, where the first band begins; what is taken of this cost), fen."""
    deductible = layer.deductible
    if deductible is None:
        return 0, 0
    amount = least_deductible(facts, deductible.amount, deductible.modifiers)
    if deductible.edge and layer.bands and layer.band_scope != "claim":
        # the running cost says how much of the edge is used up: no pool
        return amount, max(0, min(before + cost, amount) - before)
    pool = pool_key(facts, deductible.pool, deductible.per, deductible.key)
    due = max(0, amount - (0 if pool is None else totals.get(pool, 0)))
    taken = min(due, cost)
    grow(totals, pool, taken)
    return due, taken


def payment_of(facts: Facts, layer: Layer, bill: Bill, edge: int, before: int) -> Payment:
    """What the layer pays as a function of its cost: bands, one endless band, or what lacks to the top-up."""
    scheme = facts.scheme
    if layer.bands:
        return Payment(scheme, band_pieces(facts, layer.bands, layer.modifiers, edge), before)
    if layer.top_up is not None:
        rate = best_rate(facts, layer.top_up, layer.modifiers)
        aim = Payment(scheme, ((0, None, rate),)).pays(facts.whole["in_scope"])
        lack = max(0, aim - sum(bill.paid.values()))
        return Payment(scheme, ((edge, edge + lack, half_up_one()),))
    if layer.rate is None:
        raise ValueError(f"layer {layer.name} has no rate, bands or top-up")
    return Payment(scheme, ((edge, None, best_rate(facts, layer.rate, layer.modifiers)),))


@dataclass
class Flow:
    """Cost and payment on their way through the caps, fen."""

    payment: Payment
    cost: int
    paid: int
    below: int
    """Cost below an edge: it is in ``cost``, is paid nothing and stays the deductible whatever caps do."""
    off: int
    """Deductible already taken off the cost."""
    lost: list[tuple[str | None, int]] = field(default_factory=list)
