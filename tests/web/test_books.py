"""The pages of the books: vouchers and their lines, remittances, statements taken in, reconciled, counties assessed."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import HERE, Answer, Site, multipart
from tongchou.interfaces.web.curve import HEIGHT, WIDTH, curve
from tongchou.interfaces.web.views.statements import lines_of
from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused

FUND = "critical_illness"
RECONCILED = f"area={HERE}&fund={FUND}&since=2023-03-01&until=2023-03-31"


@dataclass
class Booked:
    """What the books of this office hold for these tests."""

    interest: int
    undone: int
    remittance: int
    account: str


def two(conn: psycopg.Connection, operation: str, /, **given: Any) -> dict[str, Any]:
    """An operation that one asks for and another approves."""
    asked = run(conn, actor(conn, "accountant"), operation, given)
    return decide(conn, actor(conn, "topreviewer"), asked["command"], "approved")


@pytest.fixture(scope="session")
def booked(site: Site) -> Booked:
    where = {"area": HERE, "fund": FUND, "on": "2023-03-05"}
    with psycopg.connect(site.address, autocommit=True) as conn:
        kept = two(conn, "books.interest", **where, amount="12.30", reference="LX-1", note="=利息")
        wrong = two(conn, "books.interest", **where, amount="5.00", reference="LX-2")
        two(conn, "books.undo", voucher=wrong["voucher"], on="2023-03-06", reason="记错")
        sent = two(conn, "remittance.send", **where, amount="3.00", reference="SJ-1")
        two(conn, "bank.open", area=HERE, fund=FUND, kind="special_account", code="ZH-1", name="某银行")
    return Booked(kept["voucher"], wrong["voucher"], sent["remittance"], "ZH-1")


def test_one_entry_leads_to_every_page(site: Site) -> None:
    page = site.browser("accountant").get("/office/books/")
    for path in ("funds", "daily", "parties", "vouchers", "remittances", "accounts", "statements", "reconciliation",
                 "assessment"):  # fmt: skip
        assert f'href="/office/books/{path}/"' in page.text
    assert 'href="/office/balances/"' in page.text
    assert page.text.count('aria-current="page"') == 1
    assert 'href="/office/books/statements/"' not in site.browser("auditor").get("/office/books/").text


def test_who_may_open_the_books(site: Site, booked: Booked) -> None:
    admin, auditor, far = site.browser("admin"), site.browser("auditor"), site.browser("far")
    paths = ("", "vouchers/", f"vouchers/{booked.interest}/", "remittances/", "accounts/", "statements/",
             f"reconciliation/?{RECONCILED}", f"assessment/?area={HERE}&since=2023-01-01&until=2023-12-31")  # fmt: skip
    for path in paths:
        assert admin.get(f"/office/books/{path}").status == 403, path
        assert auditor.get(f"/office/books/{path}").status == (403 if path == "statements/" else 200), path
    assert auditor.upload("/office/books/statements/", b"x", side="bank", account="ZH-1").status == 403
    assert f"/office/books/vouchers/{booked.interest}/" not in far.get("/office/books/vouchers/").text
    assert "SJ-1" not in far.get("/office/books/remittances/").text
    assert "ZH-1" not in far.get("/office/books/accounts/").text
    for path in (*paths[2:3], *paths[6:], f"vouchers/?area={HERE}", f"accounts/?area={HERE}"):
        assert far.get(f"/office/books/{path}").status == 403, path
    refused = far.upload("/office/books/statements/", b"day,reference,amount\n2023-03-05,X,1\n", account="ZH-1")
    assert (refused.status, "area_outside" in refused.text) == (403, True)


def test_each_fund_is_seen_at_one_look(site: Site, booked: Booked) -> None:
    """Cash, income and spending of the year, on the page, in a file and by JSON; what was undone does not count."""
    visitor = site.browser("accountant")
    query = f"area={HERE}&on=2023-03-31"
    page = visitor.get(f"/office/books/funds/?{query}")
    row = re.search(r"<tr><td>大病保险资金</td>(.*?)</tr>", page.text)
    assert row is not None
    assert re.findall(r">([0-9,.-]+)<", row[1]) == ["9.30", "12.30", "0.00", "0.00", "0.00"]
    assert 'class="bar"' in row[1]
    taken = visitor.get(f"/office/books/funds/?{query}&export=csv&part=funds").body.decode("utf-8-sig")
    assert "大病保险资金,9.30,12.30,0.00,0.00,0.00" in taken
    told = site.call("accountant", "GET", f"/api/funds?{query}").json
    assert [f for f in told if f["fund"] == FUND] == [
        {"fund": FUND, "cash": "9.30", "income": "12.30", "spending": "0.00", "to_collect": "0.00", "payable": "0.00"}
    ]
    later = site.call("accountant", "GET", f"/api/funds?area={HERE}&on=2024-03-31").json
    assert [(f["cash"], f["income"]) for f in later if f["fund"] == FUND] == [("9.30", "0.00")]
    assert re.search("基金一览 · [0-9]{6} ", visitor.get("/office/books/").text)
    assert "基金一览 · 530100" in site.browser("far").get("/office/books/").text
    assert site.browser("far").get(f"/office/books/funds/?{query}").status == 403
    assert site.call("far", "GET", f"/api/funds?{query}").status == 403


def test_an_account_is_followed_from_day_to_day(site: Site, booked: Booked) -> None:
    visitor = site.browser("accountant")
    query = f"area={HERE}&fund={FUND}&account=special_account&since=2023-03-01&until=2023-03-31"
    page = visitor.get(f"/office/books/daily/?{query}")
    assert re.findall(r'<td class="nowrap">(2023-[0-9-]+)</td><td class="num">([0-9.-]+)<', page.text) == [
        ("2023-03-05", "14.30"), ("2023-03-06", "-5.00")
    ]  # fmt: skip
    assert 'class="curve"' in page.text
    told = site.call("accountant", "GET", f"/api/daily-balances?{query}").json
    assert told == [
        {"day": "2023-03-01", "balance": "0.00"},
        {"day": "2023-03-05", "balance": "14.30"},
        {"day": "2023-03-06", "balance": "9.30"},
    ]
    for right, wrong, field in (("special_account", "wallet", "account"), (FUND, "purse", "fund")):
        refused = site.call("accountant", "GET", f"/api/daily-balances?{query.replace(right, wrong)}")
        assert (refused.status, refused.json["code"], refused.json["field"]) == (400, "argument_invalid", field)
        assert visitor.get(f"/office/books/daily/?{query.replace(right, wrong)}").status == 400
    assert site.call("far", "GET", f"/api/daily-balances?{query}").status == 403
    assert visitor.get(f"/office/books/daily/?{query.replace('2023-03-31', '2023-02-01')}").status == 400


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-(10**12), 10**12)), min_size=1, max_size=20))
def test_a_curve_stays_in_its_picture(moves: list[tuple[int, int]]) -> None:
    first = date(2023, 1, 1)
    points = [(first + timedelta(days=d), fen) for d, fen in sorted(dict(moves).items())]
    drawn = curve(points, first + timedelta(days=401), "x")
    assert drawn is not None
    steps = [(c, int(n)) for c, n in re.findall(r"([HV])(\d+)", drawn.line)]
    across = [n for c, n in steps if c == "H"]
    assert across == sorted(across)
    assert across[-1] == WIDTH
    assert all(n <= (WIDTH if c == "H" else HEIGHT) for c, n in steps)
    assert 0 <= drawn.zero <= HEIGHT
    assert curve(points[:1], points[0][0], "one day") is None


def test_vouchers_are_found_and_taken_out(site: Site, booked: Booked) -> None:
    visitor = site.browser("accountant")
    page = visitor.get(f"/office/books/vouchers/?area={HERE}&fund={FUND}&event=interest&since=2023-03-01")
    found = re.findall(r'href="/office/books/vouchers/(\d+)/"', page.text)
    assert [int(n) for n in found] == [booked.undone, booked.interest]
    assert ("利息收入" in page.words, "2023-03-06" in page.words) == (True, True)
    assert "没有符合条件" in visitor.get(f"/office/books/vouchers/?fund={FUND}&until=2000-01-01").words
    wrong = visitor.get("/office/books/vouchers/?since=2023-02-01&until=2023-01-01")
    assert (wrong.status, "days_reversed" in wrong.text) == (400, True)
    assert visitor.get("/office/books/vouchers/?event=nix").status == 400
    body = visitor.get(f"/office/books/vouchers/?fund={FUND}&event=interest&export=csv").body
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [r[5] for r in rows] == ["金额（元）", "5.00", "12.30"]


def test_a_voucher_with_its_lines(site: Site, booked: Booked) -> None:
    visitor = site.browser("accountant")
    page = visitor.get(f"/office/books/vouchers/{booked.interest}/")
    assert ("12.30" in page.words, "财政专户" in page.words, "冲正分录" in page.words) == (True, True, True)
    assert f"/office/operations/books.undo/?voucher={booked.interest}" in page.text
    form = visitor.get(f"/office/operations/books.undo/?voucher={booked.interest}")
    assert f'value="{booked.interest}"' in form.text
    undone = visitor.get(f"/office/books/vouchers/{booked.undone}/")
    assert ("已冲正" in undone.words, "记错" in undone.words, "books.undo" in undone.text) == (True, True, False)
    entries = re.findall(r"<tr><td class=\"num\">(\d+)</td>", undone.text)
    assert len(set(entries)) == 2
    assert "books.undo" not in site.browser("auditor").get(f"/office/books/vouchers/{booked.interest}/").text
    assert visitor.get("/office/books/vouchers/999999/").status == 404


def test_a_remittance_in_transit_leads_to_its_arrival(site: Site, booked: Booked) -> None:
    visitor = site.browser("accountant")
    page = visitor.get("/office/books/remittances/?transit=yes")
    link = re.search(
        rf'href="(/office/operations/remittance.receive/\?remittance={booked.remittance}[^"]+)"', page.text
    )
    assert link is not None
    form = visitor.get(link[1].replace("&amp;", "&"))
    assert ('value="3.00"' in form.text, f'value="{booked.remittance}"' in form.text) == (True, True)
    assert "remittance.receive" not in site.browser("clerk").get("/office/books/remittances/").text


def test_statements_are_taken_in_and_reconciled(site: Site, booked: Booked) -> None:
    visitor, path = site.browser("accountant"), "/office/books/statements/"
    sheet = '日期,流水号,金额（元）,摘要\n2023-03-05,LX-1,12.30,利息\n2023/3/7,YH-1,"-1,015.00",手续费\n'
    done = visitor.upload(path, sheet.encode("gbk"), side="bank", account=booked.account)
    assert ("已导入 2 行" in done.words, "reconciliation" in done.text) == (True, True)
    again = visitor.upload(path, sheet.encode(), side="bank", account=booked.account)
    assert (again.status, "第 2 行" in again.words, "reference_reported" in again.text) == (400, True, True)
    tax = visitor.upload(path, b"day,reference,amount\n2023-03-08,SW-1,7\n", side="tax", area=HERE, fund=FUND)
    assert "已导入 1 行" in tax.words
    told = visitor.get(f"/office/books/reconciliation/?{RECONCILED}")
    for word in ("仅银行有", "仅税务有", "仅账册有", "YH-1", "SW-1", "SJ-1", "-1,015.00", "-1,002.70"):
        assert word in told.words, word
    assert "LX-1" not in told.words
    body = visitor.get(f"/office/books/reconciliation/?{RECONCILED}&export=csv&part=differences").body
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert {r[1]: r[2] for r in rows[1:]} == {"YH-1": "仅银行有", "SW-1": "仅税务有", "SJ-1": "仅账册有"}
    noted = site.sql("SELECT content FROM office.record WHERE operation = 'web.export' ORDER BY id DESC LIMIT 1")
    assert (noted[0][0]["listing"], noted[0][0]["rows"]) == ("reconciliation.differences", 3)
    assert visitor.get(f"/office/books/reconciliation/?{RECONCILED}&export=exe").status == 400
    assert visitor.get(f"/office/books/reconciliation/?area={HERE}&fund={FUND}&since=x").status == 400


def test_what_is_open_is_seen_by_party_and_a_remittance_is_taken_back(site: Site, booked: Booked) -> None:
    with psycopg.connect(site.address, autocommit=True) as conn:
        where = {"area": HERE, "fund": "injury", "on": "2023-03-05"}
        two(conn, "books.care_owed", **where, amount="81.00", party="工伤医院")
        two(conn, "books.opening", **where, amount="3.00")
        late = two(conn, "remittance.send", **where, amount="3.00", reference="SJ-7")["remittance"]
    visitor = site.browser("accountant")
    query = f"area={HERE}&fund=injury&account=payable&until=2023-03-31"
    assert re.search("工伤医院</td>.*?81.00", visitor.get(f"/office/books/parties/?{query}").text)
    told = site.call("accountant", "GET", f"/api/party-balances?{query}").json
    assert told == [{"party": "工伤医院", "debited": "0.00", "credited": "81.00", "balance": "81.00"}]
    assert site.call("far", "GET", f"/api/party-balances?{query}").status == 403
    listed = visitor.get(f"/office/books/remittances/?area={HERE}&fund=injury").text
    assert ("SJ-7" in listed, "SJ-1" in listed) == (True, False)
    form = f"/office/operations/remittance.undo/?remittance={late}"
    assert form in site.browser("clerk").get("/office/books/remittances/?fund=injury").text
    assert "3.00 元 2023-03-05 SJ-7" in visitor.get(form).words
    with psycopg.connect(site.address, autocommit=True) as conn:
        two(conn, "remittance.undo", remittance=late, on="2023-03-06", reason="重复")
    rows = site.call("accountant", "GET", "/api/remittances?fund=injury").json["rows"]
    assert [(r["reference"], r["undone_on"]) for r in rows] == [("SJ-7", "2023-03-06")]
    assert site.call("accountant", "GET", "/api/remittances?fund=injury&in_transit=true").json["rows"] == []


def test_a_program_sends_a_statement_too(site: Site, booked: Booked) -> None:
    def sent(name: str, sheet: str, **fields: str) -> Answer:
        body, kind = multipart(sheet.encode(), "dzd.csv", fields)
        return site.call(name, "POST", "/api/statements", body, **{"Content-Type": kind})

    sheet = "日期,流水号,金额\n2023-04-05,API-1,12.30\n"
    assert sent("far", sheet, side="bank", account=booked.account).json["code"] == "area_outside"
    assert sent("auditor", sheet, side="bank", account=booked.account).status == 403
    done = sent("accountant", sheet, side="bank", account=booked.account)
    assert done.json == {"kept": 1, "area": HERE, "fund": FUND, "since": "2023-04-05", "until": "2023-04-05"}
    again = sent("accountant", sheet, side="bank", account=booked.account)
    assert (again.status, again.json["code"], "API-1" in again.json["message"]) == (400, "reference_reported", True)
    assert sent("accountant", sheet, side="tax", area=HERE, fund="purse").json["field"] == "fund"
    assert sent("accountant", sheet, side="neither").status == 400
    assert site.sql("SELECT count(*) FROM office.bank_line WHERE reference = 'API-1'") == [(1,)]


def test_a_bad_statement_is_refused_whole(site: Site, booked: Booked) -> None:
    visitor, path = site.browser("accountant"), "/office/books/statements/"
    before = site.sql("SELECT count(*) FROM office.bank_line")
    sheet = "日期,流水号,金额\n2023-03-09,B-1,1.00\n昨天,B-1,1.234\n,B-3,0\n"
    refused = visitor.upload(path, sheet.encode(), side="bank", account=booked.account)
    assert refused.status == 400
    for word in (
        "第 3 行“日期”",
        "第 3 行“流水号”与第 2 行重复",
        "第 3 行“金额”",
        "第 4 行“日期”为空",
        "第 4 行“金额”不能为0",
    ):
        assert word in refused.words, word
    assert site.sql("SELECT count(*) FROM office.bank_line") == before
    for content, fields, code in (
        (b"a,b\n1,2\n", {"side": "bank", "account": booked.account}, "column_missing"),
        (b"day,reference,amount\n", {"side": "bank", "account": booked.account}, "file_empty"),
        (b"day,reference,amount\n", {"side": "tax", "area": HERE, "fund": "nix"}, "argument_invalid"),
        (b"day,reference,amount\n2023-03-05,X,1\n", {"side": "bank", "account": "nix"}, "bank_account_unknown"),
    ):
        told = visitor.upload(path, content, **fields)
        assert (told.status, code in told.text) == (400, True), told.words
    visitor.get(path)
    assert "file_missing" in visitor.post(path, {"side": "bank", "account": booked.account}).text


def test_a_statement_is_read_cell_by_cell() -> None:
    lines = lines_of(
        {"day": ["20230305", ""], "reference": ["A", ""], "amount": ["￥1,234,567.8", ""], "note": ["x", ""]}
    )
    assert [(x.on, x.reference, x.amount, x.said) for x in lines] == [(date(2023, 3, 5), "A", 123456780, "x")]
    for amount in ("12,34", "1e3", "--1", "1.234", "壹"):
        with pytest.raises(OfficeRefused, match="line 2, amount"):
            lines_of({"day": ["2023-03-05"], "reference": ["A"], "amount": [amount]})
    with pytest.raises(OfficeRefused, match="line 2, reference: was kept as a number"):
        lines_of({"day": ["2023-03-05"], "reference": ["5.30102E+17"], "amount": ["1"]})
    with pytest.raises(OfficeRefused, match="4 more"):
        lines_of({"day": [""] * 3, "reference": [""] * 3, "amount": ["x"] * 3})


def test_counties_and_insurers_are_assessed(site: Site, booked: Booked) -> None:
    visitor = site.browser("accountant")
    assert "县区经办机构" not in visitor.get("/office/books/assessment/?area=").words
    query = "/office/books/assessment/?area=530000&since=2023-01-01&until=2023-12-31"
    page = visitor.get(query)
    assert ("县区经办机构" in page.words, "承保机构" in page.words) == (True, True)
    counties = site.sql("SELECT count(*) FROM office.area WHERE level = 'county' AND '530000' = ANY(path)")[0][0]
    if counties:
        body = visitor.get(f"{query}&export=xlsx&part=counties").body
        assert body.startswith(b"PK")
    assert visitor.get("/office/books/assessment/?area=530000&since=2023-02-01&until=2023-01-01").status == 400
