"""The tax office's roster of wages for programs: sent as a file, held against enrolment, nothing of it kept."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from tongchou.money.fen import format_fen
from tongchou.office.registry.life.crosscheck import Checked, Finding, crosscheck

from ..guard import Desk
from ..views.roster import columns_of
from .door import ERRORS, at_desk
from .strict import Room

router = Room()


class FindingOut(Schema):
    """A person and month that does not agree, masked. ``row``: the line of the file, null for who is missing there.

    ``base``: what the law asks for the wage; ``declared``: null where none is known; dues are null where the law of
    the month, or the unit's rate in it, is not encoded; ``instead``: the other medical insurance he is in."""

    row: int | None
    person: int | None
    number: str
    name: str
    employer: str
    month: str
    wage: str
    base: str | None
    declared: str | None
    due_employer: str | None
    due_person: str | None
    instead: str


class RejectedOut(Schema):
    """A line that could not be compared, and why."""

    row: int
    number: str
    code: str
    zh: str
    en: str


class CheckedOut(Schema):
    """What a roster tells; every row is compared or rejected. ``undeclared``: compared ones without a known base."""

    rows: int
    compared: int
    undeclared: int
    uninsured: list[FindingOut]
    under_declared: list[FindingOut]
    without_wage: list[FindingOut]
    rejected: list[RejectedOut]
    law_version: str


@router.post("/people/crosscheck", response={200: CheckedOut, **ERRORS}, tags=["registry"],
             summary="与税务工资核对 cross-check")  # fmt: skip
def check_roster(request: HttpRequest, file: Annotated[UploadedFile, File()], area: Annotated[str, Form()]) -> Any:
    """Hold a roster of wages (XLSX, CSV) of an area against enrolment; nothing of it is kept.

    Columns 证件号码, 姓名, 单位统一社会信用代码, 月份, 工资 and perhaps 申报基数."""

    def do(desk: Desk) -> dict[str, Any]:
        return _out(crosscheck(desk.conn, desk.who, area, columns_of(request)))

    return at_desk(request, do)


def _out(checked: Checked) -> dict[str, Any]:
    lists = {name: [_finding(f) for f in getattr(checked, name)] for name in
             ("uninsured", "under_declared", "without_wage")}  # fmt: skip
    rejected = [
        {"row": r.row + 1, "number": r.number, "code": r.code, "zh": r.zh, "en": r.en} for r in checked.rejected
    ]
    counts = {name: getattr(checked, name) for name in ("rows", "compared", "undeclared", "law_version")}
    return {**counts, **lists, "rejected": rejected}


def _finding(f: Finding) -> dict[str, Any]:
    """A finding with its line counted as the file does, whose first is the header."""
    same = {name: getattr(f, name) for name in ("person", "number", "name", "employer", "month", "instead")}
    sums = {name: _yuan(getattr(f, name)) for name in ("wage", "base", "declared", "due_employer", "due_person")}
    return {**same, **sums, "row": f.row + 1 if f.row else None}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None or fen < 0 else format_fen(fen)
