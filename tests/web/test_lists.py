"""List pages: filters, paging, and files that hold all of a list and run nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from tests.web.conftest import Site
from tongchou.interfaces.web.exports import harmless

Slip = Callable[..., dict[str, str]]


def sheet(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_records_are_filtered_and_paged(site: Site, slip: Slip) -> None:
    for _ in range(60):
        site.call("clerk", "POST", "/api/operations/books.interest", {"arguments": slip()})
    visitor = site.browser("auditor")
    page = visitor.get("/office/records/?actor=clerk&operation=books.interest")
    first = re.findall(r'href="/office/records/(\d+)/"', page.text)
    assert len(first) == 50
    following = re.search(r'rel="next" href="(\?[^"]+)"', page.text)
    assert following is not None
    second = visitor.get("/office/records/" + following[1].replace("&amp;", "&"))
    rest = re.findall(r'href="/office/records/(\d+)/"', second.text)
    assert int(rest[0]) < int(first[-1])
    assert "actor=clerk" in following[1]
    assert "没有符合条件的记录" in visitor.get("/office/records/?until=1999-01-01").words
    assert visitor.get(f"/office/records/{first[0]}/").status == 200
    wrong = visitor.get("/office/records/?since=yesterday")
    assert (wrong.status, "argument_invalid" in wrong.text) == (400, True)
    assert visitor.get("/office/records/?after=x").status == 400


def test_an_export_holds_the_whole_list(site: Site, slip: Slip) -> None:
    visitor = site.browser("auditor")
    query = "/office/records/?actor=clerk&export="
    total = site.sql("SELECT count(*) FROM office.record WHERE actor = 'clerk'")[0][0]
    done = visitor.get(query + "csv")
    rows = sheet(done.body)
    assert (rows[0][:3], len(rows) - 1) == (["编号", "时间", "操作人"], total)
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(query + "xlsx").body))
    assert book.active is not None
    assert [[str(v) for v in r[:1]] for r in book.active.iter_rows(min_row=2, values_only=True)] == [
        [r[0]] for r in rows[1:]
    ]
    noted = site.sql(
        "SELECT content FROM office.record WHERE operation = 'web.export' AND actor = 'auditor' ORDER BY id"
    )
    assert [n[0]["rows"] for n in noted][-2:] == [total, total]
    assert visitor.get(query + "exe").status == 400
    assert site.browser("clerk").get(query + "csv").status == 403


@pytest.mark.parametrize("paged", [True, False])
def test_too_many_rows_are_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch, site: Site, paged: bool) -> None:
    from tongchou.interfaces.web import lists
    from tongchou.office.frame.refusal import OfficeRefused

    monkeypatch.setattr(lists, "MOST", 5000)
    listing = lists.Listing(
        "many", "多", "many", "audit.read", (lists.Column("id", "编号", "No."),), (),
        lambda desk, filters, limit, after: [{"id": i} for i in range(after + 1, after + limit + 1)], paged=paged,
    )  # fmt: skip
    desk: Any = SimpleNamespace(who=SimpleNamespace(name="x", areas=lambda right: ("000000",)), conn=None)
    with pytest.raises(OfficeRefused, match="export_too_many"):
        lists.exported(desk, listing, {}, "csv")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@x", "\t=1", "\r=1", "|calc"])
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("张三") == "张三"


def test_balances_need_an_area(site: Site) -> None:
    visitor = site.browser("auditor")
    page = visitor.get("/office/balances/?area=")
    assert ("选择地区后列示" in page.words, "没有符合条件" in page.words) == (True, False)
    assert visitor.get("/office/balances/?area=532300").status == 200
    assert visitor.get("/office/balances/?area=532300&until=x").status == 400
    assert site.browser("clerk").get("/office/balances/?area=530100").status == 403


def test_tokens_are_made_shown_once_and_ended(site: Site) -> None:
    visitor = site.browser("keeper")
    visitor.get("/office/tokens/")
    assert visitor.post("/office/tokens/", {"purpose": " "}).status == 400
    made = visitor.post("/office/tokens/", {"purpose": "对账程序"})
    token = re.search(r'<code class="once">([^<]+)', made.text)
    assert token is not None
    header = {"Authorization": f"Bearer {token[1]}"}
    assert site.call("", "GET", "/api/areas", **header).status == 200
    page = visitor.get("/office/tokens/")
    assert ("对账程序" in page.text, token[1] in page.text) == (True, False)
    visitor.post("/office/tokens/", {"end": "1"})
    site.tokens.pop("keeper", None)
    assert site.call("", "GET", "/api/areas", **header).status == 401
