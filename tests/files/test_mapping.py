"""The mapping file: what it can say, what it refuses, and the two examples."""

from __future__ import annotations

import csv
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.interfaces.files import Claims, FileRefused, load_mapping, read_claims
from tongchou.interfaces.files.mapping import ColumnMap
from tongchou.interfaces.files.mapping_apply import _changed
from tongchou.law.attributes import standard_attributes

from .conftest import reasons

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
BASE = """
columns:
  claim_id: {line_number: true}
  person_id: who
  service_date: when
  scheme: {constant: employee}
  status: {constant: active}
  category: {constant: outpatient}
  level: {constant: 2}
  billed: cost
"""
Run = Callable[..., Claims]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Map the given lines with BASE, some of its columns replaced or added."""

    def make(lines: str, top: str = "", **columns: str) -> Claims:
        spec = dict(line.strip().split(": ", 1) for line in BASE.strip().splitlines()[1:])
        text = "columns:\n" + "".join(f"  {k}: {v}\n" for k, v in (spec | columns).items()) + top
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "f.csv").write_text(lines, encoding="utf-8")
        return read_claims(tmp_path / "f.csv", standard_attributes(), load_mapping(tmp_path / "m.yaml"))

    return make


def test_renaming_constants_and_line_numbers(run: Run) -> None:
    claims = run("who,when,cost\n\na,2023-01-02,1.5\nb,2023-01-03,2\n")
    assert claims.claim_id.to_pylist() == ["3", "4"]
    assert claims.person_id.to_pylist() == ["a", "b"]
    assert claims.money["billed"].tolist() == [150, 200]
    assert claims.columns["level"].tolist() == [2, 2]
    assert claims.extra.column_names == ["who", "when", "cost"]


def test_ids_from_several_columns(run: Run) -> None:
    claims = run("who,set,when,cost\n1,A,2023-01-02,1\n1,,2023-01-02,1\n", person_id="{join: [set, who], separator: /}")
    assert claims.person_id.to_pylist() == ["A/1"]
    assert reasons(claims) == [(1, "person_id", "", "missing_value")]


def test_codes_with_the_rest_and_empty_cells(run: Run) -> None:
    lines = "who,when,cost,k\n" + "".join(f"a,2023-01-02,1,{k}\n" for k in ("in", "out", "", "inpatient"))
    claims = run(lines, category="{from: k, codes: {in: inpatient}, otherwise: outpatient, empty: chronic}")
    assert claims.columns["category"].tolist() == [3, 0, 1, 0]
    claims = run(lines, category="{from: k, codes: {in: inpatient}}")
    assert claims.columns["category"].tolist() == [3, 3]
    assert [(c, v, r) for _, c, v, r in reasons(claims)] == [("k", "out", "unknown_code"), ("k", "", "missing_value")]


@pytest.mark.parametrize(
    ("how", "given", "day"),
    [
        ("{from: when, shift_years: 3}", "2020-02-29", "2023-02-28"),
        ("{from: when, shift_years: -4}", "2024-02-29", "2020-02-29"),
        ("{from: when, every_year_onto: 2023}", "1996-02-29", "2023-02-28"),
        ("{from: when, every_year_onto: 2023}", "1996-12-31", "2023-12-31"),
        ("{from_year: when, month_day: 06-30}", "2022", "2022-06-30"),
        ("{from_year: when, month_day: 06-30, shift_years: 2}", "2020", "2022-06-30"),
        ("{from_year: when, month_day: 02-29, every_year_onto: 2023}", "2020", "2023-02-28"),
        ("{from_year: when, years: {1: 2022, 2: 2023}, month_day: 01-31}", "2", "2023-01-31"),
    ],
)
def test_dates(run: Run, how: str, given: str, day: str) -> None:
    from datetime import date

    claims = run(f"who,when,cost\na,{given},1\n", service_date=how)
    assert [date.fromordinal(d).isoformat() for d in claims.day.tolist()] == [day]


def test_months_from_years(run: Run) -> None:
    claims = run("who,when,cost,y\na,2023-06-30,1,1950\nb,2023-07-01,1,1950\n", born='{from_year: y, month: "07"}')
    assert claims.columns["age"].tolist() == [72, 73]


@pytest.mark.parametrize("cell", ["2023-02-29", "soon", "20", "9999-13-01"])
def test_what_is_no_date_keeps_its_text(run: Run, cell: str) -> None:
    for how in ("{from: when, every_year_onto: 2023}", "{from_year: when, month_day: 06-30}"):
        claims = run(f"who,when,cost\na,{cell},1\n", service_date=how)
        assert reasons(claims) == [(0, "when", cell, "not_a_date")]


@pytest.mark.parametrize(
    ("how", "cell", "fen"),
    [
        ("{from: cost, rounding: half_up}", "1.005", 101),
        ("{from: cost, rounding: half_up}", "1.0049999999999999999999", 100),
        ("{from: cost, rounding: half_even}", "1.005", 100),
        ("{from: cost, rounding: half_even}", "1.015", 102),
        ("{from: cost, rounding: down}", "1.0199", 101),
        ("{from: cost, exchange: 7/1, rounding: half_up}", "129.16", 90412),
        ("{from: cost, exchange: 7/3, rounding: half_up}", "1", 233),
        ("{from: cost, exchange: 7.1234, rounding: down}", "1", 712),
        ("{from: cost, exchange: 7}", "1.5", 1050),
        ("{from: cost, rounding: half_up}", "1.5e-2", 2),
        ("{from: cost, rounding: half_up}", "1.5E+3", 150000),
        ("{sum: [cost, more], rounding: half_up}", "0.004", 100),
        ("{sum: [cost, more], rounding: half_up}", "0.005", 101),
        ("{sum: [cost, more], exchange: 1/3, rounding: half_up}", "", 33),
    ],
)
def test_amounts(run: Run, how: str, cell: str, fen: int) -> None:
    claims = run(f"who,when,cost,more\na,2023-01-02,{cell},1\n", billed=how)
    assert claims.money["billed"].tolist() == [fen]


@pytest.mark.parametrize(
    ("how", "cell", "reason"),
    [
        ("{from: cost, exchange: 7/1, rounding: half_up}", "", "missing_value"),
        ("{from: cost, exchange: 7/1, rounding: half_up}", "-1", "negative_amount"),
        ("{from: cost, exchange: 7/1, rounding: half_up}", "1,5", "not_money"),
        ("{from: cost, exchange: 7/1, rounding: half_up}", "nan", "not_money"),
        ("{from: cost, exchange: 7/3}", "1", "not_money"),
        ("{from: cost, rounding: half_up}", "1e300", "amount_too_large"),
        ("{sum: [cost, cost], rounding: half_up}", "x", "not_money"),
        ("{sum: [cost, cost], rounding: half_up}", "", "missing_value"),
    ],
)
def test_amounts_that_cannot_be_mapped_are_rejected(run: Run, how: str, cell: str, reason: str) -> None:
    claims = run(f'who,when,cost\na,2023-01-02,"{cell}"\n', billed=how)
    assert claims.rejected.reason.to_pylist() == [reason]


@pytest.mark.parametrize(
    ("how", "cell", "day"),
    [
        ("{from: when, dates: YYYY/M/D}", "2023/5/4", "2023-05-04"),
        ("{from: when, dates: [YYYY年M月D日, YYYYMMDD]}", "2023年12月04日", "2023-12-04"),
        ("{from: when, dates: [YYYY年M月D日, YYYYMMDD]}", "20230504", "2023-05-04"),
        ("{from: when, dates: YYYY/M/D}", "2023-05-04", "2023-05-04"),
        ("{from: when, dates: YYYY/M/D, every_year_onto: 2023}", "2020/2/29", "2023-02-28"),
        ('{from: when, dates: "YYYY-MM-DD HH:mm:ss", cut: day}', "2023-05-04 10:30:00", "2023-05-04"),
        ("{from: when, cut: day}", "2023-05-04T10:30:00", "2023-05-04"),
        ("{from: when, dates: [D/M/YYYY, M/D/YYYY]}", "31/5/2023", "2023-05-31"),
    ],
)
def test_dates_in_other_forms(run: Run, how: str, cell: str, day: str) -> None:
    from datetime import date

    claims = run(f"who,when,cost\na,{cell},1\n", service_date=how)
    assert [date.fromordinal(d).isoformat() for d in claims.day.tolist()] == [day]


@pytest.mark.parametrize(
    ("how", "cell"),
    [
        ("{from: when, dates: YYYY/M/D}", "2023/2/29"),
        ("{from: when, dates: YYYY/M/D}", "2023/5/4 10:30"),
        ("{from: when, dates: YYYY/MM/DD}", "2023/5/4"),
        ("{from: when, dates: [D/M/YYYY, M/D/YYYY]}", "4/5/2023"),
        ("when", "2023/5/4"),
    ],
)
def test_dates_in_no_form_or_two_are_rejected(run: Run, how: str, cell: str) -> None:
    claims = run(f"who,when,cost\na,{cell},1\n", service_date=how)
    assert reasons(claims) == [(0, "when", cell, "not_a_date")]


def test_a_birth_month_cut_from_a_date(run: Run) -> None:
    claims = run("who,when,cost,b\na,2023-06-30,1,1950/7/31\n", born="{from: b, dates: YYYY/M/D, cut: month}")
    assert claims.columns["age"].tolist() == [72]


@pytest.mark.parametrize(
    ("how", "cell", "fen"),
    [
        ('{from: cost, thousands: ","}', "1,234.50", 123450),
        ('{from: cost, thousands: ","}', "１，２３４，５６７", 123456700),
        ('{from: cost, thousands: ","}', "234.5", 23450),
        ("{from: cost, currency: [¥, 元]}", "¥12.50", 1250),
        ("{from: cost, currency: [¥, 元]}", "12.50 元", 1250),
        ('{from: cost, currency: ¥, thousands: ",", exchange: 2}', "¥ 1,000", 200000),
        ("{sum: [cost, cost], currency: 元}", "3元", 600),
        ('{from: cost, thousands: ","}', "12,34", None),
        ('{from: cost, thousands: ","}', "1,2345", None),
        ('{from: cost, thousands: ","}', "1234,567", None),
        ("{from: cost, currency: ¥}", "$5", None),
        ("{from: cost, currency: ¥}", "¥¥5", None),
        ("{from: cost, currency: ¥}", "¥-5", None),
    ],
)
def test_amounts_in_other_forms(run: Run, how: str, cell: str, fen: int | None) -> None:
    claims = run(f'who,when,cost\na,2023-01-02,"{cell}"\n', billed=how)
    assert claims.money["billed"].tolist() == ([] if fen is None else [fen])
    if fen is None:
        assert claims.rejected.reason.to_pylist() == ["not_money"]


def test_several_codes_in_one_cell(run: Run) -> None:
    how = "{from: k, codes: {低保: minimum_allowance, 特困: destitute}, several: 、}"
    lines = "who,when,cost,k\n" + "".join(f"a,2023-01-02,1,{k}\n" for k in ("低保、特困", "特困", "", "低保、富"))
    claims = run(lines, identity=how)
    assert claims.columns["identity"].tolist() == [0b110, 0b100, 0]
    assert reasons(claims) == [(3, "k", "低保、富", "unknown_code")]


def test_a_year_that_is_not_listed_has_a_reason_of_its_own(run: Run) -> None:
    how = "{from_year: when, years: {1: 2022, 2: 2023}, month_day: 06-30}"
    lines = "who,when,cost\n" + "".join(f"a,{y},1\n" for y in ("1", "2.0", "9", "2021", ""))
    claims = run(lines, service_date=how)
    assert len(claims) == 2
    assert reasons(claims) == [
        (2, "when", "9", "year_not_mapped"),
        (3, "when", "2021", "year_not_mapped"),
        (4, "when", "", "missing_value"),
    ]
    assert "(1, 2)" in claims.rejected.messages("en")[0].as_py()


def test_an_id_of_several_columns_with_a_prefix(run: Run) -> None:
    claims = run("who,when,cost\n1,2023-01-02,1\n", person_id="{join: [who, cost], prefix: x}")
    assert claims.person_id.to_pylist() == ["x1-1"]


@given(st.integers(0, 10**15), st.integers(0, 12), st.integers(1, 10**6), st.integers(1, 10**6))
def test_exchange_and_rounding_are_exact(digits: int, places: int, top: int, bottom: int) -> None:
    word = f"{digits:0{places + 1}d}"
    word = word[: len(word) - places] + ("." + word[len(word) - places :] if places else "")
    exact = Fraction(digits, 10**places) * Fraction(top, bottom) * 100
    right = {"down": exact.__floor__(), "half_even": round(exact), "half_up": (exact + Fraction(1, 2)).__floor__()}
    for rounding, fen in right.items():
        spec = ColumnMap("billed", "from", ("x",), exchange=Fraction(top, bottom), rounding=rounding)
        assert _changed(word, spec) == f"{fen // 100}.{fen % 100:02d}"


def test_columns_named_like_ours(run: Run) -> None:
    lines = "who,when,cost,rank,place,category\na,2023-01-02,1,county,emergency,x\n"
    claims = run(lines)
    assert claims.columns["rank"].tolist() == [1]
    assert claims.extra.column_names == ["who", "when", "cost", "source_category"]
    claims = run(lines, top="ignore: [rank, place]\n")
    assert claims.columns["rank"].tolist() == [-1]
    assert claims.extra.column_names == ["who", "when", "cost", "source_rank", "source_place", "source_category"]


def refused(run: Run, code: str, top: str = "", **columns: str) -> str:
    with pytest.raises(FileRefused) as caught:
        run("who,when,cost\na,2023-01-02,1\n", top=top, **columns)
    assert caught.value.code == code
    return caught.value.in_lang("en")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("{from: cost, exchange: 0}", "positive fraction"),
        ("{from: cost, exchange: 7/0}", "positive fraction"),
        ("{from: cost, exchange: 1e3}", "positive fraction"),
        ("{from: cost, rounding: up}", "half_up, half_even, down"),
        ("{from: cost, constant: 3}", "exactly one of"),
        ("{rounding: down}", "exactly one of"),
        ("{constant: 3, rounding: down}", "beside constant only nothing"),
        ("{from: [cost]}", "a text"),
        ("{line_number: yes}", "true"),
        ("{sum: cost}", "a list"),
        ("{from_year: cost}", "month"),
        ("{from_year: cost, month_day: 06-31}", "MM-DD"),
        ("{from: cost, every_year_onto: 23}", "four digits"),
        ("{from: cost, from: cost}", "once"),
        ("", "a text"),
        ("{from: cost, thousands: .}", "one of"),
        ("{from: cost, currency: 5}", "a currency mark"),
        ("{from: cost, currency: []}", "a list"),
        ("{from: cost, several: x}", "codes beside several"),
        ("{from: cost, cut: day}", "cut is for columns of kind date, month, time; billed is of kind money"),
        ("{from: cost, dates: YYYY/M/D}", "dates is for columns"),
        ("{from_year: cost, month_day: 06-30}", "from_year is for columns"),
        ("{constant: twelve}", "billed cannot be 'twelve'"),
    ],
)
def test_wrong_values_are_refused(run: Run, how: str, says: str) -> None:
    assert says in refused(run, "map_wrong_value", billed=how)


@pytest.mark.parametrize(
    ("target", "how", "says"),
    [
        ("scheme", "{constant: employe}", "did you mean 'employee'"),
        ("category", "{from: who, codes: {a: inpatent}}", "columns.category.codes.a: category cannot be 'inpatent'"),
        ("category", "{from: who, codes: {a: inpatient}, otherwise: none}", "category.otherwise"),
        ("category", "{from: who, codes: {a: inpatient}, several: x}", "several is for columns of kind codes"),
        ("identity", "{constant: destitute;rich}", "identity cannot be"),
        ("severe", "{constant: 'yes'}", "true, false"),
        ("level", "{constant: 4}", "level cannot be '4'"),
        ("service_date", "{constant: 2023-02-29}", "service_date cannot be"),
        ("service_date", "{from: when, dates: DD.MM}", "a form made of"),
        ("service_date", "{from: when, dates: YYYY-MM-YYYY}", "a form made of"),
        ("service_date", '{from: when, dates: "%Y-%m-%d"}', "a form made of"),
        ("service_date", "{from: when, cut: year}", "day or month"),
        ("service_date", "{from: when, rounding: down}", "rounding is for columns of kind money"),
        ("service_date", '{from_year: when, month: "06"}', "a column of dates takes month_day"),
        ("born", "{from_year: when, month_day: 06-30}", "a column of months takes month"),
        ("billed", "{sum: [cost], otherwise: x}", "beside sum only"),
        ("person_id", "{join: [who, cost], rounding: down}", "beside join only"),
    ],
)
def test_words_and_values_that_do_not_fit_are_refused(run: Run, target: str, how: str, says: str) -> None:
    assert says in refused(run, "map_wrong_value", **{target: how})


def test_other_refusals(run: Run, tmp_path: Path) -> None:
    assert "did you mean 'rounding'" in refused(run, "map_unknown_key", billed="{from: cost, roundng: down}")
    assert "filter" in refused(run, "map_unknown_key", top="filter: x\n")
    assert "did you mean 'billed'" in refused(run, "map_unknown_column", biled="cost")
    assert "did you mean 'cost'" in refused(run, "map_source_missing", billed="costs")
    assert "nix" in refused(run, "map_source_missing", top="ignore: [nix]\n")
    assert "no sound YAML" in refused(run, "map_not_yaml", billed="[")
    refused(run, "map_wrong_value", top="columns: {}\n")
    with pytest.raises(FileRefused) as caught:
        load_mapping(tmp_path / "none.yaml")
    assert caught.value.code == "map_unreadable"


def test_a_mapping_tells_what_it_does() -> None:
    mapping = load_mapping(ROOT / "examples" / "maps" / "synthea.yaml")
    for lang in ("zh", "en"):
        lines = mapping.describe(lang)
        assert len(lines) == len(mapping.columns)
        assert all(line.startswith(c.target) for line, c in zip(lines, mapping.columns, strict=True))
    assert "billed: from cost_usd; times 7 exactly; rounded half_up to the fen." in mapping.describe("en")
    assert any("2 月 29 日记作 28 日" in line for line in mapping.describe())


def example(file: str, name: str, cost: str) -> tuple[Claims, list[dict[str, str]]]:
    path = DATA / file
    if not path.exists():
        pytest.skip(f"{path} is not here")
    claims = read_claims(path, standard_attributes(), load_mapping(ROOT / "examples" / "maps" / name))
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert claims.rows_read == len(rows)
    accepted = set(claims.row.tolist())
    positive = [k for k, row in enumerate(rows) if row[cost] and float(row[cost]) > 0]
    assert len(accepted.intersection(positive)) >= 0.99 * len(positive)
    return claims, rows


def fen(text: str) -> int:
    return (Fraction(text) * 700 + Fraction(1, 2)).__floor__()


def test_synthea_settles_through_its_map() -> None:
    claims, rows = example("synthea_events_small.csv", "synthea.yaml", "cost_usd")
    assert claims.rejected.by_reason() == {"missing_value": sum(not row["cost_usd"] for row in rows)}
    taken = [rows[k] for k in claims.row.tolist()]
    assert claims.money["billed"].tolist() == [fen(row["cost_usd"]) for row in taken]
    assert claims.columns["category"].tolist() == [3 if row["class"] == "inpatient" else 0 for row in taken]
    assert claims.claim_id[0].as_py() == "synthea-2"


def test_rand_settles_through_its_map() -> None:
    claims, rows = example("rand_hie_person_years.csv", "rand.yaml", "meddol")
    assert len(claims.rejected) == 0
    assert claims.money["billed"].tolist() == [fen(row["meddol"]) for row in rows]
    assert claims.columns["category"].tolist() == [3 if int(row["totadm"]) else 0 for row in rows]
