"""The employee scheme of Kunming in 2023, written by hand: what the generated fold is measured against.

Two forms. ``settle`` gives every column that the generated fold gives, so the two can be compared element
for element. ``settle_lean`` gives six columns (deductible, four funds, their total): what a one-off script
would do. Neither checks that shares add up to the bill; the generated fold does.
"""

from __future__ import annotations

from typing import Any

import numba

INPUTS = ("category", "level", "status", "designated", "chronic_diseases", "disease", "injury", "in_scope")
"""What the hand form reads, in its order; the day decides nothing within 2023."""
STATE = ("outpatient_pool", "inpatient_pool", "chronic_pool.deductible", "chronic_pool", "large_expense")
OUTPUTS = (
    "deductible", "fund_outpatient_pool", "fund_inpatient_pool", "fund_chronic_pool", "fund_large_expense",
    "fund_total", "person_unclaimed", "person_deductible", "person_share_outpatient_pool",
    "person_share_outpatient_above", "person_share_chronic_pool", "person_share_inpatient_pool",
    "person_share_large_expense", "person_over_cap", "reason", "warnings")
LEAN = OUTPUTS[:6]
OUTPATIENT, CHRONIC, INPATIENT = 0, 1, 3
NOT_DESIGNATED, NOT_LISTED, NOTHING, NOT_COVERED = 1, 2, 3, 4
CAP_USED, DEDUCTIBLE, RATE_ZERO, INJURY, NO_EMPLOYER = 5, 6, 7, 9, 10
UNCHECKED, SECONDARY, ALSO_NO_EMPLOYER = 1, 8, 32

written_out = numba.njit(inline="always")
"""Helpers become part of the loop: the machine code is that of one long function."""


