"""The frame of operations: two people, the sender's id, rights, what is kept when something goes wrong."""

from __future__ import annotations

import json
import threading
from typing import Annotated, Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, NATION, PREFECTURE, Staff
from tongchou.office.frame import secrecy, staff
from tongchou.office.frame.access import actor
from tongchou.office.frame.fields import area, money, text
from tongchou.office.frame.operation import OPERATIONS, Work, decide, operation, run, try_out
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.requests import command, commands


@pytest.fixture
def notes(office: psycopg.Connection) -> Any:
    """Two operations of the test's own on a table of its own: one for one person, one for two."""
    office.execute("CREATE TABLE office.note (said text UNIQUE, number text, fen bigint)")

    @operation("note.say", "记事", "say", "registry.write")
    def say(work: Work, *, area: Annotated[str, area()], said: Annotated[str, text("内容", "text")]) -> dict[str, Any]:
        if said == "cut":
            work.conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        work.conn.execute("INSERT INTO office.note (said) VALUES (%s)", [said])
        work.subject = f"note:{said}"
        return {"said": said}

    @operation("note.pay", "付款", "pay", "books.write", review="books.review")
    def pay(
        work: Work,
        *,
        area: Annotated[str, area()],
        number: Annotated[str, text("证件号码", "number", hidden=True)],
        sum_paid: Annotated[int, money("金额", "sum")],
    ) -> dict[str, Any]:
        if work.conn.execute("SELECT 1 FROM office.note WHERE said = 'stop'").fetchone():
            raise OfficeRefused("argument_invalid", "已停付", "stopped")
        work.conn.execute("INSERT INTO office.note (number, fen) VALUES (%s, %s)", [number, sum_paid])
        return {"fen": sum_paid}

    yield
    del OPERATIONS["note.say"], OPERATIONS["note.pay"]


def rows(conn: psycopg.Connection) -> list[Any]:
    return conn.execute("SELECT said, number, fen FROM office.note ORDER BY 1, 3").fetchall()


def records(conn: psycopg.Connection, name: str) -> list[Any]:
    return conn.execute("SELECT actor, content FROM office.record WHERE operation = %s ORDER BY id", [name]).fetchall()


def refused(code: str) -> Any:
    return pytest.raises(OfficeRefused, match=f"^{code}: ")


PAY = {"area": COUNTY, "number": "532301197001010011", "sum_paid": "12.34"}


