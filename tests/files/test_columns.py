"""What the accepted rows look like."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from tongchou.interfaces.files import Claims
from tongchou.interfaces.files.columns import BY_NAME, STANDARD
from tongchou.law.attributes import standard_attributes
from tongchou.law.tables import Attribute

Read = Callable[..., Claims]


def test_absent_columns_have_their_defaults(read: Read) -> None:
    claims = read({})
    assert {k: v.tolist() for k, v in claims.columns.items()} == {
        "status": [0], "category": [0], "level": [3], "rank": [-1], "interim": [0], "days": [-1], "place": [0],
        "age": [-1], "chronic_diseases": [1], "severe": [0], "identity": [0], "designated": [1], "referred": [1],
        "delivery_kind": [-1],
    }  # fmt: skip
    assert {k: v.tolist() for k, v in claims.money.items()} == {
        "billed": [59000], "out_of_catalogue": [0], "over_limit": [0], "first_share": [0], "in_scope": [59000],
    }  # fmt: skip
    for name in ("disease", "episode", "reverses"):
        assert getattr(claims, name).to_pylist() == [None]
    assert claims.admission_day.tolist() == [-1]


def test_values_and_types(read: Read) -> None:
    claims = read(
        {
            "rank": "county",
            "place": "emergency",
            "interim": "true",
            "days": "12",
            "identity": "destitute;registered_poor",
            "chronic_diseases": "3",
            "severe": "true",
            "designated": "false",
            "referred": "false",
            "disease": "M01",
            "episode": "e",
            "reverses": "c0",
            "admission_date": "2023-05-01",
            "category": "delivery",
            "delivery_kind": "caesarean",
            "scheme": "resident",
            "status": "resident",
        },
        {},
    )
    assert {k: v.tolist() for k, v in claims.columns.items()} == {
        "status": [2, 0], "category": [4, 0], "level": [3, 3], "rank": [1, -1], "interim": [1, 0], "days": [12, -1],
        "place": [3, 0], "age": [-1, -1], "chronic_diseases": [3, 1], "severe": [1, 0], "identity": [5, 0],
        "designated": [0, 1], "referred": [0, 1], "delivery_kind": [1, -1],
    }  # fmt: skip
    kinds = {k: v.dtype.name for k, v in claims.columns.items()}
    assert kinds["category"] == kinds["severe"] == "int8"
    assert kinds["identity"] == kinds["level"] == kinds["age"] == "int32"
    assert claims.scheme.tolist() == [1, 0]
    assert claims.scheme_names == ("employee", "resident")
    assert claims.admission_day.tolist() == [date(2023, 5, 1).toordinal(), -1]
    assert claims.disease.to_pylist() == ["M01", None]
    assert claims.reverses.to_pylist() == ["c0", None]
    assert (claims.scheme.dtype, claims.day.dtype, claims.order.dtype, claims.row.dtype) == (
        np.int8, np.int32, np.int64, np.int64,
    )  # fmt: skip


def test_in_scope_is_reckoned_or_checked(read: Read) -> None:
    claims = read(
        {"out_of_catalogue": "10", "over_limit": "5.5", "first_share": "0.01"},
        {"out_of_catalogue": "90", "in_scope": "500"},
        {"in_scope": "", "part_a": "0.10", "part_b": "7"},
    )
    assert claims.money["in_scope"].tolist() == [57449, 50000, 59000]
    assert claims.money["part_a"].tolist() == [0, 0, 10]
    assert claims.money["part_b"].tolist() == [0, 0, 700]


def test_parts_that_the_law_does_not_know_are_warned_of(read: Read) -> None:
    rows = [{"part_a": "1", "part_b": "0"}, {"part_b": "1"}]
    assert read(*rows, known_parts=["a"]).warnings["unknown_part"].tolist() == [False, True]
    assert read(*rows, known_parts=["part_a", "b"]).warnings == {}
    assert read(*rows).warnings == {}


def test_order_is_by_settled_at_where_present(read: Read) -> None:
    midnight = date(2023, 5, 4).toordinal() * 86400
    assert read({}).order.tolist() == [midnight]
    claims = read({"settled_at": "2023-05-04T01:02:03"}, {"settled_at": "2023-05-04"})
    assert claims.order.tolist() == [midnight + 3723, midnight]
    assert claims.day.tolist() == [date(2023, 5, 4).toordinal()] * 2


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [("2010-04-30", "1950-05", 59), ("2010-05-01", "1950-05", 60), ("2023-05-31", "2023-05", 0)],
)
def test_a_person_is_a_year_older_from_the_first_of_the_month(read: Read, day: str, born: str, age: int) -> None:
    assert read({"service_date": day, "born": born}).columns["age"].tolist() == [age]


def test_born_goes_before_age(read: Read) -> None:
    claims = read({"born": "1950-05", "age": "72"}, {"age": "30"}, {"born": "1950-05"}, {})
    assert claims.columns["age"].tolist() == [73, 30, 73, -1]


def test_what_the_law_declares_is_read(read: Read) -> None:
    more = (
        Attribute("grade", "code", ("none", "high"), default=0, source="grade"),
        Attribute("contracted", "flag", low=0, high=1, source="contracted"),
        Attribute("months", "integer", low=0, high=600, source="months_insured"),
        Attribute("balance", "money", low=0, high=10**14, source="balance"),
        Attribute("hired", "date", low=0, source="hired"),
        Attribute("years", "integer", low=0, high=150, source="born"),
        Attribute("never", "flag", default=1, source="never"),
    )
    row = {"grade": "high", "contracted": "true", "months_insured": "77", "balance": "1.05", "hired": "1999-12-31"}
    bad = [{"grade": "x"}, {"contracted": "yes"}, {"months_insured": "601"}, {"balance": "-1"}, {"hired": "1999"}]
    claims = read(row | {"born": "1980-01"}, {}, *bad, attributes=standard_attributes() + more)
    got = {a.name: (claims.columns[a.name].tolist(), claims.columns[a.name].dtype.name) for a in more}
    assert got == {
        "grade": ([1, 0], "int8"), "contracted": ([1, -1], "int8"), "months": ([77, -1], "int32"),
        "balance": ([105, -1], "int64"), "hired": ([date(1999, 12, 31).toordinal(), -1], "int32"),
        "years": ([43, -1], "int32"), "never": ([1, 1], "int8"),
    }  # fmt: skip
    assert claims.rejected.by_reason() == {
        "negative_amount": 1, "not_a_date": 1, "not_true_false": 1, "out_of_range": 1, "unknown_code": 1,
    }  # fmt: skip
    assert claims.extra.column_names == []


def test_declared_categories_identities_and_schemes(read: Read) -> None:
    attributes = standard_attributes(("care",), ("orphan",))
    row = {"category": "care", "identity": "orphan;destitute", "scheme": "civil_servants"}
    claims = read(row, attributes=attributes, schemes=["employee", "civil_servants"])
    assert claims.columns["category"].tolist() == [5]
    assert claims.columns["identity"].tolist() == [0b1100]
    assert claims.scheme_names[claims.scheme[0]] == "civil_servants"
    assert len(read(row)) == 0


def test_unknown_columns_are_carried_through_with_accepted_rows(read: Read) -> None:
    claims = read({"note": "one"}, {"level": "x", "note": "two"}, {"note": "three"})
    assert claims.extra.to_pydict() == {"note": ["one", "three"]}
    assert claims.raw["note"].to_pylist() == ["one", "two", "three"]
    assert claims.raw["claim_id"].to_pylist() == ["c1", "c2", "c3"]


def test_the_table_of_columns_needs_nothing_heavy() -> None:
    code = "import sys, tongchou.interfaces.files.columns; print({'numpy', 'pyarrow', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_table_agrees_with_the_law_s_standard_attributes() -> None:
    assert len(BY_NAME) == len(STANDARD)
    for attribute in standard_attributes():
        column = BY_NAME.get(attribute.name)
        if column is None or attribute.kind == "disease":
            continue
        assert column.values == attribute.values
        assert column.default == (None if attribute.default == -1 else attribute.default)
        if attribute.kind == "integer":
            assert (column.low, column.high) == (attribute.low, attribute.high)
