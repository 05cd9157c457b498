"""One layer of a scheme, the plain way: intake, package or tariff, prepay, deductible, payment, caps, what is left.

The middle of the independent witness (see ``reference.py``); amounts are int fen throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tongchou.law.tables import Layer, Scheme
from tongchou.rules.settlement.reference_values import (
    Facts,
    Key,
    Payment,
    Totals,
    band_pieces,
    best_rate,
    half_up,
    held,
    highest,
    holds,
    least_deductible,
    least_rate,
    pool_key,
    version_on,
)


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
    own_spent: bool = False
    """A layer of the person's own account paid something."""

    def copy(self) -> Bill:
        """The same state, to be changed apart."""
        return replace(
            self,
            paid=dict(self.paid),
            parts=dict(self.parts),
            untaken=dict(self.untaken),
            overflow=dict(self.overflow),
        )

    def left(self) -> int:
        """What the person is left with: all named parts and what is on its way to a later layer."""
        return sum(self.parts.values()) + sum(self.overflow.values())

    def add(self, part: str, amount: int) -> None:
        """Put an amount on one of the person's parts."""
        self.parts[part] = self.parts.get(part, 0) + amount

    def lower(self, parts: Sequence[str], amount: int) -> int:
        """Take an amount out of the parts in the listed order; what found no part."""
        for part in parts:
            taken = min(amount, self.parts.get(part, 0))
            self.add(part, -taken)
            amount -= taken
        return amount


def grow(totals: Totals, key: Key | None, amount: int) -> None:
    """Let a running total grow; no key: nothing is remembered."""
    if key is not None and amount:
        totals[key] = totals.get(key, 0) + amount


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
    # a burden layer or a package may already have taken from what nobody claimed
    cost = min(cost, bill.parts.get("unclaimed", 0))
    bill.add("unclaimed", -cost)
    return cost


def apply_package(facts: Facts, layer: Layer, bill: Bill, cost: int) -> int:
    """The cost for which the fixed sum stands, fen; what differs goes to institution or person."""
    package = layer.package
    price = None if package is None else highest(facts, package.price)
    if package is None or price is None:
        return cost
    price = max(0, price)
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


def apply_tariff(facts: Facts, layer: Layer, bill: Bill, cost: int) -> int:
    """The cost that tariff times quantity allows, fen; what is charged above it stays with the person."""
    unit = layer.unit
    if unit is None:
        return cost
    if layer.intake.kind == "burden":
        raise ValueError("a tariff on a burden layer has no meaning")
    tariff = highest(facts, unit.tariff)
    if tariff is None:
        raise LookupError("a tariff may not be null")
    allowed = max(0, tariff) * facts.whole[unit.quantity]
    if cost > allowed:
        bill.add("above_tariff", cost - allowed)
        return allowed
    if unit.ignore_actual:
        bill.institution += cost - allowed
        return allowed
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
    if deductible.repeat_days:
        amount *= max(1, math.ceil(Fraction(facts.whole["days"], deductible.repeat_days)))
    if deductible.edge and layer.bands and layer.band_scope != "claim":
        # the running cost says how much of the edge is used up: no pool
        return amount, max(0, min(before + cost, amount) - before)
    pool = pool_key(facts, deductible.pool, deductible.per, deductible.key)
    due = max(0, amount - held(totals, pool))
    taken = min(due, cost)
    grow(totals, pool, taken)
    return due, taken


def payment_of(
    facts: Facts, layer: Layer, bill: Bill, edge: int = 0, before: int = 0, so_far: int | None = None
) -> Payment:
    """What the layer pays as a function of its cost: bands, one endless band, or what lacks to the top-up."""
    scheme = facts.scheme
    if layer.bands:
        return Payment(scheme, band_pieces(facts, layer.bands, layer.modifiers, edge), before, so_far)
    if layer.top_up is not None:
        rate = best_rate(facts, layer.top_up, layer.modifiers)
        aim = Payment(scheme, ((0, None, rate),)).pays(facts.whole["in_scope"])
        lack = max(0, aim - sum(bill.paid.values()))
        return Payment(scheme, ((edge, edge + lack, Fraction(1)),))
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
    moves: list[tuple[Key | None, str]] = field(default_factory=list)
    """Pools to move once all caps have spoken, with what they count: payment, cost or counted cost."""

    def limit_payment(self, room: int) -> int:
        """Hold the payment to the room; the cost that is stopped."""
        before, self.paid = self.cost, room
        inverse = self.payment.inverse(room)
        if inverse is not None:
            # never less than what stays in the layer anyway: the part below an edge and the payment itself;
            # never more than there is, also where a layer that catches up pays more than its cost
            self.cost = min(self.cost, max(self.below + room, inverse))
        return before - self.cost

    def limit_cost(self, room: int) -> int:
        """Hold the cost to the room (negative: a deductible counted with it is above it); what is stopped."""
        before = self.cost
        self.cost = max(self.below, room, 0)
        self.paid = min(self.paid, self.payment.pays(self.cost))
        return before - self.cost


