"""Early retirement after harmful work (特殊工种提前退休): age, years in the work by its kind, continuous service."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import Reckoning

WORKS = ("high_altitude", "heavy", "underground", "high_temperature", "harmful")
"""Kinds of harmful work: high-altitude, especially heavy, underground, high-temperature, otherwise harmful."""


class Early:
    """Whether somebody may retire early, in which month, and which condition decided."""

    __slots__ = ("eligible", "missing", "month", "reason")

    def __init__(self, reason: str, month: int | None = None, missing: int = 0) -> None:
        self.eligible, self.reason, self.month = reason == "eligible", reason, month
        self.missing = missing
        """What lacks of the condition named, in years or, of months paid, in months."""


def decided(years: int, needed: int, service: int, service_needed: int, paid: int, least: int) -> tuple[str, int]:
    """(reason, how many lack): the first condition that fails, in the order of the law, or ``eligible``."""
    if years < needed:
        return "years_in_work_short", needed - years
    if service < service_needed:
        return "service_short", service_needed - service
    if paid < least:
        return "months_paid_short", least - paid
    return "eligible", 0


def early_retirement(
    law: Reckoning,
    born: int,
    sex: str,
    work: str | None,
    years: int | None,
    service: int | None = None,
    paid: int | None = None,
) -> Early:
    """Early retirement of a person born in a month (since year 0), by the law of the month of the early age.

    ``years``: full years in the work; ``service``: full years of continuous service, at least the years in the work
    where not given; ``paid``: months of pension contributions, not checked where not given. A warning says what was
    not checked.
    """
    if work is None:
        return Early("no_harmful_work")
    years = years or 0
    named = "male" if sex == "M" else "female"
    first = law.figures.starts("retirement.harmful_age")[0]
    month = born + law.figures.at("retirement.harmful_age", first, sex=named).value
    day = first_day(month)
    age = law.figure("retirement.harmful_age", day, sex=named)
    needed = law.figure("retirement.harmful_years", day, work=work)
    serving = law.figure("retirement.harmful_service", day)
    law.say("harmful_age", age, age_months=age.value, early_month=month)
    law.say("harmful_years", needed, work=work, needed_years=needed.value, years=years)
    served = years if service is None else service
    if service is None and years < serving.value:
        law.warn("service_unchecked", needed_years=serving.value, years=years)
        served = serving.value
    else:
        law.say("harmful_service", serving, needed_years=serving.value, years=served)
    least = 0
    if law.has("retirement.least_months", day):
        figure = law.figure("retirement.least_months", day)
        least = figure.value
        if paid is None:
            law.warn("months_paid_unchecked", least_months=least)
        else:
            law.say("least_months_early", figure, least_months=least, paid_months=paid)
    reason, lack = decided(years, needed.value, served, serving.value, least if paid is None else paid, least)
    return Early(reason, month if reason == "eligible" else None, lack)
