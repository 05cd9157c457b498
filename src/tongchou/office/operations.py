"""Every operation of the office, declared: whoever runs one by its name imports this."""

from __future__ import annotations

from .books import accounts, complaints, jobs, links, months, remittance, statements, vouchers
from .care import importing, totals
from .frame import areas, lawbook, staff
from .frame.operation import OPERATIONS, decide, find, refusing, run, try_out
from .registry import employers, enrolment, life, persons
from .sheets import work

ROOMS = (
    complaints,
    accounts,
    areas,
    employers,
    enrolment,
    jobs,
    life,
    lawbook,
    links,
    months,
    remittance,
    staff,
    statements,
    totals,
    importing,
    vouchers,
    persons,
    work,
)
"""The modules that declare operations."""

__all__ = ["OPERATIONS", "ROOMS", "decide", "find", "refusing", "run", "try_out"]
