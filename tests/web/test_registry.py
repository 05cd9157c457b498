"""The registry's pages: people found, their card after a purpose, the full number apart; employers and their counts."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import pytest

from tests.web.conftest import HERE, Site
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
    for query in ("text=普阿", f"text={known.number}", f"employer={known.employer}", f"area={HERE}"):
        page = visitor.get(_quoted(query))
        assert f"/office/people/{known.person}/" in page.text, query
        assert known.number not in re.sub(r'value="[^"]*"|href="[^"]*"', "", page.text)
    elsewhere = site.browser("far").get("/office/people/")
    assert (f"/office/people/{known.person}/" in elsewhere.text, known.number in elsewhere.text) == (False, False)
    assert site.browser("admin").get("/office/people/").status == 403
    part = visitor.get(_quoted("text=5323"))
    assert (part.status, "number_incomplete" in part.text) == (400, True)
    told = site.call("clerk", "GET", f"/api/people?employer={known.employer}").json["rows"]
    assert [r["id"] for r in told] == [known.person]
    assert known.number not in str(told)


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
