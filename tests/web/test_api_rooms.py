"""The JSON interface of books, people, jobs and sheets: what it tells, to whom, and that its document has it."""

from __future__ import annotations

import psycopg
import pytest

from tests.web.conftest import HERE, Answer, Site, multipart
from tests.web.test_books import two
from tests.web.test_jobs import worked
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import run
from tongchou.office.registry import numbers

FUND = "assistance"
ASKED = f"area={HERE}&fund={FUND}&since=2023-04-01&until=2023-04-30"


@pytest.fixture(scope="module")
def vouchers(site: Site) -> list[int]:
    """Three vouchers of a fund of these tests' own."""
    with psycopg.connect(site.address, autocommit=True) as conn:
        given = {"area": HERE, "fund": FUND, "on": "2023-04-05"}
        found = [two(conn, "books.interest", **given, amount=f"{n}.50", reference=f"AP-{n}") for n in (1, 2, 3)]
        two(conn, "remittance.send", **given, amount="0.25", reference="AP-SJ")
    return [f["voucher"] for f in found]


@pytest.fixture(scope="module")
def person(site: Site) -> tuple[int, str]:
    """Somebody's record and number."""
    whole = "53230119810202001"
    whole += numbers.check_sign(whole)
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        made = run(conn, actor(conn, "clerk"), "person.add", {"area": HERE, "name": "接口人", "number": whole})
    secrecy.forget()
    return made["person"], whole


def refused(told: Answer, status: int, code: str) -> bool:
    return (told.status, told.json["code"]) == (status, code)


def test_vouchers_page_by_page(site: Site, vouchers: list[int]) -> None:
    first = site.call("auditor", "GET", f"/api/vouchers?fund={FUND}&limit=2").json
    assert [r["id"] for r in first["rows"]] == vouchers[:0:-1]
    assert (first["rows"][0]["amount"], first["rows"][0]["undone_on"]) == ("3.50", None)
    rest = site.call("auditor", "GET", f"/api/vouchers?fund={FUND}&limit=2&after={first['after']}").json
    assert ([r["id"] for r in rest["rows"]], rest["after"]) == (vouchers[:1], None)
    assert site.call("far", "GET", f"/api/vouchers?fund={FUND}").json["rows"] == []
    assert refused(site.call("far", "GET", f"/api/vouchers?area={HERE}"), 403, "area_outside")
    assert refused(site.call("admin", "GET", "/api/vouchers"), 403, "not_allowed")


def test_remittances_reconciliation_assessment(site: Site, vouchers: list[int]) -> None:
    sent = site.call("accountant", "GET", "/api/remittances?in_transit=true").json["rows"]
    assert next(r["amount"] for r in sent if r["reference"] == "AP-SJ") == "0.25"
    told = site.call("accountant", "GET", f"/api/reconciliation?{ASKED}").json
    assert (told["agreed"], told["books"], told["bank"], told["tax"]) == (0, "7.25", "0.00", "0.00")
    assert {d["kind"] for d in told["differences"]} == {"only_books"}
    query = f"area={HERE}&since=2023-01-01&until=2023-12-31"
    assert set(site.call("auditor", "GET", f"/api/assessment?{query}").json) == {"counties", "insurers"}
    back = f"area={HERE}&fund={FUND}&since=2023-02-01&until=2023-01-01"
    assert refused(site.call("accountant", "GET", f"/api/reconciliation?{back}"), 400, "days_reversed")
    for path in (f"reconciliation?{ASKED}", f"assessment?{query}"):
        assert refused(site.call("far", "GET", f"/api/{path}"), 403, "area_outside")
        assert refused(site.call("admin", "GET", f"/api/{path}"), 403, "not_allowed")


def test_a_person_is_shown_for_a_purpose(site: Site, person: tuple[int, str]) -> None:
    who, whole = person
    assert refused(site.call("clerk", "GET", f"/api/people/{who}"), 400, "purpose_missing")
    told = site.call("clerk", "GET", f"/api/people/{who}?purpose=check")
    assert (told.json["card"]["name"], whole in told.text) == ("接口人", False)
    shown = site.call("clerk", "POST", f"/api/people/{who}/reveal", {"purpose": "check"})
    assert shown.json == {"number": whole}
    assert refused(site.call("clerk", "POST", f"/api/people/{who}/reveal", {"purpose": " "}), 400, "purpose_missing")
    looks = site.sql("SELECT what FROM office.look WHERE person = %s AND purpose = 'check' ORDER BY id", [who])
    assert looks == [("record",), ("number",)]
    assert refused(site.call("accountant", "POST", f"/api/people/{who}/reveal", {"purpose": "x"}), 403, "not_allowed")
    assert refused(site.call("far", "GET", f"/api/people/{who}?purpose=x"), 403, "area_outside")
    assert refused(site.call("admin", "GET", f"/api/people/{who}?purpose=x"), 403, "not_allowed")
    assert refused(site.call("clerk", "GET", "/api/people/999999?purpose=x"), 404, "person_unknown")


