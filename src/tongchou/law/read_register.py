"""The register of provisions: what each clause provides, whether it is done, and the checks on it."""

from __future__ import annotations

from msgspec import Struct

from .findings import Finding, did_you_mean
from .nodes import Map, Node, Scalar, Seq
from .reader import Reader, show
from .tree import Law

KINDS = (
    "benefit",
    "contribution",
    "eligibility",
    "retirement",
    "office",
    "data",
    "fund",
    "indicator",
    "simulation",
    "other-insurance",
)


class Provision(Struct, frozen=True):
    """One provision: its id, where it stands, what it says and what the system does about it."""

    id: str
    document: str
    clauses: tuple[str, ...]
    says: str
    zh: str
    does: str
    kind: str
    done: bool
    line: int
    by: tuple[str, ...] = ()
    """Modules that compute it, where that is more than the values that cite its clause."""


def read_register(law: Law) -> tuple[list[Provision], list[Finding]]:
    """Every provision of ``provisions.yaml``, with the faults of reading it."""
    r = Reader(strict=True)
    root = law.provisions
    if not isinstance(root, Seq):
        if isinstance(root, (Map, Scalar)):
            r.fault("wrong_type", root, "provisions", "a list of provisions", show(root))
        return [], r.findings
    result, seen = [], set()
    for i, node in enumerate(root.items):
        got = r.mapping(node, f"provisions[{i}]", ("by",), ("id", "cite", "says", "zh", "does", "kind", "done"))
        if len(set(got) - {"by"}) < 7:
            continue
        cite = r.mapping(got["cite"], f"provisions[{i}].cite", ("clause", "clauses"), ("document",))
        name = r.text(got["id"], f"provisions[{i}].id")
        if name in seen:
            r.fault("duplicate_name", got["id"], name, "each id once", "twice")
        seen.add(name)
        document = r.text(cite["document"], name) if "document" in cite else ""
        clauses = _clauses(r, cite, name)
        _resolve(r, law, node, name, document, clauses)
        result.append(
            Provision(
                name,
                document,
                clauses,
                r.text(got["says"], name),
                r.text(got["zh"], name),
                r.text(got["does"], name),
                r.choice(got["kind"], f"{name}.kind", KINDS),
                r.flag(got["done"], f"{name}.done"),
                node.place.line,
                tuple(r.text(n, name) for n in r.sequence(got["by"], name)) if "by" in got else (),
            )
        )
    return result, r.findings


def _clauses(r: Reader, cite: dict[str, Node], name: str) -> tuple[str, ...]:
    if "clauses" in cite:
        return tuple(r.text(n, f"{name}.cite") for n in r.sequence(cite["clauses"], f"{name}.cite.clauses"))
    return (r.text(cite["clause"], f"{name}.cite"),) if "clause" in cite else ()


def _resolve(r: Reader, law: Law, node: Node, name: str, document: str, clauses: tuple[str, ...]) -> None:
    place = node.place if isinstance(node, Map) else node
    if document not in law.documents:
        r.fault(
            "unknown_document",
            place,
            f"{name}.cite",
            "a registered document",
            repr(document),
            did_you_mean(document, law.documents),
        )
        return
    known = {c.id for c in law.documents[document].clauses}
    if not clauses:
        r.fault("missing_key", place, f"{name}.cite", "the key 'clause' or 'clauses'", "neither")
    for clause in clauses:
        if clause not in known:
            r.fault(
                "unknown_clause",
                place,
                f"{name}.cite",
                f"a clause of {document}",
                repr(clause),
                did_you_mean(clause, known),
            )


def check_register(law: Law) -> list[Finding]:
    """Faults of the register."""
    return read_register(law)[1]
