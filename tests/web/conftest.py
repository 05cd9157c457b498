"""A running office: its own database with staff of every role, the real server in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.ledger.conftest import dropped, made, server  # noqa: F401 - the fixture is used from here
from tongchou.office.books import prepare
from tongchou.office.frame import lawbook, staff
from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import decide, run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "only-of-these-tests"
HERE, ELSEWHERE = "532300", "530100"
PEOPLE = {
    "clerk": ("张经办", "county_clerk", HERE),
    "keeper": ("钱经办", "county_clerk", HERE),
    "far": ("昆明经办", "county_clerk", ELSEWHERE),
    "reviewer": ("李复核", "county_reviewer", HERE),
    "accountant": ("王会计", "prefecture_accountant", "000000"),
    "topreviewer": ("总复核", "county_reviewer", "000000"),
    "auditor": ("赵审计", "auditor", "000000"),
    "admin": ("系统管理员", "administrator", "000000"),
    "admin2": ("系统管理员二", "administrator", "000000"),
    "locked": ("被锁的人", "county_clerk", HERE),
    "leaver": ("离岗的人", "county_clerk", HERE),
    "forgot": ("忘记密码的人", "county_clerk", HERE),
    "resettled": ("重设密码的人", "county_clerk", HERE),
}
ROLE_HOLDERS = {"county_clerk": "keeper", "county_reviewer": "topreviewer", "prefecture_accountant": "accountant",
                "auditor": "auditor", "administrator": "admin"}  # fmt: skip


@dataclass
class Answer:
    """An answer as the tests read it."""

    status: int
    url: str
    text: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def words(self) -> str:
        """What a reader sees, on one line."""
        inner = self.text.partition("<body>")[2] or self.text
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))


@dataclass
class Site:
    """The running server and its database."""

    url: str
    address: str
    log: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def sql(self, query: str, values: list[Any] | None = None) -> list[Any]:
        with psycopg.connect(self.address, autocommit=True) as conn:
            cursor = conn.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def token(self, name: str) -> str:
        if name not in self.tokens:
            with psycopg.connect(self.address) as conn:
                self.tokens[name] = staff.make_token(conn, name, "tests")
        return self.tokens[name]

    def call(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """The JSON interface, as somebody; "" asks without a token."""
        told = {"Content-Type": "application/json", **headers}
        if name:
            told["Authorization"] = f"Bearer {self.token(name)}"
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return _open(urllib.request.build_opener(), urllib.request.Request(self.url + path, data, told, method=method))

    def browser(self, name: str = "", password: str = PASSWORD) -> Visitor:
        visitor = Visitor(self)
        if name:
            visitor.log_in(name, password)
        return visitor


class Visitor:
    """A browser without a screen: cookies, forms with their tokens."""

    def __init__(self, site: Site) -> None:
        self.site, self.jar = site, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.last: Answer | None = None

    def get(self, path: str, **headers: str) -> Answer:
        self.last = _open(self.opener, urllib.request.Request(self.site.url + path, headers=headers))
        return self.last

    def post(self, path: str, values: dict[str, str], **headers: str) -> Answer:
        page = self.last.text if self.last and "csrfmiddlewaretoken" in self.last.text else self.get("/password/").text
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
        assert token is not None
        data = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token[1]}).encode()
        self.last = _open(self.opener, urllib.request.Request(self.site.url + path, data, headers))
        return self.last

    def send(self, path: str, body: bytes, kind: str) -> Answer:
        """A body of a kind of its own, such as a file."""
        self.last = _open(self.opener, urllib.request.Request(self.site.url + path, body, {"Content-Type": kind}))
        return self.last

    def upload(self, path: str, content: bytes, name: str = "a.csv", **fields: str) -> Answer:
        """Send a file by the form of a page."""
        page = self.get(path).text
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page) or re.search(
            r'csrfmiddlewaretoken" value="([^"]+)', self.get("/password/").text
        )
        assert token is not None
        return self.send(path, *multipart(content, name, {**fields, "csrfmiddlewaretoken": token[1]}))

    def log_in(self, name: str, password: str = PASSWORD) -> Answer:
        self.get("/login/")
        return self.post("/login/", {"username": name, "password": password})

    def message(self) -> str:
        assert self.last is not None
        found = re.search(r'name="message" value="(\w+)"', self.last.text)
        assert found is not None
        return found[1]


def multipart(content: bytes, name: str, fields: dict[str, str]) -> tuple[bytes, str]:
    """(body, content type) of a form with a file."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return b"".join(parts) + head + content + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def _open(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Answer:
    try:
        with opener.open(request, timeout=60) as r:
            body = r.read()
            return Answer(r.status, r.url, body.decode(errors="replace"), dict(r.headers), body)
    except urllib.error.HTTPError as e:
        body = e.read()
        return Answer(e.code, e.url or "", body.decode(errors="replace"), dict(e.headers), body)


@pytest.fixture(scope="session")
def office_template(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: F811
    """A database with an office: staff of every role, an approved law version, a county."""
    name = f"web_{uuid.uuid4().hex[:12]}"
    address = made(server, name)
    with pytest.MonkeyPatch.context() as patch:
        # Hashing needs Django's settings, which look for a database and keep a key: not the developer's own.
        patch.setenv("TONGCHOU_DATABASE_URL", address)
        patch.setenv("TONGCHOU_DATA", str(tmp_path_factory.mktemp("data")))
        prepare(address)
        from tongchou.interfaces.web.passwords import hashed

        hash_ = hashed(PASSWORD)
        with psycopg.connect(address, autocommit=True) as conn:
            for login, (shown, role, area) in PEOPLE.items():
                staff.first(conn, login, shown, hash_, role, area)
            staff.first(conn, "demo", "演示", hash_, "auditor", "000000", demo=True)
            version = lawbook.keep(conn, lawbook.running())
            if lawbook.current(conn) is None:
                asked = run(conn, actor(conn, "accountant"), "law.adopt", {"version": version})
                decide(conn, actor(conn, "topreviewer"), asked["command"], "approved")
    yield name
    dropped(server, name)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def started(address: str, folder: Path, before: str = "", **env: str) -> tuple[subprocess.Popen[bytes], str, Path]:
    """The server in a process of its own: (process, address, log). ``before`` is run in it first."""
    port, log = free_port(), folder / "server.log"
    code = f"{before}\nfrom tongchou.interfaces.web.server import serve; serve({port}, workers=2)"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TONGCHOU_DATABASE_URL": address, "TONGCHOU_DATA": str(folder), **env},
        )
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return process, f"http://127.0.0.1:{port}", log
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise AssertionError(log.read_text())


def stopped(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def site(server: str, office_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: F811
    """The running office; its tests share it, each with facts of its own."""
    name = f"web_{uuid.uuid4().hex[:12]}"
    address = made(server, name, office_template)
    process, url, log = started(address, tmp_path_factory.mktemp("site"))
    yield Site(url, address, log)
    stopped(process)
    dropped(server, name)


@pytest.fixture
def slip() -> Callable[..., dict[str, str]]:
    """The arguments of a voucher nobody asked for yet: an operation of two people."""

    def of(area: str = HERE, **more: str) -> dict[str, str]:
        return {"area": area, "fund": "resident", "on": "2023-01-05", "amount": "12.30",
                "reference": uuid.uuid4().hex[:12].upper(), **more}  # fmt: skip

    return of


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        started_one = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started_one
        started_one.close()
