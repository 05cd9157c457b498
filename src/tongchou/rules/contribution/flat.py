"""The sums of a year where the law of a profile is the same in every month: the loop without divisions.

It comes to the same fen as ``columns.sum_years`` and is used where that can be proved from the table: each line rounded
half-up on its own, the account credited with the own part whole or not at all, and products below 2**31. There a
quotient by the denominator d of a rate in lowest terms is a product and a shift: with s = 31 + the bits of d - 1 and
m = 2**s / d rounded up, (x × m) >> s is x // d for every x below 2**31, for m × d exceeds 2**s by less than
2**(s - 31). (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994.)
"""

from __future__ import annotations

from math import gcd

from tongchou.law.constants import MONTHS, RATE_SCALE

from .columns import FIELDS, WAGE_LIMIT, WIDTH, YEARLY_WIDTH, put_year

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

BITS = 31
RATES = ("employer_rate", "person_rate", "maternity_rate", "own_rate")
OWN, PART = 1, 2
"""What the account gets: the person's line, or the own part of a line that holds both; 0 nothing of either."""
FLAT_WIDTH = 20
"""Floor, cap, fixed credit, what the account gets; then of each of RATES: numerator, half, multiplier, shift."""


def multiplied(rate: int, cap: int) -> tuple[int, int, int, int] | None:
    """(numerator, half the denominator, multiplier, shift) of a rate for bases up to a cap; None: too large."""
    if rate == 0:
        return 0, 0, 1, 0
    common = gcd(rate, RATE_SCALE)
    numerator, denominator = rate // common, RATE_SCALE // common
    if denominator == 1 or cap * numerator + denominator // 2 >= 1 << BITS:
        return None
    shift = BITS + (denominator - 1).bit_length()
    return numerator, denominator // 2, -(-(1 << shift) // denominator), shift


def flat_table(rates: Sequence[int]) -> list[int] | None:
    """The table of ``sum_flat`` from that of ``sum_years``, a row a profile; None where the law is not so simple."""
    table: list[int] = []
    for at in range(0, len(rates), MONTHS * WIDTH):
        months = {tuple(rates[i : i + WIDTH]) for i in range(at, at + MONTHS * WIDTH, WIDTH)}
        row = _row(dict(zip(FIELDS, months.pop(), strict=True))) if len(months) == 1 else None
        if row is None:
            return None
        table += row
    return table


def _row(law: dict[str, int]) -> list[int] | None:
    """One profile's row; None where its law is not so simple."""
    plain = not (law["mode"] or law["remainder"] or law["unit_share"] or law["pension_share"])
    if not plain or law["own_share"] not in (0, RATE_SCALE) or law["own_rate"] > law["person_rate"]:
        return None
    found = [multiplied(law[name], law["cap"]) for name in RATES]
    credit = 0 if law["own_share"] == 0 else PART if law["own_rate"] else OWN
    row = [law["floor"], law["cap"], law["fixed"], credit]
    for each in found:
        if each is None:
            return None
        row += each
    return row


def sum_flat(
    lo: int, hi: int, months: int, kind: Any, wage: Any, entered: Any, table: Any, yearly: Any, out: Any
) -> int:
    """As ``columns.sum_years``, from the rows of ``flat_table``; how many persons have a wage that cannot be."""
    bad = 0
    for p in range(lo, hi):
        k, e = int(kind[p]), int(entered[p])
        t = k * FLAT_WIDTH
        floor, cap = table[t], table[t + 1]
        n0, h0, m0, s0 = table[t + 4], table[t + 5], table[t + 6], table[t + 7]
        n1, h1, m1, s1 = table[t + 8], table[t + 9], table[t + 10], table[t + 11]
        n2, h2, m2, s2 = table[t + 12], table[t + 13], table[t + 14], table[t + 15]
        n3, h3, m3, s3 = table[t + 16], table[t + 17], table[t + 18], table[t + 19]
        first = max(e, 0)
        unit = own = maternity = part = out_of_range = 0
        for i in range(p * months + first, p * months + months):
            w = wage[i]
            out_of_range |= w | (WAGE_LIMIT - w)  # below 0 if either is
            base = min(max(w, floor), cap)
            unit += ((base * n0 + h0) * m0) >> s0
            own += ((base * n1 + h1) * m1) >> s1
            maternity += ((base * n2 + h2) * m2) >> s2
            part += ((base * n3 + h3) * m3) >> s3
        bad += out_of_range < 0
        credit = table[t + 2] * (months - first)
        if table[t + 3] == OWN:
            credit += own
        elif table[t + 3] == PART:
            credit += part
        put_year(out, p, unit, own, maternity, credit, yearly, (k * (months + 1) + e + 1) * YEARLY_WIDTH)
    return bad
