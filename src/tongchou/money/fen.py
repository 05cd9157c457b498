"""Money as text and as an integer number of fen, one amount at a time. Nothing here knows a float."""

from __future__ import annotations

import operator
import re

MAX_FEN = 2**63 - 1
"""The largest amount that an int64 column holds, in fen."""

_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
_NEGATIVE = re.compile(r"-[0-9]+(?:\.[0-9]{1,2})?")

Fault = str
"""``not_money``, ``negative_amount`` or ``amount_too_large``."""


class MoneyError(ValueError):
    """A text that is no amount of money; ``code`` is one of the row reasons of the claims file."""

    def __init__(self, code: Fault, message: str) -> None:
        self.code = code
        super().__init__(message)


def parse_fen(text: str) -> int:
    """Yuan as decimal text (``1234``, ``1234.5``, ``1234.50``) to fen.

    ASCII digits with 0 to 2 places; no exponent, separator, sign or blank. Raises ``MoneyError``
    (with the reason in ``code``) for any other text and ``TypeError`` for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"an amount is decimal text, not {type(text).__name__}")
    if _AMOUNT.fullmatch(text) is None:
        if _NEGATIVE.fullmatch(text):
            raise MoneyError("negative_amount", f"{text!r} is negative: an amount has no sign")
        raise MoneyError(
            "not_money",
            f"{text[:60]!r} is no amount: digits with at most two places, no separator, sign or blank",
        )
    whole, _, cents = text.partition(".")
    whole = whole.lstrip("0")
    if len(whole) > 17 or (fen := int(whole + cents.ljust(2, "0"))) > MAX_FEN:
        raise MoneyError("amount_too_large", f"{text[:60]!r} is above {MAX_FEN // 100} yuan")
    return fen


def format_fen(fen: int) -> str:
    """Fen to yuan with two places (``123450`` → ``'1234.50'``, ``-5`` → ``'-0.05'``).

    Any integer will do, also one of NumPy. A float or a bool is a ``TypeError``.
    """
    if isinstance(fen, bool):
        raise TypeError("an amount in fen is an integer, not a bool")
    value = operator.index(fen)
    whole, cents = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{cents:02d}"
