"""Shares and their inverse, against exact fractions."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.money import inverse_share, mul_half_up, share, share_person, split

SCALE = 10**8
amounts = st.integers(0, 10**14)
rates = st.integers(0, SCALE)


def test_half_up_and_down() -> None:
    assert share(1, 5000, 10000) == 1
    assert share(1, 5000, 10000, "down") == 0
    assert share(12345678, 76075000, SCALE) == 9391975
    assert share_person(1, 5000, 10000) == 0
    assert split(1, 5000, 10000) == (1, 0)
    assert split(1, 5000, 10000, "person") == (0, 1)


@given(amounts, rates)
def test_share_is_the_exact_share_half_up(amount: int, rate: int) -> None:
    exact = Fraction(amount * rate, SCALE)
    assert share(amount, rate, SCALE) == floor(exact + Fraction(1, 2))
    assert share(amount, rate, SCALE, "down") == floor(exact)
    assert mul_half_up(amount, rate, SCALE) == floor(exact + Fraction(1, 2))


@given(amounts, rates, st.sampled_from(["fund", "person"]), st.sampled_from(["half_up", "down"]))
def test_a_split_loses_nothing(amount: int, rate: int, side: str, mode: str) -> None:
    fund, person = split(amount, rate, SCALE, side, mode)  # type: ignore[arg-type]
    assert fund + person == amount
    assert fund >= 0
    assert person >= 0


@given(amounts, st.integers(1, SCALE))
def test_paying_again_on_the_inverted_cost_gives_the_payment(cost: int, rate: int) -> None:
    paid = share(cost, rate, SCALE)
    used = inverse_share(paid, rate, SCALE, cost)
    assert used <= cost
    assert share(used, rate, SCALE) == paid


def test_the_inverse_at_the_edges() -> None:
    assert inverse_share(100, 5000, 10000, 150) == 150
    assert inverse_share(0, 0, 10000, 150) == 0
    with pytest.raises(ValueError, match="rate of 0"):
        inverse_share(1, 0, 10000, 150)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        share(-1, 1, 10)
    with pytest.raises(ValueError, match="negative"):
        mul_half_up(1, -1, 10)
    with pytest.raises(ValueError, match="negative part"):
        share_person(1, 11, 10)
