"""The same person some months later, or earlier: months, mean index and balance of the pension account.

In the months between the person pays at one index and one base; a contribution is booked at the end of its month, the
balance bears the dated interest of each month. Wages and the pension base stay as they are.
"""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import FactRefused, Reckoning
from ..shares import share_of
from .account import balance_after, balance_before
from .formula import mean_index
from .slip import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


class Between:
    """``months`` months from ``first`` on, each paid at ``index`` on ``base`` fen; ``credit`` of a month."""

    __slots__ = ("base", "credit", "first", "index", "months", "places", "rates")

    def __init__(
        self, first: int, months: int, index: int, base: int, credit: int, rates: list[int], places: int
    ) -> None:
        self.first, self.months, self.index, self.base = first, months, index, base
        self.credit, self.rates, self.places = credit, rates, places


def between(law: Reckoning, first: int, months: int, index: int, base: int) -> Between:
    """What the law says of the months between: the credit of a month, the interest of each, how an index is rounded."""
    share = law.figure("pension.account_rate", first_day(first))
    places = law.figure("pension.index_places", first_day(first))
    interest = [law.figure("pension.account_interest", first_day(first + i)) for i in range(months)]
    credit = share_of(base, share.value)
    seen: dict[Figure, None] = dict.fromkeys(interest)
    law.say(
        "months_between",
        share,
        *seen,
        months=months,
        first_month=first,
        further_index=index,
        base_fen=base,
        by_rate=share.value,
        credit_fen=credit,
    )
    return Between(first, months, index, base, credit, [f.value for f in interest], places.value)


def after(record: Record, b: Between) -> Record:
    """The record at the end of the months between."""
    months = record.months + b.months
    index = mean_index(record.index * record.months + b.index * b.months, months, b.places)
    balance = balance_after(record.balance, [b.credit] * b.months, b.rates)
    return Record(index, months, record.pre_months, balance)


def before(record: Record, b: Between) -> Record:
    """The record before the months between. Refuses ``months_between_too_many`` what they alone exceed."""
    months = record.months - b.months
    index_sum = record.index * record.months - b.index * b.months
    balance = balance_before(record.balance, [b.credit] * b.months, b.rates)
    if months <= 0 or months < record.pre_months or index_sum <= 0 or balance < 0:
        raise FactRefused(
            "months_between_too_many",
            "compare_with",
            str(b.months),
            "fewer months between: months, index or account would fall below what they alone come to",
            "间隔月数过多：扣除后月数、指数或账户小于零",
        )
    return Record(mean_index(index_sum, months, b.places), months, record.pre_months, balance)
