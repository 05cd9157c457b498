"""No administrator alone can become the asker and the approver: roles and passwords of others take two of them."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tests.ledger.conftest import dropped, made
from tests.office.conftest import COUNTY, NATION, OTHER_COUNTY, PREFECTURE, Staff, granted
from tongchou.law import load
from tongchou.ledger import migrate as ledger_migrate
from tongchou.ledger.chart import open_chart
from tongchou.office.books import prepare
from tongchou.office.books.ready import FOLDER
from tongchou.office.frame import staff
from tongchou.office.frame.access import actor, roles_with
from tongchou.office.frame.areas import bring
from tongchou.office.frame.lawbook import running
from tongchou.office.frame.operation import OPERATIONS, decide, run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.requests import command


def refused(code: str) -> Any:
    return pytest.raises(OfficeRefused, match=f"^{code}: ")


def add(conn: psycopg.Connection, who: Staff, name: str) -> None:
    run(conn, who.root, "staff.add", {"area": NATION, "name": name, "shown": name})


def fits(password: str, kept: str) -> bool:
    """Whether the pages let in with a password."""
    return PBKDF2PasswordHasher().verify(password, kept)


def kept_of(conn: psycopg.Connection, name: str) -> str:
    row = conn.execute("SELECT password FROM office.staff WHERE name = %s", [name]).fetchone()
    assert row
    return str(row[0])


class TestRoles:
    def test_a_role_is_asked_for_by_one_and_given_when_another_approves(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        add(office, who, "newcomer")
        given = {"area": COUNTY, "name": "newcomer", "role": "county_clerk"}
        asked = run(office, who.root, "staff.grant", given)["command"]
        assert who.newcomer.grants == ()
        with refused("self_approval"):
            decide(office, who.root, asked, "approved")
        with refused("not_allowed"):
            decide(office, who.reviewer, asked, "approved")
        decide(office, who.root2, asked, "approved")
        assert who.newcomer.grants == (("county_clerk", COUNTY),)
        kept = office.execute("SELECT given_by, command FROM office.grant WHERE staff = 'newcomer'").fetchall()
        assert kept == [("root2", asked)]

    def test_who_gets_a_role_neither_asks_nor_approves(self, office: psycopg.Connection, who: Staff) -> None:
        given = {"area": NATION, "name": "root2", "role": "administrator"}
        with refused("self_granted"):
            run(office, who.root2, "staff.grant", given)
        asked = run(office, who.root, "staff.grant", given)["command"]
        with refused("self_granted"):
            decide(office, who.root2, asked, "approved")
        assert len(who.root2.grants) == 1

    def test_one_administrator_alone_brings_nobody_into_a_business_role(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        """All he may do by himself, tried: two accounts, both business roles, both passwords."""
        for name in ("puppet1", "puppet2"):
            add(office, who, name)
        before = office.execute("SELECT count(*) FROM office.grant").fetchone()
        for name, role in (("puppet1", "county_clerk"), ("puppet2", "county_reviewer"), ("puppet1", "administrator")):
            asked = run(office, who.root, "staff.grant", {"area": COUNTY, "name": name, "role": role})["command"]
            with refused("self_approval"):
                decide(office, who.root, asked, "approved")
        for name in ("puppet1", "clerk", "reviewer", "root2"):
            half = staff.fresh_half()
            asked = run(office, who.root, "staff.reset_password", {"name": name, "half": half})["command"]
            with refused("self_approval"):
                decide(office, who.root, asked, "approved")
            assert kept_of(office, name) == ""
        assert office.execute("SELECT count(*) FROM office.grant").fetchone() == before
        alone = {o.name for o in OPERATIONS.values() if "administrator" in roles_with(o.right) and not o.two_people}
        assert alone == {"staff.add", "staff.revoke", "staff.end", "area.add"}

    def test_an_administrator_of_a_prefecture_gives_none_elsewhere(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        for name in ("local", "local2", "somebody"):
            add(office, who, name)
        for name in ("local", "local2"):
            granted(office, name, "administrator", PREFECTURE)
        elsewhere = {"area": OTHER_COUNTY, "name": "somebody", "role": "county_clerk"}
        with refused("area_outside"):
            run(office, who.local, "staff.grant", elsewhere)
        asked = run(office, who.root, "staff.grant", elsewhere)["command"]
        with refused("area_outside"):
            decide(office, who.local, asked, "approved")
        here = run(office, who.local, "staff.grant", {**elsewhere, "area": COUNTY})["command"]
        decide(office, who.local2, here, "approved")
        assert who.somebody.grants == (("county_clerk", COUNTY),)
        decide(office, who.root2, asked, "approved")
        half = {"name": "somebody", "half": staff.fresh_half()}
        with refused("area_outside"):  # one of his roles lies elsewhere
            run(office, who.local, "staff.reset_password", half)
        both = run(office, who.root, "staff.reset_password", half)["command"]
        with refused("area_outside"):
            decide(office, who.local2, both, "approved")


class TestTheDatabaseHolds:
    ROW = "INSERT INTO office.grant (staff, role, area, given_by, command) VALUES (%s, %s, %s, %s, %s)"

    def test_a_grant_without_the_approved_command_is_refused(self, office: psycopg.Connection, who: Staff) -> None:
        add(office, who, "puppet")
        asked = run(
            office, who.root, "staff.grant", {"area": COUNTY, "name": "puppet", "role": "county_clerk"}
        )["command"]  # fmt: skip
        fine = ("puppet", "county_clerk", COUNTY, "root2", asked)
        wrong = [
            ("puppet", "county_clerk", COUNTY, "root", None),
            ("puppet", "county_clerk", COUNTY, "system", asked),
            fine,  # nobody approved it yet
        ]
        for row in wrong:
            with pytest.raises(psycopg.DatabaseError, match="grant_undecided"):
                office.execute(self.ROW, row)
        office.execute("INSERT INTO office.decision (command, verdict, decided_by) VALUES (%s, 'approved', 'root2')",
                       [asked])  # fmt: skip
        for i, other in ((0, "clerk"), (1, "county_reviewer"), (2, OTHER_COUNTY), (3, "root")):
            with pytest.raises(psycopg.DatabaseError, match="grant_undecided"):
                office.execute(self.ROW, (*fine[:i], other, *fine[i + 1 :]))
        office.execute(self.ROW, fine)
        with pytest.raises(psycopg.errors.UniqueViolation):
            office.execute(self.ROW, fine)

    def test_what_was_approved_by_the_one_it_is_about_does_not_count(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        given = {"area": NATION, "name": "root2", "role": "administrator"}
        asked = run(office, who.root, "staff.grant", given)["command"]
        office.execute("INSERT INTO office.decision (command, verdict, decided_by) VALUES (%s, 'approved', 'root2')",
                       [asked])  # fmt: skip
        with pytest.raises(psycopg.DatabaseError, match="self_granted"):
            office.execute(self.ROW, ("root2", "administrator", NATION, "root2", asked))
        with pytest.raises(psycopg.DatabaseError, match="grant_undecided"):
            office.execute(self.ROW, ("root2", "administrator", NATION, "root", asked))

    def test_nobody_is_called_system(self, office: psycopg.Connection) -> None:
        with pytest.raises(psycopg.errors.CheckViolation):
            office.execute("INSERT INTO office.staff (name, shown) VALUES ('system', 'x')")

    def test_a_password_of_another_takes_the_approved_command(self, office: psycopg.Connection, who: Staff) -> None:
        with refused("password_undecided"):
            run_in(office, lambda: staff.set_password(office, "clerk", "x", "root"))
        asked = run(office, who.root, "staff.reset_password", {"name": "clerk", "half": staff.fresh_half()})["command"]
        for name, by in (("clerk", "root"), ("clerk", "root2"), ("clerk2", "root2")):
            with refused("password_undecided"):
                run_in(office, lambda name=name, by=by: staff.set_password(office, name, "x", by, asked))
        assert kept_of(office, "clerk") == ""
        staff.set_password(office, "clerk", "own")
        staff.set_password(office, "clerk", "owner", staff.SYSTEM)
        assert kept_of(office, "clerk") == "owner"


def run_in(conn: psycopg.Connection, do: Any) -> None:
    """Something in a transaction of its own, with the database's refusals as ours."""
    from tongchou.office.frame.operation import refusing

    with refusing(), conn.transaction():
        do()


