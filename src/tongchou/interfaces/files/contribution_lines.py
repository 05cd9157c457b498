"""Every medical contribution line of many persons and a year, as Parquet files: monthly amounts and yearly sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.law.constants import MONTHS
from tongchou.rules.contribution.batch import Levies, Table
from tongchou.rules.contribution.columns import MONTHLY, YEARLY

from .delta_packed import Packer
from .parquetparts import Joined, Part

CHUNK = 25_000
"""Persons reckoned, packed and written at a time by each thread: what they take stays near the processor."""

Source = Callable[[int, int], tuple[Any, Any, Any]]
"""(first person, one past the last) → their kinds, wages and months of entry, as ``Levies`` takes them."""


def _schema(month: str, amounts: Iterable[str]) -> pa.Schema:
    """Whose line it is, of or in which month, the amounts in fen; nothing is ever missing."""
    columns = [("person", pa.int64()), (month, pa.int32()), *((c, pa.int64()) for c in amounts)]
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in columns])


MONTH_FIELDS = _schema("month", MONTHLY)
YEAR_FIELDS = _schema("due_month", YEARLY[:-1])


def write_contribution_lines(folder: Path, table: Table, persons: int, source: Source, workers: int = 2) -> list[Path]:
    """Write ``months-<k>.parquet`` (person, month as YYYYMM, amounts in fen) and ``year-<k>.parquet`` into a folder.

    Each thread takes a stretch of the persons and has files of its own; together, in order of ``k``, they are all
    persons in order. Persons are numbered from 0. Returns the paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cuts = [(k, persons * k // workers, persons * (k + 1) // workers) for k in range(workers)]
    with ThreadPoolExecutor(max(1, workers - 1)) as pool:  # this thread would only wait, and takes the first
        others = [pool.submit(_part, folder, table, source, *cut) for cut in cuts[1:]]
        parts = [_part(folder, table, source, *cuts[0]), *(other.result() for other in others)]
    return [path for part in parts for path in part]


def _part(folder: Path, table: Table, source: Source, k: int, lo: int, hi: int) -> tuple[Path, Path]:
    monthly, yearly = folder / f"months-{k}.parquet", folder / f"year-{k}.parquet"
    size = min(CHUNK, max(1, hi - lo))
    levies, groups = Levies(table, size, workers=1, force="numba"), _Groups(size, table.year * 100 + 1)
    with monthly.open("wb") as months, yearly.open("wb") as years:
        by_month, by_year = Joined(months), Joined(years)
        by_month.start()
        by_year.start()
        for first in range(lo, hi, CHUNK):
            n = min(CHUNK, hi - first)
            columns, year = levies.lines(*source(first, first + n))
            by_month.add(groups.of_months(first, n, columns))
            by_year.add(groups.of_year(first, n, year))
        by_month.finish(MONTH_FIELDS)
        by_year.finish(YEAR_FIELDS)
    levies.close()
    return monthly, yearly


class _Groups:
    """A chunk as row groups. Persons and months differ by the same in every chunk, and are packed once."""

    def __init__(self, size: int, january: int) -> None:
        self.january = january
        self.months, self.year = Packer(MONTH_FIELDS, size * MONTHS), Packer(YEAR_FIELDS, size)
        self._same: dict[tuple[str, int], bytes] = {}

    def of_months(self, first: int, n: int, columns: dict[str, np.ndarray]) -> Part:
        """The rows of ``MONTH_FIELDS`` of n persons from one on."""
        person = self._blocks("person", n, lambda: np.repeat(np.arange(n), MONTHS))
        month = self._blocks("month", n, lambda: np.tile(np.arange(MONTHS), n))
        return self.months.row_group({"person": (first, person), "month": (self.january, month), **columns}, n * MONTHS)

    def of_year(self, first: int, n: int, year: np.ndarray) -> Part:
        """The rows of ``YEAR_FIELDS``."""
        sums = {name: np.ascontiguousarray(year[:, j]) for j, name in enumerate(YEARLY[:-1])}
        rows = {"person": np.arange(first, first + n), "due_month": year[:, -1] + self.january}
        return self.year.row_group({**rows, **sums}, n)

    def _blocks(self, name: str, n: int, make: Callable[[], np.ndarray]) -> bytes:
        """The differences of a column that n persons always have, by name."""
        if (name, n) not in self._same:
            self._same[name, n] = self.months.blocks(make())
        return self._same[name, n]
