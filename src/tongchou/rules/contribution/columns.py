"""The loop over many persons and the months of a year: plain functions of integers, compiled by numba as they stand.

Everything is flat: ``wage[p * months + m]``; ``table[(kind * months + m) * WIDTH + field]`` with the fields of
``FIELDS``; ``yearly[(kind * (months + 1) + entered + 1) * YEARLY_WIDTH + field]`` with those of ``YEARLY``.
"""

from __future__ import annotations

from tongchou.money.lanes import held

from ..account.credit import contribution_credit, retired_credit
from .line import rate_amount, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIELDS = (
    "employer_rate",
    "person_rate",
    "maternity_rate",
    "own_rate",
    "own_share",
    "unit_share",
    "fixed",
    "pension_share",
    "floor",
    "cap",
    "remainder",
    "mode",
)
"""Of a kind and month: rates and shares over RATE_SCALE, fixed credit, floor and cap in fen, two places of words."""
YEARLY = ("large_employer", "large_person", "resident_person", "resident_treasury", "due")
"""Of a kind and month of entry: the year's sums in fen, and the place of the month in which they are due."""
MONTHLY = ("basic_employer", "basic_person", "maternity_employer", "account_credit")
SUMS = (*MONTHLY, *YEARLY[:4])
WIDTH, YEARLY_WIDTH = len(FIELDS), len(YEARLY)
WAGE_LIMIT = 10**10
"""Fen a month above which a wage is refused, so that its product with a rate stays exact."""


def month_amounts(wage: int, at: int, table: Any) -> tuple[int, int, int, int]:
    """The monthly amounts of ``MONTHLY`` for a wage, by the fields of the table from ``at`` on."""
    base = held(wage, table[at + 8], table[at + 9])
    mode = table[at + 11]
    unit, own = shared(base, table[at], table[at + 1], table[at + 10], mode)
    maternity = rate_amount(base, table[at + 2], mode)
    part, rest = own, unit
    if table[at + 3] > 0:  # pays both parts alone
        part = min(rate_amount(base, table[at + 3], 0), own)
        rest = own - part
    credit = contribution_credit(part, rest, table[at + 4], table[at + 5])
    credit += retired_credit(wage, table[at + 6], table[at + 7])
    return unit, own, maternity, credit


def put_year(out: Any, p: int, unit: int, own: int, maternity: int, credit: int, yearly: Any, y: int) -> None:
    """A person's row of ``SUMS``: the monthly sums, then the yearly ones from place ``y`` on."""
    out[p, 0] = unit
    out[p, 1] = own
    out[p, 2] = maternity
    out[p, 3] = credit
    for j in range(4):
        out[p, 4 + j] = yearly[y + j]


def sum_years(
    lo: int, hi: int, months: int, kind: Any, wage: Any, entered: Any, table: Any, yearly: Any, out: Any
) -> int:
    """Write the year's sums of each person into the rows of ``out``, columns of ``SUMS``; how many wages are bad."""
    bad = 0
    for p in range(lo, hi):
        k, e = int(kind[p]), int(entered[p])
        unit = own = maternity = credit = 0
        for m in range(max(e, 0), months):
            w = wage[p * months + m]
            if w < 0 or w > WAGE_LIMIT:
                bad += 1
                continue
            a, b, c, d = month_amounts(w, (k * months + m) * WIDTH, table)
            unit += a
            own += b
            maternity += c
            credit += d
        put_year(out, p, unit, own, maternity, credit, yearly, (k * (months + 1) + e + 1) * YEARLY_WIDTH)
    return bad


def write_lines(
    lo: int,
    hi: int,
    months: int,
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
    """Write every monthly amount at ``p * months + m``, and the yearly ones with their month; how many wages are bad.

    Months before the month of entry are 0. ``year``: a row a person, columns of ``YEARLY``.
    """
    bad = 0
    for p in range(lo, hi):
        k, e = int(kind[p]), int(entered[p])
        for m in range(months):
            i = p * months + m
            w = wage[i]
            a, b, c, d = 0, 0, 0, 0
            if m >= e:
                if w < 0 or w > WAGE_LIMIT:
                    bad += 1
                else:
                    a, b, c, d = month_amounts(w, (k * months + m) * WIDTH, table)
            employer[i] = a
            person[i] = b
            maternity[i] = c
            credit[i] = d
        y = (k * (months + 1) + e + 1) * YEARLY_WIDTH
        for j in range(YEARLY_WIDTH):
            year[p, j] = yearly[y + j]
    return bad
