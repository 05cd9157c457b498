"""People by the million, each with a first spell: every row checked, good ones written by COPY, bad ones told.

Rows are taken chunk by chunk, each one transaction with one record. A dry run writes nothing and answers the same; a
run that was stopped goes on with ``skip``. What a single registration refuses is refused here in the same words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import psycopg
import pyarrow as pa
from numpy.typing import NDArray

from ..frame import audit
from ..frame.access import Actor, allow
from ..frame.operation import refusing
from ..frame.refusal import OfficeRefused
from . import intake_write
from .intake_check import Facts, check_chunk
from .intake_rows import NAMES, Rows, read_columns
from .words import unnumbered

CHUNK = 50_000
TRIES = 3
"""How often a chunk is checked anew because somebody else registered one of its people meanwhile."""


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken: its place (0 is the first), code, column, and why in two languages.

    It is kept in the open, so no sentence holds a personal number, whichever refusal repeated the cell it stood in.
    """

    row: int
    code: str
    field: str
    zh: str
    en: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "zh", unnumbered(self.zh))
        object.__setattr__(self, "en", unnumbered(self.en))


@dataclass
class Outcome:
    """What became of the rows from ``skip`` on: read = accepted + rejected."""

    read: int = 0
    accepted: int = 0
    spells: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def bring_people(
    conn: psycopg.Connection,
    who: Actor,
    area: str,
    columns: Mapping[str, Sequence[str]],
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    skip: int = 0,
    chunk: int = 0,
    digest: str = "",
    keep: Callable[[list[Rejected], int], None] = lambda rejected, done: None,
) -> Outcome:
    """Register people with a first spell each. ``columns``: machine name of ``NAMES`` → n texts, all of one length.

    ``area``: where a row names none; ``skip``: rows that were done in an earlier run; ``digest``: of the file, for the
    record (by default of the columns). ``keep(rejected, rows done)`` is called in the transaction of each chunk that
    is written, ``progress(rows done, rows)`` after it. Commits as it goes: give it a connection with nothing under
    way. Raises OfficeRefused ``not_allowed``, ``area_outside``, ``unknown_column``, ``columns_uneven``.
    """
    n, chunk = _length(columns), chunk or CHUNK
    conn.commit()
    with refusing(), conn.transaction():
        allow(conn, who, "registry.write", area)
    rows = read_columns(columns, area, n)
    facts = Facts(who, groups(rows), np.full(n, -1, np.int64))
    outcome, named = Outcome(), digest or digest_of(columns)
    for first in range(skip, n, chunk):
        part = np.arange(first, min(first + chunk, n))
        _one_chunk(conn, who, area, rows, facts, part, dry_run, outcome, named, keep)
        progress(int(part[-1]) + 1, n)
    if outcome.read != outcome.accepted + len(outcome.rejected):
        raise AssertionError(f"{outcome.read} rows read, {outcome.accepted} taken, {len(outcome.rejected)} rejected")
    return outcome


def _one_chunk(
    conn: psycopg.Connection,
    who: Actor,
    area: str,
    rows: Rows,
    facts: Facts,
    part: NDArray[np.int64],
    dry_run: bool,
    outcome: Outcome,
    named: str,
    keep: Callable[[list[Rejected], int], None],
) -> None:
    for tried in range(TRIES):
        try:
            with refusing(), conn.transaction():
                checked = check_chunk(conn, rows, facts, part)
                if not dry_run:
                    intake_write.write(conn, who.name, rows, checked)
                    codes = Counter(e.code for e in checked.refused.values())
                    told = {"file": named, "rows": [int(part[0]) + 1, int(part[-1]) + 1],
                            "accepted": len(checked.rows), "rejected": dict(sorted(codes.items()))}  # fmt: skip
                    audit.record(conn, who.name, area, "people.import", f"file:{named[:16]}", told)
                    keep(_rejected(checked.refused), int(part[-1]) + 1)
            break
        except OfficeRefused as e:
            # Somebody registered one of these people between the check and the COPY: the next check finds him.
            if e.code not in ("person_exists", "spells_overlap") or tried == TRIES - 1:
                raise
    facts.holder[facts.group[checked.rows]] = checked.rows
    outcome.read += len(part)
    outcome.accepted += len(checked.rows)
    outcome.spells += len(checked.spells)
    outcome.rejected += _rejected(checked.refused)


def _rejected(refused: Mapping[int, OfficeRefused]) -> list[Rejected]:
    return [Rejected(i, why.code, why.field, why.zh, why.en) for i, why in sorted(refused.items())]


def groups(rows: Rows) -> NDArray[np.int64]:
    """Which rows have one number: n places, the same for the same number; rows not read have one of their own."""
    kinds = rows.coded["number_kind"]
    plain = bool(kinds.where(lambda v: v in ("", "resident_id")).all())
    numbers = rows.number
    if not plain:
        named = [(kinds.values[c] if c >= 0 else "") or "resident_id" for c in kinds.codes.tolist()]
        numbers = [f"{k}:{x}" if k != "resident_id" else x for k, x in zip(named, numbers, strict=True)]
    found = np.asarray(pa.array(numbers, pa.string()).dictionary_encode().indices, np.int64)
    return np.where(rows.good, found, -1)


def digest_of(columns: Mapping[str, Sequence[str]]) -> str:
    """The content hash of columns, for the record."""
    found = hashlib.sha256()
    for name, column in columns.items():
        found.update(f"{name}\x1e".encode() + "\x1f".join(column).encode() + b"\x1d")
    return found.hexdigest()


def _length(columns: Mapping[str, Sequence[str]]) -> int:
    unknown = [c for c in columns if c not in NAMES]
    if unknown:
        raise OfficeRefused(
            "unknown_column",
            f"没有列 {unknown[0]}；可用：{'、'.join(NAMES)}",
            f"no column {unknown[0]}; there are {', '.join(NAMES)}",
            unknown[0],
        )
    lengths = {len(c) for c in columns.values()}
    if len(lengths) > 1:
        raise OfficeRefused("columns_uneven", "各列行数不一致", "the columns have different lengths")
    return lengths.pop() if lengths else 0
