"""Books that can be proved: funds kept apart, entries that balance, reversals, closed months, daily balances.

Knows money and nothing of insurance. PostgreSQL holds what must never be lost: ``sql`` has the tables and what they
refuse, ``migrate`` applies them, ``chart`` names funds and accounts, ``post`` books, ``balances`` sums, ``months``
closes, ``verify`` proves. Every function takes an open psycopg connection and leaves the transaction to its caller.
"""

from __future__ import annotations
