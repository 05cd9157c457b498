"""Settle a whole claims file: read, refuse, settle scheme by scheme, and gather what is to be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.findings import NoRule
from tongchou.law.tables import Attribute, Scheme
from tongchou.law.tree import Law
from tongchou.rules.settlement import batch

from .claims import Claims, read_claims
from .mapping import Mapping
from .opening import Opening, read_opening
from .prepare import (
    AMOUNTS,
    Persons,
    find_originals,
    person_codes,
    refuse_foreign_codes,
    refuse_too_large,
    refuse_uncovered,
    reject,
    scheme_claims,
)
from .source import BY_ITSELF, Reading

Ints = NDArray[np.int64]


@dataclass
class SchemeRun:
    """One scheme's claims of the file and what became of them. ``rows``: positions among the accepted rows."""

    scheme: Scheme
    rows: Ints
    claims: batch.Claims
    settled: batch.Settled
    late: NDArray[np.bool_]


@dataclass
class FileRun:
    """A settled file before it is written."""

    claims: Claims
    persons: Persons
    episodes: dict[str, int]
    runs: list[SchemeRun]
    opening: Opening | None
    area: str
    version: str
    law_root: Path
    mapping: Mapping | None = None
    schemes: list[Scheme] = field(default_factory=list)
    law: Law | None = None
    known: int | None = None
    joined: dict[str, Attribute] = field(default_factory=dict)
    """Attributes as the file was read with: the values of all schemes in one list."""


def schemes_of(law: Law, area: str, known: int | None) -> dict[str, Scheme]:
    """Every scheme of the area, as known on the day; an area without any is refused by name."""
    names = law.scheme_names(area)
    found: dict[str, Scheme] = {}
    for name in names:
        try:
            found[name] = law.scheme(area, name, known)
        except NoRule:
            continue
    if not found:
        raise NoRule(area, "any scheme", "any day")
    return found


def all_attributes(schemes: Sequence[Scheme]) -> tuple[Attribute, ...]:
    """The attributes of several schemes as one list, values of codes joined in order."""
    from msgspec.structs import replace

    found: dict[str, Attribute] = {}
    for scheme in schemes:
        for a in scheme.attributes:
            have = found.get(a.name)
            if have is None:
                found[a.name] = a
            elif have.values != a.values:
                found[a.name] = replace(have, values=(*have.values, *(v for v in a.values if v not in have.values)))
    return tuple(a for a in found.values() if a.kind != "state")


def settle_file(
    path: Path,
    schemes: dict[str, Scheme],
    area: str,
    version: str,
    law_root: Path,
    mapping: Mapping | None = None,
    opening: Path | None = None,
    workers: int = 1,
    chunk: int = batch.CHUNK,
    progress: Callable[[str, int, int], None] | None = None,
    force: str | None = None,
    known: int | None = None,
    reading: Reading = BY_ITSELF,
) -> FileRun:
    """Settle a file under the schemes given. Raises ``FileRefused`` for what is wrong with a file as a whole."""
    tell = progress or (lambda step, done, of: None)
    tell("read", 0, 1)
    parts = {layer.intake.name for s in schemes.values() for layer in s.layers if layer.intake.kind == "part"}
    alone = schemes.get("any")
    attributes = all_attributes(list(schemes.values()))
    joined = {a.name: a for a in attributes}
    claims = read_claims(path, attributes, mapping, tuple(schemes), sorted(parts), reading)
    tell("read", 1, 1)
    before = read_opening(opening) if opening is not None else None
    persons = person_codes(claims, before.person_ids if before else None)
    episodes: dict[str, int] = dict(before.episodes) if before else {}
    run = FileRun(claims, persons, episodes, [], before, area, version, law_root, mapping, list(schemes.values()))
    run.joined = joined
    groups = _groups(claims, schemes, alone, area)
    kept: dict[str, Ints] = {}
    for name, rows in groups.items():
        scheme = alone or schemes[name]
        rows = refuse_foreign_codes(claims, rows, scheme, joined)
        rows = refuse_uncovered(claims, rows, scheme, joined, known)
        kept[name] = refuse_too_large(claims, rows, persons, scheme)
    originals = _reversals(run, kept)
    done = 0
    for name, rows in kept.items():
        rows = rows[~claims.rejected.mask[claims.row[rows]]]
        if len(rows) == 0:
            continue
        tell("settle", done, len(claims))

        def step(n: int) -> None:
            nonlocal done
            done += n
            tell("settle", done, len(claims))

        run.runs.append(_settle_scheme(run, name, alone or schemes[name], rows, originals, workers, chunk, step, force))
    tell("settle", len(claims), len(claims))
    return run


