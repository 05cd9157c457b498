"""Settle a whole claims file: block by block in, bucket by bucket settled, block by block out.

The same steps serve a file held in memory and one of any size that is laid on disk between them; only the store and
the sizes differ, and the tables that come out do not depend on either.
"""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.law.findings import NoRule
from tongchou.law.tables import BILL_PARTS, STANDARD_FUNDS, Scheme
from tongchou.law.tree import Law
from tongchou.rules.settlement.batch import PLAIN_BELOW, kernel_of

from .blocksource import BlockSource, Loader, open_blocks
from .bucket import Settling, settle_bucket
from .cell_faults import Note
from .claims import known_names, wanted_names
from .fullwidth import fullwidth_notes
from .identity import ROW_BITS, UNKNOWN, Identity, identify
from .intake import Reading, all_attributes, take_in
from .journal import Journal
from .limits import Limits, limits_for
from .mapping import Mapping
from .mapping_check import check_mapping
from .opening import Opening, read_opening
from .output import Output
from .parallel import in_order
from .source import BY_ITSELF
from .source import Reading as Form
from .store import Held, Spilled, Store
from .summary import summarise
from .tally import Tally

Tell = Callable[[str, int, int], None]


@dataclass
class Order:
    """What is to be settled, and how."""

    path: Path
    out: Path
    schemes: dict[str, Scheme]
    area: str
    version: str
    law_root: Path
    mapping: Mapping | None = None
    map_file: Path | None = None
    opening: Path | None = None
    law: Law | None = None
    known: int | None = None
    known_text: str = ""
    lang: str = "zh"
    memory: int | None = None
    workers: int | None = None
    resume: bool = False
    limits: Limits | None = None
    """Instead of what ``memory`` and the file say."""
    force: str | None = None
    """``plain`` or ``numba``."""
    form: Form = BY_ITSELF
    """Sheet and encoding of the file, where they are named."""
    rejected_xlsx: bool | None = None
    """Whether rejected rows also go into a workbook; None: for a workbook, and where they are few."""
    tell: Tell = lambda step, done, of: None
    notes: list[str] = field(default_factory=list)
    """Codes of what the caller should say: ``work_begun_anew``, ``work_taken_up``, …"""


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


def settle(order: Order) -> dict[str, Any]:
    """Settle a file into a folder; gives the summary. Raises ``FileRefused`` for what is wrong as a whole."""
    started = time.perf_counter()
    run = _Run(order)
    try:
        return run.go(started)
    except BaseException:
        run.output.discard()
        raise


