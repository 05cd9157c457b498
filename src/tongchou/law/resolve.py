"""From what is written to what was in force and known: the scheme of an area, ready to compile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from .tables import NO_END, Catalogue, Layer, Modifier, Reason, Scheme, Source, Value
from .timeline import missing_days, timeline


def map_values(layer: Layer, change: Callable[[Value], Value]) -> Layer:
    """The layer with every value changed; the one place that knows where values stand."""

    def mods(items: tuple[Modifier, ...]) -> tuple[Modifier, ...]:
        return tuple(replace(m, value=change(m.value)) for m in items)

    package, prepay, deductible, unit = layer.package, layer.prepay, layer.deductible, layer.unit
    return replace(
        layer,
        package=None if package is None else replace(package, price=change(package.price)),
        unit=None if unit is None else replace(unit, tariff=change(unit.tariff)),
        prepay=None if prepay is None else replace(prepay, rate=change(prepay.rate), modifiers=mods(prepay.modifiers)),
        deductible=None
        if deductible is None
        else replace(deductible, amount=change(deductible.amount), modifiers=mods(deductible.modifiers)),
        rate=None if layer.rate is None else change(layer.rate),
        top_up=None if layer.top_up is None else change(layer.top_up),
        bands=tuple(
            replace(b, upto=None if b.upto is None else change(b.upto), rate=change(b.rate)) for b in layer.bands
        ),
        modifiers=mods(layer.modifiers),
        caps=tuple(replace(c, amount=change(c.amount)) for c in layer.caps),
    )


def required_values(layer: Layer) -> Iterator[tuple[str, Value]]:
    """The values without which the layer cannot be reckoned, with their place in it."""
    if layer.package is not None:
        yield "package.price", layer.package.price
    if layer.unit is not None:
        yield "unit.tariff", layer.unit.tariff
    if layer.prepay is not None:
        yield "prepay.rate", layer.prepay.rate
    if layer.deductible is not None:
        yield "deductible.amount", layer.deductible.amount
    if layer.rate is not None:
        yield "rate", layer.rate
    if layer.top_up is not None:
        yield "top_up", layer.top_up
    for i, band in enumerate(layer.bands):
        if band.upto is not None:
            yield f"bands[{i}].to", band.upto
        yield f"bands[{i}].rate", band.rate


def all_values(layer: Layer) -> Iterator[tuple[str, Value]]:
    """Every value of the layer, modifiers and caps included."""
    yield from required_values(layer)
    for owner, mods in (
        ("modifiers", layer.modifiers),
        ("prepay.modifiers", layer.prepay.modifiers if layer.prepay else ()),
        ("deductible.modifiers", layer.deductible.modifiers if layer.deductible else ()),
    ):
        for i, m in enumerate(mods):
            yield f"{owner}[{i}]", m.value
    for i, cap in enumerate(layer.caps):
        yield f"caps[{i}].amount", cap.amount


def as_known(scheme: Scheme, known: int | None) -> Scheme:
    """The scheme with every value as a timeline, what was not yet known left out.

    A layer holds only on days for which all that it needs was known; a layer never known is left out,
    and the category it took is then refused (``no_rule``), not settled with zero.
    """
    layers: list[Layer] = []
    for written in scheme.layers:
        if known is not None and written.cite.known > known:
            continue
        layer = map_values(written, lambda v: timeline(v, known))
        holds = _interval(layer)
        if holds is not None:
            layers.append(replace(layer, start=holds[0], end=holds[1]))
    return replace(
        scheme,
        layers=tuple(layers),
        indices={k: timeline(v, known) for k, v in scheme.indices.items()},
        reasons=tuple(r for r in scheme.reasons if known is None or r.cite.known <= known),
        sources=tuple(s for s in scheme.sources if known is None or s.cite.known <= known),
        catalogues=tuple(c for c in scheme.catalogues if known is None or c.cite.known <= known),
    )


def _interval(layer: Layer) -> tuple[int, int | None] | None:
    """The longest stretch of the layer's period on which all required values exist (law check finds gaps)."""
    gaps = sorted(g for _, v in required_values(layer) for g in missing_days(v, layer.start, layer.end))
    best: tuple[int, int] | None = None
    day, last = layer.start, layer.end or NO_END
    for start, end in [*gaps, (last, last)]:
        if start > day and (best is None or start - day > best[1] - best[0]):
            best = (day, start)
        day = max(day, end)
    if best is None:
        return None
    return best[0], layer.end if best[1] == last else best[1]


def edges(scheme: Scheme) -> tuple[int, ...]:
    """Every day on which anything of the scheme changes, in order."""
    days = {scheme.start, scheme.end or NO_END}
    values = [v for layer in scheme.layers for _, v in all_values(layer)] + list(scheme.indices.values())
    for value in values:
        for v in value.versions:
            days |= {v.start, v.end or NO_END}
    dated: list[Layer | Reason | Source | Catalogue] = [
        *scheme.layers,
        *scheme.reasons,
        *scheme.sources,
        *scheme.catalogues,
    ]
    for item in dated:
        days |= {item.start, item.end or NO_END}
    for catalogue in scheme.catalogues:
        for entry in catalogue.entries:
            days |= {entry.start, entry.end or NO_END}
    return tuple(sorted(d for d in days if scheme.start <= d < (scheme.end or NO_END)))
