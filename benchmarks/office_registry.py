"""Importing people beside COPY, and searching among them."""

from __future__ import annotations

import random
import time
from datetime import date

import psycopg

from measure import Row, row
from tongchou.office import operations  # noqa: F401 - every operation is declared
from tongchou.office.demo.made import Maker
from tongchou.office.frame import lawbook, secrecy, staff
from tongchou.office.frame.access import Actor, actor
from tongchou.office.frame.operation import decide, run
from tongchou.office.registry.intake import bring_people
from tongchou.office.registry.search import find_people

NATION, PREFECTURE = "000000", "532300"
TODAY = date(2023, 6, 30)
UNITS = 600
COPIED = {
    "person": "id",
    "person_version": "person, area, name, sex, born, number_kind, sealed, digest, masked, recorded_from, recorded_by",
    "enrolment": "person, insurance, way, status, employer, area, in_force, source, recorded_from, recorded_by",
}
ONLY_OURS = """
    SELECT tgname FROM pg_trigger
    WHERE tgrelid = ('office.' || %s)::regclass AND tgname IN ('known_from_now', 'bound_new', 'bound_ended')
"""


def furnished(address: str) -> psycopg.Connection:
    """An office with a clerk, the law of two people, and units; an autocommit connection."""
    conn = psycopg.connect(address, autocommit=True)
    staff.first(conn, "root", "root", "", "administrator", NATION)
    for name in ("one", "two"):
        staff.first(conn, name, name, "", "prefecture_accountant", NATION)
    staff.first(conn, "clerk", "clerk", "", "county_clerk", NATION)
    for c in Maker(1, TODAY).counties:
        given = {"parent": PREFECTURE, "code": c["code"], "zh": c["zh"], "en": c["en"]}
        run(conn, actor(conn, "root"), "area.add", given)
    asked = run(conn, actor(conn, "one"), "law.adopt", {"version": lawbook.keep(conn, lawbook.running())})
    decide(conn, actor(conn, "two"), asked["command"], "approved")
    return conn


def units_of(conn: psycopg.Connection, n: int) -> list[tuple[str, str]]:
    """(area, code) of n units, registered."""
    units = list(Maker(2, TODAY).units(n))
    rows = [(u.area, u.code, u.name) for u in units]
    clerk = actor(conn, "clerk")
    for area, code, name in rows:
        run(conn, clerk, "employer.add", {"area": area, "code": code, "name": name})
    return [(area, code) for area, code, _ in rows]


def people_columns(n: int, units: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Columns of a sheet of n people with a spell each, in work-injury insurance, which brings none along."""
    maker = Maker(3, TODAY)
    columns: dict[str, list[str]] = {}
    for i in range(n):
        area, code = units[i % len(units)]
        sex = maker.draw.choice("MF")
        born = maker.born(20, 59)
        cells = {"name": maker.name(), "number": maker.number(area, born, sex), "sex": sex, "born": born.isoformat(),
                 "area": area, "insurance": "injury", "way": "employer", "status": "active", "employer": code,
                 "begins": f"{2004 + i % 18}-{i % 12 + 1:02d}-01", "last_day": "", "source": ""}  # fmt: skip
        cells["begins"] = max(cells["begins"], f"{born.year + 18}-01-01")
        for key, value in cells.items():
            columns.setdefault(key, []).append(value)
    return columns


def import_rows(address: str, other: str, n: int) -> tuple[list[Row], psycopg.Connection]:
    """People a second taken in with all checks, beside COPY of the very rows into another database."""
    conn = furnished(address)
    columns = people_columns(n, units_of(conn, UNITS))
    began = time.perf_counter()
    done = bring_people(conn, actor(conn, "clerk"), PREFECTURE, columns)
    took = time.perf_counter() - began
    assert (done.accepted, done.rejected) == (n, []), done.rejected[:3]
    plain = _copied(conn, other)
    beside = "COPY of the same rows into the same indexed tables"
    told = row(f"office: import of {n:,} people with a spell each", n / took, "people/s", beside, plain / took)
    return [told], conn


def _copied(conn: psycopg.Connection, other: str) -> float:
    """Seconds that COPY takes for the rows that stand there; what looks at moments and binds rows is off for it."""
    with furnished(other) as target:
        units_of(target, UNITS)
        for table in COPIED:
            for (name,) in target.execute(ONLY_OURS, [table]).fetchall():
                target.execute(f"ALTER TABLE office.{table} DISABLE TRIGGER {name}")
        target.autocommit = False
        took = 0.0
        for table, columns in COPIED.items():
            with conn.cursor().copy(f"COPY office.{table} ({columns}) TO STDOUT") as source:
                body = b"".join(bytes(part) for part in source)
            began = time.perf_counter()
            with target.cursor().copy(f"COPY office.{table} ({columns}) FROM STDIN") as copy:
                copy.write(body)
            took += time.perf_counter() - began
        began = time.perf_counter()
        target.commit()
        return took + time.perf_counter() - began


def search_rows(conn: psycopg.Connection, n: int, times: int = 200) -> list[Row]:
    """The 95th percentile of searches by a part of a name, a number, an employer, among the people there."""
    conn.execute("ANALYZE")
    draw, clerk = random.Random(4), actor(conn, "clerk")
    names = [x for (x,) in conn.execute("SELECT name FROM office.person_version TABLESAMPLE SYSTEM (1) LIMIT 5000")]
    units = [x for (x,) in conn.execute("SELECT DISTINCT employer FROM office.enrolment")]
    sealed = conn.execute("SELECT sealed FROM office.person_version TABLESAMPLE SYSTEM (1) LIMIT 200").fetchall()
    numbers = [secrecy.unseal(x) for (x,) in sealed]
    asked = {
        "two signs of a name": lambda: {"text": draw.choice([x for x in names if len(x) > 2])[-2:]},
        "a number": lambda: {"text": draw.choice(numbers)},
        "an employer": lambda: {"employer": draw.choice(units)},
    }
    found = []
    for what, given in asked.items():
        times_of = sorted(_once(conn, clerk, given()) for _ in range(times))
        p95 = times_of[int(len(times_of) * 0.95) - 1] * 1000
        found.append(row(f"office: search by {what} among {n:,}, p95", p95, "ms", "100 ms", 100 / p95))
    return found


def _once(conn: psycopg.Connection, who: Actor, given: dict[str, object]) -> float:
    began = time.perf_counter()
    find_people(conn, who, **given)  # type: ignore[arg-type]
    return time.perf_counter() - began
