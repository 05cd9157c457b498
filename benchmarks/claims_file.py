"""A large file of made-up claims for measuring: text ids, random order, decimal money, no two claims with one id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PIECE = 1_000_000
MIX = 0x9E3779B97F4A7C15


def digits(numbers: np.ndarray, width: int, prefix: str) -> pa.Array:
    """Numbers as texts of ``prefix`` and ``width`` digits, built as bytes."""
    n, start = len(numbers), len(prefix)
    out = np.empty((n, start + width), np.uint8)
    out[:, :start] = np.frombuffer(prefix.encode(), np.uint8)
    rest = numbers.astype(np.int64).copy()
    for k in range(start + width - 1, start - 1, -1):
        out[:, k] = 48 + rest % 10
        rest //= 10
    offsets = np.arange(n + 1, dtype=np.int32) * (start + width)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(out.reshape(-1)))


def piece(first: int, n: int, people: int) -> pa.Table:
    """Claims ``first`` and on: persons at random, so nobody's claims lie together; ids in no order."""
    rng = np.random.default_rng([530100, first])
    person = rng.integers(0, people, n)
    employee = person % 5 < 3
    number = (np.arange(first, first + n, dtype=np.uint64) * np.uint64(MIX)) >> np.uint64(4)
    u, level = rng.random(n), rng.integers(1, 4, n).astype(np.int32)
    inpatient = u < 0.1
    scale = np.where(inpatient, 11000.0, 260.0) * (0.5 + 0.5 * level)
    billed = np.rint(scale * np.exp(0.9 * rng.standard_normal(n)) * 100).astype(np.int64)
    outside = np.where(rng.random(n) < 0.3, billed // 20, 0)
    first_share = np.where(rng.random(n) < 0.4, billed // 10, 0)
    day = rng.integers(19_358, 19_358 + 365, n)  # 2023
    clock = rng.integers(0, 86_400, n)

    def words(choice: np.ndarray, names: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(choice.astype(np.int32)), pa.array(names)).cast(pa.string())

    def money(fen: np.ndarray) -> pa.Array:
        words = np.zeros((n, 2), np.int64)
        words[:, 0] = fen
        return pa.Array.from_buffers(pa.decimal128(14, 2), n, [None, pa.py_buffer(words.reshape(-1))])

    return pa.table(
        {
            "claim_id": digits(number, 19, "KM5"),
            "person_id": digits(person + 19_000_000, 12, "530102"),
            "service_date": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "settled_at": pa.array((day * 86_400 + clock) * 1000).cast(pa.timestamp("ms")),
            "scheme": words(~employee, ["employee", "resident"]),
            "status": words(np.where(employee, person % 7 < 2, 2), ["active", "retired", "resident"]),
            "category": words(inpatient, ["outpatient", "inpatient"]),
            "level": pa.array(level),
            "billed": money(billed),
            "out_of_catalogue": money(outside),
            "over_limit": money(np.zeros(n, np.int64)),
            "first_share": money(first_share),
            "designated": pa.array(rng.random(n) >= 0.01),
            "injury": pa.repeat("none", n),
            "reverses": pa.nulls(n, pa.string()),
            "episode": pa.nulls(n, pa.string()),
        }
    )


def make(path: Path, rows: int) -> Path:
    """Write the file once; beside and renamed, so that half a file is never measured."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    writer = None
    for first in range(0, rows, PIECE):
        table = piece(first, min(PIECE, rows - first), rows // 20)
        writer = writer or pq.ParquetWriter(draft, table.schema, compression="zstd", compression_level=1)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    draft.rename(path)
    return path
