"""The answer about one visit, for a terminal, a page or a program."""

from __future__ import annotations

from tongchou.law.constants import BILL_PARTS, STANDARD_FUNDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def answer_of(scheme: Any, claim: dict[str, int], got: Any, documents: Any) -> dict[str, Any]:
    """The answer: settlement columns as decimal text, ``because`` and ``warnings``."""
    from tongchou.law.days import iso
    from tongchou.money import format_fen

    from .told import explanation

    a = dict(got.amounts)
    funds = {
        f"fund_{f}": a.get(f"fund_{f}", 0) for f in dict.fromkeys([*STANDARD_FUNDS, *(x.fund for x in scheme.layers)])
    }
    parts = {k: v for k, v in a.items() if k.startswith("person_")}
    for p in reversed(BILL_PARTS):
        parts.setdefault(f"person_{p}", claim[p])
    personal = sum(parts.values())
    row = {
        "billed": claim["billed"],
        "in_scope": claim["in_scope"],
        "deductible": a["deductible"],
        **funds,
        "fund_total": a["fund_total"],
        "personal": personal,
        **parts,
        **({k: v for k, v in a.items() if k.startswith("paid_by_")} or {"paid_by_cash": personal}),
        "institution": a.get("institution", 0),
    }
    if row["billed"] != row["fund_total"] + personal + row["institution"]:
        raise AssertionError("the settlement does not add up to its bill")
    told = explanation(scheme, claim["day"], got.trace, row, got.reason, got.warnings, documents)
    return {
        "area": scheme.area,
        "scheme": scheme.name,
        "service_date": iso(claim["day"]),
        **{k: format_fen(v) for k, v in row.items()},
        "reason": got.reason,
        "law_version": scheme.version,
        "because": told["steps"],
        "warnings": [*got.warnings, *told["notes"]["en"]],
        "schema": told["schema"],
        "_told": told,
    }
