"""rejected.csv: every row that was not taken, whole, with its reason."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from .cells import as_text
from .claims import Claims
from .refusal import FileRefused

HEAD = ("line", "column", "value", "reason", "message")


def write_rejected(path: str | Path, claims: Claims, lang: str = "zh") -> int:
    """Write the rejected rows in the file's order; gives their number.

    UTF-8 without a mark, LF. Columns ``line, column, value, reason, message``, then all the original
    ones as they stood. ``line`` is the physical line of a CSV, the row number from 1 of a Parquet file.
    Written beside and moved into place, so that no half a file is left. ``OSError`` as the system gives it.
    """
    rejected = claims.rejected
    rows = rejected.row
    arrays = [
        pa.array(claims.line[rows]),
        rejected.column,
        rejected.value,
        rejected.reason,
        rejected.messages(lang),
    ]
    chosen = pa.array(rows)
    for name in claims.raw.column_names:
        arrays.append(printable(name, claims.raw.column(name).take(chosen).combine_chunks()))
    table = pa.Table.from_arrays(arrays, names=[*HEAD, *claims.raw.column_names])
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        pacsv.write_csv(table, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return len(rows)


def printable(name: str, column: pa.Array) -> pa.Array:
    """A column of the file as texts, whatever its type."""
    try:
        return as_text(name, column, numbers=True)
    except FileRefused:
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
