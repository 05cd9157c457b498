"""In which order claims are settled, and which running totals each of them meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.compile import scope_name
from tongchou.law.tables import ROLLING, Scheme

from .calendar import periods

if TYPE_CHECKING:
    from .batch import Claims, Totals

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
        while at < n and person[at] == person[at - 1]:
            at += 1
        if at >= n:
            break
        cuts.append(at)
    cuts.append(n)
    return list(pairwise(cuts))


@dataclass
class Scopes:
    """Running totals of one kind of period: where each claim (in settlement order) finds its own, and the totals."""

    names: tuple[str, ...]
    index: Ints
    """Row of ``totals`` for each claim, −1: none is kept."""
    totals: Ints
    keys: Any = field(default_factory=list)
    """Of person-years two arrays (person, year); of other scopes a list of tuples, one a row of ``totals``."""
    first: Ints | None = None
    """Of a rolling period, whose totals stand by day: the first row of each claim's window."""

    @property
    def used(self) -> bool:
        return bool(len(self.totals)) and bool((self.index >= 0).any())

    @classmethod
    def of_years(
        cls,
        person: Ints,
        year: Ints,
        order: Ints,
        opening: Mapping[tuple[int, int], Mapping[str, int]],
        state: tuple[SlotKey, ...],
    ) -> Scopes:
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
        if opening:
            for i, pair in enumerate(zip(persons.tolist(), years.tolist(), strict=True)):
                for name, value in opening.get(pair, {}).items():
                    if name in names:
                        totals[i, names.index(name)] = value
        return cls(names, index.astype(np.int64), totals, (persons, years))


def number_scopes(
    scheme: Scheme, state: tuple[SlotKey, ...], claims: Claims, day: NDArray[np.int32], order: Ints, opening: Totals
) -> dict[str, Scopes]:
    """The scopes of the kernel besides the benefit year, in its order."""
    result: dict[str, Scopes] = {}
    for per, key in dict.fromkeys((per, key) for _, per, key in state if per != "year" or key):
        names = tuple(n for n, p, k in state if (p, k) == (per, key))
        name = scope_name((per, key))
        value = _key_values(claims, key)
        if per in ("visit", "episode"):
            index, keys, taken = _courses(per, claims, order, opening)
            if key:
                index, keys, taken = _by_key(name, index, keys, value[order], opening)
        elif per.startswith(ROLLING):
            rolling = _rolling(name, int(per.removeprefix(ROLLING)), names, claims, day, value, order, opening)
            result[name] = rolling
            continue
        else:
            when = periods(day, per, scheme.year_starts)
            stacked = np.stack([claims.person, when, value], axis=1)[order]
            distinct, inverse = np.unique(stacked, axis=0, return_inverse=True)
            index = inverse.reshape(-1).astype(np.int64)
            keys = [(name, *map(int, row)) for row in distinct]
            taken = [opening.other.get(k, {}) for k in keys]
        _follow_reversals(index, claims, order)
        totals = np.zeros((len(keys), max(1, len(names))), np.int64)
        for i, given in enumerate(taken):
            for slot, v in given.items():
                if slot in names:
                    totals[i, names.index(slot)] = v
        result[name] = Scopes(names, index, totals, keys)
    return result


def _rolling(
    name: str,
    days: int,
    names: tuple[str, ...],
    claims: Claims,
    day: NDArray[np.int32],
    value: Ints,
    order: Ints,
    opening: Totals,
) -> Scopes:
    """A rolling period: one row for each day of a person (and key) on which something may have been added."""
    mine = np.stack([claims.person, value, day.astype(np.int64)], axis=1)[order]
    before = [k for k in opening.other if k[0] == name]
    old = np.array([(k[1], k[3], k[2]) for k in before], np.int64).reshape(-1, 3)
    distinct, inverse = np.unique(np.concatenate([mine, old]), axis=0, return_inverse=True)
    inverse = inverse.reshape(-1).astype(np.int64)
    index = inverse[: len(mine)]
    back = np.flatnonzero(claims.reverses >= 0)
    if len(back):  # a reversal meets the day of the claim it undoes
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        index[place[back]] = index[place[claims.reverses[back]]]
    totals = np.zeros((len(distinct), max(1, len(names))), np.int64)
    for k, row in zip(before, inverse[len(mine) :].tolist(), strict=True):
        for slot, v in opening.other[k].items():
            if slot in names:
                totals[row, names.index(slot)] = v
    group = np.concatenate([[0], np.cumsum((np.diff(distinct[:, :2], axis=0) != 0).any(axis=1))])
    span = int(distinct[:, 2].max(initial=0)) + 1
    place_of = group * span + distinct[:, 2]
    starts = np.searchsorted(place_of, np.maximum(place_of - days + 1, group * span))
    keys = [(name, p, d, k) for p, k, d in distinct.tolist()]
    return Scopes(names, index, totals, keys, starts[index].astype(np.int64))


