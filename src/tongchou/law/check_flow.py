"""Where what a cap stops goes: each overflow to a later layer that takes it; and that the source can be written."""

from __future__ import annotations

from itertools import pairwise

from .days import iso
from .findings import Finding, Place, did_you_mean
from .resolve import edges
from .tables import NO_END, Layer, Scheme


def check_flow(scheme: Scheme) -> list[Finding]:
    """Overflows that name no layer or go back; intakes that nothing feeds."""
    found = []
    takers: dict[str, list[int]] = {}
    for i, layer in enumerate(scheme.layers):
        if layer.intake.kind == "overflow":
            takers.setdefault(layer.intake.name, []).append(i)
    fed: set[str] = set()
    for i, layer in enumerate(scheme.layers):
        at = Place(layer.cite.file, layer.cite.line)
        for j, cap in enumerate(layer.caps):
            if cap.then is None:
                continue
            where = f"{scheme.area}/{scheme.name}.{layer.name}.caps[{j}].then"
            place = (
                Place(cap.amount.versions[0].cite.file, cap.amount.versions[0].cite.line) if cap.amount.versions else at
            )
            here = takers.get(cap.then, [])
            if not here:
                found.append(
                    Finding(
                        "overflow_no_layer",
                        place,
                        where,
                        f"a layer with intake overflow:{cap.then}",
                        "none",
                        did_you_mean(cap.then, takers) if takers else "add the layer, or leave `then` out",
                    )
                )
            elif here[-1] <= i:
                taker = here[-1]
                name = scheme.layers[taker].name
                found.append(
                    Finding(
                        "overflow_cycle",
                        place,
                        where,
                        "a layer that comes later",
                        f"{name}, which comes {'first' if taker < i else 'here'}",
                        "put the layer after this one",
                        Place(scheme.layers[taker].cite.file, scheme.layers[taker].cite.line),
                    )
                )
            else:
                fed.add(cap.then)
                found += _idle_days(layer, [scheme.layers[k] for k in here if k > i], cap.then, where, place)
    return found + _unfed(scheme, {tag: here[0] for tag, here in takers.items() if tag not in fed})


def _unfed(scheme: Scheme, tags: dict[str, int]) -> list[Finding]:
    """Layers that take an overflow nothing sends."""
    return [
        Finding(
            "overflow_never_fed",
            Place(scheme.layers[i].cite.file, scheme.layers[i].cite.line),
            f"{scheme.area}/{scheme.name}.{scheme.layers[i].name}.intake",
            f"an earlier cap with then: {tag}",
            "none",
            "add `then` to the cap that feeds it, or remove the layer",
        )
        for tag, i in tags.items()
    ]


def _idle_days(layer: Layer, takers: list[Layer], tag: str, where: str, place: Place) -> list[Finding]:
    """Days on which the layer sends an overflow and no later layer that takes it is in force."""
    day, last = layer.start, layer.end or NO_END
    for taker in sorted(takers, key=lambda t: t.start):
        if taker.start > day:
            break
        day = max(day, taker.end or NO_END)
    if day >= last:
        return []
    return [
        Finding(
            "overflow_no_layer",
            place,
            where,
            f"a layer with intake overflow:{tag} on every day of the cap's own",
            f"none in force on {iso(day)}",
            "give both layers the same dates",
            Place(takers[0].cite.file, takers[0].cite.line),
        )
    ]


def check_source(scheme: Scheme) -> list[Finding]:
    """Write the source of every stretch of law; a rate too fine to be exact is found here."""
    from .compile import source
    from .compile.lookups import RateTooFine
    from .resolve import as_known

    known = as_known(scheme, None)
    days = [*edges(known), known.end or NO_END]
    for start, end in pairwise(days):
        try:
            compile(source(known, start, end), "law", "exec")
        except RateTooFine as e:
            layer = scheme.layers[0]
            return [
                Finding(
                    "rate_too_fine",
                    Place(layer.cite.file, layer.cite.line),
                    f"{scheme.area}/{scheme.name}",
                    "rates whose changes multiply to at most eight decimals",
                    str(e),
                    "use fewer decimals",
                )
            ]
    return []
