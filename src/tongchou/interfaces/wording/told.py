"""An explanation as data: each step of the fold with its sentence, document, clause and trust."""

from __future__ import annotations

from tongchou.law.days import iso
from tongchou.rules.settlement.steps import SCHEMA, cite_json, reason_cite, steps

from .names import STATUS, STEP, word
from .sentences import sentence

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without them
    from collections.abc import Mapping
    from typing import Any

    from tongchou.law.documents import Document
    from tongchou.law.tables import Cite, Scheme


def titles_of(scheme: Scheme) -> dict[str, str]:
    """Titles of layers, and of the tags that send cost to one."""
    return {layer.name: layer.title for layer in scheme.layers} | {
        layer.intake.name: layer.title for layer in scheme.layers if layer.intake.kind == "overflow"
    }


def explanation(
    scheme: Scheme,
    day: int,
    trace: Any,
    row: dict[str, Any],
    reason: str,
    warnings: tuple[str, ...],
    documents: Mapping[str, Document],
) -> dict[str, Any]:
    """The explanation as data (schema ``tongchou.explain/1``): money in fen."""
    names = {d.id: d.name for d in documents.values()}
    told = steps(scheme, day, trace)
    cited = [c for s in told for c in s.cites]
    why = reason_cite(scheme, day, reason)
    titles = titles_of(scheme)
    return {
        "titles": titles,
        "schema": SCHEMA,
        "area": scheme.area,
        "scheme": scheme.name,
        "service_date": iso(day),
        "result": {k: v for k, v in row.items() if isinstance(v, int)},
        "reason": reason,
        "reason_cite": cite_json(why.cite, names) if why else None,
        "warnings": list(warnings),
        "rounding": {"side": scheme.side, "mode": scheme.mode},
        "steps": [
            {
                "layer": s.layer,
                "title": s.title,
                "step": s.step,
                "amounts": s.amounts,
                "table": list(s.table),
                "changes": [list(c) for c in s.changes],
                "to": s.to,
                "zh": sentence(s, scheme, titles, "zh"),
                "en": sentence(s, scheme, titles, "en"),
                "cites": [cite_json(c, names) for c in s.cites],
            }
            for s in told
        ],
        "notes": {lang: _notes(cited, lang, names, documents) for lang in ("zh", "en")},
    }


def explanation_rows(answer: dict[str, Any], lang: str) -> list[list[str]]:
    """The steps as table rows."""
    rows, last = [], ""
    for s in answer["steps"]:
        cites = list(
            dict.fromkeys(
                f"{c['name']} {c['clause']}"
                if c["document"] != "scheme_file"
                else ("方案文件" if lang == "zh" else "scheme file")
                for c in s["cites"]
            )
        )
        status = list(dict.fromkeys(word(STATUS, c["status"], lang) for c in s["cites"]))
        layer = (s["title"] if lang == "zh" else s["layer"]) if s["layer"] != last else ""
        last = s["layer"]
        named = word(STEP, s["step"], "zh") if lang == "zh" else s["step"]
        rows.append([layer, named, s[lang], "\n".join(cites), " ".join(status)])
    return rows


def _notes(cited: list[Cite], lang: str, names: dict[str, str], documents: Mapping[str, Document]) -> list[str]:
    """Status warnings: which values the result rests on are not official, and how we read a clause."""
    out = []
    for c in dict.fromkeys(cited):
        if c.status != "official" and c.document != "scheme_file":
            named = word(STATUS, c.status, lang)
            out.append(
                f"{c.id}：{named}（{names.get(c.document, c.document)} {c.clause}）"
                if lang == "zh"
                else f"{c.id}: {named} ({names.get(c.document, c.document)} {c.clause})"
            )
        if c.reading and "readings" in documents:
            clause = next((x for x in documents["readings"].clauses if x.id == c.reading), None)
            if clause:
                out.append(f"解读 {c.reading}：{clause.zh}" if lang == "zh" else f"reading {c.reading}: {clause.says}")
    return list(dict.fromkeys(out))
