"""The balance of a pension account over time: interest compounded by month at a twelfth of the year's rate.

Exact: fractions are whole numbers over one denominator and rounded once, half-up to the fen. Not for columns: the
numbers grow with the months.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.money.lanes import half_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

UNIT = MONTHS * RATE_SCALE
"""Denominator of a month's growth."""


def _growth(contributions: Sequence[int], rates: Sequence[int]) -> tuple[int, int, int]:
    """(growth of a balance, what the contributions come to, their common denominator)."""
    factor, paid, denominator = 1, 0, 1
    for contribution, rate in zip(contributions, rates, strict=True):
        factor *= UNIT + rate
        denominator *= UNIT
        paid = paid * (UNIT + rate) + contribution * denominator
    return factor, paid, denominator


def balance_after(balance: int, contributions: Sequence[int], rates: Sequence[int]) -> int:
    """The balance (fen) after months with these contributions (fen) and yearly rates, one of each a month.

    A contribution is booked at the end of its month and bears interest from the next.
    """
    factor, paid, denominator = _growth(contributions, rates)
    return half_up(balance * factor + paid, denominator)


def balance_before(balance: int, contributions: Sequence[int], rates: Sequence[int]) -> int:
    """The balance from which those months lead to ``balance``; below 0 where the contributions alone exceed it."""
    factor, paid, denominator = _growth(contributions, rates)
    rest = balance * denominator - paid
    return half_up(rest, factor) if rest >= 0 else -1
