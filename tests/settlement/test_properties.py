"""What holds of every settlement: order, cuts, splits, reversals, sources, and every day of the law."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.law.compile import Plan
from tongchou.law.resolve import edges, required_values
from tongchou.law.tables import NO_END, Scheme
from tongchou.law.tree import load
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.batch import Settled, Totals
from tongchou.rules.settlement.counter import kernel_for, settle_one, window_of
from tongchou.rules.settlement.coverage import taken_categories
from tongchou.rules.settlement.order import boundaries
from tongchou.rules.settlement.reference import settle_all
from tongchou.rules.settlement.totals import CLOSED, Keys

from .compare import check_batch, of_batch, of_reference, unlike
from .saying import row_of, rows_of
from .schemes import as_text, scheme_files, scheme_of
from .strategies import BILL, Row, arrays, number_courses, persons, plain_claim
from .test_kernel_against_reference import SCHEMES, bundled


def sums(scheme: Scheme, people: list[list[Row]], settled: Settled) -> tuple[Any, Any]:
    """What came in and what went out, by row."""
    claims, _ = arrays(scheme, people)
    sign = np.where(claims.reverses >= 0, -1, 1)
    kernel = settled.kernel
    taken = [b for b in BILL if b in kernel.inputs]
    bill = sign * (claims.columns["in_scope"] + sum((claims.columns[b] for b in taken), start=np.int64(0)))
    out = sum(
        settled.outputs[o] for o in kernel.outputs if o.startswith("person_") or o in ("fund_total", "institution")
    )
    return bill, out


@pytest.mark.parametrize(("area", "name"), SCHEMES)
@settings(max_examples=10)
@given(data=st.data())
def test_shares_add_up_whatever_the_order_of_input(area: str, name: str, data: st.DataObject) -> None:
    """Shares add up to the bill; order of rows and persons, workers and chunks move no fen."""
    scheme = bundled(area, name)
    people = data.draw(persons(scheme))
    whole = batch.settle(scheme, arrays(scheme, people)[0], force="plain")
    bill, out = sums(scheme, people, whole)
    assert (bill == out).all()
    at = arrays(scheme, people)[1]
    places = {pi: k for k, pi in enumerate(at)}
    for shuffle, workers, chunk in ((3, 1, 1), (101, 2, 5)):
        claims, mixed = arrays(scheme, people, shuffle)
        got = batch.settle(scheme, claims, force="plain", workers=workers, chunk=chunk)
        for k, pi in enumerate(mixed):
            assert not unlike(of_batch(whole, places[pi]), of_batch(got, k))


def carried(settled: Settled, before: Totals | None = None) -> Totals:
    """The running totals at the end of one run, as the next one takes them; ``before``: those it began with."""
    totals = Totals() if before is None else before
    own, years = settled.years.keys
    for i, pair in enumerate(zip(own.tolist(), years.tolist(), strict=True)):
        totals.year[pair] = dict(zip(settled.years.names, settled.years.totals[i].tolist(), strict=False))
    for scope in settled.scopes.values():
        keys: Keys = scope.keys
        for i in np.flatnonzero(keys.standing == CLOSED).tolist():
            person, period, key, episode = (int(c[i]) for c in keys.rows())
            totals.open_stays.pop((person, key, episode), None)
            totals.other.pop((keys.scope, person, episode, key, period - 1), None)
    for scope in settled.scopes.values():
        for i, key in enumerate(scope.keys):
            given = dict(zip(scope.names, scope.totals[i].tolist(), strict=False))
            if key[0] == "open":
                totals.open_stays.setdefault(key[1:], {}).update(given)
            elif key[0] != "closed":
                totals.other[key] = given
    return totals


def split_and_compare(scheme: Scheme, people: list[list[Row]], part: int) -> None:
    """Settle each person's rows in three runs that carry the totals on: as if in one run."""
    people = [number_courses([r for r in person if r["reverses"] is None]) for person in people]
    people = [p for p in people if len(p) > 1]
    if not people:
        return
    check_batch(scheme, people)
    everyone = [settle_all(scheme, [plain_claim(r) for r in person]) for person in people]
    cuts = [(0, max(1, len(p) * part // 4), max(1, len(p) * (part + 4) // 8), len(p)) for p in people]
    totals: Totals | None = None
    for run in range(3):
        given = [p[c[run] : c[run + 1]] for p, c in zip(people, cuts, strict=True)]
        if not any(given):
            continue
        claims, rows = arrays(scheme, given)
        settled = batch.settle(scheme, claims, totals, force="plain")
        totals = carried(settled, totals)
        for k, (p, i) in enumerate(rows):
            at = i + cuts[p][run]
            # a run has the columns of the law of its own days
            expected = of_reference(scheme, settled.kernel, people[p][at], everyone[p][at])
            different = unlike(expected, of_batch(settled, k))
            assert not different, f"person {p} claim {at}: {different}"


@pytest.mark.parametrize(("area", "name"), SCHEMES)
@settings(max_examples=8)
@given(data=st.data(), part=st.integers(1, 3))
def test_a_year_in_some_runs_is_the_year_in_one(area: str, name: str, data: st.DataObject, part: int) -> None:
    """Totals carried from one run to the next give what one run gives, open stays and all."""
    scheme = bundled(area, name)
    split_and_compare(scheme, data.draw(persons(scheme)), part)


@settings(max_examples=15)
@given(text=scheme_files(), data=st.data(), part=st.integers(1, 3))
def test_some_runs_are_one_under_any_scheme(text: str, data: st.DataObject, part: int) -> None:
    """The same for every period and key of the language."""
    scheme = scheme_of(text)
    split_and_compare(scheme, data.draw(persons(scheme, most=2, claims=8)), part)


SOURCES_BEGIN = """
attributes: {balance: {type: money, default: 0}}
layers: [{name: a, rate: 50}]
payment_sources: [{name: savings, balance: balance, from: 2023-07-01}]
"""
ONE_POOL = """
layers:
- {name: a, when: {level: 1}, deductible: {amount: 100, per: visit, pool: one}, rate: 50}
- {name: b, when: {level: 2}, deductible: {amount: 1000, per: episode, pool: one}, rate: 50}
"""
PER_LEVEL = """
layers: [{name: a, rate: 50, caps: [{amount: 100, per: visit, key: level}]}]
"""


@pytest.mark.parametrize(
    ("law", "claims"),
    [
        # the first run's law lays nothing on sources: it has no column of cash
        (SOURCES_BEGIN, [{"day": "2022-12-31"}, {"day": "2023-07-01"}]),
        # totals of a stay and of an episode in one pool, both of one open stay
        (ONE_POOL, [{"level": 1, "in_scope": 60}, {"level": 2}, {"level": 1}, {"level": 2}]),
        # a stay opened at one level and closed at another, then a new one at the first
        (PER_LEVEL, [{"level": 3}, {"level": 2, "interim": "false"}, {"level": 3, "interim": "false"}]),
    ],
)
def test_what_some_runs_once_told_otherwise(law: str, claims: list[dict[str, Any]]) -> None:
    """The smallest cases in which several runs were not one."""
    scheme = scheme_of(law)
    rows = rows_of(scheme, [{"in_scope": 300, "interim": "true", **c} for c in claims])
    for part in (1, 2, 3):
        split_and_compare(scheme, [rows], part)


BANDED = """
layers:
- name: basic
  deductible: {amount: 650.5, per: year, as: edge}
  bands: [{to: 3000, rate: 85}, {to: 4000, rate: 66.67}, {rate: 12.34}]
  band_scope: year
"""


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=6))
def test_a_bill_in_pieces_moves_no_fen(pieces: list[int]) -> None:
    """Under yearly bands with unchanged parameters the pieces of a bill are paid what the bill is."""
    scheme = scheme_of(BANDED)
    kernel, totals, paid = kernel_for(scheme, 738_000), {}, 0
    base = dict.fromkeys(kernel.inputs, 0) | {"day": 738_000, "category": 3, "designated": 1}
    for piece in pieces:
        got = settle_one(scheme, {**base, "in_scope": piece}, totals)
        paid, totals = paid + got.amounts["fund_total"], got.totals
    assert paid == settle_one(scheme, {**base, "in_scope": sum(pieces)}).amounts["fund_total"]


@pytest.mark.parametrize(("area", "name"), SCHEMES)
@settings(max_examples=8)
@given(data=st.data())
def test_a_reversal_then_the_same_claim_gives_the_original(area: str, name: str, data: st.DataObject) -> None:
    """Undone and settled again a claim gets what it got; the totals are as if nothing had been undone."""
    scheme = bundled(area, name)
    (person,) = data.draw(persons(scheme, most=1, claims=6, one_rows=True))
    *before, last = person
    n = len(before)
    again = number_courses([*before, {**last}, {**last, "reverses": n}, {**last}])
    got = check_batch(scheme, [again])
    first, turned, second = (of_batch(got, n + k) for k in range(3))
    assert not unlike(first, second)
    assert all(turned[k] == -v for k, v in first.items() if isinstance(v, int))
    assert (got.years.totals == check_batch(scheme, [number_courses([*before, {**last}])]).years.totals).all()


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(1, 30), st.integers(1, 4))
def test_cuts_fall_only_between_persons(sizes: list[int], chunk: int, workers: int) -> None:
    """The pieces cover every claim once, in order, and no person stands in two of them."""
    person = np.repeat(np.arange(len(sizes)), sizes)
    pieces = boundaries(person, chunk, workers)
    assert [i for low, high in pieces for i in range(low, high)] == list(range(len(person)))
    owners = [set(person[low:high].tolist()) for low, high in pieces]
    assert sum(map(len, owners)) == len(set(person.tolist()))


