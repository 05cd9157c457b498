"""The record of what was done: a list for who may read it, and each record whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tongchou.office.frame.access import allow
from tongchou.office.frame.operation import Operation
from tongchou.office.frame.refusal import OfficeRefused

from ..answers import shown
from ..drawing import page
from ..guard import Desk, office, operations
from ..lists import Column, Filter, Listing, show
from ..queries import Record, Wanted, records

NAMED = {"asked": ("提交", "asked"), "approved": ("通过", "approved"), "rejected": ("驳回", "rejected"),
         "withdrawn": ("撤回", "withdrawn")}  # fmt: skip
OTHER = {
    "staff.first": ("设立人员", "first staff"),
    "staff.password": ("修改密码", "password changed"),
    "staff.token": ("生成接口令牌", "token made"),
    "staff.tokens_ended": ("停用接口令牌", "tokens ended"),
    "person.search_number": ("按证件号码查询", "search by a number"),
    "web.export": ("导出列表", "list exported"),
}
"""What is recorded and is no operation."""


def _fetch(desk: Desk, filters: Mapping[str, Any], limit: int, before: int) -> Sequence[dict[str, Any]]:
    found = records(desk.conn, desk.who, Wanted(**filters), limit, before)
    return [row(desk, r) for r in found]


def row(desk: Desk, r: Record) -> dict[str, Any]:
    """A record as the list shows it, its operation in words."""
    return {
        "id": r.id, "at": r.at, "actor": r.actor, "area": r.area, "operation": r.operation,
        "what": named(desk, r.operation), "subject": r.subject, "block": r.block,
    }  # fmt: skip


def named(desk: Desk, name: str) -> str:
    """The operation of a record in words; what is no operation keeps its name."""
    every = operations()
    base, _, end = name.rpartition(".")
    if name in every:
        return desk.t(every[name].zh, every[name].en)
    if base in every and end in NAMED:
        return f"{desk.t(every[base].zh, every[base].en)} · {desk.t(*NAMED[end])}"
    return desk.t(*OTHER[name]) if name in OTHER else name


def _operation(name: str) -> Operation | None:
    every = operations()
    return every.get(name) or every.get(name.rpartition(".")[0])


LIST = Listing(
    name="records",
    zh="操作记录",
    en="Records",
    right="audit.read",
    columns=(
        Column("id", "编号", "No.", "number"),
        Column("at", "时间", "when", "moment"),
        Column("actor", "操作人", "who"),
        Column("what", "业务", "what"),
        Column("area", "地区", "area", "area"),
        Column("subject", "对象", "subject", "code"),
        Column("block", "封存区块", "block", "number"),
    ),
    filters=(
        Filter("actor", "操作人", "who"),
        Filter("operation", "业务代码", "operation"),
        Filter("area", "地区", "area", "area"),
        Filter("subject", "对象", "subject"),
        Filter("since", "自", "from", "day"),
        Filter("until", "至", "until", "day"),
    ),
    fetch=_fetch,
    first=2**62,
    link=lambda r: f"/office/records/{r['id']}/",
    note=("记录只增不改；证件号码等已遮盖。", "Records are only ever added; personal numbers are masked."),
)


@office
def listing(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The records of the areas he may look into."""
    return show(request, desk, LIST)


@office
def one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One record with all it holds."""
    found = next(iter(records(desk.conn, desk.who, Wanted(), 1, number + 1)), None)
    if found is None or found.id != number:
        raise OfficeRefused("record_unknown", f"没有操作记录 {number}", f"no record {number}")
    allow(desk.conn, desk.who, "audit.read", found.area)
    return page(
        request,
        "record.html",
        desk,
        record=found,
        what=named(desk, found.operation),
        content=shown(desk, found.content, _operation(found.operation)),
    )
