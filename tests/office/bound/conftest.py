"""An office with rows in every table that is bound to the sealed record; tests plant faults and take them back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any, LiteralString

import psycopg
import pytest

from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY, Staff, granted
from tests.office.life.conftest import Desk, Registry
from tongchou.office import sheets
from tongchou.office.books.statements import Reported, keep_bank_lines, keep_tax_lines
from tongchou.office.frame import staff
from tongchou.office.frame.bound import check_rows
from tongchou.office.registry.search import reveal

UNGUARDED: LiteralString = "SET LOCAL session_replication_role = replica"
GUARDED: LiteralString = "SET LOCAL session_replication_role = origin"


@pytest.fixture(scope="module")
def full_address(server: str, furnished: str) -> Iterator[str]:
    """An office with a row in every table that is bound, and one that has ended where rows end; one for a module."""
    name = f"bound_{uuid.uuid4().hex[:12]}"
    address = made(server, name, furnished)
    with psycopg.connect(address, autocommit=True) as conn:
        filled(conn)
    yield address
    dropped(server, name)


@pytest.fixture
def full(full_address: str) -> Iterator[Registry]:
    """That office in a transaction that is taken back."""
    with psycopg.connect(full_address) as conn:
        yield Registry(conn)
        conn.rollback()


@pytest.fixture
def registry(office: psycopg.Connection) -> Registry:
    return Registry(office)


def filled(conn: psycopg.Connection) -> None:
    """Rows in every table that is bound, by operations where there are any."""
    registry, desk = Registry(conn), Desk(conn)
    fill_registry(registry, desk)
    fill_frame(registry, desk)
    fill_books(desk)


def fill_registry(registry: Registry, desk: Desk) -> None:
    conn = registry.conn
    unit = registry.employer(standing="normal")
    dead, loser, winner = (registry.person(name=name) for name in ("张三", "李四", "王五"))
    registry.spell(dead, "[2010-01-01,)", unit)
    registry.spell(loser, "[2010-01-01,2012-01-01)", unit)
    registry.months(loser, "[2010-01-01,2012-01-01)")
    conn.execute(
        "INSERT INTO office.filing (kind, person, area, in_force, detail, recorded_by) "
        "VALUES ('acknowledgement', %s, '532301', '[2020-01-01,)', '{}', 'test')",
        [loser],
    )
    for month in ("2020-01-01", "2020-02-01"):
        conn.execute(
            "INSERT INTO office.declared_base (person, employer, month, base_fen, recorded_by) "
            "VALUES (%s, %s, %s, 500000, 'test')",
            [loser, unit, month],
        )
    desk.do("person.report_death", person=dead, on="2020-01-01", evidence="证明")
    desk.both("person.undo_life_event", person=dead, reason="误报")
    desk.do("person.report_death", person=dead, on="2021-01-01", evidence="证明")
    once = desk.both("person.merge", loser=loser, winner=winner, reason="同一人")["merge"]
    desk.both("person.unmerge", merge=once, reason="并非一人")
    desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    given = {"area": "532301", "person": winner, "line": "medical", "other_area": "110000", "on": "2020-02-10"}
    sent = desk.both("transfer.out", **given, certificate="ZY-1")["transfer"]
    desk.both("transfer.undo", transfer=sent, reason="误转")
    registry.months(winner, "[2015-01-01,2016-01-01)", "pension")
    desk.both("transfer.out", **given, certificate="ZY-2")
    registry.employer()
    for table in ("person_version", "employer_version", "standing", "declared_base"):
        ended(conn, table)
    conn.execute(
        "INSERT INTO office.standing (employer, standing, in_force, evidence, recorded_by) "
        "VALUES (%s, 'hardship', '[2000-01-01,)', '批文', 'test')",
        [unit],
    )


def fill_frame(registry: Registry, desk: Desk) -> None:
    """Roles, passwords, tokens, looks, files, and a running total entered and taken back."""
    conn, who, root = desk.conn, Staff(desk.conn), Desk(desk.conn, "root", "root2")
    root.do("staff.add", area="000000", name="passing", shown="过客")
    root.do("staff.revoke", grant=granted(conn, "passing", "auditor", COUNTY))
    staff.make_token(conn, "clerk", "工资")
    root.both("staff.reset_password", name="clerk", half=staff.fresh_half())
    person = registry.person()
    registry.spell(person, "[2022-01-01,)")
    reveal(conn, who.clerk, person, "核对")
    sheets.start(conn, who.clerk, "totals", COUNTY, "累计.csv", "证件号码,险种\n1,1\n".encode())
    given = {"person": person, "scheme": "employee", "on": "2023-06-30", "evidence": "转入证明"}
    change = desk.both("totals.open", **given, totals="inpatient_pool=100")["changes"][0]["change"]
    desk.both("totals.undo", change=change, reason="录错")
    desk.both("totals.open", **given, totals="admissions=2")


def fill_books(desk: Desk) -> None:
    """Vouchers, money sent upward, statements, complaints: each also taken back or answered."""
    conn, who, day = desk.conn, Staff(desk.conn), "2023-05-04"
    of = {"area": COUNTY, "fund": "basic_pooled"}
    desk.both("bank.open", **of, kind="special_account", code="CX-01", name="建行")
    lines = [Reported(date(2023, 5, 4), reference, 100) for reference in "AB"]
    keep_bank_lines(conn, who.clerk, "CX-01", lines)
    keep_tax_lines(conn, who.clerk, COUNTY, "basic_pooled", lines)
    desk.both("books.opening", area=COUNTY, fund="large_expense", on=day, amount="21.00")
    for reference in "AB":
        made = desk.both("books.interest", **of, on=day, amount="1.00", reference=reference)["voucher"]
    desk.both("books.undo", voucher=made, on=day, reason="录错")
    for reference in "TUV":
        told = {"area": COUNTY, "fund": "large_expense", "on": day, "amount": "7.00", "reference": reference}
        sent = desk.both("remittance.send", **told)["remittance"]
        if reference == "T":
            Desk(conn, "accountant").do("remittance.receive", remittance=sent, on=day, amount="7.00")
    desk.both("remittance.undo", remittance=sent, on=day, reason="录错")
    about = desk.do("complaint.receive", area=COUNTY, about="office", on=day, said="窗口慢")["complaint"]
    Desk(conn, "reviewer").do("complaint.answer", complaint=about, on=day, upheld=True, said="已整改")


def ended(conn: psycopg.Connection, table: str) -> None:
    """The first row of a table that is held, ended as the guards have it."""
    conn.execute(
        f"UPDATE office.{table} SET recorded_to = now(), ended_by = 'test', ended_because = 'test' WHERE id = "
        f"(SELECT min(id) FROM office.{table} WHERE recorded_to = 'infinity')"
    )


def planted(conn: psycopg.Connection, statement: str, *values: Any) -> None:
    """One row written with the triggers switched off, in a transaction that is under way."""
    conn.execute(UNGUARDED)
    done = conn.execute(statement, values)
    conn.execute(GUARDED)
    assert done.rowcount == 1


def found(registry: Registry) -> tuple[str, str]:
    """The fault that is found: code, where."""
    with registry.conn.transaction():
        fault = check_rows(registry.conn)
    assert fault is not None
    return fault


def no_fault(registry: Registry) -> bool:
    with registry.conn.transaction():
        return check_rows(registry.conn) is None
