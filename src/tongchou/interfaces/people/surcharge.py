"""``quote surcharge``: what a late payment costs the unit."""

from __future__ import annotations

from tongchou.law.days import iso
from tongchou.money import MAX_FEN, format_fen
from tongchou.rules.obligations.surcharge import surcharge
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    Option("principal", "money", "欠缴本金", "unpaid principal", needed=True),
    Option("due", "day", "到期日", "day by which it was due", needed=True),
    Option("paid", "day", "缴纳日期", "day of payment", needed=True),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Days late, the surcharge, its payer, and what is to be paid in all."""
    principal = facts["principal"]
    days, amount, capped, payer = surcharge(law, principal, facts["due"], facts["paid"])
    if principal + amount > MAX_FEN:
        raise FactRefused("amount_too_large", "principal", format_fen(principal), format_fen(MAX_FEN // 2))
    return {
        "principal": format_fen(principal),
        "due_day": iso(facts["due"]),
        "paid_on": iso(facts["paid"]),
        "days": days,
        "surcharge": format_fen(amount),
        "capped": capped,
        "payer": payer,
        "total": format_fen(principal + amount),
    }


QUESTION = Question(
    "surcharge",
    "滞纳金",
    "the surcharge on a late payment",
    OPTIONS,
    answer,
    "tongchou quote surcharge --area 530100 --principal 12000 --due 2023-05-31 --paid 2023-08-15",
)
