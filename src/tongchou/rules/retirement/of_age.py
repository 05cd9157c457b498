"""Whether somebody has reached the month of retirement: the statutory one, or an earlier one that was granted."""

from __future__ import annotations

from tongchou.law.days import first_day, iso_month, month_of

from ..reckoning import FactRefused, Reckoning
from .age import retirement_month


def of_age(law: Reckoning, born: int, sex: str, category: str, on: int, granted: int | None) -> int:
    """The month of retirement of a person, reached by the month of a day.

    ``granted``: a month before the statutory one in which early retirement was granted (by choice or after harmful
    work). Refuses ``not_yet_of_age`` naming the month, and a granted month before the earliest age of the law.
    """
    month = retirement_month(law, born, sex, category)[2]
    if granted is not None and granted < month:
        day, named = first_day(granted), "male" if sex == "M" else "female"
        least = law.figure("retirement.harmful_age", day, sex=named)
        if granted < born + least.value:
            raise _refused("retires", iso_month(granted), born + least.value)
        month = granted
        law.say("granted_early", least, retires_month=granted)
    if month_of(on) < month:
        raise _refused("born", iso_month(born), month)
    return month


def _refused(field: str, found: str, month: int) -> FactRefused:
    reached = iso_month(month)
    return FactRefused("not_yet_of_age", field, found, f"of age, which is in {reached}", f"已到退休年龄（{reached}）")
