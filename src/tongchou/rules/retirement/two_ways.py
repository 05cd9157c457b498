"""The two ways when medical years lack at retirement age: pay them at once, or go on paying (yn2021 二(一))."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import first_day
from tongchou.money.lanes import half_up

from ..reckoning import Reckoning
from ..shares import share_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

KINDS = ("employer", "flexible_combined", "flexible_pooled")
"""How the person is insured at retirement age: with a unit, flexible in combined or in pooled-only insurance."""
BEHIND = {
    "employer": ("medical.employer_rate",),
    "flexible_pooled": ("medical.flexible_pooled_rate",),
    "flexible_combined_less_person": ("medical.flexible_combined_rate", "medical.person_rate"),
}
"""The word of the law for a lump-sum rate → the rates of contribution it is made of: the first less the second."""
GOING_ON = ("retirement.going_on", "medical.flexible_combined_rate", "account.own_share", "medical.person_rate")


def lump_amount(base: int, rate: int, months: int) -> int:
    """Base (fen) × rate (over RATE_SCALE) × months, rounded half-up once."""
    return half_up(base * rate * months, RATE_SCALE)


class LumpSum:
    """Paying at once: entitled from the day itself, nothing to the account, no large expense made up."""

    __slots__ = ("amount", "base", "entitled_from", "rate")

    def __init__(self, base: int, rate: int, amount: int, entitled_from: int) -> None:
        self.base, self.rate, self.amount, self.entitled_from = base, rate, amount, entitled_from


class GoingOn:
    """Going on: months ``first`` … ``until``, entitled from the first day after them; ``credit`` a month."""

    __slots__ = ("base", "credit", "entitled_from", "first", "monthly", "months", "rate", "until")

    def __init__(self, base: int, rate: int, first: int, months: int, credit: int) -> None:
        self.base, self.rate, self.first, self.months, self.credit = base, rate, first, months, credit
        self.monthly = share_of(base, rate)
        self.until = first + months - 1
        self.entitled_from = first_day(first + months)

    @property
    def total(self) -> int:
        """What all months cost at today's rates."""
        return self.monthly * self.months


def encoded(law: Reckoning, names: tuple[str, ...], on: int) -> bool:
    """Whether all figures are encoded for the day; a warning names each that is not."""
    lacking = [name for name in names if not law.has(name, on)]
    for name in lacking:
        law.warn("not_encoded", what=name)
    return not lacking


def lump_rate(law: Reckoning, kind: str, on: int) -> tuple[int, tuple[Figure, ...]] | None:
    """(rate, figures) of the lump sum for a kind of person on a day; None and a warning where not encoded."""
    rule = f"retirement.lump_rate_{kind}"
    if not encoded(law, (rule,), on):
        return None
    word = law.figure(rule, on)
    if not encoded(law, BEHIND[word.word], on):
        return None
    rates = tuple(law.figure(name, on) for name in BEHIND[word.word])
    return rates[0].value - sum(r.value for r in rates[1:]), (word, *rates)


def lump_sum(law: Reckoning, kind: str, base: int, missing: int, on: int, entitled_from: int) -> LumpSum | None:
    """The lump sum for the missing months by the law of a day; None where the rates are not encoded."""
    found = lump_rate(law, kind, on)
    if found is None:
        return None
    rate, figures = found
    amount = lump_amount(base, rate, missing)
    law.say(f"lump_rate_{figures[0].word}", *figures, rate=kind, lump_rate=rate)
    law.say("lump_sum", amount=amount, base_fen=base, lump_rate=rate, months=missing, amount_fen=amount)
    for name in ("large_expense", "account_credit"):
        flag = law.figure(f"retirement.lump_{name}", on)
        assert not flag.true, "no rule makes up the one or credits the other"
        law.say(f"lump_no_{name}", flag)
    return LumpSum(base, rate, amount, entitled_from)


def going_on(law: Reckoning, base: int, missing: int, on: int, first: int) -> GoingOn | None:
    """Going on as an active person, paying alone in combined insurance at the rates of a day, from month ``first``."""
    if not encoded(law, GOING_ON, on):
        return None
    may, rate, share, own = (law.figure(name, on) for name in GOING_ON)
    assert may.true, "every law encoded lets a person go on"
    credit = share_of(share_of(base, own.value), share.value)
    way = GoingOn(base, rate.value, first, missing, credit)
    law.say("going_on", may, rate, amount=way.monthly, base_fen=base, combined_rate=rate.value, amount_fen=way.monthly)
    law.say(
        "going_on_until",
        may,
        amount=way.total,
        months=missing,
        until_month=way.until,
        amount_fen=way.total,
        entitled_day=way.entitled_from,
    )
    law.say("going_on_credit", share, own, amount=way.credit, own_rate=own.value, amount_fen=way.credit)
    return way
