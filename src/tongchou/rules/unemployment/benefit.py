"""The unemployment benefit: who may draw it, for how many months and how much a month (ui1999 第十四、十七条)."""

from __future__ import annotations

from ..conditions import Condition
from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

CONDITIONS = ("involuntary", "registered", "seeking")
"""Out of work against one's will, registered as unemployed, seeking work."""


def full_year(law: Reckoning, name: str, months_paid: int, day: int) -> Condition:
    """The condition of contributions for so many months as the figure ``name`` asks for."""
    needed = law.figure(name, day)
    return Condition("full_year", months_paid >= needed.value, needed)


def conditions_of(law: Reckoning, months_paid: int, told: Mapping[str, bool | None], day: int) -> list[Condition]:
    """The conditions of the benefit; ``told``: by code, None where nothing was said."""
    found = [full_year(law, "unemployment.needed_months", months_paid, day)]
    for code in CONDITIONS:
        asked = law.figure("unemployment.condition_asked", day, condition=code)
        if asked.true:
            found.append(Condition(code, told.get(code), asked))
    return found


def most_months(law: Reckoning, months_paid: int, day: int) -> int:
    """For how many months the benefit is paid at most, by months of contributions."""
    most = law.figure("unemployment.most_months", day, months_paid=months_paid)
    law.say("unemployment_months", most, months_paid=months_paid, most_months=most.value)
    return most.value


def monthly(law: Reckoning, day: int) -> int | None:
    """The benefit a month in fen; None, with a warning, where the area's is not encoded."""
    if not law.has("unemployment.benefit", day):
        law.warn("not_encoded", what="unemployment_benefit")
        return None
    benefit = law.figure("unemployment.benefit", day)
    law.say("unemployment_monthly", benefit, amount=benefit.value, amount_fen=benefit.value)
    return benefit.value


def total(months: int, a_month: int | None) -> int | None:
    """What so many months give in all, in fen."""
    return None if a_month is None else months * a_month
