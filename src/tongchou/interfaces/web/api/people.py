"""A person for programs: the card, masked, and the full number; each look is kept with its purpose."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from tongchou.money.fen import format_fen
from tongchou.office.care.queries import read_totals
from tongchou.office.registry.search import card, reveal

from ..guard import Desk
from ..totals import totals_out
from .door import ERRORS, at_desk
from .strict import Asked, Room

router = Room()


class CardOut(Schema):
    """A person as the office knows him: facts, and lists of what happened; the number is masked."""

    card: dict[str, Any]


class Purpose(Asked):
    """What a full number is needed for."""

    purpose: str


class NumberOut(Schema):
    """The full number of a person."""

    number: str


@router.get("/people/{person}", response={200: CardOut, **ERRORS}, tags=["registry"], summary="参保人员 person")
def one_person(request: HttpRequest, person: int, purpose: str = "") -> Any:
    """A person's card; the look is recorded with its purpose."""

    def do(desk: Desk) -> dict[str, Any]:
        found = card(desk.conn, desk.who, person, purpose)
        kept = totals_out(read_totals(desk.conn, found.id)) if desk.who.areas("care.read") else {}
        return {"card": plain(asdict(found) | {k: kept.get(k, []) for k in ("totals", "changes")})}

    return at_desk(request, do)


@router.post("/people/{person}/reveal", response={200: NumberOut, **ERRORS}, tags=["registry"],
             summary="查看完整证件号码 full number")  # fmt: skip
def full_number(request: HttpRequest, person: int, asked: Purpose) -> Any:
    """The full number of a person; the look is recorded with its purpose."""
    return at_desk(request, lambda desk: {"number": reveal(desk.conn, desk.who, person, asked.purpose)})


def plain(value: Any, key: str = "") -> Any:
    """A card as JSON holds it: days and moments in ISO 8601, sums as decimal text."""
    if isinstance(value, dict):
        return {("sum" if k == "sum_fen" else k): plain(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v, key) for v in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return format_fen(value) if key in ("sum_fen", "liability") and isinstance(value, int) else value
