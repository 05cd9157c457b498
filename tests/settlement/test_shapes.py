"""One source for all schemes of a shape: the law's numbers as an argument give what they give in the source."""

from __future__ import annotations

from hypothesis import given, note, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tongchou.law.compile import Kernel, compiled_shape, shape
from tongchou.law.resolve import map_values
from tongchou.law.tables import Cell, Const, Scheme, Value, Version
from tongchou.law.tree import load
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.counter import window_of

from .compare import of_batch
from .saying import rows_of
from .schemes import scheme_files, scheme_of
from .strategies import arrays, persons

DAY = 738_644
"""2023-05-04"""


def _fewer(value: Value, percent: int) -> Value:
    """Every constant of a value, made smaller by some percent."""

    def cell(c: Cell) -> Cell:
        number = c.expr.value if isinstance(c.expr, Const) else None
        return c if number is None else replace(c, expr=Const(number * (100 - percent) // 10_000 * 100))

    def version(v: Version) -> Version:
        return replace(v, cells=tuple(map(cell, v.cells)))

    return replace(value, versions=tuple(map(version, value.versions)))


def variant(scheme: Scheme, percent: int) -> Scheme:
    """The scheme with all its amounts and rates made smaller."""
    return replace(scheme, layers=tuple(map_values(layer, lambda v: _fewer(v, percent)) for layer in scheme.layers))


@settings(max_examples=25)
@given(scheme_files(), st.data())
def test_numbers_as_an_argument_give_the_same(text: str, data: st.DataObject) -> None:
    """Any scheme: every column and every running total is that of the source with its numbers in place."""
    note(text)
    scheme = scheme_of(text)
    people = data.draw(persons(scheme, most=2, claims=8))
    claims, _ = arrays(scheme, people, 0)
    folded = batch.settle(scheme, claims, force="plain")
    loose = batch.settle(scheme, claims, force="plain_shape")
    assert [of_batch(folded, i) for i in range(len(claims))] == [of_batch(loose, i) for i in range(len(claims))]
    assert (folded.years.totals == loose.years.totals).all()


def test_a_hundred_variants_compile_once() -> None:
    """A sweep over a hundred variants of Kunming's scheme has one source, and one function runs them all."""
    scheme = load().scheme("530100", "employee")
    window = window_of(scheme, DAY, DAY + 1)
    made = [shape(variant(scheme, p), *window) for p in range(100)]
    assert len({text for text, _ in made}) == 1
    assert len({values for _, values in made}) == 100
    kernels: list[Kernel] = [compiled_shape(variant(scheme, p), *window) for p in range(100)]
    assert len({id(k.fold_year) for k in kernels}) == 1


def test_a_compiled_variant_pays_by_its_own_numbers() -> None:
    """Compiled once, each variant settles as the plain source of that variant does."""
    scheme = scheme_of(
        """
layers:
- name: pool
  deductible: {amount: 100, per: year}
  rate: [{when: {status: retired}, value: 90}, {value: 80}]
  modifiers: [{when: {level: 3}, op: own_share_factor, value: 1.1}]
  caps: [{amount: 5000, then: more}]
- {name: more, intake: "overflow:more", bands: [{to: 1000, rate: 50}, {rate: 60}], band_scope: year}
"""
    )
    people = [rows_of(scheme, [{"in_scope": f"{3000 + 77 * i}.77"} for i in range(6)])]
    for percent in (0, 10, 25):
        varied = variant(scheme, percent)
        claims, _ = arrays(varied, people, 0)
        plain = batch.settle(varied, claims, force="plain")
        loose = batch.settle(varied, claims, force="shape")
        assert (plain.outputs["fund_total"] == loose.outputs["fund_total"]).all()
        assert plain.outputs["fund_total"].sum() > 0
