"""What changed between two days, two days of knowledge or two trees: layer by layer, value by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from .attributes import standard_attributes
from .days import iso
from .findings import NoRule
from .show import applies, on_day, version_text, when_words
from .tables import NO_END, Cite, Layer, Scheme
from .tree import BUNDLED, Law

Row = dict[str, str]
_INDEX = re.compile(r"\[\d+\]")
SAID = ("value", "clause", "status", "reading")
"""What of a row must be equal for it to be unchanged; dates alone are no change."""


class Side(Struct, frozen=True):
    """One side of a comparison: which law, on which day, as known when (None: today)."""

    law: Law
    day: int
    known: int | None


def changes(before: Side, after: Side, area: str, only: str | None = None) -> dict[str, Any]:
    """Everything that differs in an area; refused with NoRule where neither side has anything encoded."""
    old, new = _applies(before, area, only), _applies(after, area, only)
    if isinstance(old, NoRule) and isinstance(new, NoRule):
        raise new
    a, b = ({} if isinstance(x, NoRule) else x for x in (old, new))
    titles = {s["scheme"]: s["title"] for x in (a, b) for s in x.get("schemes", ())}
    return {
        "area": area,
        "name": (b or a)["name"],
        "before": _head(before),
        "after": _head(after),
        "schemes": [
            s for name, title in titles.items() if (s := _scheme(before, after, area, name, title, a, b)) is not None
        ],
        "parameters": list(_compared(a.get("parameters", []), b.get("parameters", []))),
        "documents": _documents(a.get("documents", []), b.get("documents", [])),
    }


def _applies(side: Side, area: str, only: str | None) -> dict[str, Any] | NoRule:
    try:
        return applies(side.law, area, side.day, side.known, only)
    except NoRule as e:
        return e


def _head(side: Side) -> Row:
    return {
        "date": iso(side.day),
        "known": iso(side.known) if side.known is not None else "",
        "law": side.law.title or ("bundled 自带" if side.law.root == BUNDLED else str(side.law.root)),
        "law_version": side.law.version,
    }


def _scheme(
    before: Side, after: Side, area: str, name: str, title: str, a: dict[str, Any], b: dict[str, Any]
) -> dict[str, Any] | None:
    """What changed in one scheme; None where nothing did."""
    old = next((s for s in a.get("schemes", ()) if s["scheme"] == name), None)
    new = next((s for s in b.get("schemes", ()) if s["scheme"] == name), None)
    schemes = [
        side.law.scheme(area, name, side.known) if told else None for side, told in ((before, old), (after, new))
    ]
    rows = [
        [*_general(s, side.day), *told["values"]] if s is not None and told else []
        for s, side, told in zip(schemes, (before, after), (old, new), strict=True)
    ]
    found = list(_compared(*rows))
    lists = list(_catalogues(schemes[0], before.day, schemes[1], after.day))
    if not found and not lists:
        return None
    names = {x.name: x.title for s in schemes if s is not None for x in s.layers}
    layers: dict[str, list[dict[str, Any]]] = {}
    for change in found:
        layers.setdefault(change["path"].partition(".")[0], []).append(change)
    return {
        "scheme": name,
        "title": title,
        "state": "both" if old and new else "removed" if old else "added",
        "layers": [{"layer": k, "title": names.get(k, ""), "changes": v} for k, v in layers.items()],
        "catalogues": lists,
    }


def _general(scheme: Scheme, day: int) -> Iterator[Row]:
    """What is said of a scheme as a whole: rounding, benefit year, order of layers, attributes, published figures."""
    cite = Cite("", "", "", "official", scheme.start, scheme.end, 1, "", 0)
    yield _row("rounding", f"{scheme.side} / {scheme.mode} / inverse {scheme.inverse}", cite)
    yield _row("benefit_year_starts", f"{scheme.year_starts[0]:02d}-{scheme.year_starts[1]:02d}", cite)
    layers = [x for x in scheme.layers if x.start <= day < (x.end or NO_END)]
    yield _row("layers", " → ".join(x.name for x in layers), cite)
    yield _row("categories", ", ".join(scheme.categories), cite)
    standard = {a.name for a in standard_attributes()}
    for a in scheme.attributes:
        if a.name not in standard or a.name == "identity":
            codes = f" {', '.join(a.values)}" if a.values else ""
            yield _row(f"attributes.{a.name}", f"{a.kind}{codes}; default {a.default}; from {a.source}", cite)
    if scheme.identity_priority:
        yield _row("identity.priority", " > ".join(map(str, scheme.identity_priority)), cite)
    for name, value in scheme.indices.items():
        version = on_day(value, day)
        if version is not None:
            yield _row(f"index.{name}", version_text(version, value.unit, scheme), version.cite)
    for layer in layers:
        for aspect, text in shape(layer, scheme):
            yield _row(f"{layer.name}.{aspect}", text, layer.cite)


def shape(layer: Layer, scheme: Scheme) -> Iterator[tuple[str, str]]:
    """What a layer says without a number, as far as it says it: fund, totals and keys, scope of bands, package."""
    if layer.fund != layer.name:
        yield "fund", layer.fund
    if layer.bands:
        yield "band_scope", layer.band_scope
    if layer.counts_as_admission is not None:
        yield "counts_as_admission", when_words(layer.counts_as_admission, scheme)
    if (d := layer.deductible) is not None and (d.key or d.pool != f"{layer.name}.deductible"):
        yield "deductible.pool", _pool(d.pool, d.key)
    if (p := layer.package) is not None:
        yield "package", f"excess {p.excess}, under {p.under}, includes {', '.join(p.includes) or '—'}"
    if layer.prepay is not None:
        yield "prepay.place", "after_deductible" if layer.prepay.after_deductible else "before_deductible"
    for i, c in enumerate(layer.caps):
        own = layer.name if i == 0 else f"{layer.name}_cap{i + 1}"
        if c.key or c.before_deductible or c.pool != own:
            yield f"caps[{i}].pool", _pool(c.pool, c.key) + (", before_deductible" if c.before_deductible else "")


def _pool(name: str, key: str | None) -> str:
    return name + (f" by {key}" if key else "")


def _row(path: str, value: str, cite: Cite) -> Row:
    clause = f"{cite.document} {cite.clause}".strip()
    dates = {"from": iso(cite.start), "to": iso(cite.end), "known": iso(cite.known)}
    return {"path": path, "value": value, "clause": clause, "status": cite.status, "reading": cite.reading, **dates}


def _compared(old: list[Row], new: list[Row]) -> Iterator[dict[str, Any]]:
    """Rows that differ, paired by their place; items of a list by what they say, so that one more moves none."""
    places = dict.fromkeys(_INDEX.sub("[]", r["path"]) for r in (*new, *old))
    for place in places:
        a = [r for r in old if _INDEX.sub("[]", r["path"]) == place]
        b = [r for r in new if _INDEX.sub("[]", r["path"]) == place]
        for x, y in _pairs(a, b):
            if x is not None and y is not None and all(x.get(k, "") == y.get(k, "") for k in SAID):
                continue
            kind = "added" if x is None else "removed" if y is None else "changed"
            if x is not None and y is not None and x["value"] == y["value"]:
                kind = "cited"
            yield {"path": (y or x or {})["path"], "change": kind, "before": _said(x), "after": _said(y)}


def _pairs(a: list[Row], b: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Equal texts first, then what stands at the same place of what is left."""
    left = list(b)
    rest: list[Row] = []
    pairs: list[tuple[Row | None, Row | None]] = []
    for x in a:
        same = next((y for y in left if y["value"] == x["value"]), None)
        if same is None:
            rest.append(x)
        else:
            left.remove(same)
            pairs.append((x, same))
    both = min(len(rest), len(left))
    pairs += list(zip(rest[:both], left[:both], strict=True))
    pairs += [(x, None) for x in rest[both:]] + [(None, y) for y in left[both:]]
    yield from pairs


