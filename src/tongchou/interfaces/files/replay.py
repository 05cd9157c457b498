"""One settled claim again, from what its run left: the same fold over that person's claims, up to this one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.law.compile import scope_name
from tongchou.law.documents import Document
from tongchou.law.tables import Scheme
from tongchou.law.tree import load, load_scheme_file
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.calendar import benefit_year
from tongchou.rules.settlement.counter import SlotKey, kernel_for, settle_one
from tongchou.rules.settlement.order import settlement_order
from tongchou.rules.settlement.totals import Carried

from .claims import known_names, wanted_names
from .intake import AMOUNTS, Reading, all_attributes, by_law, parse
from .kept import find_claim, kept_mapping, person_rows, rejected_lines
from .opening import Opening, carried, read_opening, read_summary
from .refusal import FileRefused
from .reversals import undone
from .source import Reading as Form

Ints = NDArray[np.int64]


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
    open: bool = False
    """Whether the claim's stay was still open at the end of the run."""
    money: tuple[int, ...] = ()
    """The five amounts of the claim, as it was sent."""


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
        stored = find_claim(folder / "settlements.parquet", claim_id)
    except (OSError, pa.ArrowInvalid) as e:
        raise FileRefused(
            "not_a_run", f"{folder} 缺少 settlements.parquet", f"{folder} lacks settlements.parquet"
        ) from e
    if len(stored) == 0:
        raise FileRefused(
            "claim_not_settled",
            f"{folder} 中没有结算过 {claim_id}；若被拒绝，请看 rejected.csv",
            f"{claim_id} was not settled in {folder}; if it was rejected see rejected.csv",
        )
    known = _day(summary.get("known", ""))
    schemes, documents = run_schemes(folder, summary["area"], known)
    mapping = kept_mapping(folder)
    wanted = wanted_names(known_names(all_attributes(list(schemes.values()))), mapping)
    form = Form(summary["sheet"] or None, summary["encoding"] or None, wanted)
    reading = Reading(schemes, summary["area"], mapping, known, form=form)
    person = _Person.of(folder, stored["person_id"][0].as_py(), reading)
    opening = read_opening(folder / "opening.parquet") if (folder / "opening.parquet").exists() else None
    origin = read_opening(Path(summary["opening"])) if summary.get("opening") and opening is not None else None
    told = _again(person, claim_id, reading, opening, origin, stored.to_pylist()[0])
    told.documents = documents
    return told


@dataclass
class _Person:
    """The settled claims of one person, as the run read them, in file order."""

    id: str
    ids: list[str]
    scheme: list[str]
    episode: list[str]
    reverses: list[str]
    disease: list[str]
    day: Ints
    order: Ints
    columns: dict[str, NDArray[Any]]

    @classmethod
    def of(cls, folder: Path, person: str, reading: Reading) -> _Person:
        """Find and parse them in the file that the run kept; rejected rows are left out."""
        source = person_rows(folder, person, reading)
        claims, _ = parse(source, reading)
        good, columns = by_law(claims, reading)
        rows = good[~rejected_lines(folder, claims.line[claims.row[good]])]
        at = pa.array(rows)

        def texts(column: pa.Array) -> list[str]:
            return [t or "" for t in column.take(at).to_pylist()]

        columns = {**columns, **{a: claims.money[a] for a in AMOUNTS}, "interim": claims.columns["interim"]}
        for p in reading.parts:
            columns[f"part_{p}"] = claims.money.get(f"part_{p}", np.zeros(len(claims), np.int64))
        return cls(
            person,
            texts(claims.claim_id),
            [claims.scheme_names[i] for i in claims.scheme[rows].tolist()],
            texts(claims.episode),
            texts(claims.reverses),
            texts(claims.disease),
            claims.day[rows].astype(np.int64),
            claims.order[rows],
            {k: v[rows] for k, v in columns.items()},
        )

    def of_scheme(self, name: str) -> _Person:
        """Those of one scheme."""
        return self.some([i for i, s in enumerate(self.scheme) if s == name])

    def some(self, rows: list[int]) -> _Person:
        """Some of them, in the order given."""
        at = np.array(rows, np.int64)

        def pick(values: list[str]) -> list[str]:
            return [values[i] for i in rows]

        return _Person(
            self.id,
            pick(self.ids),
            pick(self.scheme),
            pick(self.episode),
            pick(self.reverses),
            pick(self.disease),
            self.day[at],
            self.order[at],
            {k: v[at] for k, v in self.columns.items()},
        )

    def still_open(self, at: int, order: Ints) -> bool:
        """Whether the stay of a claim was open at the end of the run: it and all rows of its stay after it interim."""
        category, interim = self.columns["category"], self.columns["interim"]
        after = order.tolist()
        after = after[after.index(at) :]
        mine = [i for i in after if category[i] == category[at] and self.episode[i] == self.episode[at]]
        return all(interim[i] == 1 for i in mine if not self.reverses[i])


