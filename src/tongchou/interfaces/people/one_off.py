"""``quote one-off``: does a unit owe the one-off contribution for its retirees, how much, and what is paid of it."""

from __future__ import annotations

from tongchou.law.days import iso, ordinal
from tongchou.money import MoneyError, format_fen, parse_fen
from tongchou.rules.obligations.instalments import Plan, plan
from tongchou.rules.obligations.one_off import ORIGINS, STANDINGS, one_off
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    Option("on", "day", "认定日期", "day of the decision", needed=True),
    Option("standing", "code", "单位状况", "standing of the unit", STANDINGS, needed=True),
    Option("origin", "code", "单位由来", "origin of the unit", ORIGINS, needed=True),
    Option("retirees", "count", "退休人数", "number of retirees", needed=True),
    Option("instalments", "flag", "分年度缴费", "pay in yearly instalments", default=False),
    Option("first-due", "day", "首期到期日（不分期为到期日）", "due date of the first part, or of the whole"),
    Option("paid", "text", "已缴：日期:金额;…", "paid so far: DATE:AMOUNT;…", default=""),
    Option("seen", "day", "查看日期（默认为认定日期）", "day the state is seen on; the day of the decision by default"),
)
FORM = ("DATE:AMOUNT;… like 2006-03-31:60000.00", "日期:金额;…，如 2006-03-31:60000.00")


def payments_of(text: str) -> list[tuple[int, int]]:
    """Payments (ordinal day, fen) from ``DATE:AMOUNT;…``. Raises FactRefused naming the piece that is none."""
    found = []
    for piece in (p for p in text.split(";") if p):
        day, colon, amount = piece.partition(":")
        try:
            found.append((ordinal(day), parse_fen(amount)))
        except MoneyError as e:
            raise FactRefused(e.code if colon else "not_money", "paid", piece, *FORM) from e
        except ValueError:
            raise FactRefused("not_a_date", "paid", piece, *FORM) from None
    return found


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Due or not, by which fact, how much; the plan and its state where a due date is given."""
    fact, each, amount = one_off(law, facts["on"], facts["standing"], facts["origin"], facts["retirees"])
    payments, due = payments_of(facts["paid"]), facts["first_due"]
    result = {
        "one_off_due": fact != "none",
        "decided_by": fact,
        "retirees": facts["retirees"],
        "each": format_fen(each if fact != "none" else 0),
        "amount": format_fen(amount),
    }
    if due is None:
        if payments or facts["instalments"]:
            raise FactRefused("missing_value", "first_due", "", "the due date of the first part", "首期到期日")
        return result
    if due < facts["on"]:
        says = f"{iso(facts['on'])} or later"
        raise FactRefused("due_before_decision", "first_due", iso(due), says, f"{iso(facts['on'])} 或以后")
    seen = facts["seen"] if facts["seen"] is not None else facts["on"]
    by_parts = facts["instalments"] and fact != "none"
    found = plan(law, facts["on"], amount, facts["standing"], by_parts, due, payments, seen)
    return {**result, **state_json(found)}


def state_json(found: Plan) -> dict[str, Any]:
    """A plan as seen on its day."""
    owed = any(found.parts)
    rows = zip(found.parts, found.dues, found.paid, found.open, strict=True)
    first = found.first_unpaid
    default = bool(found.overdue)
    return {
        "seen": iso(found.seen),
        "paid_amount": format_fen(sum(found.paid)),
        "open_amount": format_fen(sum(found.open)),
        "overdue_amount": format_fen(found.overdue),
        "default": default,
        "first_unpaid_due": None if first is None else iso(first),
        "surplus": format_fen(found.surplus),
        "not_yet_paid": format_fen(found.later),
        "parts": [
            {
                "part": i,
                "due_day": iso(day),
                "amount": format_fen(part),
                "paid_amount": format_fen(paid),
                "open_amount": format_fen(left),
                "state": "paid_off" if not left else "overdue" if day < found.seen else "not_due",
            }
            for i, (part, day, paid, left) in enumerate(rows, 1)
            if owed
        ],
        "payments": [{"paid_on": iso(day), "part": i + 1, "amount": format_fen(fen)} for day, i, fen in found.matches],
    }


QUESTION = Question(
    "one-off",
    "单位是否须为退休人员一次性缴费，如何分期",
    "does a unit owe the one-off for its retirees, and what is paid of it",
    OPTIONS,
    answer,
    "tongchou quote one-off --area 370100 --on 2007-03-01 --standing hardship --origin split --retirees 12",
)
