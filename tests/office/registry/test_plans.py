"""How the database answers where there are many: it reads what is the unit's, not the whole office."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY
from tongchou.office.registry import search
from tongchou.office.registry.employer_queries import BY_STANDING, counts_by_standing
from tongchou.office.registry.search import find_people

from .conftest import Office

HERE, THERE = 20_000, 2_000
"""People of the clerk's county; people of the unit, all of another county."""


@pytest.fixture
def large(desk: Office) -> int:
    """A unit of another county among many people of the clerk's own; its number."""
    unit = desk.unit("五华机械厂", area=OTHER_COUNTY, by="stranger")
    desk.conn.execute(
        "INSERT INTO office.person (id) SELECT 1000000 + i FROM generate_series(1, %s) AS i", [HERE + THERE]
    )
    desk.conn.execute(
        "INSERT INTO office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, "
        "recorded_by) SELECT 1000000 + i, CASE WHEN i <= %s THEN %s ELSE %s END, '张三', 'M', '1970-01-01', "
        "'resident_id', 'x', sha256(i::text::bytea), 'x', 'x' FROM generate_series(1, %s) AS i",
        [HERE, COUNTY, OTHER_COUNTY, HERE + THERE],
    )
    for of, area, first, last in ((desk.unit(), COUNTY, 1, HERE), (unit, OTHER_COUNTY, HERE + 1, HERE + THERE)):
        desk.conn.execute(
            "INSERT INTO office.enrolment (person, insurance, way, status, employer, area, in_force, recorded_by) "
            "SELECT 1000000 + i, 'injury', 'employer', 'active', %s, %s, '[2010-01-01,)', 'x' "
            "FROM generate_series(%s::int, %s::int) AS i",
            [of, area, first, last],
        )
    desk.conn.execute("VACUUM ANALYZE office.person_version, office.enrolment, office.person")
    return unit


def nodes(conn: psycopg.Connection, query: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes of the plan by which a query was answered."""
    row = conn.execute(f"EXPLAIN (ANALYZE, FORMAT json) {query}".encode(), given).fetchone()
    assert row is not None
    found, todo = [], [row[0][0]["Plan"]]
    while todo:
        node = todo.pop()
        found.append(node)
        todo += node.get("Plans", [])
    return found


def read(node: dict[str, Any]) -> float:
    """Rows that a node looked at."""
    return float((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


def test_a_unit_wholly_outside_is_searched_without_reading_ones_own_people(desk: Office, large: int) -> None:
    assert find_people(desk.conn, desk.who("clerk"), employer=large) == []
    assert len(find_people(desk.conn, desk.who("stranger"), employer=large)) == 50
    given = {"areas": [COUNTY], "area": "", "employer": large, "after": 0, "limit": 50, "today": date(2023, 6, 30)}
    of_persons = [n for n in nodes(desk.conn, search.BY_EMPLOYER, given) if n.get("Relation Name") == "person_version"]
    assert of_persons
    assert sum(read(n) for n in of_persons) <= THERE * 1.01


def test_people_of_units_are_counted_from_the_index_alone(desk: Office, large: int) -> None:
    on = date(2023, 6, 30)
    assert counts_by_standing(desk.conn, desk.who("auditor"), OTHER_COUNTY, on) == [("normal", 1, THERE, 0)]
    of_spells = [
        n
        for n in nodes(desk.conn, BY_STANDING, {"area": OTHER_COUNTY, "on": on})
        if n.get("Relation Name") == "enrolment"
    ]
    assert [(n["Node Type"], n["Index Name"], n["Heap Fetches"]) for n in of_spells] == [
        ("Index Only Scan", "enrolment_employer", 0)
    ]
