"""Documents and areas: what is cited is in force, what is reserved to the centre is not set below it (K03)."""

from __future__ import annotations

import re

from .days import iso
from .documents import Document, Parameter, Reserve
from .findings import Finding, Place, did_you_mean
from .tables import NO_END, Cite, Version
from .timeline import timeline
from .tree import Law

CODE = re.compile(r"[0-9]{6}\Z")


def repealed_on(law: Law, document: str) -> tuple[int, Document | None]:
    """The day from which a document no longer holds, and which other repealed it."""
    doc = law.documents[document]
    end, by = doc.end or NO_END, None
    for other in law.documents.values():
        if document in other.repeals and other.start < end:
            end, by = other.start, other
    return end, by


def check_areas(law: Law) -> list[Finding]:
    """Codes of six digits and parents that exist."""
    found = []
    for area in law.areas.values():
        place = Place(f"areas/{area.code}/area.yaml", 1)
        if not CODE.match(area.code):
            found.append(Finding("wrong_type", place, f"{area.code}.code", "six digits (GB/T 2260)", repr(area.code)))
        if area.parent and area.parent not in law.areas:
            found.append(
                Finding(
                    "unknown_area",
                    place,
                    f"{area.code}.parent",
                    "the code of an area",
                    repr(area.parent),
                    did_you_mean(area.parent, set(law.areas) - {area.code}),
                )
            )
        elif area.parent and area.code in _above(law, area.parent):
            found.append(
                Finding(
                    "area_cycle",
                    place,
                    f"{area.code}.parent",
                    "an area above it",
                    repr(area.parent),
                    "a nation has no parent, a province the nation, a prefecture its province",
                )
            )
    return found


def _above(law: Law, code: str) -> list[str]:
    """The area and all above it, as far as they go."""
    found: list[str] = []
    while code in law.areas and code not in found:
        found.append(code)
        code = law.areas[code].parent
    return found


def check_documents(law: Law) -> list[Finding]:
    """What documents say of one another resolves."""
    found = []
    for doc in law.documents.values():
        place = Place(doc.file, doc.line)
        clauses = {c.id for c in doc.clauses}
        twice = [c.id for i, c in enumerate(doc.clauses) if c.id in {x.id for x in doc.clauses[:i]}]
        if twice:
            found.append(
                Finding(
                    "duplicate_name",
                    place,
                    f"{doc.id}.clauses",
                    "each clause id once",
                    ", ".join(map(repr, twice)),
                )
            )
        for code in (doc.area, *doc.takes_effect):
            if code not in law.areas:
                found.append(
                    Finding(
                        "unknown_area",
                        place,
                        doc.id,
                        "the code of an area",
                        repr(code),
                        did_you_mean(code, law.areas),
                    )
                )
        for other in (*doc.repeals, *(y for r in doc.reserves for y in r.yearly_under)):
            if other not in law.documents:
                found.append(
                    Finding(
                        "unknown_document",
                        place,
                        doc.id,
                        "a registered document",
                        repr(other),
                        did_you_mean(other, law.documents),
                    )
                )
        for clause in (*(o.clause for o in doc.overrides), *(r.clause for r in doc.reserves)):
            if clause not in clauses:
                found.append(
                    Finding(
                        "unknown_clause",
                        place,
                        doc.id,
                        "a clause of its own",
                        repr(clause),
                        did_you_mean(clause, clauses),
                    )
                )
    return found


def check_published(law: Law) -> list[Finding]:
    """Parameters that say they are published under a document: it is registered."""
    return [
        Finding(
            "unknown_document",
            Place(parameter.file, parameter.line),
            f"{parameter.area}/{parameter.subject}.{parameter.name}.published_under",
            "a registered document",
            repr(parameter.published_under),
            did_you_mean(parameter.published_under, law.documents),
        )
        for parameter in law.parameters.values()
        if parameter.published_under and parameter.published_under not in law.documents
    ]


def check_citations(law: Law) -> list[Finding]:
    """Values that stand on a document after the day of its repeal or end."""
    found = []
    for cite, end in _lives(law):
        if cite.document not in law.documents:
            continue
        stops, by = repealed_on(law, cite.document)
        if end > stops:
            doc = law.documents[cite.document]
            other = Place(by.file, by.line) if by else None
            found.append(
                Finding(
                    "document_repealed",
                    Place(cite.file, cite.line),
                    cite.id,
                    f"a document in force on {iso(stops)} and after",
                    f"{doc.name}, {'repealed by ' + by.name if by else 'ended'} on {iso(stops)}",
                    "end the value there, or cite what replaced it",
                    other,
                )
            )
    return found


def _lives(law: Law) -> list[tuple[Cite, int]]:
    """Each citation with the last day (exclusive) on which its value is really used."""
    from .resolve import all_values

    lives: dict[Cite, int] = {}

    def add(versions: tuple[Version, ...], limit: int) -> None:
        for v in versions:
            lives[v.cite] = max(lives.get(v.cite, 0), min(v.end or NO_END, limit))

    for scheme in law.schemes.values():
        for layer in scheme.layers:
            limit = min(layer.end or NO_END, scheme.end or NO_END)
            lives[layer.cite] = limit
            for _, value in all_values(layer):
                add(timeline(value).versions, limit)
        for r in scheme.reasons:
            lives[r.cite] = r.end or NO_END
        for value in scheme.indices.values():
            add(timeline(value).versions, scheme.end or NO_END)
    for catalogues in law.catalogues.values():
        for c in catalogues:
            lives[c.cite] = c.end or NO_END
    for parameter in law.parameters.values():
        add(timeline(parameter.value).versions, NO_END)
    return list(lives.items())


def check_reserved(law: Law) -> list[Finding]:
    """K03: a value of a reserved subject that an issuer below the centre begins or changes on or after the day."""
    found = []
    reserves = [(doc, r) for doc in law.documents.values() for r in doc.reserves]
    for parameter in law.parameters.values():
        for doc, reserve in reserves:
            if parameter.subject in reserve.subjects:
                found += _reserved(law, parameter, doc, reserve)
    return found


def _reserved(law: Law, parameter: Parameter, doc: Document, reserve: Reserve) -> list[Finding]:
    """Unchanged values from before stay; yearly figures may be added under a central instrument they name."""
    if parameter.yearly and parameter.published_under in reserve.yearly_under:
        return []
    found = []
    previous: Version | None = None
    for version in parameter.value.versions:
        issuer = law.documents.get(version.cite.document)
        central = issuer is not None and issuer.rank == "centre"
        changed = previous is None or previous.cells != version.cells
        if version.start >= reserve.start and changed and not central:
            what = "begins" if previous is None else "changes"
            found.append(
                Finding(
                    "pension_reserved",
                    Place(version.cite.file, version.cite.line),
                    f"{parameter.area}/{parameter.subject}.{parameter.name}",
                    f"no local value that begins or changes on or after {iso(reserve.start)}"
                    f" ({doc.name} {reserve.clause})",
                    f"one that {what} on {iso(version.start)} under {issuer.name if issuer else version.cite.document}",
                    "a value from before may stay unchanged; a yearly figure needs yearly: true and published_under: "
                    + " or ".join(reserve.yearly_under),
                    Place(doc.file, doc.line),
                )
            )
        previous = version
    return found
