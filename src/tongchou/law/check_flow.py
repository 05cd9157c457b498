"""Where what a cap stops goes: each overflow to a later layer that takes it; and that the source can be written."""

from __future__ import annotations

from .findings import Finding, Place, did_you_mean
from .resolve import edges
from .tables import NO_END, Scheme


def check_flow(scheme: Scheme) -> list[Finding]:
    """Overflows that name no layer or go back; intakes that nothing feeds."""
    found = []
    takers = {layer.intake.name: i for i, layer in enumerate(scheme.layers) if layer.intake.kind == "overflow"}
    fed: set[str] = set()
    for i, layer in enumerate(scheme.layers):
        at = Place(layer.cite.file, layer.cite.line)
        for j, cap in enumerate(layer.caps):
            if cap.then is None:
                continue
            where = f"{scheme.area}/{scheme.name}.{layer.name}.caps[{j}].then"
            place = Place(cap.amount.versions[0].cite.file, cap.amount.versions[0].cite.line) if cap.amount.versions else at
            taker = takers.get(cap.then)
            if taker is None:
                found.append(Finding("overflow_no_layer", place, where, f"a layer with intake overflow:{cap.then}", "none",
                                     did_you_mean(cap.then, takers) if takers else "add the layer, or leave `then` out"))
            elif taker <= i:
                name = scheme.layers[taker].name
                found.append(Finding("overflow_cycle", place, where, "a layer that comes later",
                                     f"{name}, which comes {'first' if taker < i else 'here'}", "put the layer after this one",
                                     Place(scheme.layers[taker].cite.file, scheme.layers[taker].cite.line)))
            else:
                fed.add(cap.then)
    for tag, i in takers.items():
        if tag not in fed:
            layer = scheme.layers[i]
            found.append(Finding("overflow_never_fed", Place(layer.cite.file, layer.cite.line),
                                 f"{scheme.area}/{scheme.name}.{layer.name}.intake", f"an earlier cap with then: {tag}", "none"))
    return found


def check_source(scheme: Scheme) -> list[Finding]:
    """Write the source of every stretch of law; a rate too fine to be exact is found here."""
    from .compile import source
    from .compile.lookups import RateTooFine
    from .resolve import as_known

    known = as_known(scheme, None)
    days = [*edges(known), known.end or NO_END]
    for start, end in zip(days, days[1:], strict=False):
        try:
            compile(source(known, start, end), "law", "exec")
        except RateTooFine as e:
            layer = scheme.layers[0]
            return [Finding("rate_too_fine", Place(layer.cite.file, layer.cite.line), f"{scheme.area}/{scheme.name}",
                            "rates whose changes multiply to at most eight decimals", str(e), "use fewer decimals")]
    return []
