"""What programs read: operations, commands, records, areas, law, people, employers, balances; and decisions."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from tongchou.money.fen import format_fen
from tongchou.office.frame.access import allow_within
from tongchou.office.frame.areas import areas
from tongchou.office.frame.fields import refuse_unknown
from tongchou.office.frame.lawbook import current, versions
from tongchou.office.frame.operation import decide
from tongchou.office.frame.requests import command, commands

from ..addresses import refuse_number
from ..guard import Desk, needed, operations
from ..queries import Wanted, records
from .door import ERRORS, at_desk, body
from .operations import Done
from .schema import of_arguments
from .strict import Asked, Room

router = Room()
LAST = 2**62


class Listed(Schema):
    """Some rows; ``after`` asks for those that follow, where there are more."""

    rows: list[dict[str, Any]]
    after: int | None = None


class CommandOut(Schema):
    """A command; ``verdict`` is empty while it is open."""

    id: int
    operation: str
    area: str
    arguments: dict[str, Any]
    asked_by: str
    asked_at: datetime
    verdict: str
    decided_by: str
    decided_at: datetime | None
    reason: str


class Commands(Schema):
    """Commands, the latest first."""

    rows: list[CommandOut]
    after: int | None = None


@router.get("/operations", response={200: Listed, **ERRORS}, tags=["reading"], summary="业务清单 operations")
def list_operations(request: HttpRequest) -> Any:
    """Every operation, whether this caller may ask for it, and the schema of its arguments."""
    return at_desk(
        request,
        lambda desk: {
            "rows": [
                {
                    "name": o.name, "zh": o.zh, "en": o.en, "right": o.right, "two_people": o.two_people,
                    "allowed": bool(desk.who.areas(o.right)), "arguments": of_arguments(o),
                }
                for o in operations().values()
            ]
        },
    )  # fmt: skip


@router.get("/commands", response={200: Commands, **ERRORS}, tags=["commands"], summary="申请清单 commands")
def list_commands(
    request: HttpRequest, all: bool = False, limit: Annotated[int, Field(ge=1, le=500)] = 50, after: int = LAST
) -> Any:
    """Commands this caller may see: the open ones, or all."""
    operations()

    def do(desk: Desk) -> dict[str, Any]:
        found = commands(desk.conn, desk.who, open_only=not all, limit=limit + 1, before=after)
        rows = found[:limit]
        return {"rows": [asdict(c) for c in rows], "after": rows[-1].id if len(found) > limit else None}

    return at_desk(request, do)


@router.get("/commands/{number}", response={200: CommandOut, **ERRORS}, tags=["commands"], summary="一项申请 command")
def one_command(request: HttpRequest, number: int) -> Any:
    """One command, personal arguments masked."""
    operations()
    return at_desk(request, lambda desk: asdict(command(desk.conn, desk.who, number)))


REASON = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": {"type": "object", "properties": {"reason": {"type": "string"}}}}},
    }
}


def _decide(request: HttpRequest, number: int, verdict: str) -> Any:
    operations()
    sent = body(request)
    refuse_unknown(sent, ["reason"])
    reason = str(sent.get("reason") or "")
    return at_desk(request, lambda desk: {"answer": decide(desk.conn, desk.who, number, verdict, reason)})


@router.post("/commands/{number}/approve", response={200: Done, **ERRORS}, tags=["commands"], openapi_extra=REASON,
             summary="通过 approve")  # fmt: skip
def approve(request: HttpRequest, number: int) -> Any:
    """Approve a command of another person; it is done at once."""
    return _decide(request, number, "approved")


@router.post("/commands/{number}/reject", response={200: Done, **ERRORS}, tags=["commands"], openapi_extra=REASON,
             summary="驳回 reject")  # fmt: skip
def reject(request: HttpRequest, number: int) -> Any:
    """Reject a command of another person, with the reason."""
    return _decide(request, number, "rejected")


@router.post("/commands/{number}/withdraw", response={200: Done, **ERRORS}, tags=["commands"], openapi_extra=REASON,
             summary="撤回 withdraw")  # fmt: skip
def withdraw(request: HttpRequest, number: int) -> Any:
    """Withdraw a command of one's own."""
    return _decide(request, number, "withdrawn")


