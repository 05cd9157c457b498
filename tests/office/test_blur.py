"""Personal numbers in what is told: whatever column they stand in, no refusal, record or job repeats one."""

from __future__ import annotations

import psycopg
import pytest

from tests.office.conftest import COUNTY, Staff
from tongchou.office import jobs, sheets
from tongchou.office.frame.blur import blurred, unnumbered
from tongchou.office.frame.operation import run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.jobs.worker import do_job
from tongchou.office.registry.numbers import code_sign
from tongchou.office.sheets.headers import SHEETS

NUMBERS = ["E12345678", "EA1234567", "C01X00T47", "e12345678", "Ｅ１２３４５６７８", "123456789", "HK1234567",
           "532301770203015", "53230119770203015X", "5323 0119 7702 0301 5X",
           "532301-19770203-0156", "532301-19770203-015X"]  # fmt: skip
"""Passports of several countries, cards of 15 and 18 signs, in the ways people write them."""
UNIT = "91532300MA6K00001"
PLAIN = ["2023-01-05", "20230105", "2023/1/5", "12.30", "张三", "在职", "530100", "", "GK-0601", "medical_employee",
         "第3页", UNIT + code_sign(UNIT), "2023年5月", "8000"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_of_a_cell_whatever_may_be_a_number_is_masked(number: str) -> None:
    signs = [s for s in number if s.isalnum()]
    for cell in (number, f"护照{number}", f"张三（{number}）", f"{number}、某"):
        kept = [s for s in blurred(cell) if s.isascii() and s.isalnum()]
        assert len(kept) <= 5 < len(signs), blurred(cell)
        assert blurred(cell) != cell


@pytest.mark.parametrize("cell", PLAIN)
def test_days_areas_codes_of_units_and_short_counts_are_told(cell: str) -> None:
    assert blurred(cell) == cell
    assert unnumbered(cell) == cell


def test_a_sentence_keeps_its_own_figures() -> None:
    said = "该证件号码已登记在册（人员 10002345），参保期间 1234567 自 2023-01-05"
    assert unnumbered(said) == said
    assert unnumbered("护照 E12345678 与 532301197702030156") == "护照 ********* 与 532*************56"


@pytest.mark.parametrize("number", ["E12345678", "C01X00T47", "123456789"])
@pytest.mark.parametrize("kind", sorted(SHEETS))
def test_a_passport_in_any_column_of_a_sheet_is_told_nowhere(
    office: psycopg.Connection, office_address: str, who: Staff, kind: str, number: str
) -> None:
    """One row for each column with the passport in it, one header that is one, one file called by it."""
    names = [zh for zh, _ in SHEETS[kind].names.values()]
    head = [*names, number]
    body = [[number if i == k else "某" for i in range(len(names))] + ["x"] for k in range(len(names))]
    content = "\n".join(",".join(row) for row in [head, *body]).encode()
    started = sheets.start(office, who.clerk, kind, COUNTY, f"{number}.csv", content)
    do_job(started, office_address)
    job = jobs.find(office, who.clerk, started)
    assert (job.state, job.told["rejected"]) == ("done", len(names)), job.told
    name, back = sheets.result(office, who.clerk, started)
    reasons = sheets.read(back).columns["原因"]
    kept = [office.execute(f"SELECT to_jsonb(t)::text FROM office.{table} t").fetchall()
            for table in ("job", "job_row", "record", "look")]  # fmt: skip
    assert all(reasons)
    assert number not in str(reasons) + str(kept) + name


@pytest.mark.parametrize("number", ["E12345678", "532301771303015"])
def test_a_number_where_another_argument_belongs_is_not_repeated(
    office: psycopg.Connection, who: Staff, number: str
) -> None:
    given = {"area": COUNTY, "name": "甲", "number": "1"}
    for field, wrong in (("area", number), ("born", number), ("sex", number), ("number", number), ("nix", number)):
        with pytest.raises(OfficeRefused) as e:
            run(office, who.clerk, "person.add", {**given, field: wrong})
        assert number not in e.value.zh + e.value.en, field
    with pytest.raises(OfficeRefused) as e:
        run(office, who.clerk, "person.correct", {"person": number, "evidence": "x"})
    assert number not in e.value.zh + e.value.en
