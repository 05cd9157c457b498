"""What a run leaves in its folder: every file appears whole or not at all, and nothing else is left."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import shutil
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.law.tree import files_of

from .accumulate import schema_of
from .journal import LAYOUT, WORK, Journal, digest
from .limits import Limits
from .opening import Opening
from .parquetparts import Joined
from .refusal import FileRefused
from .rejected_xlsx import RejectedRows, write_rejected_xlsx
from .source import SheetRead
from .store import Store
from .thrift import read_struct, write_struct
from .write import HEAD

if TYPE_CHECKING:
    from .blockwrite import Written
    from .settling import Order

_TABLES = ("settlements.parquet", "accumulators.parquet", "reversals.parquet", "rejected.csv", "rejected.xlsx")


class Output:
    """The folder of a run, its drafts and, where the run may be resumed, its journal."""

    def __init__(self, order: Order, limits: Limits, opening: Opening | None) -> None:
        self.order, self.limits, self.opening = order, limits, opening
        self.out, self.work = order.out, order.out / WORK
        self.source = self.work / f"source{order.path.suffix.lower()}"
        self.journal = Journal(self.work)
        self.begun: dict[str, Any] = {}
        self._copy: threading.Thread | None = None
        self._copied: list[str] = []
        self._failed: list[BaseException] = []
        self._stat = order.path.stat()
        self._results: Joined | None = None
        self._rejected: BinaryIO | None = None
        self._schema: pa.Schema | None = None
        self._reasons: dict[str, int] = {}
        self._reversals: list[tuple[str, str]] = []

    # -- begin -----------------------------------------------------------------------------------------------
    def take_up(self) -> Limits:
        """Go on with an unfinished run where that is asked for, else clear it away; gives the limits that hold."""
        notes = self.order.notes
        if self.journal.there and self.order.resume:
            found = self.journal.take_up(self._said(digest(self.order.path)))
            if found is not None:
                self.begun = found
                notes.append("work_taken_up")
                kept = {**found["limits"], "workers": self.limits.workers, "slow": self.limits.slow}
                self.limits = Limits(**kept)
                return self.limits
            notes.append("work_not_trusted")
        elif self.work.exists() and self.journal.there:
            notes.append("work_begun_anew")
        elif self.order.resume:
            notes.append("nothing_to_resume")
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        return self._begin_copy()

    def _begin_copy(self) -> Limits:
        if self.limits.spill:
            self._copy_source()  # the run reads its own copy, which nobody changes
        else:
            self._copy = threading.Thread(target=self._copy_source, daemon=True)
            self._copy.start()
        return self.limits

    def _copy_source(self) -> None:
        try:
            with self.source.open("wb") as file:
                self._copied.append(digest(self.order.path, file))
        except BaseException as error:
            self._failed.append(error)

    def begin(self, buckets: int) -> None:
        """Write down of what run this is, before its first piece."""
        if self._failed:
            raise self._failed[0]
        if self.limits.spill and not self.begun:
            limits = asdict(self.limits)
            self.journal.begin({**self._said(self._copied[0]), "limits": limits, "buckets": buckets})

    def _said(self, source: str) -> dict[str, str]:
        o = self.order
        return {
            "source": source,
            "mapping": repr(o.mapping),
            "law": o.version,
            "area": o.area,
            "known": o.known_text,
            "opening": digest(self.opening.file) if self.opening is not None else "",
            "lang": o.lang,
            "program": LAYOUT,
        }

    # -- settlements and rejected rows -----------------------------------------------------------------------
    def open_results(self, schema: pa.Schema, names: list[str]) -> int:
        """Open both drafts, at the end of what is written; gives how many blocks that is."""
        done = self.journal.of("written")
        results, rejected = self.work / "settlements.part", self.work / "rejected.part"
        for draft, ready in ((results, "settlements.parquet"), (rejected, "rejected.csv")):
            # Cut off while drafts took their last names, and not yet told to be whole: that one is a draft again.
            if done and not draft.exists() and (self.work / ready).exists():
                os.replace(self.work / ready, draft)
        self._schema = schema
        file = results.open("r+b" if done else "wb")
        self._results = Joined(file)
        self._rejected = rejected.open("r+b" if done else "wb")
        if done:
            self._results.at, self._results.rows = done[-1]["at"], done[-1]["rows"]
            self._results.groups = [read_struct(base64.b64decode(d["group"])) for d in done if d["group"]]
            file.truncate(self._results.at)
            file.seek(self._results.at)
            self._rejected.truncate(done[-1]["rejected"])
            self._rejected.seek(done[-1]["rejected"])
            for entry in done:
                self._count(entry["reasons"], [tuple(r) for r in entry["reversals"]])
        else:
            self._results.start()
            line = io.StringIO()
            csv.writer(line, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow([*HEAD, *names])
            self._rejected.write(line.getvalue().encode())
        return len(done)

    def add(self, written: Written) -> None:
        """One block, in its turn."""
        results, rejected = self._results, self._rejected
        assert results is not None
        assert rejected is not None
        groups = len(results.groups)
        results.add(written.part)
        rejected.write(written.rejected)
        self._count(written.reasons, written.reversals)
        if self.limits.spill:
            results.file.flush()
            rejected.flush()
            group = write_struct(results.groups[-1]) if len(results.groups) > groups else b""
            self.journal.done(
                "written",
                {
                    "at": results.at,
                    "rows": results.rows,
                    "group": base64.b64encode(group).decode(),
                    "rejected": rejected.tell(),
                    "reasons": written.reasons,
                    "reversals": written.reversals,
                },
            )

    def _count(self, reasons: dict[str, int], reversals: list[tuple[str, str]]) -> None:
        for reason, count in reasons.items():
            self._reasons[reason] = self._reasons.get(reason, 0) + count
        self._reversals += reversals

    def close_results(self) -> dict[str, int]:
        """End both drafts; gives how many rows each reason rejected."""
        assert self._results is not None
        assert self._schema is not None
        assert self._rejected is not None
        self._results.finish(self._schema)
        self._results.file.truncate()
        self.close()
        pq.write_table(
            pa.table(
                {
                    "claim_id": pa.array([c for c, _ in self._reversals], pa.string()),
                    "reverses": pa.array([r for _, r in self._reversals], pa.string()),
                }
            ),
            self.work / "reversals.part",
        )
        return self._reasons

    def accumulators(self, store: Store, buckets: int, slots: list[str]) -> None:
        """All buckets' totals, one after another."""
        schema = schema_of(slots)
        with pq.ParquetWriter(
            self.work / "accumulators.part",
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=["scheme", "kind"],
            column_encoding={f.name: "DELTA_BINARY_PACKED" for f in schema if pa.types.is_integer(f.type)},
        ) as writer:
            for bucket in range(buckets):
                batch = store.get(f"totals/{bucket}")
                if batch.num_rows:
                    writer.write_batch(batch)

    # -- finish ----------------------------------------------------------------------------------------------
    def finish(self, summary: dict[str, Any], started: float, sheet: SheetRead | None = None) -> dict[str, Any]:
        """Lay everything ready in the work folder, then move it into its place. ``sheet``: of a workbook."""
        self._source_kept()
        o = self.order
        self._law_kept()
        for given, name in ((o.map_file, "mapping.yaml"), (self._other_opening(), "opening.parquet")):
            if given is not None:
                shutil.copyfile(given, self.work / name)
        summary |= {
            "area": o.area,
            "known": o.known_text,
            "source": str(o.path),
            "opening": str(self.opening.file.resolve()) if self.opening is not None else "",
            "sheet": o.form.sheet or "",
            "encoding": o.form.encoding or "",
        }
        rows = RejectedRows(self.work / "rejected.part", self.source, sheet, sum(self._reasons.values()), o.lang)
        summary["rejected_xlsx"] = write_rejected_xlsx(self.work / "rejected.xlsx", rows, o.rejected_xlsx)
        summary["seconds"] = f"{time.perf_counter() - started:.3f}"
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        (self.work / "summary.json").write_text(text, encoding="utf-8")
        for name in ("settlements", "accumulators", "reversals", "rejected"):
            draft = self.work / f"{name}.part"
            if self.limits.spill:
                _to_disk(draft)
            os.replace(draft, self.work / f"{name}.{'csv' if name == 'rejected' else 'parquet'}")
        self.journal.done("whole", {})
        return self.publish()

    @property
    def whole(self) -> bool:
        """Whether all is ready and only to be moved: a run cut off while it moved its files."""
        return bool(self.journal.of("whole"))

    def publish(self) -> dict[str, Any]:
        """Move what is ready into its place, the summary last, and remove the work folder. Can be done again."""
        summary: dict[str, Any] = {}
        for name in (*_TABLES, self.source.name, "law", "mapping.yaml", "opening.parquet", "summary.json"):
            ready, target = self.work / name, self.out / name
            if name == "summary.json":
                summary = json.loads((ready if ready.exists() else target).read_text(encoding="utf-8"))
            if ready.is_dir():
                shutil.rmtree(target, ignore_errors=True)
            if ready.exists():
                os.replace(ready, target)
        for old in (self.out / "inputs.parquet", *self.out.glob("source.*")):  # of other runs into this folder
            if old.name != self.source.name:
                old.unlink(missing_ok=True)
        if not summary["rejected_xlsx"]:
            (self.out / "rejected.xlsx").unlink(missing_ok=True)
        if self.order.map_file is None:
            (self.out / "mapping.yaml").unlink(missing_ok=True)
        if self.opening is None:
            (self.out / "opening.parquet").unlink(missing_ok=True)
        self.journal.end()
        shutil.rmtree(self.work, ignore_errors=True)
        return summary

    def _source_kept(self) -> None:
        """Wait for the copy of the source; refused where the file was changed in the meantime."""
        if self._copy is not None:
            self._copy.join()
        if self._failed:
            raise self._failed[0]
        now = self.order.path.stat()
        if not self.limits.spill and (now.st_size, now.st_mtime_ns) != (self._stat.st_size, self._stat.st_mtime_ns):
            raise FileRefused(
                "source_changed",
                f"结算期间文件 {self.order.path} 被改动；结果已作废，请待文件写完后重新结算",
                f"{self.order.path} was changed while it was settled; nothing was kept, settle again once it is whole",
            )

    def _law_kept(self) -> None:
        """The law that settled stays beside the settlements, so that they can be explained at any later time."""
        draft = self.work / "law"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        if self.order.law_root.is_file():
            shutil.copyfile(self.order.law_root, draft / "scheme.yaml")
            return
        for name, file in files_of(self.order.law_root).items():  # an overlay together with what it lies over
            place = draft / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)

    def _other_opening(self) -> Path | None:
        """The opening, where it is not the one this folder keeps already."""
        if self.opening is None or self.opening.file.resolve() == (self.out / "opening.parquet").resolve():
            return None
        return self.opening.file

    def close(self) -> None:
        """Let go of open files; the folder of a run held in memory goes with it."""
        for file in (self._results.file if self._results else None, self._rejected):
            if file is not None and not file.closed:
                file.close()

    def discard(self) -> None:
        """After a failure: what cannot be resumed is not left behind."""
        self.close()
        self.journal.close()
        if self._copy is not None:
            self._copy.join()
        if not self.limits.spill:
            shutil.rmtree(self.work, ignore_errors=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
