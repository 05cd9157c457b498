"""Running totals: entered, corrected, undone by two people; kept by year; never below 0; taken along by a merge."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import psycopg
import pytest

from tests.office.care.conftest import ON, POOL, Counter, cap, refused, yuan
from tests.office.conftest import Staff
from tongchou.office.books import prove
from tongchou.office.care import store
from tongchou.office.care.queries import read_totals, totals_of
from tongchou.office.care.store import Key
from tongchou.office.frame.calendar import clock
from tongchou.office.frame.operation import Work, decide, refusing, run, try_out
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.jobs.worker import work


def test_totals_are_entered_by_two_people(counter: Counter, office: psycopg.Connection, office_address: str) -> None:
    person = counter.person()
    asked = counter.ask(person, "outpatient_pool=5500, admissions=1，inpatient_pool=12000.50")
    assert asked["would"]["year"] == 2023
    assert counter.now(person) == {}, "asked for is not done"
    decide(office, Staff(office).reviewer, asked["command"], "approved")
    assert counter.now(person) == {"outpatient_pool": 550_000, "admissions": 1, "inpatient_pool": 1_200_050}
    told = read_totals(office, person)
    assert {(t.year, t.scheme, t.area) for t in told.totals} == {(2023, "employee", POOL)}
    assert {t.name: (t.zh, t.limit) for t in told.totals}["outpatient_pool"] == (
        "普通门诊统筹：累计支付", cap("outpatient_pool")
    )  # fmt: skip
    assert prove(office_address).fault is None


def test_the_chinese_name_of_a_total_stands_for_it(counter: Counter) -> None:
    person = counter.person("medical_resident", "resident")
    counter.open(person, "住院统筹：累计支付＝300；住院次数=2", "resident")
    assert counter.now(person) == {"inpatient_pool": 30_000, "admissions": 2}


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("outpatient_poool=1", "total_unknown", "outpatient_pool, inpatient_pool, large_expense"),
        ("outpatient_pool.deductible=60", "total_unknown", "by the year"),  # kept by the visit
        ("outpatient_pool", "total_unknown", ""),
        ("outpatient_pool=1.234", "argument_invalid", ""),
        ("outpatient_pool=-1", "argument_invalid", ""),
        ("admissions=1.00", "argument_invalid", "whole number"),
        ("admissions=0", "amount_not_positive", ""),
        ("admissions=1,admissions=1", "total_twice", ""),
        (",", "argument_missing", ""),
    ],
)
def test_what_is_no_total_is_refused_by_name(counter: Counter, text: str, code: str, says: str) -> None:
    with refused(code, says) as e:
        counter.ask(counter.person(), text)
    assert (e.value.field, bool(e.value.zh)) == ("totals", True)


def test_a_total_above_the_cap_of_the_law_is_refused(counter: Counter) -> None:
    person, limit = counter.person(), cap("outpatient_pool")
    with refused("total_above_cap", yuan(limit)):
        counter.ask(person, f"outpatient_pool={yuan(limit + 1)}")
    counter.open(person, f"outpatient_pool={yuan(limit)}")
    assert counter.now(person) == {"outpatient_pool": limit}


def test_days_people_and_schemes_that_do_not_fit(counter: Counter, office: psycopg.Connection) -> None:
    person = counter.person()
    for code, more in (
        ("not_enrolled", {"scheme": "resident"}),
        ("not_enrolled", {"on": "2021-12-31"}),
        ("no_rule", {"on": "2022-06-30"}),
        ("day_in_future", {"on": "2031-01-01"}),
    ):
        with refused(code):
            counter.ask(person, "admissions=1", **more)
    with refused("person_unknown"):
        counter.ask(10**9, "admissions=1")
    for who, code in (("auditor", "not_allowed"), ("stranger", "area_outside")):
        given = {"person": person, "scheme": "employee", "on": ON, "totals": "admissions=1", "evidence": "x"}
        with refused(code):
            run(office, getattr(Staff(office), who), "totals.open", given)


def test_what_somebody_brings_along_is_entered_once(counter: Counter) -> None:
    person = counter.person()
    made = counter.open(person, "inpatient_pool=100")
    with refused("total_opened"):
        counter.ask(person, "inpatient_pool=50")
    counter.open(person, "admissions=1")
    counter.desk.both("totals.undo", change=made["inpatient_pool"], reason="录错")
    counter.open(person, "inpatient_pool=50")
    assert counter.now(person) == {"inpatient_pool": 5_000, "admissions": 1}


def test_a_correction_is_a_linked_reversal_and_what_was_known_stays(
    counter: Counter, office: psycopg.Connection, office_address: str
) -> None:
    person = counter.person()
    made = counter.open(person, "inpatient_pool=100,admissions=1")
    before = clock(office)
    counter.desk.both("totals.correct", change=made["inpatient_pool"], amount="80.25", evidence="复核单")
    assert counter.now(person) == {"inpatient_pool": 8_025, "admissions": 1}
    assert counter.now(person, known=before) == {"inpatient_pool": 10_000, "admissions": 1}
    lines = [c for c in read_totals(office, person).changes if c.name == "inpatient_pool"]
    assert [(c.amount, c.reverses == made["inpatient_pool"], c.source) for c in lines] == [
        (10_000, False, "opening"), (-10_000, True, "correction"), (8_025, False, "correction")
    ]  # fmt: skip
    assert lines[0].undone == lines[1].id
    assert lines[1].known_from == lines[2].known_from, "no moment of knowledge lies between them"
    for change in (made["inpatient_pool"], lines[1].id, 10**9):
        code = "total_undone" if change == made["inpatient_pool"] else "total_change_unknown"
        with refused(code):
            counter.desk.do("totals.undo", change=change, reason="x")
    with refused("nothing_to_correct"):
        counter.desk.do("totals.correct", change=lines[2].id, amount="80.25", evidence="x")
    with refused("argument_invalid"):
        counter.desk.do("totals.correct", change=made["admissions"], amount="1.5", evidence="x")
    assert prove(office_address).fault is None


def test_as_of_a_day_and_by_year(counter: Counter) -> None:
    person = counter.person()
    counter.open(person, "inpatient_pool=100", on="2023-03-31")
    counter.open(person, "admissions=1", on="2023-12-31")
    counter.open(person, "inpatient_pool=7", on="2024-02-01")
    assert counter.now(person, on=date(2023, 6, 30)) == {"inpatient_pool": 10_000}
    assert counter.now(person, year=2023) == {"inpatient_pool": 10_000, "admissions": 1}
    assert counter.now(person, year=2024) == {"inpatient_pool": 700}


def test_reading_takes_right_and_purpose_and_is_kept(counter: Counter, office: psycopg.Connection) -> None:
    person, who = counter.person(), Staff(office)
    counter.open(person, "admissions=1")
    for name, purpose, code in (("clerk", " ", "purpose_missing"), ("stranger", "x", "area_outside"),
                                ("root", "x", "not_allowed")):  # fmt: skip
        with refused(code):
            totals_of(office, getattr(who, name), person, purpose)
    assert [t.name for t in totals_of(office, who.auditor, person, "稽核").totals] == ["admissions"]
    looks = office.execute("SELECT actor, what, purpose FROM office.look WHERE person = %s", [person]).fetchall()
    assert looks == [("auditor", "record", "稽核")]


def test_a_merge_takes_totals_along_and_parting_gives_them_back(
    counter: Counter, office: psycopg.Connection, office_address: str
) -> None:
    loser, winner = counter.person(), counter.person()
    theirs = counter.open(loser, "inpatient_pool=100")
    counter.open(winner, "admissions=1")
    before = clock(office)
    merged = counter.desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    both = {"inpatient_pool": 10_000, "admissions": 1}
    assert counter.now(winner) == counter.now(loser) == both
    assert counter.now(winner, known=before) == {"admissions": 1}
    assert counter.now(loser, known=before) == {"inpatient_pool": 10_000}
    with refused("not_enrolled"):  # what he was enrolled in is the winner's now
        counter.ask(loser, "admissions=1")
    with refused("total_opened"):
        counter.ask(winner, "inpatient_pool=1")
    counter.desk.both("totals.correct", change=theirs["inpatient_pool"], amount="90", evidence="x")
    assert counter.now(winner) == {"inpatient_pool": 9_000, "admissions": 1}
    between = clock(office)
    counter.desk.both("person.unmerge", merge=merged["merge"], reason="不是同一人")
    assert counter.now(loser) == {"inpatient_pool": 9_000}, "what was corrected stays on the record it was his"
    assert counter.now(winner) == {"admissions": 1}
    assert counter.now(loser, known=between) == {"inpatient_pool": 9_000, "admissions": 1}
    assert prove(office_address).fault is None


# The database by itself


def raw(conn: psycopg.Connection, person: int, **more: Any) -> None:
    row = {"year": 2023, "person": person, "scheme": "employee", "area": POOL, "name": "inpatient_pool", "amount": 100,
           "on_day": ON, "source": "opening", "reference": "x", "recorded_by": "x", **more}  # fmt: skip
    conn.execute(
        f"INSERT INTO office.total_change ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",  # type: ignore[arg-type]
        list(row.values()),
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "total_undecided"),
        ({"source": "settlement", "fact": "settlement:1"}, "total_undecided"),
        ({"source": "correction"}, "total_undecided"),
        ({"amount": -100}, "total_positive"),
        ({"amount": 0}, "total_positive"),
        ({"year": 2077, "on_day": "2077-01-01"}, "total_year_missing"),
        ({"on_day": "2021-01-01"}, "total_day"),
        ({"recorded_at": "2023-01-01"}, "append_only"),
        ({"amount": -100, "reverses": 10**9, "source": "correction"}, "total_not_mirrored"),
    ],
)
def test_the_database_refuses_what_does_not_stand(counter: Counter, more: dict[str, Any], says: str) -> None:
    person = counter.person()
    store.make_year(counter.desk.conn, 2023)
    with pytest.raises(psycopg.Error, match=says):
        raw(counter.desk.conn, person, **more)


def test_a_command_carries_only_what_it_is_about(counter: Counter, office: psycopg.Connection) -> None:
    person, other = counter.person(), counter.person()
    made = counter.open(person, "inpatient_pool=100")
    command = office.execute("SELECT max(id) FROM office.command").fetchone()
    assert command
    for more in (
        {"person": other},
        {"person": other, "source": "correction"},
        {"amount": -10_000, "reverses": made["inpatient_pool"], "source": "correction"},
        {"area": "530100", "name": "admissions"},
    ):
        with pytest.raises(psycopg.Error, match="total_undecided"):
            raw(office, **{"person": person, **more}, command=command[0])
    for statement in ("UPDATE office.total_change SET amount = 1", "DELETE FROM office.total_change",
                      "TRUNCATE office.total_change", "TRUNCATE office.total_change_2023"):  # fmt: skip
        with pytest.raises(psycopg.Error, match="append_only"):
            office.execute(statement)


def test_a_year_is_made_when_it_is_needed_and_ahead(counter: Counter, office: psycopg.Connection) -> None:
    def years() -> set[str]:
        rows = office.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'office.total_change'::regclass"
        ).fetchall()
        return {name.rpartition("_")[2] for (name,) in rows}

    this = clock(office).year
    assert {str(this), str(this + 1)} <= years()
    work = Work(office, Staff(office).clerk, POOL, clock(office), asked_by="clerk")
    key = Key(1999, counter.person(), "employee", POOL, "admissions")
    with pytest.raises(OfficeRefused, match=r"^total_year_missing: .*1999"), refusing():
        store.add(work, key, 1, date(1999, 1, 1), "opening", "x", clock(office))
    assert "1999" not in years()
    store.make_year(office, 1999)
    store.make_year(office, 1999)
    assert "1999" in years()


def test_two_at_once_undo_one_change_once(counter: Counter, office_address: str) -> None:
    person = counter.person()
    made = counter.open(person, "inpatient_pool=100")
    asked = [counter.desk.do("totals.undo", change=made["inpatient_pool"], reason=f"{k}")["command"] for k in range(4)]
    codes: list[str] = []
    start = threading.Barrier(4)

    def approve(command: int) -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            start.wait()
            try:
                decide(conn, Staff(conn).reviewer, command, "approved")
                codes.append("done")
            except OfficeRefused as e:
                codes.append(e.code)

    threads = [threading.Thread(target=approve, args=(c,)) for c in asked]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(codes) == ["done", "total_undone", "total_undone", "total_undone"]
    assert counter.now(person) == {}


def test_two_at_once_enter_one_total_once(counter: Counter, office_address: str) -> None:
    person = counter.person()
    asked = [counter.ask(person, "inpatient_pool=100")["command"] for _ in range(4)]
    codes: list[str] = []

    def approve(command: int) -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            try:
                decide(conn, Staff(conn).reviewer, command, "approved")
                codes.append("done")
            except OfficeRefused as e:
                codes.append(e.code)

    threads = [threading.Thread(target=approve, args=(c,)) for c in asked]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(codes) == ["done", "total_opened", "total_opened", "total_opened"]
    assert counter.now(person) == {"inpatient_pool": 10_000}


def test_trying_out_keeps_nothing(counter: Counter, office: psycopg.Connection) -> None:
    person = counter.person()
    told = {"person": person, "scheme": "employee", "on": ON, "totals": "admissions=1", "evidence": "x"}
    assert try_out(office, Staff(office).clerk, "totals.open", told)["changes"][0]["amount"] == "1"
    assert counter.now(person) == {}


def test_the_worker_makes_the_years_ahead(office: psycopg.Connection, office_address: str) -> None:
    year = f"office.total_change_{clock(office).year + 1}"
    office.execute(f"ALTER TABLE office.total_change DETACH PARTITION {year}".encode())
    office.execute(f"DROP TABLE {year}".encode())
    work(office_address, until_empty=True)
    made = office.execute("SELECT to_regclass(%s)", [year]).fetchone()
    assert made
    assert made[0]
