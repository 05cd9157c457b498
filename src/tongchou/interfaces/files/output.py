"""What a run leaves in its folder: settlements, accumulators, rejected rows, inputs for explanations, a summary."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tongchou.law.tables import BILL_PARTS, STANDARD_FUNDS
from tongchou.law.tree import files_of
from tongchou.rules.settlement.batch import Claims as Batch

from .opening import KEYS
from .rejected_xlsx import write_rejected_xlsx
from .settling import FileRun, SchemeRun
from .summary import summarise
from .write import write_rejected

Ints = NDArray[np.int64]
EPOCH = 719_163
"""Ordinal of 1970-01-01."""


def write_run(
    run: FileRun,
    out: Path,
    seconds: float,
    known: str = "",
    opening: Path | None = None,
    lang: str = "zh",
    source: str = "",
    rejected_xlsx: bool | None = None,
) -> dict[str, Any]:
    """Write a run into ``out``; every file appears whole or not at all. Gives the summary."""
    out.mkdir(parents=True, exist_ok=True)
    kept = np.flatnonzero(~run.claims.rejected.mask[run.claims.row])
    columns = settlement_columns(run)
    table = settlements(run, kept, columns)
    _parquet(table, out / "settlements.parquet")
    _parquet(inputs(run, kept), out / "inputs.parquet")
    _parquet(accumulators(run), out / "accumulators.parquet")
    part = out / "rejected.csv.part"
    write_rejected(part, run.claims, lang=lang)
    os.replace(part, out / "rejected.csv")
    write_rejected_xlsx(out / "rejected.xlsx", run.claims, lang, rejected_xlsx)
    _keep_law(run, out)
    if (
        opening is not None
        and run.opening is not None
        and run.opening.file.resolve() != (out / "opening.parquet").resolve()
    ):
        shutil.copyfile(run.opening.file, out / "opening.parquet")
    elif opening is None:
        (out / "opening.parquet").unlink(missing_ok=True)
    summary = summarise(run, kept, columns, seconds, lang)
    summary |= {
        "area": run.area,
        "known": known,
        "source": source,
        "opening": str(opening.resolve()) if opening else "",
    }
    _text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", out / "summary.json")
    return summary


def _parquet(table: pa.Table, path: Path) -> None:
    part = path.with_suffix(".part")
    texts = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
    pq.write_table(
        table,
        part,
        compression="zstd",
        compression_level=1,
        use_dictionary=texts,
        column_encoding={f.name: "DELTA_BINARY_PACKED" for f in table.schema if pa.types.is_integer(f.type)},
    )
    os.replace(part, path)


def _text(text: str, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def _keep_law(run: FileRun, out: Path) -> None:
    """The law that settled stays beside the settlements, so that they can be explained at any later time."""
    target = out / "law"
    shutil.rmtree(target, ignore_errors=True)
    if run.law_root.is_file():
        target.mkdir()
        shutil.copyfile(run.law_root, target / "scheme.yaml")
        return
    for name, file in files_of(run.law_root).items():  # an overlay is kept together with what it lies over
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


# -- settlements ------------------------------------------------------------------------------------------------
def settlement_columns(run: FileRun) -> dict[str, Ints]:
    """Money columns of the settlements by name, one entry per accepted row, fen; reversals with the sign turned."""
    n = len(run.claims)
    funds = list(dict.fromkeys([*STANDARD_FUNDS, *(layer.fund for s in run.schemes for layer in s.layers)]))
    names = ["deductible", *(f"fund_{f}" for f in funds), "fund_total", "institution"]
    parts = list(dict.fromkeys(o for r in run.runs for o in r.settled.kernel.outputs if o.startswith("person_")))
    parts += [f"person_{p}" for p in reversed(BILL_PARTS) if f"person_{p}" not in parts]
    out = {name: np.zeros(n, np.int64) for name in [*names, *parts]}
    out["billed"], out["in_scope"] = run.claims.money["billed"].copy(), run.claims.money["in_scope"].copy()
    back = run.claims.reverses.is_valid().to_numpy(zero_copy_only=False)
    sign = np.where(back, -1, 1)
    for name in ("billed", "in_scope"):
        out[name] *= sign
    for p in reversed(BILL_PARTS):
        out[f"person_{p}"] = run.claims.money[p] * sign
    for r in run.runs:
        for name, values in r.settled.outputs.items():
            if name not in ("reason", "warnings"):
                out[name][r.rows] = values
    out["personal"] = sum((out[p] for p in parts), np.zeros(n, np.int64))
    wrong = out["billed"] != out["fund_total"] + out["personal"] + out["institution"]
    done = np.zeros(n, np.bool_)
    for r in run.runs:
        done[r.rows] = True
    if (wrong & done).any():
        raise AssertionError(f"{int((wrong & done).sum())} settlements do not add up to their bills")
    order = [
        "billed",
        "in_scope",
        "deductible",
        *(f"fund_{f}" for f in funds),
        "fund_total",
        "personal",
        *parts,
    ]
    return {**{k: out[k] for k in order}, "paid_by_cash": out["personal"], "institution": out["institution"]}


def words(run: FileRun, which: str) -> list[str]:
    """Reason or warnings of each accepted row as text (warnings joined by ``;``)."""
    n = len(run.claims)
    out = np.full(n, "", dtype=object)
    unknown = run.claims.warnings.get("unknown_part", np.zeros(n, np.bool_))
    for r in run.runs:
        values = r.settled.outputs[which]
        kernel = r.settled.kernel
        if which == "reason":
            out[r.rows] = np.array(kernel.reasons, dtype=object)[values]
            continue
        code = values.astype(np.int64) | (r.late.astype(np.int64) << 40) | (unknown[r.rows].astype(np.int64) << 41)
        distinct, inverse = np.unique(code, return_inverse=True)
        texts = [
            ";".join(
                [
                    *(w for k, w in enumerate(kernel.warnings) if c >> k & 1),
                    *(["late"] if c >> 40 & 1 else []),
                    *(["unknown_part"] if c >> 41 & 1 else []),
                ]
            )
            for c in distinct.tolist()
        ]
        out[r.rows] = np.array(texts, dtype=object)[inverse]
    return out.tolist()


def settlements(run: FileRun, kept: Ints, columns: dict[str, Ints]) -> pa.Table:
    """The settlements of the rows that were settled, in input order."""
    c = run.claims
    take = pa.array(kept)
    data: dict[str, Any] = {
        "claim_id": c.claim_id.take(take),
        "person_id": c.person_id.take(take),
        "service_date": pa.array((c.day[kept].astype(np.int64) - EPOCH).astype(np.int32)).cast(pa.date32()),
    }
    data |= {k: pa.array(v[kept]) for k, v in columns.items()}
    for which in ("reason", "warnings"):
        texts = words(run, which)
        data[which] = pa.array([texts[i] for i in kept.tolist()], pa.string()).dictionary_encode()
    data["law_version"] = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(len(kept), np.int32)), pa.array([run.version])
    )
    extra = c.extra.take(take)
    for name in extra.column_names:
        if name not in data:
            data[name] = extra[name]
    return pa.table(data)


def inputs(run: FileRun, kept: Ints) -> pa.Table:
    """What the fold read of each settled row, in the rows' order of the settlements (for ``explain``)."""
    c, n = run.claims, len(run.claims)
    take = pa.array(kept)
    names = list(dict.fromkeys(k for r in run.runs for k in r.claims.columns))
    data: dict[str, Any] = {
        "claim_id": c.claim_id.take(take),
        "person_id": c.person_id.take(take),
        "scheme": pa.array([c.scheme_names[i] for i in c.scheme[kept].tolist()], pa.string()).dictionary_encode(),
        "episode": c.episode.take(take),
        "reverses": c.reverses.take(take),
        "disease_code": c.disease.take(take),
        "day": pa.array(c.day[kept].astype(np.int64)),
        "order": pa.array(c.order[kept]),
        "interim": pa.array(c.columns["interim"][kept].astype(np.int64)),
    }
    for name in names:
        values = np.full(n, -1, np.int64)
        for r in run.runs:
            if name in r.claims.columns:
                values[r.rows] = r.claims.columns[name]
        data[name] = pa.array(values[kept])
    return pa.table(data)


