"""CSV: cells, quotes, line numbers; what refuses a file whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.interfaces.files import FileRefused, csvblocks, csvfile, read_claims, write_rejected
from tongchou.law.attributes import standard_attributes

from .conftest import GOOD

HEAD = ",".join(GOOD)
LINE = ",".join(GOOD.values())


def read(tmp_path: Path, content: bytes | str) -> csvfile.CsvRows:
    path = tmp_path / "f.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return csvfile.read_csv(path)


def rows(table: csvfile.CsvRows) -> list[list[str]]:
    return [list(row) for row in zip(*(c.to_pylist() for c in table.cells), strict=True)]


cells = st.text(st.sampled_from('ab,"\n 医;'), max_size=6)


@given(
    table=st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=12)
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 40),
    every=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
def test_what_csv_writes_is_read(tmp_path: Path, table: list[list[str]], end: str, size: int, every: bool) -> None:
    """Whatever the block size: cells, and the physical line on which each row begins."""
    if every:  # unquoted, a CR before the line end would be part of it
        table = [[cell.replace(";", "\r") for cell in row] for row in table]
    table = [[f"h{k}" for k in range(len(table[0]))], *table]
    out, starts = io.StringIO(newline=""), []
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL)
    for row in table:
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    path = tmp_path / "f.csv"
    path.write_bytes(out.getvalue().encode())
    before, csvfile.blocks.__defaults__ = csvfile.blocks.__defaults__, (size,)
    try:
        found = csvfile.read_csv(path)
    finally:
        csvfile.blocks.__defaults__ = before
    assert list(found.header) == table[0]
    assert rows(found) == table[1:]
    assert found.line.tolist() == starts[1:]
    assert len(found.wrong) == 0


@given(content=st.text(st.sampled_from('ab,"\n\r'), max_size=60), size=st.integers(1, 30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_no_line_is_lost_whatever_the_quotes(tmp_path: Path, content: str, size: int) -> None:
    """Rows that make no sense are rejected alone: the good rows at the end are read all the same."""
    path = tmp_path / "f.csv"
    path.write_bytes(f"h,i\n{content}\n1,2\n3,4\n".encode())
    before, csvfile.blocks.__defaults__ = csvfile.blocks.__defaults__, (size,)
    try:
        found = csvfile.read_csv(path)
    finally:
        csvfile.blocks.__defaults__ = before
    lines = content.count("\n") + 2
    assert found.line.tolist()[-2:] == [lines + 1, lines + 2]
    assert rows(found)[-2:] == [["1", "2"], ["3", "4"]]
    assert not np.isin([len(found.line) - 1, len(found.line) - 2], found.wrong).any()


def test_lines_are_counted_through_quotes_and_blank_lines(tmp_path: Path) -> None:
    found = read(tmp_path, '\n\na,b\n1,"x\n\ny"\n\r\n\n2,"say ""hi"""\r\n3,\n')
    assert found.header == ("a", "b")
    assert rows(found) == [["1", "x\n\ny"], ["2", 'say "hi"'], ["3", ""]]
    assert found.line.tolist() == [4, 9, 10]


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    for content in ("a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "\ufeffa,b\n1,2\n3,4\n"):
        found = read(tmp_path, content)
        assert (found.header, rows(found), found.line.tolist()) == (("a", "b"), [["1", "2"], ["3", "4"]], [2, 3])


def test_an_unclosed_quote_costs_one_line(tmp_path: Path) -> None:
    content = 'a,b\n1,2\n3,"4\n' + "".join(f"{k},y\n" for k in range(1000)) + '5,"six"\n'
    found = read(tmp_path, content)
    assert found.wrong.tolist() == [1]
    assert found.texts.to_pylist() == ['3,"4']
    assert len(found.line) == 1003
    assert rows(found)[-1] == ["5", "six"]
    assert found.line[-1] == 1004


def refusal(tmp_path: Path, content: bytes | None, name: str = "f.csv") -> FileRefused:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileRefused) as caught:
        read_claims(path, standard_attributes())
    assert str(path) in caught.value.message
    assert str(path) in caught.value.in_lang("en")
    return caught.value


@pytest.mark.parametrize("content", [b"", b"\n\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).code == "file_empty"


def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(HEAD)
    claims = read_claims(path, standard_attributes(), known_parts=())
    assert (len(claims), claims.rows_read, len(claims.rejected)) == (0, 0, 0)
    assert claims.columns["age"].tolist() == []
    assert write_rejected(tmp_path / "rejected.csv", claims) == 0
    assert (tmp_path / "rejected.csv").read_text().count("\n") == 1


def test_a_file_of_no_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    text = HEAD + ",note\n" + LINE + ",x\n" + LINE + ",昆明市\n"
    neither = refusal(tmp_path, text.encode() + b"\xff\xfe\xff")
    assert neither.code == "file_not_utf8"
    assert "line 4" in neither.in_lang("en")
    assert "GB18030" in neither.message


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    refused = refusal(tmp_path, b"claim_id,personid,service_date,scheme,status,category,biled\n")
    assert refused.code == "missing_column"
    for part in ("lacks required columns: person_id, level, billed;", "'billed' (instead of 'biled')"):
        assert part in refused.in_lang("en")
    assert "制表符" in refusal(tmp_path, HEAD.replace(",", "\t").encode()).message


def test_doubled_columns_are_refused(tmp_path: Path) -> None:
    refused = refusal(tmp_path, (HEAD + ",level\n").encode())
    assert refused.code == "duplicate_column"
    assert "level" in refused.message


def test_other_formats_and_no_file(tmp_path: Path) -> None:
    assert "Excel" in refusal(tmp_path, b"PK", "f.xlsx").message
    assert refusal(tmp_path, b"{}", "f.json").code == "file_format"
    assert refusal(tmp_path, None).code == "file_unreadable"
    assert refusal(tmp_path, None, "g.parquet").code == "file_unreadable"
    assert refusal(tmp_path, b"PAR1 no", "h.parquet").code == "parquet_broken"


def test_rejected_rows_are_written_whole(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write({"note": 'a "b",\nc'}, {"billed": "x", "note": 'a "b",\nc'}, {}, {"level": "7", "note": "医"})
    claims = read_claims(path, standard_attributes())
    assert write_rejected(tmp_path / "rejected.csv", claims, "en") == 2
    raw = (tmp_path / "rejected.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["line", "column", "value", "reason", "message", *GOOD, "note"]
    assert found[1][:4] == ["4", "billed", "x", "not_money"]
    assert found[1][5:] == [*(GOOD | {"claim_id": "c2", "billed": "x"}).values(), 'a "b",\nc']
    assert found[2][:4] == ["7", "level", "7", "out_of_range"]
    assert len(found) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["claims.csv", "rejected.csv"]


def test_blocks_hold_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,b\n" + b'1,"x\ny"\n' * 1000)
    with path.open("rb") as file:
        blocks = list(csvblocks.blocks(path, file, 256))
    assert b"".join(b.data.tobytes() for b in blocks) == path.read_bytes()
    assert all(b.data[-1] == 10 and len(b.quotes) % 2 == 0 for b in blocks)
    assert [b.lines_before for b in blocks[:2]] == [0, blocks[0].data.tobytes().count(b"\n")]
