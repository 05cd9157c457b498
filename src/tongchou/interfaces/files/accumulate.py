"""Running totals at the end of a run, as rows of ``accumulators.parquet``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.law.tables import Scheme
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.totals import CLOSED, NAMED, OPEN, Carried, Keys, matches, pack

from .opening import KEYS

if TYPE_CHECKING:
    from .bucket import Bucket

Ints = NDArray[np.int64]


@dataclass
class Ran:
    """One scheme's claims of a bucket and what became of them. ``rows``: their rows of the bucket."""

    name: str
    scheme: Scheme
    rows: Ints
    claims: batch.Claims
    settled: batch.Settled
    late: NDArray[np.bool_]
    held: Carried


def schema_of(slots: list[str]) -> pa.Schema:
    """The columns of the accumulators."""
    texts = {"person_id", "scheme", "kind", "episode"}
    return pa.schema(
        [(k, pa.string() if k in texts else pa.int64()) for k in (*KEYS, "last_order")]
        + [(s, pa.int64()) for s in slots]
    )


def accumulators(bucket: Bucket, runs: list[Ran], slots: list[str]) -> pa.RecordBatch:
    """Every total of a bucket's persons, person by person in the order of their codes; what the opening has of
    persons, years and stays that the file does not meet is carried on."""
    words = pa.array([*bucket.episodes, ""], pa.string())
    schema = schema_of(slots)
    person: list[Ints] = []
    tables = []
    for r in runs:
        for owner, table in _of_scheme(bucket, r, words, schema):
            person.append(owner)
            tables.append(table)
    if bucket.kept is not None:
        rows = np.flatnonzero(~_met(bucket, runs))
        old = bucket.kept.take(pa.array(rows))
        person.append(bucket.kept_person[rows])
        tables.append(_full({n: old[n] for n in old.column_names if n in schema.names}, len(rows), schema))
    if not tables:
        return pa.RecordBatch.from_pylist([], schema=schema)
    order = np.argsort(np.concatenate(person), kind="stable")
    whole = pa.concat_tables(tables).take(pa.array(order)).combine_chunks().to_batches()
    return whole[0] if whole else pa.RecordBatch.from_pylist([], schema=schema)


def _full(columns: dict[str, Any], n: int, schema: pa.Schema) -> pa.Table:
    """A table of all columns, zero where nothing is given."""
    zero = pa.array(np.zeros(n, np.int64))
    return pa.table({f.name: columns.get(f.name, zero) for f in schema}).cast(schema)


def _of_scheme(bucket: Bucket, r: Ran, words: pa.Array, schema: pa.Schema) -> list[tuple[Ints, pa.Table]]:
    years = r.settled.years
    persons, period = years.keys
    n = len(persons)
    last = _last_orders(r.claims, years.index, n)
    kept = r.held.get("year")
    if kept is not None and "last_order" in kept.values:
        at = matches((persons, period), (kept.person, kept.period))
        last = np.where(at >= 0, np.maximum(last, kept.values["last_order"][at]), last)
    columns = {
        "person_id": bucket.persons.take(pa.array(persons)),
        "scheme": pa.repeat(r.name, n),
        "kind": pa.repeat("year", n),
        "period": pa.array(period),
        "episode": pa.repeat("", n),
        "last_order": pa.array(last),
    }
    columns |= {slot: pa.array(years.totals[:, k]) for k, slot in enumerate(years.names)}
    out = [(persons, _full(columns, n, schema))]
    stays = []
    for kind, scope in r.settled.scopes.items():
        keys: Keys = scope.keys
        for standing in (NAMED, OPEN):
            rows = np.flatnonzero(keys.standing == standing)
            if len(rows):
                values = {slot: scope.totals[rows, k] for k, slot in enumerate(scope.names)}
                unkeyed = standing == OPEN and "_by_" not in kind
                if unkeyed:
                    stays.append((tuple(c[rows] for c in keys.rows()), values))
                else:
                    out.append(_rows(bucket, r.name, kind, tuple(c[rows] for c in keys.rows()), values, words, schema))
    if stays:
        out.append(_rows(bucket, r.name, "open", *_one_each(stays), words, schema))
    return out


