"""Work-injury insurance of a construction project: premium of the contract value, all its workers covered (P10)."""

from __future__ import annotations

from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import iso
from tongchou.money.lanes import half_up

from ..reckoning import FactRefused, Reckoning


def project_premium(contract_value: int, rate: int) -> int:
    """Contract value (fen) × rate (over RATE_SCALE), half-up to the fen."""
    return half_up(contract_value * rate, RATE_SCALE)


def covered(day: int, starts: int, ends: int) -> bool:
    """Whether whoever works on the project is covered on a day: from its first to its last day, both inside."""
    return starts <= day <= ends


def insured_project(law: Reckoning, contract_value: int, sector: str, starts: int, ends: int) -> int:
    """The premium of a project in fen, by the law of its first day.

    Raises FactRefused ``ends_before_start``; NoRule where no premium of projects is encoded.
    """
    if ends < starts:
        raise FactRefused("ends_before_start", "ends", iso(ends), f"not before {iso(starts)}", f"不早于 {iso(starts)}")
    joined = law.figure("injury.project_joined", starts, sector=sector)
    rate = law.figure("injury.project_rate", starts)
    amount = project_premium(contract_value, rate.value)
    law.say("project_joined", joined, sector=sector)
    law.say(
        "project_premium",
        rate,
        amount=amount,
        contract_fen=contract_value,
        project_rate=rate.value,
        amount_fen=amount,
    )
    law.say("project_workers", law.figure("injury.project_all_workers", starts), starts_day=starts, ends_day=ends)
    return amount
