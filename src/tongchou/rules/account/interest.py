"""Interest of a personal account by dated yearly rates, reckoned by month (after 国发〔1998〕44号 四, recalled).

What was carried over from earlier years bears one rate, what came in this year another. A month's credit bears
interest from the month after.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.money.lanes import half_up


def accrued(carried: int, current: int, carried_rate: int, current_rate: int) -> int:
    """Twelve times a month's interest, over RATE_SCALE: what a month adds to the year's numerator."""
    return carried * carried_rate + current * current_rate


def interest(numerator: int) -> int:
    """The year's interest in fen, half-up, of the sum of its months' ``accrued``."""
    return half_up(numerator, MONTHS * RATE_SCALE)
