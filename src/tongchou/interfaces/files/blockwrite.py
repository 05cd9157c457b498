"""One block of a file on its way out: results from all buckets set beside its ids, encoded; its rejected rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from .blocksource import BlockSource
from .identity import Identity
from .parquetparts import Constant, Part, encode
from .rejections import message
from .small import Small
from .store import Store
from .write import HEAD, printable

Ints = NDArray[np.int64]
CODED = pa.dictionary(pa.int32(), pa.string())


@dataclass
class Writing:
    """What all blocks of a run share."""

    source: BlockSource
    store: Store
    identity: Identity
    buckets: int
    money: list[str]
    """Columns of money, in the order of the settlements."""
    schema: pa.Schema
    """Of the settlements."""
    late: dict[int, pa.Table]
    """By block, rows refused by a bucket."""
    version: str
    lang: str


@dataclass
class Written:
    """One block: its settlements encoded, its rejected rows as CSV, and counts for the summary."""

    number: int
    count: int
    part: Part
    rejected: bytes
    reasons: dict[str, int]
    reversals: list[tuple[str, str]]


def settlement_schema(money: list[str], carry: pa.Schema) -> pa.Schema:
    """The columns of the settlements: the contract's, then those carried through."""
    fields = [("claim_id", carry.field("claim_id").type), ("person_id", carry.field("person_id").type)]
    fields += [("service_date", pa.date32()), *((m, pa.int64()) for m in money)]
    fields += [(n, CODED) for n in ("reason", "warnings", "law_version")]
    taken = {n for n, _ in fields}
    extra = [(f.name[1:], f.type) for f in carry if f.name.startswith("+") and f.name[1:] not in taken]
    return pa.schema([*fields, *extra])


def write_block(w: Writing, block: dict[str, Any], at: int) -> Written:
    """Put one block together. ``at``: which of the run's blocks it is."""
    number, n = block["number"], block["count"]
    carry = w.store.get(f"carry/{number}")
    results = [Small(w.store.get(f"results/{b}", at)) for b in range(w.buckets)]
    results = [r for r in results if len(r)]
    kept = np.zeros(n, np.bool_)
    rows = [r.values("row") for r in results]
    for here in rows:
        kept[here] = True
    every = bool(kept.all())
    chosen = pa.array(np.flatnonzero(kept))

    def text(name: str) -> pa.Array:
        column = carry.column(name)
        return column if every else column.take(chosen)

    columns = {name: text(name) for name in ("claim_id", "person_id", "service_date")}
    constants: dict[str, Constant] = {}
    for name in w.money:
        values = _scattered(results, rows, name, n, "personal" if name == "paid_by_cash" else "")
        if values is None:
            constants[name] = 0
        else:
            columns[name] = pa.array(values if every else values[kept])
    for name in ("reason", "warnings"):
        _coded(columns, constants, name, results, rows, n, kept)
    constants["law_version"] = w.version
    for field in w.schema:
        if field.name not in columns and field.name not in constants:
            columns[field.name] = text("+" + field.name)
    order = w.schema.names
    table = pa.table({k: columns[k] for k in order if k in columns})
    rejected, reasons = _rejected(w, block, kept, carry)
    return Written(number, n, encode(table, constants, order), rejected, reasons, _reversals(w, block, carry, kept))


def _scattered(results: list[Small], rows: list[Ints], name: str, n: int, instead: str = "") -> Ints | None:
    """A column of money of all rows of a block; None: zero throughout. ``instead``: the column that stands for it
    where a bucket has none."""
    found = [(r, at, name if r.has(name) else instead) for r, at in zip(results, rows, strict=True)]
    found = [(r, at, of) for r, at, of in found if of in r.lows or r.constants.get(of)]
    if not found:
        return None
    out = np.zeros(n, np.int64)
    for r, at, of in found:
        out[at] = r.values(of)
    return out


def _coded(
    columns: dict[str, pa.Array],
    constants: dict[str, Constant],
    name: str,
    results: list[Small],
    rows: list[Ints],
    n: int,
    kept: NDArray[np.bool_],
) -> None:
    """A column of few words, the words of the block in order."""
    met = [sorted(set(np.unique(r.values(name)).tolist())) for r in results]
    words = sorted({r.said[name][c] for r, codes in zip(results, met, strict=True) for c in codes})
    if len(words) == 1:
        constants[name] = words[0]
        return
    place = {word: i for i, word in enumerate(words)}
    out = np.zeros(n, np.int32)
    for r, at, codes in zip(results, rows, met, strict=True):
        table = np.zeros(len(r.said[name]), np.int32)
        for c in codes:
            table[c] = place[r.said[name][c]]
        out[at] = table[r.values(name)]
    columns[name] = pa.DictionaryArray.from_arrays(pa.array(out[kept]), pa.array(words, pa.string()))


