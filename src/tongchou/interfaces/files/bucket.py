"""One bucket of whole persons: their claims gathered from all blocks, settled, and laid out by block again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.tables import BILL_PARTS, Scheme
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.calendar import periods
from tongchou.rules.settlement.totals import Carried, matches

from .accumulate import Ran, accumulators
from .hashing import text_hash
from .identity import ROW_BITS, Identity
from .intake import AMOUNTS, Reading
from .lawrows import Covered
from .opening import Opening, carried
from .rejections import Rejections
from .reversals import judge, undone
from .small import Small, batch_of, joined, joined_text
from .store import Store
from .tally import Tally, tally

Ints = NDArray[np.int64]
"""Bits of a row's warnings beside those of the kernel."""


@dataclass
class Settling:
    """What all buckets of a run share."""

    reading: Reading
    store: Store
    blocks: list[dict[str, Any]]
    identity: Identity
    opening: Opening | None
    days: dict[str, tuple[int, int]]
    """By scheme, the days of all its claims in the file: one kernel serves every bucket."""
    scheme_names: tuple[str, ...]
    slots: list[str]
    """Columns of the accumulators."""
    force: str | None = None


@dataclass
class Bucket:
    """Claims of some persons in file order."""

    place: Ints
    persons: pa.Array
    person: Ints
    """Code of each row's person: its place in ``persons``, which are in order of their hashes."""
    columns: dict[str, NDArray[Any]]
    episodes: dict[str, int]
    episode: Ints
    reverses: pa.Array
    kept: pa.Table | None
    """The opening's totals of these persons."""
    kept_person: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.place)


def settle_bucket(s: Settling, number: int) -> tuple[dict[str, Any], Tally]:
    """Settle one bucket. Leaves ``results/b`` (a batch a block), ``law/b`` (rows refused) and ``totals/b``."""
    bucket = gather(s, number)
    n = len(bucket)
    alive = np.ones(n, np.bool_)
    faults: list[tuple[Ints, str, str, str, pa.Array | None]] = []
    for _, law, rows in _groups(s, bucket):
        bad = too_large(bucket, rows, law.limit)
        if len(bad):
            alive[bad] = False
            faults.append((bad, "billed", "person_year_too_large", f"{law.limit // 100}", None))
    amounts = [bucket.columns[a] for a in AMOUNTS]
    named = s.identity.original_of(bucket.place)
    order, scheme = bucket.columns["order"], bucket.columns["scheme"]
    found = judge(
        bucket.place, named, bucket.reverses, alive, bucket.person, scheme, order, amounts, bucket.persons, s.opening
    )
    for reason, bad in found.fault.items():
        if len(bad):
            alive[bad] = False
            faults.append((bad, "reverses", reason, "", bucket.reverses.take(pa.array(bad))))
    undo = undone(s.opening, found.undo, bucket.episodes) if s.opening is not None else ()
    runs = []
    for name, law, rows in _groups(s, bucket):
        rows = rows[alive[rows]]
        if len(rows):
            runs.append(settle_scheme(s, bucket, name, law.scheme, rows, found.original, undo))
    out = results(bucket, runs, named != -1)
    _lay_out(s, number, bucket, runs, alive, out)
    s.store.put(f"totals/{number}", [accumulators(bucket, runs, s.slots)])
    s.store.put(f"law/{number}", [_told(bucket, faults, s.reading.lang)])
    done = {"bucket": number, "count": n, "settled": int(alive.sum())}
    return done, tally(s, bucket, runs, out, alive)


def gather(s: Settling, number: int) -> Bucket:
    """Read a bucket's rows out of all blocks; repeated ids are left out."""
    parts, places = [], [np.zeros(0, np.int64)]
    for block in s.blocks:
        k = block["number"]
        part = Small(s.store.get(f"records/{k}", number))
        repeated = s.identity.repeated.get(k)
        if repeated is not None:
            rows = part.values("row")
            part.batch = part.batch.take(pa.array(np.flatnonzero(~np.isin(rows, repeated))))
        parts.append(part)
        places.append(part.values("row") | k << ROW_BITS)
    columns = {name: joined(parts, name, kind) for name, kind in s.reading.kinds.items() if name != "order"}
    columns["order"] = _orders(parts, columns["day"])
    ids = joined_text(parts, "person_id")
    kept = s.opening.of_bucket(s.store, number) if s.opening is not None else None
    both = ids if kept is None else pa.concat_arrays([ids.cast(pa.string()), _text(kept, "person_id")])
    persons, person = person_codes(both)
    episodes, episode = _episodes(joined_text(parts, "episode"), kept)
    n = len(ids)
    return Bucket(
        np.concatenate(places),
        persons,
        person[:n],
        columns,
        episodes,
        episode,
        joined_text(parts, "reverses"),
        kept,
        person[n:],
    )


