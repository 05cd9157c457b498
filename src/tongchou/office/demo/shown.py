"""The people that the demo names, one or more of each case: what a program needs to ask about them."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg

from ..frame import secrecy

CASES = {
    "active": "e.status = 'active' AND e.way = 'employer' AND v.standing IS NULL",
    "retired": "e.status = 'retired' AND e.way = 'employer' AND v.standing IS NULL",
    "flexible": "e.way = 'flexible'",
    "custodial_retiree": "e.way = 'custodial'",
    "unit_in_hardship": "v.standing = 'hardship'",
    "unit_bankrupt": "v.standing IN ('bankrupt', 'closed') AND e.status = 'retired'",
    "unit_unmanaged": "v.standing = 'unmanaged' AND e.status = 'retired'",
    "resident": "e.way = 'resident'",
}
"""Case → which spell of medical insurance on the day makes it."""
EACH = 3
# Codes of the national dictionaries.
INSUTYPE = {"medical_employee": "310", "medical_resident": "390"}
PSN_TYPE = {"active": "11", "retired": "21", "resident": "40"}


def shown_people(conn: psycopg.Connection, on: date) -> list[dict[str, Any]]:
    """Three people of each case, and three who died; numbers in full: they are made up."""
    found = []
    for case, condition in CASES.items():
        rows = conn.execute(
            "SELECT p.person, p.sealed, p.name, e.insurance, e.status, e.area FROM office.enrolment e "
            "JOIN office.person_version p ON p.person = e.person AND p.recorded_to = 'infinity' "
            "LEFT JOIN office.standing v ON v.employer = e.employer AND v.recorded_to = 'infinity' "
            "AND v.in_force @> %s::date WHERE e.recorded_to = 'infinity' AND e.in_force @> %s::date "
            f"AND e.line = 'medical' AND {condition} ORDER BY p.person LIMIT %s",
            [on, on, EACH],
        ).fetchall()
        found += [one_shown(case, *row) for row in rows]
    rows = conn.execute(
        "SELECT p.person, p.sealed, p.name, 'medical_employee', 'retired', p.area FROM office.life_event l "
        "JOIN office.person_version p ON p.person = l.person AND p.recorded_to = 'infinity' "
        "WHERE l.recorded_to = 'infinity' AND l.event = 'death' ORDER BY p.person LIMIT %s",
        [EACH],
    ).fetchall()
    return found + [one_shown("dead", *row) for row in rows]


def one_shown(case: str, person: int, sealed: str, name: str, insurance: str, status: str, area: str) -> dict[str, Any]:
    """Somebody as a program needs him: number in full, codes of the national dictionaries."""
    return {
        "psn_no": str(person),
        "certno": secrecy.unseal(sealed),
        "name": name,
        "insutype": INSUTYPE[insurance],
        "psn_type": PSN_TYPE[status],
        "area": area,
        "case": case,
    }
