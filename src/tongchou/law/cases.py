"""Worked cases (算例): claims as a clerk writes them, and what must come of them, with the source of each figure.

``areas/<code>/cases/<file>.yaml`` in a tree, ``<scheme>.cases.yaml`` beside a scheme file tried alone. This room
reads them; they are settled above it (``interfaces/cli/law_cases``), because law may not import rules.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from .findings import Finding, LawError, Place, did_you_mean
from .nodes import Map, Node, Scalar, Seq, read_file
from .placeholders import placeholders
from .reader import Reader, show

if TYPE_CHECKING:
    from .tree import Law

SUFFIX = ".cases.yaml"
"""Ending of the file with the cases of the scheme file beside it."""
ALWAYS = ("service_date", "status", "category", "level")
"""Columns that each claim of a case says."""


class Written(Struct, frozen=True):
    """A cell of a case as it stands in the file."""

    text: str
    place: Place


class CaseClaim(Struct, frozen=True):
    """One claim: its columns, and the columns of its settlement that are expected."""

    cells: dict[str, Written]
    expect: dict[str, Written]
    place: Place


class Case(Struct, frozen=True):
    """Claims of one person in their order, under one scheme. ``known`` None: as known today."""

    name: str
    area: str
    scheme: str
    known: int | None
    used: dict[str, Written]
    source: str
    """Where the expected figures come from: clause and words."""
    claims: tuple[CaseClaim, ...]
    place: Place


def beside(scheme_file: Path) -> Path:
    """Where the cases of a scheme file stand."""
    return scheme_file.with_name(scheme_file.name.removesuffix(".yaml") + SUFFIX)


def read_tree_cases(law: Law) -> tuple[list[Case], list[Finding]]:
    """Every case of a tree. Of the bundled tree under an overlay: those of areas that the overlay leaves alone."""
    from .tree import case_files

    clauses = {d.id: frozenset(c.id for c in d.clauses) for d in law.documents.values()}
    cases: list[Case] = []
    found: list[Finding] = []
    for name, file in sorted(case_files(law.root).items()):
        read, faults = read_case_file(file, name, name.split("/")[1], clauses)
        cases += read
        found += faults
    return cases, found


def read_case_file(
    file: Path, name: str, area: str = "", clauses: dict[str, frozenset[str]] | None = None
) -> tuple[list[Case], list[Finding]]:
    """The cases of one file, and its faults. ``clauses`` by document: what ``clause`` may name (None: anything)."""
    try:
        node = read_file(file, name)
    except LawError as e:
        return [], list(e.findings)
    gaps = placeholders(node)
    if gaps:
        return [], gaps
    r = Reader(strict=True)
    alone = not area
    head = r.mapping(node, "cases", ("known", "source", "clause"), ("cases",) if alone else ("scheme", "cases"))
    if "cases" not in head or (not alone and "scheme" not in head):
        return [], r.findings
    scheme = "" if alone else r.name(head["scheme"], "scheme")
    cases, seen = [], set()
    for i, item in enumerate(r.sequence(head["cases"], "cases")):
        case = _case(r, item, f"cases[{i}]", head, (area, scheme), clauses)
        if case is None:
            continue
        if case.name in seen:
            r.fault("duplicate_name", item, f"cases[{i}].name", "each case name once", repr(case.name))
        seen.add(case.name)
        cases.append(case)
    return cases, r.findings


def _case(
    r: Reader,
    node: Node,
    where: str,
    head: dict[str, Node],
    scheme: tuple[str, str],
    clauses: dict[str, frozenset[str]] | None,
) -> Case | None:
    items = r.mapping(node, where, ("known", "used", "source", "clause"), ("name", "claims"))
    if "name" not in items or "claims" not in items:
        return None
    name = r.text(items["name"], f"{where}.name")
    given = {k: items.get(k, head.get(k)) for k in ("known", "source", "clause")}
    source = _source(r, node, where, given, clauses)
    known = given["known"]
    claims = [_claim(r, n, f"{name} [{i + 1}]") for i, n in enumerate(r.sequence(items["claims"], f"{where}.claims"))]
    if not claims:
        r.fault("wrong_type", items["claims"], f"{where}.claims", "at least one claim", "an empty list")
    return Case(
        name,
        *scheme,
        None if known is None else r.day(known, f"{where}.known"),
        _cells(r, items["used"], f"{where}.used") if "used" in items else {},
        source,
        tuple(c for c in claims if c is not None),
        node.place,
    )


def _source(
    r: Reader, node: Node, where: str, given: dict[str, Node | None], clauses: dict[str, frozenset[str]] | None
) -> str:
    """``clause`` and ``source`` in one text; a case that says neither proves nothing."""
    texts = []
    if (clause := given["clause"]) is not None:
        text = r.text(clause, f"{where}.clause")
        document, _, part = text.partition(" ")
        if clauses is not None and document not in clauses:
            fix = did_you_mean(document, clauses)
            r.fault("unknown_document", clause, f"{where}.clause", "a registered document", repr(document), fix)
        elif clauses is not None and part not in clauses[document]:
            fix = did_you_mean(part, clauses[document])
            r.fault("unknown_clause", clause, f"{where}.clause", f"a clause of {document}", repr(part), fix)
        texts.append(text)
    if (source := given["source"]) is not None:
        texts.append(r.text(source, f"{where}.source"))
    if not texts:
        r.fault(
            "missing_key",
            node,
            where,
            "the key 'source' or 'clause'",
            "neither",
            "say where the expected figures come from",
        )
    return "; ".join(texts)


def _claim(r: Reader, node: Node, where: str) -> CaseClaim | None:
    if not isinstance(node, Map):
        r.fault("wrong_type", node, where, "a mapping of claims columns", show(node))
        return None
    for key in (*ALWAYS, "expect"):
        if key not in node.items:
            r.fault("missing_key", node, where, f"the key {key!r}", "nothing")
    cells = {k: n for k, n in node.items.items() if k != "expect"}
    expect = node.items.get("expect")
    if isinstance(expect, Map) and not expect.items:
        r.fault("wrong_type", expect, f"{where}.expect", "at least one expected column", "an empty mapping")
    return CaseClaim(
        _cells(r, Map(cells, node.key_places, node.place), where),
        _cells(r, expect, f"{where}.expect") if expect is not None else {},
        node.place,
    )


def _cells(r: Reader, node: Node, where: str) -> dict[str, Written]:
    """A mapping of texts; a list stands for its items joined by ``;``."""
    if not isinstance(node, Map):
        r.fault("wrong_type", node, where, "a mapping", show(node))
        return {}
    cells = {}
    for key, value in node.items.items():
        if isinstance(value, Scalar):
            cells[key] = Written(value.text, value.place)
        elif isinstance(value, Seq) and all(isinstance(n, Scalar) for n in value.items):
            cells[key] = Written(";".join(n.text for n in value.items if isinstance(n, Scalar)), value.place)
        else:
            r.fault("wrong_type", value, f"{where}.{key}", "a text or a number", show(value))
    return cells


# -- what running them may find --------------------------------------------------------------------------------
def unknown_column(cell: Written, key: str, where: str, known: set[str]) -> Finding:
    """A column that neither the claims file nor the scheme has; or none of a settlement."""
    return Finding(
        "unknown_key", cell.place, f"{where}.{key}", "a column of this scheme", repr(key), did_you_mean(key, known)
    )


def differs(cell: Written, where: str, expected: str, got: str, source: str) -> Finding:
    """A settlement that is not as the case expects it."""
    fix = f"the law or the case is wrong; see --explain (source: {source})"
    return Finding("case_differs", cell.place, where, expected, got, fix)


def refused(place: Place, where: str, message: str) -> Finding:
    """A claim of a case that cannot be settled."""
    fix = "correct the claim, or expect {refused: <code>}"
    return Finding("case_refused", place, where, "a claim that can be settled", message, fix)
