"""Reading of a law tree: one folder per area, one file per scheme or subject, into frozen tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from .documents import Parameter
from .findings import Finding, LawError, Place, did_you_mean
from .nodes import Map, Node, read_file
from .overlay import read_overlay
from .placeholders import gaps_first, placeholders
from .read_documents import read_document
from .read_parameters import read_parameters
from .read_scheme import read_catalogues, read_scheme
from .reader import Reader
from .resolve import as_known
from .tables import Scheme
from .tree import BUNDLED, OVERLAY, Area, Law, files_of, tree_version


def read_tree(path: Path | None = None) -> Law:
    """Read a tree and keep its faults in ``findings``; what could be read is there all the same."""
    law = Law()
    law.root = path or BUNDLED
    law.title, law.findings = read_overlay(law.root / OVERLAY)
    files = files_of(law.root)
    nodes: dict[str, Node] = {}
    for name, file in sorted(files.items()):
        try:
            nodes[name] = read_file(file, name)
        except LawError as e:
            law.findings.extend(e.findings)
    law.version = tree_version(files)
    if not nodes and not law.findings:
        raise LawError(
            [
                Finding(
                    "law_unreadable",
                    Place(str(law.root), 1),
                    "tree",
                    "a law tree with YAML files",
                    "none",
                    "name a folder with documents/ and areas/",
                )
            ]
        )
    _unread(law, nodes)
    _read_documents(law, nodes)
    _read_areas(law, nodes)
    _read_area_files(law, nodes)
    law.provisions = nodes.get("provisions.yaml")
    law.findings = gaps_first(law.findings + [f for node in nodes.values() for f in placeholders(node)])
    return law


def _unread(law: Law, nodes: dict[str, Node]) -> None:
    """Files that no reader takes: never passed over in silence."""
    expected = "documents/<id>.yaml, areas/<code>/<file>.yaml, areas/<code>/cases/<file>.yaml or provisions.yaml"
    for name in nodes:
        parts = name.split("/")
        if not (name == "provisions.yaml" or parts[0] == "documents" or (parts[0] == "areas" and len(parts) == 3)):
            law.findings.append(Finding("unknown_file", Place(name, 1), name, expected, name, "move or remove it"))
    for file in sorted(law.root.rglob("*")):
        if file.suffix != ".yaml" and file.suffix.lower() in (".yml", ".yaml") and file.is_file():
            name = file.relative_to(law.root).as_posix()
            law.findings.append(
                Finding("unknown_file", Place(name, 1), name, "a name that ends in .yaml", name, "rename it")
            )


def _read_documents(law: Law, nodes: dict[str, Node]) -> None:
    r = Reader(strict=True)
    for name, node in nodes.items():
        if name.startswith("documents/"):
            doc = read_document(r, node)
            if doc is not None and doc.id in law.documents:
                first = law.documents[doc.id]
                r.fault(
                    "duplicate_name",
                    node,
                    doc.id,
                    "each document id once",
                    doc.id,
                    other=Place(first.file, first.line),
                )
            elif doc is not None:
                law.documents[doc.id] = doc
    law.findings.extend(r.findings)


def _read_areas(law: Law, nodes: dict[str, Node]) -> None:
    r = Reader(strict=True)
    for name, node in nodes.items():
        parts = name.split("/")
        if len(parts) == 3 and parts[0] == "areas" and parts[2] == "area.yaml":
            got = r.mapping(node, name, ("parent",), ("code", "name", "english", "level"))
            area = Area(
                *(
                    r.text(got[k], f"{name}.{k}") if k in got else ""
                    for k in ("code", "name", "english", "parent", "level")
                )
            )
            if area.code != parts[1]:
                r.fault("wrong_place", node, f"{name}.code", f"the folder's code {parts[1]!r}", repr(area.code))
            law.areas[area.code] = area
    law.findings.extend(r.findings)


def _read_area_files(law: Law, nodes: dict[str, Node]) -> None:
    clauses = {d.id: (frozenset(c.id for c in d.clauses), d.known) for d in law.documents.values()}
    order = sorted((n for n in nodes if n.startswith("areas/")), key=lambda n: (not n.endswith("diseases.yaml"), n))
    for name in order:
        parts, node = name.split("/"), nodes[name]
        if len(parts) != 3 or parts[2] == "area.yaml":
            continue
        r = Reader(strict=True, clauses=clauses)
        area = parts[1]
        if area not in law.areas:
            r.fault("wrong_place", node, name, "an area with an area.yaml", area)
        elif not isinstance(node, Map):
            r.fault("wrong_type", node, name, "a mapping", "something else")
        elif "scheme" in node.items:
            scheme = read_scheme(r, node, area, law.catalogues_of(area), law.version)
            if scheme is not None:
                _once(r, law.schemes, (area, scheme.name), f"{area}/{scheme.name}", node)
                law.schemes[area, scheme.name] = scheme
                if scheme.instrument and scheme.instrument not in law.documents:
                    r.fault(
                        "unknown_document",
                        node.items["instrument"],
                        "instrument",
                        "a registered document",
                        repr(scheme.instrument),
                        did_you_mean(scheme.instrument, law.documents),
                    )
        elif "catalogues" in node.items:
            if parts[2] != "diseases.yaml":  # schemes are read after them and must find them
                r.fault("wrong_place", node, name, "catalogues in diseases.yaml", parts[2], "rename the file")
            law.catalogues[area] = read_catalogues(r, node, area)
        elif "subject" in node.items:
            for p in read_parameters(r, node, area):
                _once(
                    r,
                    law.parameters,
                    (area, f"{p.subject}.{p.name}"),
                    f"{area}/{p.subject}.{p.name}",
                    Place(p.file, p.line),
                )
                law.parameters[area, f"{p.subject}.{p.name}"] = p
        else:
            r.fault(
                "unknown_file",
                node,
                name,
                "a file with scheme, subject or catalogues",
                ", ".join(node.items) or "nothing",
            )
        law.findings.extend(r.findings)
        law.cites.extend(r.used)


def _once(
    r: Reader,
    table: Mapping[tuple[str, str], Scheme] | Mapping[tuple[str, str], Parameter],
    key: tuple[str, str],
    where: str,
    node: Node | Place,
) -> None:
    """Fault a second thing of one name in an area; it would push the first one out."""
    if key in table:
        first = table[key]
        place = (
            Place(first.file, first.line)
            if isinstance(first, Parameter)
            else next((Place(x.cite.file, x.cite.line) for x in first.layers), None)
        )
        r.fault(
            "duplicate_name",
            node,
            where,
            "each name once in an area",
            repr(key[1]),
            "rename one, or join the two",
            place,
        )


def read_scheme_file(path: Path) -> Scheme:
    """One scheme file alone (``--scheme``), as it is settled under. Raises LawError."""
    return as_known(read_written(path), None)


def read_written(path: Path) -> Scheme:
    """One scheme file alone, as written (versions may still overlap): no clauses asked, every status assumed."""
    r = Reader(strict=False)
    node = read_file(path)
    r.findings += placeholders(node)
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    scheme = read_scheme(r, node, "000000", (), version)
    if r.findings or scheme is None:
        raise LawError(gaps_first(r.findings))
    return scheme
