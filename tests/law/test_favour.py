"""The most favourable value of a table by identity: written as one chain, it gives what asking one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.settlement.schemes import scheme_of
from tongchou.law import tables
from tongchou.law.compile.favour import ranked
from tongchou.law.tables import Cell, Const

SCHEME = scheme_of("layers: [{name: pool, rate: 50}]")
CODES = st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True)
NUMBERS = st.sampled_from((None, 0, 5, 5, 9))


@given(st.lists(st.tuples(CODES, NUMBERS), min_size=1, max_size=4), NUMBERS, st.booleans())
def test_the_chain_gives_the_best_of_those_held(
    listed: list[tuple[list[int], int | None]], rest: int | None, low: bool
) -> None:
    """Every set of identities held, no limit among the values, highest or lowest best."""
    cells = [Cell(((tables.Test("identity", "in", tuple(codes)),),), Const(n)) for codes, n in listed]
    chain = ranked(SCHEME, [*cells, Cell((), Const(rest))], low)

    def one(code: int) -> int | None:
        return next((n for codes, n in listed if code in codes), rest)

    def favour(n: int | None) -> float:
        return float("inf") if n is None else -n if low else n

    for held in range(8):
        values = [one(code) for code in range(3) if held >> code & 1] or [rest]
        found = next(n for mask, n in chain if not mask or held & mask)
        assert favour(found) == max(map(favour, values)), (held, chain)


def test_what_is_no_plain_table_is_left_to_the_loop() -> None:
    """A table that asks for more than identities, or has no last cell, is not a chain."""
    asks = Cell(((tables.Test("identity", "in", (0,)), tables.Test("level", "in", (3,))),), Const(1))
    assert not ranked(SCHEME, [asks, Cell((), Const(0))], False)
    assert not ranked(
        SCHEME, [Cell(((tables.Test("identity", "not_in", (0,)),),), Const(1)), Cell((), Const(0))], False
    )
    assert not ranked(SCHEME, [Cell(((tables.Test("identity", "in", (0,)),),), Const(1))], False)