@written_out
def capped(cost: int, rate: int, room: int) -> tuple[int, int]:
    """What is paid of a cost under a cap with ``room`` left, and the cost that takes."""
    pay = (cost * rate + 5000) // 10000
    if pay > room:
        return max(0, room), min(cost, (max(0, room) * 10000 + rate // 2) // rate)
    return pay, cost


@written_out
def outpatient(level: int) -> tuple[int, int]:
    """Deductible and rate of an outpatient visit."""
    if level <= 1:
        return 3000, 6000
    if level == 2:
        return 6000, 5500
    return 9000, 5000


@written_out
def inpatient(level: int) -> tuple[int, int]:
    """Deductible and rate of a stay."""
    if level <= 1:
        return 20000, 9100
    if level == 2:
        return 50000, 8800
    return 120000, 8500


@written_out
def stopped(kind: int, designated: int, injury: int, disease: int, bill: int) -> int:
    """The reason for which no layer is met, or 0."""
    if designated == 0:
        return NOT_DESIGNATED
    if injury == 1:
        return INJURY
    if kind == CHRONIC:
        return NOT_LISTED if disease & 3 == 1 else 0
    if kind in (OUTPATIENT, INPATIENT):
        return 0
    return NOTHING if bill == 0 else NOT_COVERED


@written_out
def why(total: int, stop: int, full: int, took: int, bill: int) -> int:
    """The reason of a settlement."""
    if total != 0:
        return 0
    if stop != 0:
        return stop
    if full != 0:
        return CAP_USED
    if took != 0:
        return DEDUCTIBLE
    return NOTHING if bill == 0 else RATE_ZERO


@written_out
def fetch(totals: Any, k: int) -> tuple[int, int, int, int, int]:
    """A person-year's totals, in the order of STATE."""
    return totals[k, 0], totals[k, 1], totals[k, 2], totals[k, 3], totals[k, 4]


@written_out
def store(totals: Any, k: int, out: int, inp: int, taken: int, chronic: int, large: int) -> None:
    """Give a person-year's totals back."""
    totals[k, 0], totals[k, 1], totals[k, 2], totals[k, 3], totals[k, 4] = out, inp, taken, chronic, large


@numba.njit(nogil=True, cache=True)
def settle(lo: int, hi: int, category: Any, level: Any, status: Any, designated: Any, diseases: Any,
           disease: Any, injury: Any, in_scope: Any, year: Any, totals: Any, o_deductible: Any, o_out: Any,
           o_in: Any, o_chronic: Any, o_large: Any, o_total: Any, o_unclaimed: Any, o_took: Any,
           o_share_out: Any, o_share_above: Any, o_share_chronic: Any, o_share_in: Any, o_share_large: Any,
           o_over: Any, o_reason: Any, o_warnings: Any) -> None:
    """Claims lo…hi of persons in order, every output column."""
    current = -1
    used_out = used_in = taken_chronic = used_chronic = used_large = 0
    for i in range(lo, hi):
        if year[i] != current:
            if current >= 0:
                store(totals, current, used_out, used_in, taken_chronic, used_chronic, used_large)
            current = year[i]
            used_out, used_in, taken_chronic, used_chronic, used_large = fetch(totals, current)
        bill, kind, warned, full = in_scope[i], category[i], 0, 0
        took = out = inp = chronic = large = unclaimed = 0
        share_out = share_above = share_chronic = share_in = share_large = over = 0
        stop = stopped(kind, designated[i], injury[i], disease[i], bill)
        if stop != 0:
            unclaimed = bill
        elif kind == CHRONIC:
            warned = 0 if disease[i] & 1 else UNCHECKED
            took = min(max(0, 30000 - taken_chronic), bill)
            taken_chronic += took
            cap = min(500000, 200000 + 100000 * max(0, diseases[i] - 1))
            chronic, kept = capped(bill - took, 8000, cap - used_chronic)
            used_chronic += chronic
            share_chronic = kept - chronic
            over = bill - took - kept
            full = over
        else:
            due, rate = inpatient(level[i])
            rate += 400 * (status[i] == 1)
            if kind == OUTPATIENT:
                due, own = outpatient(level[i])
                own += 500 * (status[i] == 1)
                took = min(due, bill)
                out, kept = capped(bill - took, own, 600000 - used_out)
                used_out += out
                share_out = kept - out
                over = bill - took - kept
                full = over
            else:
                warned = SECONDARY
                took = min(due, bill)
                over = bill - took
            if over > 0:
                inp, kept = capped(over, rate, 8000000 - used_in)
                used_in += inp
                share_in = kept - inp
                over -= kept
                if over > 0:
                    full = 1
                    large, kept = capped(over, 9000, 42000000 - used_large)
                    used_large += large
                    share_large = kept - large
                    over -= kept
            if kind == OUTPATIENT:
                share_above, share_in = share_in, 0
        total = out + inp + chronic + large
        reason = why(total, stop, full, took, bill)
        if injury[i] == 2:
            if reason == 0:
                reason = NO_EMPLOYER
            else:
                warned |= ALSO_NO_EMPLOYER
        o_deductible[i], o_out[i], o_in[i], o_chronic[i], o_large[i] = took, out, inp, chronic, large
        o_total[i], o_unclaimed[i], o_took[i], o_share_out[i] = total, unclaimed, took, share_out
        o_share_above[i], o_share_chronic[i], o_share_in[i] = share_above, share_chronic, share_in
        o_share_large[i], o_over[i], o_reason[i], o_warnings[i] = share_large, over, reason, warned
    if current >= 0:
        store(totals, current, used_out, used_in, taken_chronic, used_chronic, used_large)


@numba.njit(nogil=True, cache=True)
def settle_lean(lo: int, hi: int, category: Any, level: Any, status: Any, designated: Any, diseases: Any,
                disease: Any, injury: Any, in_scope: Any, year: Any, totals: Any, o_deductible: Any,
                o_out: Any, o_in: Any, o_chronic: Any, o_large: Any, o_total: Any) -> None:
    """The same scheme, six columns only: no parts of the person's burden, no reasons, no warnings."""
    current = -1
    used_out = used_in = taken_chronic = used_chronic = used_large = 0
    for i in range(lo, hi):
        if year[i] != current:
            if current >= 0:
                store(totals, current, used_out, used_in, taken_chronic, used_chronic, used_large)
            current = year[i]
            used_out, used_in, taken_chronic, used_chronic, used_large = fetch(totals, current)
        bill, kind = in_scope[i], category[i]
        took = out = inp = chronic = large = 0
        if stopped(kind, designated[i], injury[i], disease[i], bill) != 0:
            pass
        elif kind == CHRONIC:
            took = min(max(0, 30000 - taken_chronic), bill)
            taken_chronic += took
            cap = min(500000, 200000 + 100000 * max(0, diseases[i] - 1))
            chronic, _ = capped(bill - took, 8000, cap - used_chronic)
            used_chronic += chronic
        else:
            due, rate = inpatient(level[i])
            rate += 400 * (status[i] == 1)
            if kind == OUTPATIENT:
                due, own = outpatient(level[i])
                own += 500 * (status[i] == 1)
                took = min(due, bill)
                out, kept = capped(bill - took, own, 600000 - used_out)
                used_out += out
                over = bill - took - kept
            else:
                took = min(due, bill)
                over = bill - took
            if over > 0:
                inp, kept = capped(over, rate, 8000000 - used_in)
                used_in += inp
                if over > kept:
                    large, kept = capped(over - kept, 9000, 42000000 - used_large)
                    used_large += large
        o_deductible[i], o_out[i], o_in[i], o_chronic[i], o_large[i] = took, out, inp, chronic, large
        o_total[i] = out + inp + chronic + large
    if current >= 0:
        store(totals, current, used_out, used_in, taken_chronic, used_chronic, used_large)
