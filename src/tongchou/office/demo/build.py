"""The demo, step by step; each step is the office's own operation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from .. import operations  # noqa: F401 - every operation is declared
from ..books import prepare
from ..database import connect
from ..frame import audit, lawbook, staff
from ..frame.access import Actor, actor
from ..frame.calendar import live_on, today
from ..frame.operation import decide, run
from ..frame.refusal import OfficeRefused
from .books import fill_books
from .made import Maker, settings
from .registry import fill_registry
from .shown import shown_people
from .totals import fill_totals, with_totals

Tell = Callable[[str, int, int], None]
SEED = 2023
BUILT = "demo.built"
"""The record that a demo was finished."""


class Office:
    """The demo's office: its people by login, and operations done by one or by two of them."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn

    def who(self, name: str) -> Actor:
        """Somebody by his login."""
        return actor(self.conn, name)

    def one(self, login: str, operation: str, /, **given: Any) -> dict[str, Any]:
        """What one person does."""
        return run(self.conn, self.who(login), operation, given)

    def two(self, logins: tuple[str, str], operation: str, /, **given: Any) -> dict[str, Any]:
        """What one person asks and another approves."""
        asked = run(self.conn, self.who(logins[0]), operation, given)
        return decide(self.conn, self.who(logins[1]), asked["command"], "approved")


def build(
    people: int, on: str, hashed: Callable[[str], str], tell: Tell = lambda step, done, of: None
) -> dict[str, Any]:
    """Make the demo where no office is yet; where it is there, only its passwords are set anew and it lives on
    the day it was made for.

    ``hashed`` makes the hash of a password. Raises OfficeRefused ``demo_not_empty`` where other people work.
    """
    prepare()
    told = settings()
    try:
        day = date.fromisoformat(on) if on else told["today"]
    except ValueError as e:
        raise OfficeRefused("argument_invalid", "--today 应为 YYYY-MM-DD", "--today is YYYY-MM-DD", "today") from e
    with connect() as conn:
        conn.autocommit = True
        password = hashed(told["password"])
        if not _is_there(conn):
            _make(Office(conn), people, day, password, tell)
        else:
            _logins_again(conn, password)
        return _answer(conn)


def _logins_again(conn: psycopg.Connection, password: str) -> None:
    """The password of every login as it is printed; a login that an earlier release had not is made."""
    for login in settings()["logins"]:
        with conn.transaction():
            done = conn.execute("UPDATE office.staff SET password = %s WHERE name = %s", [password, login["name"]])
            if not done.rowcount:
                staff.first(conn, login["name"], login["shown"], password, login["role"], login["area"], demo=True)


def _is_there(conn: psycopg.Connection) -> bool:
    """Whether the demo stands here. Raises OfficeRefused where another office does."""
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE demo), count(*) FILTER (WHERE NOT demo), (SELECT count(*) FROM office.person), "
        "(SELECT count(*) FROM office.record WHERE operation = %s) FROM office.staff",
        [BUILT],
    ).fetchone()
    assert row is not None
    if row[1] or (row[2] and not row[0]):
        raise OfficeRefused(
            "demo_not_empty",
            "数据库中已有真实的经办机构，演示只建在空库中；请另设 TONGCHOU_DATA",
            "a real office is in this database; the demo is made in an empty one: set TONGCHOU_DATA to another folder",
        )
    if row[0] and not row[3]:
        raise OfficeRefused(
            "demo_incomplete",
            "上次的演示没有建完；请另设 TONGCHOU_DATA，或删除其数据目录后重建",
            "an earlier demo was not finished; set TONGCHOU_DATA to another folder, or remove it and make it again",
        )
    return bool(row[0])


def _make(office: Office, people: int, on: date, password: str, tell: Tell) -> None:
    conn, told = office.conn, settings()
    with conn.transaction():
        for login in [x for x in told["logins"] if x["role"] == "administrator"]:
            staff.first(conn, login["name"], login["shown"], password, login["role"], login["area"], demo=True)
    for c in told["counties"]:
        office.one("admin", "area.add", parent=c["parent"], code=c["code"], zh=c["zh"], en=c["en"])
    for login in told["logins"]:
        if login["role"] != "administrator":
            with conn.transaction():
                staff.first(conn, login["name"], login["shown"], password, login["role"], login["area"], demo=True)
    with conn.transaction():
        version = lawbook.keep(conn, lawbook.running())
    office.two(("legal", "legal2"), "law.adopt", version=version, reason="演示")
    with conn.transaction():
        live_on(conn, on)
    fill_registry(office, Maker(SEED, on), people, on, tell)
    fill_totals(office, on, tell)
    fill_books(office, on, tell)
    audit.record(conn, staff.SYSTEM, told["nation"], BUILT, "", {"people": people, "today": on.isoformat()})
    audit.seal(conn, thorough=True)


def _answer(conn: psycopg.Connection) -> dict[str, Any]:
    told, on = settings(), today(conn)
    row = conn.execute(
        "SELECT (SELECT count(*) FROM office.person), (SELECT count(*) FROM office.employer), "
        "(SELECT count(*) FROM office.enrolment WHERE recorded_to = 'infinity'), (SELECT count(*) FROM ledger.entry)"
    ).fetchone()
    assert row is not None
    return {
        "url": "http://127.0.0.1:8000",
        "today": on.isoformat(),
        "logins": [
            {k: x[k] for k in ("role", "name", "area", "shown")} | {"password": told["password"]}
            for x in told["logins"]
        ],
        "counts": dict(zip(("people", "employers", "enrolments", "entries"), row, strict=True)),
        "people": with_totals(conn, shown_people(conn, on), on),
    }
