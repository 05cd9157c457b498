"""What the fold did, step by step, with the clause of each value: read off its notes, never worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from tongchou.law.tables import NO_END, Cite, Layer, Modifier, Reason, Scheme, Value

SCHEMA = "tongchou.explain/1"


class Step(Struct, frozen=True):
    """One step of one layer. ``amounts`` in fen unless the name says otherwise (rates over ``scale``)."""

    layer: str
    title: str
    step: str
    amounts: dict[str, int]
    cites: tuple[Cite, ...]
    table: tuple[int, ...] = ()
    """Edges then rates, for bands."""


def cite_on(value: Value | None, day: int) -> tuple[Cite, ...]:
    """The citation of a value on a day."""
    if value is None:
        return ()
    return tuple(v.cite for v in value.versions if v.start <= day < (v.end or NO_END))[:1]


def steps(scheme: Scheme, day: int, trace: Iterable[tuple[Any, ...]]) -> tuple[Step, ...]:
    """The notes of one claim's fold as steps."""
    out: list[Step] = []
    rates: list[Modifier] = []
    deductibles: list[Modifier] = []
    for note in trace:
        kind, i, *rest = note
        layer = scheme.layers[i]
        if kind == "modifier":
            j, of_rate, _ = rest
            if of_rate:
                rates += [m for m in layer.modifiers[j:j + 1] if m not in rates]
            elif layer.deductible is not None:
                deductibles.append(layer.deductible.modifiers[j])
            continue
        if kind == "in":
            rates, deductibles = [], []
        step = _step(layer, day, kind, rest, tuple(c for m in rates for c in cite_on(m.value, day)),
                     tuple(c for m in deductibles for c in cite_on(m.value, day)))
        out.append(step)
    return tuple(out)


def _step(layer: Layer, day: int, kind: str, rest: list[Any], rates: tuple[Cite, ...],
          deductibles: tuple[Cite, ...]) -> Step:
    names = {"in": ("cost",), "package": ("price", "cost"), "prepay": ("rate", "scale", "ahead"),
             "deductible": ("amount", "taken_before"), "taken": ("due", "taken"), "edge": ("edge", "before", "below"),
             "rate": ("rate", "scale", "paid"), "top_up": ("rate", "scale", "earlier", "paid"),
             "cap": ("cap_no", "amount", "used", "room"), "stopped": ("cap_no", "amount"), "out": ("paid", "cost")}
    cites: tuple[Cite, ...] = ()
    if kind == "bands":
        before, table, scale, paid = rest
        cites = tuple(c for b in layer.bands for c in cite_on(b.rate, day))[:1] + rates
        return Step(layer.name, layer.title, kind, {"before": before, "scale": scale, "paid": paid}, cites, tuple(table))
    if kind == "in":
        cites = (layer.cite,)
    elif kind == "package" and layer.package is not None:
        cites = cite_on(layer.package.price, day)
    elif kind == "prepay" and layer.prepay is not None:
        cites = cite_on(layer.prepay.rate, day)
    elif kind in ("deductible", "taken", "edge") and layer.deductible is not None:
        cites = cite_on(layer.deductible.amount, day) + deductibles
    elif kind == "rate":
        cites = cite_on(layer.rate, day) + rates
    elif kind == "top_up":
        cites = cite_on(layer.top_up, day) + rates
    elif kind in ("cap", "stopped"):
        cites = cite_on(layer.caps[rest[0]].amount, day)
    return Step(layer.name, layer.title, kind, dict(zip(names[kind], rest, strict=True)), cites)


def reason_cite(scheme: Scheme, day: int, code: str) -> Reason | None:
    """The entry of the law that gives a reason of this code on the day, if it is one of the law's own."""
    return next((r for r in scheme.reasons if r.code == code and r.start <= day < (r.end or NO_END)), None)


def cite_json(cite: Cite, names: Mapping[str, str]) -> dict[str, Any]:
    """A citation for machines; ``names`` gives each document's number or title."""
    return {"value": cite.id, "document": cite.document, "name": names.get(cite.document, cite.document),
            "clause": cite.clause, "status": cite.status, **({"reading": cite.reading} if cite.reading else {})}


def step_json(step: Step, names: Mapping[str, str]) -> dict[str, Any]:
    """A step for machines (money in fen, rates over ``scale``)."""
    return {"layer": step.layer, "step": step.step, **step.amounts,
            **({"table": list(step.table)} if step.table else {}), "cites": [cite_json(c, names) for c in step.cites]}