def _reversals(w: Writing, block: dict[str, Any], carry: pa.RecordBatch, kept: Ints) -> list[tuple[str, str]]:
    """(claim id, id of the claim undone) of the reversals that were settled."""
    if not block["back"]:
        return []
    back = w.store.get(f"back/{block['number']}")
    rows = np.asarray(back.column("row")).astype(np.int64)
    good = np.flatnonzero(kept[rows])
    ids = carry.column("claim_id").take(pa.array(rows[good])).cast(pa.string()).to_pylist()
    return list(zip(ids, back.column("text").take(pa.array(good)).to_pylist(), strict=True))


# -- rejected rows -----------------------------------------------------------------------------------------------
def _rejected(
    w: Writing, block: dict[str, Any], kept: NDArray[np.bool_], carry: pa.RecordBatch
) -> tuple[bytes, dict[str, int]]:
    """The rejected rows of a block as lines of ``rejected.csv``, and how many each reason has."""
    told = faults_of(w, block["number"], carry)
    if told.num_rows == 0:
        return b"", {}
    rows = np.asarray(told["row"]).astype(np.int64)
    if int(kept.sum()) + len(rows) != block["count"] or kept[rows].any():
        raise AssertionError(f"block {block['number']}: some row is neither settled nor rejected, or both")
    raw = _raw(w, block, rows)
    data = [raw["line"], *(told[c] for c in HEAD[1:]), *(raw[c] for c in raw.column_names if c != "line")]
    names = [str(i) for i in range(len(data))]
    sink = pa.BufferOutputStream()
    pacsv.write_csv(pa.table(data, names=names), sink, pacsv.WriteOptions(include_header=False))
    counts = told["reason"].value_counts().to_pylist()
    return sink.getvalue().to_pybytes(), {c["values"]: c["counts"] for c in counts}


def faults_of(w: Writing, number: int, carry: pa.RecordBatch) -> pa.Table:
    """Each rejected row of a block once, in order: what its columns say first, then a repeated id, then the rest."""
    told = pa.Table.from_batches([w.store.get(f"faults/{number}")])
    repeated = w.identity.repeated.get(number)
    if repeated is not None:
        rows, late = np.asarray(told["row"]), np.asarray(told["late"])
        told = told.filter(pa.array(~(late & np.isin(rows, repeated))))
        again = repeated[~np.isin(repeated, rows[~late])]
        if len(again):
            told = pa.concat_tables([told, _repeated(w, again, carry).cast(told.schema)])
    if number in w.late:
        told = pa.concat_tables([told, w.late[number].select(told.column_names).cast(told.schema)])
    return told.take(pa.array(np.argsort(np.asarray(told["row"]), kind="stable"))).combine_chunks()


def _repeated(w: Writing, rows: Ints, carry: pa.RecordBatch) -> pa.Table:
    shown = carry.schema.metadata[b"shown"].decode()
    name = "shown_id" if "shown_id" in carry.schema.names else "claim_id"
    values = carry.column(name).take(pa.array(rows)).cast(pa.string()).fill_null("")
    n = len(rows)
    return pa.table(
        {
            "row": pa.array(rows),
            "late": pa.repeat(False, n),
            "column": pa.repeat(shown, n),
            "value": values,
            "reason": pa.repeat("duplicate_claim_id", n),
            "message": message("duplicate_claim_id", shown, values, w.lang),
        }
    )


def _raw(w: Writing, block: dict[str, Any], rows: Ints) -> pa.Table:
    """Rejected rows as they stand in the file, with their line."""
    number = block["number"]
    if not w.source.again:
        return pa.Table.from_batches([w.store.get(f"raw/{number}").take(pa.array(rows))])
    early = np.asarray(w.store.get(f"faults/{number}").column("row"))
    if np.array_equal(early, rows):
        return pa.Table.from_batches([w.store.get(f"bad/{number}")])
    table = w.source.taken(block, rows)
    columns = {f"={n}": printable(n, table[n].combine_chunks()) for n in table.column_names}
    return pa.table({"line": pa.array(rows + block["line"]), **columns})
