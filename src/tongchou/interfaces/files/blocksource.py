"""A claims file as blocks of rows: read one after another or by several threads, from any block on, and again."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from .cell_faults import Note
from .columns import STANDARD
from .csvblocks import Block, Place
from .csvfile import Cut, cut_rows, read_header, rows_of
from .encoding import Encoding, as_utf8
from .limits import Limits
from .source import (
    BY_ITSELF,
    CSV,
    Reading,
    SheetRead,
    Source,
    csv_encoding,
    csv_source,
    open_source,
    parquet_file,
    parquet_source,
)

Loader = Callable[[], Iterator[tuple[Source, dict[str, Any]]]]
"""Gives the blocks of one unit of work, each with what is needed to begin after it."""
_LINE_BYTES = 90
"""About how long a row of a CSV file is, to make blocks of about so many rows."""


class BlockSource(Protocol):
    """A file that can be read in blocks; the same limits give the same blocks."""

    names: list[str]
    """The columns of the file."""
    rows: int
    """Rows of the file, or an estimate."""
    row_bytes: int
    """About how many bytes of text a row has that must be carried along."""
    again: bool
    """Whether ``taken`` can fetch rows of a block again; else they are to be kept."""
    notes: list[Note]
    """What the summary tells of the file."""
    sheet: SheetRead | None
    """The worksheet read (XLSX)."""

    def units(self, limits: Limits, done: list[dict[str, Any]]) -> Iterator[tuple[int, Loader]]:
        """(number of the first block, its loader) for all that comes after the blocks ``done``."""

    def taken(self, block: dict[str, Any], rows: np.ndarray) -> pa.Table:
        """Rows of a block (0-based within it) with all their columns, as they stand in the file."""


def open_blocks(path: Path, reading: Reading = BY_ITSELF) -> BlockSource:
    """A file by its ending; what is neither CSV nor Parquet is read whole and cut."""
    ending = path.suffix.lower()
    if ending in (".parquet", ".pq"):
        return ParquetBlocks(path, reading.coded)
    return csv_blocks(path, reading) if ending in CSV else WholeBlocks(path, reading)


def csv_blocks(path: Path, reading: Reading = BY_ITSELF) -> CsvBlocks:
    """A text file of any encoding in blocks."""
    encoding = csv_encoding(path, reading)
    return CsvBlocks(path if encoding.name == "utf-8" else in_utf8(path, encoding.name), notes=encoding.notes())


def in_utf8(path: Path, encoding: Encoding) -> Path:
    """A copy of a text file in UTF-8, gone with the process: blocks are found again by their place in it."""
    handle, name = tempfile.mkstemp(prefix="tongchou-", suffix=".csv")
    copy = Path(name)
    atexit.register(copy.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as out, path.open("rb") as file:
        shutil.copyfileobj(as_utf8(file, encoding), out, 1 << 22)
    return copy


@dataclass
class ParquetBlocks:
    """Row groups, each cut into equal blocks; a very large one is read in order, and then its rows are kept."""

    path: Path
    coded: bool = False
    """Whether columns of codes are read as places in a dictionary."""
    names: list[str] = field(init=False)
    rows: int = field(init=False)
    row_bytes: int = field(init=False)
    again: bool = field(init=False)
    notes: list[Note] = field(default_factory=list)
    sheet: SheetRead | None = None

    def __post_init__(self) -> None:
        file = parquet_file(self.path)
        meta, self.names = file.metadata, file.schema_arrow.names
        texts = {f.name for f in file.schema_arrow if pa.types.is_string(f.type)}
        self._coded = (
            [c.name for c in STANDARD if c.kind in ("code", "scheme") and c.name in texts] if self.coded else []
        )
        self._sizes = [meta.row_group(g).num_rows for g in range(meta.num_row_groups)]
        self.rows = meta.num_rows
        whole = sum(meta.row_group(g).total_byte_size for g in range(meta.num_row_groups))
        self.row_bytes = min(2_000, whole // max(1, self.rows))
        self.again = max(self._sizes, default=0) <= 1_500_000
        self._cache: dict[int, pa.Table] = {}
        self._lock = Lock()

    def units(self, limits: Limits, done: list[dict[str, Any]]) -> Iterator[tuple[int, Loader]]:
        """One unit a row group."""
        number, before = 0, 0
        for group, size in enumerate(self._sizes or [0]):
            count = max(1, -(-size // limits.block_rows))
            skip = max(0, min(count, len(done) - number))
            if skip < count:
                yield number + skip, partial(self._load, group, count, skip, before)
            number, before = number + count, before + size

    def _load(self, group: int, count: int, skip: int, before: int) -> Iterator[tuple[Source, dict[str, Any]]]:
        size = self._sizes[group] if self._sizes else 0
        step = max(1, -(-size // count))
        for k, table in enumerate(self._tables(group, count, step)):
            if k >= skip:
                source = parquet_source(self.path, table, before + k * step, self._coded)
                yield source, {"group": group, "first": k * step, "rows": table.num_rows}

    def _tables(self, group: int, count: int, step: int) -> Iterator[pa.Table]:
        file = parquet_file(self.path, self._coded)
        if not self._sizes:
            yield file.schema_arrow.empty_table()
        elif count == 1:
            yield file.read_row_group(group, use_threads=False)
        else:
            batches = file.iter_batches(step, row_groups=[group], use_threads=False)
            yield from _exactly((pa.Table.from_batches([b]) for b in batches), step, file.schema_arrow)

    def taken(self, block: dict[str, Any], rows: np.ndarray) -> pa.Table:
        """Read again from the row group; a few groups are remembered."""
        group = block["group"]
        with self._lock:
            if group not in self._cache:
                if len(self._cache) > 1:
                    self._cache.pop(next(iter(self._cache)))
                self._cache[group] = parquet_file(self.path).read_row_group(group)
            table = self._cache[group]
        return table.take(pa.array(rows + block["first"]))


def _exactly(tables: Iterator[pa.Table], step: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of ``step`` rows, the last one shorter (a reader may end a batch early)."""
    waiting: list[pa.Table] = []
    have = 0
    for table in tables:
        waiting.append(table)
        have += table.num_rows
        while have >= step:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, step)
            waiting, have = [whole.slice(step)], have - step
    if have:
        yield pa.concat_tables(waiting)


