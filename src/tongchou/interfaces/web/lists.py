"""The frame of list pages: columns, filters and where rows come from are declared; search, paging, export follow."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from tongchou.money.fen import parse_fen
from tongchou.office.frame.access import allow_within
from tongchou.office.frame.audit import record
from tongchou.office.frame.fields import Told, read_one
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.secrecy import mask
from tongchou.office.registry.search import asks_number

from .addresses import in_address
from .drawing import page
from .exports import export
from .guard import Desk
from .names import code_name
from .words import day, moment, money

PAGE = 50
MOST = 100_000
"""The largest export: more rows are refused, never cut off."""
Row = Any


@dataclass(frozen=True)
class Column:
    """A column: its names, and how values are written: text, money, day, moment, number (of a record), count, tenths,
    code, area."""

    name: str
    zh: str
    en: str
    kind: str = "text"
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Names of the codes that stand in it."""
    bar: bool = False
    """Whether a page draws each amount or count as a bar beside the largest of the table."""


@dataclass(frozen=True)
class Filter:
    """What a list can be narrowed by: text, number, day, choice, or area (of those he may look into)."""

    name: str
    zh: str
    en: str
    kind: str = "text"
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    personal: bool = False
    """May hold a number: sent by POST, so that it stands in no address; masked in the record of an export."""
    default: Callable[[Desk], str] = lambda desk: ""
    """What stands in it before anybody filled it in."""


class HasFilters(Protocol):
    """What can be narrowed by filters."""

    @property
    def filters(self) -> tuple[Filter, ...]: ...


Fetch = Callable[[Desk, Mapping[str, Any], int, int], Sequence[Row]]


@dataclass(frozen=True)
class Listing:
    """A list page. ``fetch`` takes desk, filters that are filled in, how many rows, and the key of the row before."""

    name: str
    zh: str
    en: str
    right: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    fetch: Fetch
    key: str = "id"
    first: int = 0
    """The key before the first row: 0 where keys rise, a very large one where the latest come first."""
    link: Callable[[Row], str] | None = None
    paged: bool = True
    note: tuple[str, str] = ("", "")
    needs: tuple[str, ...] = ()
    """Filters without which nothing is looked up."""
    actions: tuple[tuple[str, str, str, str], ...] = ()
    """Buttons above the list: address, Chinese, English, right."""
    action: Callable[[Desk, Row], tuple[str, str, str] | None] | None = None
    """What may be done about a row: address, Chinese, English; stands behind it on the page, not in a file."""
    up: tuple[str, str, str] = ("", "", "")
    """The page above: address, Chinese, English."""


@dataclass(frozen=True)
class Shown:
    """A value as a page writes it."""

    text: str
    kind: str
    link: str = ""
    share: int | None = None
    """How much of the largest of its column it is, in thousandths, where a bar is drawn."""


def the_day(desk: Desk) -> str:
    """Today, as a filter has it."""
    return desk.today.isoformat()


def own_area(right: str) -> Callable[[Desk], str]:
    """The topmost area at which he has a right, as a filter has it: a prefecture or below, where there is one."""

    def found(desk: Desk) -> str:
        mine = desk.areas_of(right)
        return next((a.code for a in mine if a.level in ("prefecture", "county")), mine[0].code if mine else "")

    return found


def value_of(row: Row, name: str) -> Any:
    """The value of a row of a column, be it a mapping or an object."""
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


def write(desk: Desk, column: Column, value: Any) -> str:
    """A value as a page or a CSV file writes it."""
    if value is None:
        return ""
    if column.kind == "money":
        return money(value)
    if column.kind == "count":
        return f"{value:,}"
    if column.kind == "moment":
        return moment(value)
    if column.kind == "day":
        return day(value)
    if column.kind == "area":
        return desk.area(str(value))
    if column.kind == "tenths":
        return f"{value // 10}.{value % 10}"
    if isinstance(value, bool):
        return desk.t("是", "yes") if value else desk.t("否", "no")
    names = column.codes.get(str(value)) or (code_name(column.name, str(value)) if column.kind == "code" else None)
    return desk.t(*names) if names else str(value)


