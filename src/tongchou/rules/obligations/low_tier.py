"""The low tier (低缴低保): one share lowers the contribution and, in the scheme, the benefit (J07)."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.money.lanes import half_up

from ..reckoning import Reckoning


def lowered(rate: int, share: int) -> int:
    """A rate over RATE_SCALE times a share of it, half-up at the eighth decimal."""
    return half_up(rate * share, RATE_SCALE)


def low_tier_rates(law: Reckoning, day: int) -> tuple[int, int]:
    """(employer's rate, person's rate) of basic medical insurance in the low tier, over RATE_SCALE.

    The area's normal rates times ``low_tier.share``; the benefit is lowered by the same number, which ``law check``
    holds to it (``low_tier_untied``). Source jn2007 一(一) 2006; the number is ours.
    """
    share = law.figure("low_tier.share", day)
    employer = law.figure("medical.employer_rate", day)
    person = law.figure("medical.person_rate", day)
    rates = lowered(employer.value, share.value), lowered(person.value, share.value)
    law.say(
        "low_tier",
        share,
        employer,
        person,
        share_rate=share.value,
        employer_rate=rates[0],
        person_rate=rates[1],
    )
    return rates
