"""The frame of reports: a few filters, facts, and one or more tables of it; each table can be taken out as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.refusal import OfficeRefused

from .curve import Curve
from .drawing import page
from .guard import Desk
from .lists import Column, Filter, Listing, Shown, exported, read_filters, tabled


@dataclass(frozen=True)
class Part:
    """A table of a report; ``none`` is said where it has no row."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    none: tuple[str, str] = ("没有。", "None.")
    counted: bool = True
    """Whether how many rows there are says something."""


@dataclass(frozen=True)
class Found:
    """What a report tells: facts (name, value, link), and the rows of each part."""

    rows: Mapping[str, Sequence[Any]]
    facts: tuple[tuple[str, str, str], ...] = ()
    picture: Curve | None = None


@dataclass(frozen=True)
class Report:
    """A report. ``find`` takes desk and filters; it is asked once those of ``needs`` are filled in."""

    name: str
    zh: str
    en: str
    right: str
    filters: tuple[Filter, ...]
    needs: tuple[str, ...]
    parts: tuple[Part, ...]
    find: Callable[[Desk, Mapping[str, Any]], Found]
    note: tuple[str, str] = ("", "")
    up: tuple[str, str, str] = ("", "", "")


def show_report(request: HttpRequest, desk: Desk, report: Report) -> HttpResponseBase:
    """The report as a page, or one of its tables as a file (``part`` and ``export``)."""
    allow_within(desk.who, report.right)
    texts = {f.name: request.GET.get(f.name, f.default(desk)).strip() for f in report.filters}
    refused: OfficeRefused | None = None
    found = Found({})
    try:
        filters = read_filters(report, texts)
        refuse_reversed(filters)
        if all(texts[n] for n in report.needs):
            found = report.find(desk, filters)
            if "export" in request.GET:
                part = next((p for p in report.parts if p.name == request.GET.get("part")), report.parts[0])
                rows = found.rows[part.name]
                return exported(desk, as_listing(report, part, rows), filters, request.GET["export"])
    except OfficeRefused as e:
        if e.field not in texts and not e.code.startswith("export_"):
            raise
        refused, found = e, Found({})
    kept = {k: v for k, v in texts.items() if v}
    return page(
        request,
        "report.html",
        desk,
        status=400 if refused else 200,
        report=report,
        texts=texts,
        refused=refused,
        facts=found.facts,
        picture=found.picture,
        tables=[(p, drawn(desk, p, found.rows[p.name]), len(found.rows[p.name])) for p in report.parts if found.rows],
        exports={
            p.name: {f: f"?{urlencode({**kept, 'part': p.name, 'export': f})}" for f in ("csv", "xlsx")}
            for p in report.parts
        },
        areas=desk.areas_of(report.right) if any(f.kind == "area" for f in report.filters) else [],
    )


def refuse_reversed(filters: Mapping[str, Any]) -> None:
    """Refuse days whose last lies before the first: ``days_reversed``."""
    since, until = filters.get("since"), filters.get("until")
    if isinstance(since, date) and isinstance(until, date) and until < since:
        raise OfficeRefused("days_reversed", "截至日期早于起始日期", "the last day is before the first", "until")


def drawn(desk: Desk, part: Part, rows: Sequence[Any]) -> list[list[Shown]]:
    """The rows of a part as the page writes them."""
    return tabled(desk, as_listing(None, part, rows), rows)


def as_listing(report: Report | None, part: Part, rows: Sequence[Any]) -> Listing:
    """A part with its rows as a list, which can be taken out as a file."""
    name = f"{report.name}.{part.name}" if report else part.name
    return Listing(
        name, part.zh, part.en, report.right if report else "", part.columns, report.filters if report else (),
        lambda desk, filters, limit, after: rows, paged=False,
    )  # fmt: skip
