"""The pension of a resident at 60: basic pension, account / payment months, addition of long payers (gf2014_8, P02)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import iso_month, month_of
from tongchou.money.lanes import half_up

from ..reckoning import FactRefused, Reckoning
from ..retirement.working_life import born_by


class Pension:
    """A month's pension in fen, and the years that lack for it."""

    __slots__ = ("account", "addition", "basic", "missing_years")

    def __init__(self, basic: int, account: int, addition: int, missing_years: int) -> None:
        self.basic, self.account, self.addition, self.missing_years = basic, account, addition, missing_years

    @property
    def total(self) -> int:
        """All three parts."""
        return self.basic + self.account + self.addition


def account_pension(account: int, payment_months: int) -> int:
    """The account's part of a month in fen, half-up."""
    return half_up(account, payment_months)


def addition(years: int, beyond: int, a_year: int) -> int:
    """What long payers get more a month: ``a_year`` fen for each year beyond ``beyond``."""
    return max(0, years - beyond) * a_year


def saved(years: int, credited: int) -> int:
    """The account after years of equal credits, without interest."""
    return years * credited


def check_life(law: Reckoning, years: int, born: int | None, day: int) -> int | None:
    """The month the claim age is reached (None without a birth).

    Raises FactRefused: ``out_of_range``, ``birth_in_future``, ``under_entry_age``.
    """
    entry, claim = law.figure("resident_pension.entry_age", day), law.figure("resident_pension.claim_age", day)
    most = (claim.value - entry.value) // MONTHS
    if years > most:
        raise FactRefused("out_of_range", "years", str(years), f"at most {most}", f"至多 {most} 年")
    if born is None:
        return None
    born_by(born, day)
    if born + entry.value > month_of(day):
        limit = iso_month(month_of(day) - entry.value)
        raise FactRefused("under_entry_age", "born", iso_month(born), f"not after {limit}", f"不晚于 {limit}")
    law.say("resident_claim_month", claim, claim_month=born + claim.value, age_months=claim.value)
    return born + claim.value


def pension_of(law: Reckoning, account: int, years: int, day: int) -> Pension:
    """The pension by the law of a day, of an account (fen) and whole years of contributions.

    Reckoned also where years lack, with what lacks and a warning: it is then not yet due.
    """
    months = law.figure("resident_pension.payment_months", day)
    basic = law.figure("resident_pension.basic_pension", day)
    least = law.figure("resident_pension.least_years", day)
    part = account_pension(account, months.value)
    law.say("resident_basic", basic, amount=basic.value, basic_fen=basic.value)
    law.say("resident_account", months, amount=part, account_fen=account, months=months.value, part_fen=part)
    missing = max(0, least.value - years)
    law.say(
        "resident_years_enough" if not missing else "resident_years_lack", least, years=years, missing_years=missing
    )
    if missing:
        law.warn("years_lack", missing_years=missing)
    return Pension(basic.value, part, _addition(law, years, day), missing)


def _addition(law: Reckoning, years: int, day: int) -> int:
    if not law.has("resident_pension.addition_a_year", day):
        law.warn("not_encoded", what="long_payers_addition")
        return 0
    beyond = law.figure("resident_pension.addition_beyond_years", day)
    a_year = law.figure("resident_pension.addition_a_year", day)
    amount = addition(years, beyond.value, a_year.value)
    law.say(
        "resident_addition", a_year, beyond, amount=amount, years=years, beyond_years=beyond.value, amount_fen=amount
    )
    return amount
