"""Every medical contribution line of many persons and a year, as Parquet files: monthly amounts and yearly sums."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.law.constants import MONTHS
from tongchou.rules.contribution.batch import Levies, Table
from tongchou.rules.contribution.columns import MONTHLY, YEARLY

CHUNK = 50_000
"""Persons reckoned and written at a time by each thread."""
MONTH_FIELDS = pa.schema([("person", pa.int64()), ("month", pa.int32()), *((c, pa.int64()) for c in MONTHLY)])
YEAR_FIELDS = pa.schema([("person", pa.int64()), ("due_month", pa.int32()), *((c, pa.int64()) for c in YEARLY[:-1])])

Source = Callable[[int, int], tuple[Any, Any, Any]]
"""(first person, one past the last) → their kinds, wages and months of entry, as ``Levies`` takes them."""


def write_contribution_lines(folder: Path, table: Table, persons: int, source: Source, workers: int = 2) -> list[Path]:
    """Write ``months-<k>.parquet`` (person, month as YYYYMM, amounts in fen) and ``year-<k>.parquet`` into a folder.

    Each thread takes a stretch of the persons and has files of its own; together, in order of ``k``, they are all
    persons in order. Persons are numbered from 0. Returns the paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cuts = [(k, persons * k // workers, persons * (k + 1) // workers) for k in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda cut: _part(folder, table, source, *cut), cuts))
    return [path for part in parts for path in part]


def _part(folder: Path, table: Table, source: Source, k: int, lo: int, hi: int) -> tuple[Path, Path]:
    monthly, yearly = folder / f"months-{k}.parquet", folder / f"year-{k}.parquet"
    levies = Levies(table, min(CHUNK, max(1, hi - lo)), workers=1)
    months = np.tile(np.arange(1, MONTHS + 1, dtype=np.int32) + table.year * 100, CHUNK)
    with _writer(monthly, MONTH_FIELDS) as by_month, _writer(yearly, YEAR_FIELDS) as by_year:
        for first in range(lo, hi, CHUNK):
            n = min(CHUNK, hi - first)
            columns, year = levies.lines(*source(first, first + n))
            person = np.arange(first, first + n, dtype=np.int64)
            data = [np.repeat(person, MONTHS), months[: n * MONTHS], *columns.values()]
            by_month.write_table(pa.table([pa.array(c) for c in data], schema=MONTH_FIELDS))
            due = (year[:, -1] + 1 + table.year * 100).astype(np.int32)
            sums = [np.ascontiguousarray(year[:, j]) for j in range(len(YEARLY) - 1)]
            by_year.write_table(pa.table([pa.array(c) for c in (person, due, *sums)], schema=YEAR_FIELDS))
    levies.close()
    return monthly, yearly


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Integers packed by their differences: small, and quicker than a dictionary of amounts."""
    return pq.ParquetWriter(
        path,
        schema,
        use_dictionary=False,
        column_encoding={f.name: "DELTA_BINARY_PACKED" for f in schema},
        write_statistics=False,
        data_page_size=1 << 20,
    )
