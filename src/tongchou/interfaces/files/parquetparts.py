"""One Parquet file put together from row groups that several threads have encoded.

A row group holds no place within its file: only the footer does. So each block of rows is encoded by itself, by
pyarrow, as a small Parquet file in memory; the bytes of its columns are appended to the one file, and the footer is
written with the places moved. A column that has one value in a whole block is encoded once for all blocks of that
length and its few bytes are appended again. Format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from .thrift import BINARY, I16, I32, I64, LIST, STRUCT, Struct, read_struct, write_struct

_MAGIC = b"PAR1"
_PLACES = (9, 10, 11, 14)
"""ColumnMetaData: data_page_offset, index_page_offset, dictionary_page_offset, bloom_filter_offset."""
Constant = int | str


class Part(msgspec.Struct):
    """One row group, encoded: its bytes and its entry of the footer, with places counted from its own first byte."""

    data: bytes
    group: bytes
    rows: int


def encode(table: pa.Table, constants: Mapping[str, Constant], order: list[str]) -> Part:
    """A block of rows as one row group. ``table`` has the columns that vary, ``constants`` the others."""
    n = table.num_rows
    raw, chunks = _encoded(table)
    found = {path: (raw, chunk) for path, chunk in chunks}
    for name, value in constants.items():
        data, chunk = _constant(value, n)
        found[(name.encode(),)] = (data, _renamed(chunk, name))
    paths = [p for name in order for p in found if p[0] == name.encode()]
    out = bytearray()
    columns: list[Struct] = []
    whole = 0
    for path in paths:
        data, chunk = found[path]
        meta = chunk[3][1]
        start = min(meta[k][1] for k in (9, 11) if k in meta)
        size = meta[7][1]
        columns.append(_moved(chunk, len(out) - start))
        out += data[start : start + size]
        whole += meta[6][1]
    group: Struct = {
        1: (LIST, (STRUCT, columns)),
        2: (I64, whole),
        3: (I64, n),
        5: (I64, 0),
        6: (I64, len(out)),
    }
    return Part(bytes(out), write_struct(group), n)


def _encoded(table: pa.Table) -> tuple[bytes, list[tuple[tuple[bytes, ...], Struct]]]:
    """A table encoded by pyarrow: the file's bytes, and of each column its path and its entry of the footer."""
    if table.num_columns == 0:
        return b"", []
    sink = pa.BufferOutputStream()
    _write(table, sink)
    data = sink.getvalue().to_pybytes()
    groups = footer_of(data)[4][1][1]
    if len(groups) != 1:
        raise AssertionError(f"a block of {table.num_rows} rows was encoded as {len(groups)} row groups")
    chunks = groups[0][1][1][1]
    return data, [(tuple(c[3][1][3][1][1]), c) for c in chunks]


def _write(table: pa.Table, sink: pa.BufferOutputStream) -> None:
    pq.write_table(
        table,
        sink,
        row_group_size=max(1, table.num_rows),
        compression="zstd",
        compression_level=1,
        write_statistics=["service_date"] if "service_date" in table.schema.names else False,
        use_dictionary=[f.name for f in table.schema if pa.types.is_dictionary(f.type)],
        column_encoding={
            f.name: "DELTA_BINARY_PACKED" for f in table.schema if pa.types.is_integer(f.type) or f.type == pa.date32()
        },
    )


def footer_of(data: bytes) -> Struct:
    """The footer (FileMetaData) of a Parquet file."""
    size = int.from_bytes(data[-8:-4], "little")
    return read_struct(data[-8 - size : -8])


@lru_cache(maxsize=64)
def _constant(value: Constant, n: int) -> tuple[bytes, Struct]:
    """A column of one value, encoded: a number, or a text as a dictionary of one word."""
    kind = pa.int64() if isinstance(value, int) else pa.string()
    column = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), n), pa.array([value], kind))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"c": column}), sink, row_group_size=max(1, n), compression="zstd", compression_level=1)
    data = sink.getvalue().to_pybytes()
    return data, footer_of(data)[4][1][1][0][1][1][1][0]


def _renamed(chunk: Struct, name: str) -> Struct:
    meta = dict(chunk[3][1])
    meta[3] = (LIST, (BINARY, [name.encode()]))
    return {**chunk, 3: (STRUCT, meta)}


def _moved(chunk: Struct, by: int) -> Struct:
    """The entry of a column with its places moved; page indices, which stand elsewhere, are left behind."""
    meta = {k: (t, v + by) if k in _PLACES else (t, v) for k, (t, v) in chunk[3][1].items()}
    return {2: (I64, 0), 3: (STRUCT, meta)}


@dataclass
class Joined:
    """A Parquet file in the making. ``start`` once, ``add`` in order, ``finish``."""

    file: BinaryIO
    at: int = 0
    rows: int = 0
    groups: list[Struct] = field(default_factory=list)

    def start(self) -> None:
        """The magic bytes."""
        self.file.write(_MAGIC)
        self.at = len(_MAGIC)

    def add(self, part: Part) -> None:
        """Append one row group."""
        if part.rows == 0:
            return
        group = read_struct(part.group)
        group[1] = (LIST, (STRUCT, [_moved(c, self.at) for c in group[1][1][1]]))
        group[5] = (I64, self.at)
        group[7] = (I16, len(self.groups) % 2**15)
        self.groups.append(group)
        self.file.write(part.data)
        self.at += len(part.data)
        self.rows += part.rows

    def finish(self, schema: pa.Schema) -> None:
        """The footer, with the schema as pyarrow writes it."""
        sink = pa.BufferOutputStream()
        _write(schema.empty_table(), sink)
        footer = footer_of(sink.getvalue().to_pybytes())
        footer[3] = (I64, self.rows)
        footer[4] = (LIST, (STRUCT, self.groups))
        data = write_struct(footer)
        self.file.write(data + len(data).to_bytes(4, "little") + _MAGIC)


assert I32 == 5  # the numbers of the protocol, in order
