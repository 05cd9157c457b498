"""Generated lines: a bound written as a comparison says what the call of ``min`` or ``max`` said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.law.compile.bands import band_helpers
from tongchou.law.compile.writer import Writer

LINES = [
    "x = min(a, b)",
    "x = max(a, 7)",
    "a = min(a, b)",
    "a = max(-3, a)",
    "a = max(0, a - b)",
    "a = max(a, b - a)",
    "b = min(a, (a * 7 + b // 2) // 3)",
    "x = min(a, max(0, (a * 9 + 5) // 10 - (b + a)))",
    "x = max(0, f(a, b) - 1)",
    "x = min(a + 1, b + 2)",
    "x = min(a, b) - min(b, 3)",
    "x = a + max(0, b - 1)",
    "x = min(a, b) if a > 0 else 3",
]
small = st.integers(-20, 20)


@pytest.mark.parametrize("line", LINES)
@given(a=small, b=small)
def test_a_bound_is_what_the_call_was(line: str, a: int, b: int) -> None:
    """The written lines leave every variable as the line itself would."""
    w = Writer(traced=False, depth=0)
    w.put(line)
    asked, found = {"a": a, "b": b, "f": lambda p, q: p * q}, {"a": a, "b": b, "f": None}
    found["f"] = asked["f"]
    exec(line, asked)
    exec("\n".join(w.lines), found)
    names = ("a", "b", "x")
    assert [asked.get(n) for n in names] == [found.get(n) for n in names]


def test_bounds_of_plain_names_need_no_call() -> None:
    """What plain Python pays for is gone where one side is a name or a number."""
    w = Writer(traced=False, depth=0)
    for line in LINES[:5]:
        w.put(line)
    assert not [line for line in w.lines if "min(" in line or "max(" in line]


edges = st.lists(st.integers(0, 50), min_size=3, max_size=3)


@given(x=st.integers(0, 80), e=edges, r=st.lists(st.integers(0, 10000), min_size=3, max_size=3))
def test_bands_are_the_sum_of_their_parts(x: int, e: list[int], r: list[int]) -> None:
    """Also with edges out of order: a band that ends below the one before it pays nothing."""
    for side in ("fund", "person"):
        space: dict[str, object] = {}
        exec("\n".join(band_helpers(3, 10000, "half_up", side, "half_up")), space)
        low, due = e[0], 0
        for top, rate in zip([e[1], e[2], x], r, strict=True):
            top = min(top, x)
            if top > low:
                due += (top - low) * rate
                low = top
        above = max(0, x - e[0])
        paid = (due + 5000) // 10000 if side == "fund" else above - (above * 10000 - due + 5000) // 10000
        assert space["bands3_10000"](x, *e, *r) == paid  # type: ignore[operator]
