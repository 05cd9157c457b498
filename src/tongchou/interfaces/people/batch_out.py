"""What a batch writes: answers.parquet, lines.parquet, rejected.csv, summary.json; complete or not at all.

Values are those of the single answer: money and rates as decimal text, numbers as int64, truth as bool; what is nested
has its keys joined by dots. A list of mappings goes to lines.parquet, a row each.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.interfaces.files.cell_faults import Note
from tongchou.interfaces.files.source import Source
from tongchou.rules.reckoning import Reckoning

HEAD = ("line", "column", "value", "reason", "message")
MOST = 5_000
"""Rows of a table held before they are put away: a block of a CSV file may have many more."""
FILES = ("answers.parquet", "lines.parquet", "rejected.csv", "summary.json")


class Table:
    """Rows of one table as they come, a part for each block; columns that come later are empty in earlier rows."""

    def __init__(self, folder: Path, name: str, first: dict[str, pa.DataType]) -> None:
        self.folder, self.name, self.first = folder, name, first
        self.rows: list[dict[str, Any]] = []
        self.parts: list[Path] = []

    def block(self) -> None:
        """Put away what is there."""
        if not self.rows:
            return
        names = dict.fromkeys(k for row in self.rows for k in row)
        columns = {n: _array([row.get(n) for row in self.rows], self.first.get(n)) for n in names}
        path = self.folder / f"{self.name}.{len(self.parts)}"
        pq.write_table(pa.table(columns), path)
        self.parts.append(path)
        self.rows = []

    def schema(self, without: set[str]) -> pa.Schema:
        """Columns in order of appearance; text where blocks differ in type or no row has a value.

        ``without``: columns left out where no row has a value: an empty list where other rows have lines.
        """
        types: dict[str, set[pa.DataType]] = {n: {t} for n, t in self.first.items()}
        for part in self.parts:
            for f in pq.read_schema(part):
                types.setdefault(f.name, set()).update(() if pa.types.is_null(f.type) else (f.type,))
        kept = {n: t for n, t in types.items() if t or n not in without}
        return pa.schema([(n, next(iter(t)) if len(t) == 1 else pa.string()) for n, t in kept.items()])

    def finish(self, path: Path, without: set[str]) -> None:
        """All parts as one Parquet file."""
        self.block()
        schema = self.schema(without)
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for part in self.parts:
                table = pq.read_table(part)
                arrays = [
                    table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type)
                    for f in schema
                ]
                writer.write_table(pa.table(arrays, schema=schema))


def _array(values: list[Any], kind: pa.DataType | None) -> pa.Array:
    """Values of one type as they are; of several types as texts."""
    if len({type(v) for v in values if v is not None}) > 1:
        values = [None if v is None else told(v) for v in values]
    return pa.array(values, kind)


class Writer:
    """Takes answers and refusals block by block, in order; ``finish`` moves the files into place, the summary last."""

    def __init__(self, out: Path, names: list[str], lang: str, begun: float) -> None:
        self.out, self.names, self.lang, self.begun = out, names, lang, begun
        self.read, self.count = 0, 0
        self.reasons: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.versions: set[str] = set()
        self.lists: set[str] = set()
        self.late: dict[int, tuple[str, str, str, str]] = {}

    def __enter__(self) -> Writer:
        self.made = not self.out.exists()
        self.out.mkdir(parents=True, exist_ok=True)
        self.work = Path(tempfile.mkdtemp(prefix=".writing-", dir=self.out))
        first = {"line": pa.int64(), "person_id": pa.string()}
        self.answers = Table(self.work, "answers", first)
        self.lines = Table(self.work, "lines", {**first, "list": pa.string()})
        self._file = (self.work / "rejected.csv").open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow([*HEAD, *self.names])
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        shutil.rmtree(self.work, ignore_errors=True)
        if self.made:
            with contextlib.suppress(OSError):  # not empty: the answers are there
                self.out.rmdir()

    def begin(self, source: Source) -> None:
        """The block whose rows are told next."""
        self.source, self.late = source, {}

    def end(self) -> None:
        """Put away the block; each of its rows is answered or rejected, asserted."""
        self._write_rejected()
        self.read += self.source.rows
        assert self.count + sum(self.reasons.values()) == self.read, "every row is answered or rejected"
        self.answers.block()
        self.lines.block()

    def answered(self, row: int, person: str, answer: dict[str, Any], law: Reckoning) -> None:
        """One answer; its warnings are counted by code, values that are not official among them."""
        head = {"line": int(self.source.line[row]), "person_id": person or None}
        status = {f.status for f in law.used}
        codes = dict.fromkeys(code for code, _ in law.warnings)
        codes |= dict.fromkeys(f"values_{s}" for s in ("assumed", "secondary") if s in status)
        self.warnings.update(codes.keys())
        self.versions.add(law.figures.version)
        flat: dict[str, Any] = {**head, "area": law.figures.area}
        for name, value in scalars({k: v for k, v in answer.items() if not k.startswith("_")}):
            if isinstance(value, list):
                self.lists.add(name)
                for item in value:
                    cells = {k: v if v is None or type(v) is str else told(v) for k, v in scalars(item)}
                    self.lines.rows.append({**head, "list": name, **cells})
            else:
                flat[name] = value
        flat["warnings"] = ";".join(codes)
        self.answers.rows.append(flat)
        self.count += 1
        for table in (self.answers, self.lines):
            if len(table.rows) >= MOST:
                table.block()

    def rejected(self, row: int, code: str, column: str, value: str, message: str) -> None:
        """One row of the block that is not answered."""
        self.late[row] = (column, value, code, message)

    def finish(self, about: dict[str, str], notes: list[Note]) -> dict[str, Any]:
        """Writes the rest; the summary by JSON key."""
        self._file.close()
        self.answers.finish(self.work / "answers.parquet", self.lists)
        self.lines.finish(self.work / "lines.parquet", set())
        summary = {
            **about,
            "rows_read": self.read,
            "answered": self.count,
            "rejected": sum(self.reasons.values()),
            "rejected_by_reason": dict(sorted(self.reasons.items())),
            "warnings": dict(sorted(self.warnings.items())),
            "seconds": f"{time.perf_counter() - self.begun:.3f}",
            "law_version": ";".join(sorted(self.versions)),
            "notes": [note.in_lang(self.lang) for note in notes],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        (self.work / "summary.json").write_text(text, encoding="utf-8")
        for name in FILES:
            os.replace(self.work / name, self.out / name)
        return summary

    def _write_rejected(self) -> None:
        """Rows of the block that were no rows of the file and rows that were refused, in order."""
        found = self.source.rejected
        early = zip(found.row, found.column, found.value, found.reason, found.messages(self.lang), strict=True)
        told = {int(i): tuple(str(v) for v in said) for i, *said in early}
        for row, (column, value, code, message) in sorted({**self.late, **told}.items()):
            self.reasons[code] += 1
            cells = [self.source.columns[n][row].as_py() for n in self.names]
            line = int(self.source.line[row])
            self._csv.writerow([line, column, value, code, message, *("" if c is None else c for c in cells)])


def scalars(answer: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """(name, value) of an answer's values, nested keys joined by dots; lists of mappings stay lists."""
    found: list[tuple[str, Any]] = []
    for key, value in answer.items():
        name = before + key
        if value is None or type(value) is str:  # most are
            found.append((name, value))
        elif isinstance(value, dict):
            found += scalars(value, name + ".")
        elif isinstance(value, (list, tuple)) and not (value and isinstance(value[0], dict)):
            found.append((name, ";".join(map(told, value)) or None))
        else:
            found.append((name, list(value) if isinstance(value, tuple) else value))
    return found


def told(value: Any) -> str:
    """A value as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
