"""What law says of single rows: which it does not cover, and how each scheme numbers their codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.days import iso
from tongchou.law.tables import NO_END, Attribute, Scheme
from tongchou.rules.settlement.coverage import (
    disease_bits,
    intervals,
    largest_year,
    required_inputs,
    taken_categories,
)

from .claims import Claims

AGES = 150
"""The greatest age that a file may hold (``columns``)."""
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def reject(claims: Claims, rows: Ints, column: str, reason: str, detail: str, values: pa.Array | str = "") -> None:
    """Reject accepted rows (positions among the accepted) for a reason of law."""
    claims.rejected.add(claims.row[rows], column, values, reason, detail)


@dataclass
class Covered:
    """One scheme's law as tables over its stretches of unchanging law, worked out once for all blocks."""

    scheme: Scheme
    joined: dict[str, Attribute]
    """Attributes as the file is read with: the values of all schemes in one list."""
    known: int | None = None
    spans: list[tuple[int, int]] = field(init=False)
    starts: Ints = field(init=False)
    taken: list[frozenset[int]] = field(init=False)
    required: list[dict[int, tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self.spans = intervals(self.scheme)
        self.starts = np.array([s for s, _ in self.spans], np.int64)
        self.taken = [taken_categories(self.scheme, *span) for span in self.spans]
        self.required = [required_inputs(self.scheme, *span) for span in self.spans]
        self.limit = largest_year(self.scheme)
        self._bits: dict[tuple[str, int], int] = {}

    def span_of(self, day: NDArray[Any]) -> Ints:
        """Which stretch of law each day lies in."""
        return np.clip(np.searchsorted(self.starts, day, side="right") - 1, 0, None).astype(np.int64)

    def own_codes(self, claims: Claims, rows: Ints, own: Attribute) -> tuple[Ints, Mask]:
        """An attribute's codes as the scheme numbers them, and where it knows the code."""
        joined = self.joined[own.name]
        values = claims.columns[own.name][rows].astype(np.int64)
        if joined.values == own.values or own.kind not in ("code", "codes"):
            return values, np.ones(len(rows), np.bool_)
        place = [own.values.index(v) if v in own.values else -2 for v in joined.values]
        if own.kind == "code":
            out = np.where(values < 0, values, np.array([*place, -1])[values])
            return out, out != -2
        out, known = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
        for bit, to in enumerate(place):
            held = values >> bit & 1 == 1
            if to < 0:
                known &= ~held
            else:
                out |= held.astype(np.int64) << to
        return out, known

    def refuse(self, claims: Claims, rows: Ints) -> Ints:
        """Reject what the scheme does not know or cover; gives the rows that are left."""
        rows = self._foreign(claims, rows)
        rows = self._outside(claims, rows)
        rows = self._ages(claims, rows)
        day = claims.day[rows]
        span = self.span_of(day)
        by_name = {a.name: a for a in self.scheme.attributes}
        category = self.own_codes(claims, rows, by_name["category"])[0]
        good = np.ones(len(rows), np.bool_)
        for at in np.unique(span).tolist():
            here = span == at
            start, end = self.spans[at]
            for code in np.unique(category[here]).tolist():
                if code in self.taken[at]:
                    continue
                bad = here & (category == code)
                name = self.scheme.categories[code]
                what = f"{self._what()} {name} ({iso(start)} … {iso(end)})"
                reject(claims, rows[bad], "category", "no_rule", what, name)
                good &= ~bad
            good &= self._filled(claims, rows, here & good, category, self.required[at])
        return rows[good]

    @staticmethod
    def _filled(
        claims: Claims, rows: Ints, here: NDArray[np.bool_], category: Ints, required: dict[int, tuple[str, ...]]
    ) -> NDArray[np.bool_]:
        """Reject rows that lack what the law of their category reads; gives those that do not."""
        good = np.ones(len(rows), np.bool_)
        for name in dict.fromkeys(n for names in required.values() for n in names):
            asks = np.isin(category, [c for c, names in required.items() if name in names])
            bad = here & good & asks & (claims.columns[name][rows] < 0)
            if bad.any():
                reject(claims, rows[bad], name, "missing_value", "")
                good &= ~bad
        return good

    def _what(self) -> str:
        then = f" 按 {iso(self.known)} 已知 as known then" if self.known is not None else ""
        return f"{self.scheme.area} {self.scheme.name}{then}"

    def _foreign(self, claims: Claims, rows: Ints) -> Ints:
        """Reject codes that another scheme of the area declares and this one does not."""
        good = np.ones(len(rows), np.bool_)
        for a in self.scheme.attributes:
            if a.kind in ("code", "codes") and self.joined[a.name].values != a.values:
                bad = good & ~self.own_codes(claims, rows, a)[1]
                if bad.any():
                    reject(claims, rows[bad], a.source or a.name, "unknown_code", ", ".join(a.values))
                    good &= ~bad
        return rows[good]

    def _outside(self, claims: Claims, rows: Ints) -> Ints:
        day, scheme = claims.day[rows], self.scheme
        outside = (day < scheme.start) | (day >= (scheme.end or NO_END))
        if not outside.any():
            return rows
        what = f"{self._what()} ({iso(scheme.start)} … {iso(scheme.end)})"
        reject(claims, rows[outside], "service_date", "no_rule", what, _dates(day[outside]))
        return rows[~outside]

    def _ages(self, claims: Claims, rows: Ints) -> Ints:
        """Reject ages outside of what the law declares: it has no cell for them."""
        good = np.ones(len(rows), np.bool_)
        for a in self.scheme.attributes:
            if a.kind == "integer" and a.source == "born" and ((a.low or 0) > 0 or (a.high or AGES) < AGES):
                age = claims.columns[a.name][rows]
                bad = good & (age >= 0) & ((age < (a.low or 0)) | (age > (a.high or AGES)))
                if bad.any():
                    reject(
                        claims,
                        rows[bad],
                        a.name,
                        "out_of_range",
                        f"{a.low} … {a.high}",
                        pa.array(age[bad]).cast(pa.string()),
                    )
                    good &= ~bad
        return rows[good]

    def diseases(self, claims: Claims, rows: Ints) -> NDArray[np.int16]:
        """The attribute ``disease`` of each row: given, and in which catalogue on its day."""
        out = np.zeros(len(rows), np.int16)
        if claims.disease.null_count == len(claims.disease):
            return out
        coded = claims.disease.take(pa.array(rows)).dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        words = coded.dictionary.to_pylist()
        span = self.span_of(claims.day[rows])
        distinct, inverse = np.unique(codes * len(self.spans) + span, return_inverse=True)
        bits = np.zeros(len(distinct), np.int16)
        for k, pair in enumerate(distinct.tolist()):
            code, at = divmod(pair, len(self.spans))
            if code >= 0:
                bits[k] = self._disease(words[code], at)
        return bits[inverse.reshape(-1)]

    def _disease(self, word: str, at: int) -> int:
        if (word, at) not in self._bits:
            if len(self._bits) > 100_000:
                self._bits.clear()
            self._bits[word, at] = disease_bits(self.scheme, word, self.spans[at][0])
        return self._bits[word, at]


def _dates(days: NDArray[np.int32]) -> pa.Array:
    return pa.array(days.astype(np.int64) - 719_163, pa.int64()).cast(pa.int32()).cast(pa.date32()).cast(pa.string())
