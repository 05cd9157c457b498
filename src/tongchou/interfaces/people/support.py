"""``quote support``: what a person of a hardship group is entitled to, item by item, with reason and clause."""

from __future__ import annotations

from tongchou.rules.welfare.support import supports

from .branch_options import IDENTITY, ON, clause_of
from .frame import Question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tongchou.rules.reckoning import Reckoning

OPTIONS = (ON, IDENTITY)


def answer(law: Reckoning, facts: dict[str, Any]) -> dict[str, Any]:
    """Every support encoded for the day, given or not."""
    found = supports(law, facts["identity"], facts["on"])
    return {
        "identity": list(facts["identity"]),
        "supports_given": sum(s.eligible for s in found),
        "supports": [
            {
                "support": s.code,
                "eligible": s.eligible,
                "reason": "through_identity" if s.eligible else "other_identity",
                "through": s.through[0] if s.through else None,
                "groups": list(s.for_),
                "clause": clause_of(s.figure),
            }
            for s in found
        ],
    }


QUESTION = Question(
    "support",
    "困难群体可享受的各项待遇",
    "what hardship groups are entitled to",
    OPTIONS,
    answer,
    "tongchou quote support --area 530100 --on 2019-06-01 --identity registered_poor",
)
