"""The pages in a real browser: by keyboard alone, with a double click, on a phone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import CHROMIUM, PASSWORD, Site
from tongchou.office.operations import OPERATIONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH; .ci/run installs it where it may")
Slip = Callable[..., dict[str, str]]
PAGES = ["/office/", "/office/operations/", "/office/operations/books.interest/", "/office/commands/?all=1",
         "/office/law/",
         "/office/records/", "/office/records/{record}/", "/office/staff/", "/office/balances/?area=532300",
         "/office/books/", "/office/books/vouchers/", "/office/books/remittances/", "/office/books/accounts/",
         "/office/books/reconciliation/?area=532300&fund=basic_pooled&since=2023-01-01&until=2023-12-31",
         "/office/books/assessment/?area=532300&since=2023-01-01&until=2023-12-31", "/office/people/coverage/",
         "/office/people/uncovered/", "/office/people/crosscheck/", "/office/people/export/",
         "/office/tokens/", "/password/", "/office/nix/"]  # fmt: skip
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return {id: e.id || e.name || e.textContent.trim(), ring: s.outlineStyle != 'none' && parseFloat(s.outlineWidth) > 1};
}"""


def opened(chromium: Any, site: Site, name: str = "", width: int = 1440) -> Any:
    """A page of a width, logged in; whatever the console says or loads from elsewhere fails the test."""
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.said = []
    page.on("console", lambda m: page.said.append(m.text))
    page.on("pageerror", lambda e: page.said.append(str(e)))
    page.on("request", lambda r: r.url.startswith(site.url) or page.said.append(r.url))
    page.goto(site.url + "/login/")
    if name:
        page.fill("#username", name)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/office/")
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_scrolls_sideways(chromium: Any, site: Site, width: int, lang: str) -> None:
    page = opened(chromium, site, "auditor", width)
    for path in (path.format(record=record(site)) for path in PAGES):
        page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={lang}")
        assert page.evaluate(OVER) <= 0, (path, width)
        assert page.locator("h1").count() == 1, path
    assert [s for s in page.said if "404" not in s] == []
    page.close()


def test_a_phone_shows_every_form_whole(chromium: Any, site: Site) -> None:
    page = opened(chromium, site, "accountant", 390)
    for name in [*(f"operations/{n}" for n in OPERATIONS), "books/statements", "people/crosscheck", "people/export"]:
        page.goto(f"{site.url}/office/{name}/")
        assert page.evaluate(OVER) <= 0, name
        small = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main button')]"
            ".filter(e => e.getBoundingClientRect().height < 40).map(e => e.id)"
        )
        assert small == [], name
    page.close()


def test_by_keyboard_alone(chromium: Any, site: Site, slip: Slip) -> None:
    given = slip()
    page = opened(chromium, site)
    keys = page.keyboard
    page.locator("#username:focus").wait_for()
    keys.type("clerk")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/office/")
    reach(page, lambda f: f["id"].startswith("业务办理"))
    keys.press("Enter")
    page.wait_for_url("**/office/operations/")
    reach(page, lambda f: "books.interest" in f["id"])
    keys.press("Enter")
    page.wait_for_url("**/books.interest/")
    for f in OPERATIONS["books.interest"].fields:
        reach(page, lambda at, name=f.name: at["id"] == name)
        if f.name == "fund":
            while page.input_value("#fund") != given["fund"]:
                keys.press("ArrowDown")
        elif f.kind == "day":
            keys.type("01052023")
        elif f.kind != "area":
            keys.type(given.get(f.name, ""))
    reach(page, lambda f: f["id"] in ("do", "提交申请"))
    keys.press("Enter")
    page.wait_for_url("**/office/answers/*/")
    assert "已提交，待他人审批" in page.inner_text("main")
    assert site.sql(
        "SELECT arguments ->> 'on' FROM office.command WHERE arguments ->> 'reference' = %s", [given["reference"]]
    ) == [("2023-01-05",)]
    page.close()


def reach(page: Any, there: Callable[[dict[str, Any]], bool]) -> None:
    """Press Tab until the focus is where it should be; it is visible all the way."""
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        assert at["ring"], f"no visible focus on {at['id'][:40]}"
        if there(at):
            return
    raise AssertionError("cannot be reached with Tab")


def test_a_double_click_does_it_once(chromium: Any, site: Site, slip: Slip) -> None:
    given = slip()
    page = opened(chromium, site, "clerk")
    page.goto(f"{site.url}/office/operations/books.interest/")
    for name, value in given.items():
        (page.select_option if name in ("area", "fund") else page.fill)(f"#{name}", value)
    page.dblclick("button[name=do]")
    page.wait_for_url("**/office/answers/*/")
    found = site.sql("SELECT count(*) FROM office.command WHERE arguments ->> 'reference' = %s", [given["reference"]])
    assert found == [(1,)]
    page.close()


def record(site: Site) -> int:
    """The first record of an operation; those that tell of rows are on no page."""
    return int(site.sql("SELECT min(id) FROM office.record WHERE operation <> 'rows'")[0][0])


def test_labels_and_landmarks(chromium: Any, site: Site) -> None:
    page = opened(chromium, site, "accountant")
    for path in ("/office/", "/office/operations/books.close_month/", "/office/records/", "/office/tokens/",
                 "/office/books/statements/", "/office/books/vouchers/", "/office/people/crosscheck/",
                 "/office/people/export/"):  # fmt: skip
        page.goto(site.url + path)
        bare = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter(e => !e.labels || !e.labels.length).map(e => e.id)"
        )
        assert bare == [], path
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        assert page.locator("main").count() == 1
        assert not re.search(r"\b(None|undefined)\b", page.inner_text("main")), path
    page.close()


def test_a_page_prints_without_its_buttons(chromium: Any, site: Site) -> None:
    page = opened(chromium, site, "auditor")
    page.goto(f"{site.url}/office/records/{record(site)}/")
    page.emulate_media(media="print")
    assert not page.locator(".places").is_visible()
    assert page.locator("dl.facts").first.is_visible()
    page.close()
