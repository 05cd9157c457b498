"""What a changed contribution base does: to contributions, both personal accounts and the later pension (K09)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.law.days import first_day
from tongchou.money.lanes import half_up

from ..contribution.base import mean_wage
from ..contribution.levy import Levy, levy_of
from ..contribution.lines import Person
from ..reckoning import FactRefused, Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

RAISE_PLACES = 10**4
BANDS = ("falls", "below_low", "low_to_base", "base_to_high", "above_high")
"""Where a raise lies against the guideline lines: on the base or high line it belongs to the band below."""


def signed(numerator: int, denominator: int) -> int:
    """The quotient rounded half-up by its size, with its sign; the denominator is positive."""
    return half_up(numerator, denominator) if numerator >= 0 else -half_up(-numerator, denominator)


def index_part(pension_base: int, change: int, yearly_mean: int, months: int, year_rate: int) -> int:
    """What ``months`` months at a base changed by ``change`` (fen a month) add to the monthly pension, in fen.

    base × (change / mean wage a month) / 2 × months / 12 × the rate of a year, as one exact fraction, rounded once.
    """
    return signed(pension_base * change * months * year_rate, 2 * RATE_SCALE * yearly_mean)


def account_part(credit_change: int, months: int, payment_months: int) -> int:
    """What the changed credits add to the monthly account pension, without interest, in fen."""
    return signed(credit_change * months, payment_months)


def raise_rate(old: int, new: int) -> int:
    """By how much a wage changes, over RATE_SCALE of the old one, which is above 0; to the hundredth of a percent."""
    return signed((new - old) * RAISE_PLACES, old) * (RATE_SCALE // RAISE_PLACES)


def band_of(old: int, new: int, low: int, base: int, high: int) -> str:
    """Which of BANDS a raise lies in, by the exact raise; lines over RATE_SCALE."""
    raised = (new - old) * RATE_SCALE
    if raised < 0:
        return BANDS[0]
    if raised < low * old:
        return BANDS[1]
    return BANDS[2] if raised <= base * old else BANDS[3] if raised <= high * old else BANDS[4]


class Change:
    """Both levies of the month, and what the change adds to the pension; amounts in fen, None: not encoded."""

    __slots__ = ("account_part", "after", "before", "index_part", "mean_wage", "payment_months", "pension_base")

    def __init__(self, before: Levy, after: Levy) -> None:
        self.before, self.after = before, after
        self.mean_wage: int = 0
        self.pension_base: int | None = None
        self.index_part: int | None = None
        self.account_part: int | None = None
        self.payment_months: int | None = None

    def lines(self) -> list[tuple[str, str, int, int, int]]:
        """(scheme, payer, rate, fen before, fen after) of the monthly lines."""
        old = [x for x in self.before.lines if x.period == "month"]
        new = [x for x in self.after.lines if x.period == "month"]
        assert [(x.scheme, x.payer, x.rate) for x in old] == [(x.scheme, x.payer, x.rate) for x in new]
        return [(a.scheme, a.payer, a.rate or 0, a.amount, b.amount) for a, b in zip(old, new, strict=True)]


def base_change(law: Reckoning, before: Person, after: Person, months: int, retire_age: int) -> Change:
    """The same person and month at two wages, kept for ``months`` months; ``retire_age`` in whole years.

    The pension is reckoned at the base of the month asked, as if this were the year of retirement. Raises FactRefused
    and NoRule as ``levy_of`` does, and ``out_of_range`` for an age without payment months.
    """
    found = Change(_levy(law, before), _levy(law, after))
    old, new = found.before.base, found.after.base
    assert old is not None
    assert new is not None
    law.say("base_changed", amount=new - old, before_fen=old, after_fen=new, change_fen=new - old)
    wage = mean_wage(law, before.month)
    found.mean_wage = wage.value
    day = first_day(before.month)
    if "pension" not in before.schemes or found.after.pension_credit is None or found.before.pension_credit is None:
        return found
    if law.has("pension.pension_base", day):
        base = law.figure("pension.pension_base", day)
        found.pension_base = base.value
        rate = law.figure("pension.year_rate", day)
        found.index_part = index_part(base.value, new - old, wage.value, months, rate.value)
        law.say(
            "index_part",
            base,
            wage,
            rate,
            amount=found.index_part,
            base_fen=base.value,
            change_fen=new - old,
            wage_fen=wage.value,
            months=months,
            amount_fen=found.index_part,
        )
    else:
        law.warn("not_encoded", what="pension_base")
    payment = _payment_months(law, day, retire_age)
    found.payment_months = payment.value
    credit = found.after.pension_credit - found.before.pension_credit
    found.account_part = account_part(credit, months, payment.value)
    law.say(
        "account_part",
        payment,
        amount=found.account_part,
        credit_fen=credit,
        months=months,
        payment=payment.value,
        amount_fen=found.account_part,
    )
    law.warn("pension_as_today")
    return found


def _levy(law: Reckoning, person: Person) -> Levy:
    """A levy of which figures and warnings are kept, and not the steps: those of two wages would say all twice."""
    own = Reckoning(law.figures)
    levy = levy_of(own, person)
    law.take(own)
    law.steps += [s for s in own.steps if s.code.startswith("base_")]
    return levy


def _payment_months(law: Reckoning, day: int, age: int) -> Figure:
    first, last = law.figure("pension.payment_age_first", day), law.figure("pension.payment_age_last", day)
    if not first.value <= age <= last.value:
        says = f"{first.value} … {last.value}"
        raise FactRefused("out_of_range", "retire_age", str(age), says, says)
    return law.figure("pension.payment_months", day, age=age)


class Guidance:
    """The guideline of a year: raise and lines over RATE_SCALE, the band, a trade's price level (fen a year)."""

    __slots__ = ("band", "base", "high", "low", "price", "rate", "wage_year")

    def __init__(self, old: int, new: int, low: int, base: int, high: int) -> None:
        self.rate, self.low, self.base, self.high = raise_rate(old, new), low, base, high
        self.band = band_of(old, new, low, base, high)
        self.price: int | None = None
        self.wage_year = 0


def guidance(law: Reckoning, month: int, old: int, new: int, trade: str | None) -> Guidance | None:
    """The guideline lines (工资指导线) of the year beside a raise, and the price level (工资价位) of a trade.

    None, with a warning, where the area has none for the year. Raises FactRefused ``out_of_range``: an old wage of 0.
    """
    day = first_day(month)
    if not law.has("wage_guidance.base", day):
        law.warn("not_encoded", what="wage_guidance")
        return None
    if not old:
        raise FactRefused("out_of_range", "wage", "0", "a wage above 0 to compare a raise with", "大于0的工资")
    lines = [law.figure(f"wage_guidance.{name}", day) for name in ("low", "base", "high")]
    found = Guidance(old, new, lines[0].value, lines[1].value, lines[2].value)
    law.say(
        "guideline",
        *lines,
        year=str(month // MONTHS),
        raise_rate=found.rate,
        low_rate=found.low,
        guide_rate=found.base,
        high_rate=found.high,
        band=found.band,
    )
    if trade is not None:
        price = law.figure("wage_guidance.price_level", day, trade=trade)
        found.price, found.wage_year = price.value, new * MONTHS
        law.say(
            "price_level",
            price,
            amount=price.value,
            trade=trade,
            level_fen=price.value,
            year_fen=found.wage_year,
            difference_fen=found.wage_year - price.value,
        )
    return found
