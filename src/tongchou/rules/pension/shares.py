"""Central and local shares of pension spending (K03: 企业职工基本养老保险全国统筹, since 2022)."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import Reckoning
from .formula import split


def central_and_local(law: Reckoning, total: int, month: int) -> tuple[int, int] | None:
    """(central, local) parts in fen of a month's pension; None before spending was shared."""
    name, day = "pension.central_share", first_day(month)
    if not law.has(name, day):
        return None
    rate = law.figure(name, day)
    central, local = split(total, rate.value)
    law.say("central_share", rate, by_rate=rate.value, total_fen=total, central_fen=central, local_fen=local)
    return central, local
