"""The law tree as it is asked: areas, schemes and parameters, on any day, as known on any day."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from . import cache
from .documents import Document, Parameter
from .findings import Finding, LawError, NoRule
from .resolve import as_known
from .tables import Catalogue, Cite, Scheme

if TYPE_CHECKING:
    from .cases import Case

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
        self.title = ""
        """Title of the overlay; empty for a tree of its own."""
        self.documents: dict[str, Document] = {}
        self.areas: dict[str, Area] = {}
        self.schemes: dict[tuple[str, str], Scheme] = {}
        self.parameters: dict[tuple[str, str], Parameter] = {}
        self.catalogues: dict[str, tuple[Catalogue, ...]] = {}
        self.provisions: object | None = None
        """The node of provisions.yaml (only after ``read_tree``)."""
        self.cites: list[Cite] = []
        self.findings: list[Finding] = []
        self.cases: list[Case] = []
        """Worked cases (only after ``check_law``)."""

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
            names = list(dict.fromkeys(c.name for c in written.catalogues))  # conditions name them by their place
            catalogues = tuple(
                sorted(self.catalogues_of(area), key=lambda c: names.index(c.name) if c.name in names else len(names))
            )
            scheme = as_known(replace(written, catalogues=catalogues), known)
            if written.instrument:
                start = self.effect(written.instrument, area)
                if start is None:
                    raise NoRule(
                        area,
                        f"scheme {name}",
                        "any day",
                        f"{self.documents[written.instrument].name} has not taken effect there",
                    )
                scheme = replace(scheme, start=max(scheme.start, start))
            return scheme
        raise NoRule(area, f"scheme {name}", "any day", "encoded there: " + ", ".join(self.scheme_names(area)))

    def effect(self, document: str, area: str) -> int | None:
        """From which day an instrument that takes effect area by area holds here (nearest area named wins)."""
        doc = self.documents[document]
        if not doc.takes_effect:
            return doc.start
        return next((doc.takes_effect[code] for code in self.chain(area) if code in doc.takes_effect), None)

    def catalogues_of(self, area: str) -> tuple[Catalogue, ...]:
        """Catalogues of the area; one of a name that it lacks comes from the nearest area above."""
        found: dict[str, list[Catalogue]] = {}
        for code in self.chain(area):
            here = self.catalogues.get(code, ())
            for name in {c.name for c in here} - set(found):
                found[name] = [c for c in here if c.name == name]
        return tuple(c for name in sorted(found) for c in found[name])


def load(path: Path | None = None) -> Law:
    """Read a tree (None: the bundled one) or an overlay. Raises LawError with every fault of reading."""
    root = path or BUNDLED
    version = tree_version(files_of(root))
    stored = cache.fetch(version)
    if stored is not None:
        return _restore(stored, root)
    law = read_tree(path)
    if law.findings:
        raise LawError(law.findings)
    cache.keep(
        cache.Stored(
            law.version,
            law.documents,
            {a.code: (a.code, a.name, a.english, a.parent, a.level) for a in law.areas.values()},
            list(law.schemes.values()),
            list(law.parameters.values()),
            law.catalogues,
        )
    )
    return law


def _restore(stored: cache.Stored, root: Path) -> Law:
    law = Law()
    if (root / OVERLAY).is_file():
        from .overlay import read_overlay

        law.title, faults = read_overlay(root / OVERLAY)
        if faults:
            raise LawError(faults)
    law.root, law.version, law.documents = root, stored.version, stored.documents
    law.areas = {code: Area(*given) for code, given in stored.areas.items()}
    law.schemes = {(s.area, s.name): s for s in stored.schemes}
    law.parameters = {(p.area, f"{p.subject}.{p.name}"): p for p in stored.parameters}
    law.catalogues = stored.catalogues
    return law


def tree_version(files: dict[str, Path]) -> str:
    """Content hash of a tree: every file's path and bytes, in order."""
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        try:
            digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
        except OSError:
            digest.update(name.encode() + b"\0unreadable\0")
    return digest.hexdigest()[:16]


def files_of(root: Path) -> dict[str, Path]:
    """The files of law of a tree by their path in it; an overlay's together with the bundled ones below them."""
    own = {name: p for name, p in _yaml(root).items() if not is_case_file(name)}
    if OVERLAY in own and root != BUNDLED:
        del own[OVERLAY]
        return {**{name: p for name, p in _yaml(BUNDLED).items() if not is_case_file(name)}, **own}
    return own


def is_case_file(name: str) -> bool:
    """Whether a file of a tree (its path inside) holds worked cases: they are no law and change no version."""
    parts = name.split("/")
    return len(parts) == 4 and parts[0] == "areas" and parts[2] == "cases"


def case_files(root: Path) -> dict[str, Path]:
    """The files of worked cases of a tree. An overlay that touches an area brings that area's cases itself."""
    own = _yaml(root)
    found = {name: p for name, p in own.items() if is_case_file(name)}
    if OVERLAY in own and root != BUNDLED:
        touched = {name.split("/")[1] for name in own if name.startswith("areas/")}
        bundled = {n: p for n, p in _yaml(BUNDLED).items() if is_case_file(n) and n.split("/")[1] not in touched}
        return {**bundled, **found}
    return found


def _yaml(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.yaml")}


def load_scheme_file(path: Path) -> Scheme:
    """One scheme file alone (``--scheme``): no clauses asked, every status assumed. Raises LawError."""
    from .read_tree import read_scheme_file

    return read_scheme_file(path)


def read_tree(path: Path | None = None) -> Law:
    """Read a tree and keep its faults in ``findings``; what could be read is there all the same."""
    from .read_tree import read_tree as read

    return read(path)
