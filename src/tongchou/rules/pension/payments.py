"""Two streams of monthly payments side by side: what each has paid out in all, and when the later one overtakes."""

from __future__ import annotations


def paid_out(amount: int, begun: int, month: int) -> int:
    """What a monthly amount has come to before ``month``, the first paid in month ``begun``."""
    return amount * (month - begun) if month > begun else 0


def overtakes(early: int, normal: int, later: int) -> int | None:
    """The payment of the early stream (1 its first) with which the normal one has paid out more in all, or None.

    The normal stream begins ``later`` months after the early one: normal × (t − later) > early × t.
    """
    if normal <= early:
        return None
    return max(normal * later // (normal - early), later) + 1
