"""What the fold did, step by step, with the clause of each value: read off its notes, never worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tongchou.law.show import version_text
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
    """Edges then rates, for bands; for a choice what each alternative leaves with the person."""
    changes: tuple[tuple[str, str], ...] = ()
    """Modifiers that applied: operation and its value in words."""
    to: str = ""
    """Where what a cap stopped goes: the tag of an overflow, or ``over_cap``."""
    others: tuple[int, ...] = ()
    """The layers a choice was made among, in its order (``table``: what each leaves the person, −1: not entered)."""


def cite_on(value: Value | None, day: int) -> tuple[Cite, ...]:
    """The citation of a value on a day."""
    if value is None:
        return ()
    return tuple(v.cite for v in value.versions if v.start <= day < (v.end or NO_END))[:1]


def steps(scheme: Scheme, day: int, trace: Iterable[tuple[Any, ...]]) -> tuple[Step, ...]:
    """The notes of one claim's fold as steps, in the order of the reckoning."""
    out: list[Step] = []
    rates: list[Modifier] = []
    deductibles: list[Modifier] = []
    for note in trace:
        kind, i, *rest = note
        if kind == "source":
            out.append(_source(scheme, day, *rest))
            continue
        layer = scheme.layers[i]
        if kind == "modifier":
            j, of_a_rate, _ = rest
            if of_a_rate:
                rates += [m for m in layer.modifiers[j : j + 1] if m not in rates]
            elif layer.deductible is not None:
                deductibles.append(layer.deductible.modifiers[j])
            continue
        if kind == "in":
            rates, deductibles = [], []
        step = _step(layer, day, kind, rest)
        of_rate = kind in ("rate", "bands", "caught_up", "top_up")
        changed = rates if of_rate else deductibles if kind in ("deductible", "edge") else []
        if changed:
            step = replace(
                step,
                changes=tuple(_words(m, day) for m in changed),
                cites=step.cites + tuple(c for m in changed for c in cite_on(m.value, day)),
            )
        before = len(out) - 1 if kind == "edge" else len(out)  # the edge comes before the bands above it
        out.insert(before, step)
    return tuple(out)


def _words(m: Modifier, day: int) -> tuple[str, str]:
    """A modifier's operation and its value on the day."""
    version = next(v for v in m.value.versions if v.start <= day < (v.end or NO_END))
    return m.op, version_text(version, m.value.unit)


NAMES = {
    "in": ("cost",),
    "package": ("price", "cost"),
    "tariff": ("tariff", "quantity", "measured", "cost"),
    "prepay": ("rate", "scale", "ahead"),
    "deductible": ("amount", "taken_before"),
    "taken": ("due", "taken"),
    "edge": ("edge", "before", "below"),
    "rate": ("rate", "scale", "paid"),
    "top_up": ("rate", "scale", "earlier", "paid"),
    "cap": ("cap_no", "amount", "used", "room"),
    "stopped": ("cap_no", "amount"),
    "out": ("paid", "cost"),
    "own": ("paid", "cost"),
}
"""What each note of the fold says, in its order."""


def _step(layer: Layer, day: int, kind: str, rest: list[Any]) -> Step:
    if kind in ("bands", "caught_up"):
        before, table, scale, paid = rest
        cites = tuple(c for b in layer.bands for c in cite_on(b.rate, day))[:1]
        return Step(
            layer.name, layer.title, kind, {"before": before, "scale": scale, "paid": paid}, cites, tuple(table)
        )
    if kind == "choose":
        options, lefts = rest
        return Step(layer.name, layer.title, kind, {}, (layer.cite,), tuple(lefts), others=tuple(options))
    to = (layer.caps[rest[0]].then or "over_cap") if kind == "stopped" else ""
    amounts = dict(zip(NAMES[kind], rest, strict=True))
    return Step(layer.name, layer.title, kind, amounts, _cites(layer, day, kind, rest), to=to)


def _source(scheme: Scheme, day: int, name: str, balance: int, paid: int) -> Step:
    """What a payment source bore of the person's part; a balance of −1: cash has none."""
    found = [s.cite for s in scheme.sources if s.name == name and s.start <= day < (s.end or NO_END)]
    return Step(f"paid_by_{name}", name, "source", {"balance": balance, "paid": paid}, tuple(found[:1]))


def _cites(layer: Layer, day: int, kind: str, rest: list[Any]) -> tuple[Cite, ...]:
    """The clause of the value a step rests on."""
    if kind == "in":
        return (layer.cite,)
    if kind == "tariff" and layer.unit is not None:
        return cite_on(layer.unit.tariff, day)
    if kind == "package" and layer.package is not None:
        return cite_on(layer.package.price, day)
    if kind == "prepay" and layer.prepay is not None:
        return cite_on(layer.prepay.rate, day)
    if kind in ("deductible", "taken", "edge") and layer.deductible is not None:
        return cite_on(layer.deductible.amount, day)
    if kind == "rate":
        return cite_on(layer.rate, day)
    if kind == "top_up":
        return cite_on(layer.top_up, day)
    return cite_on(layer.caps[rest[0]].amount, day) if kind in ("cap", "stopped") else ()


def reason_cite(scheme: Scheme, day: int, code: str) -> Reason | None:
    """The entry of the law that gives a reason of this code on the day, if it is one of the law's own."""
    return next((r for r in scheme.reasons if r.code == code and r.start <= day < (r.end or NO_END)), None)


def cite_json(cite: Cite, names: Mapping[str, str]) -> dict[str, Any]:
    """A citation for machines; ``names`` gives each document's number or title."""
    return {
        "value": cite.id,
        "document": cite.document,
        "name": names.get(cite.document, cite.document),
        "clause": cite.clause,
        "status": cite.status,
        **({"reading": cite.reading} if cite.reading else {}),
    }


def step_json(step: Step, names: Mapping[str, str]) -> dict[str, Any]:
    """A step for machines (money in fen, rates over ``scale``)."""
    return {
        "layer": step.layer,
        "step": step.step,
        **step.amounts,
        **({"table": list(step.table)} if step.table else {}),
        "cites": [cite_json(c, names) for c in step.cites],
    }
