"""Reading of dated parameters outside the schemes (retirement, pension, indicators …), by subject and area."""

from __future__ import annotations

from .documents import Parameter
from .nodes import Node
from .read_attributes import read_attributes
from .read_scheme import check_attributes, names_of
from .read_values import Number, ValueReader
from .reader import CITE_KEYS, Context, Reader

UNITS: dict[str, Number] = {"yuan": "fen", "percent": "percent", "factor": "factor", "count": "count"}


def read_parameters(r: Reader, root: Node, area: str) -> tuple[Parameter, ...]:
    """All parameters of one subject file."""
    items = r.mapping(root, "", ("title", "attributes", *CITE_KEYS), ("subject", "parameters"))
    if "subject" not in items or "parameters" not in items:
        return ()
    subject = r.name(items["subject"], "subject")
    outer = r.context({k: v for k, v in items.items() if k in CITE_KEYS}, Context(f"{area}/{subject}", 1, None))
    attributes = read_attributes(r, items, outer)
    check_attributes(r, items, attributes)
    values = ValueReader(r, attributes, {}, ())
    result = []
    for name, node in r.mapping(items["parameters"], "parameters", names_of(items["parameters"])).items():
        at = outer.at(name)
        got = r.mapping(node, at.where, ("title", "yearly", "published_under", *CITE_KEYS), ("unit", "value"))
        if "unit" not in got or "value" not in got:
            continue
        ctx = r.context(got, at)
        unit = r.choice(got["unit"], f"{at.where}.unit", UNITS)
        result.append(
            Parameter(
                subject,
                name,
                r.text(got["title"], at.where) if "title" in got else name,
                area,
                unit,
                values.value(got["value"], UNITS[unit], ctx),
                "yearly" in got and r.flag(got["yearly"], f"{at.where}.yearly"),
                r.text(got["published_under"], at.where) if "published_under" in got else "",
                node.place.file,
                node.place.line,
                attributes,
            )
        )
    return tuple(result)