def _groups(claims: Claims, schemes: dict[str, Scheme], alone: Scheme | None, area: str) -> dict[str, Ints]:
    """Accepted rows by scheme; rows of a scheme that the area does not have are rejected."""
    out: dict[str, Ints] = {}
    for code, name in enumerate(claims.scheme_names):
        rows = np.flatnonzero(claims.scheme == code)
        if len(rows) == 0:
            continue
        if alone is None and name not in schemes:
            reject(claims, rows, "scheme", "no_rule", f"{area} {name}", name)
            continue
        out[name] = rows
    return out


def _reversals(run: FileRun, kept: dict[str, Ints]) -> Ints:
    """Check every reversal: its original stands before it, in this file or the opening, once, with equal amounts."""
    claims = run.claims
    original = find_originals(claims)
    alive = np.zeros(len(claims), np.bool_)
    for rows in kept.values():
        alive[rows] = True
    back = np.flatnonzero((original != -1) & alive)
    seen: set[str] = set(run.opening.reversed_ids) if run.opening else set()
    named = claims.reverses.take(pa.array(back)).to_pylist()
    for row, text in sorted(zip(back.tolist(), named, strict=True), key=lambda p: (claims.order[p[0]], p[0])):
        fault = _fault(run, alive, original, row, text, seen)
        if fault:
            reject(claims, np.array([row]), "reverses", fault, "", text)
            alive[row] = False
        else:
            seen.add(text)
    return original


def _fault(run: FileRun, alive: NDArray[np.bool_], original: Ints, row: int, text: str, seen: set[str]) -> str:
    """What is wrong with one reversal, or nothing."""
    claims, at, opening = run.claims, int(original[row]), run.opening
    if at >= 0:
        before = bool((claims.order[at], at) < (claims.order[row], row))
        if not (alive[at] and before and original[at] == -1):
            return "reverses_unknown"
        equal = _equal(claims, row, at)
    else:
        if opening is None or text not in opening.settled_ids():
            return "reverses_unknown"
        equal = opening.equal(claims, row, text)
    if text in seen:
        return "already_reversed"
    return "" if equal else "reverses_not_equal"


def _equal(claims: Claims, row: int, at: int) -> bool:
    same = claims.person_id[row] == claims.person_id[at] and claims.scheme[row] == claims.scheme[at]
    return bool(same) and all(claims.money[a][row] == claims.money[a][at] for a in AMOUNTS)


def _settle_scheme(
    run: FileRun,
    name: str,
    scheme: Scheme,
    rows: Ints,
    originals: Ints,
    workers: int,
    chunk: int,
    step: Callable[[int], None],
    force: str | None,
) -> SchemeRun:
    place = np.full(len(run.claims) + 1, -1, np.int64)
    place[rows] = np.arange(len(rows))
    here = originals[rows]
    reverses = np.where(here >= 0, place[np.maximum(here, 0)], -1)
    given = scheme_claims(run.claims, rows, run.persons, scheme, run.episodes, reverses, run.joined)
    totals, late = batch.Totals(), np.zeros(len(rows), np.bool_)
    undo: tuple[batch.Undo, ...] = ()
    if run.opening is not None:
        totals = run.opening.totals(name, run.persons)
        late = run.opening.late(name, given, scheme, run.persons)
        elsewhere = np.flatnonzero(here == -2)
        undo = run.opening.undo(elsewhere, run.claims.reverses.take(pa.array(rows[elsewhere])).to_pylist())
    settled = batch.settle(scheme, given, totals, workers, undo, chunk=chunk, force=force, progress=step)
    return SchemeRun(scheme, rows, given, settled, late)
