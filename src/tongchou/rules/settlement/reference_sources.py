"""What the person's part is laid on after the last layer, the plain way (see ``reference.py``); int fen."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.law.tables import BILL_PARTS, CASH, Layer, ReadAttr, Scheme, Source
from tongchou.rules.settlement.reference_layer import expand_parts
from tongchou.rules.settlement.reference_values import Facts, holds, in_force, version_on

OWN_ACCOUNT = "own_account"
"""What bears an own-account layer whose balance is no source's."""


def column_order(scheme: Scheme) -> list[str]:
    """All named parts of the person's burden in the order of their columns."""
    names = [layer.name for layer in scheme.layers]
    shares = [f"share:{name}" for name in names]
    own = [f"own:{name}" for name in names]
    tail = ["over_cap", "over_price", "above_tariff", *own, "caught_up", *BILL_PARTS]
    return ["unclaimed", "deductible", "prepay", *shares, *tail]


def balance_of(layer: Layer, day: int) -> str | None:
    """The balance that an own-account layer spends: a cap of nothing but that attribute, with no period and no when."""
    for cap in layer.caps:
        version = version_on(cap.amount, day)
        if cap.per != "none" or cap.when or version is None or len(version.cells) != 1:
            continue
        cell = version.cells[0]
        if not cell.when and isinstance(cell.expr, ReadAttr):
            return cell.expr.name
    return None


def booked_on(facts: Facts, layer: Layer) -> str:
    """The column that bears what an own-account layer paid: the source of its balance, else the own account."""
    balance = balance_of(layer, facts.day)
    in_time = [s for s in facts.scheme.sources if in_force(s.start, s.end, facts.day)]
    return next((s.name for s in in_time if s.balance == balance), OWN_ACCOUNT)


def payable(scheme: Scheme, sources: list[Source], parts: Mapping[str, int], k: int) -> list[str]:
    """Parts that the k-th source may pay, in its order: those that fewest of the later ones may pay come first."""

    def may(source: Source, part: str) -> bool:
        return part not in expand_parts(scheme, source.not_for)

    def rivals(part: str) -> int:
        return sum(may(later, part) for later in sources[k + 1 :])

    mine = [part for part in parts if may(sources[k], part)]
    return sorted(mine, key=rivals)  # stable: otherwise as the columns stand


def lay_on_sources(facts: Facts, parts: Mapping[str, int]) -> dict[str, int]:
    """The parts (in column order) by what pays them; nothing where there is neither source nor own-account layer."""
    scheme = facts.scheme
    own = [layer for layer in scheme.layers if layer.own]
    if not scheme.sources and not own:
        return {}
    paid = dict.fromkeys((s.name for s in scheme.sources), 0)
    spent: dict[str, int] = {}
    for layer in own:
        amount = parts.get(f"own:{layer.name}", 0)
        name, balance = booked_on(facts, layer), balance_of(layer, facts.day)
        paid[name] = paid.get(name, 0) + amount
        if balance is not None:
            spent[balance] = spent.get(balance, 0) + amount

    open_parts = {name: n for name, n in parts.items() if name != "caught_up" and not name.startswith("own:")}
    active = [s for s in scheme.sources if in_force(s.start, s.end, facts.day) and holds(scheme, s.when, facts.whole)]
    for k, source in enumerate(active):
        # one balance is spent once, whoever names it
        left = max(0, facts.whole[source.balance] - spent.get(source.balance, 0))
        for part in payable(scheme, active, open_parts, k):
            amount = min(left, open_parts[part])
            open_parts[part] -= amount
            left -= amount
            paid[source.name] += amount
            spent[source.balance] = spent.get(source.balance, 0) + amount
    paid[CASH] = sum(parts.values()) - sum(paid.values())
    return paid
