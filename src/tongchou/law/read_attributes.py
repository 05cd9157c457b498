"""Attributes that a scheme declares, added to the standard ones."""

from __future__ import annotations

from collections.abc import Callable

from .attributes import IDENTITIES, MAX_COUNT, standard_attributes
from .nodes import Node, Scalar
from .reader import Context, Reader
from .tables import STANDARD_CATEGORIES, Attribute

DECLARABLE = ("code", "flag", "integer", "money", "date")


def read_attributes(r: Reader, items: dict[str, Node], ctx: Context) -> tuple[Attribute, ...]:
    """Standard attributes plus the scheme's own (``attributes``, ``categories``, ``identity``)."""
    categories: tuple[str, ...] = ()
    if "categories" in items:
        names = [r.name(n, f"categories[{i}]") for i, n in enumerate(r.sequence(items["categories"], "categories"))]
        categories = tuple(n for n in dict.fromkeys(names) if n not in STANDARD_CATEGORIES)
    identities: tuple[str, ...] = ()
    if "identity" in items:
        inside = r.mapping(items["identity"], "identity", ("priority", "values"))
        if "values" in inside:
            got = [r.name(n, "identity.values") for n in r.sequence(inside["values"], "identity.values")]
            identities = tuple(n for n in dict.fromkeys(got) if n not in IDENTITIES)
    found = {a.name: a for a in standard_attributes(categories, identities)}
    declared = r.mapping(items["attributes"], "attributes", _keys(items["attributes"])) if "attributes" in items else {}
    for name, node in declared.items():
        attribute = _declared(r, name, node)
        known = found.get(attribute.name)
        if known is not None and (known.name != "age" or attribute.kind != "integer"):
            r.fault(
                "attribute_standard",
                node,
                f"attributes.{name}",
                "a name of its own",
                f"{name!r}, a standard column",
                "leave it out: it may be used as it is",
            )
            continue
        found[attribute.name] = attribute
    return tuple(found.values())


def _keys(node: Node) -> tuple[str, ...]:
    return tuple(getattr(node, "items", ())) if hasattr(node, "key_places") else ()


def _declared(r: Reader, name: str, node: Node) -> Attribute:
    where = f"attributes.{name}"
    r.name(_as_scalar(name, node), where)
    items = r.mapping(node, where, ("type", "from", "values", "default", "min", "max", "bins", "zh"), ("type",))
    kind = r.choice(items["type"], f"{where}.type", DECLARABLE) if "type" in items else "flag"
    source = r.name(items["from"], f"{where}.from") if "from" in items else ("born" if name == "age" else name)
    if kind == "code":
        nodes = r.sequence(items["values"], f"{where}.values") if "values" in items else ()
        values = tuple(r.name(n, f"{where}.values") for n in nodes)
        if not values or len(set(values)) != len(values):
            r.fault("wrong_type", node, f"{where}.values", "a list of different codes", str(list(values)))
            values = tuple(dict.fromkeys(values)) or ("none",)
        default = None
        if "default" in items:
            default = values.index(r.choice(items["default"], f"{where}.default", values))
        return Attribute(name, "code", values, default=default, source=source)
    if kind == "flag":
        default = int(r.flag(items["default"], f"{where}.default")) if "default" in items else None
        return Attribute(name, "flag", low=0, high=1, default=default, source=source)
    readers: dict[str, Callable[[Node, str], int]] = {"integer": r.integer, "money": r.fen, "date": r.day}
    read = readers[kind]
    bins = _bins(r, items["bins"], where, kind, read) if "bins" in items else ()
    low = read(items["min"], f"{where}.min") if "min" in items else bins[0] if bins else 0
    high = read(items["max"], f"{where}.max") if "max" in items else (MAX_COUNT if kind == "integer" else 10**14)
    default = read(items["default"], f"{where}.default") if "default" in items else None
    if bins and bins[0] != low:
        found = "an edge that differs from min"
        r.fault("out_of_range", items["bins"], f"{where}.bins", "a first edge that is the attribute's min", found)
    return Attribute(name, kind, low=low, high=high, default=default, source=source, bins=bins)  # type: ignore[arg-type]


def _bins(r: Reader, node: Node, where: str, kind: str, read: Callable[[Node, str], int]) -> tuple[int, ...]:
    """Lower edges of bins, closed below and open above, rising."""
    if kind == "date":
        r.fault("not_supported", node, f"{where}.bins", "bins of a number", "bins of a date")
    edges = tuple(read(n, f"{where}.bins") for n in r.sequence(node, f"{where}.bins"))
    if not edges or list(edges) != sorted(set(edges)):
        r.fault("bands_out_of_order", node, f"{where}.bins", "edges from the lowest to the highest", str(list(edges)))
        return ()
    return edges


def _as_scalar(name: str, node: Node) -> Node:
    return Scalar(name, True, node.place)
