"""The late-payment surcharge (滞纳金): simple, by days, per demand, the unit's own."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.money.lanes import half_up

from ..reckoning import Reckoning


def days_late(due: int, first: int, paid: int) -> int:
    """Days that bear a surcharge: from the ``first`` day after the due day to the day of payment, both counted."""
    return max(paid - due - first + 1, 0)


def surcharge_of(principal: int, day_rate: int, days: int, most: int) -> int:
    """The surcharge in fen on a principal (fen, not negative); rates over RATE_SCALE, ``most`` of the principal.

    Exact and half-up to the fen; every product stays within int64 as long as ``most`` is not above RATE_SCALE.
    """
    rate = day_rate * days
    if rate > most:
        rate = most
    whole, rest = principal // RATE_SCALE, principal % RATE_SCALE
    return whole * rate + half_up(rest * rate, RATE_SCALE)


def surcharge(law: Reckoning, principal: int, due: int, paid: int) -> tuple[int, int, bool, str]:
    """(days late, surcharge in fen, whether the most was reached, payer) of one demand paid, or seen unpaid, on a day.

    The figures are those of the day after the due day, for the whole of the demand. It is the unit's and never asked of
    a person: the law data knows no other payer. Source sil2010 第八十六条; details secondary.
    """
    first_day = due + 1
    rate = law.figure("surcharge.day_rate", first_day)
    first = law.figure("surcharge.first_day", first_day)
    most = law.figure("surcharge.most_share", first_day)
    payer = law.figure("surcharge.payer", first_day)
    days = days_late(due, first.value, paid)
    law.say("days_late", first, due_day=due, paid_day=paid, days=days)
    amount = surcharge_of(principal, rate.value, days, most.value)
    capped = rate.value * days > most.value
    code = "surcharge_capped" if capped else "surcharge"
    law.say(
        code,
        rate,
        most,
        amount=amount,
        principal_fen=principal,
        day_rate=rate.value,
        days=days,
        most_rate=most.value,
        amount_fen=amount,
    )
    law.say("surcharge_payer", payer, payer=payer.word)
    return days, amount, capped, payer.word
