"""A claims file opened: its columns as they stand, and the place of every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .csvfile import CsvRows, read_csv
from .refusal import FileRefused
from .rejections import Rejections

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """A file as read. ``columns`` are one array each; CSV cells are text, empty where absent."""

    path: str
    kind: Literal["csv", "parquet"]
    columns: dict[str, pa.Array]
    line: Ints
    """Of each row: the physical line it begins on (CSV) or its number from 1 (Parquet)."""
    rejected: Rejections
    """Rows that are no rows of this table; later stages add theirs."""

    @property
    def rows(self) -> int:
        """How many rows the file has, header and blank lines apart."""
        return len(self.line)

    def part(self, first: int, size: int) -> Source:
        """Some of the rows, with what has been found wrong with them."""
        columns = {name: array.slice(first, size) for name, array in self.columns.items()}
        return Source(self.path, self.kind, columns, self.line[first : first + size], self.rejected.part(first, size))


def open_source(path: str | Path) -> Source:
    """Read a file by its ending. Refused: another ending, and whatever the format's reader refuses."""
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".csv":
        return csv_source(path, read_csv(path))
    if ending in (".parquet", ".pq"):
        return _from_parquet(path)
    excel = ending in (".xlsx", ".xls", ".xlsm")
    raise FileRefused(
        "file_format",
        f"暂不支持{' Excel 文件' if excel else '此格式'}：{path}；应为 .csv（UTF-8）或 .parquet，"
        + ("请在 Excel 中另存为“CSV UTF-8”" if excel else "请转换后重试"),
        f"{path} {'is an Excel file, which is not read yet' if excel else 'has an unknown ending'};"
        " expected .csv (UTF-8) or .parquet; " + ("save it as 'CSV UTF-8' in Excel" if excel else "convert it"),
    )


def csv_source(path: Path, table: CsvRows) -> Source:
    """Rows of a CSV file, those that are no rows of the table rejected."""
    rejected = Rejections(len(table.line))
    width = len(table.header)
    quoted, cells = table.count == 0, pa.array(table.count).cast(pa.string())
    rejected.add(table.wrong[quoted], "", table.texts.filter(pa.array(quoted)), "bad_quotes")
    zh = pc.binary_join_element_wise(f"表头 {width} 格，此行 ", cells, " 格", "")
    en = pc.binary_join_element_wise(f"{width} expected, ", cells, " found", "")
    rejected.add(table.wrong, "", table.texts, "wrong_field_count", (zh, en))
    columns = dict(zip(table.header, table.cells, strict=True))
    return Source(str(path), "csv", columns, table.line, rejected)


def parquet_file(path: Path) -> pq.ParquetFile:
    """A Parquet file opened, its columns' names looked at."""
    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
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


def parquet_source(path: Path, table: pa.Table, before: int = 0) -> Source:
    """Rows of a Parquet file; ``before`` stand before them."""
    columns = {name: one_array(table.column(name)) for name in table.column_names}
    lines = np.arange(before + 1, before + 1 + table.num_rows)
    return Source(str(path), "parquet", columns, lines, Rejections(table.num_rows))


def _from_parquet(path: Path) -> Source:
    file = parquet_file(path)
    try:
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from error
    return parquet_source(path, table)


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
