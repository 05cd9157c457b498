"""Coverage: each provision and clause, computed by what, tested by what, or not yet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .read_register import read_register
from .tree import Law

TESTS = Path(__file__).parents[3] / "tests"
"""The tests of a checkout; absent in an installed package, where no test is named."""
_TEST = re.compile(r"^\s*def (test_\w+)", re.M)


def named_by_provision(folder: Path) -> dict[str, list[str]]:
    """Test functions by the provision id in their name (``test_K05_…``), as ``file::name``."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")) if folder.is_dir() else ():
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            for key in re.findall(r"_([A-Z]\d\d)(?=_|$)", name):
                found.setdefault(key, []).append(f"{path.relative_to(folder).as_posix()}::{name}")
    return found


def coverage_of(law: Law, tests: Path = TESTS, known: int | None = None) -> dict[str, Any]:
    """Provisions with what computes and tests them; clauses with how many values stand on them.

    ``known`` (ordinal): only documents and values known by that day.
    """
    unknown = {d.id for d in law.documents.values() if known is not None and d.known > known}
    provisions = [p for p in read_register(law)[0] if p.document not in unknown]
    named = named_by_provision(tests)
    users: dict[tuple[str, str], list[str]] = {}
    for cite in law.cites:
        if known is not None and cite.known > known:
            continue
        users.setdefault((cite.document, cite.clause), []).append(cite.id)
    rows = []
    for p in provisions:
        values = [v for c in p.clauses for v in users.get((p.document, c), [])]
        by = sorted(
            {v.partition(".")[0] + "." + v.partition(".")[2].partition(".")[0].partition("[")[0] for v in values}
        )
        rows.append(
            {
                "id": p.id,
                "cite": f"{p.document} {' '.join(p.clauses)}",
                "says": p.says,
                "zh": p.zh,
                "does": p.does,
                "kind": p.kind,
                "done": p.done,
                "computed_by": [b.rstrip(".") for b in by] + list(p.by),
                "tests": named.get(p.id, []),
            }
        )
    clauses = [
        {
            "document": d.id,
            "clause": c.id,
            "says": c.says,
            "zh": c.zh,
            "values": len(users.get((d.id, c.id), [])),
            "provisions": [p.id for p in provisions if p.document == d.id and c.id in p.clauses],
        }
        for d in law.documents.values()
        if d.id not in unknown
        for c in d.clauses
    ]
    return {
        "provisions": rows,
        "clauses": clauses,
        "done": sum(p.done for p in provisions),
        "untested": [p.id for p in provisions if p.done and not named.get(p.id)],
    }
