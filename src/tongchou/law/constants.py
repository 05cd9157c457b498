"""Numbers and names that the tables, the rules and the counter share; apart, because the counter loads no tables."""

from __future__ import annotations

RATE_SCALE = 10**8
"""Every rate, factor and multiple is an integer over this denominator (100 percent = 10**8)."""

NO_END = 3_652_060
"""A day after every date (9999-12-31 is 3_652_059): the end of what has none, in comparisons only."""

STANDARD_FUNDS = (
    "outpatient_pool",
    "chronic_pool",
    "inpatient_pool",
    "large_expense",
    "critical_illness",
    "medical_assistance",
    "backstop",
    "delivery",
)
"""The layers that the source documents need; their columns stand in every settlements file."""
BILL_PARTS = ("out_of_catalogue", "over_limit", "first_share")
"""Parts of a bill outside the policy's scope (全自费, 超限价, 先行自付)."""
CASH = "cash"
"""What no payment source pays."""
ROLLING = "rolling_"
"""Prefix of a rolling period: ``rolling_90`` is the 90 days that end with the day of the claim."""
WORD_UNIT = "word:"
"""Prefix of the unit of a value that is one of some words: ``word:each|employer`` holds the place of the word."""
MONTHS = 12
