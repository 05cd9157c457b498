"""What a batch writes: answers.parquet, lines.parquet, rejected.csv, summary.json; complete or not at all.

Values are those of the single answer: money and rates as decimal text, numbers as int64, truth as bool; what is nested
has its keys joined by dots. A list of mappings goes to lines.parquet, a row each.
"""

from __future__ import annotations

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

from tongchou.interfaces.files.source import Source
from tongchou.rules.reckoning import Reckoning

HEAD = ("line", "column", "value", "reason", "message")
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
        columns = {n: pa.array([row.get(n) for row in self.rows], self.first.get(n)) for n in names}
        path = self.folder / f"{self.name}.{len(self.parts)}"
        pq.write_table(pa.table(columns), path)
        self.parts.append(path)
        self.rows = []

    def finish(self, path: Path) -> None:
        """All parts as one Parquet file."""
        self.block()
        schemas = [pq.read_schema(p) for p in self.parts] or [pa.schema([])]
        schema = pa.unify_schemas([pa.schema(self.first.items()), *schemas], promote_options="permissive")
        kept = [f if not pa.types.is_null(f.type) else f.with_type(pa.string()) for f in schema]
        schema = pa.schema([f.remove_metadata() for f in kept])
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for part in self.parts:
                table = pq.read_table(part)
                arrays = [
                    table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type)
                    for f in schema
                ]
                writer.write_table(pa.table(arrays, schema=schema))


class Writer:
    """Takes answers and refusals in the order of rows; ``finish`` moves the files into place and gives the summary."""

    def __init__(self, out: Path, source: Source, lang: str) -> None:
        self.out, self.source, self.lang = out, source, lang
        self.begun = time.perf_counter()
        self.read, self.count = source.rows, 0
        self.reasons: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.versions: set[str] = set()
        self.late: dict[int, tuple[str, str, str, str]] = {}

    def __enter__(self) -> Writer:
        self.out.mkdir(parents=True, exist_ok=True)
        self.work = Path(tempfile.mkdtemp(prefix=".writing-", dir=self.out))
        first = {"line": pa.int64(), "person_id": pa.string()}
        self.answers = Table(self.work, "answers", first)
        self.lines = Table(self.work, "lines", {**first, "list": pa.string()})
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.work, ignore_errors=True)

    def block(self) -> None:
        """Put away the rows so far, so that memory stays the same."""
        self.answers.block()
        self.lines.block()

    def answered(self, row: int, person: str, answer: dict[str, Any], law: Reckoning) -> None:
        """One answer; its warnings are counted by code."""
        head = {"line": int(self.source.line[row]), "person_id": person or None}
        codes = list(dict.fromkeys(code for code, _ in law.warnings))
        self.warnings.update(codes)
        self.versions.add(law.figures.version)
        flat: dict[str, Any] = {**head, "area": law.figures.area}
        for name, value in scalars({k: v for k, v in answer.items() if not k.startswith("_")}):
            if isinstance(value, list):
                for item in value:
                    cells = {k: None if v is None else told(v) for k, v in scalars(item)}
                    self.lines.rows.append({**head, "list": name, **cells})
            else:
                flat[name] = value
        flat["warnings"] = ";".join(codes)
        self.answers.rows.append(flat)
        self.count += 1

    def rejected(self, row: int, code: str, column: str, value: str, message: str) -> None:
        """One row that is not answered."""
        self.late[row] = (column, value, code, message)

    def finish(self) -> dict[str, Any]:
        """Writes the rest; the summary by JSON key."""
        self.answers.finish(self.work / "answers.parquet")
        self.lines.finish(self.work / "lines.parquet")
        self._write_rejected()
        rejected = sum(self.reasons.values())
        assert self.count + rejected == self.read, "every row is answered or rejected"
        summary = {
            "rows_read": self.read,
            "answered": self.count,
            "rejected": rejected,
            "rejected_by_reason": dict(sorted(self.reasons.items())),
            "warnings": dict(sorted(self.warnings.items())),
            "seconds": f"{time.perf_counter() - self.begun:.3f}",
            "law_version": ";".join(sorted(self.versions)),
        }
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        (self.work / "summary.json").write_text(text, encoding="utf-8")
        for name in FILES:
            os.replace(self.work / name, self.out / name)
        return summary

    def _write_rejected(self) -> None:
        """Rows that were no rows of the file and rows that were refused, in the order of the file."""
        found = self.source.rejected
        early = zip(found.row, found.column, found.value, found.reason, found.messages(self.lang), strict=True)
        told = {int(i): tuple(str(v) for v in said) for i, *said in early}
        names = list(self.source.columns)
        with (self.work / "rejected.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow([*HEAD, *names])
            for row, (column, value, code, message) in sorted({**self.late, **told}.items()):
                self.reasons[code] += 1
                cells = [self.source.columns[n][row].as_py() for n in names]
                line = int(self.source.line[row])
                writer.writerow([line, column, value, code, message, *("" if c is None else c for c in cells)])


def scalars(answer: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """(name, value) of an answer's values, nested keys joined by dots; lists of mappings stay lists."""
    found: list[tuple[str, Any]] = []
    for key, value in answer.items():
        name = before + key
        if isinstance(value, dict):
            found += scalars(value, name + ".")
        elif isinstance(value, (list, tuple)) and not (value and isinstance(value[0], dict)):
            found.append((name, ";".join(map(told, value))))
        else:
            found.append((name, list(value) if isinstance(value, tuple) else value))
    return found


def told(value: Any) -> str:
    """A value as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
