"""Settlement (结算): what each fund pays. ``counter`` one claim, ``batch`` many, ``reference`` the witness."""

from .counter import Settlement, kernel_for, settle_by, settle_one, window_of

__all__ = ["Settlement", "kernel_for", "settle_by", "settle_one", "window_of"]
