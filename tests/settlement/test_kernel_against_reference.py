"""The generated kernel, at the counter and in the batch, says what the plain reference says."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tongchou.law.tables import Scheme
from tongchou.law.tree import load
from tongchou.rules.settlement import batch

from .compare import check_batch, check_counter
from .strategies import Row, arrays, persons

SCHEMES = (
    ("530100", "employee"),
    ("530100", "resident"),
    ("532300", "employee"),
    ("532300", "resident"),
    ("370100", "employee"),
)
LOUD = [HealthCheck.too_slow, HealthCheck.data_too_large]


@cache
def bundled(area: str, name: str) -> Scheme:
    """A scheme of the bundled law."""
    return load().scheme(area, name)


@pytest.mark.parametrize(("area", "name"), SCHEMES)
@settings(max_examples=25)
@given(data=st.data())
def test_batch_says_what_the_reference_says(area: str, name: str, data: st.DataObject) -> None:
    """Every amount, part, reason and warning of every claim of some persons is the reference's."""
    scheme = bundled(area, name)
    check_batch(scheme, data.draw(persons(scheme)), shuffle=data.draw(st.sampled_from((0, 2, 5, 101))))


@pytest.mark.parametrize(("area", "name"), SCHEMES)
@settings(max_examples=20)
@given(data=st.data())
def test_counter_says_what_the_reference_says(area: str, name: str, data: st.DataObject) -> None:
    """One claim after the other, on the totals of those before, gives the reference's amounts and totals."""
    scheme = bundled(area, name)
    check_counter(scheme, data.draw(persons(scheme, most=1, one_rows=True))[0])


def gathered(scheme: Scheme, examples: int, one_rows: bool = False) -> list[list[Row]]:
    """Many persons at once, so that a kernel is compiled but once for them."""
    people: list[list[Row]] = []

    @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=LOUD)
    @given(persons(scheme, most=4, one_rows=one_rows))
    def gather(some: list[list[Row]]) -> None:
        people.extend(some)

    gather()
    assert sum(map(len, people)) > 150
    return people


def test_numba_says_what_the_reference_says() -> None:
    """The compiled fold, stays and reversals and all layers of residents, gives the reference's results."""
    scheme = bundled("530100", "resident")
    people = gathered(scheme, 25)
    first = check_batch(scheme, people, force="numba")
    claims, _ = arrays(scheme, people)
    for workers, chunk in ((2, 10**6), (1, 7), (3, 50)):
        again = batch.settle(scheme, claims, force="numba", workers=workers, chunk=chunk)
        assert all((first.outputs[k] == again.outputs[k]).all() for k in first.outputs), (workers, chunk)
        assert (first.years.totals == again.years.totals).all()


def test_numba_without_stays_says_what_the_reference_says() -> None:
    """The compiled fold of single rows (``fold_year``) gives the reference's results."""
    scheme = bundled("532300", "employee")
    check_batch(scheme, gathered(scheme, 25, one_rows=True), force="numba", workers=2)
