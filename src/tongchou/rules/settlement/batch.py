"""Many claims at once: order them, number their periods, run the fold, give results in input order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.compile import Kernel, compiled, compiled_shape, plain, plain_shape
from tongchou.law.tables import Scheme

from .calendar import periods
from .counter import window_of
from .courses import number_scopes
from .order import Scopes, boundaries, settlement_order
from .totals import Carried, of_rows

Ints = NDArray[np.int64]
PLAIN_BELOW = 300_000
"""Below this many claims plain Python is done before numba is loaded."""
CHUNK = 1_000_000
FORMS = {"plain": plain, "numba": compiled, "shape": compiled_shape, "plain_shape": plain_shape}
"""How the fold is run: as plain Python or compiled, with the law's numbers in the source or as an argument."""


@dataclass
class Claims:
    """Claims of one scheme, one element a row in each array, in input order.

    ``columns`` holds ints by kernel input name (attributes, ``in_scope``, parts …; money in fen). ``person`` is any
    int code; ``order`` seconds; ``episode`` an int code or −1; ``reverses`` the row undone or −1.
    """

    day: NDArray[np.int32]
    person: Ints
    order: Ints
    columns: Mapping[str, NDArray[Any]]
    interim: NDArray[np.int8]
    category: NDArray[np.int8]
    episode: Ints
    reverses: Ints

    def __len__(self) -> int:
        return len(self.day)


@dataclass
class Undo:
    """A reversal of a claim settled in an earlier run: its results with the sign turned, its changes of totals."""

    row: int
    outputs: dict[str, int]
    effects: dict[tuple[str, str, str], int]
    """By slot (name, period, key attribute)."""
    year: int
    reason: str = ""
    warnings: tuple[str, ...] = ()
    claim: Mapping[str, int] = field(default_factory=dict)
    """The original's kernel inputs: its day, category and what keys totals say which of them it moved."""
    episode: int = -1
    """Code of the original's episode."""
    open: bool = False
    """Whether the original's stay was still open at the end of the earlier run."""


@dataclass
class Totals:
    """Running totals: by (person code, benefit year), and by other scopes; slot (name, per, key) → fen."""

    year: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    other: dict[tuple[Any, ...], dict[str, int]] = field(default_factory=dict)
    """(scope name, person, period number or episode code, key value) → totals; of a keyed stay still open also
    its category."""
    open_stays: dict[tuple[int, int, int], dict[str, int]] = field(default_factory=dict)
    """(person, category, episode code) → totals of a stay whose closing row has not come."""

    def carried(self) -> Carried:
        """The same as arrays, by kind."""
        rows: dict[str, list[tuple[tuple[int, int, int, int], Mapping[str, int]]]] = {}
        for (person, year), given in self.year.items():
            rows.setdefault("year", []).append(((person, year, 0, -1), given))
        for (person, category, episode), given in self.open_stays.items():
            rows.setdefault("open", []).append(((person, 0, category, episode), given))
        for (kind, person, *rest), given in self.other.items():
            if kind == "episode":
                place = (person, 0, 0, rest[0])
            elif kind.startswith(("visit_by_", "episode_by_")):
                place = (person, rest[2] + 1 if len(rest) > 2 else 0, rest[1], rest[0])
            else:
                place = (person, rest[0], rest[1], -1)
            rows.setdefault(kind, []).append((place, given))
        return of_rows(rows)


@dataclass
class Settled:
    """Results in input order. ``outputs`` by kernel column, int64 fen; ``reason`` and ``warnings`` as codes."""

    kernel: Kernel
    outputs: dict[str, NDArray[Any]]
    years: Scopes
    """Person-years met, with their totals at the end."""
    scopes: dict[str, Scopes]
    effects: Ints
    effect_rows: Ints


def settle(
    scheme: Scheme,
    claims: Claims,
    opening: Totals | Carried | None = None,
    workers: int = 1,
    undo: tuple[Undo, ...] = (),
    watch: Ints | None = None,
    force: str | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
    days: tuple[int, int] | None = None,
) -> Settled:
    """Settle claims of one scheme. The result does not depend on ``workers`` or ``chunk``.

    ``watch``: rows whose changes of totals are wanted in ``effects``. ``force``: one of ``FORMS``; ``shape`` compiles
    once for all schemes that differ in their numbers only, for sweeps over variants of a law. ``days``: first day and
    the one after the last of all claims to be settled by this kernel, where these are part of them.
    Raises AssertionError if any claim's shares do not add up to its bill.
    """
    form = force or ("numba" if len(claims) >= PLAIN_BELOW else "plain")
    use_numba = form in ("numba", "shape")
    kernel = FORMS[form](scheme, *window_of(scheme, *(days or _days(claims))))
    held = opening.carried() if isinstance(opening, Totals) else opening or {}
    order = settlement_order(claims.person, claims.order)
    day = claims.day.copy()
    undone = claims.reverses >= 0
    day[undone] = day[claims.reverses[undone]]
    year = periods(day, "year", scheme.year_starts)
    for u in undo:
        year[u.row] = u.year
    years = Scopes.of_years(claims.person, year, order, held.get("year"), kernel.state)
    scopes = number_scopes(scheme, kernel.state, claims, day, order, held, undo)
    marks = _marks(claims, undo, watch, kernel, order)
    run = _Run(kernel, claims, order, years, scopes, marks, undo)
    run.go(workers, chunk, use_numba, progress)
    return Settled(kernel, run.results(), years, scopes, marks.effects, marks.rows)


def kernel_of(scheme: Scheme, days: tuple[int, int], use_numba: bool) -> Kernel:
    """The kernel for claims of these days, running as plain Python or compiled."""
    window = window_of(scheme, *days)
    return compiled(scheme, *window) if use_numba else plain(scheme, *window)


