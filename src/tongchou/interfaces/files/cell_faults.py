"""Cells that their file's reader found at fault, to be told once it is known which columns are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .columns import BY_NAME
from .rejections import Detail

if TYPE_CHECKING:
    from .mapping import Mapping
    from .source import Source

Use = Literal["any", "id"]


@dataclass(frozen=True)
class CellFault:
    """Rows of one column of the file with one fault. ``use``: at fault in any column used, or in ids only."""

    column: str
    rows: NDArray[np.int64]
    values: pa.Array
    reason: str
    use: Use = "any"
    detail: Detail = ""

    def part(self, first: int, size: int) -> CellFault:
        """The fault among some of the rows, counted from the first of them."""
        here = (self.rows >= first) & (self.rows < first + size)
        return replace(self, rows=self.rows[here] - first, values=self.values.filter(pa.array(here)))


@dataclass(frozen=True)
class Note:
    """Something about the file that the summary tells."""

    zh: str
    en: str

    def in_lang(self, lang: str) -> str:
        """The note in ``zh`` or ``en``."""
        return self.en if lang == "en" else self.zh


def tell_faults(source: Source, used: dict[str, set[str]]) -> None:
    """Reject the rows of a source's cell faults. ``used``: the file's columns in use, each with what it becomes.

    To be called after the mapping and before the columns are read, so that ``#N/A`` is told as what it is.
    """
    for fault in source.faults:
        targets = used.get(fault.column, set())
        if targets and (fault.use == "any" or any(is_id(name) for name in targets)):
            source.rejected.add(fault.rows, fault.column, fault.values, fault.reason, fault.detail)


def used_columns(columns: Iterable[str], taken: Iterable[str], mapping: Mapping | None) -> dict[str, set[str]]:
    """The file's columns that the claims are made of. ``columns``: those made; ``taken``: those as they stand."""
    made = set(columns)
    used = {name: {name} for name in taken if name in made}
    for spec in mapping.columns if mapping else ():
        for name in spec.sources:
            used.setdefault(name, set()).add(spec.target)
    return used


def is_id(name: str) -> bool:
    """Whether a column is an id or code of free text, in which every digit counts."""
    column = BY_NAME.get(name)
    return column is not None and column.kind == "text"


def joined(faults: Sequence[CellFault]) -> list[CellFault]:
    """Faults of several blocks, each column's and reason's in one."""
    groups: dict[tuple[str, str], list[CellFault]] = {}
    for fault in faults:
        groups.setdefault((fault.column, fault.reason), []).append(fault)
    return [
        CellFault(
            column,
            np.concatenate([f.rows for f in group]),
            pa.concat_arrays([f.values.cast(pa.string()) for f in group]),
            reason,
            group[0].use,
            group[0].detail,
        )
        for (column, reason), group in groups.items()
    ]
