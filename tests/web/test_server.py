"""The server itself: what it refuses to start with, what it says when the database goes away, what its log holds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg

from tests.ledger.conftest import dropped, made
from tests.web.conftest import PASSWORD, Site, free_port, started, stopped
from tongchou.office.books import prepare


def served(address: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    code = f"from tongchou.interfaces.web.server import serve; serve({free_port()})"
    whole = {**os.environ, "TONGCHOU_DATABASE_URL": address, "TONGCHOU_DATA": str(folder), **env}
    return subprocess.run([sys.executable, "-c", code], env=whole, capture_output=True, text=True, timeout=120)


def test_it_does_not_start_without_database_office_or_law(server: str, tmp_path: Path) -> None:
    nowhere = served("postgresql://127.0.0.1:1/nix", tmp_path)
    assert (nowhere.returncode, nowhere.stderr.startswith("database_unreachable")) == (1, True)
    name = f"web_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    try:
        empty = served(address, tmp_path)
        assert (empty.returncode, empty.stderr.startswith("books_missing")) == (1, True), empty.stderr
        prepare(address)
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute("DELETE FROM queue.applied WHERE name = (SELECT max(name) FROM queue.applied)")
            behind = served(address, tmp_path)
            assert (behind.returncode, behind.stderr.startswith("migration_pending")) == (1, True), behind.stderr
            conn.execute("DROP SCHEMA queue CASCADE")
        prepare(address)
        with psycopg.connect(address) as conn:
            first = conn.execute("SELECT count(*) FROM office.law_version").fetchone()
        if first == (0,):
            lawless = served(address, tmp_path)
            assert (lawless.returncode, lawless.stderr.startswith("law_not_approved")) == (1, True), lawless.stderr
    finally:
        dropped(server, name)


def test_a_database_that_goes_away_is_said(server: str, office_template: str, tmp_path: Path) -> None:
    name = f"web_{uuid.uuid4().hex[:12]}"
    address = made(server, name, office_template)
    process, url, log = started(address, tmp_path)
    site = Site(url, address, log)
    try:
        visitor = site.browser("clerk")
        assert visitor.get("/office/").status == 200
        token = site.token("clerk")
        dropped(server, name)
        away = visitor.get("/office/")
        assert (away.status, "database_unreachable" in away.text or "database_lost" in away.text) == (503, True)
        assert "数据库" in away.words
        told = site.call("", "GET", "/api/areas", Authorization=f"Bearer {token}")
        assert (told.status, told.json["code"]) == (503, "database_unreachable")
        made(server, name, office_template)
        again = site.browser("clerk")
        assert again.get("/office/").status == 200, "it goes on by itself when the database is back"
    finally:
        stopped(process)
        dropped(server, name)


def test_connections_that_were_cut_are_made_anew(site: Site) -> None:
    visitor = site.browser("clerk")
    assert visitor.get("/office/").status == 200
    site.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    time.sleep(0.2)
    assert [visitor.get("/office/").status for _ in range(4)] == [200] * 4


def test_the_log_tells_no_facts_of_a_person(site: Site) -> None:
    visitor = site.browser()
    visitor.log_in("nobody-of-that-name", "a-password-in-vain")
    for path in ("/office/people/?text={n}", "/api/people?text={n}", "/office/{n}/", "/api/people/{n}/reveal"):
        visitor.get(path.format(n="530102199001011234"))
        site.call("clerk", "POST", path.format(n="530102199001011234"), {"purpose": "530102199001011234"})
    for line in (b"GET /api/people?text=530102199001011234&name=\xe7\x8e\x8b HTTP/9.9", b"530102199001011234",
                 b"GET /a?530102199001011234 HTTP/1.1\r\nX 530102199001011234: 1",
                 b"GET /a HTTP/1.1\r\nContent-Length: 530102199001011234x"):  # fmt: skip
        _raw(site, line)
    text = site.log.read_text()
    assert "Invalid" in text, "what is no request at all is said, without what it was"
    for secret in (PASSWORD, "a-password-in-vain", "nobody-of-that-name", "530102199001011234"):
        assert secret not in text


def _raw(site: Site, head: bytes) -> None:
    host, _, port = site.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as s:
        s.sendall(head + b"\r\n\r\n")
        s.recv(1000)


def test_the_secret_is_its_owners_only(site: Site) -> None:
    file = site.log.parent / "web-secret"
    assert (file.stat().st_mode & 0o777, len(file.read_text()) > 50) == (0o600, True)


def test_a_log_line_holds_places_and_no_values() -> None:
    import logging

    from tongchou.interfaces.web.quiet import Quiet

    try:
        raise ValueError("530102199001011234")
    except ValueError:
        record = logging.LogRecord("x", 40, __file__, 1, "failed: %s", ("530102199001011234",), sys.exc_info())
    text = Quiet().format(record)
    assert ("530102199001011234" in text, "ValueError" in text, "test_server.py" in text) == (False, True, True)