SOURCES = """
import hashlib, sys
from pathlib import Path
from tongchou.law.compile.module import source
from tongchou.law.tree import load, load_scheme_file
made = [load().scheme("530100", "resident"), load_scheme_file(Path(sys.argv[1]))]
for s in made:
    print(hashlib.sha256(source(s, 738_000, 739_500).encode()).hexdigest())
"""


def test_the_same_law_gives_the_same_bytes(tmp_path: Any) -> None:
    """The generated source does not depend on how Python hashes words."""
    file = tmp_path / "scheme.yaml"
    file.write_text(as_text(RICH), encoding="utf-8")
    seen = set()
    for seed in ("0", "1", "4242"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", SOURCES, str(file)], env=env, capture_output=True, text=True, check=True
        )
        seen.add(run.stdout)
    assert len(seen) == 1
    assert len(seen.pop().split()) == 2


RICH = {
    "layers": [
        {
            "name": "a",
            "deductible": {
                "amount": [
                    {"when": {"identity": "destitute", "age": {"min": 60}}, "value": 10},
                    {"value": 20},
                ],
                "per": "month",
                "key": "level",
            },
            "rate": [
                {
                    "when": {
                        "identity": ["registered_poor", "destitute"],
                        "place": "local",
                        "status": "retired",
                    },
                    "value": 80,
                },
                {"value": 70},
            ],
            "caps": [
                {"amount": 100, "per": "day", "then": "more"},
                {"amount": 900, "per": "quarter", "key": "place"},
            ],
        },
        {
            "name": "b",
            "intake": "overflow:more",
            "bands": [{"to": 50, "rate": 10}, {"rate": 20}],
            "band_scope": "episode",
        },
    ]
}


