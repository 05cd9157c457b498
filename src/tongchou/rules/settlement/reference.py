"""The slow, plain reading of the tables: docs/algorithms/settlement.md, sentence by sentence.

An independent witness against which the generated kernel is compared claim by claim. Clarity over speed:
Python ints for fen, ``Fraction`` for rates, one claim after the other. ``reference_values.py`` reads values,
``reference_layer.py`` runs one layer, ``reference_sources.py`` lays the person's part on what pays it; here is
what comes before and after the layers, and the fold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tongchou.law.tables import Scheme
from tongchou.rules.settlement.reference_layer import Bill, grow, run_choice, run_layer
from tongchou.rules.settlement.reference_sources import column_order, lay_on_sources
from tongchou.rules.settlement.reference_values import (
    Attrs,
    Facts,
    Key,
    Totals,
    holds,
    in_force,
    make_facts,
    period_key,
)


@dataclass(frozen=True)
class PlainResult:
    """One claim settled; every amount in fen."""

    deductible: int
    paid: dict[str, int]
    """By layer name, every layer of the scheme."""
    parts: dict[str, int]
    """The person's burden by named part, in the order of the columns; only what is not 0, only ``caught_up`` below."""
    institution: int
    reason: str
    warnings: frozenset[str]
    paid_by: dict[str, int]
    """What the person's part is laid on; only of schemes with payment sources or layers of the own account."""


# Before the layers


def effective_severe(scheme: Scheme, claim: Attrs) -> tuple[bool, set[str]]:
    """Whether the claim counts as severe, with the warnings of that judgement."""
    if not claim["severe"]:
        return False, set()
    listed = in_catalogue(scheme, claim, "severe")
    if listed is None:
        return True, {"disease_unchecked"}
    return (True, set()) if listed else (False, {"disease_not_severe"})


def in_catalogue(scheme: Scheme, claim: Attrs, name: str) -> bool | None:
    """Whether the disease is in the catalogue of that name; None: not given, or none in force."""
    day = claim["day"]
    in_time = any(c.name == name and in_force(c.start, c.end, day) for c in scheme.catalogues)
    if not in_time or not claim["disease"] & 1:
        return None
    names = list(dict.fromkeys(c.name for c in scheme.catalogues))
    return bool(claim["disease"] >> (names.index(name) + 1) & 1)


def admission_keys(scheme: Scheme, claim: Attrs) -> tuple[Key, Key]:
    """Addresses of the year's count and of the episode's own number."""
    year, episode = period_key(scheme, "year", claim), period_key(scheme, "episode", claim)
    return ("admissions", year, None), ("episode.admission", episode, None)


def counts_as_admission(scheme: Scheme, attrs: Attrs) -> bool:
    """Whether some layer in force says so; none declares it: stays."""
    declared = [
        layer.counts_as_admission
        for layer in scheme.layers
        if in_force(layer.start, layer.end, attrs["day"]) and layer.counts_as_admission is not None
    ]
    if not declared:
        return scheme.categories[attrs["category"]] == "inpatient"
    return any(holds(scheme, when, attrs) for when in declared)


def read_claim(scheme: Scheme, claim: Attrs, totals: Totals) -> tuple[Facts, bool, set[str]]:
    """The claim as law reads it, whether it counts as an admission, and the warnings about severe."""
    severe, warnings = effective_severe(scheme, claim)
    count, number = admission_keys(scheme, claim)
    following = totals.get(count, 0) + 1
    attrs = {**claim, "severe": int(severe), "admission_no": following}
    counts = counts_as_admission(scheme, attrs)
    if counts:
        attrs["admission_no"] = totals.get(number, 0) or following
    return make_facts(scheme, attrs), counts, warnings


def stopping_reason(facts: Facts) -> str:
    """The reason for which no layer may pay, before the disease is looked at; '' if none."""
    if not facts.whole["designated"]:
        return "not_designated"
    for reason in facts.scheme.reasons:
        in_time = in_force(reason.start, reason.end, facts.day)
        if not reason.pays and in_time and holds(facts.scheme, reason.when, facts.whole):
            return reason.code
    return ""


def accompanying_reason(facts: Facts) -> str:
    """The first reason that pays as usual and holds; '' if none."""
    for reason in facts.scheme.reasons:
        in_time = in_force(reason.start, reason.end, facts.day)
        if reason.pays and in_time and holds(facts.scheme, reason.when, facts.whole):
            return reason.code
    return ""


def check_disease(facts: Facts) -> tuple[str, set[str]]:
    """Stopping reason and warnings of a chronic or special outpatient row."""
    category = facts.scheme.categories[facts.whole["category"]]
    if category not in ("chronic", "special"):
        return "", set()
    listed = in_catalogue(facts.scheme, facts.whole, category)
    if listed is None:
        return "", {"disease_unchecked"}
    return ("", set()) if listed else ("disease_not_listed", set())


# The claim