def _key_values(claims: Claims, key: str) -> Ints:
    """The attribute that keys a total, of each claim; an absent rank follows from the level, as it is settled."""
    if not key:
        return np.zeros(len(claims), np.int64)
    value = claims.columns[key].astype(np.int64)
    if key == "rank":
        return np.where(value < 0, np.maximum(claims.columns["level"].astype(np.int64), 1) - 1, value)
    return value


def _by_key(
    name: str, index: Ints, keys: list[tuple[Any, ...]], value: Ints, opening: Totals
) -> tuple[Ints, list[tuple[Any, ...]], list[Mapping[str, int]]]:
    """Stays or courses of care once more, each value of the key apart: (scope name, person, episode code, value)."""
    split = np.full(len(index), -1, np.int64)
    found: dict[tuple[int, int], int] = {}
    own: list[tuple[Any, ...]] = []
    for i in np.flatnonzero(index >= 0).tolist():
        at = int(index[i]), int(value[i])
        if at not in found:
            found[at] = len(own)
            kind, person, *_, last = keys[at[0]]
            own.append((name, person, last if kind != "episode" else keys[at[0]][2], at[1]))
        split[i] = found[at]
    return split, own, [opening.other.get(k, {}) for k in own]


def _follow_reversals(index: Ints, claims: Claims, order: Ints) -> None:
    """A reversal meets the totals of the claim it undoes."""
    back = np.flatnonzero(claims.reverses >= 0)
    if len(back):
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        index[place[back]] = index[place[claims.reverses[back]]]


def _courses(
    per: str, claims: Claims, order: Ints, opening: Totals
) -> tuple[Ints, list[tuple[Any, ...]], list[Mapping[str, int]]]:
    """Stays (``visit``) and courses of care (``episode``) of more than one row, or that may go on in a later file.

    A run of interim rows of one person, category and episode, and the row that closes it, is one stay. A row
    without an episode and outside such a run is its own and keeps no total (−1).
    """
    n = len(order)
    index = np.full(n, -1, np.int64)
    keys: list[tuple[Any, ...]] = []
    taken: list[Mapping[str, int]] = []
    person, category = claims.person[order], claims.category[order]
    episode, interim = claims.episode[order], claims.interim[order] == 1
    back = claims.reverses[order] >= 0
    runs = set(person[interim].tolist()) | {p for p, _, _ in opening.open_stays}
    wanted = np.flatnonzero(((episode >= 0) | np.isin(person, list(runs)) if runs else episode >= 0) & ~back)
    open_now: dict[tuple[int, int, int], int] = {}
    named: dict[tuple[int, int], int] = {}
    met: set[tuple[int, int, int]] = set()
    for i in wanted.tolist():
        stay = (int(person[i]), int(category[i]), int(episode[i]))
        at = open_now.pop(stay, None)
        if at is None and stay in opening.open_stays and stay not in met:
            at = len(keys)
            keys.append(("open", *stay))
            taken.append(opening.open_stays[stay])
        met.add(stay)
        if per == "episode" and stay[2] >= 0:
            at = named.get((stay[0], stay[2]))
            if at is None:
                at = named[stay[0], stay[2]] = len(keys)
                keys.append(("episode", stay[0], stay[2], 0))
                taken.append(opening.other.get(("episode", stay[0], stay[2], 0), {}))
        if at is None and (interim[i] or per == "episode"):
            at = len(keys)
            keys.append(("open", *stay))
            taken.append({})
        if at is None:
            continue
        index[i] = at
        if interim[i]:
            open_now[stay] = at
    for i, k in enumerate(keys):  # a stay whose closing row has come need not be kept
        if k[0] == "open" and open_now.get(k[1:]) != i:
            keys[i] = ("closed", *k[1:])
    return index, keys, taken
