"""The demo: what ``office demo --json`` prints, that its books hold, and that a real office is never touched."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.ledger.conftest import dropped, made
from tongchou.law import load
from tongchou.law.days import first_day, month_of
from tongchou.law.figures_of import figures_of
from tongchou.money.fen import format_fen, parse_fen
from tongchou.office.books import prove
from tongchou.office.demo.made import settings
from tongchou.office.frame.access import actor, rights_file
from tongchou.office.frame.calendar import ZONE, clock, live_on, today
from tongchou.office.frame.operation import try_out
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.rules.reckoning import Reckoning
from tongchou.rules.retirement.age import retirement_month
from tongchou.rules.settlement.yearly import highest


@pytest.fixture(scope="module")
def demo_address(server: str) -> Iterator[str]:
    name = f"demo_{uuid.uuid4().hex[:12]}"
    yield made(server, name)
    dropped(server, name)


@pytest.fixture(scope="module")
def printed(demo_address: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGCHOU_DATABASE_URL", demo_address)
        done = tongchou("office", "demo", "--people", "600", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_prints_what_a_program_needs(printed: Any) -> None:
    assert printed["url"] == "http://127.0.0.1:8000"
    assert printed["today"] == settings()["today"].isoformat()
    assert {x["role"] for x in printed["logins"]} == set(rights_file()["roles"])
    assert all(x["password"] and x["name"] for x in printed["logins"])
    assert len(printed["people"]) >= 20
    assert {"psn_no", "certno", "name", "insutype", "psn_type", "area", "case"} <= set(printed["people"][0])
    assert {"active", "retired", "custodial_retiree", "unit_unmanaged", "dead"} <= {
        p["case"] for p in printed["people"]
    }
    assert printed["counts"]["people"] >= 600


def test_people_have_totals_of_the_year_some_near_a_cap(printed: Any, demo_address: str) -> None:
    """What is left of a cap is what the law's cap leaves: no amount of it stands in the program."""
    by_case: dict[str, list[dict[str, str]]] = {}
    for p in printed["people"]:
        by_case.setdefault(p["case"], []).append(p["totals"])
    scheme = load().scheme("532300", "employee", None)
    for case, told in settings()["totals"]["near"].items():
        for total, left in told["below"].items():
            limit = highest(scheme, (total, "year", ""), settings()["today"].year)
            assert limit is not None
            assert [t[total] for t in by_case[case]] == [format_fen(limit - parse_fen(left))] * 3
    assert sum(bool(t) for found in by_case.values() for t in found) > 12
    with psycopg.connect(demo_address) as conn:
        undone = conn.execute("SELECT count(*) FROM office.total_change WHERE reverses IS NOT NULL").fetchone()
    assert undone == (2,)


def retires(born: date, sex: str, category: str) -> date:
    """The first day of the month in which the law has somebody retire."""
    month = retirement_month(Reckoning(figures_of(load(), "000000")), month_of(born.toordinal()), sex, category)[2]
    return date.fromordinal(first_day(month))


def refuse_wrong_ages(address: str, on: date) -> None:
    """Every retired spell begins when the person is of age; nobody is at work past the latest age."""
    with psycopg.connect(address) as conn:
        rows = conn.execute(
            "SELECT e.id, e.status, lower(e.in_force), v.born, v.sex FROM office.enrolment e "
            "JOIN office.person_version v ON v.person = e.person AND v.recorded_to = 'infinity' "
            "WHERE e.recorded_to = 'infinity' AND (e.status = 'retired' OR e.status = 'active' AND e.in_force @> %s)",
            [on],
        ).fetchall()
    assert {status for _, status, *_ in rows} == {"active", "retired"}
    for spell, status, since, born, sex in rows:
        if status == "retired":
            assert retires(born, sex, "worker") <= since, (spell, born, sex)
        else:
            assert retires(born, sex, "cadre") > on, (spell, born, sex)


def test_everybodys_status_fits_his_age_in_every_case(printed: Any, demo_address: str) -> None:
    on = settings()["today"]
    refuse_wrong_ages(demo_address, on)
    cases = {p["case"]: p for p in printed["people"]}
    assert {"unit_bankrupt", "unit_unmanaged", "custodial_retiree", "retired", "dead"} <= cases.keys()
    for p in printed["people"]:
        born = datetime.strptime(p["certno"][6:14], "%Y%m%d").date()
        sex = "M" if int(p["certno"][16]) % 2 else "F"
        if p["psn_type"] == "21":
            assert retires(born, sex, "worker") <= on, p
        if p["psn_type"] == "11":
            assert retires(born, sex, "cadre") > on, p


