"""What each of the two ways would bring and cost by the life table: months as a retiree, account credits, payments."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import month_of

from ..life import expected_months_tenths, expected_payments, expected_sum, life_table_if_known
from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .two_ways import GoingOn, LumpSum


class Expected:
    """Of one way: months as a retiree in tenths; account credits and cost in fen; credits None: not encoded."""

    __slots__ = ("cost", "credits", "months_tenths")

    def __init__(self, months_tenths: int, credits: int | None, cost: int) -> None:
        self.months_tenths, self.credits, self.cost = months_tenths, credits, cost


def expected_way(
    table: Sequence[int], age: int, wait: int, monthly: int, credit: int, retired_credit: int | None, at_once: int
) -> Expected:
    """What a person of an age in months may expect who becomes a retiree after ``wait`` months.

    ``monthly`` and ``credit``: paid and credited in each month of the wait while alive; ``retired_credit`` in each
    month after; ``at_once`` is paid today whatever comes.
    """
    credits = None
    if retired_credit is not None:
        last = max(0, len(table) * MONTHS - age)
        months = [credit] * min(wait, last) + [retired_credit] * max(0, last - wait)
        credits = expected_sum(table, age, months)
    cost = at_once + expected_payments(table, age, age, monthly, age + wait)
    return Expected(expected_months_tenths(table, age, age + wait), credits, cost)


def expected_ways(
    law: Reckoning, sex: str, born: int, on: int, lump: LumpSum | None, going: GoingOn | None
) -> dict[str, Expected]:
    """Of each way that there is, by its name; empty, with a warning, where no life table is encoded."""
    if lump is None and going is None:
        return {}
    known = life_table_if_known(law, on, sex)
    if known is None:
        return {}
    table, life = known
    now = month_of(on)
    age = now - born
    credit = None
    if law.has("account.retired_fixed", on):
        fixed = law.figure("account.retired_fixed", on)
        credit = fixed.value
        law.say("expected_credit", fixed, amount=credit, amount_fen=credit)
    else:
        law.warn("not_encoded", what="account.retired_fixed")
    found = {}
    if lump is not None:
        wait = month_of(lump.entitled_from) - now
        found["lump_sum"] = expected_way(table, age, wait, 0, 0, credit, lump.amount)
    if going is not None:
        wait = month_of(going.entitled_from) - now
        found["continue"] = expected_way(table, age, wait, going.monthly, going.credit, credit, 0)
    law.say("life_table", life, age_months=age)
    law.say("life_table_covers")
    return found
