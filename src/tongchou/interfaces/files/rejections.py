"""Rejected rows, collected in bulk: one reason a row, the first that was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.money.arrays import text_layout

from .hints import may_be_near
from .reasons import template
from .refusal import nearest

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Detail: TypeAlias = "str | pa.Array | tuple[str | pa.Array, str | pa.Array]"
"""A text for all rows, one text a row, or either of them as (zh, en)."""

_SHOWN = 60
_PLACE = re.compile(r"\{(column|value|detail)\}")


@dataclass(frozen=True)
class _Batch:
    rows: Rows
    column: str
    values: pa.Array
    reason: str
    detail: tuple[str | pa.Array, str | pa.Array]
    allowed: tuple[str, ...]
    late: bool


class Rejections:
    """Rows of a file that are not taken.

    A row has one reason: the first one added for it; later ones for the same row are dropped. So the
    precedence of reasons is the order of the calls of ``add`` (docstring of ``claims.read_claims``).
    """

    def __init__(self, file_rows: int) -> None:
        self.mask: Mask = np.zeros(file_rows, np.bool_)
        """For every row of the file (0-based): rejected."""
        self.late = False
        """Set once the columns of a row have been looked at: a repeated id counts before what comes after."""
        self._batches: list[_Batch] = []
        self._table: pa.Table | None = None

    def __len__(self) -> int:
        return int(np.count_nonzero(self.mask))

    def add(
        self,
        rows: Rows,
        column: str,
        values: pa.Array | Sequence[str | None] | str,
        reason: str,
        detail: Detail = "",
        allowed: Sequence[str] = (),
    ) -> int:
        """Reject rows for one reason; gives how many of them had none before.

        ``rows``: 0-based rows of the file. ``values``: what was found, one text a row or one for all.
        ``detail`` fills ``{detail}`` of the reason's message; ``allowed`` codes stand there by
        themselves, with the nearest one suggested.
        """
        rows = np.asarray(rows, np.int64)
        if len(rows) == 0:
            return 0
        found = _texts(values, len(rows))
        zh, en = detail if isinstance(detail, tuple) else (detail, detail)
        _, first = np.unique(rows, return_index=True)
        keep = first[~self.mask[rows[first]]]
        if len(keep) == 0:
            return 0
        if len(keep) < len(rows) or np.any(np.diff(rows) < 0):
            rows, chosen = rows[keep], pa.array(keep)
            found = found.take(chosen)
            zh, en = (d if isinstance(d, str) else d.take(chosen) for d in (zh, en))
        self.mask[rows] = True
        self._batches.append(_Batch(rows, column, found, reason, (zh, en), tuple(allowed), self.late))
        self._table = None
        return len(rows)

    @property
    def row(self) -> Rows:
        """The rejected rows, ascending."""
        return np.flatnonzero(self.mask)

    @property
    def column(self) -> pa.Array:
        """For each of ``row``: the column at fault."""
        return self._sorted("column")

    @property
    def value(self) -> pa.Array:
        """For each of ``row``: what was found."""
        return self._sorted("value")

    @property
    def reason(self) -> pa.Array:
        """For each of ``row``: the reason's code."""
        return self._sorted("reason")

    def messages(self, lang: str = "zh") -> pa.Array:
        """For each of ``row``: the message in ``zh`` or ``en``."""
        return _in_order(self._batches, [_messages(b, lang) for b in self._batches])

    def by_reason(self) -> dict[str, int]:
        """How many rows each reason rejected, in alphabetical order."""
        counts: dict[str, int] = {}
        for batch in self._batches:
            counts[batch.reason] = counts.get(batch.reason, 0) + len(batch.rows)
        return dict(sorted(counts.items()))

    def part(self, first: int, size: int) -> Rejections:
        """What was found for some rows of the file, counted from the first of them."""
        out = Rejections(len(self.mask[first : first + size]))
        for b in self._batches:
            at = np.flatnonzero((b.rows >= first) & (b.rows < first + size))
            chosen = pa.array(at)
            zh, en = (d if isinstance(d, str) else d.take(chosen) for d in b.detail)
            out.late = b.late
            out.add(b.rows[at] - first, b.column, b.values.take(chosen), b.reason, (zh, en), b.allowed)
        out.late = False
        return out

    def told(self, lang: str) -> pa.RecordBatch:
        """Every rejected row, ascending: row, late, column, value, reason, message."""
        order = np.argsort(np.concatenate([np.zeros(0, np.int64), *(b.rows for b in self._batches)]), kind="stable")
        late = np.concatenate([np.zeros(0, np.bool_), *(np.full(len(b.rows), b.late) for b in self._batches)])
        return pa.record_batch(
            {
                "row": pa.array(self.row),
                "late": pa.array(late[order]),
                "column": self.column,
                "value": self.value,
                "reason": self.reason,
                "message": self.messages(lang),
            }
        )

    def _sorted(self, name: str) -> pa.Array:
        if self._table is None:
            batches = self._batches
            self._table = pa.table(
                {
                    "column": _in_order(batches, [_same(b.column, len(b.rows)) for b in batches]),
                    "value": _in_order(batches, [b.values for b in batches]),
                    "reason": _in_order(batches, [_same(b.reason, len(b.rows)) for b in batches]),
                }
            )
        return self._table.column(name).combine_chunks()


