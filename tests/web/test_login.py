"""Who gets in, who does not, and what a password must be."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.web.conftest import PASSWORD, Site


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


def test_an_administrator_sets_a_first_password_that_is_changed(site: Site) -> None:
    old = site.browser("forgot")
    admin = site.browser("admin")
    admin.get("/office/staff/")
    told = admin.post("/office/staff/forgot/password/", {})
    password = re.search(r'<code class="once">([^<]+)', told.text)
    assert password is not None
    assert old.get("/office/").path == "/login/", "sessions made before have ended"
    visitor = site.browser("forgot", password[1])
    assert visitor.get("/office/").path == "/password/"
    wrong = visitor.post("/password/", {"old": "x", "new": "a-new-one-of-these", "again": "a-new-one-of-these"})
    assert (wrong.status, "password_wrong" in wrong.text) == (400, True)
    for new, again, code in (
        ("short", "short", "password_weak"),
        ("1234567890123", "1234567890123", "password_weak"),
        ("a-new-one-of-these", "another", "password_differs"),
    ):
        said = visitor.post("/password/", {"old": password[1], "new": new, "again": again})
        assert (said.status, code in said.text) == (400, True), code
    fine = {"old": password[1], "new": "a-new-one-of-these", "again": "a-new-one-of-these"}
    assert visitor.post("/password/", fine).status == 200
    assert visitor.get("/office/").path == "/office/"
    who = site.sql(
        "SELECT actor FROM office.record WHERE operation = 'staff.initial_password' AND subject = 'staff:forgot'"
    )
    assert who == [("admin",)]


@pytest.mark.parametrize("name", ["clerk", "auditor"])
def test_only_an_administrator_sets_passwords(site: Site, name: str) -> None:
    visitor = site.browser(name)
    assert visitor.post("/office/staff/keeper/password/", {}).status == 403
    assert site.browser("admin").post("/office/staff/admin/password/", {}).status in (400, 403)


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
