"""The base on which missing years are paid: the area's floor, or another between floor and cap."""

from __future__ import annotations

from tongchou.law.days import month_of
from tongchou.money import format_fen

from ..contribution.base import edges
from ..reckoning import FactRefused, Reckoning

SERIES = ("wage.mean_wage", "wage.floor_share", "wage.cap_share")


def base_for(law: Reckoning, given: int | None, on: int) -> int | None:
    """The monthly base in fen on a day; None, with a warning, where neither given nor encoded.

    Refuses ``base_out_of_bounds``: a base below the floor or above the cap.
    """
    lacking = [name for name in SERIES if not law.has(name, on)]
    for name in lacking:
        law.warn("not_encoded", what=name)
    if lacking:
        return given
    low, high, figures = edges(law, month_of(on))
    if given is None:
        rule = (law.figure("retirement.lump_base", on),) if law.has("retirement.lump_base", on) else ()
        law.say("lump_base_floor", *rule, *figures, amount=low, floor_fen=low)
        return low
    if not low <= given <= high:
        span = f"{format_fen(low)} … {format_fen(high)}"
        zh = f"缴费基数下限与上限之间 {span}"
        raise FactRefused("base_out_of_bounds", "base", format_fen(given), f"between floor and cap: {span}", zh)
    law.say("lump_base_given", *figures, amount=given, base_fen=given, floor_fen=low, cap_fen=high)
    return given
