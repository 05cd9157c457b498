"""``quote pension``: the monthly pension by its parts, what is paid before the base is known, early against normal."""

from __future__ import annotations

from tongchou.interfaces.wording.people.form import fraction, tenths
from tongchou.law.days import first_day, iso_month, month_of
from tongchou.money import format_fen
from tongchou.rules.pension.compare import first_payment
from tongchou.rules.pension.provisional import Provisional, paid_before_known
from tongchou.rules.pension.shares import central_and_local
from tongchou.rules.pension.slip import Record, Slip, slip_of
from tongchou.rules.reckoning import FactRefused
from tongchou.rules.retirement.working_life import within_working_life

from .clock import today
from .facts import Option
from .frame import Question
from .pension_compare import compared, more_months
from .retirement_age import WOMEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

CONVENTIONS = ("whole_months", "years_rounded_2dp")
BELOW = 100
"""Indices are below this: larger ones are slips of the pen, and would leave 64 bits."""
OPTIONS = (
    Option("retires", "month", "退休年月（默认本月）", "month of retirement, by default this one"),
    Option("born", "month", "出生年月", "month of birth"),
    Option("sex", "code", "性别", "sex", ("M", "F")),
    Option("category", "code", "女性：工人或干部", "women: worker or cadre", WOMEN, default="worker"),
    Option("index", "fraction", "平均缴费工资指数", "mean contribution index", needed=True),
    Option("months", "count", "累计缴费月数（含视同）", "months of contributions, deemed ones included", needed=True),
    Option("pre-account-months", "count", "其中建账前月数", "of which before accounts began", default=0),
    Option("account", "money", "个人账户储存额", "balance of the personal account", needed=True),
    Option("one-child", "flag", "独生子女", "one-child supplement"),
    Option("base", "money", "计发基数，代替法规数值", "pension base in place of the law's"),
    Option("payment-months", "tenths", "计发月数，代替法规数值", "payment months in place of the law's"),
    Option("transition-rate", "fraction", "过渡系数（小数）", "transition rate as a fraction, in place of the law's"),
    Option("average-pension", "money", "上年平均养老金", "mean pension in place of the law's"),
    Option("year-convention", "code", "年限折算", "how months become years", CONVENTIONS),
    Option("more-months", "count", "再缴若干月会怎样", "what so many more months would change"),
    Option("compare", "flag", "提前与正常退休对比", "early beside normal retirement"),
    Option("compare-with", "month", "对比的退休年月（默认法定）", "month to compare with (statutory)"),
    Option("further-index", "fraction", "其间缴费指数", "index of the months between, by default the mean one"),
    Option("further-base", "money", "其间月缴费基数", "monthly base of the months between"),
)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """The parts of the pension and, where asked, more months and the comparison."""
    retires = month_of(today()) if facts["retires"] is None else facts["retires"]
    born = facts["born"]
    _refuse(law, facts, retires)
    record = Record(facts["index"], facts["months"], facts["pre_account_months"], facts["account"])
    given = {k: facts[k] for k in ("base", "transition_rate", "average_pension", "year_convention")}
    given["payment_tenths"] = facts["payment_months"]
    age = None if born is None else retires - born
    slip = slip_of(law, record, retires, age, bool(facts["one_child"]), given)
    first = first_payment(law, retires)
    _least_months(law, record.months, retires)
    result = {**_slip_json(slip), "first_month": iso_month(first)}
    shares = central_and_local(law, slip.parts.total, retires)
    result["spending"] = shares and {"central": format_fen(shares[0]), "local": format_fen(shares[1])}
    result["provisional"] = _provisional_json(slip, paid_before_known(law, slip, retires, first))
    if facts["more_months"]:
        result["more"] = more_months(law, slip, facts, retires)
    if facts["compare"] or facts["compare_with"] is not None:
        result.update(compared(law, slip, facts, retires))
    return result


def _refuse(law: Reckoning, facts: dict[str, Any], retires: int) -> None:
    """Refuse what cannot be: an index of zero, amounts of zero, months beyond the working life or the whole."""
    from tongchou.law.constants import RATE_SCALE


    for name in ("index", "further_index"):
        value = facts[name]
        if value is not None and not 0 < value < BELOW * RATE_SCALE:
            raise FactRefused(
                "index_out_of_range", name, fraction(value), f"above 0 and below {BELOW}", f"大于 0、小于 {BELOW}"
            )
    for name in ("base", "payment_months", "average_pension", "further_base"):
        if facts[name] == 0:
            raise FactRefused("out_of_range", name, "0", "above 0", "大于 0")
    before, months = facts["pre_account_months"], facts["months"]
    if before > months:
        raise FactRefused(
            "pre_account_beyond_months",
            "pre_account_months",
            str(before),
            f"at most the months in all, {months}",
            f"不多于累计月数 {months}",
        )
    if facts["born"] is not None:
        within_working_life(law, facts["born"], first_day(retires), {"months": months}, {})
        if before and law.has("pension.account_start", first_day(retires)):
            start = law.figure("pension.account_start", first_day(retires)).value
            within_working_life(law, facts["born"], first_day(start - 1), {"pre_account_months": before}, {})


def _least_months(law: Reckoning, months: int, retires: int) -> None:
    """Warns where the months paid are fewer than the least for a monthly pension."""
    day = first_day(retires)
    if law.has("retirement.least_months", day):
        least = law.figure("retirement.least_months", day)
        if months < least.value:
            law.warn("below_least_months", months=months, least_months=least.value)


def _slip_json(slip: Slip) -> dict[str, Any]:
    p, v = slip.parts, slip.values
    return {
        "basic": format_fen(p.basic),
        "account": format_fen(p.account),
        "transitional": format_fen(p.transitional),
        "one_child": format_fen(p.one_child),
        "total": format_fen(p.total),
        "base": format_fen(v.base),
        "indexed_wage": format_fen(p.wage),
        "payment_months": tenths(v.payment_tenths),
    }


def _provisional_json(slip: Slip, paid: Provisional | None) -> dict[str, Any] | None:
    """What was paid first, or that this answer itself is provisional; None where the figures were known in time."""
    if slip.late:
        return {"pending": sorted(slip.late), "base": format_fen(slip.values.base)}
    if paid is None:
        return None
    return {
        "base": format_fen(paid.base),
        "total": format_fen(paid.total),
        "from": iso_month(paid.first),
        "payments": paid.months,
        "settled": iso_month(paid.settled),
        "difference": format_fen(paid.difference),
    }


QUESTION = Question(
    "pension",
    "养老金：各组成部分，提前与正常退休对比",
    "the monthly pension by its parts; early against normal retirement",
    OPTIONS,
    answer,
    "tongchou quote pension --area 530100 --sex F --born 1973-12 --retires 2023-12 --index 0.9726 --months 378"
    " --pre-account-months 39 --account 127070.82 --one-child",
    plot="pension_plot",
)
