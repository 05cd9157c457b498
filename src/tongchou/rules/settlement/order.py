"""In which order claims are settled, and which person-years they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .totals import Kept, matches

Ints = NDArray[np.int64]
SlotKey = tuple[str, str, str]


def settlement_order(person: Ints, order: Ints) -> Ints:
    """Rows by person, then order, then place in the input: one sort of packed integers where they fit."""
    n = len(person)
    if n == 0:
        return np.zeros(0, np.int64)
    low = order - order.min()
    if not (low % 86400).any():
        low = low // 86400
    bits = [max(1, int(a.max()).bit_length()) for a in (person, low)] + [max(1, n.bit_length())]
    if sum(bits) <= 63 and int(person.min()) >= 0:
        packed: Ints = (person.astype(np.int64) << (bits[1] + bits[2])) | (low << bits[2]) | np.arange(n)
        packed.sort()
        return packed & ((1 << bits[2]) - 1)
    return np.lexsort((np.arange(n), order, person)).astype(np.int64)


def boundaries(person: Ints, chunk: int, workers: int) -> list[tuple[int, int]]:
    """Cuts of claims in settlement order into pieces of about ``chunk``, only ever between two persons."""
    n = len(person)
    if n == 0:
        return []
    size = max(1, min(chunk, -(-n // (8 * workers)) if workers > 1 else chunk))
    cuts = [0]
    while cuts[-1] + size < n:
        at = cuts[-1] + size
        if person[at] == person[at - 1]:
            at = int(np.searchsorted(person, person[at], side="right")) if _rises(person) else _past(person, at)
        if at >= n:
            break
        cuts.append(at)
    cuts.append(n)
    return list(pairwise(cuts))


def _rises(person: Ints) -> bool:
    return bool(person[0] <= person[-1]) and bool((np.diff(person) >= 0).all())


def _past(person: Ints, at: int) -> int:
    """The first row after ``at`` of another person."""
    other = np.flatnonzero(person[at:] != person[at])
    return at + int(other[0]) if len(other) else len(person)


@dataclass
class Scopes:
    """Running totals of one kind of period: where each claim (in settlement order) finds its own, and the totals."""

    names: tuple[str, ...]
    index: Ints
    """Row of ``totals`` for each claim, −1: none is kept."""
    totals: Ints
    keys: Any = ()
    """Of person-years two arrays (person, year); of other scopes ``Keys``, one a row of ``totals``."""
    first: Ints | None = None
    """Of a rolling period, whose totals stand by day: the first row of each claim's window."""

    @property
    def used(self) -> bool:
        return bool(len(self.totals)) and bool((self.index >= 0).any())

    @classmethod
    def of_years(cls, person: Ints, year: Ints, order: Ints, kept: Kept | None, state: tuple[SlotKey, ...]) -> Scopes:
        """Person-years, numbered in settlement order; persons' totals of the opening are taken in."""
        names = tuple(n for n, per, key in state if per == "year" and not key)
        p, y = person[order], year[order]
        if len(p) == 0:
            return cls(names, np.zeros(0, np.int64), np.zeros((0, max(1, len(names))), np.int64), (p, y))
        low = int(y.min())
        span = int(y.max()) - low + 1
        key = p * span + (y - low)
        if (np.diff(key) >= 0).all():
            first = np.concatenate([[True], key[1:] != key[:-1]])
            index = np.cumsum(first) - 1
            distinct = key[first]
        else:
            distinct, index = np.unique(key, return_inverse=True)
        persons, years = distinct // span, distinct % span + low
        totals = np.zeros((len(distinct), max(1, len(names))), np.int64)
        if kept is not None:
            kept.into(totals, names, matches((persons, years), (kept.person, kept.period)))
        return cls(names, index.astype(np.int64), totals, (persons, years))
