"""Encodings of a CSV: found by mark and validity, forced by name, refused at a line; full-width characters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.interfaces.files import Claims, FileRefused, encoding, load_mapping, read_claims
from tongchou.interfaces.files.encoding import ENCODINGS, find_encoding
from tongchou.interfaces.files.fullwidth import doubtful, plain
from tongchou.interfaces.files.source import Reading
from tongchou.law.attributes import standard_attributes

from .conftest import GOOD, reasons

TEXT = ",".join([*GOOD, "备注"]) + "\n" + ",".join([*GOOD.values(), "昆明市，𠮷野家"]) + "\n"


def read(path: Path, content: bytes, forced: str | None = None) -> Claims:
    path.write_bytes(content)
    how = Reading(encoding=ENCODINGS[forced] if forced else None)
    return read_claims(path, standard_attributes(), reading=how)


@pytest.mark.parametrize(
    ("codec", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
def test_an_encoding_is_found_and_told(tmp_path: Path, codec: str, note: str | None) -> None:
    claims = read(tmp_path / "f.csv", TEXT.encode(codec))
    assert claims.extra["备注"].to_pylist() == ["昆明市，𠮷野家"]
    assert claims.line.tolist() == [2]
    told = [n.en for n in claims.notes]
    assert told == ([f"Encoding: {note}, found by its bytes."] if note else [])


def test_a_big_endian_mark_counts_too(tmp_path: Path) -> None:
    claims = read(tmp_path / "f.csv", b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert len(claims) == 1


def test_a_named_encoding_is_taken_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    claims = read(path, TEXT.encode("gbk", "ignore"), "gbk")
    assert claims.notes[0].zh == "文件编码：GB18030（GBK），按 --encoding。"
    for content, forced, line in [(TEXT.encode("gb18030"), "utf-8", 1), (TEXT.encode(), "utf-16", 1)]:
        with pytest.raises(FileRefused) as caught:
            read(path, content, forced)
        assert caught.value.code == "wrong_encoding"
        assert f"line {line}" in caught.value.in_lang("en")
    with pytest.raises(FileRefused) as caught:
        read(path, b"\xff\xfea\x00\x00\xd8a\x00")
    assert caught.value.code == "wrong_encoding"
    with pytest.raises(FileRefused) as caught:
        read(path, b"\xef\xbb\xbf" + TEXT.encode("gb18030"))
    assert caught.value.code == "file_not_utf8"


@given(st.text(st.sampled_from("a1,医療\n𠮷€ß")), st.sampled_from(["utf-8", "gb18030", "utf-16"]), st.integers(1, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_read_in_pieces_is_what_was_written(tmp_path: Path, text: str, codec: str, size: int) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(text.encode(codec))
    before, encoding._CHUNK = encoding._CHUNK, size
    try:
        found = find_encoding(path).name
        if codec == "utf-8" or found == codec:
            with path.open("rb") as file:
                mark = "\ufeff" if found == "utf-8" and codec != "utf-8" else ""
                assert mark + encoding.as_utf8(file, found).read().decode() == text
    finally:
        encoding._CHUNK = before
    if text and codec != "gb18030":
        assert found == codec


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_have_an_encoding_or_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with suppress(FileRefused):
        read_claims(path, standard_attributes())


# -- full-width characters --------------------------------------------------------------------------------------
Read = Callable[..., Claims]


def test_full_width_cells_are_read_as_plain_ones_and_counted(read_rows: Read) -> None:
    claims = read_rows(
        {"service_date": "２０２３－０５－０４", "billed": "１２．５０", "level": "３"},
        {"category": "ｉｎｐａｔｉｅｎｔ", "severe": "ｔｒｕｅ\u3000", "identity": "destitute；registered_poor"},
        {"settled_at": "2023-05-04T10：30：00"},
    )
    assert len(claims.rejected) == 1  # settled_at is missing in one row
    assert [n.en for n in claims.notes] == [
        "7 cells in full-width characters were read as plain ones"
        " (service_date 1, category 1, level 1, billed 1, settled_at 1, severe 1, identity 1)."
    ]


@pytest.fixture
def read_rows(read: Read) -> Read:
    def make(*rows: dict[str, str]) -> Claims:
        return read(
            *({"settled_at": "2023-05-04"} | row if k else {"settled_at": ""} | row for k, row in enumerate(rows))
        )

    return make


def test_ids_and_texts_stay_as_they_are(read: Read) -> None:
    claims = read({"claim_id": "Ａ１", "disease": "门诊（普通）", "remark": "１２"})
    assert (claims.claim_id.to_pylist(), claims.disease.to_pylist()) == (["Ａ１"], ["门诊（普通）"])
    assert claims.extra["remark"].to_pylist() == ["１２"]
    assert claims.notes == []


def test_a_rejected_cell_is_shown_as_it_stood(read: Read) -> None:
    claims = read({"billed": "－５"}, {"billed": "１，２３４"}, {"billed": "12。50"}, {"severe": "ＹＥＳ"})
    assert reasons(claims) == [
        (0, "billed", "－５", "negative_amount"),
        (1, "billed", "１，２３４", "not_money"),
        (2, "billed", "12。50", "fullwidth_unclear"),
        (3, "severe", "ＹＥＳ", "not_true_false"),
    ]
    assert "'。'" in claims.rejected.messages("en")[2].as_py()


@pytest.mark.parametrize(
    ("word", "better"),
    [
        ("１２．５", "12.5"),
        ("−3", "-3"),
        ("\u3000ＹＥＳ\u3000", "YES"),
        ("门诊（普通）", None),
        ("1。2", None),
        ("1\u30002", None),
    ],
)
def test_plain_words(word: str, better: str | None) -> None:
    assert plain(word) == (better or word)


@pytest.mark.parametrize(
    ("word", "marks"), [("1。2", "。"), ("2023—05—04", "—"), ("约1。2", ""), ("。", ""), ("1\u30002", "\u3000")]
)
def test_doubtful_words(word: str, marks: str) -> None:
    assert doubtful(word) == marks


def test_a_mapping_sees_plain_cells_and_its_own_words(tmp_path: Path) -> None:
    head = "id,when,kind,cost\n"
    (tmp_path / "f.csv").write_text(
        head + "１,２０２０－０２－２９,住院（普通）,１．００５\n2,2020,Ｂ,1\n", encoding="gb18030"
    )
    (tmp_path / "m.yaml").write_text(
        "columns:\n  claim_id: id\n  person_id: id\n  service_date: {from: when, every_year_onto: 2023}\n"
        "  scheme: {constant: employee}\n  status: {constant: active}\n  level: {constant: 2}\n"
        "  category: {from: kind, codes: {住院（普通）: inpatient, Ｂ: chronic, B: special}}\n"
        "  billed: {from: cost, rounding: half_up}\n",
        encoding="utf-8",
    )
    claims = read_claims(tmp_path / "f.csv", standard_attributes(), load_mapping(tmp_path / "m.yaml"))
    assert (claims.claim_id.to_pylist(), claims.money["billed"].tolist()) == (["１"], [101])
    assert reasons(claims) == [(1, "when", "2020", "not_a_date")]
