"""Integer columns in as few bytes as they need, as record batches on their way between the steps of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[Any]
_KINDS = ((np.uint8, 2**8), (np.uint16, 2**16), (np.uint32, 2**32))


def shrink(values: Ints) -> tuple[Ints | None, int]:
    """(the values less the least of them, in the narrowest type; the least). None: all are that one value."""
    if len(values) == 0:
        return None, 0
    low, high = int(values.min()), int(values.max())
    if low == high:
        return None, low
    for kind, room in _KINDS:
        if high - low < room:
            return (values - low if low else values).astype(kind), low
    return values.astype(np.int64), 0


def batch_of(numbers: Mapping[str, Ints], texts: Mapping[str, pa.Array], said: Mapping[str, Any]) -> pa.RecordBatch:
    """Columns of numbers and of texts as one batch; what is the same in all rows is written once, in its schema."""
    columns: dict[str, pa.Array] = {}
    lows: dict[str, int] = {}
    constants: dict[str, int] = {}
    for name, values in numbers.items():
        small, low = shrink(values)
        if name == "row" and small is None:  # a batch has as many rows as its columns, so one stays
            small = np.zeros(len(values), np.uint8)
        if small is None:
            constants[name] = low
        else:
            columns[name], lows[name] = pa.array(small), low
    columns |= texts
    note = json.dumps({"lows": lows, "constants": constants, "said": dict(said)}).encode()
    schema = pa.schema([(n, c.type) for n, c in columns.items()], metadata={"small": note})
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema)


class Small:
    """A batch made by ``batch_of`` read again."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch
        note = json.loads(batch.schema.metadata[b"small"])
        self.lows: dict[str, int] = note["lows"]
        self.constants: dict[str, int] = note["constants"]
        self.said: dict[str, Any] = note["said"]

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def has(self, name: str) -> bool:
        """Whether the batch has a column of that name."""
        return name in self.lows or name in self.constants or name in self.batch.schema.names

    def numbers(self, name: str, into: Ints) -> None:
        """Write a column of numbers into an array of the batch's length."""
        if name in self.lows:
            np.add(np.asarray(self.batch.column(name)), self.lows[name], out=into, dtype=into.dtype, casting="unsafe")
        else:
            into[:] = self.constants[name]

    def values(self, name: str, kind: Any = np.int64) -> Ints:
        """A column of numbers."""
        out = np.empty(len(self), kind)
        self.numbers(name, out)
        return out

    def text(self, name: str) -> pa.Array | None:
        """A column of texts, or None."""
        return self.batch.column(name) if name in self.batch.schema.names else None


def joined(parts: list[Small], name: str, kind: Any, default: int = 0) -> Ints:
    """A column of numbers of several batches; ``default`` where a batch has none."""
    out = np.empty(sum(map(len, parts)), kind)
    at = 0
    for part in parts:
        here = out[at : at + len(part)]
        if part.has(name):
            part.numbers(name, here)
        else:
            here[:] = default
        at += len(part)
    return out


def joined_text(parts: list[Small], name: str) -> pa.Array:
    """A column of texts of several batches, null where a batch has none."""
    found = [p.text(name) for p in parts]
    kinds = [t.type for t in found if t is not None]
    kind = pa.large_string() if pa.large_string() in kinds else pa.string()
    if sum(t.nbytes for t in found if t is not None) >= 2**31 - 1:
        kind = pa.large_string()
    arrays = [pa.nulls(len(p), kind) if t is None else t.cast(kind) for p, t in zip(parts, found, strict=True)]
    return pa.concat_arrays(arrays) if arrays else pa.array([], kind)
