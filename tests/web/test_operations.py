"""An operation from its form to the record: asked, approved by another, done once, refused beside the field."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable

import psycopg
import pytest

from tests.web.conftest import ELSEWHERE, HERE, Site
from tongchou.office.operations import OPERATIONS

Slip = Callable[..., dict[str, str]]
FORM = "/office/operations/books.interest/"


def asked(site: Site, given: dict[str, str], name: str = "clerk") -> int:
    """The number of a command asked for by a form."""
    visitor = site.browser(name)
    visitor.get(FORM)
    done = visitor.post(FORM, {**given, "message": visitor.message()})
    assert "已提交，待他人审批" in done.words, done.words
    found = re.search(r"/office/commands/(\d+)/", done.text)
    assert found is not None
    return int(found[1])


def test_one_asks_another_approves(site: Site, slip: Slip) -> None:
    given = slip()
    number = asked(site, given)
    own = site.browser("clerk")
    page = own.get(f"/office/commands/{number}/")
    assert ("withdraw" in page.text, 'name="approve"' in page.text) == (True, False)
    self_approved = own.post(f"/office/commands/{number}/", {"approve": "1"})
    assert (self_approved.status, "self_approval" in self_approved.text) == (403, True)
    other = site.browser("reviewer")
    assert f"/office/commands/{number}/" in other.get("/office/").text
    page = other.get(f"/office/commands/{number}/")
    assert 'name="approve"' in page.text
    rejected = other.post(f"/office/commands/{number}/", {"reject": "1", "reason": ""})
    assert (rejected.status, "reason_missing" in rejected.text) == (400, True)
    assert "已通过" in other.post(f"/office/commands/{number}/", {"approve": "1"}).words
    again = other.post(f"/office/commands/{number}/", {"approve": "1"})
    assert (again.status, "command_decided" in again.text) == (409, True)
    rows = site.sql(
        "SELECT operation, actor FROM office.record WHERE content ->> 'command' = %s ORDER BY id", [str(number)]
    )
    assert rows == [("books.interest.asked", "clerk"), ("books.interest.approved", "reviewer")]


def test_nobody_approves_his_own_in_json_or_sql(site: Site, slip: Slip) -> None:
    number = asked(site, slip())
    told = site.call("clerk", "POST", f"/api/commands/{number}/approve", {})
    assert (told.status, told.json["code"]) == (403, "self_approval")
    with psycopg.connect(site.address) as conn, pytest.raises(psycopg.Error, match="self_approval"):
        conn.execute(
            "INSERT INTO office.decision (command, verdict, decided_by) VALUES (%s, 'approved', 'clerk')", [number]
        )
    assert site.call("reviewer", "POST", f"/api/commands/{number}/withdraw", {}).json["code"] == "not_the_asker"
    assert site.call("clerk", "POST", f"/api/commands/{number}/withdraw").json["answer"]["verdict"] == "withdrawn"


def test_a_form_sent_twice_is_done_once(site: Site, slip: Slip) -> None:
    given = slip()
    visitor = site.browser("clerk")
    visitor.get(FORM)
    message = visitor.message()
    before = site.sql("SELECT count(*) FROM office.command")
    pages = [visitor.post(FORM, {**given, "message": message}).path for _ in range(3)]
    assert pages == [f"/office/answers/{message}/"] * 3
    assert site.sql("SELECT count(*) FROM office.command")[0][0] == before[0][0] + 1
    changed = visitor.post(FORM, {**slip(), "message": message})
    assert (changed.status, "message_reused" in changed.text) == (409, True)
    assert visitor.message() != message, "sent again, the changed form is a message of its own"
    assert site.browser("keeper").get(f"/office/answers/{message}/").status == 404, "an answer is its sender's own"


def test_a_refusal_stands_beside_its_field(site: Site, slip: Slip) -> None:
    visitor = site.browser("keeper")
    visitor.get(FORM)
    wrong = visitor.post(FORM, slip(on="2023-02-30", message=visitor.message()))
    assert wrong.status == 400
    assert re.search(r'id="on"[^>]*value="2023-02-30"[^>]*aria-invalid="true"', wrong.text)
    assert re.search(r'<p class="why" id="on-wrong">.*argument_invalid', wrong.text)
    visitor.get(FORM)
    english = visitor.post(FORM + "?lang=en", {"area": HERE, "message": visitor.message()})
    assert "is missing" in english.words


def test_a_dry_run_keeps_nothing(site: Site, slip: Slip) -> None:
    visitor = site.browser("clerk")
    visitor.get(FORM)
    counts = "SELECT (SELECT count(*) FROM office.command), (SELECT count(*) FROM office.record)"
    before = site.sql(counts)
    tried = visitor.post(FORM, {**slip(), "message": visitor.message(), "try": "1"})
    assert "试算结果（未保存）" in tried.words
    assert site.sql(counts) == before


def test_outside_his_area_a_clerk_is_refused(site: Site, slip: Slip) -> None:
    visitor = site.browser("far")
    form = visitor.get(FORM)
    assert (ELSEWHERE in form.text, HERE in form.text) == (True, False)
    refused = visitor.post(FORM, {**slip(HERE), "message": visitor.message()})
    assert (refused.status, "area_outside" in refused.text) == (403, True)
    told = site.call("far", "POST", "/api/operations/books.interest", {"arguments": slip(HERE)})
    assert (told.status, told.json["code"]) == (403, "area_outside")
    number = asked(site, slip(HERE))
    assert visitor.get(f"/office/commands/{number}/").status == 403
    assert str(number) not in [str(r["id"]) for r in site.call("far", "GET", "/api/commands?all=true").json["rows"]]


def test_an_auditor_reads_and_changes_nothing(site: Site, slip: Slip) -> None:
    number = asked(site, slip())
    visitor = site.browser("auditor")
    for path in ("/office/", "/office/commands/", f"/office/commands/{number}/", "/office/records/", "/office/staff/",
                 "/office/law/", "/office/balances/?area=532300"):  # fmt: skip
        assert visitor.get(path).status == 200, path
    before = site.sql("SELECT count(*) FROM office.command")
    for name in OPERATIONS:
        visitor.get(f"/office/operations/{name}/")
        assert visitor.post(f"/office/operations/{name}/", {"message": uuid.uuid4().hex}).status >= 400, name
    refused = visitor.post(FORM, {**slip(), "message": uuid.uuid4().hex})
    assert (refused.status, "not_allowed" in refused.text) == (403, True)
    assert visitor.post(f"/office/commands/{number}/", {"approve": "1"}).status == 403
    assert visitor.post(f"/office/commands/{number}/", {"withdraw": "1"}).status == 403
    assert site.sql("SELECT count(*) FROM office.command") == before
    assert site.sql("SELECT count(*) FROM office.decision WHERE command = %s", [number]) == [(0,)]


def test_every_operation_has_a_form_in_both_languages(site: Site) -> None:
    zh, en = site.browser("accountant"), site.browser("accountant")
    en.get("/office/?lang=en")
    for o in OPERATIONS.values():
        for visitor, names in ((zh, (o.zh, [f.zh for f in o.fields])), (en, (o.en, [f.en for f in o.fields]))):
            page = visitor.get(f"/office/operations/{o.name}/")
            assert page.status == 200, o.name
            for word in (names[0], *names[1]):
                assert word in html.unescape(page.text), (o.name, word)
            assert all(re.search(rf'<label for="{f.name}">', page.text) for f in o.fields)
        assert re.search(r"[一-鿿]", re.sub(r"中文|王会计|<option.*?</option>", "", page.text)) is None, o.name


def test_what_is_not_there_is_said(site: Site) -> None:
    visitor = site.browser("clerk")
    for path, code in (
        ("/office/operations/nix/", "operation_unknown"),
        ("/office/commands/999999/", "command_unknown"),
        ("/office/nix/", "page_unknown"),
        ("/office/records/", "not_allowed"),
    ):
        page = visitor.get(path)
        assert (page.status in (403, 404), code in page.text) == (True, True), path
