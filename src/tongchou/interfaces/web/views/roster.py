"""The tax office's roster of wages held against enrolment: shown or taken out, nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongchou.money.fen import format_fen
from tongchou.office.frame.access import allow_within
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.life.crosscheck import Checked, Finding, crosscheck
from tongchou.office.registry.spells import INSURANCES

from ..drawing import page
from ..guard import Desk, office
from ..lists import Column, exported
from ..refusals import status_of
from ..reports import Part, Report, as_listing, drawn
from ..uploads import MOST, columns_sent
from ..words import money
from .cover import FILTERS, UP

RIGHT = "registry.read"
SHOWN = 200
"""So many rows of each list stand on the page; a file holds all."""
NAMES = {
    "number": ("证件号码", "身份证号码", "身份证号", "身份证件号码"),
    "name": ("姓名",),
    "employer": ("单位统一社会信用代码", "统一社会信用代码", "纳税人识别号"),
    "month": ("月份", "税款所属期", "所属月份"),
    "wage": ("工资", "工资收入", "收入额"),
    "declared": ("申报基数", "缴费基数"),
}
NEEDED = ("number", "name", "employer", "month", "wage")
WHO = (
    Column("row", "行号", "line", "number"),
    Column("name", "姓名", "name"),
    Column("number", "证件号码", "number", "code"),
    Column("employer", "单位代码", "unit", "code"),
    Column("month", "月份", "month"),
)
DUES = (
    Column("wage", "工资（元）", "wage", "money"),
    Column("base", "应缴基数（元）", "lawful base", "money"),
)
OWED = (
    Column("due_employer", "单位应缴（元）", "unit owes", "money"),
    Column("due_person", "个人应缴（元）", "person owes", "money"),
)
PARTS = (
    Part("uninsured", "有工资、未参加职工医保", "Wage and no employee medical insurance",
         (*WHO, *DUES, *OWED, Column("instead", "现参加", "in instead", "text", INSURANCES))),
    Part("under_declared", "申报基数偏低", "Declared below the law's base",
         (*WHO, *DUES, Column("declared", "申报基数（元）", "declared", "money"), *OWED)),
    Part("without_wage", "在册、名册无工资", "Enrolled and without a wage", WHO[1:]),
    Part("rejected", "未能比对的行", "Rows that could not be compared",
         (WHO[0], WHO[2], Column("why", "原因", "why"), Column("code", "代码", "code", "code"))),
)  # fmt: skip
REPORT = Report("crosscheck", "与税务工资核对", "Cross-check with wages", RIGHT, FILTERS[:1], ("area",), PARTS,
                lambda desk, filters: _nothing(), up=UP)  # fmt: skip


def _nothing() -> Any:
    raise AssertionError("a cross-check is asked for with a file")


@office
def check(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Upload a roster: counts and lists on the page, or one of the lists as a file."""
    allow_within(desk.who, RIGHT)
    refused: OfficeRefused | None = None
    facts: list[tuple[str, str]] = []
    tables: list[Any] = []
    if request.method == "POST":
        try:
            checked = crosscheck(desk.conn, desk.who, request.POST.get("area", ""), columns_of(request))
            rows = {p.name: _rows(desk, p.name, checked) for p in PARTS}
            if "export" in request.POST:
                part = next((p for p in PARTS if p.name == request.POST.get("part")), PARTS[0])
                listing = as_listing(REPORT, part, rows[part.name])
                return exported(desk, listing, {"area": request.POST["area"]}, request.POST["export"])
            facts = _facts(desk, checked)
            tables = [(p, drawn(desk, p, rows[p.name][:SHOWN]), len(rows[p.name])) for p in PARTS]
        except OfficeRefused as e:
            if e.field not in ("file", "area") and not e.code.startswith("export_"):
                raise
            refused = e
    return page(
        request,
        "crosscheck.html",
        desk,
        status=(400 if refused.code.startswith("export_") else status_of(refused)) if refused else 200,
        report=REPORT,
        areas=desk.areas_of(RIGHT),
        chosen=request.POST.get("area", ""),
        refused=refused,
        facts=facts,
        tables=tables,
        shown=SHOWN,
        most=MOST // 1024 // 1024,
    )


def columns_of(request: HttpRequest) -> dict[str, list[str]]:
    """The roster's columns; a month that a spreadsheet took for a day is a month again."""
    found = columns_sent(request, NAMES, NEEDED)
    return {**found, "month": [month(m) for m in found["month"]]}


def month(text: str) -> str:
    """A month as the registry reads it; what is none stays as it is and is rejected there."""
    found = re.fullmatch(r"([0-9]{4})[-/.年]?([0-9]{1,2})(?:月|[-/.]0?1)?", text)
    return f"{found[1]}-{int(found[2]):02d}" if found else text


def _rows(desk: Desk, name: str, checked: Checked) -> Sequence[Any]:
    """The rows of a list; the line is that of the file, whose first is the header."""
    if name == "rejected":
        return [
            {"row": r.row + 1, "number": r.number, "why": desk.t(r.zh, r.en), "code": r.code} for r in checked.rejected
        ]
    found: tuple[Finding, ...] = getattr(checked, name)
    names = ("name", "number", "employer", "month", "wage", "base", "due_employer", "due_person", "declared")
    return [
        {**{n: getattr(f, n) for n in names}, "row": f.row + 1 if f.row else None, "instead": f.instead or None}
        for f in found
    ]


def _facts(desk: Desk, checked: Checked) -> list[tuple[str, str]]:
    owing = (*checked.uninsured, *checked.under_declared)
    due = sum((f.due_employer or 0) + (f.due_person or 0) for f in owing)
    untold = sum(f.due_employer is None for f in owing)
    return [
        (desk.t("名册行数", "rows"), str(checked.rows)),
        (desk.t("已比对", "compared"), str(checked.compared)),
        (desk.t("其中无申报基数", "of them without a declared base"), str(checked.undeclared)),
        (desk.t("未能比对", "not compared"), str(len(checked.rejected))),
        (desk.t("应补缴合计（元）", "owed in all (yuan)"), money(format_fen(due))),
        (
            desk.t(
                "其中未计单位部分的行（当地单位费率未编码）", "rows without the unit's part (its rate is not encoded)"
            ),
            str(untold),
        ),
        (desk.t("法规版本", "law version"), checked.law_version[:16]),
    ]
