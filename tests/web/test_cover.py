"""Who is covered, the tax office's wages held against enrolment, and the registry taken out as a file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import psycopg
import pytest

from tests.web.conftest import ELSEWHERE, Answer, Site, multipart
from tongchou.interfaces.web.views.roster import month
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import run
from tongchou.office.registry import numbers

CHECK, EXPORT = "/office/people/crosscheck/", "/office/people/export/"


@dataclass
class Covered:
    """Two people of a unit, one in nothing, and their numbers."""

    unit: str
    low: str
    absent: str
    bare: str
    bare_id: int


def number(seed: str) -> str:
    return seed + numbers.check_sign(seed)


@pytest.fixture(scope="session")
def covered(site: Site) -> Covered:
    code = "91532301000000077"
    unit = code + numbers.code_sign(code)
    low, absent, bare = (number(f"53230119800101{n:03d}") for n in (11, 13, 15))
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        clerk = actor(conn, "far")
        employer = run(conn, clerk, "employer.add", {"area": ELSEWHERE, "name": "核对用公司", "code": unit})["employer"]
        people = []
        for name, whose in (("低基数", low), ("无工资", absent), ("未参保", bare)):
            people.append(run(conn, clerk, "person.add", {"area": ELSEWHERE, "name": name, "number": whose})["person"])
        for person in people[:2]:
            spell = {"area": ELSEWHERE, "person": person, "insurance": "medical_employee", "way": "employer",
                     "status": "active", "begins": "2022-01-01", "employer": employer}  # fmt: skip
            run(conn, clerk, "enrolment.begin", spell)
    secrecy.forget()
    return Covered(unit, low, absent, bare, people[2])


def roster(of: Covered) -> bytes:
    head = "证件号码,姓名,单位统一社会信用代码,月份,工资,申报基数,其他\n"
    rows = (f"{of.low},低基数,{of.unit},202305,9000,4500.00,x", f"{of.bare},未参保,{of.unit},2023-05,6000,,x",
            f"{of.bare},未参保,{of.unit},2023-06,六千,,x")  # fmt: skip
    return (head + "\n".join(rows) + "\n").encode()


def test_coverage_is_counted_and_who_is_not(site: Site, covered: Covered) -> None:
    visitor = site.browser("far")
    page = visitor.get(f"/office/people/coverage/?area={ELSEWHERE}&on=2023-06-30")
    assert ("职工基本医疗保险" in page.words, "参保率" in page.words) == (True, True)
    link = re.search(r'href="(/office/people/uncovered/[^"]+)"', page.text)
    assert link is not None
    listed = visitor.get(link[1].replace("&amp;", "&"))
    assert f"/office/people/{covered.bare_id}/" in listed.text
    assert (covered.bare in listed.text, "未参保" in re.sub("未参保人员", "", listed.words)) == (False, False)
    assert visitor.get("/office/people/uncovered/?on=2023-06-30&export=csv").status == 200
    assert visitor.get("/office/people/coverage/?on=x").status == 400
    for path in ("coverage", "uncovered"):
        assert site.browser("clerk").get(f"/office/people/{path}/?area={ELSEWHERE}").status == 403
        assert site.browser("admin").get(f"/office/people/{path}/").status == 403
        assert site.browser("auditor").get(f"/office/people/{path}/").status == 200
    assert f"/office/people/{covered.bare_id}/" not in site.browser("clerk").get("/office/people/uncovered/").text


def test_wages_are_held_against_enrolment(site: Site, covered: Covered) -> None:
    visitor = site.browser("far")
    told = visitor.upload(CHECK, roster(covered), area=ELSEWHERE, check="1")
    assert told.status == 200
    for word in ("名册行数 3", "已比对 2", "wage_invalid", "9,000.00", "4,500.00", "6,000.00", "低*"):
        assert word in told.words, word
    assert not any(n in told.text for n in (covered.low, covered.bare, covered.absent))
    heads = dict(re.findall(r"<h2>([^<]+?) <span class=\"count\">(\d+)</span>", told.text))
    assert [heads[h] for h in ("有工资、未参加职工医保", "申报基数偏低", "未能比对的行")] == ["1", "1", "1"]
    assert int(heads["在册、名册无工资"]) >= 1
    file = visitor.upload(CHECK, roster(covered), area=ELSEWHERE, part="uninsured", export="csv")
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert [(r[0], r[4], r[5]) for r in rows[1:]] == [("3", "2023-05", "6000.00")]
    assert float(rows[1][8]) > 0
    noted = site.sql("SELECT content FROM office.record WHERE operation = 'web.export' ORDER BY id DESC LIMIT 1")
    assert (noted[0][0]["listing"], noted[0][0]["rows"]) == ("crosscheck.uninsured", 1)


def test_wages_are_held_against_enrolment_by_json(site: Site, covered: Covered) -> None:
    """The same lists as on the page, masked, sums as decimal text; nothing of the roster is kept."""
    path = "/api/people/crosscheck"

    def sent(who: str, content: bytes, area: str = ELSEWHERE) -> Answer:
        body, kind = multipart(content, "roster.csv", {"area": area})
        return site.call(who, "POST", path, body, **{"Content-Type": kind})

    told = sent("far", roster(covered))
    assert told.status == 200, told.text
    assert (told.json["rows"], told.json["compared"]) == (3, 2)
    assert not any(n in told.text for n in (covered.low, covered.bare, covered.absent))
    (bare,), (low,), (bad,) = (told.json[k] for k in ("uninsured", "under_declared", "rejected"))
    assert (bare["row"], bare["person"], bare["month"], bare["wage"]) == (3, covered.bare_id, "2023-05", "6000.00")
    assert (bare["declared"], float(bare["due_employer"]) > 0) == (None, True)
    assert (low["row"], low["wage"], low["declared"]) == (2, "9000.00", "4500.00")
    assert (bad["row"], bad["code"]) == (4, "wage_invalid")
    assert all((f["row"], f["base"]) == (None, None) for f in told.json["without_wage"])
    for who, content, status, code in (
        ("far", b"a,b\n1,2\n", 400, "column_missing"),
        ("far", b"", 400, "file_empty"),
        ("clerk", roster(covered), 403, "area_outside"),
        ("admin", roster(covered), 403, "not_allowed"),
    ):
        refused = sent(who, content)
        assert (refused.status, refused.json["code"]) == (status, code)
    assert site.call("", "POST", path, b"").status == 401


def test_a_roster_that_cannot_be_read_is_refused(site: Site, covered: Covered) -> None:
    visitor = site.browser("far")
    for content, code in ((b"a,b\n1,2\n", "column_missing"), (b"", "file_empty"), ("姓名,姓名 \n".encode(), "header")):
        told = visitor.upload(CHECK, content, area=ELSEWHERE)
        assert (told.status, code in told.text) == (400, True), told.words
    visitor.get(CHECK)
    assert "file_missing" in visitor.post(CHECK, {"area": ELSEWHERE}).text
    assert visitor.upload(CHECK, roster(covered), area=ELSEWHERE, export="exe").status == 400
    assert site.browser("clerk").upload(CHECK, roster(covered), area=ELSEWHERE).status == 403
    assert site.browser("admin").get(CHECK).status == 403


@pytest.mark.parametrize("text", ["2023-05", "202305", "2023/5", "2023年5月", "2023-05-01"])
def test_a_month_is_read_as_it_is_meant(text: str) -> None:
    assert month(text) == "2023-05"
    assert month(f"{text}x") == f"{text}x"


def test_the_registry_is_taken_out(site: Site, covered: Covered) -> None:
    visitor = site.browser("far")
    visitor.get(EXPORT)
    given = {"kind": "people", "area": ELSEWHERE, "form": "csv"}
    masked = visitor.post(EXPORT, given).body.decode("utf-8-sig")
    assert ("低基数" in masked, covered.low in masked) == (True, False)
    visitor.get(EXPORT)
    refused = visitor.post(EXPORT, {**given, "full": "1"})
    assert (refused.status, "purpose_missing" in refused.text) == (400, True)
    full = visitor.post(EXPORT, {**given, "full": "1", "purpose": "稽核"})
    assert covered.low in full.body.decode("utf-8-sig")
    looks = site.sql("SELECT count(*) FROM office.look WHERE purpose = '稽核' AND what = 'number' AND actor = 'far'")
    assert looks[0][0] >= 3
    visitor.get(EXPORT)
    spells = visitor.post(EXPORT, {"kind": "enrolments", "area": ELSEWHERE, "form": "xlsx", "on": "2023-05-01"})
    assert spells.body.startswith(b"PK")
    visitor.get(EXPORT)
    assert visitor.post(EXPORT, {**given, "kind": "enrolments", "on": "x"}).status == 400
    assert visitor.post(EXPORT, {**given, "form": "pdf"}).status == 400


def test_who_may_take_it_out(site: Site, covered: Covered) -> None:
    given = {"kind": "people", "area": ELSEWHERE, "form": "csv", "full": "1", "purpose": "试"}
    accountant = site.browser("accountant")
    assert 'name="full"' not in accountant.get(EXPORT).text
    refused = accountant.post(EXPORT, given)
    assert (refused.status, "not_allowed" in refused.text) == (403, True)
    other = site.browser("clerk")
    other.get(EXPORT)
    assert other.post(EXPORT, {**given, "full": "0"}).status == 403
    assert site.browser("admin").get(EXPORT).status == 403
    assert site.browser("auditor").get(EXPORT).status == 200
