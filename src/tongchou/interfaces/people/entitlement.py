"""``quote entitlement``: to what is this person entitled on a day, by which payment, or why not."""

from __future__ import annotations

from tongchou.law.days import iso, iso_month
from tongchou.rules.entitlement.explain import explain
from tongchou.rules.entitlement.fields import (
    BASIC_BIT,
    BY,
    BY_ID,
    BY_KIND,
    BY_PERIOD,
    CODE,
    CURE_DAY,
    CURE_KIND,
    CURE_PERIOD,
    CURES,
    ENTITLED,
    LARGE_BIT,
    LAYERS,
    REASONS,
    SINCE,
    UNTIL,
    W_BY,
    W_FROM,
    W_ID,
    W_LAYERS,
    W_OPENED,
    W_PERIOD,
    W_TO,
)
from tongchou.rules.entitlement.figures import advance_months
from tongchou.rules.entitlement.history import IDENTITIES, KINDS, check
from tongchou.rules.entitlement.one import Person, law_of
from tongchou.rules.reckoning import FactRefused

from .facts import Option
from .frame import Question
from .history_file import COLUMNS, MORE, WHAT, read_file
from .history_text import Given, read_large, read_months, read_resident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

STRIP = 24
"""Months of the strip, up to the day asked."""
RIGHTS = ("retired", "confirmed", "custodial", "died")
OPTIONS = (
    Option("on", "day", "哪一天", "which day", needed=True),
    Option("seen", "day", "按哪一天所知（默认同一天）", "as seen on this day (the same by default)"),
    Option(
        "history",
        "text",
        f"缴费记录 CSV 文件，what 列为 {'/'.join(WHAT)}，其余列为 {'/'.join((*COLUMNS[1:], *MORE))}",
        f"a CSV file of payments; columns: what ({', '.join(WHAT)}), {', '.join((*COLUMNS[1:], *MORE))}",
    ),
    Option("paid", "text", "已缴月份 2022-01..2022-11,2023-02@2023-06-10", "months paid, late ones with @day"),
    Option("unpaid", "text", "参保而未缴的月份", "months enrolled and not paid"),
    Option("gap", "text", "中断期间补缴的月份 …@日期", "months without enrolment that were made up, with @day"),
    Option("kind", "code", "参保方式", "kind of these months", KINDS, default=KINDS[0]),
    Option(
        "large-expense",
        "text",
        "已缴大额补助的年份 2022,2023:own@2023-04-01",
        "years of large expense paid, :own or :unit",
    ),
    Option("resident", "text", "已缴居民医保的年份 2024@2024-03-01", "resident years paid"),
    Option("identity", "codes", "居民身份", "identities as a resident", IDENTITIES, default=()),
    Option("retired", "day", "核定退休医保待遇之日", "day of the grant of retiree benefits"),
    Option("confirmed", "day", "单位经确认无缴费能力之日", "day the unit was confirmed unable to pay"),
    Option("custodial", "day", "在托管单位参保之日", "day of enrolment under a custodial unit"),
    Option("died", "day", "死亡日期", "day of death"),
)


def given_of(facts: dict[str, Any]) -> Given:
    """All that was given of the person, from the file and from the short forms."""
    given = Given()
    if facts["history"]:
        read_file(given, facts["history"])
    for field in ("paid", "unpaid", "gap"):
        read_months(given, field, facts[field] or "", facts["kind"])
    read_large(given, facts["large_expense"] or "")
    read_resident(given, facts["resident"] or "", facts["identity"])
    for what in RIGHTS:
        if facts[what]:
            given.right(what, facts[what])
    if not (given.months or given.resident or given.days):
        known = "a history, or at least one month, year or day"
        raise FactRefused("missing_value", "history", "", known, "缴费记录，或至少一个月份、年份或日期")
    return given


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Layers, windows of claims to be made up, a strip of months."""
    from .entitlement_show import drawn

    given = given_of(facts)
    day, seen = facts["on"], facts["seen"] or facts["on"]
    history = given.history()
    check(history, seen, advance_months(law.figures, seen))
    person = Person(history, law_of(law.figures, history, day, seen))
    answers, windows = person.on(day, seen), person.windows(seen)
    explain(law, history, answers, windows, day)
    result = {
        "on": iso(day),
        "seen": iso(seen),
        "layers": [layer(name, got, given) for name, got in zip(LAYERS, answers, strict=True)],
        "windows": [window(w, given) for w in windows],
        "months": [
            {"month": iso_month(m), "basic": REASONS[basic], "large_expense": REASONS[large]}
            for m, basic, large in person.strip(day, seen, STRIP)
        ],
    }
    return {**result, "_drawn": drawn(result)}


def layer(name: str, got: tuple[int, ...], given: Given) -> dict[str, Any]:
    """One layer by JSON key."""
    by, cure, entitled = got[BY_KIND], got[CURE_KIND], got[CODE] == ENTITLED
    return {
        "layer": name,
        "entitled": entitled,
        "reason": None if entitled else REASONS[got[CODE]],
        "since": iso(got[SINCE]) if got[SINCE] else None,
        "entitled_until": iso(got[UNTIL]) if got[UNTIL] else None,
        "by": BY[by] or None,
        "payment": given.payments[got[BY_ID]] if by else None,
        "period": period(got[BY_PERIOD]) if by else None,
        "unpaid": period(got[CURE_PERIOD]) if cure else None,
        "unpaid_what": CURES[cure] or None,
        "would_begin": iso(got[CURE_DAY]) if got[CURE_DAY] else None,
    }


def period(number: int) -> str:
    """A month, or a year; no year has as many months before it as years have passed."""
    return iso_month(number) if number > 9999 else str(number)


def window(w: tuple[int, ...], given: Given) -> dict[str, Any]:
    """One window by JSON key."""
    return {
        "from_day": iso(w[W_FROM]),
        "to_day": iso(w[W_TO]),
        "days": w[W_TO] - w[W_FROM] + 1,
        "basic": bool(w[W_LAYERS] & BASIC_BIT),
        "large_expense": bool(w[W_LAYERS] & LARGE_BIT),
        "opened_on": iso(w[W_OPENED]),
        "by": BY[w[W_BY]],
        "payment": given.payments[w[W_ID]],
        "period": period(w[W_PERIOD]),
    }


QUESTION = Question(
    "entitlement",
    "某日享受哪些待遇，凭哪笔缴费，或为何不能享受",
    "to what is a person entitled on a day, by which payment, or why not",
    OPTIONS,
    answer,
    "tongchou quote entitlement --area 530100 --on 2023-06-15 --paid 2022-01..2023-02,2023-03..2023-05@2023-06-10"
    " --unpaid 2023-06 --large-expense 2022..2023",
)
