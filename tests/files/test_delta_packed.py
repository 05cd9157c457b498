"""Whole numbers packed by their differences: what pyarrow, Polars and DuckDB read is what was packed."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.interfaces.files.delta_packed import BLOCK, Packer, bits, put_number
from tongchou.interfaces.files.parquetparts import Joined

SIZE = 3 * BLOCK + 1
FAR = 2**60
INT = pa.int64()


@cache
def packer(kind: pa.DataType) -> Packer:
    return Packer(schema(kind), SIZE)


def schema(kind: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field("n", kind, nullable=False), pa.field("again", kind, nullable=False)])


def file_of(*groups: list[int], kind: pa.DataType = INT) -> bytes:
    """A Parquet file, a row group of each list: the column ``n``, and the same from blocks packed before."""
    sink = io.BytesIO()
    joined = Joined(sink)
    joined.start()
    for numbers in groups:
        column = np.array(numbers, np.int64)
        blocks = packer(kind).blocks(column)
        joined.add(packer(kind).row_group({"n": column, "again": (numbers[0], blocks)}, len(numbers)))
    joined.finish(schema(kind))
    return sink.getvalue()


def numbers(most: int) -> st.SearchStrategy[list[int]]:
    """Lists of all lengths: near each other, far apart, and many alike."""
    near = st.lists(st.integers(0, 200_000), min_size=1, max_size=SIZE)
    far = st.lists(st.integers(-most, most), min_size=1, max_size=SIZE)
    alike = st.lists(st.sampled_from([0, 0, 0, 8000, most]), min_size=1, max_size=SIZE)
    return st.one_of(near, far, alike)


@settings(deadline=None, max_examples=200)
@given(st.lists(numbers(FAR), min_size=1, max_size=3))
def test_pyarrow_and_polars_read_what_was_packed(groups: list[list[int]]) -> None:
    data, wanted = file_of(*groups), [n for g in groups for n in g]
    for name in ("n", "again"):
        assert pq.read_table(io.BytesIO(data))[name].to_pylist() == wanted
    assert pl.read_parquet(io.BytesIO(data))["n"].to_list() == wanted


@settings(deadline=None, max_examples=30)
@given(numbers(FAR))
def test_duckdb_reads_what_was_packed(given_numbers: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.parquet"
        path.write_bytes(file_of(given_numbers))
        assert [n for (n,) in duckdb.sql(f"SELECT n FROM '{path}'").fetchall()] == given_numbers


@settings(deadline=None, max_examples=100)
@given(numbers(2**29))
def test_a_column_of_32_bits(given_numbers: list[int]) -> None:
    data = file_of(given_numbers, kind=pa.int32())
    found = pq.read_table(io.BytesIO(data))["n"]
    assert found.type == pa.int32()
    assert found.to_pylist() == given_numbers
    assert pl.read_parquet(io.BytesIO(data))["n"].to_list() == given_numbers


@pytest.mark.parametrize("n", [1, 2, 3, 32, 33, 34, 64, 65, 97, 128, 129, 130, 161, 256, 257, SIZE])
@pytest.mark.parametrize("width", [0, 1, 7, 31, 32, 33, 40, 61])
def test_every_length_and_width(n: int, width: int) -> None:
    """Lengths at the edges of parts and blocks, the largest difference in the last place."""
    given_numbers = [(1 << width) - 1 if k % 2 or k == n - 1 else 0 for k in range(n)]
    data = file_of(given_numbers)
    assert pq.read_table(io.BytesIO(data))["n"].to_pylist() == given_numbers
    assert pl.read_parquet(io.BytesIO(data))["n"].to_list() == given_numbers


@given(st.integers(0, 2**63 - 1))
def test_bits_and_numbers_of_seven_bits_a_byte(number: int) -> None:
    assert bits(number) == number.bit_length()
    room = [0] * 10
    end = put_number(room, 0, number)
    assert sum((b & 127) << 7 * k for k, b in enumerate(room[:end])) == number
    assert [b > 127 for b in room[:end]] == [True] * (end - 1) + [False]


def test_it_is_as_small_as_what_pyarrow_packs() -> None:
    rng = np.random.default_rng(5)
    column = rng.integers(0, 150_000, SIZE)
    sink = pa.BufferOutputStream()
    settings_of = {"use_dictionary": False, "column_encoding": "DELTA_BINARY_PACKED", "compression": "none"}
    pq.write_table(pa.table({"n": column, "again": column}, schema(INT)), sink, write_statistics=False, **settings_of)
    theirs = pq.read_metadata(io.BytesIO(sink.getvalue().to_pybytes())).row_group(0).column(0)
    own = pq.read_metadata(io.BytesIO(file_of(column.tolist()))).row_group(0).column(0)
    assert own.encodings == ("DELTA_BINARY_PACKED", "RLE")
    assert own.total_compressed_size <= theirs.total_compressed_size * 1.05
