"""Who is covered: counts of a day, and who is in no medical insurance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from tongchou.office.registry.life import coverage as cover
from tongchou.office.registry.spells import INSURANCES, STATUSES, WAYS

from ..guard import Desk, office
from ..lists import Column, Filter, Listing, show, the_day
from ..reports import Found, Part, Report, show_report
from ..words import moment

UP = ("/office/people/", "参保人员", "People")
FILTERS = (
    Filter("area", "地区", "area", "area"),
    Filter("on", "日期", "on", "day", default=the_day),
)


def find(desk: Desk, filters: Mapping[str, Any]) -> Found:
    """The counts of a day; who is in nothing is one click away."""
    found = cover.coverage(desk.conn, desk.who, filters["on"], filters.get("area", ""))
    query = urlencode({k: str(v) for k, v in filters.items()})
    covered = found.registered - found.uncovered
    rate = f"{100 * covered / found.registered:.2f}%" if found.registered else "—"
    facts = (
        (desk.t("登记人数", "registered"), f"{found.registered:,}", ""),
        (desk.t("已参加基本医疗保险", "in a medical insurance"), f"{covered:,}", ""),
        (desk.t("未参加", "in none"), f"{found.uncovered:,}", f"/office/people/uncovered/?{query}"),
        (desk.t("参保率", "share covered"), rate, ""),
        (desk.t("数据时点", "as known at"), moment(found.known), ""),
    )
    insured = [
        {"insurance": code, "people": found.people(insurance=code)}
        | {status: found.people(insurance=code, status=status) for status in STATUSES}
        for code in dict.fromkeys(c.insurance for c in found.counts)
    ]
    return Found({"insured": insured, "counts": found.counts}, facts)


COVERAGE = Report(
    name="coverage",
    zh="参保覆盖",
    en="Coverage",
    right="registry.read",
    filters=FILTERS,
    needs=("on",),
    parts=(
        Part(
            "insured",
            "按险种",
            "By insurance",
            (
                Column("insurance", "险种", "insurance", "text", INSURANCES),
                Column("people", "人数", "people", "count", bar=True),
                *(Column(code, zh, en, "count") for code, (zh, en) in STATUSES.items()),
            ),
            counted=False,
        ),
        Part(
            "counts",
            "按地区、险种、参保方式、人员类别",
            "By area, insurance, way and status",
            (
                Column("area", "地区", "area", "area"),
                Column("insurance", "险种", "insurance", "text", INSURANCES),
                Column("way", "参保方式", "way", "text", WAYS),
                Column("status", "人员类别", "status", "text", STATUSES),
                Column("people", "人数", "people", "count"),
            ),
        ),
    ),
    find=find,
    up=UP,
)


def _uncovered(desk: Desk, filters: Mapping[str, Any], limit: int, after: int) -> Sequence[cover.Uncovered]:
    on = filters.get("on") or desk.today
    return cover.uncovered(desk.conn, desk.who, on, filters.get("area", ""), after=after, limit=limit)


UNCOVERED = Listing(
    name="uncovered",
    zh="未参加基本医疗保险人员",
    en="In no medical insurance",
    right="registry.read",
    columns=(
        Column("person", "编号", "No.", "number"),
        Column("name", "姓名", "name"),
        Column("number", "证件号码", "number", "code"),
        Column("born", "出生日期", "born", "day"),
        Column("area", "地区", "area", "area"),
    ),
    filters=FILTERS,
    fetch=_uncovered,
    key="person",
    link=lambda r: f"/office/people/{r.person}/",
    up=("/office/people/coverage/", "参保覆盖", "Coverage"),
)


@office
def coverage(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """How many are insured on a day, in what and how."""
    return show_report(request, desk, COVERAGE)


@office
def uncovered(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Who is in no medical insurance on a day, masked."""
    return show(request, desk, UNCOVERED)
