"""Trial settlement: the answer of ``quote visit`` with the totals of the record; nothing of it is kept."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.office.care.conftest import Counter, cap, refused, yuan
from tests.office.conftest import Staff
from tongchou.interfaces.wording.visit import answer_of
from tongchou.office.care import settle_on_trial
from tongchou.office.frame.calendar import today

ON = date(2023, 6, 30)
VISIT = {"category": "outpatient", "level": "3", "billed": "2590.00"}


def tried(counter: Counter, person: int, **bill: str) -> Any:
    conn = counter.desk.conn
    return settle_on_trial(conn, Staff(conn).clerk, person, ON, {**VISIT, **bill}, "办理业务")


@pytest.mark.parametrize(
    ("insurance", "status", "bill", "totals"),
    [
        ("medical_employee", "active", {}, ""),
        ("medical_employee", "retired", {}, "outpatient_pool=5500.00"),
        ("medical_employee", "active", {"category": "inpatient", "billed": "9000", "first_share": "300"},
         "admissions=1,inpatient_pool=79000.00"),
        ("medical_resident", "resident", {"category": "inpatient", "level": "2", "billed": "60000"},
         "admissions=2,critical_illness.burden=9000.00"),
    ],
)  # fmt: skip
def test_it_answers_what_quote_visit_does(
    counter: Counter, insurance: str, status: str, bill: dict[str, str], totals: str
) -> None:
    scheme = insurance.removeprefix("medical_")
    person = counter.person(insurance, status, born="1950-01-01")
    if totals:
        counter.open(person, totals, scheme)
    found = tried(counter, person, **bill)
    answer = answer_of(found.scheme, dict(found.claim), found.settlement, found.documents)
    options = [w for k, v in {**VISIT, **bill}.items() for w in (f"--{k.replace('_', '-')}", v)]
    asked = tongchou("quote", "visit", "--area", "532300", "--on", ON.isoformat(), "--scheme", scheme, "--status",
                     status, "--born", "1950-01", *options, "--used", totals, "--json")  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    said = json.loads(asked.stdout)
    assert {k: v for k, v in answer.items() if k != "_told"} == said
    assert said["fund_total"] != "0.00"


def test_it_tells_the_totals_before_and_after(counter: Counter) -> None:
    person, limit = counter.person(status="retired"), cap("outpatient_pool")
    counter.open(person, f"outpatient_pool={yuan(limit - 10_000)}")
    found = tried(counter, person)
    pool = next(u for u in found.used if u.name == "outpatient_pool")
    assert (pool.before, pool.after, pool.limit) == (limit - 10_000, limit, limit)
    assert found.settlement.amounts["fund_outpatient_pool"] == 10_000
    assert (found.year, found.scheme.area, found.status, found.not_kept) == (2023, "532300", "retired", ())
    assert counter.now(person) == {"outpatient_pool": limit - 10_000}, "a trial changes nothing"


def test_totals_of_another_year_and_of_a_merged_record(counter: Counter) -> None:
    loser, winner = counter.person(), counter.person()
    counter.open(loser, "outpatient_pool=100")
    counter.open(winner, "outpatient_pool=900", on="2024-01-02")
    counter.desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    found = tried(counter, loser)
    assert (found.person, {u.name: u.before for u in found.used}["outpatient_pool"]) == (winner, 10_000)


def test_only_the_look_is_kept(counter: Counter, office: psycopg.Connection) -> None:
    person = counter.person()
    records = "SELECT operation, content ->> 'table' FROM office.record WHERE id > %s"
    before = office.execute("SELECT max(id) FROM office.record").fetchone()
    tried(counter, person)
    assert office.execute(records, before).fetchall() == [("rows", "look")]
    looks = office.execute("SELECT actor, what, purpose FROM office.look WHERE person = %s", [person]).fetchall()
    assert looks == [("clerk", "record", "办理业务")]


@pytest.mark.parametrize(
    ("bill", "code", "field", "zh"),
    [
        ({"level": ""}, "argument_missing", "level", "医疗机构级别"),
        ({"level": "9"}, "out_of_range", "level", "“医疗机构级别”应在 0 至 3 之间"),
        ({"level": "2nd"}, "not_an_integer", "level", "应为整数"),
        ({"category": "outpatientt"}, "unknown_code", "category", "“医疗类别”没有代码 'outpatientt'"),
        ({"billed": "1.234"}, "not_money", "billed", "“总费用”应为金额（元，至多两位小数"),
        ({"billed": "-1"}, "not_money", "billed", "“总费用”金额不得为负"),
        ({"billed": "9" * 30}, "not_money", "billed", "“总费用”金额过大"),
        ({"billed": "100", "in_scope": "90"}, "amounts_do_not_add_up", "billed", "总费用 应等于 政策范围内费用"),
        ({"category": "delivery"}, "no_rule", "category", "对医疗类别 delivery 的规定未编码"),
        ({"status": "retired"}, "unknown_argument", "status", "登记"),
        ({"colour": "red"}, "unknown_option", "colour", "colour"),
        ({"category": "special"}, "no_rule", "category", "对医疗类别 special 的规定未编码"),
    ],
)
def test_what_cannot_be_settled_is_refused_by_name(
    counter: Counter, bill: dict[str, str], code: str, field: str, zh: str
) -> None:
    with refused(code) as e:
        tried(counter, counter.person(), **bill)
    assert e.value.field == field
    assert zh in e.value.zh
    assert "--" not in e.value.zh + e.value.en
    assert not re.search("[a-z]{3,} [a-z]{3,}", e.value.zh), "English in the Chinese"
    assert not re.search("[\u4e00-\u9fff]", e.value.en), "Chinese in the English"


def test_a_day_to_come_is_settled_and_said_to_be_one(counter: Counter, office: psycopg.Connection) -> None:
    person, clerk = counter.person(), Staff(office).clerk
    days = [today(office), today(office) + timedelta(1)]
    assert [settle_on_trial(office, clerk, person, on, VISIT, "x").in_future for on in days] == [False, True]


def test_who_and_when(counter: Counter, office: psycopg.Connection) -> None:
    person, who = counter.person(), Staff(office)
    for name, purpose, on, code in (
        ("stranger", "x", ON, "area_outside"),
        ("root", "x", ON, "not_allowed"),
        ("clerk", "", ON, "purpose_missing"),
        ("clerk", "x", date(2021, 1, 1), "not_enrolled"),
        ("clerk", "x", date(2022, 6, 30), "no_rule"),
    ):
        with refused(code):
            settle_on_trial(office, getattr(who, name), person, on, VISIT, purpose)
