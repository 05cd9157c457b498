"""The yearly contribution to the large-expense supplement: whom it falls on, when, and how much (cx2022 五 to 八).

The whole year is due at once in the month the law names, on the headcount of December before; in the month of entry
from entrants and from who moves in from outside; never for a move inside the area. It is never divided or refunded.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso_month

from ..reckoning import Reckoning
from .base import mean_wage
from .line import MODES, rate_amount
from .lines import FLEXIBLE, Line, Person

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


def due_month_of(law: Reckoning, person: Person) -> int | None:
    """The month in which the year's sum is due from the person, or None: nothing is due; NoRule where not encoded."""
    year = person.month - person.month % MONTHS
    entry = person.entry
    day = first_day(year if entry is None else entry)
    if person.moved == "inside":
        figure = law.figure("large_expense.due_from_inside", day)
        law.say("large_moved_inside", figure, move_month=entry)
        return entry if figure.true else None
    if person.moved == "outside":
        figure = law.figure("large_expense.due_from_outside", day)
        law.say("large_moved_outside", figure, move_month=entry)
        return entry if figure.true else None
    if entry is not None:
        figure = law.figure("large_expense.due_entrant", day)
        law.say("large_entrant", figure, entry_month=entry)
        return entry if figure.true else None
    figure = law.figure("large_expense.due_month", day)
    return year + figure.value - 1


class YearSums:
    """Both parts of a year: the figures and the unit's part in fen, a share of the mean wage of the year before."""

    __slots__ = ("own", "share", "unit", "wage")

    def __init__(self, own: Figure, share: Figure, wage: Figure, unit: int) -> None:
        self.own, self.share, self.wage, self.unit = own, share, wage, unit


def year_sums(law: Reckoning, due: int) -> YearSums:
    """Both parts of the year whose sum is due in a month; NoRule where not encoded."""
    day = first_day(due)
    own, share = law.figure("large_expense.person_sum", day), law.figure("large_expense.unit_share", day)
    wage, mode = mean_wage(law, due), law.figure("levy.mode", day)
    return YearSums(own, share, wage, rate_amount(wage.value, share.value, MODES.index(mode.word)))


def say_sums(law: Reckoning, s: YearSums) -> None:
    """Note both parts as steps."""
    rate, wage = s.share.value, s.wage.value
    law.say("large_unit", s.wage, s.share, amount=s.unit, wage_fen=wage, share_rate=rate, amount_fen=s.unit)
    law.say("large_own", s.own, amount=s.own.value, amount_fen=s.own.value)


def large_expense_lines(law: Reckoning, person: Person) -> list[Line]:
    """Both parts of the year where they are shown: due in the month asked, or ``with_yearly``."""
    due = due_month_of(law, person)
    if due is None or not (person.with_yearly or due == person.month):
        return []
    day = first_day(due)
    sums = year_sums(law, due)
    alone = person.kind in FLEXIBLE
    withheld = law.figure("large_expense.withheld", day)
    tax = law.figure("large_expense.tax_deductible", day)
    law.say("large_with_basic", law.figure("large_expense.with_basic", day))
    law.say("large_headcount", law.figure("large_expense.due_month", day), year=iso_month(due)[:4])
    say_sums(law, sums)
    law.say("large_alone" if alone else "large_withheld" if withheld.true else "large_not_withheld", withheld)
    law.say("large_deductible" if tax.true else "large_not_deductible", tax)
    refunded = law.figure("large_expense.refunded", day)
    law.say("large_refunded" if refunded.true else "large_not_refunded", refunded)
    payer, base, rate = "person" if alone else "employer", sums.wage.value, sums.share.value
    return [
        Line("large_expense", payer, "year", due, sums.unit, base=base, rate=rate, tax_deductible=tax.true),
        Line(
            "large_expense",
            "person",
            "year",
            due,
            sums.own.value,
            sum=sums.own.value,
            tax_deductible=tax.true,
            withheld_by="employer" if withheld.true and not alone else "",
        ),
    ]
