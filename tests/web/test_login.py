"""Who gets in, who does not, and what a password must be."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.web.conftest import HERE, PASSWORD, Answer, Site


def test_the_door_is_closed_and_opens(site: Site) -> None:
    visitor = site.browser()
    for path in ("/office/", "/office/operations/", "/office/records/?actor=x", "/office/people/1/"):
        assert visitor.get(path).path == "/login/"
    assert visitor.get("/").status == 200
    assert visitor.log_in("clerk").path == "/office/"
    assert "张经办" in visitor.get("/office/").words
    assert visitor.post("/logout/", {}).path == "/login/"
    assert visitor.get("/office/").path == "/login/"


def test_where_one_wanted_to_go_is_kept_and_only_within(site: Site) -> None:
    visitor = site.browser()
    page = visitor.get("/office/commands/?all=1")
    onward = re.search(r'name="next" value="([^"]+)"', page.text)
    assert onward is not None
    assert onward[1] == "/office/commands/?all=1"
    for bad in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"):
        there = site.browser()
        there.get("/login/")
        done = there.post("/login/", {"username": "clerk", "password": PASSWORD, "next": bad})
        assert (done.path, done.url.startswith(site.url)) == ("/office/", True), bad


def test_five_wrong_passwords_close_the_login(site: Site) -> None:
    visitor = site.browser()
    codes = [visitor.log_in("locked", f"wrong-{i}") for i in range(5)]
    assert [c.status for c in codes] == [401, 401, 401, 401, 429]
    assert "login_locked" in codes[-1].text
    again = site.browser()
    assert again.log_in("locked").status == 429
    assert again.get("/office/").path == "/login/"
    assert site.browser("clerk").get("/office/").path == "/office/", "a colleague at the same address still gets in"


def test_whoever_left_is_out_at_once(site: Site) -> None:
    visitor = site.browser("leaver")
    assert visitor.get("/office/").status == 200
    token = site.token("leaver")
    site.sql("UPDATE office.staff SET active = false WHERE name = 'leaver'")
    assert visitor.get("/office/").path == "/login/" or "staff_unknown" in visitor.get("/office/").text
    assert visitor.get("/office/").path == "/login/"
    assert site.call("", "GET", "/api/areas", Authorization=f"Bearer {token}").status == 401
    assert site.browser().log_in("leaver").status == 401


def test_a_demonstration_login_stays_on_this_machine(site: Site) -> None:
    assert site.browser("demo").get("/office/").path == "/office/"
    visitor = site.browser()
    visitor.get("/login/")
    passed = {"X-Forwarded-For": "203.0.113.9"}
    refused = visitor.post("/login/", {"username": "demo", "password": PASSWORD}, **passed)
    assert (refused.status, "demo_elsewhere" in refused.text) == (403, True)
    inside = site.browser("demo")
    assert inside.get("/office/", **passed).status == 403
    assert site.call("demo", "GET", "/api/areas").status == 200
    assert site.call("demo", "GET", "/api/areas", **passed).json["code"] == "demo_elsewhere"


def half_of(page: Answer) -> str:
    """The half of a password that a page shows once."""
    found = re.search(r'<code class="once">([^<]+)', page.text)
    assert found is not None, page.words
    return found[1]


def asked_for(site: Site, name: str, by: str = "admin") -> tuple[str, int]:
    """The first half of a password that an administrator asks for on the page of staff, and the command."""
    admin = site.browser(by)
    assert f'action="/office/staff/{name}/password/"' in admin.get("/office/staff/").text
    told = admin.post(f"/office/staff/{name}/password/", {})
    number = re.search(r"/office/commands/(\d+)/", told.text)
    assert (told.status, number is not None) == (200, True), told.words
    assert number is not None
    return half_of(told), int(number[1])


def test_two_administrators_set_a_password_that_is_changed(site: Site) -> None:
    old = site.browser("forgot")
    first, number = asked_for(site, "forgot")
    assert old.get("/office/").path == "/office/", "until another approves nothing changes"
    own = site.browser("admin")
    listed = own.get("/office/commands/").text + own.get(f"/office/commands/{number}/").text
    assert (f"/office/commands/{number}/" in listed, first in listed) == (True, False)
    assert own.post(f"/office/commands/{number}/", {"approve": "1"}).status == 403
    other = site.browser("admin2")
    assert first not in other.get(f"/office/commands/{number}/").text
    second = half_of(other.post(f"/office/commands/{number}/", {"approve": "1"}))
    for page in (other.get(f"/office/commands/{number}/"), other.post(f"/office/commands/{number}/", {"approve": "1"})):
        assert second not in page.text, "shown once"
    assert old.get("/office/").path == "/login/", "sessions made before have ended"
    for guess in (first, second, f"{second}-{first}", PASSWORD):
        assert site.browser().log_in("forgot", guess).status == 401
    password = f"{first}-{second}"
    visitor = site.browser("forgot", password)
    assert visitor.get("/office/").path == "/password/"
    wrong = visitor.post("/password/", {"old": "x", "new": "a-new-one-of-these", "again": "a-new-one-of-these"})
    assert (wrong.status, "password_wrong" in wrong.text) == (400, True)
    for new, again, code in (
        ("short", "short", "password_weak"),
        ("1234567890123", "1234567890123", "password_weak"),
        ("a-new-one-of-these", "another", "password_differs"),
    ):
        said = visitor.post("/password/", {"old": password, "new": new, "again": again})
        assert (said.status, code in said.text) == (400, True), code
    fine = {"old": password, "new": "a-new-one-of-these", "again": "a-new-one-of-these"}
    assert visitor.post("/password/", fine).status == 200
    assert visitor.get("/office/").path == "/office/"
    who = site.sql(
        "SELECT operation, actor FROM office.record "
        "WHERE starts_with(operation, 'staff.reset') AND content ->> 'command' = %s "
        "ORDER BY id",
        [str(number)],
    )
    assert who == [("staff.reset_password.asked", "admin"), ("staff.reset_password.approved", "admin2")]
    assert site.sql("SELECT set_by FROM office.password_set WHERE staff = 'forgot' ORDER BY id") == [
        ("admin2",),
        ("forgot",),
    ]


def test_the_halves_come_by_json_too(site: Site) -> None:
    given = {"name": "resettled", "half": "abcdefghjk"}
    asked = site.call("admin", "POST", "/api/operations/staff.reset_password", {"arguments": given, "message": "h1"})
    number = asked.json["answer"]["command"]
    own = site.call("admin", "POST", f"/api/commands/{number}/approve", {})
    assert (own.status, own.json["code"]) == (403, "self_approval")
    done = site.call("admin2", "POST", f"/api/commands/{number}/approve", {}).json["answer"]
    visitor = site.browser("resettled", f"abcdefghjk-{done['shown_once']['half']}")
    assert visitor.get("/office/").path == "/password/"


def test_one_administrator_alone_gives_no_role_by_page_or_json(site: Site) -> None:
    """Two accounts of his own making, both roles asked for: neither works, and he reads no password."""
    site.call(
        "admin", "POST", "/api/operations/staff.add", {"arguments": {"area": HERE, "name": "puppet", "shown": "x"}}
    )
    role = {"area": HERE, "name": "puppet", "role": "county_reviewer"}
    number = site.call("admin", "POST", "/api/operations/staff.grant", {"arguments": role}).json["answer"]["command"]
    assert site.call("admin", "POST", f"/api/commands/{number}/approve", {}).json["code"] == "self_approval"
    page = site.browser("admin")
    assert 'name="approve"' not in page.get(f"/office/commands/{number}/").text
    assert "self_approval" in page.post(f"/office/commands/{number}/", {"approve": "1"}).text
    first, reset = asked_for(site, "puppet")
    assert site.call("admin", "POST", f"/api/commands/{reset}/approve", {}).json["code"] == "self_approval"
    assert site.browser().log_in("puppet", first).status == 401
    assert site.sql("SELECT count(*) FROM office.grant_now WHERE staff = 'puppet'") == [(0,)]


@pytest.mark.parametrize("name", ["clerk", "auditor"])
def test_only_an_administrator_asks_for_passwords(site: Site, name: str) -> None:
    visitor = site.browser(name)
    refused = visitor.post("/office/staff/keeper/password/", {})
    assert (refused.status, "not_allowed" in refused.text) == (403, True)
    own = site.browser("admin").post("/office/staff/admin/password/", {})
    assert (own.status in (400, 403), "password_own" in own.text) == (True, True)


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    visitor = site.browser("clerk")
    page = visitor.get("/office/operations/books.interest/")
    site_only = page.headers
    assert "frame-ancestors 'none'" in site_only["Content-Security-Policy"]
    assert "script-src 'none'" in site_only["Content-Security-Policy"]
    assert (site_only["X-Frame-Options"], site_only["Cache-Control"]) == ("DENY", "no-store")
    visitor.jar.clear(*next((c.domain, c.path, c.name) for c in visitor.jar if "csrf" in c.name))
    refused = visitor.post("/office/operations/books.interest/", {"area": "532300"})
    assert (refused.status, "csrf_failed" in refused.text) == (403, True)


def test_the_database_keeps_django_apart(site: Site) -> None:
    with psycopg.connect(site.address) as conn:
        found = {
            r[0]
            for r in conn.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename ~ '^(django|axes|auth)_'")
        }
    assert found == {"web"}
