"""One scheme file: from nodes to the ``Scheme`` of all its dates and all that was ever known."""

from __future__ import annotations

import re

from .days import iso
from .findings import Place
from .nodes import Map, Node, Scalar
from .read_attributes import read_attributes
from .read_layers import LayerReader
from .read_sources import read_sources
from .read_values import ValueReader
from .reader import CITE_KEYS, Context, Reader, show
from .tables import NO_END, Attribute, Catalogue, CatalogueEntry, Reason, Scheme, Value

SCHEME_KEYS = (
    "scheme",
    "title",
    "categories",
    "attributes",
    "identity",
    "index",
    "rounding",
    "benefit_year_starts",
    "layers",
    "reasons",
    "instrument",
    "payment_sources",
)
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})\Z")
EARLIEST = 693_596
"""1900-01-01: the start of a scheme file tried alone, which knows no dates."""


def read_scheme(r: Reader, root: Node, area: str, catalogues: tuple[Catalogue, ...], version: str) -> Scheme | None:
    """Read a scheme; None when it is not even a mapping. Faults go to ``r.findings``."""
    required = ("scheme", "from", "layers") if r.strict else ("layers",)
    items = r.mapping(root, "", (*SCHEME_KEYS, *CITE_KEYS), required)
    if not items or "layers" not in items:
        return None
    name = r.name(items["scheme"], "scheme") if "scheme" in items else "any"
    where = f"{area}/{name}" if r.strict else name
    ctx = r.context({k: v for k, v in items.items() if k in CITE_KEYS}, Context(where, EARLIEST, None))
    attributes = read_attributes(r, items, ctx)
    check_attributes(r, items, attributes)
    indices: dict[str, Value] = {}
    names = [c.name for c in catalogues]
    values = ValueReader(r, attributes, indices, tuple(dict.fromkeys(names)))
    if "index" in items:
        for key, node in r.mapping(items["index"], "index", names_of(items["index"])).items():
            indices[key] = values.value(node, "fen", ctx.at("index").at(key))
    layers = LayerReader(values)
    found = layers.layers(items["layers"], ctx)
    side, mode, inverse = _rounding(r, items.get("rounding"), ctx)
    priority: tuple[int, ...] = ()
    if "identity" in items:
        inside = r.mapping(items["identity"], "identity", ("priority", "values"))
        if "priority" in inside:
            codes = values.attributes["identity"].values
            priority = tuple(
                codes.index(r.choice(n, "identity.priority", codes))
                for n in r.sequence(inside["priority"], "identity.priority")
            )
    return Scheme(
        area=area,
        name=name,
        title=r.text(items["title"], "title") if "title" in items else name,
        start=ctx.start,
        end=ctx.end,
        attributes=attributes,
        categories=values.attributes["category"].values,
        indices=indices,
        side=side,  # type: ignore[arg-type]
        mode=mode,  # type: ignore[arg-type]
        inverse=inverse,  # type: ignore[arg-type]
        year_starts=_year_starts(r, items.get("benefit_year_starts")),
        identity_priority=priority,
        layers=found,
        reasons=_reasons(r, items["reasons"], values, ctx) if "reasons" in items else (),
        catalogues=catalogues,
        version=version,
        instrument=r.text(items["instrument"], "instrument") if "instrument" in items else "",
        sources=read_sources(layers, items["payment_sources"], ctx) if "payment_sources" in items else (),
    )


def names_of(node: Node) -> tuple[str, ...]:
    """The keys of a mapping, for tables whose names are free."""
    return tuple(node.items) if isinstance(node, Map) else ()


def _rounding(r: Reader, node: Node | None, ctx: Context) -> tuple[str, str, str]:
    if node is None:
        return "fund", "half_up", "half_up"
    items = r.mapping(node, "rounding", (*CITE_KEYS, "side", "mode", "inverse"))
    r.cite(node, r.context(items, ctx.at("rounding")))
    side = r.choice(items["side"], "rounding.side", ("fund", "person")) if "side" in items else "fund"
    mode = r.choice(items["mode"], "rounding.mode", ("half_up", "down")) if "mode" in items else "half_up"
    inverse = r.choice(items["inverse"], "rounding.inverse", ("half_up", "down")) if "inverse" in items else "half_up"
    return side, mode, inverse


def _year_starts(r: Reader, node: Node | None) -> tuple[int, int]:
    if node is None:
        return 1, 1
    match = _MONTH_DAY.match(node.text) if isinstance(node, Scalar) else None
    if match is not None and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 28:
        return int(match[1]), int(match[2])
    r.fault("wrong_type", node, "benefit_year_starts", "a day MM-DD (01 to 28)", show(node))
    return 1, 1


