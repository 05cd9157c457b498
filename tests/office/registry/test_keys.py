"""Numbers sealed anew under a new key, batch by batch; found and shown as before."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import psycopg
import pytest

from tongchou.office.frame import secrecy
from tongchou.office.frame.refusal import OfficeRefused
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
