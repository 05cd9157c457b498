"""Pay one, retire one (补一退一): what is unpaid for one person of a unit in arrears, and what stays with the unit.

Basic contributions of every unpaid month and large expense of every unpaid year, own and unit's share, without
surcharge (yn2021 一(二)). A person who pays the unit's share has a claim on the unit; the surcharge is the unit's.
"""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso_month, month_of

from ..contribution.large_expense import large_expense_lines
from ..contribution.levy import last_day_to_pay, levy_of
from ..contribution.lines import Person
from ..obligations.surcharge import surcharge
from ..reckoning import FactRefused, Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.law.figures import Figure

LAYERS = ("basic", "large_expense")
"""What opens again together for the months that were suspended (L06)."""


class Demand:
    """What is unpaid of one month (``large_expense`` False) or of one year: own and unit's share, surcharge, in fen.

    ``credit``: what the month, once paid, puts on the personal account; None: not known.
    """

    __slots__ = ("base", "credit", "due_day", "large_expense", "month", "own", "surcharge", "unit")

    def __init__(self, month: int, base: int | None, own: int, unit: int, due_day: int, large_expense: bool) -> None:
        self.month, self.base, self.own, self.unit, self.due_day = month, base, own, unit, due_day
        self.large_expense = large_expense
        self.surcharge = 0
        self.credit: int | None = 0

    @property
    def principal(self) -> int:
        """Both shares."""
        return self.own + self.unit


class Arrears:
    """All that is unpaid for the person; ``suspended`` the (first, last) month runs that open again when it is paid."""

    __slots__ = ("demands", "paid_on", "suspended")

    def __init__(self, demands: list[Demand], paid_on: int, suspended: list[tuple[int, int]]) -> None:
        self.demands, self.paid_on, self.suspended = demands, paid_on, suspended

    @property
    def own(self) -> int:
        """The person's own shares."""
        return sum(d.own for d in self.demands)

    @property
    def unit(self) -> int:
        """The unit's shares."""
        return sum(d.unit for d in self.demands)

    @property
    def credit(self) -> int | None:
        """What goes to the personal account: the months are ordinary paid months; None: not known of one of them."""
        each = [d.credit for d in self.demands]
        return None if None in each else sum(c for c in each if c is not None)

    @property
    def surcharge(self) -> int:
        """What the unit owes besides, on both shares."""
        return sum(d.surcharge for d in self.demands)


def suspended_runs(unpaid: Iterable[int], offset: int, paid_month: int) -> list[tuple[int, int]]:
    """(first, last) runs of months in which benefits were suspended, by unpaid months paid in one later month.

    A month unpaid by its due date suspends from the month after that; everything is paid in ``paid_month``. The months
    reached are those from the first suspended one to the month after the due month of the last unpaid one.
    """
    runs: list[list[int]] = []
    for month in sorted(unpaid):
        start, last = month + offset + 1, min(month + offset + 1, paid_month)
        if last < start:
            continue
        if runs and start <= runs[-1][1] + 1:
            runs[-1][1] = max(runs[-1][1], last)
        else:
            runs.append([start, last])
    return [(first, last) for first, last in runs]


def not_to_come(unpaid: Sequence[int], paid_on: int) -> None:
    """Refuse ``unpaid_in_future``: an unpaid month after the month of payment."""
    now = month_of(paid_on)
    late = [m for m in unpaid if m > now]
    if late:
        raise FactRefused(
            "unpaid_in_future", "unpaid", iso_month(late[0]), f"not after {iso_month(now)}", f"不晚于 {iso_month(now)}"
        )


def arrears_of(law: Reckoning, unpaid: Sequence[int], wage: int, years: Sequence[int] | None, paid_on: int) -> Arrears:
    """The demands of the unpaid months at a wage, and of the unpaid years of large expense.

    ``years`` None: the years whose sum falls due in an unpaid month; a warning names the others that are touched.
    Raises NoRule where a month's law is not encoded.
    """
    quiet = Reckoning(law.figures)
    demands = [_month(quiet, month, wage) for month in unpaid]
    demands += [_year(quiet, year, wage) for year in _years(law, quiet, unpaid, years)]
    offset = quiet.figure("levy.due_month_offset", first_day(unpaid[0])).value
    for demand in demands:
        _surcharge(quiet, demand, paid_on)
    law.take(quiet)
    return Arrears(demands, paid_on, suspended_runs(unpaid, offset, month_of(paid_on)))


