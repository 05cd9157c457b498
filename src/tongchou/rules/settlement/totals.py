"""Running totals as arrays: what identifies each row of them, and how rows of two runs find each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_ROOM = 1 << 62

NAMED, OPEN, CLOSED = 0, 1, 2
"""Standing of a row of totals: under its scope's own name, of a stay still open, of a stay that is over."""


def pack(*columns: Ints) -> Ints:
    """Rows of several integer columns as one integer each: equal where all are equal, in their order."""
    code = np.zeros(len(columns[0]), np.int64)
    most = 1
    for column in columns:
        if len(column) == 0:
            return code
        low = int(column.min())
        span = int(column.max()) - low + 1
        if most * span >= _ROOM:
            code = np.unique(code, return_inverse=True)[1].reshape(-1).astype(np.int64)
            most = int(code.max()) + 1
        if most * span >= _ROOM:
            column = np.unique(column, return_inverse=True)[1].reshape(-1).astype(np.int64)
            low, span = 0, int(column.max()) + 1
        code = code * span + (column - low)
        most *= span
    return code


def matches(wanted: tuple[Ints, ...], held: tuple[Ints, ...]) -> Ints:
    """For each wanted row the position of the equal held one, −1 where there is none. Held rows differ."""
    n = len(wanted[0])
    if n == 0 or len(held[0]) == 0:
        return np.full(n, -1, np.int64)
    code = pack(*(np.concatenate([w, h]) for w, h in zip(wanted, held, strict=True)))
    mine, theirs = code[:n], code[n:]
    order = np.argsort(theirs, kind="stable")
    at = np.minimum(np.searchsorted(theirs[order], mine), len(order) - 1)
    found = order[at]
    return np.where(theirs[found] == mine, found, -1).astype(np.int64)


@dataclass
class Keys:
    """What identifies each row of one scope's totals."""

    scope: str
    """``month``, ``visit``, ``episode_by_level`` …"""
    person: Ints
    period: Ints
    """Number of the period; of a keyed stay its category + 1."""
    key: Ints
    """Value of the attribute that keys the totals; of a stay without one its category."""
    episode: Ints
    standing: NDArray[np.int8]
    """``NAMED``, ``OPEN`` or ``CLOSED``."""
    goes_on: NDArray[np.bool_]
    """Whether the row goes on with what an earlier run left, if it left something."""

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, at: int) -> tuple[Any, ...]:
        """One row's key: (kind, person, …), what ``Totals`` holds it under."""
        person, period, key = int(self.person[at]), int(self.period[at]), int(self.key[at])
        episode, standing = int(self.episode[at]), int(self.standing[at])
        course = self.scope.startswith(("visit", "episode"))
        if not course:
            return (self.scope, person, period, key)
        if standing == CLOSED:
            return ("closed", person, key, episode)
        if "_by_" in self.scope:
            own = (self.scope, person, episode, key)
            return (*own, period - 1) if period else own
        return ("open", person, key, episode) if standing == OPEN else ("episode", person, episode, 0)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return (self[i] for i in range(len(self)))

    def rows(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The four columns that tell rows of one kind apart."""
        return self.person, self.period, self.key, self.episode


@dataclass
class Kept:
    """Totals of one kind carried over from an earlier run; ``values`` by slot name."""

    person: Ints
    period: Ints
    key: Ints
    episode: Ints
    values: dict[str, Ints] = field(default_factory=dict)

    def rows(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The four columns that tell rows of one kind apart."""
        return self.person, self.period, self.key, self.episode

    def into(self, totals: Ints, names: tuple[str, ...], at: Ints) -> None:
        """Write the values of rows ``at`` (−1: none) into the columns of ``totals``."""
        met = np.flatnonzero(at >= 0)
        for j, name in enumerate(names):
            if len(met) and name in self.values:
                totals[met, j] = self.values[name][at[met]]


Carried = dict[str, Kept]
"""Totals of earlier runs by kind: ``year``, ``open``, ``episode`` and the names of the other scopes."""


def of_rows(rows: Mapping[str, list[tuple[tuple[int, int, int, int], Mapping[str, int]]]]) -> Carried:
    """Totals given one by one, as arrays."""
    out: Carried = {}
    for kind, given in rows.items():
        if not given:
            continue
        person, period, key, episode = np.array([k for k, _ in given], np.int64).T
        slots = list(dict.fromkeys(s for _, values in given for s in values))
        values = {s: np.array([v.get(s, 0) for _, v in given], np.int64) for s in slots}
        out[kind] = Kept(person, period, key, episode, values)
    return out
