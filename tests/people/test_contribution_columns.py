"""Contributions as columns: the same as one person's quote, compiled or not, in any number of threads; their files."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people.test_contribution import CHUXIONG, KUNMING, figures
from tongchou.interfaces.files.contribution_lines import write_contribution_lines
from tongchou.law.findings import NoRule
from tongchou.money.lanes import half_up
from tongchou.rules.contribution import table as tables
from tongchou.rules.contribution.batch import Levies, Profile, Table
from tongchou.rules.contribution.columns import FIELDS, MONTHLY, SUMS, WAGE_LIMIT, WIDTH, YEARLY
from tongchou.rules.contribution.flat import HIGH, LOW, SHIFT, flat_table, impossible, product, scaled
from tongchou.rules.contribution.levy import levy_of
from tongchou.rules.contribution.lines import Person
from tongchou.rules.reckoning import Reckoning

PROFILES = (
    Profile("employer"),
    Profile("flexible_combined"),
    Profile("flexible_pooled"),
    Profile("retired"),
    Profile("resident"),
    Profile("resident", ("registered_poor",)),
    Profile("rural_contract"),
    Profile("employer", moved="inside"),
    Profile("employer", moved="outside"),
)


@cache
def table(area: str = KUNMING, year: int = 2023) -> Table:
    return Table(figures(area), year, PROFILES)


def one_by_one(area: str, year: int, kind: int, wages: list[int], entered: int) -> dict[str, int]:
    """The sums of a year by twelve quotes: slow and plain."""
    p, law = PROFILES[kind], Reckoning(figures(area))
    got = dict.fromkeys(SUMS, 0)
    first = year * 12
    for m in range(max(entered, 0), 12):
        entry = None if entered < 0 else first + entered
        person = Person(
            p.kind,
            first + m,
            wages[m],
            entry=entry,
            moved=p.moved if entered >= 0 else "",
            identity=p.identity,
            pension=wages[m],
        )
        levy = levy_of(law, person)
        for x in levy.lines:
            if x.scheme == "basic_medical":
                got[f"basic_{x.payer}"] += x.amount
            elif x.scheme == "maternity":
                got["maternity_employer"] += x.amount
            elif x.scheme in ("large_expense", "resident_medical"):
                got[f"{'large' if x.scheme == 'large_expense' else 'resident'}_{x.payer}"] += x.amount
        got["account_credit"] += levy.account_credit or 0
    return got


@pytest.mark.parametrize("area", [KUNMING, CHUXIONG, "370100"])
@pytest.mark.parametrize("year", [2007, 2018, 2021, 2022, 2023, 2024, 2025])
def test_a_table_is_what_asking_anew_for_each_month_gives(
    area: str, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures found are used again on the days they hold: the same numbers, figures and warnings."""

    def made() -> Table | str:
        try:
            return Table(figures(area), year, PROFILES)
        except NoRule as e:
            return str(e)

    quick = made()
    monkeypatch.setattr(tables, "_Asked", Reckoning)
    plain = made()
    if isinstance(quick, str) or isinstance(plain, str):
        assert quick == plain
        return
    assert (quick.rates, quick.yearly) == (plain.rates, plain.yearly)
    assert quick.law.warnings == plain.law.warnings
    assert list(quick.law.used) == list(plain.law.used)


