"""The books of this office: made ready, proved, and every operation that books by hand.

``ready`` brings tables, areas and chart to this release; ``proof`` proves books, record and law; ``events`` the
vouchers of ``events.yaml``; ``statements`` what banks and the tax office report, and the three-way reconciliation;
``remittance`` money sent upward; ``months`` closings and the trial balance; ``links`` which fund may pass money to
which, by law.
"""

from __future__ import annotations

from .months import AccountBalance, trial_balance
from .proof import Proof, prove
from .ready import Ready, prepare

__all__ = ["AccountBalance", "Proof", "Ready", "prepare", "prove", "trial_balance"]
