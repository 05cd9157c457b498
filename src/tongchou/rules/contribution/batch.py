"""The medical contributions of many persons over a calendar year, as columns.

The law is asked once for each profile and month; the loop of ``columns`` then runs over the persons, in threads and
compiled where there are many, by the same functions as one person's quote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.compile.loops import compiled_loop
from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.law.days import first_day
from tongchou.law.figures import Figures
from tongchou.law.findings import NoRule
from tongchou.money.lanes import half_up, held

from ..account.credit import contribution_credit, credit_rule, retired_credit
from ..reckoning import Reckoning
from ..shares import share_of
from .base import edges
from .columns import (
    FIELDS,
    MONTHLY,
    SUMS,
    WAGE_LIMIT,
    WIDTH,
    YEARLY,
    YEARLY_WIDTH,
    month_amounts,
    put_year,
    sum_years,
    write_lines,
)
from .flat import FLAT_WIDTH, OWN, PART, flat_table, sum_flat
from .large_expense import large_expense_lines
from .line import MODES, REMAINDERS, rate_amount, rounded, shared
from .lines import WAGELESS, Person
from .plan import monthly_rates
from .resident import resident_medical_lines

Ints = NDArray[np.int64]
PLAIN_BELOW = 20_000
"""Below this many persons plain Python is done before numba is loaded."""
SCHEMES = ("basic_medical", "maternity", "large_expense", "resident_medical")
PARTS = (
    half_up,
    held,
    rounded,
    rate_amount,
    shared,
    share_of,
    contribution_credit,
    retired_credit,
    month_amounts,
    put_year,
)
LOOPS = (sum_years, sum_flat, write_lines)
CONSTANTS = (
    ("RATE_SCALE", RATE_SCALE),
    ("WIDTH", WIDTH),
    ("YEARLY_WIDTH", YEARLY_WIDTH),
    ("WAGE_LIMIT", WAGE_LIMIT),
    ("FLAT_WIDTH", FLAT_WIDTH),
    ("OWN", OWN),
    ("PART", PART),
)


class Profile:
    """What persons of one code share: the kind, who is poor, whether they moved in from inside the area."""

    __slots__ = ("identity", "kind", "moved")

    def __init__(self, kind: str, identity: tuple[str, ...] = (), moved: str = "") -> None:
        self.kind, self.identity, self.moved = kind, identity, moved

    def person(self, month: int, entry: int | None) -> Person:
        """A person of the profile as a rule takes one."""
        moved = self.moved if entry is not None else ""
        return Person(self.kind, month, entry=entry, moved=moved, with_yearly=True, identity=self.identity)


class Table:
    """The law of a calendar year for some profiles, as numbers; ``law`` keeps the figures used and the warnings."""

    __slots__ = ("law", "profiles", "rates", "year", "yearly")

    def __init__(self, figures: Figures, year: int, profiles: Sequence[Profile]) -> None:
        self.law, self.year, self.profiles = Reckoning(figures), year, tuple(profiles)
        first = year * MONTHS
        self.rates = [x for p in profiles for m in range(MONTHS) for x in _fields(self.law, p, first + m)]
        entries = [None, *range(first, first + MONTHS)]
        self.yearly = [x for p in profiles for e in entries for x in _yearly(self.law, p, first, e)]
        self.law.steps.clear()


def _fields(law: Reckoning, profile: Profile, month: int) -> list[int]:
    """``FIELDS`` of a profile and month."""
    got = dict.fromkeys(FIELDS, 0)
    if profile.kind not in WAGELESS:
        person = profile.person(month, None)
        person.schemes = tuple(s for s in person.schemes if s in SCHEMES)
        for r in monthly_rates(law, person):
            if r.scheme == "maternity":
                got["maternity_rate"] = r.employer or 0
            else:
                got["employer_rate"], got["person_rate"] = r.employer or 0, r.person or 0
        got["floor"], got["cap"], _ = edges(law, month)
    if profile.kind != "resident":
        rule = credit_rule(law, profile.kind, month)
        if rule.known:
            for name in ("own_rate", "own_share", "unit_share", "fixed", "pension_share"):
                got[name] = getattr(rule, name)
    day = first_day(month)
    got["remainder"] = REMAINDERS.index(law.figure("levy.remainder", day).word)
    got["mode"] = MODES.index(law.figure("levy.mode", day).word)
    return [got[name] for name in FIELDS]


def _yearly(law: Reckoning, profile: Profile, first: int, entry: int | None) -> list[int]:
    """``YEARLY`` of a profile and month of entry; what is not encoded is 0 and warned of."""
    got = dict.fromkeys(YEARLY, 0)
    person = profile.person(first if entry is None else entry, entry)
    resident = profile.kind == "resident"
    try:
        lines = resident_medical_lines(law, person) if resident else large_expense_lines(law, person)
    except NoRule:
        law.warn("not_encoded", what=("resident_medical" if resident else "large_expense",))
        lines = []
    for x in lines:
        got[f"{'resident' if resident else 'large'}_{x.payer}"] += x.amount
        got["due"] = x.due_month - first
    return [got[name] for name in YEARLY]


class Levies:
    """Reused room for the results of up to ``size`` persons at a time, in ``workers`` threads.

    ``force``: ``plain`` or ``numba``; else by the number of persons. A result is a view that the next call overwrites.
    """

    def __init__(self, table: Table, size: int, workers: int = 2, force: str = "") -> None:
        self.table, self.size, self.workers = table, size, workers
        self.compiled = (force or ("numba" if size >= PLAIN_BELOW else "plain")) == "numba"
        self._rates = np.array(table.rates, np.int64) if self.compiled else table.rates
        flat = flat_table(table.rates) if self.compiled else None
        self._flat = None if flat is None else np.array(flat, np.int64)
        self._yearly = np.array(table.yearly, np.int64) if self.compiled else table.yearly
        self._sums = np.zeros((size, len(SUMS)), np.int64)
        self._lines: list[Ints] = []
        self._year = np.zeros((size, YEARLY_WIDTH), np.int64)
        self._pool = ThreadPoolExecutor(workers)

    def sums(self, kind: NDArray[np.int8], wage: Ints, entered: NDArray[np.int8] | None = None) -> Ints:
        """Sums of the year, a row a person, columns of ``SUMS``; fen.

        ``kind``: place in the table's profiles; ``wage``: persons × 12 months in fen, person by person (a retiree's:
        the own pension); ``entered``: place of the month of entry, −1 for who was there in December before.
        Raises ValueError for codes, months or wages that cannot be.
        """
        n = len(kind)
        self._go("sum_years" if self._flat is None else "sum_flat", n, kind, wage, entered, (self._sums,))
        return self._sums[:n]

    def lines(
        self, kind: NDArray[np.int8], wage: Ints, entered: NDArray[np.int8] | None = None
    ) -> tuple[dict[str, Ints], Ints]:
        """(columns of ``MONTHLY``, a row a person-month; the yearly sums, a row a person, columns of ``YEARLY``)."""
        n = len(kind)
        if not self._lines:
            self._lines = [np.zeros(self.size * MONTHS, np.int64) for _ in MONTHLY]
        self._go("write_lines", n, kind, wage, entered, (*self._lines, self._year))
        return dict(zip(MONTHLY, (c[: n * MONTHS] for c in self._lines), strict=True)), self._year[:n]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def _go(self, name: str, n: int, kind: Any, wage: Any, entered: Any, out: tuple[Any, ...]) -> None:
        wage = np.ascontiguousarray(wage).reshape(-1)
        entered = np.full(n, -1, np.int8) if entered is None else entered
        _check(n, self.size, len(self.table.profiles), kind, wage, entered)
        if not self.compiled:
            loop: Any = {"sum_years": sum_years, "write_lines": write_lines}[name]
            given = (MONTHS, kind.tolist(), wage.tolist(), entered.tolist(), self._rates, self._yearly, *out)
            bad = loop(0, n, *given)
        else:
            loop = getattr(compiled_loop(LOOPS, PARTS, CONSTANTS), name)
            rates = self._flat if name == "sum_flat" else self._rates
            given = (MONTHS, kind, wage, entered, rates, self._yearly, *out)
            bad = sum(self._pool.map(lambda cut: loop(*cut, *given), _cuts(n, self.workers)))
        if bad:
            raise ValueError(f"wages below 0 or above {WAGE_LIMIT} fen: {bad}")


def _cuts(n: int, workers: int) -> Iterator[tuple[int, int]]:
    for w in range(workers):
        yield n * w // workers, n * (w + 1) // workers


def _check(n: int, size: int, profiles: int, kind: Any, wage: Any, entered: Any) -> None:
    if n > size or len(wage) != n * MONTHS or len(entered) != n:
        raise ValueError(f"{n} persons, {len(wage)} wages, {len(entered)} entries, room for {size}")
    if wage.dtype != np.int64 or kind.dtype != np.int8 or entered.dtype != np.int8:
        raise ValueError("kind and entered are int8, wages int64 fen")
    if n and (kind.min() < 0 or kind.max() >= profiles or entered.min() < -1 or entered.max() >= MONTHS):
        raise ValueError("a kind or month of entry that is not")
