"""The attributes of a claim that law may read: the standard ones, and those a scheme declares."""

from __future__ import annotations

from .nodes import Node
from .reader import Context, Reader
from .tables import STANDARD_CATEGORIES, Attribute

STATUSES = ("active", "retired", "resident")
RANKS = ("township", "county", "prefecture", "province")
PLACES = ("local", "resident_filed", "transferred", "emergency", "unfiled")
IDENTITIES = ("registered_poor", "minimum_allowance", "destitute")
DELIVERY_KINDS = ("normal", "caesarean")
MAX_COUNT = 10**6
DECLARABLE = ("code", "flag", "integer", "money", "date")


def standard_attributes(categories: tuple[str, ...] = (), identities: tuple[str, ...] = ()) -> tuple[Attribute, ...]:
    """The standard attributes of the claims file, in their fixed order."""
    return (
        Attribute("category", "code", STANDARD_CATEGORIES + categories, source="category"),
        Attribute("level", "integer", low=0, high=3, source="level"),
        Attribute("status", "code", STATUSES, source="status"),
        Attribute("identity", "codes", IDENTITIES + identities, default=0, source="identity"),
        Attribute("place", "code", PLACES, default=0, source="place"),
        Attribute("rank", "code", RANKS, default=-1, source="rank"),
        Attribute("designated", "flag", low=0, high=1, default=1, source="designated"),
        Attribute("referred", "flag", low=0, high=1, default=1, source="referred"),
        Attribute("severe", "flag", low=0, high=1, default=0, source="severe"),
        Attribute("interim", "flag", low=0, high=1, default=0, source="interim"),
        Attribute("delivery_kind", "code", DELIVERY_KINDS, source="delivery_kind"),
        Attribute("chronic_diseases", "integer", low=1, high=MAX_COUNT, default=1, source="chronic_diseases"),
        Attribute("days", "integer", low=0, high=MAX_COUNT, source="days"),
        Attribute("age", "integer", low=0, high=150, source="born"),
        Attribute("disease", "disease", default=0, source="disease"),
        Attribute("admission_no", "state", low=1, high=MAX_COUNT),
    )


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
            r.fault("attribute_standard", node, f"attributes.{name}", "a name of its own",
                    f"{name!r}, a standard column", "leave it out: it may be used as it is")
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
    if "bins" in items:
        r.fault("not_supported", items["bins"], f"{where}.bins", "no bins: the lookups' own edges serve", "bins")
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
    read = {"integer": r.integer, "money": r.fen, "date": r.day}[kind]
    low = read(items["min"], f"{where}.min") if "min" in items else 0
    high = read(items["max"], f"{where}.max") if "max" in items else (MAX_COUNT if kind == "integer" else 10**14)
    default = read(items["default"], f"{where}.default") if "default" in items else None
    literal = {"integer": "integer", "money": "money", "date": "date"}
    return Attribute(name, literal[kind], low=low, high=high, default=default, source=source)  # type: ignore[arg-type]


def _as_scalar(name: str, node: Node) -> Node:
    from .nodes import Scalar

    return Scalar(name, True, node.place)
