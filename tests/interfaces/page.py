"""A page as a test reads it: its elements by attribute, their text; the standard library's parser alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "rect", "circle", "path", "img", "hr", "input"}


@dataclass
class Element:
    """One element with all text below it."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class Page(HTMLParser):
    """All elements of a page; an end tag that closes nothing, or an element left open, is an error."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self.open, [e.tag for e in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        e = Element(tag, {k: v or "" for k, v in attrs})
        self.elements.append(e)
        if tag not in VOID:
            self.open.append(e)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        for e in self.open:
            e.parts.append(data)

    def all(self, attribute: str) -> list[Element]:
        """Elements that have an attribute."""
        return [e for e in self.elements if attribute in e.attributes]

    def tags(self, tag: str) -> list[Element]:
        return [e for e in self.elements if e.tag == tag]

    @property
    def text(self) -> str:
        """What a person reads: everything below ``main``."""
        return self.tags("main")[0].text


def fen(text: str) -> int:
    """An amount of a page (``−1,234.56``) in fen."""
    whole, _, cents = text.replace(",", "").replace("−", "-").partition(".")
    assert len(cents) == 2, text
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(cents))
