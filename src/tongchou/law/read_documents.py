"""Reading of document files: from nodes to the register of documents."""

from __future__ import annotations

from .days import iso
from .documents import KINDS, RANKS, Clause, Document, Override, Reserve
from .nodes import Node, Seq
from .reader import Reader, is_null
from .tables import NO_END

KEYS = ("number", "repeals", "overrides", "reserves", "takes_effect", "source", "note")
REQUIRED = ("id", "title", "issuer", "rank", "kind", "area", "issued", "in_force", "known", "clauses")


def read_document(r: Reader, root: Node) -> Document | None:
    """One document file; None when it lacks what identifies it."""
    items = r.mapping(root, "document", KEYS, REQUIRED)
    if any(k not in items for k in REQUIRED):
        return None
    where = r.name(items["id"], "id")  # stands before the clause in every citation: one word
    force = r.mapping(items["in_force"], f"{where}.in_force", ("to",), ("from",))
    start = r.day(force["from"], f"{where}.in_force.from") if "from" in force else 1
    end = r.day(force["to"], f"{where}.in_force.to") if "to" in force and not is_null(force["to"]) else None
    if (end or NO_END) <= start:
        r.fault("empty_period", items["in_force"], where, "an end after the start", f"{iso(start)} to {iso(end)}")
    takes = {}
    for node in _list(r, items, "takes_effect", where):
        got = r.mapping(node, f"{where}.takes_effect", (), ("area", "from"))
        if len(got) == 2:
            area = r.text(got["area"], where)
            if area in takes:
                r.fault(
                    "duplicate_name",
                    node,
                    f"{where}.takes_effect",
                    "each area once",
                    repr(area),
                    "keep one of the two",
                )
            takes[area] = r.day(got["from"], f"{where}.takes_effect.from")
    return Document(
        id=where,
        number=r.text(items["number"], f"{where}.number") if "number" in items else "",
        title=r.text(items["title"], f"{where}.title"),
        issuer=r.text(items["issuer"], f"{where}.issuer"),
        rank=r.choice(items["rank"], f"{where}.rank", RANKS),
        kind=r.choice(items["kind"], f"{where}.kind", KINDS),
        area=r.text(items["area"], f"{where}.area"),
        issued=r.day(items["issued"], f"{where}.issued"),
        start=start,
        end=end,
        known=r.day(items["known"], f"{where}.known"),
        repeals=tuple(r.text(n, f"{where}.repeals") for n in _list(r, items, "repeals", where)),
        overrides=tuple(_override(r, n, where) for n in _list(r, items, "overrides", where)),
        reserves=tuple(_reserve(r, n, where) for n in _list(r, items, "reserves", where)),
        takes_effect=takes,
        note=r.text(items["note"], where) if "note" in items else "",
        clauses=tuple(_clause(r, n, where) for n in r.sequence(items["clauses"], f"{where}.clauses")),
        file=root.place.file,
        line=root.place.line,
    )


def _list(r: Reader, items: dict[str, Node], key: str, where: str) -> tuple[Node, ...]:
    return r.sequence(items[key], f"{where}.{key}") if key in items else ()


def _clause(r: Reader, node: Node, where: str) -> Clause:
    got = r.mapping(node, f"{where}.clauses", (), ("id", "says", "zh"))
    return Clause(*(r.text(got[k], f"{where}.clauses.{k}") if k in got else "" for k in ("id", "says", "zh")))


def _words(r: Reader, got: dict[str, Node], key: str, where: str) -> tuple[str, ...]:
    node = got.get(key)
    if node is None:
        return ()
    return tuple(r.text(n, f"{where}.{key}") for n in (node.items if isinstance(node, Seq) else (node,)))


def _override(r: Reader, node: Node, where: str) -> Override:
    got = r.mapping(node, f"{where}.overrides", ("areas",), ("subjects", "from", "clause"))
    if "areas" in got:
        r.choice(got["areas"], f"{where}.overrides.areas", ("below",))
    return Override(
        _words(r, got, "subjects", where),
        r.day(got["from"], where) if "from" in got else 1,
        r.text(got["clause"], where) if "clause" in got else "",
    )


def _reserve(r: Reader, node: Node, where: str) -> Reserve:
    got = r.mapping(node, f"{where}.reserves", ("yearly_under",), ("subjects", "from", "clause"))
    return Reserve(
        _words(r, got, "subjects", where),
        r.day(got["from"], where) if "from" in got else 1,
        r.text(got["clause"], where) if "clause" in got else "",
        _words(r, got, "yearly_under", where),
    )