# -- accumulators -----------------------------------------------------------------------------------------------
def accumulators(run: FileRun) -> pa.Table:
    """Every running total at the end, those of persons without a claim in this file carried on."""
    tables = [t for r in run.runs for t in _totals_of(run, r)]
    slots = list(dict.fromkeys(c for t in tables for c in t.column_names if c not in (*KEYS, "last_order")))
    if run.opening is not None:
        slots += [s for s in run.opening.slots if s not in slots]
    schema = pa.schema(
        [
            ("person_id", pa.string()),
            ("scheme", pa.string()),
            ("kind", pa.string()),
            ("period", pa.int64()),
            ("key", pa.int64()),
            ("episode", pa.string()),
            ("last_order", pa.int64()),
            *((s, pa.int64()) for s in slots),
        ]
    )
    if run.opening is not None:
        old = run.opening.table
        if tables:
            new = pa.concat_tables([t.select(KEYS) for t in tables])
            old = old.join(
                new.append_column("met", pa.array(np.ones(len(new), np.int8))),
                list(KEYS),
                join_type="left outer",
            )
            old = old.filter(pc.is_null(old["met"])).drop_columns(["met"])
            old = _not_closed(old, run)
        tables.append(old)
    full = [
        pa.table(
            {
                f.name: (t[f.name].cast(f.type) if f.name in t.column_names else pa.array(np.zeros(len(t), np.int64)))
                for f in schema
            },
            schema=schema,
        )
        for t in tables
    ]
    return pa.concat_tables(full) if full else schema.empty_table()