def sheet() -> str:
    """Two people that can be taken and one without a name, numbers of these tests' own."""
    seeds = (f"53230119820303{n:03d}" for n in (11, 13, 15))
    whole = [seed + numbers.check_sign(seed) for seed in seeds]
    return f"姓名,证件号码\n接口甲,{whole[0]}\n,{whole[1]}\n接口乙,{whole[2]}\n"


def sent(site: Site, name: str, kind: str = "people", **fields: str) -> Answer:
    body, told = multipart(sheet().encode(), "a.csv", {"area": HERE, **fields})
    return site.call(name, "POST", f"/api/sheets/{kind}", body, **{"Content-Type": told})


def test_a_sheet_from_sending_to_its_result(site: Site) -> None:
    started = sent(site, "keeper")
    assert started.status == 200, started.text
    number = started.json["job"]
    assert site.call("keeper", "GET", f"/api/jobs/{number}").json["state"] == "queued"
    assert refused(site.call("keeper", "GET", f"/api/jobs/{number}/result"), 400, "sheet_not_done")
    worked(site)
    done = site.call("keeper", "GET", f"/api/jobs/{number}").json
    assert (done["state"], done["told"]["rows"], "arguments" in done) == ("done", 3, False)
    taken = site.call("keeper", "POST", f"/api/jobs/{number}/confirm").json["job"]
    assert taken > number
    stopped = site.call("keeper", "POST", f"/api/jobs/{taken}/cancel").json
    assert stopped["state"] == "cancelled"
    assert refused(site.call("keeper", "POST", f"/api/jobs/{taken}/cancel"), 400, "job_over")
    assert site.call("keeper", "POST", f"/api/jobs/{taken}/resume").json["state"] == "queued"
    worked(site)
    result = site.call("keeper", "GET", f"/api/jobs/{taken}/result")
    assert (result.status, "attachment" in result.headers["Content-Disposition"]) == (200, True)
    assert "未受理" in result.body.decode("utf-8-sig")
    listed = site.call("keeper", "GET", "/api/jobs?limit=1").json
    assert ([r["id"] for r in listed["rows"]], listed["after"]) == ([taken], taken)
    for path in (f"jobs/{taken}", f"jobs/{taken}/result"):
        assert refused(site.call("far", "GET", f"/api/{path}"), 403, "area_outside")
        assert refused(site.call("admin", "GET", f"/api/{path}"), 403, "not_allowed")
    assert site.call("admin", "GET", "/api/jobs").json["rows"] == []
    assert refused(site.call("clerk", "GET", "/api/jobs/999999"), 404, "job_unknown")


def test_who_may_send_a_sheet(site: Site) -> None:
    assert refused(sent(site, "auditor"), 403, "not_allowed")
    assert refused(sent(site, "admin"), 403, "not_allowed")
    assert refused(sent(site, "far"), 403, "area_outside")
    assert refused(sent(site, "keeper", "nix"), 400, "sheet_unknown")
    assert refused(sent(site, "keeper", dry_run="perhaps"), 400, "argument_invalid")
    assert refused(site.call("keeper", "POST", "/api/sheets/people", {}), 400, "argument_missing")


def test_the_document_has_them(site: Site) -> None:
    found = site.call("", "GET", "/api/openapi.json").json
    paths = found["paths"]
    for path in ("/jobs", "/jobs/{number}", "/vouchers", "/remittances", "/reconciliation", "/assessment"):
        assert "get" in paths[f"/api{path}"], path
    for path in ("/jobs/{number}/cancel", "/jobs/{number}/resume", "/jobs/{number}/confirm", "/people/{person}/reveal"):
        assert "post" in paths[f"/api{path}"], path
    form = paths["/api/sheets/{kind}"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["properties"]) == {"area", "file", "dry_run"}
    answered = paths["/api/jobs/{number}/result"]["get"]["responses"]["200"]["content"]
    assert answered["application/octet-stream"]["schema"]["format"] == "binary"
    assert found["components"]["schemas"]["VoucherOut"]["properties"]["amount"]["type"] == "string"
