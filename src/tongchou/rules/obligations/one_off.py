"""The one-off contribution for retirees (一次性缴费), decided from standing and origin of the unit (J04)."""

from __future__ import annotations

from tongchou.money import MAX_FEN

from ..reckoning import FactRefused, Reckoning

STANDINGS = ("normal", "hardship", "bankrupt", "closed", "unmanaged")
ORIGINS = ("ordinary", "split", "restructured", "reorganised")
WIDE = "wide"
"""The reading under which the standing of a unit counts beside its origin."""


def deciding_fact(by_standing: bool, by_origin: bool) -> str:
    """Which fact makes the one-off due: ``standing``, ``origin``, ``standing_and_origin``, or ``none`` (因素剔除法)."""
    if by_standing and by_origin:
        return "standing_and_origin"
    return "standing" if by_standing else "origin" if by_origin else "none"


def one_off(law: Reckoning, day: int, standing: str, origin: str, retirees: int) -> tuple[str, int, int]:
    """(which fact decided, sum of one retiree in fen, amount in fen) of a unit on a day; the amount is 0 if ``none``.

    ``standing`` is one of STANDINGS, ``origin`` of ORIGINS; source jn2007 一(一) 2005. Under the narrower reading of
    the law data the standing does not count, so that bankrupt and closed units are free too.
    Raises FactRefused ``amount_too_large``.
    """
    reading = law.figure("one_off.reading", day)
    by_standing = law.figure("one_off.due_standing", day, standing=standing)
    by_origin = law.figure("one_off.due_origin", day, origin=origin)
    fact = deciding_fact(reading.word == WIDE and by_standing.true, by_origin.true)
    code = "one_off_free" if fact == "none" else "one_off_due"
    law.say(code, by_standing, by_origin, reading, standing=standing, origin=origin, decided=fact, reading=reading.word)
    each = law.figure("one_off.sum", day)
    if fact == "none":
        return fact, each.value, 0
    amount = retirees * each.value
    if amount > MAX_FEN:
        raise FactRefused("amount_too_large", "retirees", str(retirees), f"at most {MAX_FEN // each.value}")
    law.say("one_off_amount", each, amount=amount, retirees=retirees, each_fen=each.value, amount_fen=amount)
    return fact, each.value, amount