class _Run:
    """One run on its way."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.opening: Opening | None = read_opening(order.opening) if order.opening is not None else None
        known = known_names(all_attributes(list(order.schemes.values())))
        if order.mapping is not None:
            check_mapping(order.mapping, all_attributes(list(order.schemes.values())), tuple(order.schemes))
        self.form = replace(order.form, wanted=wanted_names(known, order.mapping), coded=order.mapping is None)
        source = open_blocks(order.path, self.form)
        limits = order.limits or limits_for(source.rows, source.row_bytes, order.memory, order.workers)
        self.output = Output(order, limits, self.opening)
        self.journal: Journal = self.output.journal
        self.limits = limits = self.output.take_up()
        if self.output.whole:
            return
        self.source: BlockSource = open_blocks(self.output.source, self.form) if limits.spill else source
        buckets = max(1, round(self.source.rows / limits.bucket_rows)) if self.source.rows else 1
        self.buckets = int(self.output.begun.get("buckets", buckets))
        self.output.begin(self.buckets)
        self.store: Store = Spilled(self.output.work) if limits.spill else Held()
        self.reading = Reading(
            order.schemes,
            order.area,
            order.mapping,
            order.known,
            order.lang,
            self.buckets,
            keep_raw=not self.source.again,
            form=self.form,
        )

    def go(self, started: float) -> dict[str, Any]:
        """All steps, those that were done before left out."""
        if self.output.whole:
            return self.output.publish()
        blocks = self._take_in()
        rows = sum(b["count"] for b in blocks)
        identity = identify(self.store, blocks, self.limits)
        if self.opening is not None:
            self.opening.look_up(_asked(self.store, blocks, identity))
            self.opening.spread(self.store, self.buckets)
        settling = self._settling(blocks, identity)
        tally = self._settle(settling, rows)
        reasons = self._write(settling, blocks, identity, rows)
        funds = _funds(self.order.schemes)
        summary = summarise(self.reading, tally, rows, reasons, self.order.version, funds, self.order.law)
        summary["notes"] = [note.in_lang(self.order.lang) for note in self._notes(blocks)]
        self.output.accumulators(self.store, self.buckets, settling.slots)
        return self.output.finish(summary, started, self.source.sheet)

    def _notes(self, blocks: list[dict[str, Any]]) -> list[Note]:
        """What is to be told of the file: its encoding or sheet, what was read as something plainer."""
        counts: Counter[str] = Counter()
        for block in blocks:
            counts.update(block["fullwidth"])
        return [*self.source.notes, *fullwidth_notes(counts)]

    # -- in --------------------------------------------------------------------------------------------------
    def _take_in(self) -> list[dict[str, Any]]:
        done = self.journal.of("block")
        read = sum(b["count"] for b in done)
        tell, total = self.order.tell, self.source.rows
        tell("read", read, total)

        def work(unit: tuple[int, Loader]) -> list[dict[str, Any]]:
            number, load = unit
            found = []
            for source, place in load():
                said = take_in(source, self.reading, self.store, number)
                found.append({**said, **place})
                number += 1
                self.pause()
            return found

        blocks = list(done)
        for found in in_order(work, self.source.units(self.limits, done), self.limits.workers, self.limits.workers):
            for said in found:
                self.journal.done("block", said)
                blocks.append(said)
                read += said["count"]
            tell("read", read, max(total, read))
        tell("read", read, read)
        return blocks

    def pause(self) -> None:
        """Only for tests that interrupt a run."""
        if self.limits.slow:
            time.sleep(self.limits.slow)

    # -- settled ---------------------------------------------------------------------------------------------
    def _settling(self, blocks: list[dict[str, Any]], identity: Identity) -> Settling:
        days: dict[str, tuple[int, int]] = {}
        for block in blocks:
            for name, (low, high) in block["days"].items():
                have = days.get(name, (low, high))
                days[name] = (min(low, have[0]), max(high, have[1]))
        large = sum(b["good"] for b in blocks) >= PLAIN_BELOW
        force = self.order.force or ("numba" if large else "plain")
        slots: list[str] = []
        names = tuple(dict.fromkeys(("employee", "resident", *self.order.schemes)))
        for name in names:
            law = self.reading.covered_by(name)
            if name in days and law is not None:
                kernel = kernel_of(law.scheme, days[name], force == "numba")
                slots += [s[0] for s in kernel.state if s[0] not in slots]
        if self.opening is not None:
            slots += [s for s in self.opening.slots if s not in slots]
        return Settling(self.reading, self.store, blocks, identity, self.opening, days, names, slots, force)

    def _settle(self, settling: Settling, rows: int) -> Tally:
        tally = Tally()
        before = self.journal.of("bucket")
        finished = {b["bucket"] for b in before}
        for entry in before:
            tally.add(Tally(**entry["tally"]))
        done = sum(b["count"] for b in before)
        self.order.tell("settle", done, rows)
        left = [b for b in range(self.buckets) if b not in finished]

        def work(bucket: int) -> tuple[dict[str, Any], Tally]:
            found = settle_bucket(settling, bucket)
            self.pause()
            return found

        for entry, sums in in_order(work, left, self.limits.workers, self.limits.workers):
            self.journal.done("bucket", {**entry, "tally": sums.plain()})
            tally.add(sums)
            done += entry["count"]
            self.order.tell("settle", done, rows)
        self.order.tell("settle", rows, rows)
        return tally

    # -- out -------------------------------------------------------------------------------------------------
    def _write(self, settling: Settling, blocks: list[dict[str, Any]], identity: Identity, rows: int) -> dict[str, int]:
        from .blockwrite import Writing, settlement_schema, write_block

        money = _money(settling)
        carry = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(blocks[0]["schema"])))
        writing = Writing(
            self.source,
            self.store,
            identity,
            self.buckets,
            money,
            settlement_schema(money, carry),
            _refused_late(self.store, self.buckets),
            self.order.version,
            self.order.lang,
        )
        done = self.output.open_results(writing.schema, self.source.names)
        left = list(enumerate(blocks))[done:]
        count = sum(b["count"] for b in blocks[:done])
        self.order.tell("write", count, rows)

        def work(item: tuple[int, dict[str, Any]]) -> Any:
            found = write_block(writing, item[1], item[0])
            self.pause()
            return found

        for written in in_order(work, left, self.limits.workers, self.limits.workers):
            self.output.add(written)
            count += written.count
            self.order.tell("write", count, rows)
        return self.output.close_results()


def _asked(store: Store, blocks: list[dict[str, Any]], identity: Identity) -> Iterator[str]:
    """Ids that reversals name and the file does not have."""
    outside = identity.back[identity.original == UNKNOWN]
    for block in blocks:
        if block["back"]:
            batch = store.get(f"back/{block['number']}")
            places = np.asarray(batch.column("row")).astype(np.int64) | block["number"] << ROW_BITS
            yield from batch.column("text").filter(pa.array(np.isin(places, outside))).to_pylist()


def _refused_late(store: Store, buckets: int) -> dict[int, pa.Table]:
    """Rows refused by buckets, by block."""
    tables = [t for b in range(buckets) if (t := store.get(f"law/{b}")).num_rows]
    if not tables:
        return {}
    whole = pa.Table.from_batches(tables)
    place = np.asarray(whole["place"])
    whole = whole.append_column("row", pa.array(place & (2**ROW_BITS - 1)))
    block = place >> ROW_BITS
    return {int(k): whole.filter(pa.array(block == k)) for k in np.unique(block)}


def _funds(schemes: dict[str, Scheme]) -> list[str]:
    return list(dict.fromkeys([*STANDARD_FUNDS, *(layer.fund for s in schemes.values() for layer in s.layers)]))


def _money(settling: Settling) -> list[str]:
    """The columns of money of the settlements, in order."""
    outputs: list[str] = []
    bare = False
    for name, days in settling.days.items():
        law = settling.reading.covered_by(name)
        assert law is not None
        own = kernel_of(law.scheme, days, settling.force == "numba").outputs
        outputs += [o for o in own if o not in outputs]
        bare |= not any(o.startswith("paid_by_") for o in own)
    parts = [o for o in outputs if o.startswith("person_")]
    parts += [f"person_{p}" for p in reversed(BILL_PARTS) if f"person_{p}" not in parts]
    payers = [o for o in outputs if o.startswith("paid_by_")]
    if (bare or not payers) and "paid_by_cash" not in payers:
        payers.append("paid_by_cash")
    funds = [f"fund_{f}" for f in _funds(settling.reading.schemes)]
    return [
        "billed",
        "in_scope",
        "deductible",
        *funds,
        "fund_total",
        "personal",
        *parts,
        *payers,
        "institution",
    ]