def test_somebody_retires_in_the_month_the_demo_lives_in(printed: Any, demo_address: str) -> None:
    with psycopg.connect(demo_address) as conn:
        asked = conn.execute(
            "SELECT content -> 'arguments' ->> 'on' FROM office.record WHERE operation = 'enrolment.retire'"
        ).fetchall()
    assert asked == [(settings()["today"].replace(day=1).isoformat(),)] * 5


def test_it_has_units_of_every_standing_and_kind(printed: Any, demo_address: str) -> None:
    with psycopg.connect(demo_address) as conn:
        standings = {s for (s,) in conn.execute("SELECT DISTINCT standing FROM office.standing").fetchall()}
        kinds = {k for (k,) in conn.execute("SELECT DISTINCT kind FROM office.employer_version").fetchall()}
    assert standings == {"hardship", "bankrupt", "closed", "unmanaged"}  # a unit without a row is normal
    assert kinds == {"employer", "agency", "project", "custodial"}


def test_its_books_hold_and_its_record_is_sealed(printed: Any, demo_address: str) -> None:
    proof = prove(demo_address)
    assert (proof.fault, proof.unsealed) == (None, 0)
    assert proof.entries == printed["counts"]["entries"] > 30
    assert proof.sealed > 100


def test_asked_again_it_sets_the_passwords_and_makes_nothing(
    printed: Any, demo_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", demo_address)
    again = json.loads(tongchou("office", "demo", "--people", "900", "--json").stdout)
    assert again["counts"] == printed["counts"]


def test_it_lives_on_one_day(printed: Any, demo_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today stays; what is recorded bears the clock. Another day asked for later changes nothing."""
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", demo_address)
    day = settings()["today"]
    again = json.loads(tongchou("office", "demo", "--today", "2031-01-01", "--json").stdout)
    assert again["today"] == day.isoformat()
    with psycopg.connect(demo_address) as conn:
        assert today(conn) == day
        assert clock(conn).date() > day
        person = int(next(p["psn_no"] for p in printed["people"] if p["case"] == "active" and p["area"] == "532301"))
        told = {"person": person, "on": (day + timedelta(days=1)).isoformat(), "evidence": "证明"}
        with pytest.raises(OfficeRefused, match="day_in_future"):
            try_out(conn, actor(conn, "clerk"), "person.report_death", told)
        assert try_out(conn, actor(conn, "clerk"), "person.report_death", told | {"on": day.isoformat()})


def test_a_real_office_lives_on_the_day_of_the_clock(office_address: str) -> None:
    with psycopg.connect(office_address) as conn:
        assert today(conn) in {(clock(conn) - timedelta(minutes=1)).astimezone(ZONE).date(),
                               clock(conn).astimezone(ZONE).date()}  # fmt: skip
        with pytest.raises(psycopg.DatabaseError, match="standing_day"):
            live_on(conn, settings()["today"])


def test_a_real_office_is_never_touched(office_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", office_address)
    done = tongchou("office", "demo")
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "demo_not_empty")


def test_a_demo_that_broke_off_is_not_taken_for_whole(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.office.books import prepare
    from tongchou.office.frame import staff

    name = f"broken_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    try:
        prepare(address)
        with psycopg.connect(address) as conn:
            staff.first(conn, "admin", "x", "", "administrator", "000000", demo=True)
        monkeypatch.setenv("TONGCHOU_DATABASE_URL", address)
        assert tongchou("office", "demo").stderr.startswith("demo_incomplete: ")
        assert tongchou("office", "demo", "--today", "soon").returncode == 1
    finally:
        dropped(server, name)


def test_it_lives_early_in_a_month_too(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of its month lies after the day it lives on."""
    name = f"early_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    try:
        monkeypatch.setenv("TONGCHOU_DATABASE_URL", address)
        done = tongchou("office", "demo", "--people", "600", "--today", "2023-06-05", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["today"] == "2023-06-05"
        with psycopg.connect(address) as conn:
            last = conn.execute("SELECT max(booked_on), count(DISTINCT booked_on) FROM ledger.entry").fetchone()
        assert last == (date(2023, 6, 5), 4)
        refuse_wrong_ages(address, date(2023, 6, 5))
    finally:
        dropped(server, name)
