"""The choice around the statutory month: earlier with enough contribution months, later by agreement (弹性退休)."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import Reckoning

NO_CHOICE = "before_elastic"
"""The reason where the statutory month lies before the choice began."""


class Elastic:
    """Earliest and latest month (None: no choice), the least months paid for going early, whether they are there."""

    __slots__ = ("earliest", "eligible", "latest", "least", "reason")

    def __init__(
        self, earliest: int | None, latest: int | None, least: int | None, eligible: bool | None, reason: str
    ) -> None:
        self.earliest, self.latest, self.least = earliest, latest, least
        self.eligible, self.reason = eligible, reason


def earliest_month(statutory: int, original: int, most: int) -> int:
    """The first month that may be chosen: at most ``most`` months early and never before the original month."""
    return max(statutory - most, original)


def elastic_choice(law: Reckoning, statutory: int, original: int, paid: int | None) -> Elastic:
    """The choice of a person whose statutory and original month are given (months since year 0).

    ``paid``: months paid by the earliest month, None where not given: then ``eligible`` is None. The least number of
    months is that of the year of the earliest month.
    """
    day = first_day(statutory)
    if not law.has("retirement.elastic_early", day):
        return Elastic(None, None, None, False, NO_CHOICE)
    early, late = law.figure("retirement.elastic_early", day), law.figure("retirement.elastic_late", day)
    earliest, latest = earliest_month(statutory, original, early.value), statutory + late.value
    law.say("elastic_late", late, most_months=late.value, latest_month=latest)
    if earliest == statutory:
        law.say("elastic_none", early, statutory_month=statutory)
        return Elastic(statutory, latest, None, False, "no_delay")
    least = law.figure("retirement.least_months", first_day(earliest))
    law.say("elastic_early", early, most_months=early.value, earliest_month=earliest)
    law.say("least_months", least, least_months=least.value, earliest_month=earliest)
    if paid is None:
        return Elastic(earliest, latest, least.value, None, "months_paid_not_given")
    if paid < least.value:
        return Elastic(earliest, latest, least.value, False, "months_paid_short")
    return Elastic(earliest, latest, least.value, True, "eligible")
