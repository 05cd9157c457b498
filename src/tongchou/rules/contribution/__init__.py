"""Contributions: the base, the lines of one person and month, and the same as columns for many persons.

``base`` holds a wage between floor and cap, ``plan`` says which rates apply to a kind of person, ``line`` is the
arithmetic, ``large_expense`` and ``resident`` the yearly lines, ``levy`` all lines of a person, ``batch`` those of
many: ``table`` is their law as numbers, ``columns`` the loop for any law, ``flat`` the one without divisions.
"""
