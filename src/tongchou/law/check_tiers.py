"""The low tier (低缴低保): what is paid less and what is given less are one number, on every day of a scheme."""

from __future__ import annotations

from .constants import NO_END, RATE_SCALE
from .days import iso
from .findings import Finding, Place
from .tables import Const, Layer, Scheme, Value
from .timeline import timeline
from .tree import Law

SHARE = "low_tier.share"
"""The parameter that lowers the contribution."""
ATTRIBUTE, LOW = "contribution_tier", "low"
"""The attribute, and its word, by which a scheme lowers what it gives."""


def check_tiers(law: Law, unread: set[str]) -> list[Finding]:
    """Areas whose lower contribution and lower benefit differ, or where one lacks the other.

    An area with a file that could not be read is left out.
    """
    found: list[Finding] = []
    untold = {file.split("/")[1] for file in unread if file.startswith("areas/")}
    for (area, name), parameter in law.parameters.items():
        if name != SHARE or area in untold:
            continue
        place = Place(parameter.file, parameter.line)
        tied = [s for (code, _), s in law.schemes.items() if code == area and _word(s) is not None]
        if not tied:
            expected = f"a scheme of the area with the attribute {ATTRIBUTE!r}, one of its words {LOW!r}"
            fix = "add the attribute and the factor to the scheme, or remove the lower contribution"
            found.append(Finding("low_tier_untied", place, f"{area}/{SHARE}", expected, "none", fix))
        for scheme in tied:
            for layer in scheme.layers:
                found += _layer(scheme, layer, parameter.value, place)
    for (area, _), scheme in law.schemes.items():
        if _word(scheme) is not None and (area, SHARE) not in law.parameters and area not in untold:
            cite = scheme.layers[0].cite
            where = f"{area}/{scheme.name}.attributes.{ATTRIBUTE}"
            fix = "add the parameter, or remove the attribute and its factors"
            expected = f"the parameter {SHARE} of the area"
            found.append(Finding("low_tier_untied", Place(cite.file, cite.line), where, expected, "none", fix))
    return found


def _word(scheme: Scheme) -> int | None:
    """The place of the low tier among the words of the scheme's attribute; None where the scheme has none."""
    for attribute in scheme.attributes:
        if attribute.name == ATTRIBUTE and LOW in attribute.values:
            return attribute.values.index(LOW)
    return None


def _layer(scheme: Scheme, layer: Layer, share: Value, place: Place) -> list[Finding]:
    """The first day on which what a layer gives the low tier is not the share of the contribution."""
    if layer.own:
        return []
    low = _word(scheme)
    factors = [
        timeline(m.value)
        for m in layer.modifiers
        if m.op == "factor"
        and len(m.when) == 1
        and [(t.attr, t.op, t.values) for t in m.when[0]] == [(ATTRIBUTE, "in", (low,))]
    ]
    paid = timeline(share)
    start, end = max(layer.start, scheme.start), min(layer.end or NO_END, scheme.end or NO_END)
    changes = {start, *(d for v in [paid, *factors] for x in v.versions for d in (x.start, x.end or NO_END))}
    for day in sorted(d for d in changes if start <= d < end):
        gives, pays = _product([_on(v, day) for v in factors]), _on(paid, day)
        if gives < 0 or gives != (RATE_SCALE if pays is None else pays):
            at = Place(layer.cite.file, layer.cite.line)
            where = f"{scheme.area}/{scheme.name}.{layer.name}.modifiers"
            fix = "write the same number in both, with the same dates"
            expected = f"the factor {_text(pays)} on {iso(day)} where {ATTRIBUTE} is {LOW}, as the contribution"
            return [Finding("low_tier_untied", at, where, expected, _text(gives), fix, place)]
    return []


def _on(value: Value, day: int) -> int | None:
    """The one number a value is on a day, -1 where it depends on something, None where there is none."""
    for v in value.versions:
        if v.start <= day < (v.end or NO_END):
            expr = v.cells[0].expr
            return expr.value if len(v.cells) == 1 and isinstance(expr, Const) else -1
    return None


def _product(factors: list[int | None]) -> int:
    """What the factors that hold make of a rate together; negative where one depends on something."""
    result = RATE_SCALE
    for factor in factors:
        if factor is not None:
            result = result * factor // RATE_SCALE
    return result


def _text(rate: int | None) -> str:
    """A factor as law writes it."""
    if rate is None:
        return "1"
    if rate < 0:
        return "one that depends on a fact"
    whole, rest = divmod(rate, RATE_SCALE)
    return f"{whole}.{rest:08d}".rstrip("0").rstrip(".")