def _day(text: str) -> int | None:
    import datetime as dt

    return dt.date.fromisoformat(text).toordinal() if text else None


def _again(
    person: _Person,
    claim_id: str,
    reading: Reading,
    opening: Opening | None,
    origin: Opening | None,
    stored: dict[str, Any],
) -> Replayed:
    name = person.scheme[person.ids.index(claim_id)]
    law = reading.covered_by(name)
    assert law is not None
    scheme = law.scheme
    whole = person.of_scheme(name)
    order = settlement_order(np.zeros(len(whole.ids), np.int64), whole.order)
    at = whole.ids.index(claim_id)
    still_open = whole.still_open(at, order)
    upto = order[: int(np.flatnonzero(order == at)[0]) + 1]
    mine = whole.some(np.sort(upto).tolist())
    at = mine.ids.index(claim_id)
    kept = opening.of_persons([person.id]) if opening is not None else None
    held = [w for w in kept["episode"].unique().to_pylist() if w] if kept is not None else []
    episodes = {w: i for i, w in enumerate(sorted({*filter(None, mine.episode), *held}))}
    claims = _claims(mine, scheme, episodes)
    totals: Carried = {}
    if kept is not None and opening is not None:
        totals = carried(kept, name, np.zeros(len(kept), np.int64), episodes, opening.slots)
    outside = [(i, r) for i, r in enumerate(mine.reverses) if r and r not in mine.ids]
    undo = undone(origin, outside, episodes) if origin is not None else ()
    settled = batch.settle(scheme, claims, totals, 1, undo, watch=np.array([at]), force="plain")
    reverses = mine.reverses[at]
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
        person.id,
        scheme,
        claim,
        mine.disease[at],
        mine.episode[at],
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
        still_open,
        tuple(int(mine.columns[a][at]) for a in AMOUNTS),
    )
    if not reverses:
        after = _after(settled, order_of=at)
        told.before = {s: after.get(s, 0) - effects.get(s, 0) for s in after}
        _trace(told)
    _same(told)
    return told


def _claims(person: _Person, scheme: Scheme, episodes: dict[str, int]) -> batch.Claims:
    ids = {c: i for i, c in enumerate(person.ids)}
    columns = dict(person.columns)
    for layer in scheme.layers:
        if layer.intake.kind == "part":
            columns.setdefault(f"part_{layer.intake.name}", np.zeros(len(ids), np.int64))
    return batch.Claims(
        person.day.astype(np.int32),
        np.zeros(len(ids), np.int64),
        person.order,
        columns,
        columns["interim"].astype(np.int8),
        columns["category"].astype(np.int8),
        np.array([episodes.get(e, -1) if e else -1 for e in person.episode], np.int64),
        np.array([ids.get(r, -1) if r else -1 for r in person.reverses], np.int64),
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
            if scope.first is not None:  # of a rolling period: all days of the window
                own = int(scope.totals[int(scope.first[last]) : at + 1, k].sum())
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
