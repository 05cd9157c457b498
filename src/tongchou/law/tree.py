"""The law tree: one folder per area, one file per scheme or subject, read once into frozen tables."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from .documents import Document, read_document
from .findings import Finding, LawError, NoRule, Place
from .nodes import Map, Node, read_file
from .parameters import Parameter, read_parameters
from .read_scheme import read_catalogues, read_scheme
from .reader import Reader, iso
from .resolve import as_known
from .tables import Catalogue, Cite, Scheme

BUNDLED = Path(__file__).parent / "tree"
OVERLAY = "overlay.yaml"
"""A tree that holds this file is laid over the bundled one: its files replace or add to those of the same path."""


class Area(Struct, frozen=True):
    """A place by its GB/T 2260 code; ``parent`` empty for the nation."""

    code: str
    name: str
    english: str
    parent: str
    level: str


class Law:
    """All law of one tree. Immutable after ``load``; every question names area, date and, if wanted, knowledge."""

    def __init__(self) -> None:
        self.version = ""
        self.root = BUNDLED
        self.documents: dict[str, Document] = {}
        self.areas: dict[str, Area] = {}
        self.schemes: dict[tuple[str, str], Scheme] = {}
        self.parameters: dict[tuple[str, str], Parameter] = {}
        self.catalogues: dict[str, tuple[Catalogue, ...]] = {}
        self.provisions: Node | None = None
        self.cites: list[Cite] = []
        self.findings: list[Finding] = []

    # -- areas -----------------------------------------------------------------------------------------
    def chain(self, area: str) -> tuple[str, ...]:
        """The area and those above it, nearest first; an unknown one is refused by name."""
        if area not in self.areas:
            raise NoRule(area, "the area", "any day", "known: " + ", ".join(sorted(self.areas)))
        result = [area]
        while (parent := self.areas[result[-1]].parent) and parent in self.areas and parent not in result:
            result.append(parent)
        return tuple(result)

    def scheme_names(self, area: str) -> tuple[str, ...]:
        """Schemes encoded for the area itself or for an area above it."""
        chain = self.chain(area)
        return tuple(sorted({name for code, name in self.schemes if code in chain}))

    def scheme(self, area: str, name: str, known: int | None = None) -> Scheme:
        """The scheme of the nearest area, as known on the day (None: today); refused by name if none."""
        for code in self.chain(area):
            written = self.schemes.get((code, name))
            if written is None:
                continue
            catalogues = self._catalogues(area)
            scheme = as_known(replace(written, catalogues=catalogues), known)
            if written.instrument:
                start = self.effect(written.instrument, area)
                if start is None:
                    raise NoRule(area, f"scheme {name}", "any day",
                                 f"{self.documents[written.instrument].name} has not taken effect there")
                scheme = replace(scheme, start=max(scheme.start, start))
            return scheme
        raise NoRule(area, f"scheme {name}", "any day", "encoded there: " + ", ".join(self.scheme_names(area)))

    def effect(self, document: str, area: str) -> int | None:
        """From which day an instrument that takes effect area by area holds here (nearest area named wins)."""
        doc = self.documents[document]
        if not doc.takes_effect:
            return doc.start
        days = [doc.takes_effect[code] for code in self.chain(area) if code in doc.takes_effect]
        return min(days) if days else None

    def _catalogues(self, area: str) -> tuple[Catalogue, ...]:
        """Catalogues of the area; one of a name that it lacks comes from the nearest area above."""
        found: dict[str, list[Catalogue]] = {}
        for code in self.chain(area):
            here = self.catalogues.get(code, ())
            for name in {c.name for c in here} - set(found):
                found[name] = [c for c in here if c.name == name]
        return tuple(c for name in sorted(found) for c in found[name])


def load(path: Path | None = None) -> Law:
    """Read a tree (None: the bundled one) or an overlay. Raises LawError with every fault of reading."""
    law = read_tree(path)
    if law.findings:
        raise LawError(law.findings)
    return law


def read_tree(path: Path | None = None) -> Law:
    """Read a tree and keep its faults in ``findings``; what could be read is there all the same."""
    law = Law()
    law.root = path or BUNDLED
    files = _files(law.root)
    digest = hashlib.sha256()
    nodes: dict[str, Node] = {}
    for name, file in sorted(files.items()):
        try:
            digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
            nodes[name] = read_file(file, name)
        except LawError as e:
            law.findings.extend(e.findings)
        except OSError as e:
            law.findings.append(Finding("law_unreadable", Place(name, 1), "file", "a readable file", str(e.strerror)))
    law.version = digest.hexdigest()[:16]
    if not nodes and not law.findings:
        raise LawError([Finding("law_unreadable", Place(str(law.root), 1), "tree", "a law tree with YAML files", "none",
                                "name a folder with documents/ and areas/")])
    _read_documents(law, nodes)
    _read_areas(law, nodes)
    _read_area_files(law, nodes)
    law.provisions = nodes.get("provisions.yaml")
    return law


def _files(root: Path) -> dict[str, Path]:
    def under(folder: Path) -> dict[str, Path]:
        return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.yaml")}

    own = under(root)
    if OVERLAY in own and root != BUNDLED:
        del own[OVERLAY]
        return {**under(BUNDLED), **own}
    return own


def _read_documents(law: Law, nodes: dict[str, Node]) -> None:
    r = Reader(strict=True)
    for name, node in nodes.items():
        if name.startswith("documents/"):
            doc = read_document(r, node)
            if doc is not None and doc.id in law.documents:
                r.fault("duplicate_name", node, doc.id, "each document id once", doc.id)
            elif doc is not None:
                law.documents[doc.id] = doc
    law.findings.extend(r.findings)


def _read_areas(law: Law, nodes: dict[str, Node]) -> None:
    r = Reader(strict=True)
    for name, node in nodes.items():
        parts = name.split("/")
        if len(parts) == 3 and parts[0] == "areas" and parts[2] == "area.yaml":
            got = r.mapping(node, name, ("parent",), ("code", "name", "english", "level"))
            area = Area(*(r.text(got[k], f"{name}.{k}") if k in got else ""
                          for k in ("code", "name", "english", "parent", "level")))
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
            scheme = read_scheme(r, node, area, law._catalogues(area), law.version)
            if scheme is not None:
                law.schemes[area, scheme.name] = scheme
                if scheme.instrument and scheme.instrument not in law.documents:
                    r.fault("unknown_document", node, "instrument", "a registered document", scheme.instrument)
        elif "catalogues" in node.items:
            law.catalogues[area] = read_catalogues(r, node, area)
        elif "subject" in node.items:
            for p in read_parameters(r, node, area):
                law.parameters[area, f"{p.subject}.{p.name}"] = p
        else:
            r.fault("unknown_file", node, name, "a file with scheme, subject or catalogues", ", ".join(node.items))
        law.findings.extend(r.findings)
        law.cites.extend(r.used)


def load_scheme_file(path: Path) -> Scheme:
    """One scheme file alone (``--scheme``): no clauses asked, every status assumed. Raises LawError."""
    r = Reader(strict=False)
    node = read_file(path)
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    scheme = read_scheme(r, node, "000000", (), version)
    if r.findings or scheme is None:
        raise LawError(r.findings)
    return as_known(scheme, None)


__all__ = ["BUNDLED", "Area", "Law", "iso", "load", "load_scheme_file", "read_tree"]
