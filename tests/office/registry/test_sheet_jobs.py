"""A sheet as long work: kept sealed, tried out, taken in chunks, stopped, gone on with, given back whole."""

from __future__ import annotations

import psycopg
import pytest

from tests.office.conftest import COUNTY, Staff
from tests.office.registry.made_people import people
from tongchou.office import jobs, sheets
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.jobs.worker import do_job
from tongchou.office.registry import intake
from tongchou.office.sheets.returned import as_csv


def sheet(n: int, bad: tuple[int, ...] = ()) -> tuple[bytes, list[str]]:
    columns = people(n)
    for i in bad:
        columns["number"][i] = columns["number"][i][:-1] + "?"
    return as_csv(columns), columns["number"]


def persons(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM office.person_version").fetchone()
    assert row
    return int(row[0])


def test_tried_out_then_taken_and_given_back_with_every_reason(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    content, numbers = sheet(50, bad=(3, 40))
    tried = sheets.start(office, who.clerk, "people", COUNTY, "名册.csv", content)
    do_job(tried, office_address)
    job = jobs.find(office, who.clerk, tried)
    assert (job.state, job.told["accepted"], job.told["rejected"], persons(office)) == ("done", 48, 2, 0)
    assert [x["line"] for x in job.told["first"]] == [5, 42]
    taken = sheets.confirm(office, who.clerk, tried)
    do_job(taken, office_address)
    assert persons(office) == 48
    name, body = sheets.result(office, who.clerk, taken)
    table = sheets.read(body)
    assert name == "名册-结果.csv"
    assert table.columns["number"] == numbers
    assert [i for i, said in enumerate(table.columns["结果"]) if said == "未受理"] == [3, 40]
    again = sheets.confirm(office, who.clerk, tried)  # the same sheet once more doubles nothing
    do_job(again, office_address)
    assert (persons(office), jobs.find(office, who.clerk, again).told["accepted"]) == (48, 0)


def test_a_sheet_that_stops_in_the_middle_goes_on_and_loses_no_row(
    office: psycopg.Connection, office_address: str, who: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 10)
    content, _ = sheet(60, bad=(2, 55))
    taken = sheets.start(office, who.clerk, "people", COUNTY, "a.csv", content, dry_run=False)
    office.execute("UPDATE office.job SET cancel = true WHERE id = %s", [taken])
    do_job(taken, office_address)
    stopped = jobs.find(office, who.clerk, taken)
    assert (stopped.state, stopped.done, persons(office)) == ("cancelled", 10, 9)
    with pytest.raises(OfficeRefused, match="sheet_not_done"):
        sheets.result(office, who.clerk, taken)
    jobs.resume(office, who.clerk, taken)
    do_job(taken, office_address)
    job = jobs.find(office, who.clerk, taken)
    assert (job.state, job.told["accepted"], job.told["rejected"], persons(office)) == ("done", 58, 2, 58)
    rows = sheets.read(sheets.result(office, who.clerk, taken)[1]).columns["结果"]
    assert [i for i, said in enumerate(rows) if said == "未受理"] == [2, 55]


def test_the_file_is_sealed_and_only_those_of_the_area_get_it(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    content, numbers = sheet(3)
    with pytest.raises(OfficeRefused, match="area_outside"):
        sheets.start(office, who.stranger, "people", COUNTY, "a.csv", content)
    with pytest.raises(OfficeRefused, match="not_allowed"):
        sheets.start(office, who.auditor, "people", COUNTY, "a.csv", content)
    with pytest.raises(OfficeRefused, match="sheet_unknown"):
        sheets.start(office, who.clerk, "dreams", COUNTY, "a.csv", content)
    tried = sheets.start(office, who.clerk, "people", COUNTY, "a.csv", content)
    with pytest.raises(OfficeRefused, match="sheet_not_tried"):
        sheets.confirm(office, who.clerk, tried)
    do_job(tried, office_address)
    with pytest.raises(OfficeRefused):
        sheets.result(office, who.stranger, tried)
    with pytest.raises(OfficeRefused, match="not_allowed"):
        sheets.result(office, who.accountant, tried)  # he may not see full numbers
    looks = "SELECT actor, subject FROM office.record WHERE operation = 'sheet.result'"
    sheets.result(office, who.clerk, tried)
    assert office.execute(looks).fetchall() == []
    sheets.result(office, who.clerk2, tried)
    assert office.execute(looks).fetchall() == [("clerk2", f"job:{tried}")]
    for table in ("file", "job", "job_row", "record"):
        kept = str(office.execute(f"SELECT to_jsonb(t)::text FROM office.{table} t").fetchall())
        assert numbers[0] not in kept
        assert numbers[0].encode().hex() not in kept


@pytest.mark.parametrize("kind", ["people", "enrolments"])
def test_a_number_in_the_wrong_place_is_kept_nowhere_in_the_open(
    office: psycopg.Connection, office_address: str, who: Staff, kind: str
) -> None:
    columns = people(3)
    wrong = columns["number"][0]
    bad = {k: [wrong] * 3 for k in ("area", "way", "status", "insurance", "begins", "last_day", "action", "born")}
    content = as_csv(
        columns | {k: v for k, v in bad.items() if k in columns or kind == "enrolments"} | {wrong: [""] * 3}
    )
    tried = sheets.start(office, who.clerk, kind, COUNTY, f"名册{wrong}.csv", content)
    do_job(tried, office_address)
    job = jobs.find(office, who.clerk, tried)
    assert (job.state, job.told["rejected"]) == ("done", 3)
    for table in ("file", "job", "job_row", "record"):
        kept = str(office.execute(f"SELECT to_jsonb(t)::text FROM office.{table} t").fetchall())
        assert wrong not in kept, table
        assert wrong[:11] not in kept, table
    name, body = sheets.result(office, who.clerk, tried)
    assert wrong not in name
    assert sheets.read(body).columns["number"][0] == wrong, "the sender's own cells come back as they were"