def apply_caps(facts: Facts, layer: Layer, bill: Bill, flow: Flow, totals: Totals) -> None:
    """Each cap in listed order on what the one before let pass; then the pools grow."""
    met_payment_cap = False
    for cap in layer.caps:
        # outside its dates a cap is passed by, like one that does not hold
        met = version_on(cap.amount, facts.day) is not None and holds(facts.scheme, cap.when, facts.whole)
        amount = highest(facts, cap.amount) if met else None
        if amount is None:
            continue
        pool = pool_key(facts, cap.pool, cap.per, cap.key)
        room = max(0, amount - held(totals, pool))
        paid = flow.paid
        if cap.limits == "payment":
            met_payment_cap, counted = True, "payment"
            lost = flow.limit_payment(room) if flow.paid > room else 0
        else:
            # an edge is in the cost already; another deductible only where the cap counts it
            counted = "cost and deductible" if cap.before_deductible else "cost"
            room -= flow.off if cap.before_deductible else 0
            lost = flow.limit_cost(room) if flow.cost > room else 0
        if (lost or flow.paid < paid) and not layer.own:
            bill.capped = True
        flow.lost.append((cap.then, lost))
        if (pool, counted) not in flow.moves:
            flow.moves.append((pool, counted))
    sizes = {"payment": flow.paid, "cost": flow.cost, "cost and deductible": flow.cost + flow.off}
    for pool, counted in flow.moves:
        grow(totals, pool, sizes[counted])
    if not met_payment_cap and any(cap.limits == "payment" for cap in layer.caps):
        grow(totals, pool_key(facts, f"{layer.name}.uncapped", "year"), flow.paid)


def book(facts: Facts, layer: Layer, bill: Bill, flow: Flow) -> None:
    """Payment to the fund, what caps stopped to its tags, the rest to the person's parts."""
    bill.paid[layer.name] += flow.paid
    burden = layer.intake.kind == "burden"
    leaving = flow.paid
    for tag, lost in flow.lost:
        if tag is not None:
            bill.overflow[tag] = bill.overflow.get(tag, 0) + lost
            leaving += lost
        elif not burden:
            bill.add("over_cap", lost)
    if burden:
        caught_up = bill.lower(expand_parts(facts.scheme, layer.intake.parts), leaving)
    else:
        share = flow.cost - flow.paid - flow.below
        caught_up = max(0, -share)
        bill.add(f"share:{layer.name}", share + caught_up)
    assert layer.catch_up or not caught_up, "a layer pays more than it took in"
    bill.add("caught_up", -caught_up)


def spend_own(facts: Facts, layer: Layer, bill: Bill, totals: Totals) -> bool:
    """A layer of the person's own account: only what it pays leaves its intake; whether it was entered."""
    intake = layer.intake
    listed = expand_parts(facts.scheme, intake.parts)
    source = "" if intake.kind == "claim" else intake.name
    if intake.kind == "burden":
        cost = sum(bill.parts.get(part, 0) for part in listed)
    elif intake.kind == "overflow":
        cost = bill.overflow.get(source, 0)
    else:
        cost = min(bill.untaken.get(source, 0), bill.parts["unclaimed"])
    if not cost and intake.kind in ("burden", "overflow"):
        return False
    bill.entered = True
    payment = payment_of(facts, layer, bill)
    flow = Flow(payment, cost, payment.pays(cost), 0, 0)
    apply_caps(facts, layer, bill, flow, totals)
    if intake.kind == "burden":
        bill.lower(listed, flow.paid)
    elif intake.kind == "overflow":
        bill.overflow[source] -= flow.paid
    elif flow.paid:
        bill.untaken[source] -= flow.paid
        bill.add("unclaimed", -flow.paid)
    bill.add(f"own:{layer.name}", flow.paid)
    bill.own_spent = bill.own_spent or flow.paid > 0
    return True


def run_layer(facts: Facts, layer: Layer, bill: Bill, totals: Totals) -> bool:
    """One layer in force whose condition holds; whether it was entered."""
    if layer.own:
        return spend_own(facts, layer, bill, totals)
    cost = take_in(facts, layer, bill)
    if cost is None:
        return False
    bill.entered = True
    cost = apply_package(facts, layer, bill, cost)
    cost = apply_tariff(facts, layer, bill, cost)
    after = layer.prepay is not None and layer.prepay.after_deductible
    if not after:
        cost -= pay_first(facts, layer, bill, cost)

    running = None
    if layer.bands and layer.band_scope != "claim":
        running = pool_key(facts, f"{layer.name}.burden", layer.band_scope)
    before = held(totals, running)
    earlier = pool_key(facts, f"{layer.name}.paid", layer.band_scope) if layer.catch_up else None

    edge_or_due, taken = take_deductible(facts, layer, cost, before, totals)
    is_edge = layer.deductible is not None and layer.deductible.edge
    bill.deducted = bill.deducted or taken > 0
    if layer.intake.kind != "burden":
        bill.add("deductible", taken)
        if bill.deductible is None:
            bill.deductible = taken
    below, off = (taken, 0) if is_edge else (0, taken)
    cost -= off
    if after:
        cost -= pay_first(facts, layer, bill, cost - below)

    so_far = held(totals, earlier) if layer.catch_up else None
    payment = payment_of(facts, layer, bill, edge_or_due if is_edge else 0, before, so_far)
    grow(totals, running, cost)
    flow = Flow(payment, cost, payment.pays(cost), below, off)
    apply_caps(facts, layer, bill, flow, totals)
    grow(totals, earlier, flow.paid)
    book(facts, layer, bill, flow)
    return True


def run_choice(facts: Facts, alternatives: Sequence[Layer], bill: Bill, totals: Totals) -> tuple[Bill, Totals]:
    """State after the alternative that leaves the person least, the first of equals; none entered: as it was."""
    taken: tuple[Bill, Totals] | None = None
    for layer in alternatives:
        apart, moved = bill.copy(), dict(totals)
        if run_layer(facts, layer, apart, moved) and (taken is None or apart.left() < taken[0].left()):
            taken = apart, moved
    return taken or (bill, totals)
