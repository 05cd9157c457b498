"""Running totals on a person's page and by JSON, and the trial settlement."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.web.conftest import HERE, PASSWORD, Site
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import decide, run
from tongchou.office.registry import numbers

ON = "2023-06-30"
BILL = {"on": ON, "category": "outpatient", "level": "3", "billed": "2590.00"}
WHY = {"purpose": "handling", "why": "窗口咨询"}


@pytest.fixture(scope="module")
def insured(site: Site) -> int:
    """A retiree of the prefecture who has used up 5,500 yuan of his outpatient cap, and a correction of it."""
    whose = "53230119500101" + "901"
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        clerk, reviewer = actor(conn, "clerk"), actor(conn, "reviewer")
        told = {"area": HERE, "name": "陈累计", "number": whose + numbers.check_sign(whose)}
        person = run(conn, clerk, "person.add", told)["person"]
        run(conn, clerk, "enrolment.begin", {"area": HERE, "person": person, "insurance": "medical_employee",
            "way": "flexible", "status": "retired", "begins": "2022-01-01"})  # fmt: skip
        given = {"person": person, "scheme": "employee", "on": ON, "totals": "outpatient_pool=5400,admissions=1",
                 "evidence": "转入结算单"}  # fmt: skip
        done = decide(conn, reviewer, run(conn, clerk, "totals.open", given)["command"], "approved")
        right = {"change": done["changes"][0]["change"], "amount": "5500", "evidence": "复核单"}
        decide(conn, reviewer, run(conn, clerk, "totals.correct", right)["command"], "approved")
    secrecy.forget()
    return int(person)


def test_a_person_s_page_shows_the_totals_and_what_changed_them(site: Site, insured: int) -> None:
    visitor = site.browser("clerk")
    page = visitor.post(f"/office/people/{insured}/", WHY | {"look": "1"})
    for word in ("待遇累计", "普通门诊统筹：累计支付（outpatient_pool）", "5,500.00", "6,000.00", "500.00", "住院次数",
                 "累计变动明细", "-5,400.00", "转入结算单", "复核单", "期初录入", "更正"):  # fmt: skip
        assert word in page.words, word
    english = visitor.post(f"/office/people/{insured}/?lang=en", WHY | {"look": "1"})
    assert "Running totals (yuan; admissions a count)" in english.words
    assert f'/office/people/{insured}/trial/"' in page.text
    assert f"/office/operations/totals.open/?person={insured}" in page.text


def test_a_trial_settlement_by_the_page(site: Site, insured: int) -> None:
    visitor, address = site.browser("clerk"), f"/office/people/{insured}/trial/"
    assert re.search(r'name="on" value="\d{4}-', visitor.get(address).text)
    looks = site.sql("SELECT count(*) FROM office.look WHERE person = %s", [insured])
    page = visitor.post(address, BILL | WHY)
    assert page.status == 200
    for word in ("2,590.00", "500.00", "6,000.00", "住院次数", "年限额", "扣起付"):
        assert word in page.words.replace("每年限额", "年限额"), word
    assert 'value="2590.00"' in page.text, "what was filled in stays"
    assert site.sql("SELECT count(*) FROM office.look WHERE person = %s", [insured])[0][0] == looks[0][0] + 1
    assert site.sql("SELECT purpose FROM office.look WHERE person = %s ORDER BY id DESC LIMIT 1", [insured]) == [
        ("办理业务：窗口咨询",)
    ]
    for more, says in (
        ({"purpose": ""}, "purpose_missing"),
        ({"billed": "12.345"}, "argument_invalid"),
        ({"billed": ""}, "argument_missing"),
        ({"level": "7"}, "argument_invalid"),
        ({"on": "2021-01-01"}, "not_enrolled"),
        ({"on": "2022-05-01"}, "no_rule"),
        ({"billed": "10", "first_share": "20"}, "amounts_do_not_add_up"),
        ({"category": "delivery"}, "no_rule"),
    ):
        refused = visitor.post(address, BILL | WHY | more)
        assert (refused.status, says in refused.text) == (400, True), says
        assert "试算结果" not in refused.text


def test_who_may_try(site: Site, insured: int) -> None:
    address = f"/office/people/{insured}/trial/"
    assert site.browser("admin").get(address).status == 403
    assert site.browser("far").post(address, BILL | WHY).status == 403
    assert site.browser("auditor").post(address, BILL | WHY).status == 200
    assert site.browser("clerk").post("/office/people/99999999/trial/", BILL | WHY).status == 404


def test_totals_and_trials_by_json(site: Site, insured: int) -> None:
    path = f"/api/people/{insured}/totals"
    found = site.call("clerk", "GET", f"{path}?purpose=x").json
    assert "totals" in found, found
    assert {t["name"]: (t["amount"], t["limit"]) for t in found["totals"]} == {
        "outpatient_pool": ("5500.00", "6000.00"), "admissions": ("1", None)
    }  # fmt: skip
    assert [c["amount"] for c in found["changes"] if c["name"] == "outpatient_pool"] == [
        "5400.00", "-5400.00", "5500.00"
    ]  # fmt: skip
    first = next(c for c in found["changes"] if c["amount"] == "-5400.00")["known_from"]
    before = (datetime.fromisoformat(first) - timedelta(microseconds=1)).isoformat().replace("+", "%2B")
    assert site.call("clerk", "GET", f"{path}?purpose=x&on=2023-06-29").json["totals"] == []
    assert site.call("clerk", "GET", f"{path}?purpose=x&year=2022").json["changes"] == []
    known = site.call("clerk", "GET", f"{path}?purpose=x&known={before}").json
    assert {t["amount"] for t in known["totals"]} == {"5400.00", "1"}
    assert site.call("clerk", "GET", path).json["code"] == "purpose_missing"
    assert site.call("far", "GET", f"{path}?purpose=x").status == 403
    card = site.call("clerk", "GET", f"/api/people/{insured}?purpose=x").json["card"]
    assert (card["totals"], card["changes"]) == (found["totals"], found["changes"])

    bill = {k: v for k, v in BILL.items() if k != "on"}
    asked = {"on": ON, "purpose": "x", "bill": bill}
    answer = site.call("clerk", "POST", f"/api/people/{insured}/trial", asked).json["answer"]
    assert (answer["fund_total"], answer["personal"], answer["status"]) == ("500.00", "2090.00", "retired")
    assert {u["name"]: (u["before"], u["after"]) for u in answer["used"]}["outpatient_pool"] == ("5500.00", "6000.00")
    assert answer["because"]
    refused = site.call("clerk", "POST", f"/api/people/{insured}/trial", {**asked, "bill": {**bill, "age": "3"}})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (400, "unknown_argument", "age")
    assert "/api/people/{person}/trial" in json.dumps(site.call("", "GET", "/api/openapi.json").json)


def test_a_sheet_of_totals_is_confirmed_by_another(site: Site, insured: int) -> None:
    visitor = site.browser("clerk")
    assert "待遇累计表" in visitor.get("/office/sheets/").words
    head = visitor.get("/office/sheets/totals/template/")
    assert (head.status, head.body[:2]) == (200, b"PK")
    content = "证件号码,险种,截至日期,累计项目,数额\n1,1,1,1,1\n".encode()
    page = visitor.upload("/office/sheets/", content, kind="totals", area=HERE)
    number = int(page.path.rstrip("/").rpartition("/")[2])
    site.sql("UPDATE office.job SET state = 'done', told = %s WHERE id = %s", ['{"rows": 1, "accepted": 0}', number])
    assert "totals.import" not in visitor.get(f"/office/jobs/{number}/").text
    site.sql("UPDATE office.job SET told = %s WHERE id = %s", ['{"rows": 1, "accepted": 1}', number])
    shown = visitor.get(f"/office/jobs/{number}/")
    assert f'href="/office/operations/totals.import/?job={number}"' in shown.text
    assert 'name="confirm"' not in shown.text
    form = visitor.get(f"/office/operations/totals.import/?job={number}")
    assert f'value="{number}"' in form.text


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_fit_a_phone_and_a_screen(site: Site, insured: int, chromium: Any, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto(f"{site.url}/login/")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/office/")
    page.goto(f"{site.url}/office/people/{insured}/")
    page.check("[value=handling]")
    page.click("[name=look]")
    page.wait_for_selector("text=累计变动明细")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    page.click("text=预结算试算")
    page.wait_for_url("**/trial/")
    page.check("[value=handling]")
    page.select_option("[name=category]", "outpatient")
    page.select_option("[name=level]", "3")
    page.fill("[name=on]", ON)
    page.fill("[name=billed]", "2590.00")
    page.click("main form .buttons button")
    page.wait_for_selector("text=试算结果")  # a click does not wait for the page it leads to
    assert page.evaluate(wide) <= 0
    rights = page.eval_on_selector_all(".tried td.num", "all => all.map(td => getComputedStyle(td).textAlign)")
    assert rights
    assert set(rights) == {"right"}
    assert problems == []
    context.close()
