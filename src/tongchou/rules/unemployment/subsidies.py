"""What an unemployed person may apply for beside the benefit, with what stands in the way (yn2017 二(四)14, P15)."""

from __future__ import annotations

from ..conditions import Condition
from ..reckoning import Reckoning
from .benefit import CONDITIONS, full_year

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SUBSIDIES = ("pension_subsidy", "medical_subsidy", "skill_subsidy", "job_stability_subsidy")


def subsidies(
    law: Reckoning, months_paid: int, told: Mapping[str, bool | None], day: int
) -> list[tuple[str, list[Condition]]]:
    """(subsidy, its conditions) of every subsidy offered; empty, with a warning, where none is encoded."""
    if not law.has("unemployment.subsidy_offered", day):
        law.warn("not_encoded", what="unemployment_subsidies")
        return []
    found = []
    for subsidy in SUBSIDIES:
        offered = law.figure("unemployment.subsidy_offered", day, subsidy=subsidy)
        if offered.true:
            year = full_year(law, "unemployment.subsidy_needed_months", months_paid, day)
            found.append((subsidy, [year, *(Condition(c, told.get(c), offered) for c in CONDITIONS)]))
    return found
