"""``quote retirement``: medical years at retirement age, the two ways where they lack, and pay one, retire one."""

from __future__ import annotations

from tongchou.interfaces.wording.people.form import fraction, tenths
from tongchou.law.days import first_day, iso, iso_month, month_of
from tongchou.money import format_fen
from tongchou.rules.reckoning import FactRefused
from tongchou.rules.retirement.arrears import LAYERS, Arrears, arrears_of, not_to_come, pay_one
from tongchou.rules.retirement.expected import Expected, expected_ways
from tongchou.rules.retirement.lump_base import base_for
from tongchou.rules.retirement.medical_years import (
    ORDER,
    Counted,
    counted_of_spells,
    refuse_late_deemed,
    required_of,
)
from tongchou.rules.retirement.of_age import of_age
from tongchou.rules.retirement.two_ways import KINDS, GoingOn, LumpSum, going_on, lump_sum
from tongchou.rules.retirement.working_life import born_by, refuse_outside, within_working_life, working_life
from tongchou.rules.retirement.yearly import large_expense_of_retiree

from .facts import Option
from .frame import Question
from .retirement_age import BORN, CATEGORY, SEX
from .spells import spells, spells_by_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

PAYERS = ("person", "employer")
COUNTS = ("months_paid", "months_deemed", "months_transferred")
OPTIONS = (
    Option("on", "day", "办理日期", "day of the case", needed=True),
    SEX,
    CATEGORY,
    BORN,
    Option("retires", "month", "已核准的提前退休月份", "month of early retirement where granted"),
    Option("months-paid", "count", "实际缴费月数", "months really paid"),
    Option("months-deemed", "count", "视同缴费月数", "months of recognised work before the scheme"),
    Option("months-transferred", "count", "转入月数", "months transferred in"),
    Option(
        "spells",
        "text",
        "起止年月，代替月数 paid:2000-01..2010-12;deemed:…;transferred:…",
        "months by spells, in place of the three counts",
    ),
    Option("kind", "code", "参保方式", "how insured", KINDS, needed=True),
    Option("base", "money", "补缴基数（默认当地下限）", "monthly base, by default the area's floor"),
    Option("unpaid", "text", "补一退一：单位欠费月份 2022-03..2023-05", "pay one, retire one: unpaid months"),
    Option("unpaid-years", "text", "欠缴大额补助的年份 2022;2023", "years of unpaid large expense"),
    Option("wage", "money", "欠费月份的月工资", "monthly wage of the unpaid months"),
    Option("paid-by", "code", "由谁补缴", "who pays the arrears", PAYERS, default="person"),
    Option("pay-on", "day", "补缴日期，默认办理日期", "day of payment, by default the day of the case"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Months counted, required and missing; arrears; both ways, side by side."""
    on, born, sex = facts["on"], facts["born"], facts["sex"]
    born_by(born, on)
    of_age(law, born, sex, facts["category"], on, facts["retires"])
    counted = counted_of(law, facts)
    arrears, claim = arrears_answered(law, facts)
    from_month, unpaid = first_day(month_of(on)), set()
    if arrears is not None:
        unpaid = {d.month for d in arrears.demands if not d.large_expense}
        counted = counted.with_paid(unpaid)
        within_working_life(law, born, on, {"months_paid": counted.total}, {})
        from_month = first_day(month_of(arrears.paid_on) + 1)
    required, missing = required_of(law, sex, counted, on)
    entitled = from_month if arrears is not None else on
    lump, going = ways(law, facts, missing, entitled, first_to_pay(on, unpaid | set(counted.months or ())))
    if not missing:
        law.say("years_complete", entitled_day=entitled)
    expected = expected_ways(law, sex, born, on, lump, going)
    if expected and facts["kind"] == "flexible_pooled":
        law.warn("pooled_account_unclear")
    result: dict[str, Any] = {
        "counted_months": counted.total,
        "counted": {"paid": counted.paid, "transferred": counted.transferred, "deemed": counted.deemed},
        "required_months": required,
        "missing_months": missing,
        "entitled_from": None if missing else iso(entitled),
    }
    if arrears is not None:
        result["pay_one_retire_one"] = arrears_json(arrears, facts["paid_by"], claim, None if missing else entitled)
    result["lump_sum"] = None if lump is None else lump_json(lump)
    result["continue"] = None if going is None else going_json(going)
    result["account_credits"] = {
        **({} if lump is None else {"lump_sum": format_fen(0)}),
        **({} if going is None else {"continue": format_fen(going.credit * going.months)}),
    } or None
    result["expected"] = {way: expected_json(e) for way, e in expected.items()} or None
    yearly = large_expense_of_retiree(law, on)
    result["large_expense_yearly"] = yearly and {"person": format_fen(yearly[0]), "unit": format_fen(yearly[1])}
    result["_beside"] = [("", ("lump_sum", "continue")), ("expected", ("lump_sum", "continue"))]
    return result


def counted_of(law: Reckoning, facts: dict[str, Any]) -> Counted:
    """The months given as counts or as spells. Refuses both together, neither, and what the working life excludes."""
    born, on, text = facts["born"], facts["on"], facts["spells"]
    given = {name: facts[name] for name in COUNTS if facts[name] is not None}
    if text is not None and given:
        raise FactRefused("given_twice", "spells", text, f"without {', '.join(given)}", "与月数不同时给出")
    if text is None and facts["months_paid"] is None:
        raise FactRefused("missing_value", "months_paid", "", "months paid, or spells", "实际缴费月数，或起止年月")
    first, _ = working_life(law, born, on)
    if text is not None:
        named = spells_by_kind("spells", text, ORDER)
        for several in named.values():
            refuse_outside(law, born, on, "spells", several)
        refuse_late_deemed(law, named, 0, first, on)
        return counted_of_spells(named)
    counted = Counted(*(given.get(name, 0) for name in COUNTS))
    within_working_life(law, born, on, {**given, "months_paid": counted.total}, {})
    refuse_late_deemed(law, {}, counted.deemed, first, on)
    return counted


def arrears_answered(law: Reckoning, facts: dict[str, Any]) -> tuple[Arrears | None, int]:
    """(arrears, claim on the unit), or (None, 0) where no unpaid months are named."""
    text = facts["unpaid"]
    if text is None:
        for name in ("wage", "unpaid_years", "pay_on"):
            if facts[name] is not None:
                raise FactRefused("missing_value", "unpaid", "", f"given together with {name}", f"与 {name} 同时给出")
        return None, 0
    if facts["kind"] != "employer":
        raise FactRefused(
            "unpaid_without_unit", "kind", facts["kind"], "employer: a unit in arrears", "employer（单位欠费）"
        )
    if facts["wage"] is None:
        raise FactRefused("missing_value", "wage", "", "the monthly wage of the unpaid months", "欠费月份的月工资")
    on = facts["on"]
    pay_on = on if facts["pay_on"] is None else facts["pay_on"]
    if pay_on < on:
        raise FactRefused("out_of_range", "pay_on", iso(pay_on), f"not before {iso(on)}", f"不早于 {iso(on)}")
    unpaid = spells("unpaid", text)
    months = sorted({m for first, last in unpaid for m in range(first, last + 1)})
    if not months:
        raise FactRefused("not_a_spell", "unpaid", text, "YYYY-MM..YYYY-MM")
    not_to_come(months, pay_on)
    refuse_outside(law, facts["born"], pay_on, "unpaid", unpaid)
    arrears = arrears_of(law, months, facts["wage"], years_of(facts["unpaid_years"]), pay_on)
    return arrears, pay_one(law, arrears, facts["paid_by"], on)


def years_of(text: str | None) -> list[int] | None:
    """Years separated by ``;``."""
    if text is None:
        return None
    for part in text.split(";"):
        if len(part) != 4 or not (part.isascii() and part.isdecimal()) or part == "0000":
            raise FactRefused(
                "not_an_integer", "unpaid_years", text, "years of four digits, with ;", "四位年份，用 ; 分隔"
            )
    return [int(part) for part in text.split(";")]


def first_to_pay(on: int, paid: set[int]) -> int:
    """The first month from that of the day on which is not paid already."""
    month = month_of(on)
    while month in paid:
        month += 1
    return month


def ways(
    law: Reckoning, facts: dict[str, Any], missing: int, entitled: int, first: int
) -> tuple[LumpSum | None, GoingOn | None]:
    """Both ways where months lack; what is not encoded is warned of and left out."""
    base = base_for(law, facts["base"], facts["on"])
    if not missing or base is None:
        return None, None
    lump = lump_sum(law, facts["kind"], base, missing, facts["on"], entitled)
    return lump, going_on(law, base, missing, facts["on"], first)


def lump_json(lump: LumpSum) -> dict[str, Any]:
    """The lump sum; what is not made up stands there as none (R05)."""
    return {
        "base": format_fen(lump.base),
        "rate": fraction(lump.rate),
        "amount": format_fen(lump.amount),
        "entitled_from": iso(lump.entitled_from),
        "large_expense": "none",
        "account_credit": format_fen(0),
    }


def going_json(going: GoingOn) -> dict[str, Any]:
    """Going on paying."""
    return {
        "base": format_fen(going.base),
        "rate": fraction(going.rate),
        "monthly": format_fen(going.monthly),
        "from": iso_month(going.first),
        "until": iso_month(going.until),
        "total": format_fen(going.total),
        "entitled_from": iso(going.entitled_from),
        "account_credit": format_fen(going.credit),
    }


def expected_json(e: Expected) -> dict[str, Any]:
    """What a way would bring and cost by the life table."""
    return {
        "retired_months": tenths(e.months_tenths, 1),
        "account_credits": None if e.credits is None else format_fen(e.credits),
        "cost": format_fen(e.cost),
    }


def arrears_json(arrears: Arrears, paid_by: str, claim: int, retired_from: int | None) -> dict[str, Any]:
    """Pay one, retire one: sums, then each month and year, then the months that open again."""
    return {
        "own": format_fen(arrears.own),
        "unit": format_fen(arrears.unit),
        "to_pay": format_fen(arrears.own + arrears.unit),
        "paid_by": paid_by,
        "claim_on_unit": format_fen(claim),
        "surcharge_of_unit": format_fen(arrears.surcharge),
        "account_credit": None if arrears.credit is None else format_fen(arrears.credit),
        "retired_from": None if retired_from is None else iso(retired_from),
        "unpaid_months": [
            {
                "unpaid_month": iso_month(d.month),
                "base": None if d.base is None else format_fen(d.base),
                "own": format_fen(d.own),
                "unit": format_fen(d.unit),
                "surcharge_of_unit": format_fen(d.surcharge),
            }
            for d in arrears.demands
            if not d.large_expense
        ],
        "unpaid_years": [
            {
                "unpaid_year": iso_month(d.month)[:4],
                "own": format_fen(d.own),
                "unit": format_fen(d.unit),
                "surcharge_of_unit": format_fen(d.surcharge),
            }
            for d in arrears.demands
            if d.large_expense
        ],
        "make_up": [
            {"from": iso_month(first), "to": iso_month(last), "layers": ";".join(LAYERS)}
            for first, last in arrears.suspended
        ],
    }


QUESTION = Question(
    "retirement",
    "退休时医保缴费年限：补缴或续缴，补一退一",
    "medical years at retirement age: pay at once or go on; pay one, retire one",
    OPTIONS,
    answer,
    "tongchou quote retirement --area 530100 --on 2023-06-01 --sex M --born 1963-05 --months-paid 300 --kind employer",
)
