"""The yearly lines of resident pension insurance for a levy: the person's, the proxy payment and the subsidy."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day

from ..contribution.lines import Line, Person
from ..reckoning import Reckoning
from .tiers import year_of

SCHEME = "resident_pension"


def contribution_lines(law: Reckoning, person: Person) -> list[Line]:
    """The lines of a resident who names a tier; none where no tier is named or the year's is not shown.

    Shown in the month the law names, in the month of entry, and with ``with_yearly``. Raises FactRefused
    ``tier_not_offered``; NoRule where the year is not encoded.
    """
    if person.tier is None:
        return []
    january = person.month - person.month % MONTHS
    first = law.figure("resident_pension.due_month", first_day(january if person.entry is None else person.entry))
    due = january + first.value - 1 if person.entry is None else person.entry
    if not (person.with_yearly or due == person.month):
        return []
    year = year_of(law, person.tier, person.identity, first_day(due))
    parts = (("person", year.person), ("treasury", year.proxy), ("treasury", year.subsidy))
    return [
        Line(SCHEME, payer, "year", due, amount, sum=amount, tax_deductible=False if payer == "treasury" else None)
        for payer, amount in parts
        if amount
    ]
