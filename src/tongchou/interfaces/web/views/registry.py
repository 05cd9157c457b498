"""The registry: people and employers found, their cards, and a full number where there is a purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.operation import Operation
from tongchou.office.frame.refusal import OfficeRefused

from .. import totals
from ..answers import Cell, cell, label
from ..drawing import page
from ..guard import Desk, needed, office, operations
from ..lists import Column, Filter, Listing, own_area, show, the_day
from ..names import table
from ..refusals import status_of
from ..timeline import timeline
from ..words import day, moment

PURPOSES = {
    "handling": ("办理业务", "handling a case"),
    "checking": ("核对信息", "checking facts"),
    "own": ("本人查询", "asked by the person"),
    "audit": ("稽核", "audit"),
}


def _people(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[Any]:
    found: Sequence[Any] = needed("registry.search", "find_people")(
        desk.conn, desk.who, text=filters.get("text", ""), area=filters.get("area", ""),
        employer=filters.get("employer"), limit=limit, after=after,
    )  # fmt: skip
    return found


def _employers(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[Any]:
    found: Sequence[Any] = needed("registry.employers", "find_employers")(
        desk.conn, desk.who, text=filters.get("text", ""), standing=filters.get("standing", ""),
        area=filters.get("area", ""), limit=limit, after=after,
    )  # fmt: skip
    return found


PEOPLE = Listing(
    name="people",
    zh="参保人员",
    en="People",
    right="registry.read",
    columns=(
        Column("id", "编号", "No.", "number"),
        Column("name", "姓名", "name"),
        Column("masked", "证件号码", "number", "code"),
        Column("sex", "性别", "sex", "code"),
        Column("born", "出生日期", "born", "day"),
        Column("area", "参保地", "area", "area"),
        Column("state", "状态", "state", "code"),
    ),
    filters=(
        Filter("text", "姓名或证件号码", "name or number", personal=True),
        Filter("area", "参保地", "area", "area"),
        Filter("employer", "单位编号", "employer", "number"),
    ),
    fetch=_people,
    link=lambda r: f"/office/people/{r.id}/",
    actions=(
        ("/office/people/coverage/", "参保覆盖", "Coverage", "registry.read"),
        ("/office/people/uncovered/", "未参保人员", "In no insurance", "registry.read"),
        ("/office/people/crosscheck/", "与税务工资核对", "Cross-check with wages", "registry.read"),
        ("/office/people/export/", "导出登记", "Take the registry out", "registry.read"),
    ),
)
EMPLOYERS = Listing(
    name="employers",
    zh="用人单位",
    en="Employers",
    right="registry.read",
    columns=(
        Column("id", "编号", "No.", "number"),
        Column("name", "名称", "name"),
        Column("code", "统一社会信用代码", "credit code", "code"),
        Column("area", "地区", "area", "area"),
        Column("kind", "类型", "kind", "code"),
        Column("origin", "来源", "origin", "code"),
        Column("standing", "状态", "standing", "code"),
    ),
    filters=(
        Filter("text", "名称或代码", "name or code"),
        Filter("standing", "状态", "standing", "choice", table("standing")),
        Filter("area", "地区", "area", "area"),
    ),
    fetch=_employers,
    link=lambda r: f"/office/employers/{r.id}/",
    actions=(("/office/employers/standing/", "按状态统计", "By standing", "registry.read"),),
)
STANDING = Listing(
    name="standing",
    zh="用人单位按状态统计",
    en="Employers by standing",
    right="registry.read",
    columns=(
        Column("standing", "状态", "standing", "code"),
        Column("employers", "单位", "employers", "count", bar=True),
        Column("active", "在职人数", "active", "count", bar=True),
        Column("retired", "退休人数", "retired", "count", bar=True),
    ),
    filters=(
        Filter("area", "地区", "area", "area", default=own_area("registry.read")),
        Filter("on", "日期", "on", "day", default=the_day),
    ),
    fetch=lambda desk, filters, limit, after: [
        dict(zip(("standing", "employers", "active", "retired"), row, strict=True))
        for row in needed("registry.employers", "counts_by_standing")(
            desk.conn, desk.who, filters["area"], filters.get("on") or desk.today
        )
    ],
    paged=False,
    needs=("area",),
    note=("选择地区后列示。", "Choose an area."),
)


@office
def people(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """People by name or number; numbers are masked."""
    return show(request, desk, PEOPLE)


@office
def employers(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Employers by name, code or standing."""
    return show(request, desk, EMPLOYERS)


