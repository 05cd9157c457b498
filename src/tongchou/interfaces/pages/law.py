"""The law of an area on a day as a page: each clause beside its values; two days compared; the register at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from tongchou.interfaces.wording.names import KIND, RANK, SCHEME, STATUS, STATUS_MEANS, pick, word
from tongchou.interfaces.wording.sentences import rounding
from tongchou.law.check_documents import repealed_on
from tongchou.law.days import iso
from tongchou.law.documents import Document
from tongchou.law.findings import NoRule
from tongchou.law.show import applies
from tongchou.law.tables import NO_END, Cite, Scheme
from tongchou.law.tree import Law

from .law_entries import (
    Entry,
    Line,
    catalogue_entries,
    layer_entries,
    lines_of,
    parameter_entries,
    reason_entries,
)
from .text import environment


def law_page(
    law: Law,
    area: str,
    day: int,
    known: int | None = None,
    only: str | None = None,
    compare: int | None = None,
    lang: str = "zh",
) -> str:
    """What applies on a day, or on ``compare`` as against ``day``, as HTML text. Days are ordinal.

    Raises NoRule for an unknown area or a day on which nothing is encoded.
    """
    first = applies(law, area, day, known, only)
    shown = first if compare is None else applies(law, area, compare, known, only)
    on = day if compare is None else compare
    names = [s["scheme"] for s in shown["schemes"]]
    names += [s["scheme"] for s in first["schemes"] if s["scheme"] not in names]
    chapters = [_scheme_chapter(law, area, n, on, day if compare is not None else None, known, lang) for n in names]
    if only is None:
        chapters += _parameter_chapters(law, area, on, day if compare is not None else None, known, lang)
    lines = [x for c in chapters for s in c["sections"] for g in s["groups"] for x in g["lines"]]
    place = law.areas[area]
    register = _register(law, area, lines, {d["id"]: d["note"] for d in shown["documents"]}, lang)
    return (
        environment()
        .get_template("law.html.j2")
        .render(
            lang=lang,
            t=lambda zh, en: pick((zh, en), lang),
            place=place.name if lang == "zh" else place.english,
            area=area,
            date=iso(on),
            other=iso(day) if compare is not None else "",
            known=iso(known) if known else "",
            version=law.version,
            chapters=chapters,
            changes=[x for x in lines if x["state"] != "same"] if compare is not None else [],
            unchanged=sum(x["state"] == "same" for x in lines),
            closed=shown["not_in_force"],
            register=register,
            status_means=[(s, word(STATUS, s, lang), pick(STATUS_MEANS[s], lang)) for s in STATUS],
        )
    )


def _scheme_chapter(
    law: Law, area: str, name: str, on: int, before: int | None, known: int | None, lang: str
) -> dict[str, Any]:
    scheme = law.scheme(area, name, known)

    def entries(day: int) -> list[Entry]:
        if not scheme.start <= day < (scheme.end or NO_END):
            return []
        return [
            *layer_entries(scheme, day, lang),
            *reason_entries(scheme, day, lang),
            *catalogue_entries(scheme, day, lang),
        ]

    lines = lines_of(entries(on), entries(before) if before is not None else None)
    return {
        "id": f"scheme-{name}",
        "title": scheme.title if lang == "zh" else word(SCHEME, name, lang),
        "facts": _scheme_facts(scheme, lang),
        "sections": _sections(law, f"scheme-{name}", lines, lang),
    }


def _scheme_facts(scheme: Scheme, lang: str) -> list[tuple[str, str]]:
    month, day = scheme.year_starts
    return [
        (pick(("施行期间", "in force"), lang), f"{iso(scheme.start)} – {_until(scheme.end, lang)}"),
        (pick(("取整", "rounding"), lang), pick(rounding(scheme), lang)),
        (pick(("待遇年度自", "benefit year from"), lang), f"{month:02d}-{day:02d}"),
    ]


def _parameter_chapters(
    law: Law, area: str, on: int, before: int | None, known: int | None, lang: str
) -> list[dict[str, Any]]:
    """One chapter of all single values, a section a subject."""
    try:
        new = list(parameter_entries(law, area, on, known, lang))
        old = list(parameter_entries(law, area, before, known, lang)) if before is not None else None
    except NoRule:
        return []
    lines = lines_of(new, old)
    if not lines:
        return []
    return [
        {
            "id": "parameters",
            "title": pick(("其他数值", "Other values"), lang),
            "facts": [],
            "sections": _sections(law, "parameters", lines, lang),
        }
    ]


def _sections(law: Law, chapter: str, lines: Sequence[Line], lang: str) -> list[dict[str, Any]]:
    """Lines by section, and in it by clause: the article at one side, its values at the other."""
    order = list(dict.fromkeys(x.entry.section for x in lines))
    out = []
    for section in order:
        mine = [x for x in lines if x.entry.section == section]
        groups: list[dict[str, Any]] = []
        for _, held in groupby(mine, key=lambda x: _ground(x.entry.cite)):
            together = list(held)
            lines_here = [_line(law, chapter, x, lang) for x in together]
            groups.append({"article": _article(law, together[0].entry.cite, lang), "lines": lines_here})
        states = {x["state"] for g in groups for x in g["lines"]}
        out.append(
            {
                "id": f"{chapter}--{slug(section)}",
                "title": mine[0].entry.title,
                "groups": groups,
                "changed": states != {"same"},
            }
        )
    return out


def _ground(cite: Cite) -> tuple[str, str, str, str]:
    return cite.document, cite.clause, cite.status, cite.reading


def _article(law: Law, cite: Cite, lang: str) -> dict[str, Any]:
    """Document, clause, paraphrase, trust and reading of a citation."""
    doc = law.documents.get(cite.document)
    return {
        "document": cite.document,
        "number": doc.number if doc else "",
        "title": doc.title if doc else cite.document,
        "clause": cite.clause,
        "anchor": anchor(cite.document, cite.clause),
        "says": says(law, cite.document, cite.clause, lang),
        "status": cite.status,
        "word": word(STATUS, cite.status, lang),
        "reading": cite.reading,
        "reading_anchor": anchor("readings", cite.reading),
        "read": says(law, "readings", cite.reading, lang) if cite.reading else "",
    }


def _line(law: Law, chapter: str, x: Line, lang: str) -> dict[str, Any]:
    cite, old = x.entry.cite, x.old
    ground = ""
    if old is not None and x.state in ("changed", "ground") and _ground(old.cite) != _ground(cite):
        doc = law.documents.get(old.cite.document)
        trust = word(STATUS, old.cite.status, lang)
        ground = f"{doc.name if doc else old.cite.document} {old.cite.clause} · {trust}"
    condition_was = old.condition if old is not None and x.state == "changed" else ""
    return {
        "id": f"{chapter}-{slug(x.entry.key)}",
        "title": x.entry.title,
        "item": x.entry.item,
        "item_was": old.item if old is not None and old.item != x.entry.item else "",
        "condition": x.entry.condition,
        "condition_was": condition_was if condition_was != x.entry.condition else "",
        "cells": x.cells,
        "state": x.state,
        "from": iso(cite.start),
        "to": _until(cite.end, lang),
        "known": iso(cite.known),
        "ground_was": ground,
        "note": x.entry.note,
        "text": x.entry.text,
        "source": f"{cite.file}:{cite.line}",
        "cite": cite,
    }


def _until(end: int | None, lang: str) -> str:
    """The day before which something ends; nothing written where it has no end."""
    return pick(("至今", "open"), lang) if end is None or end >= NO_END else iso(end)


def says(law: Law, document: str, clause: str, lang: str) -> str:
    """The paraphrase of a clause."""
    doc = law.documents.get(document)
    found = next((c for c in doc.clauses if c.id == clause), None) if doc else None
    return pick((found.zh, found.says), lang) if found else ""


def anchor(document: str, clause: str) -> str:
    """The anchor of a clause in the register."""
    return f"doc-{document}-{slug(clause)}"


def slug(text: str) -> str:
    """A text as part of an anchor: letters, digits and Han signs; the rest as their numbers, so no two meet."""
    return re.sub(r"[^\w]", lambda m: f"-{ord(m[0]):x}-", text)


def _register(
    law: Law, area: str, lines: Sequence[dict[str, Any]], in_force: dict[str, str], lang: str
) -> list[dict[str, Any]]:
    """Documents cited or in force, with those of their clauses that the page cites."""
    cited: dict[str, dict[str, None]] = {}
    for x in lines:
        cite = x["cite"]
        cited.setdefault(cite.document, {})[cite.clause] = None
        if cite.reading:
            cited.setdefault("readings", {})[cite.reading] = None
    wanted = [d for d in law.documents.values() if d.id in cited or d.id in in_force]
    rows = []
    for d in sorted(wanted, key=lambda d: (d.id not in cited, d.start, d.id)):
        rows.append(_document(law, area, d, cited.get(d.id, {}), in_force.get(d.id, ""), lang))
    return rows


def _document(law: Law, area: str, d: Document, cited: Iterable[str], note: str, lang: str) -> dict[str, Any]:
    stops, by = repealed_on(law, d.id)
    effect = law.effect(d.id, area) if d.takes_effect else None

    def name(other: str) -> str:
        return law.documents[other].name if other in law.documents else other

    return {
        "id": d.id,
        "number": d.number,
        "title": d.title,
        "issuer": d.issuer,
        "rank": word(RANK, d.rank, lang),
        "kind": word(KIND, d.kind, lang),
        "issued": iso(d.issued),
        "from": iso(d.start),
        "to": _until(stops, lang),
        "here": iso(effect) if effect else "",
        "known": iso(d.known),
        "repeals": [name(r) for r in d.repeals],
        "repealed_by": by.name if by else "",
        "overrides": [(", ".join(o.subjects), o.clause, iso(o.start)) for o in d.overrides],
        "reserves": [(", ".join(o.subjects), o.clause, iso(o.start)) for o in d.reserves],
        "note": d.note if lang == "en" else "",
        "here_note": note,
        "clauses": [{"id": c, "anchor": anchor(d.id, c), "says": says(law, d.id, c, lang)} for c in cited],
    }
