"""One person's question: which facts it takes, how they are read, which rule answers, what the answer says.

A question is a module of this folder with ``QUESTION`` and ``answer``; the command line, the batch and later the pages
ask it through ``frame``. ``QUESTIONS`` names them all; each is imported when it is asked.
"""

from __future__ import annotations

QUESTIONS = {
    "retirement-age": "retirement_age",
    "retirement": "retirement",
    "pension": "pension",
    "contribution": "contribution",
    "account": "account",
    "entitlement": "entitlement",
    "unemployment": "unemployment",
    "injury": "injury",
    "project": "project",
    "advance": "advance",
    "means-test": "means_test",
    "support": "support",
    "resident-pension": "resident_pension",
    "one-off": "one_off",
    "surcharge": "surcharge",
    "self-paying": "self_paying",
    "base-change": "base_change",
}
"""Name on the command line → module."""