def one_rule_each(scheme: Scheme, day: int) -> None:
    """Every value that a layer in force needs has exactly one version on the day."""
    for layer in scheme.layers:
        if layer.start <= day < (layer.end or NO_END):
            for place, value in required_values(layer):
                held = [v for v in value.versions if v.start <= day < (v.end or NO_END)]
                assert len(held) == 1, (layer.name, place, day)


@pytest.mark.parametrize(("area", "name"), SCHEMES)
def test_every_day_of_the_law_settles_by_one_rule_or_is_refused(area: str, name: str) -> None:
    """On each boundary and the day before and after, each category is taken by layers or refused by name."""
    scheme = load().scheme(area, name)
    days = {d + k for d in edges(scheme) for k in (-1, 0, 1)}
    for day in sorted(d for d in days if scheme.start <= d < (scheme.end or NO_END)):
        low, high = window_of(scheme, day, day + 1)
        assert low <= day < high
        assert not [d for d in edges(scheme) if low < d < high], "one law holds in the whole window"
        one_rule_each(scheme, day)
        groups = Plan(scheme, low, high).groups
        based = {c for cats, layers in groups for c in cats for _, n in layers if n.intake.kind != "burden"}
        for category in range(len(scheme.categories)):
            row = row_of(scheme, {"in_scope": "50000", "level": 1})
            got = settle_one(scheme, {**row, "day": day, "category": category, "rank": 1})  # type: ignore[arg-type]
            ends = (
                got.amounts["fund_total"] > 0,
                got.reason == "not_covered",
                got.reason == "not_yet_in_force",
            )
            assert sum(ends) == 1, (scheme.categories[category], day, got.reason)
            # nothing but a layer that takes cost settles; what no layer takes is refused before (``no_rule``)
            assert got.reason != "not_covered" or category not in based
            assert got.reason == "not_covered" or category in taken_categories(scheme, low, high)
