"""All contribution lines of one person and month, and what of them goes to the personal account and the pension's."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso_month
from tongchou.law.findings import NoRule

from ..account.credit import credit_of_levy
from ..reckoning import FactRefused, Reckoning
from ..shares import share_of
from .base import base_of
from .large_expense import large_expense_lines
from .line import MODES, REMAINDERS, rate_amount, shared
from .lines import FLEXIBLE, SCHEMES_OF, Line, Person, deductible
from .plan import Rates, monthly_rates
from .resident import resident_medical_lines, resident_pension_lines


class Levy:
    """The lines of a person and month in order; ``base`` None where nobody pays on a wage.

    ``account_credit`` and ``pension_credit``: what the month puts on the two personal accounts; None: not known, as
    a warning says, or not asked. ``due_month``: of the monthly lines, ``due_day`` its last day to pay.
    """

    __slots__ = ("account_credit", "base", "due_day", "due_month", "lines", "month", "pension_credit")

    def __init__(self, month: int) -> None:
        self.month, self.due_month, self.due_day = month, month, 0
        self.lines: list[Line] = []
        self.base: int | None = None
        self.account_credit: int | None = None
        self.pension_credit: int | None = None

    def due(self) -> list[Line]:
        """The lines due with this month: its monthly ones, and the yearly ones that fall due in it."""
        return [x for x in self.lines if x.period == "month" or x.due_month == self.month]

    def of_scheme(self, scheme: str, payer: str) -> int:
        """What a payer pays a month to a scheme."""
        own = (x for x in self.lines if (x.scheme, x.payer, x.period) == (scheme, payer, "month"))
        return sum(x.amount for x in own)


def levy_of(law: Reckoning, person: Person) -> Levy:
    """Every line of the person's month.

    Raises FactRefused where the facts contradict each other, NoRule where nothing of it is encoded.
    """
    check(person)
    levy = Levy(person.month)
    _due(law, levy)
    if person.kind == "resident":
        if "resident_medical" in person.schemes:
            levy.lines += resident_medical_lines(law, person)
        if "resident_pension" in person.schemes:
            levy.lines += resident_pension_lines(law, person)
    else:
        rates = monthly_rates(law, person)
        if rates:
            levy.base = base_of(law, person.wage, person.month)
            _monthly(law, levy, rates, levy.base, person.kind not in FLEXIBLE)
            _pension_credit(law, levy, rates, levy.base)
        yearly = "large_expense" in person.schemes and _large_expense(law, levy, person)
        if not rates and not yearly and person.kind != "retired":
            raise NoRule(law.figures.area, f"contribution {person.kind}", iso_month(person.month))
    if "basic_medical" in person.schemes:
        levy.account_credit = credit_of_levy(law, person, levy)
    return levy


def check(person: Person) -> None:
    """Refuse facts that cannot be together."""
    for scheme in person.schemes:
        if scheme not in SCHEMES_OF[person.kind]:
            own = ", ".join(SCHEMES_OF[person.kind])
            raise FactRefused("scheme_not_for_kind", "schemes", scheme, f"schemes of {person.kind}: {own}", own)
    entry = person.entry
    if entry is not None and (entry > person.month or entry // MONTHS != person.month // MONTHS):
        raise FactRefused(
            "entry_outside_year",
            "entry_month",
            iso_month(entry),
            f"a month of {iso_month(person.month)[:4]} not after {iso_month(person.month)}; "
            "who entered in an earlier year needs none",
            f"{iso_month(person.month)[:4]}年内且不晚于{iso_month(person.month)}的月份；往年参保的不必填",
        )


def last_day_to_pay(month: int, day_of_month: int) -> int:
    """The day of a month by which is to be paid, as an ordinal; the last one of a shorter month."""
    return min(first_day(month) + day_of_month, first_day(month + 1)) - 1


def _due(law: Reckoning, levy: Levy) -> None:
    """The due month and last day to pay of the monthly lines."""
    day = first_day(levy.month)
    offset, until = law.figure("levy.due_month_offset", day), law.figure("levy.due_day", day)
    levy.due_month = levy.month + offset.value
    levy.due_day = last_day_to_pay(levy.due_month, until.value)
    law.say("due_by", offset, until, due_day=levy.due_day)


def _monthly(law: Reckoning, levy: Levy, rates: list[Rates], base: int, by_unit: bool) -> None:
    """A line of each scheme and payer; they add up to the scheme's total. ``by_unit``: the unit withholds."""
    day = first_day(levy.month)
    remainder, mode = law.figure("levy.remainder", day), law.figure("levy.mode", day)
    places = REMAINDERS.index(remainder.word), MODES.index(mode.word)
    for r in rates:
        unit, own = shared(base, r.employer or 0, r.person or 0, *places)
        assert places[0] == 0 or unit + own == rate_amount(base, (r.employer or 0) + (r.person or 0), places[1])
        for payer, rate, amount in (("employer", r.employer, unit), ("person", r.person, own)):
            if rate is None:
                continue
            withheld = "employer" if payer == "person" and by_unit else ""
            levy.lines.append(
                Line(
                    r.scheme,
                    payer,
                    "month",
                    levy.due_month,
                    amount,
                    base=base,
                    rate=rate,
                    tax_deductible=deductible(law, payer, day),
                    withheld_by=withheld,
                )
            )
            law.say(
                "line_rate",
                *r.cites[payer],
                amount=amount,
                scheme=r.scheme,
                payer=payer,
                base_fen=base,
                line_rate=rate,
                amount_fen=amount,
            )
    for payer in dict.fromkeys(x.payer for x in levy.lines if x.tax_deductible):
        law.say("before_tax", law.figure(f"levy.tax_deductible_{payer}", day), payer=payer)
    law.say(f"remainder_{remainder.word}", remainder, mode, mode=mode.word)


def _pension_credit(law: Reckoning, levy: Levy, rates: list[Rates], base: int) -> None:
    """What the month puts on the pension account: a share of the base, out of what the person pays."""
    if not any(r.scheme == "pension" and r.person is not None for r in rates):
        return
    rate = law.figure("pension.account_rate", first_day(levy.month))
    levy.pension_credit = share_of(base, rate.value)
    law.say(
        "pension_account",
        rate,
        amount=levy.pension_credit,
        base_fen=base,
        account_rate=rate.value,
        amount_fen=levy.pension_credit,
    )


def _large_expense(law: Reckoning, levy: Levy, person: Person) -> bool:
    """Add the yearly lines; whether the law has them for the year at all."""
    try:
        levy.lines += large_expense_lines(law, person)
    except NoRule:
        law.warn("not_encoded", what=("large_expense", "employer", "person"))
        return False
    return True