def _same(text: str, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), n)


def _texts(values: pa.Array | Sequence[str | None] | str, n: int) -> pa.Array:
    """Values as a string array, however they came; an absent one is empty."""
    if isinstance(values, str):
        return _same(values, n)
    array: pa.Array = values
    if not hasattr(values, "type"):
        array = pa.array(values, pa.string())
    elif isinstance(values, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array if array.type == pa.string() else array.cast(pa.string())
    return array.fill_null("") if array.null_count else array


def _in_order(batches: list[_Batch], arrays: list[pa.Array]) -> pa.Array:
    if not batches:
        return pa.array([], pa.string())
    joined = pa.concat_arrays(arrays)
    rows = np.concatenate([b.rows for b in batches])
    return joined if len(batches) == 1 else joined.take(pa.array(np.argsort(rows, kind="stable")))


def _messages(batch: _Batch, lang: str) -> pa.Array:
    """Messages of one batch, put together column-wise."""
    detail = batch.detail[1 if lang == "en" else 0]
    return message(batch.reason, batch.column, batch.values, lang, _allowed(batch, lang) if batch.allowed else detail)


def message(reason: str, column: str, values: pa.Array, lang: str, detail: str | pa.Array = "") -> pa.Array:
    """The messages of rows with one reason and the values found in one column."""
    places: dict[str, str | pa.Array] = {"column": column, "detail": detail}
    text = template(reason, lang)
    if "{value}" in text:
        places["value"] = _shown(values)
    pieces: list[str | pa.Array] = []
    for piece in _PLACE.split(text):
        pieces.append(places.get(piece, piece))
    if all(isinstance(p, str) for p in pieces):
        return _same("".join(p for p in pieces if isinstance(p, str)), len(values))
    joined = [pa.scalar(p, pa.string()) if isinstance(p, str) else p for p in pieces]
    return pc.binary_join_element_wise(
        *joined, pa.scalar("", pa.string()), null_handling="replace", null_replacement=""
    )


def _shown(values: pa.Array) -> pa.Array:
    """Values as a message shows them: short, and without characters that would break the line."""
    short = pc.utf8_slice_codeunits(values, 0, _SHOWN)
    starts, lengths, data = text_layout(short)
    used = data[int(starts[0]) : int(starts[-1] + lengths[-1])]
    if np.any((used < 32) | (used == 127)):
        short = pc.replace_substring_regex(short, r"[\x00-\x1f\x7f]", "\N{REPLACEMENT CHARACTER}")
    long = pc.greater(pc.utf8_length(values), _SHOWN)
    if pc.any(long).as_py():
        short = pc.if_else(long, pc.binary_join_element_wise(short, "…", ""), short)
    return short


def _allowed(batch: _Batch, lang: str) -> str | pa.Array:
    """The allowed codes, and after them the one that the value comes nearest to."""
    listed = ", ".join(batch.allowed)
    distinct = batch.values.dictionary_encode()
    words = pc.utf8_slice_codeunits(distinct.dictionary, 0, _SHOWN)
    likely = np.flatnonzero(may_be_near(words, batch.allowed))
    texts = pa.array([listed], pa.string())
    at = np.zeros(len(words), np.int64)
    hints = []
    for word in words.take(pa.array(likely)).to_pylist():
        near = nearest(word, batch.allowed)
        hint = f" (did you mean {near}?)" if lang == "en" else f"（是否想写 {near}？）"
        hints.append(listed if near is None else listed + hint)
    at[likely] = np.arange(1, len(likely) + 1)
    texts = pa.concat_arrays([texts, pa.array(hints, pa.string())])
    return texts.take(pa.array(at[np.asarray(distinct.indices)]))
