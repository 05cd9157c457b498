"""Early against normal retirement (K02): both pensions, what each has paid out month by month, over life, break-even.

Both ways stand on the values of one law: base and mean pension of the month asked about stay, and so do wages; later
rises are the same share of either and are left out. Payment months are those of the age of each way.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day

from ..life import expected_payments, life_table_if_known
from ..reckoning import Reckoning
from .later import Between
from .payment_months import payment_months
from .payments import overtakes, paid_out
from .slip import Parts, Record, Slip, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Way:
    """One choice: month of retirement, first payment, age then in months, record, payment months, parts."""

    __slots__ = ("age_months", "first", "parts", "payment_tenths", "record", "retires")

    def __init__(
        self, retires: int, first: int, age_months: int, record: Record, payment_tenths: int, parts: Parts
    ) -> None:
        self.retires, self.first, self.age_months = retires, first, age_months
        self.record, self.payment_tenths, self.parts = record, payment_tenths, parts


class Compared:
    """Both ways and the months between; ``overtaken`` the month with which the normal pension has paid out more."""

    __slots__ = ("between", "born", "early", "expected", "normal", "overtaken")

    def __init__(self, early: Way, normal: Way, between: Between, born: int) -> None:
        self.early, self.normal, self.between, self.born = early, normal, between, born
        later = normal.first - early.first
        payment = overtakes(early.parts.total, normal.parts.total, later)
        self.overtaken = None if payment is None else early.first + payment - 1
        self.expected: dict[str, Any] | None = None

    def cumulated(self, month: int) -> tuple[int, int]:
        """(early, normal): fen paid out in all with the payments up to and with a month."""
        return (
            paid_out(self.early.parts.total, self.early.first, month + 1),
            paid_out(self.normal.parts.total, self.normal.first, month + 1),
        )

    def months(self, last_age: int) -> Iterator[int]:
        """Months from the first early payment to the end of an age in years."""
        yield from range(self.early.first, self.born + last_age * MONTHS + 1)


def way_of(law: Reckoning, slip: Slip, record: Record, retires: int, born: int, given_tenths: int | None) -> Way:
    """A choice of another month than the slip's: its record, with the payment months of its age.

    ``given_tenths``: payment months in place of the law's.
    """
    day = first_day(retires)
    tenths = given_tenths
    if tenths is None:
        tenths, figures = payment_months(law, retires - born, day)
        law.say("payment_months_other", *figures, age_months=retires - born, payment_tenths=tenths)
    return Way(
        retires,
        first_payment(law, retires),
        retires - born,
        record,
        tenths,
        parts_of(slip.values.with_changed(payment_tenths=tenths), record),
    )


def first_payment(law: Reckoning, retires: int) -> int:
    """The month of the first payment of who retires in a month."""
    return retires + law.figure("pension.first_month_offset", first_day(retires)).value


def over_life(law: Reckoning, c: Compared, sex: str) -> None:
    """Sets ``expected``: what somebody alive at the early retirement may expect of each way, by the life table.

    Fen of pension, and of own contributions paid in the months between; None and a warning without a table.
    """
    day = first_day(c.early.retires)
    known = life_table_if_known(law, day, sex)
    if known is None:
        return
    table, life = known
    now = c.early.age_months
    pensions = [
        expected_payments(table, now, way.first - c.born, way.parts.total) for way in (c.early, c.normal)
    ]
    paid = expected_payments(table, now, now, c.between.credit, now + c.between.months)
    law.say("pension_life_table", life, age_months=now)
    c.expected = {"early": pensions[0], "normal": pensions[1], "own_contributions": paid}


def say_compared(law: Reckoning, c: Compared) -> None:
    """Notes the comparison, and where the later pension, or a part of it, is the lower one."""
    e, n = c.early, c.normal
    law.say("compare_alike")
    law.say(
        "compare_totals",
        early_month=e.retires,
        early_fen=e.parts.total,
        normal_month=n.retires,
        normal_fen=n.parts.total,
        more_fen=abs(n.parts.total - e.parts.total),
        direction="higher" if n.parts.total >= e.parts.total else "lower",
    )
    if c.overtaken is None:
        law.say("never_overtaken")
    else:
        law.say("overtaken", overtaken_month=c.overtaken, age_months=c.overtaken - c.born)
    say_fall(law, e.parts, n.parts, e.record.index, n.record.index)


def say_fall(law: Reckoning, fewer: Parts, more: Parts, index_before: int, index_after: int) -> None:
    """Warns where more months make the total, or the transitional part, fall: the mean index falls."""
    if more.transitional >= fewer.transitional and more.total >= fewer.total:
        return
    law.warn(
        "mean_index_falls",
        before_index=index_before,
        after_index=index_after,
        what=["total" if more.total < fewer.total else "transitional"],
        fewer_fen=fewer.total if more.total < fewer.total else fewer.transitional,
        more_fen=more.total if more.total < fewer.total else more.transitional,
    )
