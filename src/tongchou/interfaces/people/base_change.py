"""``quote base-change``: what a changed wage does to contributions, accounts and the later pension."""

from __future__ import annotations

from tongchou.interfaces.wording.people.form import fraction
from tongchou.law.days import iso_month
from tongchou.money import format_fen
from tongchou.rules.contribution.lines import Person
from tongchou.rules.obligations.base_change import Change, Guidance, base_change, guidance
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

KINDS = ("employer", "flexible_combined")
SCHEMES = {
    "employer": ("basic_medical", "maternity", "pension", "unemployment", "work_injury"),
    "flexible_combined": ("basic_medical", "pension"),
}
"""Schemes that are levied on the wage; large expense is not."""
TRADES = ("mining", "manufacturing", "construction", "services")
MOST_MONTHS, CLASSES = 1200, 8
OPTIONS = (
    Option("month", "month", "所属月份", "month of the contribution", needed=True),
    Option("kind", "code", "参保方式", "kind of person", KINDS, default="employer"),
    Option("wage", "money", "现月工资或自选基数", "monthly wage or chosen base now", needed=True),
    Option("new-wage", "money", "新月工资或自选基数", "the new one", needed=True),
    Option("trade", "code", "行业", "trade", TRADES),
    Option("months", "count", "按新基数缴费的月数", "months at the new base", default=12),
    Option("retire-age", "count", "退休年龄（周岁）", "age of retirement in whole years", default=60),
    Option("industry-class", "count", "工伤行业类别 1–8", "industry class of work injury 1-8"),
)


def _checked(facts: dict[str, Any]) -> None:
    for name, most in (("months", MOST_MONTHS), ("industry_class", CLASSES)):
        if facts[name] is not None and not 1 <= facts[name] <= most:
            says = f"1 … {most}"
            raise FactRefused("out_of_range", name, str(facts[name]), says, says)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Lines, payers and credits before and after, what is added to the pension, and the guideline of the year."""
    _checked(facts)
    kind, month, injury = facts["kind"], facts["month"], facts["industry_class"]
    schemes = tuple(s for s in SCHEMES[kind] if s != "work_injury" or injury is not None)
    if kind == "employer" and injury is None:
        law.warn("needs_industry_class")
    before, after = (
        Person(kind, month, facts[wage], schemes=schemes, industry_class=injury) for wage in ("wage", "new_wage")
    )
    found = base_change(law, before, after, facts["months"], facts["retire_age"])
    guide = guidance(law, month, facts["wage"], facts["new_wage"], facts["trade"])
    return {"contribution_month": iso_month(month), **change_json(found, facts), **guidance_json(guide)}


def _pair(before: int | None, after: int | None) -> dict[str, str | None]:
    """Two amounts and their difference; None where either is not encoded."""
    if before is None or after is None:
        return {"before": None, "after": None, "change": None}
    return {"before": format_fen(before), "after": format_fen(after), "change": format_fen(after - before)}


def change_json(found: Change, facts: dict[str, Any]) -> dict[str, Any]:
    """The change by JSON key."""
    lines = found.lines()
    payers: dict[str, tuple[int, int]] = {}
    for _, payer, _, old, new in lines:
        a, b = payers.get(payer, (0, 0))
        payers[payer] = (a + old, b + new)
    parts = [p for p in (found.index_part, found.account_part) if p is not None]
    return {
        "base_before": format_fen(found.before.base or 0),
        "base_after": format_fen(found.after.base or 0),
        "months_changed": facts["months"],
        "pension_added": {
            "added_index": None if found.index_part is None else format_fen(found.index_part),
            "added_account": None if found.account_part is None else format_fen(found.account_part),
            "added_total": format_fen(sum(parts)) if None not in (found.index_part, found.account_part) else None,
            "pension_base": None if found.pension_base is None else format_fen(found.pension_base),
            "mean_wage": format_fen(found.mean_wage),
            "payment_months": found.payment_months,
        },
        "contributions": [
            {"scheme": scheme, "payer": payer, "rate": fraction(rate), **_pair(old, new)}
            for scheme, payer, rate, old, new in lines
        ],
        "by_payer": [{"payer": payer, **_pair(*amounts)} for payer, amounts in payers.items()],
        "credits": [
            {"account": "medical_account", **_pair(found.before.account_credit, found.after.account_credit)},
            {"account": "pension_account", **_pair(found.before.pension_credit, found.after.pension_credit)},
        ],
    }


def guidance_json(guide: Guidance | None) -> dict[str, Any]:
    """The guideline by JSON key; empty where the area has none."""
    if guide is None:
        return {}
    price: dict[str, Any] = {}
    if guide.price is not None:
        price = {
            "price_level": format_fen(guide.price),
            "wage_year": format_fen(guide.wage_year),
            "above_level": guide.wage_year >= guide.price,
        }
    return {
        "guideline": {
            "raise": fraction(guide.rate),
            "band": guide.band,
            "low_line": fraction(guide.low),
            "base_line": fraction(guide.base),
            "high_line": fraction(guide.high),
            **price,
        }
    }


QUESTION = Question(
    "base-change",
    "缴费基数变化的影响",
    "what a changed contribution base does",
    OPTIONS,
    answer,
    "tongchou quote base-change --area 530100 --month 2023-05 --wage 6000 --new-wage 8000 --trade mining",
)
