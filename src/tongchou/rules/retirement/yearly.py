"""What a retiree and the unit pay to large expense in a year: without both shares there is no such layer (R07, L04)."""

from __future__ import annotations

from tongchou.law.days import month_of

from ..contribution.large_expense import large_expense_lines
from ..contribution.lines import Person
from ..reckoning import Reckoning

NEEDED = ("large_expense.person_sum", "large_expense.unit_share", "wage.mean_wage")


def large_expense_of_retiree(law: Reckoning, on: int) -> tuple[int, int] | None:
    """(own part, unit's part) in fen of the calendar year of a day; None, with a warning, where not encoded."""
    lacking = [name for name in NEEDED if not law.has(name, on)]
    for name in lacking:
        law.warn("not_encoded", what=name)
    if lacking:
        return None
    quiet = Reckoning(law.figures)
    lines = large_expense_lines(quiet, Person("retired", month_of(on), with_yearly=True))
    own = sum(x.amount for x in lines if x.payer == "person")
    unit = sum(x.amount for x in lines if x.payer == "employer")
    behind = [f for f in quiet.used if f.name in (*NEEDED, "large_expense.with_basic")]
    law.say("large_expense_yearly", *behind, own_fen=own, unit_fen=unit)
    law.say("large_expense_both", *(f for f in behind if f.name == "large_expense.with_basic"))
    if law.has("retirement.voluntary_filing", on):
        law.say("large_expense_voluntary", law.figure("retirement.voluntary_filing", on))
    return own, unit
