"""The medical contributions of many persons over a calendar year, as columns.

The law is asked once for each profile and month (``table``); a loop then runs over the persons, in threads and compiled
where there are many: that of ``columns``, by the same functions as one person's quote, or, where the law of the year is
simple enough for the same fen without divisions, that of ``flat``.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.compile.loops import compiled_loop
from tongchou.law.constants import MONTHS, RATE_SCALE
from tongchou.money.lanes import half_up, held

from ..account.credit import contribution_credit, retired_credit
from ..shares import share_of
from .columns import (
    MONTHLY,
    SUMS,
    WAGE_LIMIT,
    WIDTH,
    YEARLY_WIDTH,
    month_amounts,
    put_year,
    sum_years,
    write_lines,
)
from .flat import FLAT_WIDTH, HIGH, LOW, SHIFT, flat_table, flat_year, impossible, product, sum_flat, write_flat
from .line import rate_amount, rounded, shared
from .table import Profile as Profile
from .table import Table as Table

Ints = NDArray[np.int64]
PLAIN_BELOW = 20_000
"""Below this many persons plain Python is done before numba is loaded."""
CUTS = 4
"""Cuts a thread, so that one that is late or slow leaves some to the others."""
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
    product,
    impossible,
    flat_year,
)
LOOPS = (sum_years, write_lines, sum_flat, write_flat)
CONSTANTS = (
    ("RATE_SCALE", RATE_SCALE),
    ("WIDTH", WIDTH),
    ("YEARLY_WIDTH", YEARLY_WIDTH),
    ("WAGE_LIMIT", WAGE_LIMIT),
    ("FLAT_WIDTH", FLAT_WIDTH),
    ("MONTHS", MONTHS),
    ("SHIFT", SHIFT),
    ("LOW", LOW),
    ("HIGH", HIGH),
)


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
        self._sums = np.empty((size, len(SUMS)), np.int64)
        self._lines: list[Ints] = []
        self._year = np.empty((size, YEARLY_WIDTH), np.int64)
        self._pool = ThreadPoolExecutor(max(1, workers - 1))

    def sums(self, kind: NDArray[np.int8], wage: Ints, entered: NDArray[np.int8] | None = None) -> Ints:
        """Sums of the year, a row a person, columns of ``SUMS``; fen.

        ``kind``: place in the table's profiles; ``wage``: persons × 12 months in fen, person by person (a retiree's:
        the own pension); ``entered``: place of the month of entry, −1 for who was there in December before.
        Raises ValueError for codes, months or wages that cannot be.
        """
        n = len(kind)
        self._go("sum_years", "sum_flat", n, kind, wage, entered, (self._sums,))
        return self._sums[:n]

    def lines(
        self, kind: NDArray[np.int8], wage: Ints, entered: NDArray[np.int8] | None = None
    ) -> tuple[dict[str, Ints], Ints]:
        """(columns of ``MONTHLY``, a row a person-month; the yearly sums, a row a person, columns of ``YEARLY``)."""
        n = len(kind)
        if not self._lines:
            self._lines = [np.empty(self.size * MONTHS, np.int64) for _ in MONTHLY]
        self._go("write_lines", "write_flat", n, kind, wage, entered, (*self._lines, self._year))
        return dict(zip(MONTHLY, (c[: n * MONTHS] for c in self._lines), strict=True)), self._year[:n]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def _go(self, any_law: str, flat: str, n: int, kind: Any, wage: Any, entered: Any, out: tuple[Any, ...]) -> None:
        """Run a loop over n persons: the one for any law, or where the law is so simple, ``flat``."""
        wage = np.ascontiguousarray(wage).reshape(-1)
        entered = np.full(n, -1, np.int8) if entered is None else entered
        _check(n, self.size, len(self.table.profiles), kind, wage, entered)
        if not self.compiled:
            loop: Any = {"sum_years": sum_years, "write_lines": write_lines}[any_law]
            given = (MONTHS, kind.tolist(), wage.tolist(), entered.tolist(), self._rates, self._yearly, *out)
            bad = loop(0, n, *given)
        elif self._flat is None:
            loop = getattr(compiled_loop(LOOPS, PARTS, CONSTANTS), any_law)
            bad = self._in_threads(loop, n, (MONTHS, kind, wage, entered, self._rates, self._yearly, *out))
        else:
            loop = getattr(compiled_loop(LOOPS, PARTS, CONSTANTS), flat)
            by_month = (c.reshape(-1, MONTHS) if c.ndim == 1 else c for c in out)
            given = (kind, wage.reshape(-1, MONTHS), entered, self._flat, self._yearly, *by_month)
            bad = self._in_threads(loop, n, given)
        if bad:
            raise ValueError(f"wages below 0 or above {WAGE_LIMIT} fen: {bad}")

    def _in_threads(self, loop: Any, n: int, given: tuple[Any, ...]) -> int:
        """The loop over n persons, cut by cut as the threads come to it; how many wages are bad.

        This thread, which would only wait, takes its share, and more where another is late.
        """
        cuts = iter(list(_cuts(n, 1 if self.workers == 1 else CUTS * self.workers)))  # given out one by one

        def share() -> int:
            return sum(int(loop(*cut, *given)) for cut in cuts)

        others = [self._pool.submit(share) for _ in range(self.workers - 1)]
        return share() + sum(other.result() for other in others)


def _cuts(n: int, pieces: int) -> Iterator[tuple[int, int]]:
    for k in range(pieces):
        yield n * k // pieces, n * (k + 1) // pieces


def _check(n: int, size: int, profiles: int, kind: Any, wage: Any, entered: Any) -> None:
    if n > size or len(wage) != n * MONTHS or len(entered) != n:
        raise ValueError(f"{n} persons, {len(wage)} wages, {len(entered)} entries, room for {size}")
    if wage.dtype != np.int64 or kind.dtype != np.int8 or entered.dtype != np.int8:
        raise ValueError("kind and entered are int8, wages int64 fen")
    if n and (kind.min() < 0 or kind.max() >= profiles or entered.min() < -1 or entered.max() >= MONTHS):
        raise ValueError("a kind or month of entry that is not")