def _month(quiet: Reckoning, month: int, wage: int) -> Demand:
    """The basic contribution of one month; the same lines as a levy of that month."""
    levy = levy_of(quiet, Person("employer", month, wage, schemes=("basic_medical",)))
    own, unit = (levy.of_scheme("basic_medical", payer) for payer in ("person", "employer"))
    demand = Demand(month, levy.base, own, unit, levy.due_day, False)
    demand.credit = levy.account_credit
    return demand


def _years(law: Reckoning, quiet: Reckoning, unpaid: Sequence[int], years: Sequence[int] | None) -> list[int]:
    """The years of which large expense is unpaid."""
    touched = sorted({month // MONTHS for month in unpaid} if years is None else set(years))
    found = []
    for year in touched:
        day = first_day(year * MONTHS)
        if not law.has("large_expense.person_sum", day):
            law.warn("not_encoded", what=f"large_expense {year}")
            continue
        due = year * MONTHS + quiet.figure("large_expense.due_month", day).value - 1
        if years is not None or due in unpaid:
            found.append(year)
        else:
            law.warn("large_expense_taken_as_paid", year=str(year), due_month=due)
    return found


def _year(quiet: Reckoning, year: int, wage: int) -> Demand:
    """The large-expense contribution of one year."""
    lines = large_expense_lines(quiet, Person("employer", year * MONTHS, wage, with_yearly=True))
    own = sum(x.amount for x in lines if x.payer == "person")
    unit = sum(x.amount for x in lines if x.payer == "employer")
    due = lines[0].due_month
    day = last_day_to_pay(due, quiet.figure("levy.due_day", first_day(due)).value)
    return Demand(year * MONTHS, None, own, unit, day, True)


def _surcharge(quiet: Reckoning, demand: Demand, paid_on: int) -> None:
    """The surcharge of a demand up to the day of payment, on both shares; the law data knows no payer but the unit."""
    after = demand.due_day + 1
    if not quiet.has("surcharge.day_rate", after):
        quiet.warn("not_encoded", what="surcharge.day_rate")
        return
    _, demand.surcharge, _, payer = surcharge(quiet, demand.principal, demand.due_day, paid_on)
    assert payer == "employer"


def pay_one(law: Reckoning, arrears: Arrears, paid_by: str, on: int) -> int:
    """What of the arrears is a claim on the unit, in fen; says what is paid, by whom, and what stays with the unit."""
    rule: tuple[Figure, ...] = ()
    if law.has("retirement.pay_one_retire_one", on):
        rule = (law.figure("retirement.pay_one_retire_one", on),)
    else:
        law.warn("not_encoded", what="retirement.pay_one_retire_one")
    months = [d for d in arrears.demands if not d.large_expense]
    years = [d for d in arrears.demands if d.large_expense]
    for code, some in (("arrears_basic", months), ("arrears_large_expense", years)):
        own, unit = sum(d.own for d in some), sum(d.unit for d in some)
        if some:
            law.say(code, *rule, amount=own + unit, count=len(some), own_fen=own, unit_fen=unit)
    claim = arrears.unit if paid_by == "person" else 0
    law.say("claim_on_unit" if claim else "paid_by_unit", *rule, amount=claim, claim_fen=claim)
    day = months[0].due_day + 1 if months else on
    payer = (law.figure("surcharge.payer", day),) if law.has("surcharge.payer", day) else ()
    law.say("surcharge_stays", *payer, amount=arrears.surcharge, surcharge_fen=arrears.surcharge)
    if arrears.suspended:
        law.say("windows", *rule, from_month=arrears.suspended[0][0], to_month=arrears.suspended[-1][1])
    return claim
