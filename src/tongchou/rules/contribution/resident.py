"""The yearly contribution to resident medical insurance: the person's part and the treasury's (yn2017 二(二)4)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso_month

from ..reckoning import FactRefused, Reckoning
from .lines import Line, Person, deductible


def resident_medical_lines(law: Reckoning, person: Person) -> list[Line]:
    """Both parts of the year's premium where shown; NoRule where the year is not encoded.

    Due whole in January, or in the month of entry. The person's part falls on the treasury for those the law names
    by identity. Critical illness of residents is paid from the same fund: nobody is levied for it.
    """
    due = person.month - person.month % MONTHS if person.entry is None else person.entry
    day = first_day(due)
    own, subsidy = (
        law.figure("resident_medical.person_premium", day),
        law.figure("resident_medical.treasury_subsidy", day),
    )
    if not (person.with_yearly or due == person.month):
        return []
    year = iso_month(due)[:4]
    by = law.figure("resident_medical.person_part_paid_by", day, identity=person.identity)
    law.say("resident_premium", own, amount=own.value, year=year, amount_fen=own.value)
    law.say("resident_subsidy", subsidy, amount=subsidy.value, year=year, amount_fen=subsidy.value)
    law.say("resident_paid_by_treasury" if by.word == "treasury" else "resident_paid_by_person", by)
    if law.has("resident_medical.critical_illness_from", day):
        source = law.figure("resident_medical.critical_illness_from", day)
        if source.word == "resident_fund":
            law.say("critical_illness_from_fund", source)
    tax = deductible(law, by.word, day)
    return [
        Line("resident_medical", by.word, "year", due, own.value, sum=own.value, tax_deductible=tax),
        Line("resident_medical", "treasury", "year", due, subsidy.value, sum=subsidy.value, tax_deductible=False),
    ]


def resident_pension_lines(law: Reckoning, person: Person) -> list[Line]:
    """Lines of resident pension insurance, by its own room. Raises FactRefused where no tier is named."""
    from ..resident_pension.contribution import contribution_lines

    if person.tier is None:
        raise FactRefused("missing_value", "tier", "", "the tier chosen, yuan a year", "缴费档次（元/年）")
    return contribution_lines(law, person)
