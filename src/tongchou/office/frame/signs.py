"""Check signs of personal numbers (GB 11643—1999) and of unified social credit codes (GB 32100—2015)."""

from __future__ import annotations

import re

WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
"""Weights of GB 11643, clause 4 (appendix A): powers of two modulo 11."""
CHECK_SIGNS = "10X98765432"
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 signs of GB 32100: no I, O, S, V, Z."""
CODE_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
CODE = re.compile(rf"[{CODE_SIGNS}]{{2}}[0-9]{{6}}[{CODE_SIGNS}]{{10}}")


def check_sign(number: str) -> str:
    """The 18th sign to the first 17 (GB 11643, MOD 11-2)."""
    return CHECK_SIGNS[sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True)) % 11]


def code_sign(code: str) -> str:
    """The 18th sign to the first 17 (GB 32100, MOD 31-3)."""
    total = sum(CODE_SIGNS.index(c) * w for c, w in zip(code[:17], CODE_WEIGHTS, strict=True))
    return CODE_SIGNS[-total % 31]


def of_unit(digits: str) -> bool:
    """Whether what has the form of a resident number is rather the credit code of a unit, which may have it too.

    By its check sign; where both signs fit, by the first: residents' numbers begin with 1 to 8, those of enterprises
    with 9.
    """
    if not CODE.fullmatch(digits) or digits[17] != code_sign(digits):
        return False
    return digits[0] == "9" or digits[17] != check_sign(digits)
