"""Numbers sealed anew under a new key, batch by batch; found and shown as before."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.office.conftest import COUNTY, NATION
from tongchou.office import sheets
from tongchou.office.frame import secrecy
from tongchou.office.frame.operation import decide
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.jobs.worker import do_job
from tongchou.office.registry import keys
from tongchou.office.registry.keys import left, rotate
from tongchou.office.registry.persons import find_by_number
from tongchou.office.registry.search import reveal

from .conftest import Office, number

OLD, NEW = (base64.b64encode(bytes([i]) * 32).decode() for i in (1, 2))


def use(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv(secrecy.KEYS, keys)
    secrecy.forget()


@pytest.fixture
def old_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use(monkeypatch, f"a:{OLD}")
    yield
    monkeypatch.delenv(secrecy.KEYS)
    secrecy.forget()


def test_numbers_are_sealed_anew_under_the_newest_key_and_a_stop_loses_nothing(
    desk: Office, old_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [desk.person() for _ in range(7)]
    desk.run("person.correct", person=people[0], name="换名", evidence="户口簿")
    use(monkeypatch, f"b:{NEW},a:{OLD}")
    assert left(desk.conn) == 8
    assert rotate(desk.conn, most=3, batch=2) == 3
    assert (left(desk.conn), rotate(desk.conn, batch=2), rotate(desk.conn)) == (5, 5, 0)
    use(monkeypatch, f"b:{NEW}")
    for i, person in enumerate(people):
        assert reveal(desk.conn, desk.who("clerk"), person, "核对") == number(i + 1)
        assert find_by_number(desk.conn, "resident_id", number(i + 1)) == person
    rows = desk.conn.execute(
        "SELECT content ->> 'key', sum((content ->> 'numbers')::int) FROM office.record "
        "WHERE operation = 'keys.rotated' GROUP BY 1"
    ).fetchall()
    assert rows == [("b", 8)]


def test_a_key_that_is_gone_is_named_and_nothing_is_lost(
    desk: Office, old_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = desk.person()
    use(monkeypatch, f"b:{NEW}")
    with pytest.raises(OfficeRefused) as e:
        rotate(desk.conn)
    assert e.value.code == "key_missing"
    assert left(desk.conn) == 1
    use(monkeypatch, f"b:{NEW},a:{OLD}")
    assert reveal(desk.conn, desk.who("clerk"), person, "核对") == number(1)


def test_the_seal_alone_may_change_by_raw_sql_too(desk: Office) -> None:
    desk.person()
    desk.conn.execute("UPDATE office.person_version SET sealed = 'b:x'")
    with pytest.raises(psycopg.Error) as e:
        desk.conn.execute("UPDATE office.person_version SET sealed = 'b:y', digest = sha256('1'), masked = '1'")
    assert e.value.sqlstate == "TO001"


def test_a_seal_that_was_exchanged_is_found(desk: Office) -> None:
    people = [desk.person() for _ in range(5)]
    desk.run("person.correct", person=people[0], name="李四", evidence="更正")
    assert keys.first_wrong_seal(desk.conn) is None
    assert keys.first_wrong_seal(desk.conn, 2) is None
    assert keys.first_wrong_seal(desk.conn, 0) is None
    swap = "UPDATE office.person_version SET sealed = %s WHERE person = %s"
    whole = desk.conn.execute("SELECT sealed FROM office.person_version WHERE person = %s", [people[3]]).fetchone()
    assert whole
    for sealed, code in ((secrecy.seal(number(2)), "sealed_differs"), (whole[0][:-8] + "AAAAAAA=", "sealed_damaged")):
        desk.conn.execute(swap, [sealed, people[3]])
        found = keys.first_wrong_seal(desk.conn)
        assert found
        assert (found.code, found.person) == (code, people[3])
        assert keys.first_wrong_seal(desk.conn, 100) == found
    desk.conn.execute(swap, [whole[0], people[3]])
    assert keys.first_wrong_seal(desk.conn) is None


def test_commands_and_files_are_sealed_anew_and_open_without_the_old_key(
    desk: Office, registry_address: str, old_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited for approval before the rotation is approved after the old key is gone; so is a command of before
    seals stood beside it; a file comes back as it was sent."""
    desk.person()
    content = "姓名,证件号码\n王建国,11010119900307123X\n".encode()
    job = sheets.start(desk.conn, desk.who("clerk"), "people", COUNTY, "a.csv", content)
    given = {"name": "clerk", "half": "abcdefghjk"}
    waiting = [desk.run("staff.reset_password", "root", **given)["command"] for _ in range(2)]
    before = desk.conn.execute("SELECT to_jsonb(c) FROM office.command c ORDER BY id").fetchall()
    inside = desk.conn.execute(
        "INSERT INTO office.command (operation, area, arguments, shown, asked_by) "
        "SELECT operation, area, jsonb_build_object('name', 'clerk', 'half', %s::text), shown, asked_by "
        "FROM office.command WHERE id = %s RETURNING id",
        [secrecy.seal("abcdefghjk"), waiting[0]],
    ).fetchone()
    assert inside
    use(monkeypatch, f"b:{NEW},a:{OLD}")
    assert keys.sealed_by(desk.conn) == {"b": keys.Sealed(), "a": keys.Sealed(1, 3, 1)}
    assert (rotate(desk.conn, most=2), rotate(desk.conn, batch=1), rotate(desk.conn)) == (2, 3, 0)
    assert keys.sealed_by(desk.conn) == {"b": keys.Sealed(1, 3, 1), "a": keys.Sealed()}
    use(monkeypatch, f"b:{NEW}")
    for command in (*waiting, inside[0]):
        assert decide(desk.conn, desk.who("root2"), command, "approved")["staff"] == "clerk"
    file = desk.conn.execute("SELECT content FROM office.file").fetchone()
    assert file
    assert b"19900307" not in bytes(file[0])
    do_job(job, registry_address)
    assert sheets.read(sheets.result(desk.conn, desk.who("clerk"), job)[1]).columns["证件号码"] == [
        "11010119900307123X"
    ]
    after = desk.conn.execute("SELECT to_jsonb(c) FROM office.command c ORDER BY id").fetchall()
    assert after[: len(before)] == before, "a command is never changed"


