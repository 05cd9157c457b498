"""Payment sources: what the person's part is laid on, in order; what none pays is cash."""

from __future__ import annotations

from .nodes import Node
from .read_parts import PartReader
from .reader import CITE_KEYS, Context
from .tables import CASH, Source


def read_sources(parts: PartReader, node: Node, outer: Context) -> tuple[Source, ...]:
    """The sources in order. ``cash`` may be listed last; it has no balance and is not kept."""
    r, v = parts.r, parts.v
    result: list[Source] = []
    nodes = r.sequence(node, "payment_sources")
    for i, item in enumerate(nodes):
        at = outer.at("payment_sources").at(i)
        items = r.mapping(item, at.where, {*CITE_KEYS, "balance", "not_for", "when"}, ("name",))
        if "name" not in items:
            continue
        ctx = r.context(items, at)
        name = parts.own_name(items["name"], f"{at.where}.name")
        if name == CASH:
            if len(items) > 1 or i + 1 < len(nodes):
                expected = "cash alone and last: it pays what no source pays"
                r.fault("wrong_type", item, at.where, expected, ", ".join(items) if len(items) > 1 else "not the last")
            continue
        if any(s.name == name and s.start < (ctx.end or ctx.start + 1) for s in result):
            r.fault("duplicate_name", items["name"], f"{at.where}.name", "each source's name once", repr(name))
        when = v.when(items["when"], f"{at.where}.when") if "when" in items else ()
        if any(t.attr == "admission_no" for c in when for t in c):
            r.fault("not_supported", items["when"], f"{at.where}.when", "attributes of the claim", "admission_no")
        balances = [a.name for a in v.attributes.values() if a.kind == "money"]
        if "balance" not in items or not balances:
            expected = "the key 'balance' with a declared attribute of type money"
            r.fault("missing_key", items.get("balance", item), f"{at.where}.balance", expected, "nothing")
            continue
        result.append(
            Source(
                name=name,
                balance=r.choice(items["balance"], f"{at.where}.balance", balances),
                not_for=tuple(
                    dict.fromkeys(
                        parts.part(n, f"{at.where}.not_for")
                        for n in r.sequence(items["not_for"], f"{at.where}.not_for")
                    )
                )
                if "not_for" in items
                else (),
                when=when,
                start=ctx.start,
                end=ctx.end,
                cite=r.cite(item, ctx),
            )
        )
    return tuple(result)
