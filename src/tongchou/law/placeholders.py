"""Gaps of a skeleton (待填): found by name, so that none of them passes for a value."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Finding
from .nodes import Map, Node, Scalar

MARK = "待填"
"""A scalar that begins with this word stands for a value that is still to be written."""
PLAIN = frozenset({"unknown_key", "missing_key", "duplicate_key", "unknown_word", "not_yaml"})
"""Faults of writing that are told at once; all others may come of the gap itself."""


def placeholders(node: Node, where: str = "") -> list[Finding]:
    """A finding ``to_fill_in`` for each placeholder below a node, in the order of the file."""
    if isinstance(node, Scalar):
        return [_gap(node, where)] if node.text.startswith(MARK) else []
    if isinstance(node, Map):
        inside = ((f"{where}.{k}" if where else k, n) for k, n in node.items.items())
    else:
        inside = ((f"{where}[{i}]", n) for i, n in enumerate(node.items))
    return [f for name, n in inside for f in placeholders(n, name)]


def _gap(node: Scalar, where: str) -> Finding:
    says = node.text.removeprefix(MARK).lstrip("：: ").strip()
    return Finding("to_fill_in", node.place, where, says or "a value", f"a placeholder {MARK!r}")


def gaps_first(findings: Iterable[Finding]) -> list[Finding]:
    """In a file with gaps only these and faults of writing: what else is found there may come of a gap."""
    findings = list(findings)
    gaps = {(f.place.file, f.place.line) for f in findings if f.code == "to_fill_in"}
    files = {file for file, _ in gaps}
    return [
        f
        for f in findings
        if f.code == "to_fill_in"
        or f.place.file not in files
        or (f.code in PLAIN and (f.place.file, f.place.line) not in gaps)
    ]