@dataclass
class CsvBlocks:
    """Blocks of whole rows; their rows are kept, for a block cannot be found again without those before it."""

    path: Path
    names: list[str] = field(init=False)
    rows: int = field(init=False)
    row_bytes: int = field(init=False)
    again: bool = False
    notes: list[Note] = field(default_factory=list)
    sheet: SheetRead | None = None

    def __post_init__(self) -> None:
        self.header, first, _ = read_header(self.path)
        self.names = list(self.header)
        size = self.path.stat().st_size
        line = max(8, first.end.offset // max(1, len(first.line) + 1))
        self.rows, self.row_bytes = size // line, line + 5 * len(self.header)

    def units(self, limits: Limits, done: list[dict[str, Any]]) -> Iterator[tuple[int, Loader]]:
        """One unit a block."""
        start = Place(**done[-1]["end"]) if done else None
        _, first, blocks = read_header(self.path, start)
        number = len(done)
        waiting: list[Block | Cut] = [] if done else [first]
        size = 0
        for block in blocks:
            waiting.append(block)
            size += len(block.data)
            if size >= limits.block_rows * _LINE_BYTES:
                yield number, partial(self._load, waiting)
                number, waiting, size = number + 1, [], 0
        if waiting:
            yield number, partial(self._load, waiting)

    def _load(self, waiting: list[Block | Cut]) -> Iterator[tuple[Source, dict[str, Any]]]:
        end = waiting[-1].end
        cuts = [b if isinstance(b, Cut) else cut_rows(b, self.header) for b in waiting]
        waiting.clear()
        found = [c for c in cuts if c is not None]
        none = pa.array([], pa.string())
        no_row = np.zeros(0, np.int64)
        blank = Cut(self.header, [none] * len(self.header), no_row, no_row, no_row, none, end)
        source = csv_source(self.path, rows_of(self.header, found or [blank]))
        place = {"offset": end.offset, "lines": end.lines, "irregular": end.irregular, "cr": end.cr}
        yield source, {"rows": source.rows, "end": place}

    def taken(self, block: dict[str, Any], rows: np.ndarray) -> pa.Table:
        """Never asked: the rows are kept."""
        raise NotImplementedError


@dataclass
class WholeBlocks:
    """A file that can only be read whole, cut into blocks afterwards."""

    path: Path
    reading: Reading = BY_ITSELF
    names: list[str] = field(init=False)
    rows: int = field(init=False)
    row_bytes: int = field(init=False)
    again: bool = False
    notes: list[Note] = field(init=False)
    sheet: SheetRead | None = field(init=False)

    def __post_init__(self) -> None:
        self._source = open_source(self.path, self.reading)
        self.notes, self.sheet = self._source.notes, self._source.sheet
        self.names = list(self._source.columns)
        self.rows = self._source.rows
        self.row_bytes = sum(c.nbytes for c in self._source.columns.values()) // max(1, self.rows)

    def units(self, limits: Limits, done: list[dict[str, Any]]) -> Iterator[tuple[int, Loader]]:
        """One unit a block."""
        starts = range(0, max(1, self.rows), limits.block_rows)
        for number, first in enumerate(starts):
            if number >= len(done):
                yield number, partial(self._load, first, limits.block_rows)

    def _load(self, first: int, size: int) -> Iterator[tuple[Source, dict[str, Any]]]:
        source = self._source.part(first, size)
        yield source, {"rows": source.rows, "first": first}

    def taken(self, block: dict[str, Any], rows: np.ndarray) -> pa.Table:
        """Never asked: the rows are kept."""
        raise NotImplementedError
