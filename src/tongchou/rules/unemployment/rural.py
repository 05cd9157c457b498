"""Rural contract workers (农民合同制工人): the one-time living allowance or the ordinary benefit, never both (P14)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from ..conditions import Condition, reasons, say_conditions
from ..reckoning import Reckoning
from .benefit import conditions_of, full_year, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongchou.law.figures import Figure


class Way:
    """One of the two ways: whether it is open to this person, what stands in the way, months and fen if it is taken."""

    __slots__ = ("amount", "better", "code", "conditions", "months")

    def __init__(self, code: str, conditions: list[Condition], months: int, amount: int | None) -> None:
        self.code, self.conditions, self.months, self.amount = code, conditions, months, amount
        self.better = False
        """Whether it gives more than the other one, open or not."""

    @property
    def reasons(self) -> list[str]:
        """What stands in the way."""
        return reasons(self.conditions)

    @property
    def open(self) -> bool:
        """Whether the person may take it."""
        return not self.reasons


def one_time_months(months_paid: int, a_year: int, most: int) -> int:
    """Months' benefit that the one-time allowance comes to: ``a_year`` for each full year paid, at most ``most``."""
    return min(months_paid // MONTHS * a_year, most)


def ways(
    law: Reckoning, months_paid: int, told: Mapping[str, bool | None], most: int, a_month: int | None, day: int
) -> tuple[Way, Way]:
    """(one-time allowance, ordinary benefit) of a rural contract worker; at most one is open.

    ``told`` also has ``pays_like_others`` (None counts as no: the law's rule is that the worker pays nothing) and
    ``contract_ended``. ``most``, ``a_month``: months and fen a month of the ordinary benefit. NoRule where the
    province has no rule.
    """
    like = bool(told.get("pays_like_others"))
    chosen = {w: law.figure(f"unemployment.rural_{w}_open", day, like_others=like) for w in ("one_time", "benefit")}
    one, months = _one_time(law, months_paid, told, chosen["one_time"], day)
    first = Way("one_time", one, months, total(months, a_month))
    usual = [Condition("rural_benefit", chosen["benefit"].true, chosen["benefit"])]
    second = Way("benefit", usual + conditions_of(law, months_paid, told, day), most, total(most, a_month))
    first.better, second.better = months > most, most > months
    law.say("rural_like_others" if like else "rural_one_time", chosen["one_time"], chosen["benefit"])
    say_conditions(law, (second if like else first).conditions)
    if first.better or second.better:
        law.say("rural_better", chosen["one_time"], way="one_time" if first.better else "benefit")
    assert not (first.open and second.open)
    return first, second


def _one_time(
    law: Reckoning, months_paid: int, told: Mapping[str, bool | None], chosen: Figure, day: int
) -> tuple[list[Condition], int]:
    found = [
        Condition("rural_one_time", chosen.true, chosen),
        full_year(law, "unemployment.one_time_needed_months", months_paid, day),
    ]
    found.append(Condition("contract_ended", told.get("contract_ended"), found[1].figure))
    a_year = law.figure("unemployment.one_time_months_a_year", day)
    most = law.figure("unemployment.one_time_most_months", day)
    months = one_time_months(months_paid, a_year.value, most.value) if found[1].met else 0
    law.say("one_time_months", a_year, most, full_years=months_paid // MONTHS, months=months, most_months=most.value)
    return found, months
