"""The statutory retirement age by the law of the day (NPC decision of 2024-09-13, before it the rules of 1978)."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import Reckoning


def delay_months(born: int, original: int, begins: int, step: int, most: int) -> int:
    """By how many months the age rises for a month of birth (months since year 0).

    Nobody is delayed whose original month lies before ``begins``; after that one month for each begun ``step`` months.
    """
    after = born + original - begins
    if after < 0:
        return 0
    return min(most, after // step + 1)


def group_of(sex: str, category: str) -> str:
    """The group whose age the law names: men, women cadres, women workers."""
    return "men" if sex == "M" else "women_cadre" if category == "cadre" else "women_worker"


def retirement_month(law: Reckoning, born: int, sex: str, category: str) -> tuple[int, int, int]:
    """(statutory age in months, of which delay, month reached) of a person born in a month.

    The age is that of the law in force in the original month; with the rise it moves on by the delay.
    """
    group = group_of(sex, category)
    first = law.figures.at("retirement.original_age", law.figures.starts("retirement.original_age")[0], group=group)
    day = first_day(born + first.value)
    original = law.figure("retirement.original_age", day, group=group)
    law.say("original_age", original, age_months=original.value, group=group, born_month=born)
    if not law.has("retirement.delay_step", day):
        return original.value, 0, born + original.value
    begins = law.figure("retirement.delay_begins", day)
    step = law.figure("retirement.delay_step", day, group=group)
    most = law.figure("retirement.delay_most", day, group=group)
    delay = delay_months(born, original.value, begins.value, step.value, most.value)
    law.say("delay", step, most, delay_months=delay, step_months=step.value, most_months=most.value)
    age = original.value + delay
    law.say("statutory_month", original, step, statutory_month=born + age, age_months=age)
    return age, delay, born + age