@pytest.mark.usefixtures("notes")
class TestOnePerson:
    def test_what_is_done_is_recorded_with_whom_where_and_what(self, office: psycopg.Connection, who: Staff) -> None:
        assert run(office, who.clerk, "note.say", {"area": COUNTY, "said": "a"}) == {"said": "a"}
        assert records(office, "note.say") == [
            ("clerk", {"answer": {"said": "a"}, "arguments": {"area": COUNTY, "said": "a"}})
        ]

    def test_the_same_message_is_done_once_and_answered_again(self, office: psycopg.Connection, who: Staff) -> None:
        first = run(office, who.clerk, "note.say", {"area": COUNTY, "said": "a"}, message="m1")
        again = run(office, who.clerk, "note.say", {"area": COUNTY, "said": "a"}, message="m1")
        assert again == {**first, "again": True}
        assert len(rows(office)) == len(records(office, "note.say")) == 1

    def test_the_same_message_with_other_content_is_refused(self, office: psycopg.Connection, who: Staff) -> None:
        run(office, who.clerk, "note.say", {"area": COUNTY, "said": "a"}, message="m1")
        with refused("message_reused"):
            run(office, who.clerk, "note.say", {"area": COUNTY, "said": "b"}, message="m1")
        run(office, who.clerk2, "note.say", {"area": COUNTY, "said": "b"}, message="m1")  # another sender's own m1
        assert len(rows(office)) == 2

    def test_a_double_click_at_one_moment_is_done_once(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        answers: list[Any] = []

        def click() -> None:
            with psycopg.connect(office_address, autocommit=True) as conn:
                answers.append(run(conn, actor(conn, "clerk"), "note.say", {"area": COUNTY, "said": "a"}, message="m"))

        threads = [threading.Thread(target=click) for _ in range(4)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(a.get("again", False) for a in answers) == [False, True, True, True]
        assert len(rows(office)) == 1

    def test_a_refused_message_may_come_again(self, office: psycopg.Connection, who: Staff) -> None:
        with refused("area_outside"):
            run(office, who.stranger, "note.say", {"area": COUNTY, "said": "a"}, message="m")
        assert office.execute("SELECT count(*) FROM office.message").fetchone() == (0,)

    def test_the_database_going_away_in_the_middle_leaves_nothing(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        with psycopg.connect(office_address, autocommit=True) as conn, refused("database_lost"):
            run(conn, who.clerk, "note.say", {"area": COUNTY, "said": "cut"}, message="m")
        assert rows(office) == records(office, "note.say") == []
        assert office.execute("SELECT count(*) FROM office.message").fetchone() == (0,)

    def test_what_others_hold_is_no_lost_connection(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        with psycopg.connect(office_address) as other, psycopg.connect(office_address, autocommit=True) as conn:
            other.execute("LOCK TABLE office.note IN SHARE MODE")
            conn.execute("SET lock_timeout = '50ms'")
            with refused("database_busy"):
                run(conn, who.clerk, "note.say", {"area": COUNTY, "said": "a"}, message="m")
            other.rollback()
            assert run(conn, who.clerk, "note.say", {"area": COUNTY, "said": "a"}, message="m") == {"said": "a"}
        assert len(records(office, "note.say")) == 1

    def test_a_trial_answers_and_keeps_nothing(self, office: psycopg.Connection, who: Staff) -> None:
        assert try_out(office, who.clerk, "note.say", {"area": COUNTY, "said": "a"}) == {"said": "a"}
        assert rows(office) == records(office, "note.say") == []


@pytest.mark.usefixtures("notes")
class TestTwoPeople:
    def test_asked_by_one_done_when_another_approves(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)
        assert rows(office) == []
        done = decide(office, who.reviewer, asked["command"], "approved")
        assert (done["verdict"], done["fen"]) == ("approved", 1234)
        assert rows(office) == [(None, "532301197001010011", 1234)]

    def test_who_asked_cannot_approve_neither_here_nor_by_sql(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.accountant, "note.pay", PAY)["command"]
        with refused("self_approval"):
            decide(office, who.accountant, asked, "approved")
        with pytest.raises(psycopg.DatabaseError, match="self_approval"):
            office.execute(
                "INSERT INTO office.decision (command, verdict, decided_by) VALUES (%s, 'approved', 'accountant')",
                [asked],
            )
        with refused("self_approval"):
            decide(office, who.accountant, asked, "rejected", "no")
        assert rows(office) == []
        decide(office, who.accountant2, asked, "approved")
        assert len(rows(office)) == 1

    def test_a_decision_is_made_once(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        with refused("reason_missing"):
            decide(office, who.reviewer, asked, "rejected", " ")
        decide(office, who.reviewer, asked, "rejected", "sum is wrong")
        for name in ("reviewer", "accountant"):
            with refused("command_decided"):
                decide(office, getattr(who, name), asked, "approved")
        assert rows(office) == []

    def test_only_who_asked_withdraws(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        with refused("not_the_asker"):
            decide(office, who.reviewer, asked, "withdrawn")
        assert decide(office, who.clerk, asked, "withdrawn")["verdict"] == "withdrawn"
        with refused("command_decided"):
            decide(office, who.reviewer, asked, "approved")

    def test_what_changed_since_is_refused_at_approval_and_the_command_stays_open(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        run(office, who.clerk, "note.say", {"area": COUNTY, "said": "stop"})
        with refused("argument_invalid"):
            decide(office, who.reviewer, asked, "approved")
        assert [c.id for c in commands(office, who.reviewer, open_only=True)] == [asked]
        office.execute("DELETE FROM office.note")
        decide(office, who.reviewer, asked, "approved")

    def test_a_refusal_comes_to_who_asks(self, office: psycopg.Connection, who: Staff) -> None:
        run(office, who.clerk, "note.say", {"area": COUNTY, "said": "stop"})
        with refused("argument_invalid"):
            run(office, who.clerk, "note.pay", PAY)
        assert commands(office, who.clerk) == []

    def test_a_number_is_sealed_in_the_command_and_masked_elsewhere(
        self, office: psycopg.Connection, who: Staff
    ) -> None:
        asked = run(office, who.clerk, "note.pay", PAY, message="m")["command"]
        decide(office, who.reviewer, asked, "approved")
        assert command(office, who.clerk, asked).arguments["number"] == "532*************11"
        office.execute("DELETE FROM office.note")
        for table in ("command", "command_secret", "decision", "record", "message"):
            kept = office.execute(f"SELECT to_jsonb(t)::text FROM office.{table} t").fetchall()
            assert not [row for row in kept if "197001010011" in row[0]], table
        sealed = office.execute("SELECT sealed FROM office.command_secret WHERE command = %s", [asked]).fetchone()
        assert sealed
        assert secrecy.unseal(sealed[0]) == PAY["number"]

    def test_approval_takes_the_right_in_that_area(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        with refused("not_allowed"):
            decide(office, who.clerk2, asked, "approved")
        with refused("not_allowed"):
            decide(office, who.auditor, asked, "approved")
        with refused("command_unknown"):
            decide(office, who.reviewer, asked + 1, "approved")

    def test_two_approvals_at_one_moment_do_it_once(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        outcomes: list[str] = []

        def approve(name: str) -> None:
            with psycopg.connect(office_address, autocommit=True) as conn:
                try:
                    decide(conn, actor(conn, name), asked, "approved")
                    outcomes.append("done")
                except OfficeRefused as e:
                    outcomes.append(e.code)

        threads = [threading.Thread(target=approve, args=[n]) for n in ("reviewer", "accountant", "accountant2")]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(outcomes) == ["command_decided", "command_decided", "done"]
        assert len(rows(office)) == 1

    def test_commands_are_seen_by_those_they_concern(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        for name in ("clerk", "reviewer", "accountant", "auditor"):
            assert asked in [c.id for c in commands(office, getattr(who, name))], name
        for name in ("stranger", "root"):
            assert asked not in [c.id for c in commands(office, getattr(who, name))], name
            with pytest.raises(OfficeRefused):
                command(office, getattr(who, name), asked)


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"said": "a"}, "argument_missing", "area"),
        ({"area": COUNTY, "said": "  "}, "argument_missing", "said"),
        ({"area": COUNTY, "said": "a", "sad": "b"}, "unknown_argument", "sad"),
        ({"area": "53", "said": "a"}, "argument_invalid", "area"),
        ({"area": COUNTY, "said": 3}, "argument_invalid", "said"),
        ({"area": COUNTY, "said": "a\x00"}, "argument_invalid", "said"),
        ({"area": "999999", "said": "a"}, "area_unknown", "area"),
    ],
)
def test_arguments_are_refused_by_name(
    office: psycopg.Connection, who: Staff, given: dict[str, Any], code: str, field: str
) -> None:
    with refused(code) as e:
        run(office, who.clerk, "note.say", given)
    assert e.value.field == field
    assert e.value.said("zh").startswith(f"{code}: ")


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("bad", ["-1", "1.005", "1e3", 12.34, 12, "", "１２"])
def test_money_is_text_with_two_decimals(office: psycopg.Connection, who: Staff, bad: Any) -> None:
    with pytest.raises(OfficeRefused) as e:
        run(office, who.clerk, "note.pay", {**PAY, "sum_paid": bad})
    assert (e.value.code, e.value.field) in {("argument_invalid", "sum_paid"), ("argument_missing", "sum_paid")}


def test_no_operation_of_that_name(office: psycopg.Connection, who: Staff) -> None:
    with refused("operation_unknown"):
        run(office, who.clerk, "note.shout", {})


class TestStaff:
    def test_an_administrator_has_no_business_beside_it(self, office: psycopg.Connection, who: Staff) -> None:
        with refused("roles_mixed"):
            run(office, who.root, "staff.grant", {"area": NATION, "name": "clerk", "role": "administrator"})
        with refused("roles_mixed"):
            run(office, who.root2, "staff.grant", {"area": NATION, "name": "root", "role": "auditor"})

    def test_an_administrator_sees_no_business(self, office: psycopg.Connection, who: Staff) -> None:
        rights = json.loads(json.dumps(staff.rights_file()["rights"]))
        with_admin = {name for name, told in rights.items() if "administrator" in told["roles"]}
        assert with_admin == {"staff.read", "staff.write", "staff.review"}

    def test_a_role_ends_and_what_was_given_stays_on_record(self, office: psycopg.Connection, who: Staff) -> None:
        grant = office.execute("SELECT id FROM office.grant_now WHERE staff = 'clerk'").fetchone()
        assert grant
        run(office, who.root, "staff.revoke", {"grant": grant[0]})
        assert who.clerk.grants == ()
        with refused("grant_ended"):
            run(office, who.root, "staff.revoke", {"grant": grant[0]})
        with refused("grant_unknown"):
            run(office, who.root, "staff.revoke", {"grant": 10**9})
        assert office.execute("SELECT count(*) FROM office.grant WHERE staff = 'clerk'").fetchone() == (1,)

    def test_names_are_taken_once_and_look_like_names(self, office: psycopg.Connection, who: Staff) -> None:
        with refused("staff_exists"):
            run(office, who.root, "staff.add", {"area": NATION, "name": "clerk", "shown": "x"})
        for bad in ("Clerk", "a", "system", "张三"):
            with refused("argument_invalid"):
                run(office, who.root, "staff.add", {"area": NATION, "name": bad, "shown": "x"})
        with refused("staff_unknown"):
            run(office, who.root, "staff.grant", {"area": NATION, "name": "nobody", "role": "auditor"})
        with refused("staff_unknown"):
            actor(office, "nobody")

    def test_a_token_stands_for_one_person_until_it_ends(self, office: psycopg.Connection) -> None:
        with refused("purpose_missing"):
            staff.make_token(office, "clerk", " ")
        token = staff.make_token(office, "clerk", "hospital interface")
        assert staff.bearer(office, token) == "clerk"
        assert staff.bearer(office, token + "x") is None
        kept = office.execute("SELECT to_jsonb(t)::text FROM office.token t").fetchall()
        assert token not in str(kept)
        short = staff.make_token(office, "clerk", "short", days=-1)
        assert staff.bearer(office, short) is None
        assert staff.end_tokens(office, "clerk", "root") == 2
        assert staff.bearer(office, token) is None

    def test_somebody_who_left_is_nobody(self, office: psycopg.Connection) -> None:
        token = staff.make_token(office, "clerk", "x")
        office.execute("UPDATE office.staff SET active = false WHERE name = 'clerk'")
        assert staff.bearer(office, token) is None
        with refused("staff_unknown"):
            actor(office, "clerk")


class TestAreas:
    def test_a_county_lies_below_a_prefecture_of_its_code(self, office: psycopg.Connection, who: Staff) -> None:
        for parent, code in ((PREFECTURE, "530103"), (COUNTY, "532302")):
            with refused("area_misplaced"):
                run(office, who.root, "area.add", {"parent": parent, "code": code, "zh": "某", "en": "X"})
        with refused("area_exists"):
            run(office, who.root, "area.add", {"parent": PREFECTURE, "code": COUNTY, "zh": "某", "en": "X"})
        with pytest.raises(psycopg.DatabaseError, match="area_misplaced"):
            office.execute(
                "INSERT INTO office.area (code, parent, level, zh, en) VALUES ('539999', '530000', 'county', '某', 'X')"
            )


@pytest.mark.parametrize(
    "table", ["area", "grant", "token", "command", "record", "law_tree", "law_version", "decision", "password_set"]
)
def test_nothing_recorded_is_changed_by_sql_either(office: psycopg.Connection, table: str) -> None:
    column = office.execute(
        "SELECT column_name FROM information_schema.columns WHERE (table_schema, table_name) = ('office', %s) "
        "ORDER BY ordinal_position LIMIT 1",
        [table],
    ).fetchone()
    assert column
    named = {"grant": "area", "command": "area", "record": "area", "password_set": "staff"}.get(table, column[0])
    if table == "token":
        staff.make_token(office, "clerk", "x")
    if table == "password_set":
        staff.set_password(office, "clerk", "x")
    for statement in (
        f"DELETE FROM office.{table}",
        f"TRUNCATE office.{table} CASCADE",
        f"UPDATE office.{table} SET {named} = {named}",
    ):
        with pytest.raises(psycopg.DatabaseError, match="append_only"):
            office.execute(statement)


@pytest.mark.usefixtures("notes")
class TestWhatChangedBetweenAskingAndApproving:
    def test_an_asker_whose_role_was_taken_back_asks_no_more(self, office: psycopg.Connection, who: Staff) -> None:
        asked = run(office, who.clerk, "note.pay", PAY)["command"]
        grant = office.execute("SELECT id FROM office.grant_now WHERE staff = 'clerk'").fetchone()
        assert grant
        run(office, who.root, "staff.revoke", {"grant": grant[0]})
        with refused("not_allowed"):
            decide(office, who.reviewer, asked, "approved")
        run(office, who.root, "staff.end", {"name": "clerk"})
        with refused("staff_unknown"):
            decide(office, who.reviewer, asked, "approved")
        assert rows(office) == []

    def test_a_record_that_moved_away_is_asked_for_anew(self, office: psycopg.Connection, who: Staff) -> None:
        code = "91532301MA6K0000X" + "0"
        made = office.execute("INSERT INTO office.employer DEFAULT VALUES RETURNING id").fetchone()
        assert made
        into = "INSERT INTO office.employer_version (employer, area, code, name, kind, recorded_by) VALUES (%s, %s, %s, 'x', 'employer', 'x')"  # noqa: E501
        office.execute(into, [made[0], COUNTY, code])
        given = {"employer": made[0], "standing": "hardship", "since": "2023-01-01", "evidence": "x"}
        asked = run(office, who.clerk, "employer.set_standing", given)["command"]
        office.execute(
            "UPDATE office.employer_version SET recorded_to = clock_timestamp(), ended_by = 'x', ended_because = 'x' "
            "WHERE employer = %s",
            [made[0]],
        )
        office.execute(into, [made[0], "530102", code])
        with refused("area_changed"):
            decide(office, who.reviewer, asked, "approved")


class TestLeaving:
    def test_whoever_leaves_has_no_roles_tokens_or_login(self, office: psycopg.Connection, who: Staff) -> None:
        token = staff.make_token(office, "clerk", "x")
        with refused("self_granted"):
            run(office, who.root, "staff.end", {"name": "root"})
        run(office, who.root, "staff.end", {"name": "clerk"})
        assert staff.bearer(office, token) is None
        assert office.execute("SELECT count(*) FROM office.grant_now WHERE staff = 'clerk'").fetchone() == (0,)
        with refused("staff_unknown"):
            run(office, who.root, "staff.end", {"name": "clerk"})


@pytest.mark.usefixtures("notes")
def test_an_id_number_in_free_text_is_refused_and_not_repeated(office: psycopg.Connection, who: Staff) -> None:
    number = "532301197001010011"
    with refused("number_in_text") as e:
        run(office, who.clerk, "note.say", {"area": COUNTY, "said": f"张三 {number}"})
    assert number not in e.value.zh + e.value.en
    with pytest.raises(OfficeRefused) as e2:
        run(office, who.clerk, "note.pay", {**PAY, "sum_paid": number + "."})
    assert number not in e2.value.zh + e2.value.en
    with refused("argument_invalid"):
        run(office, who.clerk, "note.say", {"area": COUNTY, "said": "\ud800"})
