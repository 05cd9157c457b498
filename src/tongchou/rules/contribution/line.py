"""The arithmetic of a contribution line: plain functions of integers, compiled by numba as they stand.

Amounts are fen, rates over RATE_SCALE. Rounding and remainder are the law's words as their place in ``MODES`` and
``REMAINDERS``.
"""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.money.lanes import half_up

MODES = ("half_up", "down", "up")
REMAINDERS = ("each", "employer", "person")


def rounded(numerator: int, denominator: int, mode: int) -> int:
    """The quotient of integers that are not negative: half-up (0), down (1) or up (2)."""
    if mode == 0:
        return half_up(numerator, denominator)
    if mode == 1:
        return numerator // denominator
    return (numerator + denominator - 1) // denominator


def rate_amount(base: int, rate: int, mode: int) -> int:
    """Base times rate."""
    return rounded(base * rate, RATE_SCALE, mode)


def shared(base: int, employer: int, person: int, remainder: int, mode: int) -> tuple[int, int]:
    """(employer's, person's) part of a base at two rates.

    Each rounded on its own (0), or the total rounded once and the employer (1) or the person (2) bears the remainder.
    """
    if remainder == 0:
        return rate_amount(base, employer, mode), rate_amount(base, person, mode)
    total = rate_amount(base, employer + person, mode)
    if remainder == 1:
        own = rate_amount(base, person, mode)
        if own > total:
            own = total
        return total - own, own
    unit = rate_amount(base, employer, mode)
    if unit > total:
        unit = total
    return unit, total - unit
