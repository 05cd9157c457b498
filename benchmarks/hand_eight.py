"""The scheme of eight.yaml written by hand: one claim as a function, and the fold around it for numba.

``one`` is what an engineer would write who knows the scheme: each category its own way out, parts of the burden in
plain variables, bands as their sums so far. Like benchmarks/hand.py it does not check that shares add up.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.extending import overload, register_jitable

INPUTS = ("category", "level", "status", "identity", "designated", "referred", "delivery_kind", "in_scope")
"""What the hand form reads, in its order; the day decides nothing."""
STATE = (
    "admissions",
    "large_expense",
    "critical_illness.burden",
    "critical_illness",
    "civil_servants.deductible",
    "civil_servants",
    "relief",
)
OUTPUTS = (
    "deductible",
    *(
        "fund_" + f
        for f in (
            "inpatient_pool",
            "large_expense",
            "delivery",
            "critical_illness",
            "civil_servants",
            "medical_assistance",
            "employer_supplement",
            "backstop",
            "lift",
            "total",
        )
    ),
    "person_unclaimed",
    "person_deductible",
    "person_share_inpatient_pool",
    "person_share_large_expense",
    "person_share_delivery",
    "person_over_cap",
    "person_over_price",
    "institution",
    "reason",
    "warnings",
)
written_out = register_jitable(inline="always")
"""Plain Python as it stands, and part of the loop in machine code."""
INPATIENT, DELIVERY = 3, 4
NOT_DESIGNATED, NOTHING, NOT_COVERED, CAP_USED, DEDUCTIBLE, RATE_ZERO = 1, 3, 4, 5, 6, 7


@register_jitable
def critical(x: int) -> int:
    """What critical illness pays of a running burden of the year."""
    due = 0
    if x <= 100_000:
        due = 0
    elif x <= 1_000_000:
        due = (x - 100_000) * 6000
    elif x <= 5_000_000:
        due = 5_400_000_000 + (x - 1_000_000) * 6500
    elif x <= 10_000_000:
        due = 31_400_000_000 + (x - 5_000_000) * 7000
    else:
        due = 66_400_000_000 + (x - 10_000_000) * 8000
    return (due + 5000) // 10000


def borne(paid: int, d: int, s: int, t: int, o: int) -> tuple[int, int, int, int]:
    """Deductible, two shares and what is over the cap after a payment on them, in that order."""
    if paid <= d:
        return d - paid, s, t, o
    paid -= d
    if paid <= s:
        return 0, s - paid, t, o
    paid -= s
    if paid <= t:
        return 0, 0, t - paid, o
    return 0, 0, 0, o - (paid - t)


@overload(borne, inline="always")
def borne_compiled(paid: int, d: int, s: int, t: int, o: int) -> Any:
    """The same without branches, which machine code would often guess wrong; interpreted, branches are faster."""

    def without_branches(paid: int, d: int, s: int, t: int, o: int) -> tuple[int, int, int, int]:
        part = min(paid, d)
        d -= part
        paid -= part
        part = min(paid, s)
        s -= part
        paid -= part
        part = min(paid, t)
        t -= part
        return d, s, t, o - (paid - part)

    return without_branches


@written_out
def one(category: int, level: int, status: int, identity: int, designated: int, referred: int, kind: int, bill: int,
        admissions: int, used_large: int, burden: int, used_critical: int, taken_civil: int,
        used_civil: int, used_relief: int) -> tuple[int, ...]:  # fmt: skip
    """One claim: OUTPUTS, then STATE after it."""
    if designated == 0 or (category != INPATIENT and category != DELIVERY):
        reason = NOT_DESIGNATED if designated == 0 else NOTHING if bill == 0 else NOT_COVERED
        return (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bill, 0, 0, 0, 0, 0, 0, 0, reason, 0,
                admissions, used_large, burden, used_critical, taken_civil, used_civil,
                used_relief)  # fmt: skip
    if category == DELIVERY:
        price = 200_000 if kind == 0 else 400_000
        over = 0
        paid = bill
        if bill > price:
            over, paid = bill - price, price
        return (0, 0, 0, paid, 0, 0, 0, 0, 0, 0, paid, 0, 0, 0, 0, 0, 0, over, 0, NOTHING if paid == 0 else 0, 0,
                admissions, used_large, burden, used_critical, taken_civil, used_civil,
                used_relief)  # fmt: skip
    pool = large = ill = civil = relief = firm = stop = lift = t = o = full = 0
    admissions += 1
    if level <= 1:
        due, rate = 20_000, 9000
    elif level == 2:
        due, rate = 50_000, 8500
    else:
        due, rate = 100_000, 8000
    if status == 1:
        rate += 400
    due -= 10_000 * (admissions - 1)
    if due < 20_000:
        due = 20_000
    took = due if due < bill else bill
    d = took
    met = took
    cost = bill - took
    pool = (cost * rate + 5000) // 10000
    if pool > 300_000:
        pool = 300_000
        full = 1
        kept = (3_000_000_000 + rate // 2) // rate
        if kept > cost:
            kept = cost
        over = cost - kept
        cost = kept
        if over > 0:
            large = (over * 7000 + 5000) // 10000
            room = 20_000_000 - used_large
            if large > room:
                large = room
                kept = (room * 10000 + 3500) // 7000
                if kept > over:
                    kept = over
                o = over - kept
                over = kept
            used_large += large
            t = over - large
    s = cost - pool
    cost = d + s + t + o
    if cost > 0:
        after = burden + cost
        ill = critical(after) - critical(burden)
        if burden < 100_000:
            met += (after if after < 100_000 else 100_000) - burden
        burden = after
        if ill > 30_000_000 - used_critical:
            ill = 30_000_000 - used_critical
            full = 1
        used_critical += ill
        d, s, t, o = borne(ill, d, s, t, o)
    cost = s + t
    if cost > 0:
        due = 50_000 - taken_civil
        if due > 0:
            if due > cost:
                due = cost
            taken_civil += due
            cost -= due
            met += due
        civil = (cost * 5000 + 5000) // 10000
        if civil > 2_000_000 - used_civil:
            civil = 2_000_000 - used_civil
            full = 1
        used_civil += civil
        _, s, t, _ = borne(civil, 0, s, t, 0)
    cost = d + s + t + o
    if cost > 0:
        if identity & 4:
            rate = 9000
        elif identity & 2:
            rate = 7500
        elif identity & 1:
            rate = 6000
        else:
            rate = 2000
        relief = (cost * rate + 5000) // 10000
        room = 3_000_000 - used_relief
        if room < 0:
            room = 0
        if relief > room:
            relief = room
            full = 1
        used_relief += relief
        d, s, t, o = borne(relief, d, s, t, o)
    cost = d + s + t
    if cost > 0:
        firm = (cost * 3000 + 5000) // 10000
        if firm > 5_000_000:
            firm = 5_000_000
            full = 1
        d, s, t, _ = borne(firm, d, s, t, 0)
    cost = d + s + t + o
    if cost > 0:
        stop = (cost * (5000 if referred == 1 else 4000) + 5000) // 10000
        if stop > 5_000_000 - used_relief:
            stop = 5_000_000 - used_relief
            full = 1
        used_relief += stop
        d, s, t, o = borne(stop, d, s, t, o)
    cost = d + s + t + o
    total = pool + large + ill + civil + relief + firm + stop
    if cost > 0:
        lift = (bill * 9900 + 5000) // 10000 - total
        if lift > 0:
            if lift > cost:
                lift = cost
            d, s, t, o = borne(lift, d, s, t, o)
            total += lift
        else:
            lift = 0
    reason = 0
    if total == 0:
        reason = NOTHING if bill == 0 else CAP_USED if full else DEDUCTIBLE if met else RATE_ZERO
    return (took, pool, large, 0, ill, civil, relief, firm, stop, lift, total, 0, d, s, t, 0, o, 0, 0, reason, 0,
            admissions, used_large, burden, used_critical, taken_civil, used_civil,
            used_relief)  # fmt: skip


@numba.njit(nogil=True, cache=True)
def settle(lo: int, hi: int, category: Any, level: Any, status: Any, identity: Any, designated: Any,
           referred: Any, kind: Any, bill: Any, year: Any, totals: Any, o_deductible: Any, o_pool: Any,
           o_large: Any, o_delivery: Any, o_ill: Any, o_civil: Any, o_relief: Any, o_firm: Any,
           o_stop: Any, o_lift: Any, o_total: Any, o_unclaimed: Any, o_d: Any, o_s: Any, o_t: Any,
           o_share_delivery: Any, o_over: Any, o_price: Any, o_institution: Any, o_reason: Any,
           o_warnings: Any) -> None:  # fmt: skip
    """Claims lo…hi of persons in order, every output column; totals are read and given back per person-year."""
    current = -1
    u_admissions = u_large = u_burden = u_critical = u_taken = u_civil = u_relief = 0
    for i in range(lo, hi):
        if year[i] != current:
            if current >= 0:
                totals[current, 0] = u_admissions
                totals[current, 1] = u_large
                totals[current, 2] = u_burden
                totals[current, 3] = u_critical
                totals[current, 4] = u_taken
                totals[current, 5] = u_civil
                totals[current, 6] = u_relief
            current = year[i]
            u_admissions = totals[current, 0]
            u_large = totals[current, 1]
            u_burden = totals[current, 2]
            u_critical = totals[current, 3]
            u_taken = totals[current, 4]
            u_civil = totals[current, 5]
            u_relief = totals[current, 6]
        (o_deductible[i], o_pool[i], o_large[i], o_delivery[i], o_ill[i], o_civil[i], o_relief[i],
         o_firm[i], o_stop[i], o_lift[i], o_total[i], o_unclaimed[i], o_d[i], o_s[i], o_t[i],
         o_share_delivery[i], o_over[i], o_price[i], o_institution[i], o_reason[i], o_warnings[i],
         u_admissions, u_large, u_burden, u_critical, u_taken, u_civil, u_relief) = one(
            category[i], level[i], status[i], identity[i], designated[i], referred[i], kind[i], bill[i],
            u_admissions, u_large, u_burden, u_critical, u_taken, u_civil, u_relief)  # fmt: skip
    if current >= 0:
        totals[current, 0] = u_admissions
        totals[current, 1] = u_large
        totals[current, 2] = u_burden
        totals[current, 3] = u_critical
        totals[current, 4] = u_taken
        totals[current, 5] = u_civil
        totals[current, 6] = u_relief
