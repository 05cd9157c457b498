"""Totals of many people by the sheet: tried out, a reason in each row of the sender's own sheet, and approved."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import psycopg
import pytest

from tests.office.care.conftest import Counter, cap, refused, yuan
from tests.office.conftest import COUNTY, PREFECTURE, Staff
from tests.office.life.conftest import a_number
from tongchou.office import sheets
from tongchou.office.books import prove
from tongchou.office.frame.access import Actor
from tongchou.office.frame.operation import decide, run
from tongchou.office.jobs import queue
from tongchou.office.jobs.worker import do_job

HEAD = "证件号码,姓名,险种,截至日期,累计项目,数额,依据,备注\n"


def sheet(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def done(conn: psycopg.Connection, address: str, number: int, by: str = "clerk") -> Any:
    do_job(number, address)
    found = queue.find(conn, getattr(Staff(conn), by), number)
    assert found.state == "done", found.told
    return found.told


def result(conn: psycopg.Connection, number: int, who: Actor | None = None) -> list[dict[str, str]]:
    _, content = sheets.result(conn, who or Staff(conn).clerk, number)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def three(counter: Counter) -> list[tuple[int, str]]:
    """Three people, the third a resident, each with his number."""
    made = []
    for k, (insurance, status) in enumerate(
        [("medical_employee", "active"), ("medical_employee", "retired"), ("medical_resident", "resident")]
    ):
        number = a_number(700 + k)
        made.append((counter.person(insurance, status, number=number), number))
    return made


def test_a_sheet_is_tried_approved_and_taken(
    counter: Counter, three: list[tuple[int, str]], office: psycopg.Connection, office_address: str
) -> None:
    who = Staff(office)
    (a, number_a), (b, number_b), (c, number_c) = three
    content = sheet(
        f"{number_a},张三,职工基本医疗保险,2023-06-30,住院统筹：累计支付,1200.50,结算单,原备注",
        f"{number_a},张三,employee,20230630,admissions,2,,",
        f"{number_b},,employee,2023/6/30,outpatient_pool,{yuan(cap('outpatient_pool') + 1)},,",
        f"{number_b},李四,employee,2023-06-30,admissions,1,,",
        f"{number_c},,resident,2023年6月30日,inpatient_pool,300,,",
        f"{number_c},,employee,2023-06-30,inpatient_pool,300,,",
        f"{a_number(999)},,resident,2023-06-30,inpatient_pool,300,,",
        f"{number_c},,resident,2023-06-30,inpatient,300,,",
        f"{number_a},,employee,2023-06-30,admissions,9,,",
    )
    tried = sheets.start(office, who.clerk, "totals", COUNTY, "累计.csv", content)
    told = done(office, office_address, tried)
    assert (told["rows"], told["accepted"], told["amount"]) == (9, 3, "1500.50")
    assert told["by_code"] == {"total_above_cap": 1, "name_differs": 1, "not_enrolled": 1, "person_unknown": 1,
                               "total_unknown": 1, "total_opened": 1}  # fmt: skip
    assert counter.now(a) == {}
    with refused("sheet_two_people"):
        sheets.confirm(office, who.clerk, tried)
    asked = run(office, who.clerk, "totals.import", {"job": tried})
    assert asked["would"] == {"rows": 9, "accepted": 3, "rejected": 6, "amount": "1500.50"}
    with refused("self_approval"):
        decide(office, who.clerk, asked["command"], "approved")
    # Who is to approve it sees what came of it, row by row; elsewhere nobody does.
    assert queue.find(office, who.reviewer, tried).told["amount"] == "1500.50"
    assert [j.id for j in queue.listing(office, who.reviewer)] == [tried]
    assert [r["结果"] for r in result(office, tried, who.reviewer)].count("可受理") == 3
    assert queue.listing(office, who.stranger) == []
    taken = decide(office, who.reviewer, asked["command"], "approved")["job"]
    done(office, office_address, taken)
    assert [counter.now(p) for p in (a, b, c)] == [
        {"inpatient_pool": 120_050, "admissions": 2}, {}, {"inpatient_pool": 30_000}
    ]  # fmt: skip
    rows = result(office, taken)
    assert [r["结果"] for r in rows] == ["已受理", "已受理", "未受理", "未受理", "已受理", *["未受理"] * 4]
    assert rows[0]["备注"] == "原备注"
    assert "total_above_cap" in rows[2]["原因"]
    assert all(n not in json.dumps(told, ensure_ascii=False) for n in (number_a, number_b, number_c))
    with refused("sheet_taken"):
        run(office, who.clerk, "totals.import", {"job": tried})
    assert prove(office_address).fault is None


def test_what_a_sheet_brought_is_held_against_its_record(
    counter: Counter, three: list[tuple[int, str]], office: psycopg.Connection, office_address: str
) -> None:
    who = Staff(office)
    tried = sheets.start(office, who.clerk, "totals", COUNTY, "a.csv",
                         sheet(f"{three[0][1]},,employee,2023-06-30,inpatient_pool,5,,"))  # fmt: skip
    done(office, office_address, tried)
    asked = run(office, who.clerk, "totals.import", {"job": tried})
    done(office, office_address, decide(office, who.reviewer, asked["command"], "approved")["job"])
    for planted in ("UPDATE office.total_change SET amount = 600", "DELETE FROM office.total_change"):
        with office.transaction(force_rollback=True):
            office.execute("SET LOCAL session_replication_role = replica")
            office.execute(planted)
            from tongchou.office.care.verify import verify_totals

            fault = verify_totals(office)
            assert fault is not None
            assert fault.code == "total_differs"
    assert prove(office_address).fault is None


def test_a_sheet_takes_two_people_and_its_own_area(
    counter: Counter, three: list[tuple[int, str]], office: psycopg.Connection, office_address: str
) -> None:
    who = Staff(office)
    content = sheet(f"{three[0][1]},,employee,2023-06-30,admissions,1,,")
    with refused("sheet_two_people"):
        sheets.start(office, who.clerk, "totals", COUNTY, "a.csv", content, dry_run=False)
    with refused("not_allowed"):
        sheets.start(office, who.accountant, "totals", PREFECTURE, "a.csv", content)
    with refused("sheet_not_tried"):
        run(office, who.clerk, "totals.import", {"job": 10**6})
    number = sheets.start(office, who.clerk, "totals", COUNTY, "a.csv", "证件号码,险种\n1,1\n".encode())
    do_job(number, office_address)
    assert queue.find(office, who.clerk, number).told["code"] == "column_missing"


def test_a_sheet_of_which_no_row_was_accepted_is_not_asked_for(
    counter: Counter, office: psycopg.Connection, office_address: str
) -> None:
    who = Staff(office)
    tried = sheets.start(office, who.clerk, "totals", COUNTY, "a.csv",
                         sheet(f"{a_number(999)},,employee,2023-06-30,admissions,1,,"))  # fmt: skip
    assert done(office, office_address, tried)["accepted"] == 0
    with refused("sheet_nothing"):
        run(office, who.clerk, "totals.import", {"job": tried})
    units = "单位名称,统一社会信用代码\n某厂,1\n".encode()
    tried = sheets.start(office, who.clerk, "employers", COUNTY, "b.csv", units)
    assert done(office, office_address, tried)["accepted"] == 0
    with refused("sheet_nothing"):
        sheets.confirm(office, who.clerk, tried)


def test_a_person_of_another_area_is_no_row_of_the_sheet(
    counter: Counter, office: psycopg.Connection, office_address: str
) -> None:
    number = a_number(801)
    other = counter.registry.person(area=PREFECTURE, number=number)
    counter.registry.spell(other, "[2022-01-01,)", area=PREFECTURE)
    tried = sheets.start(office, Staff(office).clerk, "totals", COUNTY, "a.csv",
                         sheet(f"{number},,employee,2023-06-30,admissions,1,,"))  # fmt: skip
    assert done(office, office_address, tried)["by_code"] == {"area_outside": 1}
