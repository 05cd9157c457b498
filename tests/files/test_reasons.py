"""Every reason for which a row is rejected, with what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from tongchou.interfaces.files import Claims, Rejections, read_claims
from tongchou.interfaces.files.reasons import REASONS
from tongchou.law.attributes import standard_attributes

from .conftest import reasons
from .test_xlsx import OF_WORKBOOKS

Read = Callable[..., Claims]

CELLS = [
    ("person_id", "", "missing_value"),
    ("billed", "", "missing_value"),
    ("level", "", "missing_value"),
    ("billed", "1e3", "not_money"),
    ("billed", "1.234", "not_money"),
    ("billed", "1,000", "not_money"),
    ("billed", " 1", "not_money"),
    ("billed", "１，２", "not_money"),
    ("billed", "１２。５", "fullwidth_unclear"),
    ("billed", "1\u3000000", "fullwidth_unclear"),
    ("billed", "-1", "negative_amount"),
    ("billed", "1000000000000.01", "amount_too_large"),
    ("billed", "9" * 40, "amount_too_large"),
    ("part_drugs", "x", "not_money"),
    ("service_date", "2023-02-29", "not_a_date"),
    ("service_date", "2023-5-4", "not_a_date"),
    ("service_date", "20230504", "not_a_date"),
    ("service_date", "2023-05-04 ", "not_a_date"),
    ("service_date", "2023-05-04T00:00:00", "not_a_date"),
    ("service_date", "0000-01-01", "not_a_date"),
    ("service_date", "２０２３-5-04", "not_a_date"),
    ("service_date", "2023—05—04", "fullwidth_unclear"),
    ("born", "1950-13", "not_a_date"),
    ("born", "1950-05-01", "not_a_date"),
    ("settled_at", "2023-05-04 10:00:00", "not_a_time"),
    ("settled_at", "2023-05-04T24:00:00", "not_a_time"),
    ("settled_at", "2023-05-04T10:00", "not_a_time"),
    ("level", "two", "not_an_integer"),
    ("level", "1.0", "not_an_integer"),
    ("level", "+1", "not_an_integer"),
    ("level", "4", "out_of_range"),
    ("level", "-1", "out_of_range"),
    ("level", "9" * 30, "out_of_range"),
    ("chronic_diseases", "0", "out_of_range"),
    ("age", "151", "out_of_range"),
    ("born", "2023-06", "out_of_range"),
    ("born", "1850-06", "out_of_range"),
    ("category", "outpatent", "unknown_code"),
    ("category", "outpatient ", "unknown_code"),
    ("category", "OUTPATIENT", "unknown_code"),
    ("scheme", "rural", "unknown_code"),
    ("identity", "destitute;rich", "unknown_code"),
    ("identity", "destitute;", "unknown_code"),
    ("severe", "1", "not_true_false"),
    ("severe", "TRUE", "not_true_false"),
    ("claim_id", "x" * 129, "text_too_long"),
    ("claim_id", "医" * 129, "text_too_long"),
    ("claim_id", "a\x00b", "bad_text"),
    ("claim_id", "a\nb", "bad_text"),
    ("person_id", " p", "bad_text"),
    ("person_id", "p\u3000", "bad_text"),
    ("person_id", "p\u200b1", "bad_text"),
    ("status", "resident", "status_contradicts_scheme"),
    ("admission_date", "2023-05-05", "admission_after_service"),
    ("out_of_catalogue", "590.01", "amounts_do_not_add_up"),
    ("in_scope", "589.99", "amounts_do_not_add_up"),
    ("part_drugs", "590.01", "amounts_do_not_add_up"),
]


@pytest.mark.parametrize(("column", "value", "reason"), CELLS)
def test_a_bad_cell_rejects_its_row_and_no_other(read: Read, column: str, value: str, reason: str) -> None:
    fill = {"settled_at": {"settled_at": "2023-05-04"}}.get(column, {})
    claims = read(fill, {column: value}, fill)
    where = "billed" if reason == "amounts_do_not_add_up" and not column.startswith("part_") else column
    found = "590.00" if where == "billed" and column != "billed" else value
    assert reasons(claims) == [(1, where, found, reason)]
    assert claims.row.tolist() == [0, 2]
    assert claims.rejected.by_reason() == {reason: 1}
    for lang in ("zh", "en"):
        message = claims.rejected.messages(lang)[0].as_py()
        assert "{" not in message
        assert len(message) > 15


def test_contradictions_of_several_cells(read: Read) -> None:
    claims = read(
        {"category": "delivery"},
        {"category": "delivery", "delivery_kind": "normal"},
        {"born": "1950-05", "age": "70"},
        {"born": "1950-05", "age": "72"},
        {"claim_id": "c1"},
    )
    assert [(row, reason) for row, _, _, reason in reasons(claims)] == [
        (0, "delivery_kind_missing"),
        (2, "age_contradicts_born"),
        (4, "duplicate_claim_id"),
    ]


def test_the_first_of_several_rows_with_one_id_stays(read: Read) -> None:
    claims = read(*({"claim_id": c} for c in "abacbba"))
    assert claims.claim_id.to_pylist() == ["a", "b", "c"]
    assert claims.rejected.row.tolist() == [2, 4, 5, 6]


def test_an_unfilled_settled_at_is_missing(read: Read) -> None:
    assert reasons(read({"settled_at": "2023-05-04"}, {})) == [(1, "settled_at", "", "missing_value")]


def test_columns_come_before_contradictions_and_in_their_order(read: Read) -> None:
    bad = {"billed": "x", "level": "9", "status": "resident", "claim_id": "c1"}
    assert reasons(read({}, bad)) == [(1, "level", "9", "out_of_range")]


def test_messages_name_what_is_allowed_and_what_comes_near(read: Read) -> None:
    claims = read({"category": "inpatent"}, {"category": "zzz"})
    near, far = claims.rejected.messages("en").to_pylist()
    assert "outpatient, chronic, special, inpatient, delivery (did you mean inpatient?)" in near
    assert "did you mean" not in far
    assert "是否想写 inpatient？" in claims.rejected.messages()[0].as_py()


def test_messages_show_the_sums(read: Read) -> None:
    claims = read({"in_scope": "500.00", "over_limit": "80"}, {"first_share": "600"})
    assert "580.00" in claims.rejected.messages()[0].as_py()
    assert "600.00, more than billed 590.00" in claims.rejected.messages("en")[1].as_py()


def test_wrong_cells_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    head = "claim_id,person_id,service_date,scheme,status,category,level,billed"
    good = "{},p,2023-05-04,employee,active,outpatient,1,10"
    lines = [head, good.format("a"), "b,p", good.format("c") + ",x", good.format('d"e'), good.format("f")]
    path.write_text("\n".join(lines))
    claims = read_claims(path, standard_attributes())
    assert claims.claim_id.to_pylist() == ["a", "f"]
    assert reasons(claims) == [
        (1, "", "b,p", "wrong_field_count"),
        (2, "", lines[3], "wrong_field_count"),
        (3, "", lines[4], "bad_quotes"),
    ]
    assert "8 expected, 9 found" in claims.rejected.messages("en")[1].as_py()
    assert claims.raw["person_id"].to_pylist() == ["p"] * 5
    assert claims.raw["billed"].to_pylist() == ["10", "", "10", "10", "10"]


def test_every_reason_of_a_reader_has_been_seen_here() -> None:
    seen = {reason for _, _, reason in CELLS}
    seen |= {"delivery_kind_missing", "age_contradicts_born", "duplicate_claim_id", "wrong_field_count", "bad_quotes"}
    law = {
        "no_rule",
        "person_year_too_large",
        "reverses_unknown",
        "already_reversed",
        "reverses_not_equal",
    }
    elsewhere = {"year_not_mapped"} | OF_WORKBOOKS  # test_mapping.py, test_xlsx.py
    assert set(REASONS) - law - elsewhere == seen


def test_later_stages_add_rows_of_the_file() -> None:
    rejected = Rejections(6)
    assert rejected.add([4, 2], "billed", ["x", "y"], "not_money") == 2  # type: ignore[arg-type]
    assert rejected.add([2, 0], "level", "9", "no_rule", ("细节", "detail")) == 1  # type: ignore[arg-type]
    values = pa.chunked_array([["p"], ["q"]])
    assert rejected.add([5, 1], "person_id", values, "not_heard_of", pa.array(["five", "one"])) == 2  # type: ignore[arg-type]
    assert rejected.row.tolist() == [0, 1, 2, 4, 5]
    assert rejected.value.to_pylist() == ["9", "q", "y", "x", "p"]
    messages = rejected.messages("en").to_pylist()
    assert "detail" in messages[0]
    assert messages[1] == "one (person_id is 'q')"
    assert len(rejected) == 5