def _said(row: Row | None) -> Row | None:
    keys = ("path", "value", "clause", "status", "reading", "from", "to", "known")
    return None if row is None else {k: row.get(k, "") for k in keys}


def _catalogues(old: Scheme | None, day: int, new: Scheme | None, later: int) -> Iterator[dict[str, Any]]:
    """Diseases that came into or fell out of each catalogue."""
    if old is None or new is None:
        return
    a, b = _entries(old, day), _entries(new, later)
    for name in dict.fromkeys([*a, *b]):
        was, now = a.get(name, {}), b.get(name, {})
        added = [f"{c} {now[c]}" for c in now if c not in was]
        removed = [f"{c} {was[c]}" for c in was if c not in now]
        if added or removed:
            yield {"name": name, "added": added, "removed": removed}


def _entries(scheme: Scheme, day: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for c in scheme.catalogues:
        if c.start <= day < (c.end or NO_END):
            here = found.setdefault(c.name, {})
            here |= {e.code: e.name for e in c.entries if e.start <= day < (e.end or NO_END)}
    return found


def _documents(old: list[Row], new: list[Row]) -> dict[str, list[Row]]:
    """Documents that came into force and that ended between the two."""
    was, now = {d["id"] for d in old}, {d["id"] for d in new}
    return {"begun": [d for d in new if d["id"] not in was], "ended": [d for d in old if d["id"] not in now]}
