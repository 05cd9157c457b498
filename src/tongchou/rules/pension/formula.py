"""The pension formula of 2006 (国发〔2005〕38号) as arithmetic of integers: one person's question and columns alike.

Money in fen, index and rates over RATE_SCALE, months as counts, payment months in tenths. Every part is rounded
half-up to the fen on its own. ``two_places``: years are rounded to two places before use, else they are months / 12.
All products stay below 2**63 for monthly amounts below 10**6 yuan, an index below 100 and months below 1,200.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.money.lanes import half_up

from ..shares import share_of

HUNDREDTHS = 100
TENTHS = 10


def indexed_wage(base: int, index: int) -> int:
    """The base times the mean index (指数化月平均缴费工资), half-up to the fen."""
    return half_up(base * index, RATE_SCALE)


def year_hundredths(months: int) -> int:
    """Months as years in hundredths, half-up."""
    return half_up(months * HUNDREDTHS, MONTHS)


def basic_pension(base: int, wage: int, months: int, year_rate: int, two_places: bool) -> int:
    """(base + indexed wage) / 2 × years × the rate of a year, 1% (基础养老金)."""
    if two_places:
        return half_up((base + wage) * year_hundredths(months) * year_rate, 2 * HUNDREDTHS * RATE_SCALE)
    return half_up((base + wage) * months * year_rate, 2 * MONTHS * RATE_SCALE)


def account_pension(balance: int, payment_tenths: int) -> int:
    """Balance / payment months (个人账户养老金)."""
    return half_up(balance * TENTHS, payment_tenths)


def transitional_pension(wage: int, pre_months: int, rate: int, two_places: bool) -> int:
    """Indexed wage × years before accounts × rate (过渡性养老金)."""
    if two_places:
        return half_up(wage * year_hundredths(pre_months) * rate, HUNDREDTHS * RATE_SCALE)
    return half_up(wage * pre_months * rate, MONTHS * RATE_SCALE)


def split(amount: int, central_rate: int) -> tuple[int, int]:
    """(central, local) parts of spending; the central part is rounded half-up, the local bears the remainder."""
    central = share_of(amount, central_rate)
    return central, amount - central


def mean_index(index_sum: int, months: int, places: int) -> int:
    """The mean of monthly indices from their exact sum, rounded half-up to a number of places, over RATE_SCALE."""
    unit = RATE_SCALE // int(10**places)
    return half_up(index_sum, months * unit) * unit


def between_ages(younger: int, older: int, months: int) -> int:
    """Payment months in tenths at an age of whole years and months, on the line between two whole ages, half-up."""
    return half_up((younger * (MONTHS - months) + older * months) * TENTHS, MONTHS)
