"""Why the answers are what they are: a step each, with the figures it rests on."""

from __future__ import annotations

from tongchou.law.constants import MONTHS

from .calendar import first_day, last_day, month_of
from .fields import (
    ARREARS,
    BY_CUSTODIAL,
    BY_GRANT,
    BY_KIND,
    BY_PERIOD,
    CODE,
    CURE_DAY,
    CURE_KIND,
    CURE_LARGE,
    CURE_PERIOD,
    DEAD,
    ENTITLED,
    GAP_OPEN,
    GAP_TOO_LONG,
    LARGE_UNPAID,
    NOT_ENROLLED,
    NOT_PAID,
    OTHER_SCHEME,
    SINCE,
    W_FROM,
    W_TO,
    WAITING,
)
from .history import IDENTITIES, KINDS, History

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

    from ..reckoning import Reckoning

    Answer = tuple[int, ...]

SHARES = ("", "own_share", "unit_share", "both_shares")


def explain(law: Reckoning, h: History, answers: list[Answer], windows: list[Answer], day: int) -> None:
    """Note the steps of a day's answers and of the windows."""
    basic, large, resident, _ = answers
    if basic[CODE] == DEAD:
        law.say("ent_dead", died_day=h.died_on)
    elif basic[CODE] == ENTITLED:
        _given(law, h, basic, day)
    elif basic[CODE] != OTHER_SCHEME:
        _refused(law, h, basic, day)
    if OTHER_SCHEME in (basic[CODE], resident[CODE]) and (h.resident_year or basic[CODE] == OTHER_SCHEME):
        holds = "employee_scheme" if resident[CODE] == OTHER_SCHEME else "resident_scheme"
        law.say("ent_one_scheme", law.figure("entitlement.one_scheme", day), holds=holds)
    _large(law, basic, large, day)
    if h.resident_year and resident[CODE] not in (OTHER_SCHEME, DEAD):
        _resident(law, h, resident, day)
    if windows:
        law.say("ent_windows", *_some(law, day, "large_with_basic"), days=sum(w[W_TO] - w[W_FROM] + 1 for w in windows))


def _some(law: Reckoning, day: int, *names: str) -> list[Figure]:
    """Those of the figures that the area has on the day."""
    full = [f"entitlement.{name}" for name in names]
    return [law.figure(name, day) for name in full if law.has(name, day)]


def _given(law: Reckoning, h: History, basic: Answer, day: int) -> None:
    if basic[BY_KIND] == BY_GRANT:
        law.say("ent_by_grant", law.figure("entitlement.retiree_free", day), granted_day=h.retired_from)
        return
    if basic[BY_KIND] >= BY_GRANT:
        custodial = basic[BY_KIND] == BY_CUSTODIAL
        figure = law.figure(f"entitlement.{'custodial' if custodial else 'confirmed'}_covers", h.confirmed_from)
        law.say(f"ent_by_{'custodial' if custodial else 'confirmation'}", figure, confirmed_day=h.confirmed_from)
        return
    month, paid = month_of(day), basic[BY_PERIOD]
    row = h.month.index(month)
    if h.gap[row]:
        gap = law.figure("entitlement.gap_months", first_day(_spell_after(h, month)))
        law.say("ent_gap_made_up", gap, months=gap.value)
        return
    due = law.figure("levy.due_day", first_day(month)), law.figure("levy.due_month_offset", first_day(month))
    if paid == month:
        law.say("ent_by_month", *due, period_month=paid)
        return
    at = h.month.index(paid)
    same = h.unit[at] == h.unit[row] and h.kind[at] == h.kind[row]
    ends = last_day(paid + 1 + due[1].value)
    law.say("ent_by_grace" if same else "ent_by_carry", *due, period_month=paid, asked_month=month, until_day=ends)


def _spell_after(h: History, month: int) -> int:
    """The month with which the spell after a gap begins."""
    return next((m for m, gap in zip(h.month, h.gap, strict=True) if m > month and not gap), month)


def _refused(law: Reckoning, h: History, basic: Answer, day: int) -> None:
    code, period = basic[CODE], basic[CURE_PERIOD]
    if code == ARREARS:
        offset = law.figure("levy.due_month_offset", first_day(period))
        suspends = _some(law, day, "suspends")
        begins = first_day(period + offset.value + 1)
        law.say("ent_arrears", offset, *suspends, unpaid_month=period, suspended_day=begins)
    elif code == WAITING:
        row = h.month.index(month_of(day))
        while row and h.month[row - 1] + 1 == h.month[row] and not h.gap[row - 1] and h.kind[row - 1] == h.kind[row]:
            if h.unit[row - 1] != h.unit[row]:
                break
            row -= 1
        begins = first_day(h.month[row])
        wait = law.figure("entitlement.wait_months", begins, kind=KINDS[h.kind[row]])
        gap = law.figure("entitlement.gap_months", begins)
        if basic[CURE_DAY]:
            law.say("ent_waiting", gap, wait, months=wait.value, would_begin_day=basic[CURE_DAY])
        else:
            law.say("ent_waiting_cut_off", gap, wait, months=wait.value)
    elif code == NOT_PAID:
        law.say("ent_not_paid", law.figure("levy.due_day", first_day(period)), unpaid_month=period)
    elif code in (GAP_OPEN, GAP_TOO_LONG):
        names = _some(law, first_day(_spell_after(h, month_of(day))), "gap_months")
        law.say("ent_gap_open" if code == GAP_OPEN else "ent_gap_too_long", *names, months=sum(f.value for f in names))
    elif code == NOT_ENROLLED:
        law.say("ent_not_enrolled")


def _large(law: Reckoning, basic: Answer, large: Answer, day: int) -> None:
    if large[CODE] == ENTITLED:
        law.say("ent_large", *_some(law, day, "large_shares"), year=month_of(day) // MONTHS)
    elif large[CODE] == LARGE_UNPAID:
        share = SHARES[large[CURE_KIND] - CURE_LARGE]
        law.say("ent_large_unpaid", *_some(law, day, "large_shares"), year=large[CURE_PERIOD], share=share)
    elif basic[CODE] in (ARREARS, WAITING, NOT_PAID):
        law.say("ent_large_with_basic", *_some(law, day, "large_with_basic"))


def _resident(law: Reckoning, h: History, resident: Answer, day: int) -> None:
    year = month_of(day) // MONTHS
    january = first_day(year * MONTHS)
    waits = _some(law, january, "resident_wait_fixed", "resident_wait_each", "resident_missed_from")
    period = _some(law, january, "resident_period_months")
    if resident[CODE] == ENTITLED:
        row = h.resident_year.index(year)
        held = [i for i in range(len(IDENTITIES)) if h.resident_identity[row] >> i & 1]
        exempt = [
            law.figure("entitlement.resident_exempt", january, group=IDENTITIES[i])
            for i in held
            if law.has("entitlement.resident_exempt", january)
        ]
        begins = max(resident[SINCE], january)
        law.say("ent_resident", *period, *exempt, year=year, paid_day=h.resident_on[row], begins_day=begins)
    elif resident[CODE] == WAITING:
        fixed, each = waits[0].value, waits[1].value
        law.say("ent_resident_waiting", *waits, months=fixed, each=each, would_begin_day=resident[CURE_DAY])
    elif resident[CODE] == NOT_PAID:
        law.say("ent_resident_not_paid", *period, year=year)
    elif resident[CODE] != NOT_ENROLLED:
        law.say("ent_resident_late", *period, year=year)
