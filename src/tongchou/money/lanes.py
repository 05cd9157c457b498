"""Arithmetic of integers that numba compiles as it stands: the same lines serve one person and a column.

Nothing is checked here: whoever calls has refused what is negative or too large.
"""

from __future__ import annotations


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of integers that are not negative, rounded half-up."""
    return (numerator + denominator // 2) // denominator


def held(amount: int, low: int, high: int) -> int:
    """The amount held between a floor and a cap."""
    if amount < low:
        return low
    if amount > high:
        return high
    return amount