def _one_each(stays: list[tuple[tuple[Ints, ...], dict[str, Ints]]]) -> tuple[tuple[Ints, ...], dict[str, Ints]]:
    """An open stay has totals of stays and of episodes: one row for both."""
    joined = tuple(np.concatenate(c) for c in zip(*(keys for keys, _ in stays), strict=True))
    _, first, inverse = np.unique(pack(*joined), return_index=True, return_inverse=True)
    values: dict[str, Ints] = {}
    at = 0
    for keys, given in stays:
        place = inverse.reshape(-1)[at : at + len(keys[0])]
        at += len(keys[0])
        for slot, v in given.items():
            values.setdefault(slot, np.zeros(len(first), np.int64))[place] = v
    return tuple(c[first] for c in joined), values


def _rows(
    bucket: Bucket,
    name: str,
    kind: str,
    keys: tuple[Ints, ...],
    values: dict[str, Ints],
    words: pa.Array,
    schema: pa.Schema,
) -> tuple[Ints, pa.Table]:
    person, period, key, episode = keys
    n = len(person)
    columns = {
        "person_id": bucket.persons.take(pa.array(person)),
        "scheme": pa.repeat(name, n),
        "kind": pa.repeat(kind, n),
        "period": pa.array(period),
        "key": pa.array(key),
        "episode": words.take(pa.array(np.where(episode < 0, len(words) - 1, episode))),
    }
    return person, _full(columns | {k: pa.array(v) for k, v in values.items()}, n, schema)


def _last_orders(claims: batch.Claims, index: Ints, n: int) -> Ints:
    """Settlement order of the last claim of each person-year (rows of one stand together, in order)."""
    from tongchou.rules.settlement.order import settlement_order

    last = np.full(n, np.iinfo(np.int64).min, np.int64)
    order = claims.order[settlement_order(claims.person, claims.order)]
    if n and (np.diff(index) >= 0).all():
        last[index] = order  # the last one written is the latest
    elif n:
        np.maximum.at(last, index, order)
    return last


def _met(bucket: Bucket, runs: list[Ran]) -> NDArray[np.bool_]:
    """Rows of the opening that this file has met and written anew, or whose stay it has closed."""
    table = bucket.kept
    assert table is not None
    met = np.zeros(len(table), np.bool_)
    kinds = table["kind"].combine_chunks()
    code = bucket.episodes
    episode = np.array([code.get(w, -1) for w in table["episode"].to_pylist()], np.int64)
    period, key = (np.asarray(table[c]).astype(np.int64) for c in ("period", "key"))
    for r in runs:
        mine = np.asarray(pc.equal(table["scheme"], r.name))
        persons, years = r.settled.years.keys
        rows = np.flatnonzero(mine & np.asarray(pc.equal(kinds, "year")))
        met[rows] = matches((bucket.kept_person[rows], period[rows]), (persons, years)) >= 0
        for kind, scope in r.settled.scopes.items():
            keys: Keys = scope.keys
            for standing in (NAMED, OPEN, CLOSED):
                some = np.flatnonzero(keys.standing == standing)
                unkeyed = "episode" if standing == NAMED and kind == "episode" else "open"
                called = kind if "_by_" in kind or kind not in ("visit", "episode") else unkeyed
                rows = np.flatnonzero(mine & np.asarray(pc.equal(kinds, called)))
                if len(some) and len(rows):
                    held = (bucket.kept_person[rows], period[rows], key[rows], episode[rows])
                    own = tuple(c[some] for c in keys.rows())
                    met[rows] |= matches(held, _distinct(own)) >= 0
    return met


def _distinct(columns: tuple[Ints, ...]) -> tuple[Ints, ...]:
    _, first = np.unique(pack(*columns), return_index=True)
    return tuple(c[first] for c in columns)
