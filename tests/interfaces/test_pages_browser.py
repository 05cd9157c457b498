"""Pages in a real browser: nothing runs over the edge, no word covers another, one claim prints on one A4 page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.conftest import tongchou, write_claims
from tests.interfaces.test_pages import ROWS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH; .ci/run installs it where it may")

CLAIMS = ["V1", "V2", "L1", "D1", "D2", "Z1", "A1"]
ONE_PAGE = ["V1", "V2", "L1", "D2", "D3", "Z1"]
BOXES = """
svg => [...svg.querySelectorAll(':scope > text, :scope > circle')].map(e => {
  const b = e.getBoundingClientRect();
  return {text: e.tagName + ' ' + e.textContent, digit: e.classList.contains('digit') || e.tagName == 'circle',
          left: b.left, right: b.right, top: b.top, bottom: b.bottom};
})
"""
CLIPPED = """
() => [...document.querySelectorAll('main *')].filter(e => {
  if (e.closest('pre, svg') || !e.getClientRects().length) return false;
  const b = e.getBoundingClientRect();
  return b.right > document.documentElement.clientWidth + 0.5 || b.left < -0.5;
}).map(e => e.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def file_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The page of a claim, or of the law (``law``, ``compared``), written by the command."""
    folder = tmp_path_factory.mktemp("browser")
    done = tongchou("settle", write_claims(folder / "c.csv", ROWS), "--area", "530100", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    law = {"law": ["530100", "2023-05-04"], "compared": ["530100", "2022-12-31", "--compare", "2023-01-01"]}

    def file(name: str, lang: str = "zh") -> Path:
        path = folder / f"{name}-{lang}.html"
        words = ["law", "show", *law[name]] if name in law else ["explain", str(folder / "out"), name]
        done = tongchou(*words, "--html", path, "--lang", lang)
        assert done.returncode == 0, done.stderr
        return path

    return file


def opened(browser: Any, path: Path, width: int) -> tuple[Any, list[str]]:
    """The page at a width, and what the console said."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: r.url.startswith(("file:", "data:")) or said.append(r.url))
    page.goto(path.as_uri())
    return page, said


@pytest.mark.parametrize(("name", "lang"), [(c, "zh") for c in CLAIMS] + [("A2", "en"), ("D2", "en")])
def test_no_word_is_cut_or_covered(browser: Any, file_of: Callable[..., Path], name: str, lang: str) -> None:
    page, said = opened(browser, file_of(name, lang), 360)
    for width in (360, 720, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        inside(page, width)
        (picture,) = [s for s in page.query_selector_all(".flow svg") if s.is_visible()]
        assert picture.get_attribute("class") == ("standing" if width < 720 else "lying")
        apart(picture)
    assert said == []
    page.close()


@pytest.mark.parametrize(("name", "lang"), [("law", "zh"), ("compared", "zh"), ("compared", "en")])
def test_law_stays_inside_the_page(browser: Any, file_of: Callable[..., Path], name: str, lang: str) -> None:
    page, said = opened(browser, file_of(name, lang), 360)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        inside(page, width)
    assert said == []
    page.close()


def inside(page: Any, width: int) -> None:
    """Nothing runs over the edge, so the page does not scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []


def apart(picture: Any) -> None:
    """All words of a picture lie inside it, and none covers another."""
    frame, boxes = picture.bounding_box(), picture.evaluate(BOXES)
    assert len(boxes) > 5
    for b in boxes:
        assert b["left"] >= frame["x"] - 0.5, b
        assert b["right"] <= frame["x"] + frame["width"] + 0.5, b
        assert b["top"] >= frame["y"] - 0.5, b
        assert b["bottom"] <= frame["y"] + frame["height"] + 0.5, b
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            if a["digit"] and b["digit"]:
                continue  # a number in its disc
            across = min(a["right"], b["right"]) - max(a["left"], b["left"])
            down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            assert across <= 1 or down <= 4, (a["text"], b["text"])  # line boxes are higher than their letters


@pytest.mark.parametrize("name", ONE_PAGE)
def test_a_claim_prints_on_one_page(browser: Any, file_of: Callable[..., Path], name: str) -> None:
    page, _ = opened(browser, file_of(name), 1280)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    assert page.locator(".flow svg.lying").is_visible()
    assert not page.locator(".flow svg.standing").is_visible()
    assert not any(d.is_visible() for d in page.query_selector_all("details")), "the source is not printed"
    page.close()


def test_the_source_opens_without_script(browser: Any, file_of: Callable[..., Path]) -> None:
    page, _ = opened(browser, file_of("V1"), 1280)
    line = page.locator("pre .met").first
    assert not line.is_visible()
    page.locator("summary").click()
    assert line.is_visible()
    page.close()


def test_colours_are_told_apart_without_colour(browser: Any, file_of: Callable[..., Path]) -> None:
    """In grey the funds' bands are far darker than the person's, and words stand out from the paper."""
    page, _ = opened(browser, file_of("V1"), 1280)
    fund = page.evaluate("getComputedStyle(document.querySelector('.lying .fund')).fill")
    ink = page.evaluate("getComputedStyle(document.querySelector('.lying .name')).fill")
    own = page.evaluate("getComputedStyle(document.querySelector('#own-lying rect')).fill")
    assert contrast(fund, own) > 3
    assert contrast(ink, "rgb(255, 255, 255)") > 7
    soft = page.evaluate("getComputedStyle(document.querySelector('.soft')).color")
    assert contrast(soft, "rgb(255, 255, 255)") > 4.5
    page.close()


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 reckons it."""

    def light(colour: str) -> float:
        parts = [int(v) / 255 for v in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