def _not_closed(old: pa.Table, run: FileRun) -> pa.Table:
    """Drop the opening's open stays that this file has closed."""
    closed = {
        (run.persons.ids[k[1]].as_py(), r.scheme.name, k[2], _episode(run, k[3]))
        for r in run.runs
        if "visit" in r.settled.scopes
        for k in r.settled.scopes["visit"].keys
        if k[0] == "closed"
    }
    if not closed:
        return old
    rows = zip(*(old[c].to_pylist() for c in ("kind", "person_id", "scheme", "key", "episode")), strict=True)
    return old.filter(pa.array([not (k == "open" and (p, s, key, e) in closed) for k, p, s, key, e in rows]))


def _episode(run: FileRun, code: int) -> str:
    names = list(run.episodes)
    return names[code] if 0 <= code < len(names) else ""


def _totals_of(run: FileRun, r: SchemeRun) -> list[pa.Table]:
    name = r.scheme.name
    persons, years = r.settled.years.keys
    n = len(persons)
    last = _last_orders(r.claims, r.settled.years.index, n)
    if run.opening is not None:
        known = run.opening.last_orders(name, run.persons)
        pairs = zip(persons.tolist(), years.tolist(), strict=True)
        last = np.maximum(last, np.array([known.get(p, last[i]) for i, p in enumerate(pairs)], np.int64))
    data = {
        "person_id": run.persons.ids.take(pa.array(persons)),
        "scheme": pa.repeat(name, n),
        "kind": pa.repeat("year", n),
        "period": pa.array(years),
        "key": pa.array(np.zeros(n, np.int64)),
        "episode": pa.repeat("", n),
        "last_order": pa.array(last),
    }
    for k, slot in enumerate(r.settled.years.names):
        data[slot] = pa.array(r.settled.years.totals[:, k])
    tables = [pa.table(data)]
    for kind, s in r.settled.scopes.items():
        keys = [(i, k) for i, k in enumerate(s.keys) if k[0] in ("open", "episode") or kind not in ("visit", "episode")]
        if not keys:
            continue
        rows = np.array([i for i, _ in keys])
        courses = kind in ("visit", "episode")
        keyed = kind.startswith("episode_by_")  # (scope, person, episode code, key value)
        data = {
            "person_id": run.persons.ids.take(pa.array([k[1] for _, k in keys])),
            "scheme": pa.repeat(name, len(keys)),
            "kind": pa.array([k[0] if courses else kind for _, k in keys]),
            "period": pa.array([0 if courses or keyed else k[2] for _, k in keys], pa.int64()),
            "key": pa.array([k[2] if k[0] == "open" else (0 if courses else k[3]) for _, k in keys], pa.int64()),
            "episode": pa.array(
                [_episode(run, k[3] if k[0] == "open" else k[2]) if courses or keyed else "" for _, k in keys]
            ),
            "last_order": pa.array(np.zeros(len(keys), np.int64)),
        }
        for j, slot in enumerate(s.names):
            data[slot] = pa.array(s.totals[rows, j])
        tables.append(pa.table(data))
    return _merge_open(tables)


def _merge_open(tables: list[pa.Table]) -> list[pa.Table]:
    """An open stay has totals of stays and of episodes: one row for both."""
    open_tables = [t.filter(pc.equal(t["kind"], "open")) for t in tables]
    rest = [t.filter(pc.not_equal(t["kind"], "open")) for t in tables]
    met = [t for t in open_tables if len(t)]
    if len(met) < 2:
        return [t for t in (*rest, *met) if len(t)]
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for t in met:
        for row in t.to_pylist():
            merged.setdefault(tuple(row[k] for k in KEYS), {}).update(row)
    names = list(dict.fromkeys(c for t in met for c in t.column_names))
    both = pa.table({c: [row.get(c, 0) for row in merged.values()] for c in names})
    return [t for t in (*rest, both) if len(t)]


def _last_orders(claims: Batch, index: Ints, n: int) -> Ints:
    from tongchou.rules.settlement.order import settlement_order

    last = np.full(n, np.iinfo(np.int64).min, np.int64)
    if n:
        np.maximum.at(last, index, claims.order[settlement_order(claims.person, claims.order)])
    return last