def _days(claims: Claims) -> tuple[int, int]:
    return (int(claims.day.min()), int(claims.day.max()) + 1) if len(claims) else (1, 2)


@dataclass
class _Marks:
    mark: NDArray[np.int8]
    origin: Ints
    effect_of: Ints
    effects: Ints
    rows: Ints

    @property
    def any(self) -> bool:
        return bool(self.mark.any())


def _marks(claims: Claims, undo: tuple[Undo, ...], watch: Ints | None, kernel: Kernel, order: Ints) -> _Marks:
    """Which rows keep their changes (1) and which undo another's (2); in settlement order."""
    n = len(claims)
    mark, origin, effect_of = np.zeros(n, np.int8), np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    back = np.flatnonzero(claims.reverses >= 0)
    targets = np.unique(np.concatenate([claims.reverses[back], watch if watch is not None else np.zeros(0, np.int64)]))
    mark[targets] = 1
    effect_of[targets] = np.arange(len(targets))
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    mark[back] = 2
    origin[back] = place[claims.reverses[back]]
    effect_of[back] = effect_of[claims.reverses[back]]
    effects = np.zeros((len(targets) + len(undo), max(1, len(kernel.state))), np.int64)
    for k, u in enumerate(undo):
        mark[u.row], effect_of[u.row] = 2, len(targets) + k
        for j, slot in enumerate(kernel.state):
            effects[len(targets) + k, j] = u.effects.get(slot, 0)
    return _Marks(mark[order], origin[order], effect_of[order], effects, targets)


class _Run:
    """One fold over all claims, cut between persons."""

    def __init__(
        self,
        kernel: Kernel,
        claims: Claims,
        order: Ints,
        years: Scopes,
        scopes: dict[str, Scopes],
        marks: _Marks,
        undo: tuple[Undo, ...],
    ) -> None:
        self.kernel, self.claims, self.order = kernel, claims, order
        self.years, self.scopes, self.marks, self.undo = years, scopes, marks, undo
        n = len(claims)
        kinds = {"reason": np.int16, "warnings": np.int32}
        self.sorted = {o: np.zeros(n, kinds.get(o, np.int64)) for o in kernel.outputs}
        place = np.empty(n, np.int64)
        place[order] = np.arange(n)
        for u in undo:  # an original of an earlier run: its amounts are already turned
            for name, value in u.outputs.items():
                if name in self.sorted:
                    self.sorted[name][place[u.row]] = value
            if u.reason in kernel.reasons:
                self.sorted["reason"][place[u.row]] = kernel.reasons.index(u.reason)
            self.sorted["warnings"][place[u.row]] = sum(
                1 << k for k, w in enumerate(kernel.warnings) if w in u.warnings
            )

    def go(self, workers: int, chunk: int, use_numba: bool, progress: Callable[[int], None] | None) -> None:
        full = self.marks.any or any(s.used for s in self.scopes.values())
        person = self.claims.person[self.order]
        pieces = boundaries(person, chunk, workers)
        columns = [self._column(name) for name in self.kernel.inputs]
        if len(self.claims) == 0:
            wrong = 0
        elif not use_numba:
            wrong = self._plain(columns, full)
        else:
            fold = self.kernel.fold if full else self.kernel.fold_year
            rest = self._rest(full)

            def one_piece(piece: tuple[int, int]) -> int:
                got = int(fold(piece[0], piece[1], *self.kernel.lead, *columns, *rest))
                if progress:
                    progress(piece[1] - piece[0])
                return got

            if workers > 1 and len(pieces) > 1:
                one_piece((0, 0))  # compile once, before the threads
                with ThreadPoolExecutor(workers) as pool:
                    wrong = sum(pool.map(one_piece, pieces))
            else:
                wrong = sum(map(one_piece, pieces))
        if wrong:
            raise AssertionError(f"{wrong} settlements do not add up to their bills")

    def _column(self, name: str) -> NDArray[Any]:
        source = self.claims.day if name == "day" else self.claims.columns[name]
        return np.ascontiguousarray(source[self.order])

    def _rest(self, full: bool) -> list[Any]:
        extra: list[Any] = [self.years.index, self.years.totals]
        if full:
            for s in self.scopes.values():
                extra += [s.index, s.totals] + ([s.first] if s.first is not None else [])
            m = self.marks
            extra += [m.mark, m.origin, m.effect_of, m.effects]
        return [*extra, *(self.sorted[o] for o in self.kernel.outputs)]

    def _plain(self, columns: list[NDArray[Any]], full: bool) -> int:
        """The same source over lists and dicts of ``int`` (NumPy scalars would overflow)."""
        tables: list[NDArray[Any]] = []

        def loose(a: NDArray[Any]) -> Any:
            if a.ndim == 1:
                return a.tolist()
            tables.append(a)
            return {(i, j): v for i, row in enumerate(a.tolist()) for j, v in enumerate(row)}

        fold = self.kernel.fold if full else self.kernel.fold_year
        given = [loose(a) for a in self._rest(full)]
        wrong = int(fold(0, len(self.claims), *self.kernel.lead, *(c.tolist() for c in columns), *given))
        outs = len(self.kernel.outputs)
        for name, values in zip(self.kernel.outputs, given[len(given) - outs :], strict=True):
            self.sorted[name][:] = values
        for table, got in zip(tables, [g for g in given if isinstance(g, dict)], strict=True):
            for (i, j), v in got.items():
                table[i, j] = v
        return wrong

    def results(self) -> dict[str, NDArray[Any]]:
        out = {}
        for name, values in self.sorted.items():
            back = np.empty_like(values)
            back[self.order] = values
            out[name] = back
        return out