@office
def standing(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """How many employers and insured there are by standing."""
    return show(request, desk, STANDING)


@office
def person(request: HttpRequest, desk: Desk, person: int) -> HttpResponse:
    """A person's card, after a purpose was named: the look at it is recorded. The full number is asked for apart."""
    allow_within(desk.who, "registry.read")
    context: dict[str, Any] = {"purposes": PURPOSES, "person": person, "chosen": "", "why": "", "number": "",
                               "sections": None, "drawn": None, "may_try": bool(desk.who.areas("care.read")),
                               "may_reveal": bool(desk.who.areas("registry.reveal"))}  # fmt: skip
    refused = None
    if request.method == "POST":
        context |= {"chosen": request.POST.get("purpose", ""), "why": request.POST.get("why", "").strip()}
        try:
            purpose = purpose_of(context["chosen"], context["why"])
            if "reveal" in request.POST:
                context["number"] = needed("registry.search", "reveal")(desk.conn, desk.who, person, purpose)
            found = needed("registry.search", "card")(desk.conn, desk.who, person, purpose)
            context["sections"] = sections(desk, found)
            if desk.who.areas("care.read"):
                context["sections"] += totals.sections(desk, needed("care.queries", "read_totals")(desk.conn, found.id))
            context["drawn"] = timeline(desk, [s for s in found.enrolments if s.known_until is None])
        except OfficeRefused as e:
            if e.field != "purpose":
                raise
            refused = e
    status = status_of(refused) if refused else 200
    return page(request, "person.html", desk, status=status, refused=refused, about=about(desk, "person"), **context)


def purpose_of(chosen: str, why: str) -> str:
    """What a look is recorded for. Raises OfficeRefused: ``purpose_missing``."""
    if chosen not in PURPOSES:
        raise OfficeRefused("purpose_missing", "须选择查询用途", "say what you look it up for", "purpose")
    return f"{PURPOSES[chosen][0]}：{why}" if why else PURPOSES[chosen][0]


@office
def employer(request: HttpRequest, desk: Desk, employer: int) -> HttpResponse:
    """An employer's card."""
    card = needed("registry.employers", "card")(desk.conn, desk.who, employer)
    return page(
        request, "employer.html", desk, employer=employer, sections=sections(desk, card), about=about(desk, "employer")
    )


def about(desk: Desk, field: str) -> list[Operation]:
    """The operations he may ask for that are about a person or an employer: those with a field of that name."""
    return [o for o in operations().values() if desk.who.areas(o.right) and field in {f.name for f in o.fields}]


def sections(desk: Desk, card: Any) -> list[tuple[str, Cell]]:
    """A card as (heading, content): its plain facts first, then each of its lists as a table."""
    facts, tables, empty = [], [], []
    whose = "masked" in dict(_parts(card))
    for name, value in _parts(card):
        if isinstance(value, list | tuple) and not value:
            empty.append(label(desk, name))
        elif isinstance(value, list | tuple):
            tables.append((label(desk, name), _table(desk, value, whose)))
        elif is_dataclass(value) and not isinstance(value, type):
            pairs = tuple((label(desk, n), _one(desk, n, v)) for n, v in _parts(value))
            tables.append((label(desk, name), Cell(kind="pairs", pairs=pairs)))
        else:
            facts.append((_label(desk, name, whose), _one(desk, name, value)))
    first = [(desk.t("基本信息", "Facts"), Cell(kind="pairs", pairs=tuple(facts)))] if facts else []
    none = [(desk.t("无记录", "Nothing recorded of"), Cell(desk.t("、", ", ").join(empty)))] if empty else []
    return first + tables + none


def _parts(thing: Any) -> list[tuple[str, Any]]:
    if isinstance(thing, Mapping):
        return list(thing.items())
    return [(f.name, getattr(thing, f.name)) for f in fields(thing)]


def _one(desk: Desk, name: str, value: Any) -> Cell:
    write_as: Callable[[Any], str] | None = {"datetime": moment, "date": day}.get(type(value).__name__)
    if write_as:
        return Cell(write_as(value), kind="day")
    if name == "id":
        return Cell(str(value), kind="number")
    return cell(desk, name, value)


def _label(desk: Desk, name: str, person: bool) -> str:
    """A person's name is called otherwise than a unit's."""
    return desk.t("姓名", "name") if person and name == "name" else label(desk, name)


def _table(desk: Desk, values: Sequence[Any], person: bool) -> Cell:
    if not is_dataclass(values[0]) and not isinstance(values[0], Mapping):
        return cell(desk, "", [str(v) for v in values])
    # A column in which nothing stands says nothing.
    names = [n for n, _ in _parts(values[0]) if any(dict(_parts(one))[n] not in (None, "") for one in values)]
    rows = tuple(tuple(_one(desk, n, dict(_parts(one))[n]) for n in names) for one in values)
    return Cell(kind="table", head=tuple(_label(desk, n, person) for n in names), rows=rows)