@router.get("/records", response={200: Listed, **ERRORS}, tags=["reading"], summary="操作记录 records")
def list_records(
    request: HttpRequest,
    actor: str = "",
    operation: str = "",
    area: str = "",
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
    limit: Annotated[int, Field(ge=1, le=1000)] = 50,
    after: int = LAST,
) -> Any:
    """What was done in the areas this caller may look into, the latest first."""

    def do(desk: Desk) -> dict[str, Any]:
        wanted = Wanted(actor, operation, area, subject, since, until)
        found = records(desk.conn, desk.who, wanted, limit + 1, after)
        rows = found[:limit]
        return {"rows": [plain(asdict(r)) for r in rows], "after": rows[-1].id if len(found) > limit else None}

    return at_desk(request, do)


@router.get("/areas", response={200: Listed, **ERRORS}, tags=["reading"], summary="地区 areas")
def list_areas(request: HttpRequest) -> Any:
    """Every area, from the top down."""
    return at_desk(request, lambda desk: {"rows": [asdict(a) for a in areas(desk.conn)]})


@router.get("/law", response={200: Listed, **ERRORS}, tags=["reading"], summary="法规版本 law versions")
def list_law(request: HttpRequest) -> Any:
    """Approved law versions, the latest first; ``counts`` marks the one in force now."""

    def do(desk: Desk) -> dict[str, Any]:
        allow_within(desk.who, "law.read")
        now = current(desk.conn)
        return {"rows": [{**plain(asdict(v)), "counts": v == now} for v in versions(desk.conn)]}

    return at_desk(request, do)


@router.get("/people", response={200: Listed, **ERRORS}, tags=["registry"], summary="参保人员 people")
def list_people(
    request: HttpRequest,
    text: str = "",
    area: str = "",
    employer: int | None = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    after: int = 0,
) -> Any:
    """People by part of a name, by area or employer; numbers are masked. By number: POST /api/people/search."""
    refuse_number(text)
    return at_desk(request, lambda desk: _people(desk, text, area, employer, limit, after))


class Search(Asked):
    """What people are looked for by: part of a name or a whole number, an area, an employer."""

    text: str = ""
    area: str = ""
    employer: int | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    after: int = 0


@router.post("/people/search", response={200: Listed, **ERRORS}, tags=["registry"], summary="查找参保人员 find people")
def search_people(request: HttpRequest, asked: Search) -> Any:
    """People by name or whole number, which stands in the body and in no address; numbers are masked."""
    return at_desk(
        request, lambda desk: _people(desk, asked.text, asked.area, asked.employer, asked.limit, asked.after)
    )


def _people(desk: Desk, text: str, area: str, employer: int | None, limit: int, after: int) -> dict[str, Any]:
    find = needed("registry.search", "find_people")
    return _page(
        find(desk.conn, desk.who, text=text, area=area, employer=employer, limit=limit + 1, after=after), limit
    )


@router.get("/employers", response={200: Listed, **ERRORS}, tags=["registry"], summary="用人单位 employers")
def list_employers(
    request: HttpRequest,
    text: str = "",
    standing: str = "",
    area: str = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    after: int = 0,
) -> Any:
    """Employers by name, code or standing."""

    def do(desk: Desk) -> dict[str, Any]:
        find = needed("registry.employers", "find_employers")
        return _page(
            find(desk.conn, desk.who, text=text, standing=standing, area=area, limit=limit + 1, after=after), limit
        )

    return at_desk(request, do)


@router.get("/balances", response={200: Listed, **ERRORS}, tags=["books"], summary="科目余额 balances")
def list_balances(request: HttpRequest, area: str, until: date) -> Any:
    """What each account of an area stands at on a day; money is decimal text."""

    def do(desk: Desk) -> dict[str, Any]:
        rows = needed("books", "trial_balance")(desk.conn, desk.who, area, until)
        return {"rows": [{k: _money(k, v) for k, v in plain(row).items()} for row in rows]}

    return at_desk(request, do)


def _money(key: str, value: Any) -> Any:
    return format_fen(value) if key in ("debited", "credited", "balance") and isinstance(value, int) else value


def _page(found: Any, limit: int) -> dict[str, Any]:
    rows = [plain(row) for row in found]
    return {"rows": rows[:limit], "after": rows[limit - 1]["id"] if len(rows) > limit else None}


def plain(row: Any) -> dict[str, Any]:
    """A row as JSON holds it: moments and days in ISO 8601."""
    whole: dict[str, Any] = asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in whole.items()}
