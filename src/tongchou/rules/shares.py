"""A share of an amount: the one way in which the rules about people take it. Integers, compiled as it stands."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.money.lanes import half_up


def share_of(amount: int, share: int) -> int:
    """A share (over RATE_SCALE) of an amount in fen, half-up; of the whole or nothing without a product."""
    if share == RATE_SCALE:
        return amount
    if share == 0:
        return 0
    return half_up(amount * share, RATE_SCALE)
