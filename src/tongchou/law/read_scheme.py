"""One scheme file: from nodes to the ``Scheme`` of all its dates and all that was ever known."""

from __future__ import annotations

from .attributes import read_attributes
from .nodes import Map, Node
from .read_layers import LATER_WORDS, LayerReader
from .read_values import ValueReader
from .reader import CITE_KEYS, Context, Reader
from .tables import NO_END, Catalogue, CatalogueEntry, Reason, Scheme, Value

SCHEME_KEYS = ("scheme", "title", "categories", "attributes", "identity", "index", "rounding", "benefit_year_starts",
               "layers", "reasons", "instrument", "payment_sources")
EARLIEST = 693_596
"""1900-01-01: the start of a scheme file tried alone, which knows no dates."""


def read_scheme(r: Reader, root: Node, area: str, catalogues: tuple[Catalogue, ...], version: str) -> Scheme | None:
    """Read a scheme; None when it is not even a mapping. Faults go to ``r.findings``."""
    required = ("scheme", "from", "layers") if r.strict else ("layers",)
    items = r.mapping(root, "", (*SCHEME_KEYS, *CITE_KEYS, *LATER_WORDS), required)
    if not items or "layers" not in items:
        return None
    name = r.name(items["scheme"], "scheme") if "scheme" in items else "any"
    where = f"{area}/{name}" if r.strict else name
    ctx = r.context({k: v for k, v in items.items() if k in CITE_KEYS}, Context(where, EARLIEST, None))
    attributes = read_attributes(r, items, ctx)
    indices: dict[str, Value] = {}
    names = [c.name for c in catalogues]
    values = ValueReader(r, attributes, indices, tuple(dict.fromkeys(names)))
    if "index" in items:
        for key, node in r.mapping(items["index"], "index", names_of(items["index"])).items():
            indices[key] = values.value(node, "fen", ctx.at("index").at(key))
    layers = LayerReader(values)
    layers.later(items, where)
    side, mode, inverse = _rounding(r, items.get("rounding"), ctx)
    priority: tuple[int, ...] = ()
    if "identity" in items:
        inside = r.mapping(items["identity"], "identity", ("priority", "values"))
        if "priority" in inside:
            codes = values.attributes["identity"].values
            priority = tuple(codes.index(r.choice(n, "identity.priority", codes))
                             for n in r.sequence(inside["priority"], "identity.priority"))
    return Scheme(
        area=area, name=name, title=r.text(items["title"], "title") if "title" in items else name,
        start=ctx.start, end=ctx.end, attributes=attributes,
        categories=values.attributes["category"].values, indices=indices,
        side=side, mode=mode, inverse=inverse,  # type: ignore[arg-type]
        year_starts=_year_starts(r, items.get("benefit_year_starts")),
        identity_priority=priority,
        layers=layers.layers(items["layers"], ctx),
        reasons=_reasons(r, items["reasons"], values, ctx) if "reasons" in items else (),
        catalogues=catalogues, version=version,
        instrument=r.text(items["instrument"], "instrument") if "instrument" in items else "",
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
    month, _, day = r.text(node, "benefit_year_starts").partition("-")
    if month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28:
        return int(month), int(day)
    r.fault("wrong_type", node, "benefit_year_starts", "a day MM-DD (01 to 28)", f"{month}-{day}")
    return 1, 1


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
        result.append(Reason(r.name(items["code"], f"{at.where}.code"), when, pays, ctx.start, ctx.end, r.cite(item, ctx)))
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
        result.append(Catalogue(name, tuple(e for e in entries if e is not None), ctx.start, ctx.end, r.cite(item, ctx)))
        _distinct(r, result[-1], item)
    return tuple(result)


def _entry(r: Reader, node: Node, outer: Context) -> CatalogueEntry | None:
    items = r.mapping(node, outer.where, ("from", "to"), ("code", "name"))
    if "code" not in items or "name" not in items:
        return None
    ctx = r.context(items, outer)
    return CatalogueEntry(r.text(items["code"], f"{outer.where}.code"), r.text(items["name"], f"{outer.where}.name"),
                          ctx.start, ctx.end)


def _distinct(r: Reader, catalogue: Catalogue, node: Node) -> None:
    last: dict[str, int] = {}
    for e in sorted(catalogue.entries, key=lambda e: (e.code, e.start)):
        if e.start < last.get(e.code, 0):
            r.fault("overlap", node, catalogue.cite.id, f"{e.code} once on any day", "twice on a day")
        last[e.code] = e.end or NO_END


