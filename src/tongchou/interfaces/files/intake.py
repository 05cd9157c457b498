"""One block of a file on its way in: parsed, refused row by row, laid out for the steps that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.tables import BILL_PARTS, Attribute, Scheme

from .cells import as_text
from .claims import Claims, claims_of, column_type
from .hashing import bucket_of, text_hash
from .lawrows import Covered, reject
from .mapping import Mapping
from .small import batch_of
from .source import BY_ITSELF, Source
from .source import Reading as Form
from .store import Store
from .table import Table
from .write import printable

Ints = NDArray[np.int64]
AMOUNTS = ("billed", "in_scope", *BILL_PARTS)
DAY_SECONDS = 86_400


@dataclass
class Reading:
    """How every block of a file is read."""

    schemes: dict[str, Scheme]
    area: str
    mapping: Mapping | None = None
    known: int | None = None
    lang: str = "zh"
    buckets: int = 1
    keep_raw: bool = False
    """Whether all original columns are kept, because they cannot be read again."""
    form: Form = BY_ITSELF
    """Sheet and encoding of the file."""
    covered: dict[str, Covered] = field(init=False)
    joined: dict[str, Attribute] = field(init=False)

    def __post_init__(self) -> None:
        self.joined = {a.name: a for a in all_attributes(list(self.schemes.values()))}
        self.covered = {n: Covered(s, self.joined, self.known) for n, s in self.schemes.items()}

    @cached_property
    def parts(self) -> list[str]:
        """Parts of the in-scope cost that some layer takes."""
        layers = [layer for s in self.schemes.values() for layer in s.layers]
        return sorted({layer.intake.name for layer in layers if layer.intake.kind == "part"})

    @cached_property
    def kinds(self) -> dict[str, Any]:
        """Type of every column of numbers that settling needs."""
        kinds: dict[str, Any] = {"scheme": np.int8, "day": np.int32, "order": np.int64, "interim": np.int8}
        kinds |= {"unknown_part": np.int8, "category": np.int8, "level": np.int32}
        for a in self.joined.values():
            kinds[a.name] = np.int16 if a.name == "disease" else column_type(a)
        return kinds | dict.fromkeys([*AMOUNTS, *(f"part_{p}" for p in self.parts)], np.int64)

    def covered_by(self, name: str) -> Covered | None:
        """The law of a scheme by the name the file gives it; one scheme file alone takes all."""
        return self.covered.get("any") or self.covered.get(name)


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


def parse(source: Source, reading: Reading) -> tuple[Claims, Table]:
    """A block's rows as typed columns, those rejected that can be told from the row alone, law left aside."""
    attributes = list(reading.joined.values())
    return claims_of(source, attributes, reading.mapping, tuple(reading.schemes), reading.parts, block=True)


def by_law(claims: Claims, reading: Reading) -> tuple[Ints, dict[str, NDArray[Any]]]:
    """Reject what law does not cover. Gives the rows left (positions among the accepted) and, for all accepted,
    the columns law reads, codes as each row's scheme numbers them."""
    n = len(claims)
    good = np.zeros(n, np.bool_)
    columns: dict[str, NDArray[Any]] = {}
    changed = [a.name for s in reading.schemes.values() for a in s.attributes if _differs(a, reading)]
    for name in reading.joined:
        if name == "disease":
            columns[name] = np.zeros(n, np.int16)
        else:
            columns[name] = claims.columns[name].copy() if name in changed else claims.columns[name]
    for code in np.unique(claims.scheme).tolist():
        name = claims.scheme_names[code]
        rows = np.flatnonzero(claims.scheme == code)
        law = reading.covered_by(name)
        if law is None:
            reject(claims, rows, "scheme", "no_rule", f"{reading.area} {name}", name)
            continue
        rows = law.refuse(claims, rows)
        good[rows] = True
        for a in law.scheme.attributes:
            if a.name == "disease":
                columns[a.name][rows] = law.diseases(claims, rows)
            elif _differs(a, reading):
                columns[a.name][rows] = law.own_codes(claims, rows, a)[0]
    return np.flatnonzero(good), columns


def _differs(a: Attribute, reading: Reading) -> bool:
    return a.kind in ("code", "codes") and reading.joined[a.name].values != a.values