class TestPasswords:
    def test_each_administrator_knows_one_half_and_only_both_open(self, office: psycopg.Connection, who: Staff) -> None:
        token = staff.make_token(office, "clerk", "x")
        first = staff.fresh_half()
        asked = run(office, who.root, "staff.reset_password", {"name": "clerk", "half": first}, message="m")
        assert set(asked) == {"command", "would"}
        assert command(office, who.root2, asked["command"]).arguments == {"name": "clerk", "half": "*" * 10}
        done = decide(office, who.root2, asked["command"], "approved")
        second = done["shown_once"]["half"]
        kept = kept_of(office, "clerk")
        assert fits(staff.whole(first, second), kept)
        for guess in (first, second, staff.whole(second, first), staff.whole(first, ""), staff.whole("", second)):
            assert not fits(guess, kept)
        assert staff.must_change(office, "clerk")
        assert staff.bearer(office, token) is None
        everything = str(
            [
                office.execute(f"SELECT to_jsonb(t)::text FROM office.{table} t").fetchall()
                for table in ("command", "command_secret", "decision", "record", "message", "password_set")
            ]
        )
        assert (first in everything, second in everything) == (False, False)
        staff.set_password(office, "clerk", "his own")
        assert not staff.must_change(office, "clerk")

    def test_nobody_asks_for_or_approves_his_own(self, office: psycopg.Connection, who: Staff) -> None:
        half = staff.fresh_half()
        with refused("password_own"):
            run(office, who.root, "staff.reset_password", {"name": "root", "half": half})
        asked = run(office, who.root, "staff.reset_password", {"name": "root2", "half": half})["command"]
        with refused("password_own"):
            decide(office, who.root2, asked, "approved")
        for name in ("clerk", "reviewer", "auditor"):
            with refused("not_allowed"):
                run(office, getattr(who, name), "staff.reset_password", {"name": "clerk2", "half": half})
            with refused("not_allowed"):
                decide(office, getattr(who, name), asked, "approved")

    @pytest.mark.parametrize("half", ["short", "abcdefghi1", "ABCDEFGHJK", "abcdefghjkm"])
    def test_a_half_that_could_be_guessed_is_refused(self, office: psycopg.Connection, who: Staff, half: str) -> None:
        with refused("half_invalid") as e:
            run(office, who.root, "staff.reset_password", {"name": "clerk", "half": half})
        assert half not in json.dumps([e.value.zh, e.value.en]).replace(staff.SIGNS, "")

    def test_whoever_left_gets_none(self, office: psycopg.Connection, who: Staff) -> None:
        half = {"name": "clerk", "half": staff.fresh_half()}
        asked = run(office, who.root, "staff.reset_password", half)["command"]
        run(office, who.root2, "staff.end", {"name": "clerk"})
        with refused("area_changed"):  # he has no role left
            decide(office, who.root2, asked, "approved")
        with refused("staff_unknown"):
            run(office, who.root, "staff.reset_password", half)

    def test_what_the_databases_owner_sets_is_changed_too(self, office: psycopg.Connection) -> None:
        staff.first(office, "made", "x", "hash", "auditor", NATION, handed_over=True)
        assert staff.must_change(office, "made")
        staff.set_password(office, "made", "own")
        assert not staff.must_change(office, "made")
        staff.set_password(office, "made", "reset", staff.SYSTEM)
        assert staff.must_change(office, "made")


