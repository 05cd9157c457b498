"""Reading of dated parameters outside the schemes (retirement, pension, indicators …), by subject and area."""

from __future__ import annotations

from .documents import Parameter
from .nodes import Node
from .read_attributes import read_attributes
from .read_scheme import check_attributes, names_of
from .read_values import Number, ValueReader
from .reader import CITE_KEYS, Context, Reader

UNITS: dict[str, Number] = {
    "yuan": "fen",
    "percent": "percent",
    "factor": "factor",
    "count": "count",
    "month": "month",
    "word": "word",
    "flag": "word",
}
FLAG = ("false", "true")


def read_parameters(r: Reader, root: Node, area: str) -> tuple[Parameter, ...]:
    """All parameters of one subject file."""
    items = r.mapping(root, "", ("title", "attributes", *CITE_KEYS), ("subject", "parameters"))
    if "subject" not in items or "parameters" not in items:
        return ()
    subject = r.name(items["subject"], "subject")
    outer = r.context({k: v for k, v in items.items() if k in CITE_KEYS}, Context(f"{area}/{subject}", 1, None))
    attributes = read_attributes(r, items, outer)
    check_attributes(r, items, attributes)
    result = []
    for name, node in r.mapping(items["parameters"], "parameters", names_of(items["parameters"])).items():
        at = outer.at(name)
        got = r.mapping(node, at.where, ("title", "words", "yearly", "published_under", *CITE_KEYS), ("unit", "value"))
        if "unit" not in got or "value" not in got:
            continue
        ctx = r.context(got, at)
        unit = r.choice(got["unit"], f"{at.where}.unit", UNITS)
        values = ValueReader(r, attributes, {}, (), _words(r, unit, got, node, at.where))
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


def _words(r: Reader, unit: str, got: dict[str, Node], node: Node, where: str) -> tuple[str, ...]:
    """What a value of unit ``word`` or ``flag`` may say."""
    if unit == "flag":
        return FLAG
    if unit != "word":
        if "words" in got:
            r.fault("wrong_type", got["words"], f"{where}.words", "words only of the unit word", unit)
        return ()
    if "words" not in got:
        r.fault("missing_key", node, where, "the key 'words'", "nothing")
        return ("missing",)
    words = tuple(r.name(n, f"{where}.words") for n in r.sequence(got["words"], f"{where}.words"))
    if not words or len(set(words)) != len(words):
        r.fault("wrong_type", got["words"], f"{where}.words", "a list of different words", str(list(words)))
    return words or ("missing",)
