"""One settled claim again, from what its run left: the same fold over that person's claims, up to this one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.law.compile import scope_name
from tongchou.law.documents import Document
from tongchou.law.tables import Scheme
from tongchou.law.tree import load, load_scheme_file
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.calendar import benefit_year
from tongchou.rules.settlement.counter import SlotKey, kernel_for, settle_one
from tongchou.rules.settlement.order import settlement_order

from .opening import Opening, read_opening, read_summary
from .prepare import Persons
from .refusal import FileRefused


@dataclass
class Replayed:
    """A claim of a run with all that its settlement read and did; money in fen."""

    claim_id: str
    person_id: str
    scheme: Scheme
    claim: dict[str, int]
    """Kernel inputs."""
    disease: str
    episode: str
    reverses: str
    before: dict[SlotKey, int]
    amounts: dict[str, int]
    """Kernel outputs in money."""
    effects: dict[SlotKey, int]
    reason: str
    warnings: tuple[str, ...]
    year: int
    trace: tuple[tuple[object, ...], ...]
    stored: dict[str, Any]
    """The row as it stands in the settlements."""
    documents: dict[str, Document]


@lru_cache(maxsize=4)
def run_schemes(folder: Path, area: str, known: int | None) -> tuple[dict[str, Scheme], dict[str, Document]]:
    """The schemes a run settled under, from the law kept beside it."""
    from .settling import schemes_of

    alone = folder / "law" / "scheme.yaml"
    if alone.exists():
        return {"any": load_scheme_file(alone)}, {}
    law = load(folder / "law")
    settled = read_summary(folder)["law_version"]
    if law.version != settled:
        raise FileRefused(
            "law_changed",
            f"{folder / 'law'} 已被改动：结算时版本 {settled}，现为 {law.version}；请恢复原文件后再解释",
            f"{folder / 'law'} was changed: settled under {settled}, now {law.version}; restore it to explain",
        )
    return schemes_of(law, area, known), law.documents


def replay(folder: Path, claim_id: str) -> Replayed:
    """Settle one claim of a run again, traced. Refused by name if the run or the claim is not there; raises
    AssertionError if the result is not the one that was stored."""
    summary = read_summary(folder)
    try:
        stored = pq.read_table(folder / "settlements.parquet", filters=[("claim_id", "=", claim_id)])
        mine = pq.read_table(folder / "inputs.parquet", filters=[("claim_id", "=", claim_id)])
    except (OSError, pa.ArrowInvalid) as e:
        raise FileRefused(
            "not_a_run",
            f"{folder} 缺少 settlements.parquet 或 inputs.parquet",
            f"{folder} lacks settlements.parquet or inputs.parquet",
        ) from e
    if len(mine) == 0:
        raise FileRefused(
            "claim_not_settled",
            f"{folder} 中没有结算过 {claim_id}；若被拒绝，请看 rejected.csv",
            f"{claim_id} was not settled in {folder}; if it was rejected see rejected.csv",
        )
    person, name = mine["person_id"][0].as_py(), mine["scheme"][0].as_py()
    rows = pq.read_table(folder / "inputs.parquet", filters=[("person_id", "=", person)])
    rows = rows.filter(pc.equal(rows["scheme"].cast(pa.string()), name))
    known = _day(summary.get("known", ""))
    schemes, documents = run_schemes(folder, summary["area"], known)
    scheme = schemes.get("any") or schemes[name]
    opening = read_opening(folder / "opening.parquet") if (folder / "opening.parquet").exists() else None
    origin = read_opening(Path(summary["opening"])) if summary.get("opening") and opening is not None else None
    told = _again(rows, claim_id, scheme, name, opening, origin, stored.to_pylist()[0])
    told.documents = documents
    return told


def _day(text: str) -> int | None:
    import datetime as dt

    return dt.date.fromisoformat(text).toordinal() if text else None


def _again(
    rows: pa.Table,
    claim_id: str,
    scheme: Scheme,
    name: str,
    opening: Opening | None,
    origin: Opening | None,
    stored: dict[str, Any],
) -> Replayed:
    ids = rows["claim_id"].to_pylist()
    order = settlement_order(np.zeros(len(ids), np.int64), rows["order"].to_numpy())
    upto = order[: int(np.flatnonzero(order == ids.index(claim_id))[0]) + 1]
    rows = rows.take(pa.array(np.sort(upto)))
    ids = rows["claim_id"].to_pylist()
    at = ids.index(claim_id)
    person_id = rows["person_id"][0].as_py()
    persons = Persons(pa.array([person_id]), np.zeros(len(ids), np.int64))
    claims = _claims(rows, scheme, opening)
    totals = opening.totals(name, persons) if opening is not None else batch.Totals()
    totals = _of_person(totals)
    outside = [i for i, r in enumerate(rows["reverses"].to_pylist()) if r and r not in ids]
    undo = origin.undo(np.array(outside), [rows["reverses"][i].as_py() for i in outside]) if origin and outside else ()
    settled = batch.settle(scheme, claims, totals, 1, undo, watch=np.array([at]), force="plain")
    reverses = rows["reverses"][at].as_py() or ""
    kernel = settled.kernel
    amounts = {k: int(v[at]) for k, v in settled.outputs.items() if k not in ("reason", "warnings")}
    year = benefit_year(int(claims.day[at]), scheme.year_starts)
    effect = settled.effects[int(np.flatnonzero(settled.effect_rows == at)[0])] if not reverses else np.zeros(0)
    effects: dict[SlotKey, int] = {s: int(effect[j]) for j, s in enumerate(kernel.state)} if not reverses else {}
    claim = {"day": int(claims.day[at]), **{k: int(v[at]) for k, v in claims.columns.items()}}
    reason = kernel.reasons[int(settled.outputs["reason"][at])]
    bits = int(settled.outputs["warnings"][at])
    told = Replayed(
        claim_id,
        person_id,
        scheme,
        claim,
        rows["disease_code"][at].as_py() or "",
        rows["episode"][at].as_py() or "",
        reverses,
        {},
        amounts,
        effects,
        reason,
        tuple(w for k, w in enumerate(kernel.warnings) if bits >> k & 1),
        year,
        (),
        stored,
        {},
    )
    if not reverses:
        after = _after(settled, order_of=at)
        told.before = {s: after.get(s, 0) - effects.get(s, 0) for s in after}
        _trace(told)
    _same(told)
    return told


def _of_person(totals: batch.Totals) -> batch.Totals:
    """Only the totals of person 0 (the opening holds everybody's; the others have no code here)."""
    return batch.Totals(
        {k: v for k, v in totals.year.items() if k[0] == 0},
        {k: v for k, v in totals.other.items() if k[1] == 0},
        {k: v for k, v in totals.open_stays.items() if k[0] == 0},
    )


def _claims(rows: pa.Table, scheme: Scheme, opening: Opening | None) -> batch.Claims:
    episodes: dict[str, int] = dict(opening.episodes) if opening is not None else {}
    texts = rows["episode"].to_pylist()
    code = np.array([episodes.setdefault(e, len(episodes)) if e else -1 for e in texts], np.int64)
    ids = {c: i for i, c in enumerate(rows["claim_id"].to_pylist())}
    back = np.array([ids.get(r, -1) if r else -1 for r in rows["reverses"].to_pylist()], np.int64)
    skip = {"claim_id", "person_id", "scheme", "episode", "reverses", "disease_code", "day", "order"}
    columns = {c: rows[c].to_numpy() for c in rows.column_names if c not in skip}
    n = len(rows)
    return batch.Claims(
        rows["day"].to_numpy().astype(np.int32),
        np.zeros(n, np.int64),
        rows["order"].to_numpy(),
        columns,
        columns["interim"].astype(np.int8),
        columns["category"].astype(np.int8),
        code,
        back,
    )


def _after(settled: batch.Settled, order_of: int) -> dict[SlotKey, int]:
    """Totals after the last claim of the replay, by slot: of its own year, stay, episode and other periods."""
    out: dict[SlotKey, int] = {}
    last = len(settled.years.index) - 1
    for k, slot in enumerate(s for s in settled.kernel.state if s[1] == "year" and not s[2]):
        out[slot] = int(settled.years.totals[settled.years.index[last], k])
    for name, scope in settled.scopes.items():
        mine = [s for s in settled.kernel.state if scope_name((s[1], s[2])) == name]
        at = int(scope.index[last])
        for k, slot in enumerate(mine):
            own = int(scope.totals[at, k]) if at >= 0 else None
            out[slot] = own if own is not None else 0
            if own is None:  # a stay of one row keeps no total: before it there was none
                effects = settled.effects[int(np.flatnonzero(settled.effect_rows == order_of)[0])]
                out[slot] = int(effects[settled.kernel.state.index(slot)])
    return out


def _trace(told: Replayed) -> None:
    """Run the traced form of the same source on the totals before the claim; it must give the same amounts."""
    got = settle_one(told.scheme, told.claim, told.before, traced=True)
    kernel = kernel_for(told.scheme, told.claim["day"])
    for k in kernel.outputs:
        if k not in ("reason", "warnings") and got.amounts[k] != told.amounts.get(k, 0):
            raise AssertionError(f"{told.claim_id}: {k} is {got.amounts[k]} again, was {told.amounts.get(k, 0)}")
    told.trace, told.reason = got.trace, got.reason


def _same(told: Replayed) -> None:
    """The replay must give what was stored."""
    for k, v in told.amounts.items():
        if k in told.stored and told.stored[k] != v:
            raise AssertionError(f"{told.claim_id}: {k} is {v} again, stored {told.stored[k]}")