def _text(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _orders(parts: list[Small], day: Ints) -> Ints:
    """Seconds by which a person's claims are ordered; midnight of the day where a block has nothing else."""
    out = day.astype(np.int64) * 86_400
    at = 0
    for part in parts:
        if part.has("order"):
            part.numbers("order", out[at : at + len(part)])
        at += len(part)
    return out


def person_codes(ids: pa.Array) -> tuple[pa.Array, Ints]:
    """(distinct ids in order of their hashes, code of each): the order is the same whatever else a bucket holds."""
    coded = ids.dictionary_encode()
    words = coded.dictionary
    hashes = text_hash(words)
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    if len(same):  # two ids with one hash: by their texts
        texts = words.to_pylist()
        order = np.array(sorted(range(len(words)), key=lambda i: (int(hashes[i]), texts[i])), np.int64)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return words.take(pa.array(order)), rank[np.asarray(coded.indices)]


def _episodes(texts: pa.Array, kept: pa.Table | None) -> tuple[dict[str, int], Ints]:
    """Codes of episodes in order of their texts, and of each row, −1 where it has none."""
    coded = texts.dictionary_encode()
    mine = coded.dictionary.to_pylist()
    held = [w for w in kept["episode"].unique().to_pylist() if w] if kept is not None else []
    codes = {w: i for i, w in enumerate(sorted({*mine, *held}))}
    table = np.array([*(codes[w] for w in mine), -1], np.int64)
    index = np.asarray(coded.indices.fill_null(len(mine))).astype(np.int64)
    return codes, table[index]


def _groups(s: Settling, bucket: Bucket) -> list[tuple[str, Covered, Ints]]:
    """Rows by scheme, in the order in which the file's schemes are named."""
    out = []
    for code, name in enumerate(s.scheme_names):
        rows = np.flatnonzero(bucket.columns["scheme"] == code)
        law = s.reading.covered_by(name)
        if law is not None and name in s.days:
            out.append((name, law, rows))
    return out


def too_large(bucket: Bucket, rows: Ints, limit: int) -> Ints:
    """Rows that lift a person's claims of a scheme above what int64 holds; the rows before each stay."""
    billed, person = bucket.columns["billed"][rows], bucket.person[rows]
    if len(rows) == 0:
        return rows
    sums = np.bincount(person, billed.astype(np.float64))
    if sums.max() <= limit * 0.999:
        return rows[:0]
    some = np.flatnonzero((sums > limit * 0.999)[person])
    some = some[np.lexsort((some, bucket.columns["order"][rows[some]], person[some]))]
    totals: dict[int, int] = {}
    bad = []
    for i, p, amount in zip(some.tolist(), person[some].tolist(), billed[some].tolist(), strict=True):
        total = totals.get(p, 0) + amount
        if total > limit:
            bad.append(i)
        else:
            totals[p] = total
    return np.sort(rows[np.array(bad, np.int64)])


def settle_scheme(
    s: Settling,
    bucket: Bucket,
    name: str,
    scheme: Scheme,
    rows: Ints,
    originals: Ints,
    undo: tuple[batch.Undo, ...],
) -> Ran:
    """Settle one scheme's claims of a bucket."""
    place = np.full(len(bucket) + 1, -1, np.int64)
    place[rows] = np.arange(len(rows))
    here = originals[rows]
    every = len(rows) == len(bucket)
    columns = {k: v if every else v[rows] for k, v in bucket.columns.items() if k not in ("scheme", "unknown_part")}
    for layer in scheme.layers:  # a part the file does not have is zero
        if layer.intake.kind == "part":
            columns.setdefault(f"part_{layer.intake.name}", np.zeros(len(rows), np.int64))
    claims = batch.Claims(
        day=columns.pop("day"),
        person=bucket.person[rows],
        order=columns.pop("order"),
        columns=columns,
        interim=columns["interim"],
        category=columns["category"].astype(np.int8, copy=False),
        episode=bucket.episode[rows],
        reverses=np.where(here >= 0, place[np.maximum(here, 0)], -1),
    )
    held: Carried = {}
    late = np.zeros(len(rows), np.bool_)
    if bucket.kept is not None and s.opening is not None:
        held = carried(bucket.kept, name, bucket.kept_person, bucket.episodes, s.opening.slots)
        late = _late(claims, held, scheme)
    mine = tuple(_at(u, int(place[u.row])) for u in undo if place[u.row] >= 0)
    settled = batch.settle(scheme, claims, held, 1, mine, force=s.force, days=s.days[name])
    return Ran(name, scheme, rows, claims, settled, late, held)


def _at(u: batch.Undo, row: int) -> batch.Undo:
    from dataclasses import replace

    return replace(u, row=row)


def _late(claims: batch.Claims, held: Carried, scheme: Scheme) -> NDArray[np.bool_]:
    """Claims that would have stood before the last one already counted of that person and year."""
    years = held.get("year")
    if years is None or "last_order" not in years.values:
        return np.zeros(len(claims), np.bool_)
    at = matches((claims.person, periods(claims.day, "year", scheme.year_starts)), (years.person, years.period))
    last = years.values["last_order"]
    return (at >= 0) & (claims.order < last[at])


# -- what comes out ----------------------------------------------------------------------------------------------
def results(bucket: Bucket, runs: list[Ran], back: NDArray[np.bool_]) -> dict[str, Ints]:
    """Money columns that are not zero throughout, and the rows' reasons and warnings as codes of ``words``."""
    n = len(bucket)
    out: dict[str, Ints] = {}
    sign = np.where(back, np.int64(-1), np.int64(1))
    for name in ("billed", "in_scope"):
        out[name] = bucket.columns[name] * sign
    for p in BILL_PARTS:
        if bucket.columns[p].any():
            out[f"person_{p}"] = bucket.columns[p] * sign
    for r in runs:
        every = len(r.rows) == n
        for name, values in r.settled.outputs.items():
            if name in ("reason", "warnings"):
                continue
            if name not in out and not values.any():
                continue
            if every:
                out[name] = values
            else:
                out.setdefault(name, np.zeros(n, np.int64))[r.rows] = values
    zero = np.zeros(n, np.int64)
    out["personal"] = sum((v for k, v in out.items() if k.startswith("person_")), zero)
    wrong = out["billed"] != out.get("fund_total", zero) + out["personal"] + out.get("institution", zero)
    paid_by(out, runs, n)
    for r in runs:
        if wrong[r.rows].any():
            raise AssertionError(f"{int(wrong[r.rows].sum())} settlements do not add up to their bills")
    return out


def paid_by(out: dict[str, Ints], runs: list[Ran], n: int) -> None:
    """Who paid the person's side: as the scheme says; where it says nothing, the person in cash."""
    if not any(o.startswith("paid_by_") for r in runs for o in r.settled.kernel.outputs):
        return
    cash = out.setdefault("paid_by_cash", np.zeros(n, np.int64)).copy()
    for r in runs:
        if not any(o.startswith("paid_by_") for o in r.settled.kernel.outputs):
            cash[r.rows] = out["personal"][r.rows]
    out["paid_by_cash"] = cash


def words_of(bucket: Bucket, runs: list[Ran], which: str) -> tuple[list[str], Ints]:
    """Reasons or warnings: the texts met, and which of them each row has."""
    n = len(bucket)
    code = np.zeros(n, np.int64)
    texts: dict[str, int] = {"": 0}
    for r in runs:
        values, kernel = r.settled.outputs[which], r.settled.kernel
        names = (*kernel.warnings, "late", "unknown_part")
        if which == "warnings":
            unknown = bucket.columns["unknown_part"][r.rows]
            if r.late.any() or unknown.any():
                bit = len(kernel.warnings)
                values = values | r.late.astype(np.int32) << bit | unknown.astype(np.int32) << (bit + 1)
        elif not values.any() and not kernel.reasons[0]:
            continue
        distinct = np.flatnonzero(np.bincount(values))
        own = [kernel.reasons[c] if which == "reason" else _warned(names, c) for c in distinct.tolist()]
        table = np.zeros(int(distinct.max(initial=0)) + 1, np.int64)
        table[distinct] = [texts.setdefault(w, len(texts)) for w in own]
        code[r.rows] = table[values]
    return list(texts), code


def _warned(names: tuple[str, ...], code: int) -> str:
    return ";".join(w for k, w in enumerate(names) if code >> k & 1)


def _lay_out(
    s: Settling, number: int, bucket: Bucket, runs: list[Ran], alive: NDArray[np.bool_], out: dict[str, Ints]
) -> None:
    """The results as one batch a block."""
    said = {}
    numbers = dict(out)
    for which in ("reason", "warnings"):
        said[which], numbers[which] = words_of(bucket, runs, which)
    numbers["row"] = bucket.place & (2**ROW_BITS - 1)
    block = bucket.place >> ROW_BITS
    if not alive.all():
        numbers = {k: v[alive] for k, v in numbers.items()}
        block = block[alive]
    whole = batch_of(numbers, {}, said)
    ends = np.searchsorted(block, [b["number"] for b in s.blocks], side="right").tolist()
    starts = [0, *ends[:-1]]
    s.store.put(f"results/{number}", [whole.slice(a, b - a) for a, b in zip(starts, ends, strict=True)])


def _told(bucket: Bucket, faults: list[tuple[Ints, str, str, str, pa.Array | None]], lang: str) -> pa.RecordBatch:
    """Refused rows of a bucket: place, column, value, reason, message."""
    told = Rejections(len(bucket))
    for rows, column, reason, detail, values in faults:
        told.add(rows, column, "" if values is None else values, reason, detail)
    batch = told.told(lang)
    place = pa.array(bucket.place[np.asarray(batch.column("row"))])
    return batch.set_column(0, "place", place)
