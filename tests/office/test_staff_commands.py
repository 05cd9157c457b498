"""``office user`` and ``office law``: a real office set up from the command line, by people with passwords."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.interfaces.conftest import tongchou
from tests.ledger.conftest import dropped, made
from tongchou.office.frame.staff import must_change

PASSWORD = "a phrase nobody guesses"


@pytest.fixture
def new_office(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"new_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    monkeypatch.setenv("TONGCHOU_DATABASE_URL", address)
    monkeypatch.setenv("TONGCHOU_PASSWORD", PASSWORD)
    assert tongchou("office", "migrate").returncode == 0
    yield address
    dropped(server, name)


def add(name: str, role: str) -> None:
    done = tongchou("office", "user", "add", name, "--role", role, "--area", "000000", "--shown", name)
    assert done.returncode == 0, done.stderr


def refused(*words: str) -> str:
    done = tongchou("office", *words)
    assert (done.returncode, done.stdout) == (1, ""), done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.split(":")[0]


def test_one_proposes_the_law_and_another_approves(new_office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add("legal1", "prefecture_accountant")
    add("legal2", "prefecture_accountant")
    asked = json.loads(tongchou("office", "law", "propose", "--by", "legal1", "--json").stdout)
    assert asked["would"]["diff"]["added"]
    assert refused("law", "approve", str(asked["command"]), "--by", "legal1") == "self_approval"
    monkeypatch.setenv("TONGCHOU_PASSWORD", "another phrase")
    assert refused("law", "approve", str(asked["command"]), "--by", "legal2") == "login_failed"
    monkeypatch.setenv("TONGCHOU_PASSWORD", PASSWORD)
    assert tongchou("office", "law", "approve", str(asked["command"]), "--by", "legal2").returncode == 0
    (version,) = json.loads(tongchou("office", "law", "list", "--json").stdout)
    assert (version["asked_by"], version["approved_by"]) == ("legal1", "legal2")
    assert version["version"] in tongchou("office", "law", "list", "--lang", "en").stdout


def test_without_an_approved_law_the_office_does_not_serve(new_office: str) -> None:
    assert refused("serve", "--port", "18999") == "law_not_approved"


def test_people_are_added_listed_and_given_tokens(new_office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add("chief", "administrator")
    (chief,) = json.loads(tongchou("office", "user", "list", "--json").stdout)
    assert [(g["role"], g["area"]) for g in chief["grants"]] == [("administrator", "000000")]
    assert "系统管理员 000000" in tongchou("office", "user", "list", "--lang", "zh").stdout
    token = tongchou("office", "user", "token", "chief", "--purpose", "test").stdout.strip()
    assert len(token) > 40
    with psycopg.connect(new_office) as conn:
        assert must_change(conn, "chief")
        noted = conn.execute("SELECT operation FROM office.record WHERE actor = 'system' ORDER BY id").fetchall()
        assert [o for (o,) in noted if o.startswith("staff.")] == ["staff.first", "staff.token"]
        kept = str(conn.execute("SELECT to_jsonb(s)::text FROM office.staff s").fetchall())
        kept += str(conn.execute("SELECT to_jsonb(r)::text FROM office.record r").fetchall())
    assert PASSWORD not in kept
    assert token not in kept
    assert refused("user", "add", "chief", "--role", "auditor", "--area", "000000") == "staff_exists"
    assert refused("user", "add", "other", "--role", "king", "--area", "000000") == "argument_invalid"
    assert refused("user", "add", "other", "--role", "auditor", "--area", "999999") == "area_unknown"
    assert refused("user", "token", "nobody", "--purpose", "x") == "staff_unknown"
    assert refused("user", "token", "chief", "--purpose", " ") == "purpose_missing"
    assert refused("user", "password", "nobody") == "staff_unknown"
    monkeypatch.setenv("TONGCHOU_PASSWORD", "12345")
    assert refused("user", "password", "chief") == "password_weak"
    monkeypatch.delenv("TONGCHOU_PASSWORD")
    assert len(tongchou("office", "user", "password", "chief").stdout.split()[-1]) > 12
    assert refused("law", "propose", "--by", "chief") == "password_missing"
