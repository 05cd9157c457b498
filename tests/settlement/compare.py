"""The generated kernel beside the plain reference: what both must say of a claim, by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongchou.law.compile import Kernel
from tongchou.law.compile.plan import part_column
from tongchou.law.tables import CASH, ROLLING, Scheme
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.counter import Settlement, kernel_for, settle_one
from tongchou.rules.settlement.reference import PlainResult, settle_all, settle_plain
from tongchou.rules.settlement.reference_values import Key, Totals, period_key

from .strategies import BILL, Row, arrays, kernel_claim, plain_claim

ONLY_KERNEL = frozenset({"rank_assumed", "values_secondary", "values_assumed"})
"""Warnings that are not the settlement's but the law's trust and the file's gaps."""
Seen = dict[str, Any]


def of_reference(scheme: Scheme, kernel: Kernel, row: Row, result: PlainResult) -> Seen:
    """The reference's result under the kernel's columns; what has no column must be nothing."""
    seen: Seen = dict.fromkeys(kernel.outputs, 0)
    seen["deductible"] = result.deductible
    for layer in scheme.layers:
        column = f"fund_{layer.fund}"
        if column in seen:
            seen[column] += result.paid[layer.name]
        else:
            assert result.paid[layer.name] == 0, f"{layer.name} pays and has no column"
    seen["fund_total"] = sum(result.paid.values())
    sign = -1 if row["reverses"] is not None else 1
    for part, amount in result.parts.items():
        if part_column(part) in seen:
            seen[part_column(part)] = amount
        else:
            assert part in BILL, f"{part} holds {amount} and has no column"
            assert amount == sign * row[part], f"{part} is {amount} and nothing takes it"
    laid = [column for column in seen if column.startswith("paid_by_")]
    for source, amount in result.paid_by.items():
        if f"paid_by_{source}" in seen:
            seen[f"paid_by_{source}"] = amount
        else:  # nothing but cash pays on that day
            assert amount == 0 or (source == CASH and not laid), f"{source} pays {amount} and has no column"
    if "institution" in seen:
        seen["institution"] = result.institution
    seen["reason"] = result.reason
    seen["warnings"] = frozenset(result.warnings) - ONLY_KERNEL
    return seen


def of_counter(settled: Settlement) -> Seen:
    """One settlement at the counter in the same words."""
    return {
        **settled.amounts,
        "reason": settled.reason,
        "warnings": frozenset(settled.warnings) - ONLY_KERNEL,
    }


def of_batch(settled: batch.Settled, i: int) -> Seen:
    """One row of a batch in the same words."""
    kernel = settled.kernel
    seen: Seen = {k: int(v[i]) for k, v in settled.outputs.items()}
    seen["reason"] = kernel.reasons[seen["reason"]]
    bits = seen["warnings"]
    seen["warnings"] = frozenset(w for k, w in enumerate(kernel.warnings) if bits >> k & 1) - ONLY_KERNEL
    return seen


def unlike(expected: Seen, found: Seen) -> dict[str, tuple[Any, Any]]:
    """Columns on which the reference (first) and the kernel (second) differ."""
    return {
        k: (expected.get(k, 0), found.get(k, 0)) for k in {*expected, *found} if expected.get(k, 0) != found.get(k, 0)
    }


def check_counter(scheme: Scheme, person: Sequence[Row]) -> None:
    """Reference and ``settle_one`` chained on totals agree claim by claim, amounts and running totals.

    Of a rolling period the counter is given what its days hold before the claim, and says what they hold after it.
    """
    theirs: Totals = {}
    ours: Totals = {}
    rolled: dict[Key, list[tuple[int, int]]] = {}
    for i, row in enumerate(person):
        assert row["reverses"] is None
        claim = plain_claim(row)
        kernel = kernel_for(scheme, row["day"])
        where = {
            tuple(s): (
                s[0].replace("episode_admission", "episode.admission").removesuffix(".episode"),
                period_key(scheme, s[1], claim),
                claim[s[2]] if s[2] else None,
            )
            for s in kernel.state
        }
        rolls = {s: (k[0], s[1], k[2]) for s, k in where.items() if s[1].startswith(ROLLING)}
        given = {
            s: window(rolled.get(rolls[s], ()), s[1], row["day"]) if s in rolls else ours.get(k, 0)
            for s, k in where.items()
        }
        result = settle_plain(scheme, claim, theirs)
        got = settle_one(scheme, kernel_claim(row), given)
        different = unlike(of_reference(scheme, kernel, row, result), of_counter(got))
        assert not different, f"claim {i}: reference and counter differ in {different}"
        for slot, key in where.items():
            if slot in rolls:
                rolled.setdefault(rolls[slot], []).append((row["day"], got.totals[slot] - given[slot]))
                ours[key] = sum(added for day, added in rolled[rolls[slot]] if day == row["day"])
            else:
                ours[key] = got.totals[slot]
            assert theirs.get(key, 0) == ours[key], f"claim {i}: total {slot}: {theirs.get(key, 0)}, {ours[key]}"


def window(history: Sequence[tuple[int, int]], per: str, day: int) -> int:
    """What claims of the days that end with this one have added."""
    back = int(per.removeprefix(ROLLING))
    return sum(added for when, added in history if day - back < when <= day)


def check_batch(
    scheme: Scheme, people: Sequence[Sequence[Row]], force: str = "plain", shuffle: int = 0, workers: int = 1
) -> batch.Settled:
    """Reference and batch agree claim by claim."""
    claims, at = arrays(scheme, people, shuffle)
    settled = batch.settle(scheme, claims, force=force, workers=workers)
    everyone = [settle_all(scheme, [plain_claim(r) for r in person]) for person in people]
    for k, (p, i) in enumerate(at):
        row = people[p][i]
        different = unlike(of_reference(scheme, settled.kernel, row, everyone[p][i]), of_batch(settled, k))
        assert not different, f"person {p} claim {i} ({force}): reference and batch differ in {different}"
    return settled