def tabled(desk: Desk, listing: Listing, rows: Sequence[Row]) -> list[list[Shown]]:
    """The rows as a page writes them, with the bars of its columns."""
    table = [cells(desk, listing, row) for row in rows]
    for i, column in enumerate(listing.columns):
        if column.bar:
            sizes = [_size(value_of(row, column.name)) for row in rows]
            most = max(map(abs, sizes), default=0)
            for line, size in zip(table, sizes, strict=True):
                line[i] = replace(line[i], share=1000 * size // most if most else 0)
    return table


def _size(value: Any) -> int:
    """A count, or an amount in fen; 0 where nothing stands."""
    return value if isinstance(value, int) else parse_fen(str(value)) if value else 0


def show(request: HttpRequest, desk: Desk, listing: Listing, **more: Any) -> HttpResponseBase:
    """The list as a page, or as the file asked for by ``export=csv`` or ``export=xlsx``."""
    allow_within(desk.who, listing.right)
    sent = request.POST if request.method == "POST" else request.GET
    texts = {f.name: sent.get(f.name, f.default(desk)).strip() for f in listing.filters}
    personal = {f.name: texts[f.name] for f in listing.filters if f.personal and asks_number(texts[f.name])}
    if request.method == "POST" and not personal:  # without a number it has an address that can be gone back to
        return HttpResponseRedirect(f"{request.path}?{urlencode({k: v for k, v in texts.items() if v})}")
    refused: OfficeRefused | None = None
    rows: list[Row] = []
    asked = not any(not texts[n] for n in listing.needs)
    try:
        if personal and request.method != "POST":
            texts |= dict.fromkeys(personal, "")
            request.GET = QueryDict(urlencode({k: v for k, v in texts.items() if v}))
            raise in_address(next(iter(personal)))
        filters, after = read_filters(listing, texts), _after(request, listing)
        wanted = request.GET.get("export", "")
        asked = not any(not texts[n] for n in listing.needs)
        if wanted and asked:
            return exported(desk, listing, filters, wanted)
        if asked:
            rows = list(listing.fetch(desk, filters, PAGE + 1, after))
    except OfficeRefused as e:
        if e.field not in texts and e.code not in ("export_too_many", "export_unknown", "page_invalid"):
            raise
        refused = e
    more_rows = listing.paged and len(rows) > PAGE
    rows = rows[:PAGE] if listing.paged else rows
    kept = {k: v for k, v in texts.items() if v}
    table = tabled(desk, listing, rows)
    onward = more_rows and not personal  # whoever has a number is on one page
    following = f"?{urlencode({**kept, 'after': value_of(rows[-1], listing.key)})}" if onward else ""
    return page(
        request,
        "list.html",
        desk,
        status=400 if refused else 200,
        listing=listing,
        texts=texts,
        table=table,
        refused=refused,
        asked=asked,
        following=following,
        begin=f"?{urlencode(kept)}" if "after" in request.GET else "",
        exports={} if personal else {k: f"?{urlencode({**kept, 'export': k})}" for k in ("csv", "xlsx")},
        areas=desk.areas_of(listing.right) if any(f.kind == "area" for f in listing.filters) else [],
        actions=[a for a in listing.actions if desk.who.areas(a[3])],
        **more,
    )


def read_filters(listing: HasFilters, texts: Mapping[str, str]) -> dict[str, Any]:
    """Filters that are filled in, read by their kinds. Raises OfficeRefused naming the field."""
    found = {}
    for f in listing.filters:
        text = texts.get(f.name, "")
        if text:
            choices = tuple((c, *names) for c, names in f.choices.items())
            found[f.name] = read_one(Told(f.zh, f.en, f.kind, choices, f.personal, f.name), text)
    return found


def _after(request: HttpRequest, listing: Listing) -> int:
    text = request.GET.get("after", "")
    if not text:
        return listing.first
    if not text.isdigit() or len(text) > 18:
        raise OfficeRefused("page_invalid", "页码无效，请从第一页看起", "no such page; begin with the first one")
    return int(text)


def cells(desk: Desk, listing: Listing, row: Row) -> list[Shown]:
    """A row as the page writes it, with what may be done about it."""
    link = listing.link(row) if listing.link else ""
    found = [
        Shown(write(desk, c, value_of(row, c.name)), c.kind, link if i == 0 else "")
        for i, c in enumerate(listing.columns)
    ]
    if listing.action:
        done = listing.action(desk, row)
        found.append(Shown(desk.t(done[1], done[2]), "text", done[0]) if done else Shown("", "text"))
    return found


def exported(desk: Desk, listing: Listing, filters: Mapping[str, Any], wanted: str) -> HttpResponseBase:
    """The whole list as a file; that it left the office is recorded, with how many rows and by which filters."""
    if wanted not in ("csv", "xlsx"):
        raise OfficeRefused("export_unknown", "只能导出 csv 或 xlsx", "an export is csv or xlsx")
    if listing.paged:
        found, after = [], listing.first
        while True:
            some = list(listing.fetch(desk, filters, 2000, after))
            found += some
            if len(some) < 2000 or len(found) > MOST:
                break
            after = value_of(some[-1], listing.key)
    else:
        found = list(listing.fetch(desk, filters, MOST + 1, listing.first))
    if len(found) > MOST:
        raise OfficeRefused(
            "export_too_many",
            f"超过 {MOST:,} 行，请缩小筛选范围后再导出",
            f"more than {MOST:,} rows; narrow the list before exporting it",
        )
    personal = {f.name for f in listing.filters if f.personal}
    record(
        desk.conn,
        desk.who.name,
        str(filters.get("area") or desk.who.areas(listing.right)[0]),
        "web.export",
        f"list:{listing.name}",
        {
            "listing": listing.name,
            "format": wanted,
            "rows": len(found),
            "filters": {k: mask(str(v)) if k in personal else str(v) for k, v in filters.items()},
            "export": uuid.uuid4().hex,
        },
    )
    return export(desk, listing, found, wanted)
