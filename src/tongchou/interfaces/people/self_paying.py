"""``quote self-paying``: who pays a retiree's large expense where nobody manages the unit, or it no longer exists."""

from __future__ import annotations

from tongchou.law.constants import MONTHS
from tongchou.law.days import first_day, iso
from tongchou.money import format_fen
from tongchou.rules.obligations.custodial import EXISTENCE, SelfPaying, filing_holds, self_paying
from tongchou.rules.obligations.one_off import STANDINGS
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (
    Option("year", "count", "年度", "year", needed=True),
    Option("standing", "code", "单位状况", "standing of the unit", STANDINGS, needed=True),
    Option("unit", "code", "单位主体资格是否存在", "whether the unit exists in law", EXISTENCE, default="exists"),
    Option("filed", "code", "是否已自愿备案", "whether the retiree has filed voluntarily", ("true", "false")),
    Option("filed-on", "day", "备案日期（代替 --filed）", "day of the filing, in place of --filed"),
    Option("revoked-on", "day", "撤销备案日期", "day on which the filing was revoked"),
    Option("on", "day", "认定日期（默认当年首日或备案日）", "day of decision; 1 January or the filing by default"),
)
YEARS = (1900, 9998)


def filing_of(facts: dict[str, Any]) -> tuple[int, bool]:
    """(day of the decision, whether a filing holds on it) from the facts. Raises FactRefused."""
    year, filed, revoked = facts["year"], facts["filed_on"], facts["revoked_on"]
    if not YEARS[0] <= year <= YEARS[1]:
        says = f"{YEARS[0]} … {YEARS[1]}"
        raise FactRefused("out_of_range", "year", str(year), says, says)
    if filed is None and facts["filed"] is None:
        raise FactRefused("missing_value", "filed", "", "true or false, or --filed-on", "true 或 false，或 --filed-on")
    january = first_day(year * MONTHS)
    if filed is None:
        if revoked is not None:
            raise FactRefused("missing_value", "filed_on", "", "the day of what was revoked", "所撤销备案的日期")
        return (january if facts["on"] is None else facts["on"]), facts["filed"] == "true"
    if facts["filed"] == "false" or (revoked is not None and revoked < filed):
        found = "filed false" if facts["filed"] == "false" else iso(revoked)
        raise FactRefused(
            "filing_contradicts",
            "filed" if facts["filed"] == "false" else "revoked_on",
            found,
            f"facts that fit a filing of {iso(filed)}",
            f"与 {iso(filed)} 的备案相符的事实",
        )
    on = max(january, filed) if facts["on"] is None else facts["on"]
    return on, filing_holds(filed, revoked, on)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Way, reason, shares, claim on the unit, and what the payment gives."""
    day, filed = filing_of(facts)
    found = self_paying(law, facts["year"] * MONTHS, day, facts["standing"], facts["unit"], filed)
    return {"year": facts["year"], "decided_on": iso(day), "filed": filed, **decision_json(found)}


def decision_json(found: SelfPaying) -> dict[str, Any]:
    """A decision by JSON key; ``gives`` lists the layers that stand once the shares are paid."""
    gives = [name for name, has in (("basic", found.basic_by), ("large_expense", found.large_expense)) if has]
    return {
        "way": found.way,
        "reason": found.reason,
        "asked_of_person": None if found.asked is None else format_fen(found.asked),
        "claim_on_unit": None if found.asked is None else format_fen(found.claim),
        "basic_by": found.basic_by or None,
        "gives": gives,
        "shares": [
            {
                "share": s.share,
                "payer": s.payer,
                "amount": format_fen(s.amount),
                "claim_on_unit": format_fen(s.claim),
            }
            for s in found.shares
        ],
    }


QUESTION = Question(
    "self-paying",
    "单位无人管理的退休人员自缴大额补助",
    "a retiree whom no unit manages pays the large expense alone",
    OPTIONS,
    answer,
    "tongchou quote self-paying --area 530100 --year 2023 --standing unmanaged --filed true",
)
