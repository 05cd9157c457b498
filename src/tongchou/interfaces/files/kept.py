"""One person's rows out of the file that a run kept: found by the person's id, parsed as the run parsed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .blocksource import csv_blocks
from .cells import as_text
from .intake import Reading
from .limits import Limits
from .mapping import Mapping
from .mapping_apply import apply_mapping
from .mapping_load import load_mapping
from .parallel import in_order
from .refusal import FileRefused
from .rejections import Rejections
from .source import CSV, Source, one_array, open_source, parquet_file

Ints = NDArray[np.int64]


def kept_source(folder: Path) -> Path:
    """The copy of the claims file that a run left; refused by name where there is none."""
    found = sorted(folder.glob("source.*"))
    if not found:
        raise FileRefused(
            "not_a_run",
            f"{folder} 缺少 settle 保留的明细文件 source.*；请用本版本重新结算",
            f"{folder} lacks the claims file source.* that settle keeps; settle again with this version",
        )
    return found[0]


def kept_mapping(folder: Path) -> Mapping | None:
    """The mapping that a run used, if it used one."""
    path = folder / "mapping.yaml"
    return load_mapping(path) if path.exists() else None


def find_claim(path: Path, claim_id: str) -> pa.Table:
    """The row of one claim in a settlements file, or no row."""
    file = pq.ParquetFile(path)

    def look(group: int) -> pa.Table | None:
        mine = pq.ParquetFile(path, metadata=file.metadata)
        ids = mine.read_row_group(group, columns=["claim_id"], use_threads=False)["claim_id"]
        at = pc.index(ids, pa.scalar(claim_id, ids.type)).as_py()
        return None if at < 0 else mine.read_row_group(group).slice(at, 1)

    for found in in_order(look, range(file.num_row_groups)):
        if found is not None:
            return found
    return file.schema_arrow.empty_table()


def rejected_lines(folder: Path, lines: Ints) -> NDArray[np.bool_]:
    """Which of some lines of the file stand in ``rejected.csv``."""
    out = np.zeros(len(lines), np.bool_)
    reader = pacsv.open_csv(
        folder / "rejected.csv",
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(include_columns=["line"], column_types={"line": pa.int64()}),
    )
    for batch in reader:
        out |= np.isin(lines, np.asarray(batch.column(0)))
    return out


def person_rows(folder: Path, person: str, reading: Reading) -> Source:
    """All rows of one person as a file of their own, with their lines."""
    path = kept_source(folder)
    ending = path.suffix.lower()
    if ending in (".parquet", ".pq"):
        found = list(_of_parquet(path, person, reading))
    elif ending in CSV:
        found = list(_of_csv(path, person, reading))
    else:
        found = [_mine(open_source(path, reading.form), person, reading)]
    found = [f for f in found if f.rows]
    if not found:
        raise AssertionError(f"{path} has no row of {person}")
    columns = {name: one_array(pa.chunked_array([f.columns[name] for f in found])) for name in found[0].columns}
    line = np.concatenate([f.line for f in found])
    return Source(str(path), found[0].kind, columns, line, Rejections(len(line)))


@dataclass(frozen=True)
class _Column:
    """The file's column that holds the person's id as it stands; ``name`` empty: it must be made."""

    name: str


def _plain(reading: Reading) -> _Column:
    specs = {c.target: c for c in reading.mapping.columns} if reading.mapping else {}
    spec = specs.get("person_id")
    if spec is None:
        return _Column("person_id")
    return _Column(spec.sources[0] if spec.plain else "")


def _of_parquet(path: Path, person: str, reading: Reading) -> Iterator[Source]:
    file = parquet_file(path)
    starts = np.cumsum([0, *(file.metadata.row_group(g).num_rows for g in range(file.num_row_groups))])
    column = _plain(reading).name

    def look(group: int) -> Source | None:
        mine = pq.ParquetFile(path, metadata=file.metadata)
        before = int(starts[group])
        if not column:
            table = mine.read_row_group(group, use_threads=False)
            return _mine(_source(path, table, before + 1 + np.arange(len(table))), person, reading)
        ids = one_array(mine.read_row_group(group, columns=[column], use_threads=False)[column])
        rows = np.flatnonzero(pc.equal(as_text(column, ids), person).fill_null(False).to_numpy(zero_copy_only=False))
        if len(rows) == 0:
            return None
        table = mine.read_row_group(group, use_threads=False).take(pa.array(rows))
        return _source(path, table, before + 1 + rows)

    yield from (f for f in in_order(look, range(file.num_row_groups)) if f is not None)


def _source(path: Path, table: pa.Table, line: Ints) -> Source:
    columns = {name: one_array(table.column(name)) for name in table.column_names}
    return Source(str(path), "parquet", columns, line, Rejections(len(line)))


def _of_csv(path: Path, person: str, reading: Reading) -> Iterator[Source]:
    def look(unit: tuple[int, object]) -> Source:
        (source, _), *_ = unit[1]()  # type: ignore[operator]
        return _mine(source, person, reading)

    yield from in_order(look, csv_blocks(path, reading.form).units(Limits(block_rows=20_000), []))


def _mine(source: Source, person: str, reading: Reading) -> Source:
    """The person's rows of a block; rows that are no rows of the table apart."""
    columns = source.columns
    if reading.mapping is not None:
        columns = apply_mapping(reading.mapping, source, ["person_id", *_targets(reading.mapping)])[0]
    ids = as_text("person_id", columns["person_id"])
    mine = pc.equal(ids, person).fill_null(False).to_numpy(zero_copy_only=False) & ~source.rejected.mask
    rows = np.flatnonzero(mine)
    chosen = pa.array(rows)
    taken = {name: column.take(chosen) for name, column in source.columns.items()}
    return Source(source.path, source.kind, taken, source.line[rows], Rejections(len(rows)))


def _targets(mapping: Mapping) -> list[str]:
    return [c.target for c in mapping.columns]
