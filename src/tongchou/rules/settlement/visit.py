"""One visit settled at a desk: what ``quote visit`` and the office's trial settlement ask; no tables of law needed."""

from __future__ import annotations

from tongchou.law.constants import NO_END

from .claim_text import claim_from_text, money
from .refused import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .counter import Settlement, SlotKey
    from .desk import Desk

    Slots = Mapping[str, tuple[SlotKey, ...]]

ALWAYS_ASKED = ("status", "category", "level")
"""Columns without which no visit is settled."""


def visit(
    scheme: Any,
    desk_of: Callable[[], Desk],
    on: int,
    known: int | None,
    fields: dict[str, str],
    used: Callable[[Slots], Mapping[SlotKey, int]],
) -> tuple[dict[str, int], Settlement, Desk]:
    """(the claim as ints, its settlement, the desk) of one visit. ``fields``: claims columns as text; ``used``: the
    running totals before it, given what the scheme calls them. Refuses by name what is not covered.
    """
    from .counter import settle_by

    claim = claim_from_text(scheme, on, fields)
    in_force(scheme, fields["category"], on, known)
    desk = desk_of()
    covered(desk, claim, fields, known)
    return claim, settle_by(desk.kernel, claim, used(desk.slots), traced=True), desk


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
            raise Refused(f"missing_value: --{name.replace('_', '-')}: 该方案需要此项 · the scheme reads it")
    if fields["category"] == "delivery" and claim["delivery_kind"] < 0:
        raise Refused("delivery_kind_missing: --delivery-kind: 分娩须填，normal 或 caesarean · normal or caesarean")
    if fields["status"] == "resident" and scheme.name == "employee":
        raise Refused(
            "status_contradicts_scheme: --status: 居民身份（resident）不能按职工方案（employee）结算"
            " · somebody of status resident is not settled by the scheme employee"
        )


def no_rule(scheme: Any, category: str, on: int, known: int | None) -> None:
    """Refuse what the scheme does not take on that day."""
    from tongchou.law.days import iso
    from tongchou.law.findings import NoRule

    period = f"{scheme.name}: {iso(scheme.start)} … {iso(scheme.end)}"
    hint = f"按 {iso(known)} 已知 as known on {iso(known)}" if known is not None else period
    raise NoRule(scheme.area, f"{scheme.name} {category}", iso(on), hint)


def used_totals(slots: Slots, text: str) -> dict[SlotKey, int]:
    """``--used`` as running totals: a layer (paid so far), ``<layer>.deductible``, ``<layer>.burden``, admissions."""
    return laid_on(slots, used_amounts(slots, text))


def used_amounts(slots: Slots, text: str) -> list[tuple[str, int]]:
    """``name=amount,…`` as pairs, fen (of admissions a count). Refuses names that the scheme has not."""
    found = []
    for pair in filter(None, text.split(",")):
        key, eq, value = pair.partition("=")
        if not eq or key not in slots:
            from .claim_text import both

            said = both(key, slots, "该方案没有此累计", "the scheme has no such total")
            raise Refused(f"unknown_used: --used {key}: {said}")
        found.append((key, _count(value) if key == "admissions" else money("used", value)))
    return found


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(
            f"not_an_integer: --used: admissions 应为整数，不是 {text!r} · admissions: a whole number, not {text!r}"
        )
    return int(text)


def laid_on(slots: Slots, amounts: Iterable[tuple[str, int]]) -> dict[SlotKey, int]:
    """Amounts by name as what the fold carries; names that share a total add up."""
    totals: dict[SlotKey, int] = {}
    for key, amount in amounts:
        for slot in slots[key]:
            totals[slot] = totals.get(slot, 0) + amount
    return totals
