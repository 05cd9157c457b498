"""The registry's pages: people found, their card after a purpose, the full number apart; employers and their counts."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from tests.web.conftest import HERE, PASSWORD, Site
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import run
from tongchou.office.registry import numbers


@dataclass
class Registered:
    """Somebody and his employer in the registry."""

    person: int
    employer: int
    number: str


@pytest.fixture(scope="session")
def known(site: Site) -> Registered:
    digits, code = "53230119770203015", "91532301000000001"
    number = digits + numbers.check_sign(digits)
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        # The keys of the running server, so that it opens what is sealed here.
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        clerk = actor(conn, "clerk")
        given = {"area": HERE, "name": "彝州建材公司", "code": code + numbers.code_sign(code)}
        unit = run(conn, clerk, "employer.add", given)
        one = run(conn, clerk, "person.add", {"area": HERE, "name": "=普阿牛", "number": number})
        spell = {"area": HERE, "person": one["person"], "insurance": "medical_employee", "way": "employer",
                 "status": "active", "begins": "2022-01-01", "employer": unit["employer"]}  # fmt: skip
        run(conn, clerk, "enrolment.begin", spell)
    secrecy.forget()
    return Registered(one["person"], unit["employer"], number)


def test_people_are_found_masked(site: Site, known: Registered) -> None:
    visitor = site.browser("clerk")
    for query in ("text=普阿", f"employer={known.employer}", f"area={HERE}"):
        page = visitor.get(_quoted(query))
        assert f"/office/people/{known.person}/" in page.text, query
        assert known.number not in re.sub(r'value="[^"]*"|href="[^"]*"', "", page.text)
    elsewhere = site.browser("far").get("/office/people/")
    assert (f"/office/people/{known.person}/" in elsewhere.text, known.number in elsewhere.text) == (False, False)
    assert site.browser("admin").get("/office/people/").status == 403
    visitor.get("/office/people/")
    part = visitor.post("/office/people/", {"text": "5323"})
    assert (part.status, "number_incomplete" in part.text) == (400, True)
    told = site.call("clerk", "GET", f"/api/people?employer={known.employer}").json["rows"]
    assert [r["id"] for r in told] == [known.person]
    assert known.number not in str(told)


def test_a_number_is_looked_for_in_no_address(site: Site, known: Registered) -> None:
    visitor = site.browser("clerk")
    form = visitor.get("/office/people/").text
    assert re.search(r'<form method="post" action="\?" class="filters"', form)
    found = visitor.post("/office/people/", {"text": known.number, "area": "", "employer": ""})
    assert (found.status, found.path, f"/office/people/{known.person}/" in found.text) == (200, "/office/people/", True)
    assert known.number not in found.url + "".join(re.findall(r'(?:href|action)="([^"]*)"', found.text))
    assert "export=" not in found.text
    named = visitor.post("/office/people/", {"text": "普阿", "area": HERE, "employer": ""})
    assert named.url.endswith(_quoted(f"text=普阿&area={HERE}")), "a name has an address that can be gone back to"
    assert "export=csv" in named.text


@pytest.mark.parametrize("text", ["{number}", "E12345678", "5323", "１３８", "532301770203015"])
def test_a_number_in_an_address_is_refused_and_told_where_it_belongs(site: Site, known: Registered, text: str) -> None:
    given = text.format(number=known.number)
    page = site.browser("clerk").get(f"/office/people/?text={quote(given)}")
    text_shown = re.sub(r"<option.*?</option>", "", page.text)  # areas begin with such digits, too
    assert (page.status, "number_in_address" in page.text, given in text_shown) == (400, True, False)
    assert "/api/people/search" in page.text
    told = site.call("clerk", "GET", f"/api/people?text={quote(given)}")
    assert (told.status, told.json["code"]) == (400, "number_in_address")
    assert given not in told.text


@pytest.mark.parametrize(
    "path",
    ["/api/people/{n}", "/api/people/1?purpose={n}", "/office/records/?subject=a+{n}", "/office/people/?area={n}",
     "/login/?next=/office/people/%3Ftext%3D{n}", "/office/employers/?text={n}", "/api/operations?x={n}"],
)  # fmt: skip
def test_no_address_at_all_holds_an_id_number(site: Site, known: Registered, path: str) -> None:
    url = path.format(n=known.number)
    told = site.call("clerk", "GET", url) if url.startswith("/api/") else site.browser("clerk").get(url)
    assert (told.status, "number_in_address" in told.text, known.number in told.text) == (400, True, False)


def test_a_credit_code_that_looks_like_an_id_number_may_stand_in_one(site: Site) -> None:
    """Area 532301, then digits that read as a birth date."""
    head = next(h for h in (f"91532319{year}0101{n:03d}" for year in (70, 80) for n in range(100, 999)) if _like(h))
    assert site.browser("clerk").get(f"/office/employers/?text={_coded(head)}").status == 200


def _coded(head: str) -> str:
    return head + numbers.code_sign(head)


def _like(head: str) -> bool:
    return secrecy.NUMBER.search(_coded(head)) is not None


def test_programs_send_a_number_in_the_body(site: Site, known: Registered) -> None:
    for body in ({"text": known.number}, {"text": "普阿"}, {"employer": known.employer, "limit": 1}):
        told = site.call("clerk", "POST", "/api/people/search", body)
        assert [r["id"] for r in told.json["rows"]] == [known.person], told.text
        assert known.number not in told.text
    for name, status in (("far", 200), ("admin", 403), ("", 401)):
        told = site.call(name, "POST", "/api/people/search", {"text": known.number})
        assert (told.status, str(known.person) in str(told.json.get("rows", ""))) == (status, False), name
    for body, code in (({"text": "5323"}, "number_incomplete"), ({"limit": 501}, "argument_invalid"),
                       ({"text": 7}, "argument_invalid")):  # fmt: skip
        told = site.call("clerk", "POST", "/api/people/search", body)
        assert (told.status, told.json["code"]) == (400, code)
    assert "post" in site.call("", "GET", "/api/openapi.json").json["paths"]["/api/people/search"]


def test_a_browser_keeps_no_number_in_its_address_or_history(site: Site, known: Registered, chromium: Any) -> None:
    context = chromium.new_context()
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url + str(r.headers.get("referer"))))
        page.goto(f"{site.url}/login/")
        page.fill("[name=username]", "clerk")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/office/")
        page.goto(f"{site.url}/office/people/")
        page.fill("#text", known.number)
        page.keyboard.press("Enter")
        page.wait_for_selector(f'a[href="/office/people/{known.person}/"]')
        assert page.url == f"{site.url}/office/people/?"
        page.click(f'a[href="/office/people/{known.person}/"]')
        page.wait_for_url(f"{site.url}/office/people/{known.person}/")
        assert not [url for url in asked if known.number in url]
    finally:
        context.close()


def _quoted(query: str) -> str:
    return f"/office/people/?{quote(query, safe='=&')}"


def test_an_export_of_people_runs_nothing_and_is_recorded(site: Site, known: Registered) -> None:
    done = site.browser("clerk").get(_quoted("text=普阿&export=csv"))
    rows = list(csv.reader(io.StringIO(done.body.decode("utf-8-sig"))))
    assert rows[1][1] == "'=普阿牛"
    noted = site.sql("SELECT content FROM office.record WHERE operation = 'web.export' AND subject = 'list:people'")
    assert "普阿" not in str(noted)


def test_a_card_asks_what_for(site: Site, known: Registered) -> None:
    visitor = site.browser("clerk")
    url = f"/office/people/{known.person}/"
    page = visitor.get(url)
    assert ("查询用途" in page.words, "职工基本医疗保险" in page.text) == (True, False)
    none = visitor.post(url, {"look": "1"})
    assert (none.status, "purpose_missing" in none.text) == (400, True)
    looked = visitor.post(url, {"look": "1", "purpose": "checking", "why": "电话核对"})
    assert ("职工基本医疗保险" in looked.text, known.number in looked.text) == (True, False)
    shown = visitor.post(url, {"reveal": "1", "purpose": "handling"})
    assert known.number in shown.text
    assert visitor.get(url + "?reveal=1&purpose=handling").text.count(known.number) == 0
    looks = site.sql(
        "SELECT content ->> 'purpose' FROM office.record WHERE operation = 'person.reveal' AND subject = %s",
        [f"person:{known.person}"],
    )
    assert looks == [("办理业务",)]
    assert site.browser("far").post(url, {"look": "1", "purpose": "checking"}).status == 403
    accountant = site.browser("accountant")
    assert 'name="reveal"' not in accountant.get(url).text
    assert accountant.post(url, {"reveal": "1", "purpose": "checking"}).status == 403


def test_employers_and_their_standing(site: Site, known: Registered) -> None:
    visitor = site.browser("clerk")
    assert f"/office/employers/{known.employer}/" in visitor.get("/office/employers/?standing=normal").text
    assert "彝州建材公司" in visitor.get(f"/office/employers/{known.employer}/").text
    counted = visitor.get(f"/office/employers/standing/?area={HERE}")
    assert re.search(r"正常 1 1 0", counted.words)
    assert visitor.get("/office/employers/?standing=nix").status == 400
    assert visitor.get("/office/employers/999999/").status == 404
