"""Money: an integer number of fen. Text in and out, and the rounding of shares.

The columnar forms are in ``tongchou.money.arrays``, which alone needs NumPy and pyarrow and is
imported by those who want it.
"""

from .fen import MAX_FEN, MoneyError, format_fen, parse_fen
from .rounding import inverse_share, mul_half_up, share, share_person, split

__all__ = [
    "MAX_FEN",
    "MoneyError",
    "format_fen",
    "inverse_share",
    "mul_half_up",
    "parse_fen",
    "share",
    "share_person",
    "split",
]
