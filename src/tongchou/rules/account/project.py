"""The personal account over months of unchanged facts: credits by the law of each month, spending, interest."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import Reckoning
from .balance import Balance, fold
from .credit import lump_sum_credit


class Projected:
    """The credit of the first month, and the account to the last (None where a month's credit is not known)."""

    __slots__ = ("balance", "credit", "interest_known", "lump_sum_credit")

    def __init__(self, credit: int | None) -> None:
        self.credit = credit
        self.balance: Balance | None = None
        self.lump_sum_credit: int | None = None
        self.interest_known = True


def projected(
    law: Reckoning,
    kind: str,
    first: int,
    last: int,
    *,
    wage: int = 0,
    pension: int | None = None,
    balance: int = 0,
    spending: int = 0,
    lump_sum: int | None = None,
) -> Projected:
    """The account of one person from month to month; money in fen, steps of the first month and of each change."""
    credits: list[int] = []
    made: Projected | None = None
    for month in range(first, last + 1):
        credit = _credit(law, kind, month, wage, pension, month == first)
        if made is None:
            made = Projected(credit)
        if credit is None:
            return made
        credits.append(credit)
    assert made is not None
    if lump_sum is not None:
        made.lump_sum_credit = lump_sum_credit(law, first, lump_sum)
        credits[0] += made.lump_sum_credit
    carried, current = [], []
    for month in range(first, last + 1):
        day = first_day(month)
        if not law.has("account.interest_carried", day):
            made.interest_known = False
            law.warn("not_encoded", what=("account_interest",))
            carried, current = [0] * len(credits), [0] * len(credits)
            break
        carried.append(law.figure("account.interest_carried", day).value)
        current.append(law.figure("account.interest_current", day).value)
    made.balance = fold(first, balance, credits, [spending] * len(credits), carried, current)
    if made.interest_known:
        _say_interest(law, first_day(last), made.balance)
    if made.balance.opened is not None:
        law.say("account_opened", opened_month=made.balance.opened)
    return made


def _say_interest(law: Reckoning, day: int, balance: Balance) -> None:
    carried, current = law.figure("account.interest_carried", day), law.figure("account.interest_current", day)
    amount = sum(y.interest for y in balance.years)
    law.say(
        "account_interest",
        carried,
        current,
        amount=amount,
        carried_rate=carried.value,
        current_rate=current.value,
        amount_fen=amount,
    )


def _credit(law: Reckoning, kind: str, month: int, wage: int, pension: int | None, told: bool) -> int | None:
    """A month's credit; its steps are kept where ``told``, its figures and warnings always."""
    from ..contribution.levy import levy_of
    from ..contribution.lines import Person

    before = len(law.steps)
    person = Person(kind, month, wage, schemes=("basic_medical",), pension=pension)
    credit = levy_of(law, person).account_credit
    if not told:
        del law.steps[before:]
    return credit
