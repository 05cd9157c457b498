"""Running totals of earlier runs (``accumulators.parquet``): read, carried on, and what reversals need of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tongchou.law.tables import Scheme
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.calendar import periods

from .refusal import FileRefused

if TYPE_CHECKING:
    from .claims import Claims
    from .prepare import Persons

KEYS = ("person_id", "scheme", "kind", "period", "key", "episode")
"""What identifies a row of the accumulators; the totals are the other int64 columns."""
Ints = NDArray[np.int64]


def read_opening(path: Path) -> Opening:
    """Read an accumulators file (or the folder that holds one); refused whole if it is not one."""
    file = path / "accumulators.parquet" if path.is_dir() else path
    try:
        table = pq.read_table(file)
    except (OSError, pa.ArrowInvalid) as e:
        raise FileRefused(
            "opening_unreadable",
            f"无法读取期初累计 {file}：应为 settle 写出的 accumulators.parquet",
            f"cannot read the opening {file}: expected the accumulators.parquet of an earlier run ({e})",
        ) from e
    missing = [k for k in (*KEYS, "last_order") if k not in table.column_names]
    if missing:
        raise FileRefused(
            "opening_unreadable",
            f"期初累计 {file} 缺少列：{'、'.join(missing)}",
            f"the opening {file} lacks the columns {', '.join(missing)}: it is not one of settle's",
        )
    return Opening(file, table.combine_chunks())


@dataclass
class Opening:
    """Totals of all persons at the end of the runs before."""

    file: Path
    table: pa.Table
    _settled: dict[str, int] | None = field(default=None, repr=False)

    @cached_property
    def person_ids(self) -> pa.Array:
        """Distinct person ids, in order of first appearance."""
        return pc.unique(self.table["person_id"]).cast(pa.string())

    @cached_property
    def episodes(self) -> dict[str, int]:
        """Codes of the episodes that have totals."""
        words = [w for w in pc.unique(self.table["episode"]).to_pylist() if w]
        return {w: i for i, w in enumerate(words)}

    @property
    def slots(self) -> list[str]:
        return [c for c in self.table.column_names if c not in KEYS and c != "last_order"]

    # -- totals ------------------------------------------------------------------------------------------
    def totals(self, scheme: str, persons: Persons) -> batch.Totals:
        """The totals of one scheme by person code; slots that stand at zero are left out."""
        out = batch.Totals()
        mine = self.table.filter(pc.equal(self.table["scheme"], scheme))
        code = pc.index_in(mine["person_id"].combine_chunks().cast(pa.string()), value_set=persons.ids)
        columns = {c: mine[c].to_pylist() for c in (*KEYS, *self.slots)}
        for i, person in enumerate(code.to_pylist()):
            given = {s: columns[s][i] for s in self.slots if columns[s][i]}
            kind, period, key = columns["kind"][i], columns["period"][i], columns["key"][i]
            if kind == "year":
                out.year[person, period] = given
            elif kind == "open":
                episode = self.episodes.get(columns["episode"][i], -1)
                out.open_stays[person, key, episode] = given
            elif kind == "episode":
                out.other["episode", person, self.episodes[columns["episode"][i]], 0] = given
            elif kind.startswith("episode_by_"):
                out.other[kind, person, self.episodes[columns["episode"][i]], key] = given
            else:
                out.other[kind, person, period, key] = given
        return out

    def last_orders(self, scheme: str, persons: Persons) -> dict[tuple[int, int], int]:
        """Settlement order of the last claim counted, by person code and benefit year."""
        mine = self.table.filter(pc.and_(pc.equal(self.table["scheme"], scheme), pc.equal(self.table["kind"], "year")))
        code = pc.index_in(mine["person_id"].combine_chunks().cast(pa.string()), value_set=persons.ids).to_pylist()
        return dict(
            zip(
                zip(code, mine["period"].to_pylist(), strict=True),
                mine["last_order"].to_pylist(),
                strict=True,
            )
        )

    def late(self, scheme: str, claims: batch.Claims, law: Scheme, persons: Persons) -> NDArray[np.bool_]:
        """Claims that would have stood before the last one already counted of that person and year."""
        last = self.last_orders(scheme, persons)
        years = periods(claims.day, "year", law.year_starts)
        pairs = zip(claims.person.tolist(), years.tolist(), claims.order.tolist(), strict=True)
        return np.array([o < last.get((p, y), o) for p, y, o in pairs], np.bool_)

    # -- reversals of claims settled before ------------------------------------------------------------------
    @cached_property
    def _folder(self) -> Path:
        return self.file.parent

    def settled_ids(self) -> dict[str, int]:
        """Row of each claim that the run beside the opening settled; empty where there is none."""
        if self._settled is None:
            path = self._folder / "settlements.parquet"
            ids = pq.read_table(path, columns=["claim_id"])["claim_id"].to_pylist() if path.exists() else []
            self._settled = {c: i for i, c in enumerate(ids)}
        return self._settled

    @cached_property
    def reversed_ids(self) -> set[str]:
        """Claims that an earlier run has already undone."""
        path = self._folder / "inputs.parquet"
        if not path.exists():
            return set()
        return {r for r in pq.read_table(path, columns=["reverses"])["reverses"].to_pylist() if r}

    def equal(self, claims: Claims, row: int, text: str) -> bool:
        """Whether a reversal's amounts equal those of the claim settled before."""
        from .prepare import AMOUNTS

        old = self._inputs([self.settled_ids()[text]])
        same = old["person_id"][0].as_py() == claims.person_id[row].as_py()
        return same and all(old[a][0].as_py() == int(claims.money[a][row]) for a in AMOUNTS)

    def _inputs(self, rows: list[int]) -> pa.Table:
        return pq.read_table(self._folder / "inputs.parquet").take(rows)

    def undo(self, at: Ints, texts: list[str]) -> tuple[batch.Undo, ...]:
        """For each reversal row (position in its scheme's claims): the original's results turned, and its changes."""
        from .replay import replay

        out = []
        for row, text in zip(at.tolist(), texts, strict=True):
            told = replay(self._folder, text)
            out.append(
                batch.Undo(
                    row,
                    {k: -v for k, v in told.amounts.items()},
                    told.effects,
                    told.year,
                    told.reason,
                    told.warnings,
                )
            )
        return tuple(out)


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
