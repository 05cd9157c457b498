"""Places of the columns and answers, and the codes with their names; plain ints, as compiled code reads them."""

from __future__ import annotations

from tongchou.law.constants import NO_END

NEVER = NO_END
"""A day after every day: what has not been paid."""

# columns of months, of large-expense years, of resident years, single days (history.History)
MONTH, KIND, UNIT, GAP, PAID_ON, PAYMENT = 0, 1, 2, 3, 4, 5
LARGE_YEAR, OWN_ON, UNIT_ON, OWN_PAYMENT, UNIT_PAYMENT = 0, 1, 2, 3, 4
RESIDENT_YEAR, RESIDENT_ON, RESIDENT_PAYMENT, IDENTITY = 0, 1, 2, 3
RETIRED_FROM, GRANT, CONFIRMED_FROM, CONFIRMATION, CUSTODIAL, DIED_ON = 0, 1, 2, 3, 4, 5

# bounds of one person's rows in columns that hold many
MONTHS_LOW, MONTHS_HIGH, LARGE_LOW, LARGE_HIGH, RESIDENT_LOW, RESIDENT_HIGH = 0, 1, 2, 3, 4, 5

# a row of the law (figures.law_rows)
FROM, DUE_DAY, DUE_OFFSET, GAP_MONTHS, WAIT_FIXED, WAIT_EACH, MISSED_FROM, EXEMPT, PERIOD = 0, 1, 2, 3, 4, 5, 6, 7, 8
FREE_FROM = 9
"""From which day a grant needs no contribution of the unit; the same in every row."""
WAIT_KIND = 10
"""Months of wait of the first kind; the other kinds follow."""
NO_GAP_RULE = -1
"""In GAP_MONTHS: no rule of gaps is encoded."""

LAYERS = ("basic", "large_expense", "resident_basic", "critical_illness")
BASIC, LARGE, RESIDENT, CRITICAL = 0, 1, 2, 3
BASIC_BIT, LARGE_BIT = 1, 2

REASONS = (
    "entitled",
    "dead",
    "arrears",
    "waiting",
    "not_paid",
    "not_enrolled",
    "gap_open",
    "gap_too_long",
    "large_expense_unpaid",
    "other_scheme",
    "paid_late",
)
"""Names of the codes; 0 is entitled."""
ENTITLED, DEAD, ARREARS, WAITING, NOT_PAID, NOT_ENROLLED = 0, 1, 2, 3, 4, 5
GAP_OPEN, GAP_TOO_LONG, LARGE_UNPAID, OTHER_SCHEME, PAID_LATE = 6, 7, 8, 9, 10

BY = ("", "payment", "large_expense_payment", "resident_payment", "grant", "confirmation", "custodial")
"""What gives a covered day; 0 is nothing."""
BY_PAYMENT, BY_LARGE, BY_RESIDENT, BY_GRANT, BY_CONFIRMATION, BY_CUSTODIAL = 1, 2, 3, 4, 5, 6

CURES = ("", "month", "year_own", "year_unit", "year_both", "resident_year")
"""What would have to be paid: a month, shares of a large-expense year, a resident year; 0 is nothing."""
CURE_MONTH_PAID, CURE_RESIDENT = 1, 5
CURE_LARGE = 1
"""Added to the bits of the shares that lack (1 own, 2 unit)."""

# the answer of one layer
CODE, SINCE, UNTIL, BY_KIND, BY_ID, BY_PERIOD, CURE_KIND, CURE_PERIOD, CURE_DAY = 0, 1, 2, 3, 4, 5, 6, 7, 8
FIELDS = 9
BASIC_AT, LARGE_AT, RESIDENT_AT, CRITICAL_AT = 0, 9, 18, 27
"""Where each layer's answer begins in the answers of a person."""
ANSWERS = 36
FIELD_NAMES = ("code", "since", "until", "by_kind", "by_id", "by_period", "cure_kind", "cure_period", "cure_day")

# a window of claims to be made up
W_FROM, W_TO, W_LAYERS, W_OPENED, W_BY, W_ID, W_PERIOD = 0, 1, 2, 3, 4, 5, 6
WINDOW = 7
WINDOW_NAMES = ("from_day", "to_day", "layers", "opened_on", "by_kind", "payment", "period")
