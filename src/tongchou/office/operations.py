"""Every operation of the office, declared: whoever runs one by its name imports this."""

from __future__ import annotations

from .books import accounts, jobs, links, months, remittance, statements, vouchers
from .frame import areas, lawbook, staff
from .frame.operation import OPERATIONS, decide, find, run, try_out

ROOMS = (accounts, areas, jobs, lawbook, links, months, remittance, staff, statements, vouchers)
"""The modules that declare operations."""

__all__ = ["OPERATIONS", "ROOMS", "decide", "find", "run", "try_out"]
