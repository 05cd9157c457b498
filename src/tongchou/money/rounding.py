"""The arithmetic of rates: a rate is an integer over a stated scale, money an integer number of fen.

Plain Python integers, so nothing overflows. Amounts and rates are never negative here: a reversal turns
the sign of amounts already reckoned. A negative argument is a ``ValueError``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without ``typing``
    from typing import Literal

    Mode = Literal["half_up", "down"]
    Side = Literal["fund", "person"]


def mul_half_up(amount: int, times: int, scale: int) -> int:
    """``amount`` fen times ``times / scale``, half-up to the fen; ``times`` may exceed ``scale``."""
    _check(amount, times, scale)
    return (amount * times + scale // 2) // scale


def share(amount: int, rate: int, scale: int, mode: Mode = "half_up") -> int:
    """What ``rate / scale`` of ``amount`` is, in fen: ``(amount × rate + scale / 2) // scale``."""
    _check(amount, rate, scale)
    return (amount * rate + (scale // 2 if mode == "half_up" else 0)) // scale


def share_person(amount: int, rate: int, scale: int, mode: Mode = "half_up") -> int:
    """The fund's amount where the *person's* side of the split is the rounded one.

    ``rate`` is the fund's and at most ``scale``; the person bears ``share(amount, scale - rate)``.
    """
    if rate > scale:
        raise ValueError(f"a share of {rate}/{scale} leaves the person a negative part")
    return amount - share(amount, scale - rate, scale, mode)


def split(amount: int, rate: int, scale: int, side: Side = "fund", mode: Mode = "half_up") -> tuple[int, int]:
    """(fund, person) of ``amount`` in fen; ``side`` says which of them is rounded."""
    fund = share(amount, rate, scale, mode) if side == "fund" else share_person(amount, rate, scale, mode)
    return fund, amount - fund


def inverse_share(paid: int, rate: int, scale: int, cost: int, mode: Mode = "half_up") -> int:
    """The part of ``cost`` that a payment of ``paid`` fen at a plain rate used up.

    ``min(cost, (paid × scale + rate // 2) // rate)``; with mode ``down`` without the half. At rate 0
    nothing can have been paid: 0 for ``paid`` 0, else ``ValueError``.
    """
    _check(paid, rate, scale)
    if rate == 0:
        if paid:
            raise ValueError(f"{paid} fen cannot have been paid at a rate of 0")
        return 0
    return min(cost, (paid * scale + (rate // 2 if mode == "half_up" else 0)) // rate)


def _check(amount: int, rate: int, scale: int) -> None:
    if amount < 0 or rate < 0 or scale <= 0:
        raise ValueError(f"amount {amount}, rate {rate}, scale {scale}: none may be negative, the scale not 0")
