"""Care: what the funds have paid for a person in a benefit year (累计), and what they would pay of a bill.

``totals`` declares the operations that enter, correct and undo them, ``importing`` takes them in by the sheet,
``queries`` tells them as they are, as of a day and as known at a moment, ``trial`` settles a bill with them and keeps
nothing of it.
"""

from __future__ import annotations

from .queries import Change, Total, Totals, totals_of
from .trial import Trial, settle_on_trial

__all__ = ["Change", "Total", "Totals", "Trial", "settle_on_trial", "totals_of"]
