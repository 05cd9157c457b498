"""The employee scheme of Kunming in 2023 by hand, one claim in plain Python: what hand.py says, called with ints."""

from __future__ import annotations

from hand import (
    ALSO_NO_EMPLOYER,
    CAP_USED,
    CHRONIC,
    DEDUCTIBLE,
    INJURY,
    INPATIENT,
    NO_EMPLOYER,
    NOT_COVERED,
    NOT_DESIGNATED,
    NOT_LISTED,
    NOTHING,
    OUTPATIENT,
    RATE_ZERO,
    SECONDARY,
    UNCHECKED,
)
from hand import INPUTS as INPUTS
from hand import STATE as STATE


def one(category: int, level: int, status: int, designated: int, diseases: int, disease: int, injury: int,
        bill: int, used_out: int, used_in: int, taken_chronic: int, used_chronic: int,
        used_large: int) -> tuple[int, ...]:  # fmt: skip
    """One claim: the outputs of ``hand.OUTPUTS``, then the totals of ``hand.STATE`` after it."""
    stop = 0
    if designated == 0:
        stop = NOT_DESIGNATED
    elif injury == 1:
        stop = INJURY
    elif category == CHRONIC:
        if disease & 3 == 1:
            stop = NOT_LISTED
    elif category != OUTPATIENT and category != INPATIENT:
        stop = NOTHING if bill == 0 else NOT_COVERED
    took = out = inp = chronic = large = unclaimed = warned = full = 0
    share_out = share_above = share_chronic = share_in = share_large = over = 0
    if stop:
        unclaimed = bill
    elif category == CHRONIC:
        if not disease & 1:
            warned = UNCHECKED
        due = 30000 - taken_chronic
        if due > 0:
            took = due if due < bill else bill
            taken_chronic += took
        cap = 200000
        if diseases > 1:
            cap += 100000 * (diseases - 1)
            if cap > 500000:
                cap = 500000
        cost = bill - took
        chronic = (cost * 8000 + 5000) // 10000
        room = cap - used_chronic
        if chronic > room:
            chronic = room if room > 0 else 0
            kept = (chronic * 10000 + 4000) // 8000
            if kept > cost:
                kept = cost
            over = full = cost - kept
            cost = kept
        used_chronic += chronic
        share_chronic = cost - chronic
    else:
        if category == OUTPATIENT:
            if level <= 1:
                due, rate = 3000, 6000
            elif level == 2:
                due, rate = 6000, 5500
            else:
                due, rate = 9000, 5000
            if status == 1:
                rate += 500
            took = due if due < bill else bill
            cost = bill - took
            out = (cost * rate + 5000) // 10000
            room = 600000 - used_out
            if out > room:
                out = room if room > 0 else 0
                kept = (out * 10000 + rate // 2) // rate
                if kept > cost:
                    kept = cost
                over = full = cost - kept
                cost = kept
            used_out += out
            share_out = cost - out
        else:
            warned = SECONDARY
            due = 20000 if level <= 1 else 50000 if level == 2 else 120000
            took = due if due < bill else bill
            over = bill - took
        if over > 0:
            rate = 9100 if level <= 1 else 8800 if level == 2 else 8500
            if status == 1:
                rate += 400
            cost, over = over, 0
            inp = (cost * rate + 5000) // 10000
            room = 8000000 - used_in
            if inp > room:
                inp = room if room > 0 else 0
                kept = (inp * 10000 + rate // 2) // rate
                if kept > cost:
                    kept = cost
                over = cost - kept
                cost = kept
            used_in += inp
            share_in = cost - inp
            if over > 0:
                full = 1
                cost, over = over, 0
                large = (cost * 9000 + 5000) // 10000
                room = 42000000 - used_large
                if large > room:
                    large = room if room > 0 else 0
                    kept = (large * 10000 + 4500) // 9000
                    if kept > cost:
                        kept = cost
                    over = cost - kept
                    cost = kept
                used_large += large
                share_large = cost - large
        if category == OUTPATIENT:
            share_above, share_in = share_in, 0
    total = out + inp + chronic + large
    reason = 0
    if total == 0:
        if stop:
            reason = stop
        elif full:
            reason = CAP_USED
        elif took:
            reason = DEDUCTIBLE
        else:
            reason = NOTHING if bill == 0 else RATE_ZERO
    if injury == 2:
        if reason == 0:
            reason = NO_EMPLOYER
        else:
            warned |= ALSO_NO_EMPLOYER
    return (took, out, inp, chronic, large, total, unclaimed, took, share_out, share_above, share_chronic,
            share_in, share_large, over, reason, warned,
            used_out, used_in, taken_chronic, used_chronic, used_large)  # fmt: skip