PEOPLE = st.lists(
    st.tuples(
        st.integers(0, len(PROFILES) - 1),
        st.integers(-1, 11),
        st.lists(st.integers(0, 4_000_000), min_size=12, max_size=12),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([(KUNMING, 2022), (KUNMING, 2023), (KUNMING, 2024), (CHUXIONG, 2023)]), PEOPLE)
def test_columns_are_what_quotes_give(where: tuple[str, int], people: list[tuple[int, int, list[int]]]) -> None:
    kind = np.array([k for k, _, _ in people], np.int8)
    entered = np.array([e for _, e, _ in people], np.int8)
    wage = np.array([w for _, _, ws in people for w in ws], np.int64)
    sums = Levies(table(*where), len(people)).sums(kind, wage, entered)
    columns, year = Levies(table(*where), len(people)).lines(kind, wage, entered)
    for i, (k, e, ws) in enumerate(people):
        wanted = one_by_one(*where, k, ws, e)
        assert dict(zip(SUMS, sums[i].tolist(), strict=True)) == wanted
        for c in MONTHLY:
            own = columns[c][i * 12 : (i + 1) * 12]
            assert own.sum() == wanted[c]
            assert not own[: max(e, 0)].any()
        assert {c: int(year[i, j]) for j, c in enumerate(YEARLY[:-1])} == {c: wanted[c] for c in YEARLY[:-1]}


def crowd(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(12)
    kind = rng.integers(0, len(PROFILES), n).astype(np.int8)
    entered = np.where(rng.random(n) < 0.2, rng.integers(0, 12, n), -1).astype(np.int8)
    return kind, rng.integers(0, 4_000_000, n * 12), entered


def test_compiled_and_plain_in_any_number_of_threads_are_equal() -> None:
    kind, wage, entered = crowd(997)
    plain = Levies(table(), 997, force="plain")
    wanted, lines = plain.sums(kind, wage, entered), plain.lines(kind, wage, entered)
    for workers in (1, 2, 3):
        quick = Levies(table(), 997, workers, force="numba")
        assert np.array_equal(quick.sums(kind, wage, entered), wanted)
        columns, year = quick.lines(kind, wage, entered)
        assert all(np.array_equal(columns[c], lines[0][c]) for c in MONTHLY)
        assert np.array_equal(year, lines[1])
        quick.close()


@given(st.integers(0, 10**8), st.integers(0, 10**7), st.data())
def test_a_product_and_a_shift_are_the_rate_half_up(rate: int, cap: int, data: st.DataObject) -> None:
    """For every base up to the cap; two years of it share a register. Where that cannot be proved there is no form."""
    found = scaled(rate, cap)
    if found is None:
        denominator = Fraction(rate, 10**8).denominator
        assert denominator * (cap + 1) >= 1 << 31 or rate == 10**8 or 12 * half_up(cap * rate, 10**8) >= 1 << 31
        return
    for base in (0, cap, data.draw(st.integers(0, cap))):
        amount = product(base, *found)
        assert amount < 2**63
        assert amount >> SHIFT == half_up(base * rate, 10**8)
    two = sum((product(cap, *found) & HIGH) | (product(cap, *found) >> SHIFT) for _ in range(12))
    assert (two >> SHIFT, two & LOW) == (12 * half_up(cap * rate, 10**8),) * 2


@pytest.mark.parametrize("rate", [7 * 10**6, 2 * 10**6, 900_000, 9 * 10**6, 8_500_00, 10**7, 1, 33_333_333])
def test_a_product_and_a_shift_at_every_edge_of_a_fen(rate: int) -> None:
    """At the bases where the amount goes up and one below, up to a cap in use."""
    cap = 2_071_800
    found = scaled(rate, cap)
    if found is None:
        assert Fraction(rate, 10**8).denominator > 1000
        return
    for amount in range(1, half_up(cap * rate, 10**8) + 1):
        base = -(-(2 * amount - 1) * 10**8 // (2 * rate))  # the least with base × rate ≥ amount - 1/2
        assert product(base, *found) >> SHIFT == amount
        assert product(base - 1, *found) >> SHIFT == amount - 1


def test_a_wage_is_impossible_outside_its_limits() -> None:
    found = [bool(impossible(w)) for w in (-(2**63), -1, 0, WAGE_LIMIT, WAGE_LIMIT + 1, 2**63 - 1)]
    assert found == [True, True, False, False, True, True]


def test_the_loop_without_divisions_is_taken_only_where_the_law_is_so_simple() -> None:
    """Kunming's year is the same in every month; a share of the pension, or a mode of rounding, is not so simple."""
    rates = list(table().rates)
    assert flat_table(rates) is not None
    assert flat_table(Table(figures("370100"), 2007, (Profile("retired"),)).rates) is None
    for field, value in (("mode", 1), ("remainder", 2), ("unit_share", 10**7), ("own_share", 5 * 10**7)):
        other = list(rates)
        for m in range(12):
            other[m * WIDTH + FIELDS.index(field)] = value
        assert flat_table(other) is None, field
    changed = list(rates)
    changed[FIELDS.index("employer_rate")] += 10**6
    assert flat_table(changed) is None, "January differs"


def test_the_room_is_used_again_and_few_persons_need_no_compiler() -> None:
    kind, wage, entered = crowd(100)
    levies = Levies(table(), 100)
    assert not levies.compiled
    assert Levies(table(), 20_000).compiled
    first = levies.sums(kind, wage, entered)
    kept = first.copy()
    assert levies.sums(kind[:50], wage[:600], entered[:50]).base is first.base
    assert np.array_equal(levies.sums(kind, wage, entered), kept)


@pytest.mark.parametrize("force", ["plain", "numba"])
@pytest.mark.parametrize("wage", [-1, WAGE_LIMIT + 1])
def test_a_wage_that_cannot_be_is_refused(force: str, wage: int) -> None:
    kind, wages, entered = crowd(10)
    wages[5], entered[:] = wage, -1
    with pytest.raises(ValueError, match=r"fen: 1$"):
        Levies(table(), 10, force=force).sums(kind, wages, entered)
    with pytest.raises(ValueError, match=r"fen: 1$"):
        Levies(table(), 10, force=force).lines(kind, wages, entered)


@pytest.mark.parametrize("force", ["plain", "numba"])
def test_a_wage_before_the_month_of_entry_is_not_looked_at(force: str) -> None:
    kind, wages, entered = crowd(10)
    wages[:], entered[:] = 700_000, 3
    wanted = Levies(table(), 10, force=force).sums(kind, wages, entered)
    wages.reshape(10, 12)[:, :3] = -1
    assert np.array_equal(Levies(table(), 10, force=force).sums(kind, wages, entered), wanted)
    columns, _ = Levies(table(), 10, force=force).lines(kind, wages, entered)
    assert [int(columns[c].sum()) for c in MONTHLY] == wanted[:, :4].sum(axis=0).tolist()


def test_codes_sizes_and_types_that_cannot_be_are_refused() -> None:
    kind, wage, entered = crowd(10)
    levies = Levies(table(), 10)
    bad = [
        (kind + np.int8(100), wage, entered),
        (kind, wage[1:], entered),
        (kind, wage.astype(np.int32), entered),
        (kind, wage, entered + np.int8(20)),
        (np.tile(kind, 2), np.tile(wage, 2), None),
    ]
    for columns in bad:
        with pytest.raises(ValueError, match=r".+"):
            levies.sums(*columns)


def test_what_is_not_encoded_is_told_and_not_counted() -> None:
    told = dict(table(CHUXIONG).law.warnings)
    assert told["not_encoded"]
    assert not table(KUNMING).law.warnings
    sums = Levies(table(CHUXIONG), 1).sums(np.zeros(1, np.int8), np.full(12, 800_000))
    assert dict(zip(SUMS, sums[0].tolist(), strict=True))["basic_employer"] == 0


def test_the_files_hold_every_line(tmp_path: Path) -> None:
    n = 1001
    kind, wage, entered = crowd(n)
    paths = write_contribution_lines(
        tmp_path, table(), n, lambda lo, hi: (kind[lo:hi], wage[lo * 12 : hi * 12], entered[lo:hi])
    )
    assert [p.name for p in paths] == ["months-0.parquet", "year-0.parquet", "months-1.parquet", "year-1.parquet"]
    months = [pq.read_table(p) for p in paths[::2]]
    assert sum(t.num_rows for t in months) == n * 12
    person = np.concatenate([t["person"].to_numpy() for t in months])
    month = np.concatenate([t["month"].to_numpy() for t in months])
    assert np.array_equal(person, np.repeat(np.arange(n), 12))
    assert np.array_equal(month, np.tile(np.arange(202301, 202313), n))
    wanted = Levies(table(), n).sums(kind, wage, entered)
    for j, c in enumerate(MONTHLY):
        written = np.concatenate([t[c].to_numpy() for t in months])
        assert np.array_equal(written.reshape(n, 12).sum(axis=1), wanted[:, j])
    years = [pq.read_table(p) for p in paths[1::2]]
    for j, c in enumerate(YEARLY[:-1]):
        assert np.array_equal(np.concatenate([t[c].to_numpy() for t in years]), wanted[:, 4 + j])
    due = np.concatenate([t["due_month"].to_numpy() for t in years])
    paid = wanted[:, 4:].sum(axis=1) > 0
    assert np.array_equal(due[paid], (202301 + np.maximum(entered, 0).astype(np.int32))[paid])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_files_of_very_few_persons(n: int, tmp_path: Path) -> None:
    kind, wage, entered = crowd(2)
    source = lambda lo, hi: (kind[lo:hi], wage[lo * 12 : hi * 12], entered[lo:hi])  # noqa: E731
    paths = write_contribution_lines(tmp_path, table(), n, source)
    assert sum(pq.read_table(p).num_rows for p in paths[::2]) == n * 12
    assert sum(pq.read_table(p).num_rows for p in paths[1::2]) == n
    assert all(pl.read_parquet(p).columns == pq.read_table(p).column_names for p in paths)
