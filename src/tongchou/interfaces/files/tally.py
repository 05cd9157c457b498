"""Sums of a run for its summary, bucket by bucket; exact integers, so that any order gives the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tongchou.rules.settlement.calendar import periods

if TYPE_CHECKING:
    from .accumulate import Ran
    from .bucket import Bucket, Settling

Ints = NDArray[np.int64]


@dataclass
class Tally:
    """Sums in fen. ``cells``: by ``scheme|year|category|level`` the number of claims and the sum of each column;
    ``years``: by calendar year the latest day and the sums."""

    settled: int = 0
    total: dict[str, int] = field(default_factory=dict)
    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    years: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take another's sums in."""
        self.settled += other.settled
        _grow(self.total, other.total)
        for mine, theirs in ((self.cells, other.cells), (self.years, other.years)):
            for key, sums in theirs.items():
                _grow(mine.setdefault(key, {}), sums)

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def _grow(into: dict[str, int], more: dict[str, int]) -> None:
    for key, value in more.items():
        into[key] = max(into.get(key, 0), value) if key == "day" else into.get(key, 0) + value


def tally(s: Settling, bucket: Bucket, runs: list[Ran], out: dict[str, Ints], alive: NDArray[np.bool_]) -> Tally:
    """The sums of one bucket."""
    funds = [k for k in out if k.startswith("fund_") and k != "fund_total"]
    wanted = ["billed", "in_scope", "fund_total", "personal", "institution", *funds]
    columns = {k: out[k] for k in wanted if k in out}
    if not alive.all():
        columns = {k: np.where(alive, v, 0) for k, v in columns.items()}
    result = Tally(int(alive.sum()), {k: int(v.sum()) for k, v in columns.items()})
    inner = {k: v for k, v in columns.items() if k in ("in_scope", "fund_total", *funds)}
    for r in runs:
        day = bucket.columns["day"][r.rows]
        year = periods(day, "year", r.scheme.year_starts)
        category = r.claims.category.astype(np.int64)
        level = bucket.columns["level"][r.rows].astype(np.int64)
        cell = (year * 1000 + category) * 10 + level
        for code, sums in _grouped(cell, r.rows, inner).items():
            result.cells[f"{r.name}|{code // 10_000}|{code // 10 % 1000}|{code % 10}"] = sums
        calendar = periods(day, "year", (1, 1))
        both = {k: v for k, v in inner.items() if k in ("in_scope", "fund_total")}
        for code, sums in _grouped(calendar, r.rows, both).items():
            sums["day"] = int(day[calendar == code].max())
            _grow(result.years.setdefault(str(code), {}), sums)
    return result


def _grouped(cell: Ints, rows: Ints, columns: dict[str, Ints]) -> dict[int, dict[str, int]]:
    """By cell the number of rows (``claims``) and the sum of each column."""
    low = int(cell.min())
    small = (cell - low).astype(np.uint16) if int(cell.max()) - low < 2**16 else cell
    order = np.argsort(small, kind="stable")
    ordered = cell[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    size = np.diff(np.append(first, len(ordered)))
    at = rows[order]
    sums = {k: np.add.reduceat(v[at], first).tolist() for k, v in columns.items()}
    return {
        code: {"claims": int(size[i]), **{k: v[i] for k, v in sums.items()}}
        for i, code in enumerate(ordered[first].tolist())
    }
