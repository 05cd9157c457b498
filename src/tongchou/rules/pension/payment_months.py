"""Payment months (计发月数) of an age: the annex of 国发〔2005〕38号, between whole ages by month since 2025."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from ..reckoning import FactRefused, Reckoning
from .formula import TENTHS, between_ages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


def payment_months(law: Reckoning, age_months: int, day: int) -> tuple[int, tuple[Figure, ...]]:
    """(payment months in tenths, figures) at an age in months on a day.

    Above the last age of the table that age counts. Refuses ``age_outside_table`` below the first; NoRule before 2006.
    """
    first, last = law.figure("pension.payment_age_first", day), law.figure("pension.payment_age_last", day)
    years, months = divmod(age_months, MONTHS)
    if years < first.value:
        raise FactRefused(
            "age_outside_table", "retires", f"{years}", f"an age of at least {first.value}", f"至少 {first.value} 岁"
        )
    if years >= last.value:
        years, months = last.value, 0
    younger = law.figure("pension.payment_months", day, age=years)
    by_month = law.figure("pension.payment_months_by_month", day)
    if not by_month.true or not months:
        return younger.value * TENTHS, (younger, by_month)
    older = law.figure("pension.payment_months", day, age=years + 1)
    return between_ages(younger.value, older.value, months), (younger, older, by_month)
