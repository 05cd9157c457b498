"""Complaints about a county's office or an insurer: received, answered; they count in the assessment (L19)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import psycopg

from ..frame.calendar import today
from ..frame.fields import area, choice, day, long_text, number, yes
from ..frame.fields import party as named_party
from ..frame.operation import Work, operation
from ..frame.refusal import OfficeRefused

ABOUT = {"office": ("经办机构", "the office"), "insurer": ("承保机构", "an insurer")}


@operation("complaint.receive", "登记投诉", "receive a complaint", "registry.write")
def receive(
    work: Work,
    *,
    area: Annotated[str, area()],
    about: Annotated[str, choice("投诉对象", "about", ABOUT)],
    on: Annotated[date, day("收到日期", "received on")],
    said: Annotated[str, long_text("内容", "what is said")],
    party: Annotated[str, named_party("承保机构名称", "name of the insurer")] = "",
) -> dict[str, Any]:
    """Keep a complaint; one about an insurer names it. Raises OfficeRefused: ``party_missing``, ``day_in_future``."""
    if (about == "insurer") != bool(party):
        raise OfficeRefused(
            "party_missing",
            "投诉承保机构须写明名称；投诉经办机构不填",
            "a complaint about an insurer names it, one about the office does not",
            "party",
        )
    _refuse_future(work, on)
    row = work.conn.execute(
        "INSERT INTO office.complaint (area, about, party, said, received_on, recorded_by) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        [area, about, party, said, on, work.who.name],
    ).fetchone()
    assert row is not None
    work.subject = f"complaint:{row[0]}"
    return {"complaint": int(row[0])}


def _area(conn: psycopg.Connection, given: Any) -> str:
    row = conn.execute("SELECT area FROM office.complaint WHERE id = %s", [given["complaint"]]).fetchone()
    if row is None:
        number = given["complaint"]
        raise OfficeRefused("complaint_unknown", f"没有投诉 {number}", f"no complaint {number}", "complaint")
    return str(row[0])


@operation("complaint.answer", "答复投诉", "answer a complaint", "registry.review", area_of=_area)
def answer(
    work: Work,
    *,
    complaint: Annotated[int, number("投诉编号", "complaint")],
    on: Annotated[date, day("答复日期", "answered on")],
    upheld: Annotated[bool, yes("投诉成立", "upheld")],
    said: Annotated[str, long_text("答复", "answer")],
) -> dict[str, Any]:
    """Answer a complaint once. Raises OfficeRefused: ``complaint_answered``, ``day_in_future``."""
    _refuse_future(work, on)
    done = work.conn.execute(
        "INSERT INTO office.complaint_answer (complaint, answered_on, upheld, answer, answered_by) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [complaint, on, upheld, said, work.who.name],
    ).rowcount
    if not done:
        raise OfficeRefused(
            "complaint_answered", f"投诉 {complaint} 已答复", f"complaint {complaint} is answered", "complaint"
        )
    work.subject = f"complaint:{complaint}"
    return {"complaint": complaint}


def _refuse_future(work: Work, on: date) -> None:
    if on > today(work.conn):
        raise OfficeRefused("day_in_future", f"日期 {on} 晚于今天", f"{on} has not come yet", "on")
