"""The life table as law data, and payments weighted with it."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.law import load
from tongchou.law.days import ordinal
from tongchou.law.figures_of import figures_of
from tongchou.rules.life import (
    RADIX,
    alive_at,
    alive_months,
    expected_months_tenths,
    expected_payments,
    expected_sum,
    life_table,
    survivors,
)
from tongchou.rules.reckoning import Reckoning

DAY = ordinal("2024-07-01")


@cache
def table(sex: str) -> tuple[int, ...]:
    return life_table(Reckoning(figures_of(load(), "000000")), DAY, sex)[0]


@pytest.mark.parametrize(("sex", "years"), [("M", "75.37"), ("F", "80.88")])
def test_life_expectancy_at_birth_is_that_of_the_census_of_2020(sex: str, years: str) -> None:
    at_birth = Fraction(sum(table(sex)[1:]), RADIX) + Fraction(1, 2)
    assert abs(at_birth - Fraction(years)) < Fraction(5, 1000)


@pytest.mark.parametrize("sex", ["M", "F"])
def test_the_table_falls_to_nobody_and_deaths_rise_from_twelve_on(sex: str) -> None:
    alive = table(sex)
    assert (alive[0], alive[-1], len(alive)) == (RADIX, 0, 107)
    assert all(a > b for a, b in pairwise(alive))
    law = Reckoning(figures_of(load(), "000000"))
    name = "life.deaths_men" if sex == "M" else "life.deaths_women"
    deaths = [law.figure(name, DAY, age=x).value for x in range(12, 106)]
    assert deaths == sorted(deaths)


def test_women_outlive_men_at_every_age() -> None:
    assert all(w >= m for w, m in zip(table("F"), table("M"), strict=True))


def test_the_table_is_assumed_and_says_how_it_was_made() -> None:
    law = figures_of(load(), "000000")
    figure = life_table(Reckoning(law), DAY, "M")[1]
    assert (figure.status, figure.reading) == ("assumed", "life-table")
    assert "75.37" in law.told[1]["life-table"][1]


def test_survivors_by_hand() -> None:
    assert survivors([10_000, 50_000, 100_000]) == (100_000, 90_000, 45_000, 0)
    three = (100_000, 90_000, 45_000, 0)
    assert [alive_at(three, m) for m in (0, 6, 12, 18, 24, 30, 36, 100)] == [
        1_200_000,
        1_140_000,
        1_080_000,
        810_000,
        540_000,
        270_000,
        0,
        0,
    ]
    # 12 months from birth: 12 x 100,000 falling by 10,000 / 12 a month = 1,145,000 of 100,000 at a payment of 1 yuan
    assert expected_payments(three, 0, 0, 100, 12) == 1145
    assert expected_payments(three, 36, 36, 100) == 0
    assert expected_months_tenths(three, 24, 24) == 65


AGES = st.integers(0, 1200)


@given(st.sampled_from("MF"), AGES, st.integers(0, 500), st.integers(0, 10**7), st.integers(0, 600))
def test_expected_payments_against_fractions(sex: str, age: int, wait: int, amount: int, months: int) -> None:
    alive, start = table(sex), age + wait
    want = sum((Fraction(alive_at(alive, m), alive_at(alive, age)) for m in range(start, start + months)), Fraction(0))
    got = expected_payments(alive, age, start, amount, start + months)
    assert abs(got - want * amount) <= Fraction(1, 2)
    stream = expected_sum(alive, age, [0] * wait + [amount] * months)
    assert stream == got


@given(st.sampled_from("MF"), AGES, st.integers(0, 300), st.integers(0, 300))
def test_months_add_up_and_waiting_never_brings_more(sex: str, age: int, wait: int, more: int) -> None:
    alive = table(sex)
    one, two = age + wait, age + wait + more
    assert alive_months(alive, one) == alive_months(alive, one, two) + alive_months(alive, two)
    assert expected_months_tenths(alive, age, two) <= expected_months_tenths(alive, age, one)
    assert expected_payments(alive, age, one, 100, one + more) <= 100 * more
