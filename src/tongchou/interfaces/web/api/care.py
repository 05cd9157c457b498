"""Running totals and trial settlements for programs; each look at a person is kept with its purpose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import AwareDatetime, Field

from tongchou.office.care import settle_on_trial, totals_of

from ..totals import totals_out, trial_out
from .door import ERRORS, at_desk
from .strict import Asked, Room

router = Room()


class TotalsOut(Schema):
    """The totals of a person and the changes behind them; amounts are decimal text, admissions a count."""

    person: int
    on: date | None
    known: datetime | None
    totals: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class Bill(Asked):
    """A bill of a day: columns of a claims file as text, but for what the registry knows (status, birth)."""

    on: date
    purpose: str
    bill: dict[str, str]


class TrialOut(Schema):
    """The answer of ``quote visit --json``, and the totals of the year before and after."""

    answer: dict[str, Any]


@router.get("/people/{person}/totals", response={200: TotalsOut, **ERRORS}, tags=["care"],
            summary="待遇累计 running totals")  # fmt: skip
def person_totals(
    request: HttpRequest,
    person: int,
    purpose: str = "",
    year: Annotated[int | None, Field(ge=1900, le=2999)] = None,
    on: date | None = None,
    known: AwareDatetime | None = None,
) -> Any:
    """Running totals of a person: now, as of a day (``on``), or as known at a moment (``known``)."""
    return at_desk(request, lambda desk: totals_out(totals_of(desk.conn, desk.who, person, purpose, year, on, known)))


@router.post("/people/{person}/trial", response={200: TrialOut, **ERRORS}, tags=["care"],
             summary="预结算试算 trial settlement")  # fmt: skip
def trial_settlement(request: HttpRequest, person: int, asked: Bill) -> Any:
    """What a bill would be paid, with the person's running totals; nothing of it is kept."""
    return at_desk(
        request,
        lambda desk: {
            "answer": trial_out(settle_on_trial(desk.conn, desk.who, person, asked.on, asked.bill, asked.purpose))
        },
    )
