"""Running totals of earlier runs (``accumulators.parquet``): read, carried on, and what reversals need of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tongchou.rules.settlement.totals import Carried, Kept

from .hashing import bucket_of, text_hash
from .refusal import FileRefused
from .store import Store

if TYPE_CHECKING:
    from .replay import Replayed

KEYS = ("person_id", "scheme", "kind", "period", "key", "episode")
"""What identifies a row of the accumulators; the totals are the other int64 columns."""
TEXTS = ("person_id", "scheme", "kind", "episode")
Ints = NDArray[np.int64]
_ROWS = 100_000
"""Rows of totals taken up at a time."""


def read_opening(path: Path) -> Opening:
    """Open an accumulators file (or the folder that holds one); refused whole if it is not one."""
    file = path / "accumulators.parquet" if path.is_dir() else path
    try:
        schema = pq.read_schema(file)
    except (OSError, pa.ArrowInvalid) as e:
        raise FileRefused(
            "opening_unreadable",
            f"无法读取期初累计 {file}：应为 settle 写出的 accumulators.parquet",
            f"cannot read the opening {file}: expected the accumulators.parquet of an earlier run ({e})",
        ) from e
    missing = [k for k in (*KEYS, "last_order") if k not in schema.names]
    if missing:
        raise FileRefused(
            "opening_unreadable",
            f"期初累计 {file} 缺少列：{'、'.join(missing)}",
            f"the opening {file} lacks the columns {', '.join(missing)}: it is not one of settle's",
        )
    return Opening(file, [n for n in schema.names if n not in KEYS and n != "last_order"])


def plain_texts(table: pa.Table) -> pa.Table:
    """The table with its texts as plain strings."""
    for name in TEXTS:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(at).cast(pa.string()))
    return table.combine_chunks()


@dataclass
class Opening:
    """Totals of all persons at the end of the runs before."""

    file: Path
    slots: list[str]
    pieces: int = 0
    _known: dict[str, bool] = field(default_factory=dict, repr=False)
    _originals: dict[str, Replayed] = field(default_factory=dict, repr=False)

    def spread(self, store: Store, buckets: int) -> None:
        """Lay the totals out by bucket of the person: ``opening/j``."""
        file = pq.ParquetFile(self.file, pre_buffer=False)
        self.pieces = 0
        for batch in file.iter_batches(_ROWS):
            table = plain_texts(pa.Table.from_batches([batch]))
            bucket = bucket_of(text_hash(table["person_id"].combine_chunks()), buckets)
            order = np.argsort(bucket, kind="stable")
            whole = table.take(pa.array(order)).combine_chunks().to_batches()
            ends = np.cumsum(np.bincount(bucket, minlength=buckets)).tolist()
            if whole:
                cut = [whole[0].slice(a, b - a) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
                store.put(f"opening/{self.pieces}", cut)
                self.pieces += 1

    def of_bucket(self, store: Store, bucket: int) -> pa.Table:
        """The totals of one bucket's persons, in the order of the file."""
        batches = [store.get(f"opening/{j}", bucket) for j in range(self.pieces)]
        return pa.Table.from_batches(batches).combine_chunks() if batches else self.of_persons([])

    def of_persons(self, ids: Sequence[str]) -> pa.Table:
        """The totals of some persons."""
        table = pq.read_table(self.file, filters=[("person_id", "in", list(ids))] if ids else None)
        return plain_texts(table if ids else table.slice(0, 0))

    # -- reversals of claims settled before ------------------------------------------------------------------
    @cached_property
    def _folder(self) -> Path:
        return self.file.parent

    def look_up(self, texts: Iterable[str]) -> None:
        """Find out which of some claims the run beside the opening settled; to be asked before the others."""
        path, wanted = self._folder / "settlements.parquet", pa.array(sorted(set(texts)), pa.string())
        self._known = dict.fromkeys(wanted.to_pylist(), False)
        if not path.exists() or len(wanted) == 0:
            return
        for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(_ROWS, columns=["claim_id"]):
            ids = batch.column(0).cast(pa.string())
            for text in ids.filter(pc.is_in(ids, value_set=wanted)).to_pylist():
                self._known[text] = True

    def settled(self, text: str) -> bool:
        """Whether the run beside the opening settled a claim."""
        return self._known.get(text, False)

    def reversed(self, text: str) -> bool:
        """Whether an earlier run has already undone a claim."""
        return text in self._reversed_ids

    @cached_property
    def _reversed_ids(self) -> frozenset[str]:
        path = self._folder / "reversals.parquet"
        if not path.exists():
            return frozenset()
        return frozenset(pq.read_table(path, columns=["reverses"])["reverses"].to_pylist())

    def original(self, text: str) -> Replayed:
        """A claim of the run beside the opening, settled again."""
        if text not in self._originals:
            from .replay import replay

            if len(self._originals) > 10_000:
                self._originals.clear()
            self._originals[text] = replay(self._folder, text)
        return self._originals[text]


def carried(table: pa.Table, scheme: str, persons: Ints, episodes: dict[str, int], slots: Sequence[str]) -> Carried:
    """Totals of one scheme as arrays by kind. ``persons``: the code of each row's person."""
    mine = np.asarray(pc.equal(table["scheme"], scheme))
    kinds = table["kind"].combine_chunks().dictionary_encode()
    kind_of = np.asarray(kinds.indices)
    words = table["episode"].combine_chunks().dictionary_encode()
    code = np.array([episodes.get(w, -1) if w else -1 for w in words.dictionary.to_pylist()] or [-1], np.int64)
    episode = code[np.asarray(words.indices)] if len(table) else np.zeros(0, np.int64)
    period, key = (np.asarray(table[c]).astype(np.int64) for c in ("period", "key"))
    out: Carried = {}
    for k, kind in enumerate(kinds.dictionary.to_pylist()):
        rows = np.flatnonzero(mine & (kind_of == k))
        if len(rows) == 0:
            continue
        values = {s: v for s in [*slots, "last_order"] if (v := np.asarray(table[s])[rows]).any()}
        out[kind] = Kept(persons[rows], period[rows], key[rows], episode[rows], values)
    return out


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary of a run; refused by name if the folder holds none."""
    try:
        return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as e:
        raise FileRefused(
            "not_a_run",
            f"{folder} 不是 settle 的输出目录（缺 summary.json）",
            f"{folder} is not a folder that settle wrote (no readable summary.json)",
        ) from e