def take_in(source: Source, reading: Reading, store: Store, number: int) -> dict[str, Any]:
    """Read one block and lay it out in the store; gives what the run must know of it.

    ``records/k``: its accepted rows by bucket of the person. ``carry/k``: of all rows what goes into the results
    as it is. ``ids/k``: hashes of the claim ids. ``faults/k``: rejected rows. ``back/k``: reversals, if any.
    ``raw/k``: all columns, where they cannot be read again; else ``bad/k``: those of the rejected rows.
    """
    claims, table = parse(source, reading)
    rows, columns = by_law(claims, reading)
    whole = len(rows) == len(claims)
    numbers: dict[str, NDArray[Any]] = {"scheme": claims.scheme, "day": claims.day, **columns}
    numbers |= {k: claims.columns[k] for k in ("interim", "category", "level") if k not in numbers}
    numbers |= {a: claims.money[a] for a in AMOUNTS}
    numbers |= {f"part_{p}": v for p in reading.parts if (v := claims.money.get(f"part_{p}")) is not None}
    if "unknown_part" in claims.warnings:
        numbers["unknown_part"] = claims.warnings["unknown_part"].astype(np.int8)
    if not np.array_equal(claims.order, claims.day.astype(np.int64) * DAY_SECONDS):
        numbers["order"] = claims.order
    if not whole:
        numbers = {k: v[rows] for k, v in numbers.items()}
    _records(claims, rows, numbers, reading.buckets, store, number)
    ids = _carry(table, claims, store, number)
    _identity(table, ids, claims, rows, store, number)
    told = claims.rejected.told(reading.lang)
    store.put(f"faults/{number}", [told])
    if reading.keep_raw:
        store.put(f"raw/{number}", [raw_batch(source, np.arange(source.rows), whole=True)])
    elif told.num_rows:
        store.put(f"bad/{number}", [raw_batch(source, claims.rejected.row)])
    return {
        "number": number,
        "count": source.rows,
        "good": len(rows),
        "line": int(source.line[0]) if source.rows else 0,
        "back": bool(claims.reverses.null_count < len(claims)),
        "kind": source.kind,
        "days": _days(claims, rows),
        "schema": _schema(store, number),
        "fullwidth": dict(source.fullwidth),
    }


def _days(claims: Claims, rows: Ints) -> dict[str, list[int]]:
    """First day and the one after the last, of each scheme met."""
    out = {}
    scheme, day = claims.scheme[rows], claims.day[rows]
    for code in np.unique(scheme).tolist():
        mine = day[scheme == code]
        out[claims.scheme_names[code]] = [int(mine.min()), int(mine.max()) + 1]
    return out


def _schema(store: Store, number: int) -> str:
    import base64

    return base64.b64encode(store.get(f"carry/{number}").schema.serialize().to_pybytes()).decode()


def _records(
    claims: Claims, rows: Ints, numbers: dict[str, NDArray[Any]], buckets: int, store: Store, number: int
) -> None:
    """The accepted rows, sorted by the bucket of their person; within it they keep their order."""
    whole = len(rows) == len(claims)
    at = pa.array(rows)
    persons = claims.person_id if whole else claims.person_id.take(at)
    numbers["row"] = claims.row[rows]
    texts = {"person_id": persons}
    for name, array in (("episode", claims.episode), ("reverses", claims.reverses)):
        if array.null_count < len(array):
            texts[name] = array if whole else array.take(at)
    counts = np.array([len(rows)])
    if buckets > 1:
        bucket = bucket_of(text_hash(persons), buckets)
        order = np.argsort(bucket, kind="stable")
        counts = np.bincount(bucket, minlength=buckets)
        numbers = {k: v[order] for k, v in numbers.items()}
        texts = {k: v.take(pa.array(order)) for k, v in texts.items()}
    batch = batch_of(numbers, texts, {})
    ends = np.cumsum(counts).tolist()
    starts = [0, *ends[:-1]]
    store.put(f"records/{number}", [batch.slice(a, b - a) for a, b in zip(starts, ends, strict=True)])


def _carry(table: Table, claims: Claims, store: Store, number: int) -> pa.Array:
    """What of all rows goes into the results as it is; gives the claim ids as texts."""
    ids = as_text("claim_id", table.columns["claim_id"])
    shown, column = table.shown("claim_id")
    columns = {
        "claim_id": ids,
        "person_id": as_text("person_id", table.columns["person_id"]),
        "service_date": pa.array((table.values("service_date") - 719_163).astype(np.int32)).cast(pa.date32()),
    }
    assert table.extra is not None
    for name in table.extra.column_names:
        if name not in columns:
            columns["+" + name] = _one(table.extra.column(name))
    if column is not None and column is not table.columns["claim_id"]:
        columns["shown_id"] = as_text(shown, column, numbers=True)
    schema = pa.schema([(n, c.type) for n, c in columns.items()], metadata={"shown": shown})
    store.put(f"carry/{number}", [pa.RecordBatch.from_arrays(list(columns.values()), schema=schema)])
    return ids


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _identity(table: Table, ids: pa.Array, claims: Claims, rows: Ints, store: Store, number: int) -> None:
    """Hashes of the ids there are, and of the ids that reversals name."""
    present = np.flatnonzero(table.present("claim_id"))
    hashes = text_hash(ids)
    store.put(
        f"ids/{number}",
        [pa.record_batch({"hash": pa.array(hashes[present]), "row": pa.array(present.astype(np.uint32))})],
    )
    if claims.reverses.null_count < len(claims):
        back = rows[claims.reverses.is_valid().to_numpy(zero_copy_only=False)[rows]]
        texts = claims.reverses.take(pa.array(back)).cast(pa.string())
        found = {"hash": pa.array(text_hash(texts)), "row": pa.array(claims.row[back]), "text": texts}
        store.put(f"back/{number}", [pa.record_batch(found)])


def raw_batch(source: Source, rows: Ints, whole: bool = False) -> pa.RecordBatch:
    """Rows of a block as they stand in the file, printed, with the line each begins on."""
    at = pa.array(rows)
    columns = {f"={n}": printable(n, c if whole else c.take(at)) for n, c in source.columns.items()}
    return pa.record_batch({"line": pa.array(source.line[rows]), **columns})