def open_bill(scheme: Scheme, claim: Attrs) -> Bill:
    """The person bears everything; parts that no layer in force takes are rest."""
    known = {
        layer.intake.name
        for layer in scheme.layers
        if layer.intake.kind == "part" and in_force(layer.start, layer.end, claim["day"])
    }
    untaken = {name: claim.get(f"part_{name}", 0) for name in known}
    untaken[""] = claim["in_scope"] - sum(untaken.values())
    parts = {name: claim[name] for name in ("first_share", "over_limit", "out_of_catalogue")}
    parts["unclaimed"] = claim["in_scope"]
    return Bill({layer.name: 0 for layer in scheme.layers}, parts, untaken)


def reason_of_nothing(claim: Attrs, bill: Bill) -> str:
    """Why a row that nothing stopped is paid nothing."""
    if not claim["in_scope"]:
        return "nothing_in_scope"
    if not bill.entered:
        return "not_covered"
    if bill.capped:
        return "cap_used"
    if bill.deducted:
        return "deductible"
    return "own_account" if bill.own_spent else "rate_zero"


def run_layers(facts: Facts, bill: Bill, totals: Totals) -> Bill:
    """All layers in force whose condition holds, in order; alternatives together, in the place of the first."""
    scheme = facts.scheme
    met = {
        layer.name: layer
        for layer in scheme.layers
        if in_force(layer.start, layer.end, facts.day) and holds(scheme, layer.when, facts.whole)
    }
    chosen: set[str] = set()
    for layer in scheme.layers:
        if layer.name in chosen:
            continue
        if layer.choice:
            chosen |= set(layer.choice)
            bill, moved = run_choice(facts, [met[name] for name in layer.choice if name in met], bill, totals)
            if moved is not totals:
                totals.clear()
                totals.update(moved)
        elif layer.name in met:
            run_layer(facts, layer, bill, totals)
    return bill


def settle_plain(scheme: Scheme, claim: Mapping[str, int], totals: Totals) -> PlainResult:
    """Settle one claim of one person after those that ``totals`` already counts; totals are moved."""
    facts, counts, severe_warnings = read_claim(scheme, claim, totals)
    warnings: set[str] = set()
    stopped = stopping_reason(facts)
    if not stopped:
        stopped, disease_warnings = check_disease(facts)
        warnings |= severe_warnings | disease_warnings

    bill = open_bill(scheme, claim)
    if not stopped:
        count, number = admission_keys(scheme, claim)
        if counts and not totals.get(number, 0):
            grow(totals, count, 1)
            grow(totals, number, facts.whole["admission_no"])
        bill = run_layers(facts, bill, totals)
        bill.add("over_cap", sum(bill.overflow.values()))

    paid = sum(bill.paid.values())
    accompanying = accompanying_reason(facts)
    reason = accompanying if paid else stopped or reason_of_nothing(claim, bill)
    if accompanying and not paid:
        warnings.add(accompanying)
    order = column_order(scheme)
    assert set(bill.parts) <= set(order), set(bill.parts) - set(order)
    parts = {name: bill.parts[name] for name in order if bill.parts.get(name)}
    paid_by = lay_on_sources(facts, parts)
    check_adds_up(claim, bill, parts, paid_by)
    return PlainResult(bill.deductible or 0, bill.paid, parts, bill.institution, reason, frozenset(warnings), paid_by)


def check_adds_up(claim: Attrs, bill: Bill, parts: Mapping[str, int], paid_by: Mapping[str, int]) -> None:
    """Not a fen more or less than the bill, wherever it went; raises AssertionError."""
    personal = sum(parts.values())
    assert all((amount > 0) != (name == "caught_up") for name, amount in parts.items()), parts
    assert all(amount >= 0 for amount in bill.paid.values()), bill.paid
    assert claim["billed"] == sum(bill.paid.values()) + personal + bill.institution
    assert not paid_by or sum(paid_by.values()) == personal, paid_by
    assert all(amount >= 0 for name, amount in paid_by.items() if name != "cash"), paid_by


def turned(result: PlainResult) -> PlainResult:
    """The same with every amount's sign turned."""
    return replace(
        result,
        deductible=-result.deductible,
        paid={name: -amount for name, amount in result.paid.items()},
        parts={name: -amount for name, amount in result.parts.items()},
        institution=-result.institution,
        paid_by={name: -amount for name, amount in result.paid_by.items()},
    )


def settle_all(scheme: Scheme, claims: Sequence[Mapping[str, int | None]]) -> list[PlainResult]:
    """Fold the claims of one person in the order given; ``reverses`` is the index of an earlier row."""
    totals: Totals = {}
    results: list[PlainResult] = []
    changes: list[Totals] = []
    for row in claims:
        before = dict(totals)
        undone = row.get("reverses")
        if undone is None:
            claim = {name: value for name, value in row.items() if value is not None}
            results.append(settle_plain(scheme, claim, totals))
        else:
            results.append(turned(results[undone]))
            for key, change in changes[undone].items():
                grow(totals, key, -change)
        changes.append({key: total - before.get(key, 0) for key, total in totals.items()})
    return results
