"""Which running totals of months, stays, episodes and other periods each claim meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tongchou.law.compile import scope_name
from tongchou.law.tables import ROLLING, Scheme

from .calendar import period, periods
from .order import Scopes, SlotKey
from .totals import CLOSED, NAMED, OPEN, Carried, Kept, Keys, matches, pack

if TYPE_CHECKING:
    from .batch import Claims, Undo

Ints = NDArray[np.int64]


def number_scopes(
    scheme: Scheme,
    state: tuple[SlotKey, ...],
    claims: Claims,
    day: NDArray[np.int32],
    order: Ints,
    opening: Carried,
    undo: Sequence[Undo] = (),
) -> dict[str, Scopes]:
    """The scopes of the kernel besides the benefit year, in its order."""
    result: dict[str, Scopes] = {}
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    for per, key in dict.fromkeys((per, key) for _, per, key in state if per != "year" or key):
        names = tuple(n for n, p, k in state if (p, k) == (per, key))
        name = scope_name((per, key))
        value = _key_values(claims, key)
        for u in undo:
            value[u.row] = _key_value(u, key)
        if per in ("visit", "episode"):
            index, keys = _courses(per, claims, order, opening, undo, place)
            if key:
                index, keys = _by_key(name, index, keys, value[order], opening.get(name))
        elif per.startswith(ROLLING):
            index, keys = _days(name, claims, day, order, value, undo, opening.get(name))
        else:
            index, keys = _periods(name, per, scheme, claims, day, order, value, undo)
        _follow_reversals(index, claims, place)
        totals = np.zeros((len(keys), max(1, len(names))), np.int64)
        _take_in(totals, names, keys, opening)
        first = _windows(keys, int(per.removeprefix(ROLLING)))[index] if per.startswith(ROLLING) else None
        result[name] = Scopes(names, index, totals, keys, first)
    return result


def _take_in(totals: Ints, names: tuple[str, ...], keys: Keys, opening: Carried) -> None:
    """Totals of earlier runs."""
    course, keyed = keys.scope.startswith(("visit", "episode")), "_by_" in keys.scope
    for standing in (NAMED, OPEN, CLOSED):
        rows = np.flatnonzero((keys.standing == standing) & keys.goes_on)
        own = "episode" if standing == NAMED else "open"
        kind = own if course and not keyed else keys.scope
        kept = opening.get(kind)
        if kept is None or len(rows) == 0:
            continue
        at = np.full(len(keys), -1, np.int64)
        at[rows] = matches(tuple(c[rows] for c in keys.rows()), kept.rows())
        kept.into(totals, names, at)


def _key_values(claims: Claims, key: str) -> Ints:
    """The attribute that keys a total, of each claim; an absent rank follows from the level, as it is settled."""
    if not key:
        return np.zeros(len(claims), np.int64)
    value = claims.columns[key].astype(np.int64)
    if key == "rank":
        return np.where(value < 0, np.maximum(claims.columns["level"].astype(np.int64), 1) - 1, value)
    return value


def _key_value(u: Undo, key: str) -> int:
    value = u.claim.get(key, 0) if key else 0
    return max(u.claim.get("level", 0), 1) - 1 if key == "rank" and value < 0 else value


def _periods(
    name: str,
    per: str,
    scheme: Scheme,
    claims: Claims,
    day: NDArray[np.int32],
    order: Ints,
    value: Ints,
    undo: Sequence[Undo],
) -> tuple[Ints, Keys]:
    when = periods(day, per, scheme.year_starts)
    for u in undo:
        when[u.row] = period(u.claim.get("day", int(day[u.row])), per, scheme.year_starts)
    columns = (claims.person[order], when[order], value[order])
    _, first, index = np.unique(pack(*columns), return_index=True, return_inverse=True)
    person, number, held = (c[first] for c in columns)
    none = np.full(len(first), -1, np.int64)
    keys = Keys(name, person, number, held, none, np.zeros(len(first), np.int8), np.ones(len(first), np.bool_))
    return index.reshape(-1).astype(np.int64), keys


def _days(
    name: str,
    claims: Claims,
    day: NDArray[np.int32],
    order: Ints,
    value: Ints,
    undo: Sequence[Undo],
    kept: Kept | None,
) -> tuple[Ints, Keys]:
    """Of a rolling period one row a day, by person and key: those of the claims, and those that earlier runs left."""
    when = day.astype(np.int64)
    for u in undo:
        when[u.row] = u.claim.get("day", int(day[u.row]))
    columns = [claims.person[order], value[order], when[order]]
    if kept is not None:
        here = np.isin(kept.person, claims.person)
        columns = [
            np.concatenate([c, k[here]]) for c, k in zip(columns, (kept.person, kept.key, kept.period), strict=True)
        ]
    _, first, index = np.unique(pack(*columns), return_index=True, return_inverse=True)
    person, held, number = (c[first] for c in columns)
    none = np.full(len(first), -1, np.int64)
    keys = Keys(name, person, number, held, none, np.zeros(len(first), np.int8), np.ones(len(first), np.bool_))
    return index.reshape(-1).astype(np.int64)[: len(order)], keys


def _windows(keys: Keys, days: int) -> Ints:
    """Of each row of a rolling period the first row of the days that end with its own."""
    if len(keys) == 0:
        return np.zeros(0, np.int64)
    changed = (np.diff(keys.person) != 0) | (np.diff(keys.key) != 0)
    group = np.concatenate([[0], np.cumsum(changed)])
    low, span = int(keys.period.min()), int(keys.period.max()) - int(keys.period.min()) + 1
    place = group * span + keys.period - low
    first: Ints = np.searchsorted(place, np.maximum(place - days + 1, group * span)).astype(np.int64)
    return first


def _by_key(name: str, index: Ints, keys: Keys, value: Ints, kept: Kept | None) -> tuple[Ints, Keys]:
    """Stays or courses of care once more, each value of the key apart."""
    split = np.full(len(index), -1, np.int64)
    rows = np.flatnonzero(index >= 0)
    _, first, inverse = np.unique(pack(index[rows], value[rows]), return_index=True, return_inverse=True)
    split[rows] = inverse.reshape(-1)
    of = index[rows[first]]
    standing = keys.standing[of]
    category = np.where(standing == NAMED, 0, keys.key[of] + 1)
    made = Keys(name, keys.person[of], category, value[rows[first]], keys.episode[of], standing, keys.goes_on[of])
    return split, made if kept is None else _both(made, _other_values(made, keys, kept))


def _other_values(made: Keys, stays: Keys, kept: Kept) -> Keys:
    """What a stay that goes on holds under values of the key that no claim of this run has: it ends with the stay."""
    on = np.flatnonzero(stays.goes_on & (stays.standing != NAMED))
    at = matches((kept.person, kept.period - 1, kept.episode), (stays.person[on], stays.key[on], stays.episode[on]))
    rows = np.flatnonzero((at >= 0) & (matches(kept.rows(), made.rows()) < 0))
    person, period_, key, episode = (c[rows] for c in kept.rows())
    standing = stays.standing[on][at[rows]]
    return Keys(made.scope, person, period_, key, episode, standing, np.ones(len(rows), np.bool_))


def _follow_reversals(index: Ints, claims: Claims, place: Ints) -> None:
    """A reversal meets the totals of the claim it undoes."""
    back = np.flatnonzero(claims.reverses >= 0)
    if len(back):
        index[place[back]] = index[place[claims.reverses[back]]]


def _courses(
    per: str, claims: Claims, order: Ints, opening: Carried, undo: Sequence[Undo], place: Ints
) -> tuple[Ints, Keys]:
    """Stays (``visit``) and courses of care (``episode``) of more than one row, or that may go on in a later file.

    A run of interim rows of one person, category and episode, and the row that closes it, is one stay. A row
    without an episode and outside such a run is its own and keeps no total (−1). Rows of one episode are one course
    of care. A reversal of a claim of an earlier run is no row of a stay; it meets the totals its original met.
    """
    person, category = claims.person[order], claims.category[order].astype(np.int64)
    episode, interim = claims.episode[order], claims.interim[order] == 1
    real = claims.reverses[order] < 0
    real[place[[u.row for u in undo]]] = False
    index = np.full(len(order), -1, np.int64)
    if per == "episode":
        named = np.flatnonzero((episode >= 0) & real)
        index, keys = _episodes(index, named, person, episode)
        open_rows = real & (episode < 0)
    else:
        keys = _none(per)
        open_rows = real
    rows, own, more = _stays(per, np.flatnonzero(open_rows), person, category, episode, interim, opening)
    index[rows] = np.where(own >= 0, own + len(keys), -1)
    keys = _both(keys, more)
    return _undone(index, keys, per, claims, place, undo)


def _none(scope: str) -> Keys:
    empty = np.zeros(0, np.int64)
    return Keys(scope, empty, empty, empty, empty, np.zeros(0, np.int8), np.zeros(0, np.bool_))


def _both(a: Keys, b: Keys) -> Keys:
    person, period_, key, episode = (np.concatenate(pair) for pair in zip(a.rows(), b.rows(), strict=True))
    standing, goes_on = np.concatenate([a.standing, b.standing]), np.concatenate([a.goes_on, b.goes_on])
    return Keys(a.scope, person, period_, key, episode, standing, goes_on)


def _episodes(index: Ints, rows: Ints, person: Ints, episode: Ints) -> tuple[Ints, Keys]:
    _, first, inverse = np.unique(pack(person[rows], episode[rows]), return_index=True, return_inverse=True)
    index[rows] = inverse.reshape(-1)
    at = rows[first]
    zero = np.zeros(len(at), np.int64)
    return index, Keys(
        "episode", person[at], zero, zero, episode[at], np.zeros(len(at), np.int8), np.ones(len(at), np.bool_)
    )


def _stays(
    per: str, rows: Ints, person: Ints, category: Ints, episode: Ints, interim: NDArray[np.bool_], opening: Carried
) -> tuple[Ints, Ints, Keys]:
    """(rows looked at, the stay of each or −1, the stays). Only persons with interim rows or open stays are."""
    held = open_stays(opening)
    some = interim[rows]
    if not some.any() and len(held[0]) == 0:
        return rows[:0], rows[:0], _none(per)
    concerned = np.unique(np.concatenate([person[rows[some]], held[0]]))
    rows = rows[np.isin(person[rows], concerned)]
    triple = pack(person[rows], category[rows], episode[rows])
    by = np.argsort(triple, kind="stable")
    rows, triple = rows[by], triple[by]
    same = np.concatenate([[False], triple[1:] == triple[:-1]]) if len(rows) else np.zeros(0, np.bool_)
    goes_on = same & np.concatenate([[False], interim[rows][:-1]]) if len(rows) else same
    columns = (person[rows], category[rows], episode[rows])
    from_before = ~same & (matches(columns, held) >= 0)
    number = np.cumsum(~goes_on) - 1
    first = np.flatnonzero(~goes_on)
    last = np.concatenate([first[1:], [len(rows)]]) - 1 if len(first) else first
    kept = interim[rows[first]] | from_before[first]
    own = np.where(kept, np.cumsum(kept) - 1, -1)
    starts, ends = rows[first[kept]], rows[last[kept]]
    standing = np.where(interim[ends], OPEN, CLOSED).astype(np.int8)
    zero = np.zeros(len(starts), np.int64)
    keys = Keys(per, person[starts], zero, category[starts], episode[starts], standing, from_before[first[kept]])
    return rows, own[number], keys


def open_stays(opening: Carried) -> tuple[Ints, Ints, Ints]:
    """(person, category, episode) of every stay that an earlier run left open, keyed totals looked at too."""
    found = []
    for kind, kept in opening.items():
        if kind == "open":
            found.append((kept.person, kept.key, kept.episode))
        elif kind.startswith(("visit_by_", "episode_by_")):
            some = kept.period > 0
            found.append((kept.person[some], kept.period[some] - 1, kept.episode[some]))
    if not found:
        return (np.zeros(0, np.int64),) * 3
    columns = [np.concatenate(c) for c in zip(*found, strict=True)]
    _, first = np.unique(pack(*columns), return_index=True)
    return columns[0][first], columns[1][first], columns[2][first]


def _undone(index: Ints, keys: Keys, per: str, claims: Claims, place: Ints, undo: Sequence[Undo]) -> tuple[Ints, Keys]:
    """A reversal of an earlier run's claim meets the totals of that claim's episode, or of its stay if still open."""
    for u in undo:
        whole = per == "episode" and u.episode >= 0
        if not whole and not u.open:
            continue
        person, category = int(claims.person[u.row]), 0 if whole else u.claim["category"]
        mine = (keys.person == person) & (keys.key == category) & (keys.episode == u.episode)
        at = np.flatnonzero(mine & ((keys.standing == NAMED) == whole))
        if len(at) == 0:
            one, zero, of, course = (np.array([v], np.int64) for v in (person, 0, category, u.episode))
            standing = np.array([NAMED if whole else OPEN], np.int8)
            keys = _both(keys, Keys(keys.scope, one, zero, of, course, standing, np.ones(1, np.bool_)))
            at = np.array([len(keys) - 1])
        index[place[u.row]] = at[0]
    return index, keys
