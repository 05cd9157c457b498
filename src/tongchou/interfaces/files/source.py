"""A claims file opened: its columns as they stand, and the place of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .cell_faults import CellFault, Note
from .csvfile import CsvRows, read_csv
from .encoding import Encoding, Found, find_encoding
from .refusal import FileRefused
from .rejections import Rejections

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SheetRead:
    """A worksheet that was read: its name, and where each column stands in it, from 0."""

    name: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """A file as read. ``columns`` are one array each; CSV cells are text, empty where absent."""

    path: str
    kind: Literal["csv", "parquet", "xlsx"]
    columns: dict[str, pa.Array]
    line: Ints
    """Of each row: the physical line it begins on (CSV), its number from 1 (Parquet), Excel's row number."""
    rejected: Rejections
    """Rows that are no rows of this table; later stages add theirs."""
    faults: list[CellFault] = field(default_factory=list)
    """Cells that matter only where their column is used (``cell_faults.tell_faults``)."""
    notes: list[Note] = field(default_factory=list)
    """What the summary tells of the file."""
    sheet: SheetRead | None = None
    """The worksheet read (XLSX)."""
    fullwidth: Counter[str] = field(default_factory=Counter)
    """Cells in full-width characters that were read as plain ones, by column."""

    @property
    def rows(self) -> int:
        """How many rows the file has, header and blank lines apart."""
        return len(self.line)

    def part(self, first: int, size: int) -> Source:
        """Some of the rows, with what has been found wrong with them."""
        columns = {name: array.slice(first, size) for name, array in self.columns.items()}
        faults = [f.part(first, size) for f in self.faults]
        line, rejected = self.line[first : first + size], self.rejected.part(first, size)
        return Source(self.path, self.kind, columns, line, rejected, faults, [], self.sheet)


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where its own bytes leave it open."""

    sheet: str | None = None
    encoding: Encoding | None = None
    wanted: frozenset[str] = frozenset()
    """Column names by which the header of a worksheet is known below titles."""
    coded: bool = False
    """Whether columns of codes may come as places in a dictionary (Parquet)."""


CSV = (".csv", ".txt")
"""Endings of text files."""
BY_ITSELF = Reading()
"""Everything found from the file itself."""


def open_source(path: str | Path, reading: Reading = BY_ITSELF) -> Source:
    """Read a file by its ending. Refused: another ending, and whatever the format's reader refuses."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending in CSV:
        encoding = csv_encoding(path, reading)
        return csv_source(path, read_csv(path, encoding.name), encoding.notes())
    if ending in (".parquet", ".pq"):
        return _from_parquet(path)
    if ending in (".xlsx", ".xlsm"):
        from .xlsx_source import read_xlsx

        return read_xlsx(path, reading)
    excel = ending in (".xls", ".xlsb", ".et", ".ods")
    raise FileRefused(
        "file_format",
        f"不支持{f' {ending} 工作簿' if excel else '此格式'}：{path}；应为 .csv、.xlsx 或 .parquet，"
        + ("请用 Excel 或 WPS 打开后另存为“Excel 工作簿 (*.xlsx)”" if excel else "请转换后重试"),
        f"{path} {f'is a workbook of the form {ending}' if excel else 'has an unknown ending'};"
        " expected .csv, .xlsx or .parquet; "
        + ("open it in Excel or WPS and save it as 'Excel Workbook (*.xlsx)'" if excel else "convert it"),
    )


def csv_encoding(path: Path, reading: Reading) -> Found:
    """The encoding of a text file; refused where it is a workbook in truth, or of no encoding known."""
    _refuse_workbook(path)
    return find_encoding(path, reading.encoding)


def csv_source(path: Path, table: CsvRows, notes: Sequence[Note] = ()) -> Source:
    """Rows of a CSV file, those that are no rows of the table rejected."""
    rejected = Rejections(len(table.line))
    width = len(table.header)
    quoted, cells = table.count == 0, pa.array(table.count).cast(pa.string())
    rejected.add(table.wrong[quoted], "", table.texts.filter(pa.array(quoted)), "bad_quotes")
    zh = pc.binary_join_element_wise(f"表头 {width} 格，此行 ", cells, " 格", "")
    en = pc.binary_join_element_wise(f"{width} expected, ", cells, " found", "")
    rejected.add(table.wrong, "", table.texts, "wrong_field_count", (zh, en))
    columns = dict(zip(table.header, table.cells, strict=True))
    return Source(str(path), "csv", columns, table.line, rejected, notes=list(notes))


def _refuse_workbook(path: Path) -> None:
    """A workbook that was given the ending of a text file."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        return  # told by the reader
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        raise FileRefused(
            "file_format",
            f"文件 {path} 的内容是 Excel 工作簿而不是文本；请把后缀改为 .xlsx（旧版 .xls 请先另存为 .xlsx）",
            f"{path} holds an Excel workbook, not text; give it the ending .xlsx (save an old .xls as .xlsx first)",
        )


def parquet_file(path: Path, coded: Sequence[str] = ()) -> pq.ParquetFile:
    """A Parquet file opened, its columns' names looked at. ``coded``: columns to come as places in a dictionary."""
    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=list(coded))
    except FileNotFoundError as error:
        raise FileRefused(
            "file_unreadable", f"找不到文件 {path}；请核对路径", f"{path} does not exist; check the path"
        ) from error
    except PermissionError as error:
        raise FileRefused(
            "file_unreadable",
            f"无权读取文件 {path}；请核对权限",
            f"{path} may not be read; check the rights on it",
        ) from error
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error
    names = file.schema_arrow.names
    twice = [n for n in dict.fromkeys(names) if names.count(n) > 1]
    if twice:
        raise FileRefused(
            "duplicate_column",
            f"文件 {path} 有重复的列名：{'、'.join(twice)}；请只保留一列或改名",
            f"{path} has column names that stand twice: {', '.join(twice)}; rename or remove one",
        )
    return file


def _broken(path: Path, error: Exception) -> FileRefused:
    first = str(error).splitlines()[0][:200]
    return FileRefused(
        "parquet_broken",
        f"文件 {path} 不是完整的 Parquet 文件：{first}；请重新导出",
        f"{path} is not a whole Parquet file: {first}; export it again",
    )


def parquet_source(path: Path, table: pa.Table, before: int = 0, coded: Collection[str] = ()) -> Source:
    """Rows of a Parquet file; ``before`` stand before them. ``coded``: columns that stay places in a dictionary."""
    columns = {
        name: _coded_array(table.column(name)) if name in coded else one_array(table.column(name))
        for name in table.column_names
    }
    lines = np.arange(before + 1, before + 1 + table.num_rows)
    return Source(str(path), "parquet", columns, lines, Rejections(table.num_rows))


def _from_parquet(path: Path) -> Source:
    file = parquet_file(path)
    try:
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error
    return parquet_source(path, table)


def _coded_array(column: pa.ChunkedArray) -> pa.Array:
    """Places in a dictionary, in one piece; decoded where a word may be in full-width dress."""
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return one_array(column)
    return whole if all(w is None or w.isascii() for w in whole.dictionary.to_pylist()) else one_array(column)


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A chunked column in one piece, dictionaries decoded; above 2 GB of text as large_string."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    if pa.types.is_string(column.type) and column.nbytes >= 2**31 - 1:
        column = column.cast(pa.large_string())
    if pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