def check_attributes(r: Reader, items: dict[str, Node], attributes: tuple[Attribute, ...]) -> None:
    """Of declared attributes: no word that its type does not read, a range that holds something and the default."""
    declared = items.get("attributes")
    known = {a.name: a for a in attributes}
    for name, node in declared.items.items() if isinstance(declared, Map) else ():
        a = known.get(name)
        if a is None or not isinstance(node, Map):
            continue
        where = f"attributes.{name}"
        idle = {"code": ("min", "max", "bins"), "flag": ("min", "max", "values", "bins")}.get(a.kind, ("values",))
        for word in (w for w in idle if w in node.items):
            r.fault(
                "unknown_key",
                node.key_places[word],
                f"{where}.{word}",
                f"a word of type {a.kind}",
                repr(word),
                "leave it out",
            )
        if a.low is None or a.high is None:
            continue
        if a.low > a.high:
            r.fault("out_of_range", node, where, "min not above max", f"{a.low} to {a.high}")
        elif a.default is not None and not a.low <= a.default <= a.high:
            r.fault(
                "out_of_range",
                node.items["default"],
                f"{where}.default",
                f"a value from {a.low} to {a.high}",
                show(node.items["default"]),
            )


def _reasons(r: Reader, node: Node, values: ValueReader, outer: Context) -> tuple[Reason, ...]:
    result = []
    for i, item in enumerate(r.sequence(node, "reasons")):
        at = outer.at("reasons").at(i)
        items = r.mapping(item, at.where, {*CITE_KEYS, "pays"}, ("code", "when"))
        ctx = r.context(items, at)
        if "code" not in items or "when" not in items:
            continue
        when = values.when(items["when"], f"{at.where}.when")
        if any(t.attr == "admission_no" for c in when for t in c):
            r.fault("not_supported", items["when"], f"{at.where}.when", "attributes of the claim", "admission_no")
        pays = "pays" in items and r.choice(items["pays"], f"{at.where}.pays", ("nothing", "as_usual")) == "as_usual"
        result.append(
            Reason(r.name(items["code"], f"{at.where}.code"), when, pays, ctx.start, ctx.end, r.cite(item, ctx))
        )
    return tuple(result)


def read_catalogues(r: Reader, root: Node, area: str) -> tuple[Catalogue, ...]:
    """The dated disease catalogues of one area."""
    items = r.mapping(root, "", (), ("catalogues",))
    result = []
    nodes = r.sequence(items["catalogues"], "catalogues") if "catalogues" in items else ()
    for i, item in enumerate(nodes):
        got = r.mapping(item, f"catalogues[{i}]", CITE_KEYS, ("name", "from", "entries"))
        if "name" not in got or "entries" not in got:
            continue
        name = r.name(got["name"], f"catalogues[{i}].name")
        ctx = r.context(got, Context(f"{area}/catalogues.{name}", 1, None))
        entries = [_entry(r, n, ctx.at(j)) for j, n in enumerate(r.sequence(got["entries"], ctx.where))]
        result.append(
            Catalogue(name, tuple(e for e in entries if e is not None), ctx.start, ctx.end, r.cite(item, ctx))
        )
        _distinct(r, result[-1], item)
        for other in result[:-1]:
            if other.name == name and other.start < (ctx.end or NO_END) and ctx.start < (other.end or NO_END):
                r.fault(
                    "overlap",
                    item,
                    ctx.where,
                    f"one catalogue {name} on any day",
                    f"two, from {iso(other.start)} and from {iso(ctx.start)}",
                    "end the one before the other begins",
                    Place(other.cite.file, other.cite.line),
                )
    return tuple(result)


def _entry(r: Reader, node: Node, outer: Context) -> CatalogueEntry | None:
    items = r.mapping(node, outer.where, ("from", "to"), ("code", "name"))
    if "code" not in items or "name" not in items:
        return None
    ctx = r.context(items, outer)
    return CatalogueEntry(
        r.text(items["code"], f"{outer.where}.code"),
        r.text(items["name"], f"{outer.where}.name"),
        ctx.start,
        ctx.end,
    )


def _distinct(r: Reader, catalogue: Catalogue, node: Node) -> None:
    last: dict[str, int] = {}
    for e in sorted(catalogue.entries, key=lambda e: (e.code, e.start)):
        if e.start < last.get(e.code, 0):
            r.fault("overlap", node, catalogue.cite.id, f"{e.code} once on any day", "twice on a day")
        last[e.code] = e.end or NO_END
