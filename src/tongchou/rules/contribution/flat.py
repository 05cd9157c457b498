"""The loops over a year where the law of a profile is the same in every month: no divisions, a table row a profile.

They come to the same fen as those of ``columns`` and are used where the table proves it: each line rounded
half-up on its own, the account credited with the own part whole or not at all, and rates and caps as follows. A rate in
lowest terms is n / d, and with h = d // 2 its amount of a base b is (b × n + h) // d. Let M = 2**32 × n / d and
A = 2**32 × h / d, both rounded up. Then (b × M + A) >> 32 is the same: it exceeds the exact quotient by
(b × (M × d - 2**32 × n) + A × d - 2**32 × h) / (d × 2**32), which is not negative, grows with b and, where it is below
1 / d for the cap, never reaches the next whole fen. (Granlund and Montgomery, "Division by invariant integers using
multiplication", 1994.) M stays below 2**32, so the product is one of two halves of a register, and a year of amounts
below 2**32 is added up two in one register: the first in its upper half, the second in its lower one.
"""

from __future__ import annotations

from math import gcd

from tongchou.law.constants import MONTHS, RATE_SCALE

from .columns import FIELDS, WAGE_LIMIT, WIDTH, YEARLY_WIDTH, put_year

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SHIFT = 32
LOW = (1 << SHIFT) - 1
HIGH = ~LOW
RATES = ("employer_rate", "person_rate", "maternity_rate", "own_rate")
FLAT_WIDTH = 12
"""Floor, cap, fixed credit, which bits of the person's line the account gets (all or none); multiplier and addend of
each of RATES; the own rate 0 unless the account gets the own part of a line that holds both."""


def scaled(rate: int, cap: int) -> tuple[int, int] | None:
    """(M, A) of a rate for bases from 0 to a cap; None where they are not the same as the rate half-up."""
    common = gcd(rate, RATE_SCALE)
    n, d = rate // common, RATE_SCALE // common
    half = d // 2
    multiplier, addend = -(-(n << SHIFT) // d), -(-(half << SHIFT) // d)
    above = cap * (multiplier * d - (n << SHIFT)) + addend * d - (half << SHIFT)
    exact = multiplier <= LOW and cap < 1 << (SHIFT - 1) and above < 1 << SHIFT
    small = MONTHS * ((cap * multiplier + addend) >> SHIFT) <= LOW >> 1
    return (multiplier, addend) if exact and small else None


def flat_table(rates: Sequence[int]) -> list[int] | None:
    """The table of these loops from that of ``columns``, a row a profile; None where the law is not so simple."""
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
    part = law["own_rate"] if law["own_share"] else 0
    row = [law["floor"], law["cap"], law["fixed"], -1 if law["own_share"] and not part else 0]
    for rate in (*(law[name] for name in RATES[:3]), part):
        found = scaled(rate, law["cap"])
        if found is None:
            return None
        row += found
    return row


def product(base: int, multiplier: int, addend: int) -> int:
    """2**32 times an amount and a rest; the masks tell the compiler that both factors have 32 bits."""
    return (base & LOW) * (multiplier & LOW) + addend


def impossible(wage: int) -> bool:
    """Whether a wage cannot be; without a jump, so that several are looked at together."""
    return (wage < 0) | (wage > WAGE_LIMIT)


def flat_year(p: int, first: int, wage: Any, table: Any, t: int) -> tuple[int, int, bool]:
    """(unit and own, maternity and own part, whether a wage cannot be) of a person's months from one on."""
    floor, cap = table[t], table[t + 1]
    m0, a0, m1, a1 = table[t + 4], table[t + 5], table[t + 6], table[t + 7]
    m2, a2, m3, a3 = table[t + 8], table[t + 9], table[t + 10], table[t + 11]
    both = rest = 0
    bad = False
    for m in range(first, MONTHS):
        bad |= impossible(wage[p, m])
        base = min(max(wage[p, m], floor), cap)
        both += (product(base, m0, a0) & HIGH) | (product(base, m1, a1) >> SHIFT)
        rest += (product(base, m2, a2) & HIGH) | (product(base, m3, a3) >> SHIFT)
    return both, rest, bad


def sum_flat(lo: int, hi: int, kind: Any, wage: Any, entered: Any, table: Any, yearly: Any, out: Any) -> int:
    """As ``columns.sum_years``, from the rows of ``flat_table``; ``wage[p, m]``. How many persons have a bad wage."""
    bad = 0
    for p in range(lo, hi):
        k, e = int(kind[p]), int(entered[p])
        t = k * FLAT_WIDTH
        first = max(e, 0)
        both = rest = 0
        wrong = False
        if table[t + 1] == 0:  # pays on no wage
            for m in range(first, MONTHS):
                wrong |= impossible(wage[p, m])
        elif first == 0:  # apart, for twelve months are three times four in a register
            both, rest, wrong = flat_year(p, 0, wage, table, t)
        else:
            both, rest, wrong = flat_year(p, first, wage, table, t)
        bad += wrong
        own = both & LOW
        credit = table[t + 2] * (MONTHS - first) + (own & table[t + 3]) + (rest & LOW)
        y = (k * (MONTHS + 1) + e + 1) * YEARLY_WIDTH
        put_year(out, p, both >> SHIFT, own, rest >> SHIFT, credit, yearly, y)
    return bad


def write_flat(
    lo: int,
    hi: int,
    kind: Any,
    wage: Any,
    entered: Any,
    table: Any,
    yearly: Any,
    employer: Any,
    person: Any,
    maternity: Any,
    credit: Any,
    year: Any,
) -> int:
    """As ``columns.write_lines``, from the rows of ``flat_table``; ``wage[p, m]`` and the columns alike."""
    bad = 0
    for p in range(lo, hi):
        k, e = int(kind[p]), int(entered[p])
        t = k * FLAT_WIDTH
        floor, cap, fixed, whole = table[t], table[t + 1], table[t + 2], table[t + 3]
        m0, a0, m1, a1 = table[t + 4], table[t + 5], table[t + 6], table[t + 7]
        m2, a2, m3, a3 = table[t + 8], table[t + 9], table[t + 10], table[t + 11]
        for m in range(MONTHS):
            w = wage[p, m]
            base = min(max(w, floor), cap)
            there = -1 if m >= e else 0
            bad += impossible(w) & (m >= e)
            own = (product(base, m1, a1) >> SHIFT) & there
            employer[p, m] = (product(base, m0, a0) >> SHIFT) & there
            person[p, m] = own
            maternity[p, m] = (product(base, m2, a2) >> SHIFT) & there
            credit[p, m] = (own & whole) + ((fixed + (product(base, m3, a3) >> SHIFT)) & there)
        y = (k * (MONTHS + 1) + e + 1) * YEARLY_WIDTH
        for j in range(YEARLY_WIDTH):
            year[p, j] = yearly[y + j]
    return bad
