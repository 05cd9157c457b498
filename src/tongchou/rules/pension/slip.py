"""One person's pension by its parts, as the slip of the office shows it (养老待遇核定表)."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day

from ..reckoning import FactRefused, Reckoning
from ..shares import share_of
from .base import of_year
from .formula import account_pension, basic_pension, indexed_wage, transitional_pension
from .payment_months import payment_months

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.law.figures import Figure

TWO_PLACES = "years_rounded_2dp"


class Record:
    """What a person has: mean index (over RATE_SCALE), months in all, those before accounts, balance in fen."""

    __slots__ = ("balance", "index", "months", "pre_months")

    def __init__(self, index: int, months: int, pre_months: int, balance: int) -> None:
        self.index, self.months, self.pre_months, self.balance = index, months, pre_months, balance


class Values:
    """What the pension is reckoned with; money in fen, rates over RATE_SCALE, payment months in tenths."""

    __slots__ = (
        "base",
        "mean_pension",
        "one_child_rate",
        "payment_tenths",
        "transition_rate",
        "two_places",
        "year_rate",
    )

    def __init__(
        self,
        base: int,
        payment_tenths: int,
        transition_rate: int,
        two_places: bool,
        mean_pension: int,
        one_child_rate: int,
        year_rate: int,
    ) -> None:
        self.base, self.payment_tenths, self.transition_rate = base, payment_tenths, transition_rate
        self.year_rate = year_rate
        self.two_places, self.mean_pension, self.one_child_rate = two_places, mean_pension, one_child_rate

    def with_changed(self, **changed: Any) -> Values:
        """The same with other values for some."""
        return Values(**{name: changed.get(name, getattr(self, name)) for name in self.__slots__})


class Parts:
    """Each part of a monthly pension in fen, rounded on its own; the total is their sum."""

    __slots__ = ("account", "basic", "one_child", "total", "transitional", "wage")

    def __init__(self, wage: int, basic: int, account: int, transitional: int, one_child: int) -> None:
        self.wage, self.basic, self.account = wage, basic, account
        self.transitional, self.one_child = transitional, one_child
        self.total = basic + account + transitional + one_child


def parts_of(v: Values, r: Record) -> Parts:
    """The parts of a pension."""
    wage = indexed_wage(v.base, r.index)
    return Parts(
        wage,
        basic_pension(v.base, wage, r.months, v.year_rate, v.two_places),
        account_pension(r.balance, v.payment_tenths),
        transitional_pension(wage, r.pre_months, v.transition_rate, v.two_places),
        share_of(v.mean_pension, v.one_child_rate),
    )


class Slip:
    """The values, which of them are provisional, and the figures behind each; ``parts`` of the record."""

    __slots__ = ("cites", "late", "parts", "record", "values")

    def __init__(
        self, values: Values, record: Record, cites: dict[str, tuple[Figure, ...]], late: dict[str, Figure]
    ) -> None:
        self.values, self.record, self.cites, self.late = values, record, cites, late
        self.parts = parts_of(values, record)


def slip_of(
    law: Reckoning, record: Record, retires: int, age_months: int | None, one_child: bool, given: dict[str, Any]
) -> Slip:
    """The pension of a record at the law of the month of retirement, with its steps noted.

    ``given`` takes the place of law: ``base``, ``payment_tenths``, ``transition_rate``, ``average_pension``,
    ``year_convention``; None: looked up. Refuses ``missing_value`` of ``born`` where payment months must be looked up.
    """
    day = first_day(retires)
    cites: dict[str, tuple[Figure, ...]] = {}
    late: dict[str, Figure] = {}

    def yearly(what: str, name: str) -> int:
        if given.get(what) is not None:
            return int(given[what])
        figure, provisional = of_year(law, name, retires)
        cites[what] = (figure,)
        if provisional:
            late[what] = figure
            law.warn("provisional_figure", what=name, year=str(retires // MONTHS), used_from_day=figure.start)
        return figure.value

    def dated(what: str, name: str) -> Any:
        if given.get(what) is not None:
            return given[what]
        figure = law.figure(name, day)
        cites[what] = (figure,)
        return figure.word if name.endswith("convention") else figure.value

    base = yearly("base", "pension.pension_base")
    tenths = given.get("payment_tenths")
    if tenths is None:
        if age_months is None:
            raise FactRefused("missing_value", "born", "", "month of birth, or payment months", "出生年月，或计发月数")
        tenths, cites["payment_tenths"] = payment_months(law, age_months, day)
    year_rate = dated("year_rate", "pension.year_rate")
    two_places = dated("year_convention", "pension.year_convention") == TWO_PLACES
    rate = dated("transition_rate", "pension.transition_rate") if record.pre_months else 0
    mean = child = 0
    if one_child:
        child = dated("one_child_rate", "pension.one_child_supplement")
        mean = yearly("average_pension", "pension.mean_pension")
    slip = Slip(Values(base, tenths, rate, two_places, mean, child, year_rate), record, cites, late)
    _say(law, slip)
    return slip


def _say(law: Reckoning, slip: Slip) -> None:
    v, r, p, c = slip.values, slip.record, slip.parts, slip.cites
    years = "years_two_places" if v.two_places else "years_whole_months"
    law.say("indexed_wage", *c.get("base", ()), amount=p.wage, base_fen=v.base, mean_index=r.index, wage_fen=p.wage)
    law.say(
        "basic_pension",
        *c["year_rate"],
        *c.get("year_convention", ()),
        amount=p.basic,
        base_fen=v.base,
        wage_fen=p.wage,
        months=r.months,
        years=years,
        by_rate=v.year_rate,
        amount_fen=p.basic,
    )
    law.say(
        "account_pension",
        *c.get("payment_tenths", ()),
        amount=p.account,
        balance_fen=r.balance,
        payment_tenths=v.payment_tenths,
        amount_fen=p.account,
    )
    if r.pre_months:
        law.say(
            "transitional_pension",
            *c.get("transition_rate", ()),
            amount=p.transitional,
            wage_fen=p.wage,
            months=r.pre_months,
            by_rate=v.transition_rate,
            amount_fen=p.transitional,
        )
    if v.one_child_rate:
        law.say(
            "one_child",
            *c.get("one_child_rate", ()),
            *c.get("average_pension", ()),
            amount=p.one_child,
            mean_fen=v.mean_pension,
            by_rate=v.one_child_rate,
            amount_fen=p.one_child,
        )
