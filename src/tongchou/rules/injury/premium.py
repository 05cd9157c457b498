"""The premium of an employer: rate of the industry class times a float step that follows its history (P12)."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.money.lanes import half_up

from ..reckoning import FactRefused, Reckoning

HUNDRED = 100
RATIO_SCALE = 10_000
"""Benefits spent to premium paid, in ten-thousandths, cut off: a step begins exactly at its edge."""
RATIO_MOST = 1_000_000
"""A ratio above this is held to it: no step lies beyond."""


def use_ratio(spent: int, premium: int) -> int:
    """Benefits spent to premium paid (both fen, premium above 0) in ten-thousandths."""
    return min(spent * RATIO_SCALE // premium, RATIO_MOST)


def premium(payroll: int, rate: int, step: int) -> int:
    """Payroll (fen) × class rate (over RATE_SCALE) × float step (percent), rounded once, half-up to the fen."""
    return half_up(payroll * rate * step, RATE_SCALE * HUNDRED)


def float_step(law: Reckoning, industry_class: int, spent: int | None, paid: int | None, day: int) -> int:
    """The float step in percent by the benefits spent and premium paid (fen) of the assessed years.

    Without a history it is 100. Raises FactRefused: one of the two alone, or no premium to set spending against.
    """
    if spent is None and paid is None:
        law.say("float_no_history", law.figure("injury.class_rate", day, industry_class=industry_class))
        return HUNDRED
    if spent is None or paid is None:
        lacks = "spent" if spent is None else "premium"
        raise FactRefused("missing_value", lacks, "", "both benefits spent and premium paid", "支出与缴费须同时给出")
    if paid == 0:
        raise FactRefused("no_premium", "premium", "0", "a premium above 0 in the assessed years", "考核期缴费须大于0")
    ratio = use_ratio(spent, paid)
    step = law.figure("injury.float_step", day, industry_class=industry_class, use_ratio=ratio)
    allowed = law.figure("injury.float_allowed", day, industry_class=industry_class, float=step.value)
    if not allowed.true:
        raise FactRefused(
            "float_not_allowed", "float", str(step.value), f"a step of class {industry_class}", "该类行业的浮动档次"
        )
    law.say(
        "float_step",
        step,
        allowed,
        spent_fen=spent,
        premium_fen=paid,
        ratio_rate=ratio * (RATE_SCALE // RATIO_SCALE),
        step=step.value,
    )
    return step.value


def employer_premium(
    law: Reckoning, payroll: int, industry_class: int, spent: int | None, paid: int | None, day: int
) -> tuple[int, int, int]:
    """(class rate over RATE_SCALE, float step in percent, premium in fen) on a payroll."""
    rate = law.figure("injury.class_rate", day, industry_class=industry_class)
    step = float_step(law, industry_class, spent, paid, day)
    amount = premium(payroll, rate.value, step)
    law.say(
        "injury_premium",
        rate,
        amount=amount,
        industry_class=industry_class,
        payroll_fen=payroll,
        class_rate=rate.value,
        step=step,
        amount_fen=amount,
    )
    return rate.value, step, amount
