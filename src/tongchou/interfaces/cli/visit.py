"""One visit at the counter: from option texts to the answer. Nothing here needs the tables or the compiler of law."""

from __future__ import annotations

from tongchou.law.constants import BILL_PARTS, NO_END, STANDARD_FUNDS

from .claim_text import claim_from_text, money
from .refusals import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tongchou.rules.settlement.counter import SlotKey
    from tongchou.rules.settlement.desk import Desk

ALWAYS_ASKED = ("status", "category", "level")
"""Columns without which no visit is settled."""


def answer(
    scheme: Any, desk_of: Callable[[], Desk], on: int, known: int | None, fields: dict[str, str], used: str
) -> dict[str, Any]:
    """What each fund and the person pay. ``fields``: claims columns as text. Refuses by name what is not covered."""
    claim = claim_from_text(scheme, on, fields)
    in_force(scheme, fields["category"], on, known)
    return answered(scheme, desk_of(), on, known, fields, used, claim)[2]


def answered(
    scheme: Any,
    desk: Desk,
    on: int,
    known: int | None,
    fields: dict[str, str],
    used: str,
    claim: dict[str, int] | None = None,
) -> tuple[dict[str, int], Any, dict[str, Any]]:
    """(the claim as ints, its settlement, the answer) of a visit at a desk."""
    from tongchou.rules.settlement.counter import settle_by

    claim = claim or claim_from_text(scheme, on, fields)
    covered(desk, claim, fields, known)
    got = settle_by(desk.kernel, claim, used_totals(desk.slots, used), traced=True)
    return claim, got, answer_of(scheme, claim, got, desk.documents)


def in_force(scheme: Any, category: str, on: int, known: int | None) -> None:
    """Refuse a day on which the scheme is not in force."""
    if not scheme.start <= on < (scheme.end or NO_END):
        no_rule(scheme, category, on, known)


def covered(desk: Desk, claim: dict[str, int], fields: dict[str, str], known: int | None) -> None:
    """Refuse by name what the scheme does not cover on that day, and what the claim must say."""
    scheme = desk.scheme
    if claim["category"] not in desk.taken:
        no_rule(scheme, fields["category"], claim["day"], known)
    for name in desk.required[claim["category"]]:
        if claim[name] < 0:
            raise Refused(f"missing_value: --{name.replace('_', '-')}: 该方案需要此项 the scheme reads it")
    if fields["category"] == "delivery" and claim["delivery_kind"] < 0:
        raise Refused("delivery_kind_missing: --delivery-kind: normal | caesarean")
    if fields["status"] == "resident" and scheme.name == "employee":
        raise Refused(f"status_contradicts_scheme: --status {fields['status']} / --scheme {scheme.name}")


def no_rule(scheme: Any, category: str, on: int, known: int | None) -> None:
    """Refuse what the scheme does not take on that day."""
    from tongchou.law.days import iso
    from tongchou.law.findings import NoRule

    period = f"{scheme.name}: {iso(scheme.start)} … {iso(scheme.end)}"
    hint = f"按 {iso(known)} 已知 as known on {iso(known)}" if known is not None else period
    raise NoRule(scheme.area, f"{scheme.name} {category}", iso(on), hint)


def used_totals(slots: Mapping[str, tuple[SlotKey, ...]], text: str) -> dict[SlotKey, int]:
    """``--used`` as running totals: a layer (paid so far), ``<layer>.deductible``, ``<layer>.burden``, admissions."""
    totals: dict[SlotKey, int] = {}
    for pair in filter(None, text.split(",")):
        key, eq, value = pair.partition("=")
        if not eq or key not in slots:
            from tongchou.law.findings import did_you_mean

            raise Refused(f"unknown_used: --used {key}: {did_you_mean(key, slots)}")
        amount = int(value) if key == "admissions" and value.isdigit() else money("used", value)
        for slot in slots[key]:
            totals[slot] = totals.get(slot, 0) + amount
    return totals


def answer_of(scheme: Any, claim: dict[str, int], got: Any, documents: Any) -> dict[str, Any]:
    """The answer: settlement columns as decimal text, ``because`` and ``warnings``."""
    from tongchou.law.days import iso
    from tongchou.money import format_fen

    from .explanation import explanation

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


def show(answer: dict[str, Any], lang: str, as_json: bool) -> None:
    """The answer on stdout, for a person or as JSON."""
    if as_json:
        from .table import show_json

        show_json({k: v for k, v in answer.items() if k != "_told"})
        return
    from .explanation import print_explanation

    print_explanation(answer["_told"], lang)