def test_an_argument_whose_seal_was_exchanged_is_not_approved(desk: Office) -> None:
    command, other = (
        desk.run("staff.reset_password", "root", name="clerk", half=half)["command"]
        for half in ("abcdefghjk", "bcdefghjkm")
    )
    change = "UPDATE office.command_secret SET sealed = %s WHERE command = %s"
    row = desk.conn.execute("SELECT sealed FROM office.command_secret WHERE command = %s", [other]).fetchone()
    assert row
    for sealed in (row[0], secrecy.seal("zzzzzzzzzz")):
        desk.conn.execute(change, [sealed, command])
        with pytest.raises(OfficeRefused, match="sealed_damaged"):
            decide(desk.conn, desk.who("root2"), command, "approved")
    for statement in (
        "UPDATE office.command_secret SET digest = sha256('1')",
        "DELETE FROM office.command_secret",
        "TRUNCATE office.command_secret",
    ):
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement)
        assert e.value.sqlstate == "TO001"


@pytest.mark.parametrize("column", ["name", "digest", "area", "kept_by", "kept_at"])
def test_of_a_file_the_seal_alone_may_change(desk: Office, column: str) -> None:
    sheets.start(desk.conn, desk.who("clerk"), "people", COUNTY, "a.csv", "姓名,证件号码\n甲,1\n".encode())
    value = {"digest": "sha256('1')", "area": f"'{NATION}'", "kept_by": "'root'", "kept_at": "now()"}.get(column, "'x'")
    for statement in (f"UPDATE office.file SET {column} = {value}", "DELETE FROM office.file",
                      "TRUNCATE office.file"):  # fmt: skip
        with pytest.raises(psycopg.Error) as e:
            desk.conn.execute(statement)
        assert e.value.sqlstate == "TO001"


def test_keys_are_counted_rotated_and_told_apart_on_the_command_line(
    desk: Office, registry_address: str, old_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", registry_address)
    desk.person()
    desk.run("staff.reset_password", "root", name="clerk", half="abcdefghjk")

    def told(*words: str) -> tuple[int, dict[str, str], str]:
        done = tongchou("office", "keys", "--json", *words)
        rows = json.loads(done.stdout)["keys"]
        state = {r["key"]: f"{r['numbers']} {r['arguments']} {r['newest']} {r['there']} {r['may_go']}" for r in rows}
        return done.returncode, state, done.stderr

    assert told() == (0, {"a": "1 1 True True False"}, "")
    use(monkeypatch, f"b:{NEW}")
    code, state, said = told()
    assert (code, state["a"]) == (1, "1 1 False False False")
    assert said.startswith("key_missing: a")
    use(monkeypatch, f"b:{NEW},a:{OLD}")
    assert told()[1]["a"] == "1 1 False True False"
    assert told("--rotate")[1] == {"b": "1 1 True True False", "a": "0 0 False True True"}
    assert "可移除" in tongchou("office", "keys", "--lang", "zh").stdout