def test_roles_and_passwords_of_before_stay(server: str, tmp_path: Path) -> None:
    """An office of before 0007: what one administrator gave holds on; the password he set is still to be changed."""
    name = f"before_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    for file in sorted(FOLDER.glob("*.sql")):
        if file.name < "0007":
            shutil.copy(file, tmp_path / file.name)
    try:
        with psycopg.connect(address) as conn:
            ledger_migrate.migrate(conn)
            open_chart(conn)
            ledger_migrate.migrate(conn, tmp_path, "office")
            bring(conn, load(running()))
            conn.execute("CREATE SCHEMA web CREATE TABLE initial_password (name text, set_by text, set_at timestamptz)")
            for who in ("old", "older"):
                conn.execute("INSERT INTO office.staff (name, shown) VALUES (%s, 'x')", [who])
                conn.execute(
                    "INSERT INTO office.grant (staff, role, area, given_by) VALUES (%s, 'auditor', '000000', 'chief')",
                    [who],
                )
            conn.execute("INSERT INTO web.initial_password VALUES ('old', 'chief', now())")
        assert "0007_two_administrators.sql" in prepare(address).applied
        with psycopg.connect(address) as conn:
            assert (staff.must_change(conn, "old"), staff.must_change(conn, "older")) == (True, False)
            assert actor(conn, "older").grants == (("auditor", "000000"),)
    finally:
        dropped(server, name)
