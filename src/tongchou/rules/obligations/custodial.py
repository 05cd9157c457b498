"""Retirees whom no unit looks after: who pays what for them, and what becomes a claim on the unit (R07, R14, J12)."""

from __future__ import annotations

from tongchou.law.findings import NoRule

from ..contribution.large_expense import say_sums, year_sums
from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

EXISTENCE = ("exists", "extinct")
"""Whether the unit still exists in law (主体资格)."""
SHARES = ("person", "employer")
"""Both shares of a year; only together they give the layer."""


def filing_holds(filed: int | None, revoked: int | None, day: int) -> bool:
    """Whether a voluntary filing (自愿备案) holds on a day: filed by then, not revoked by then. Days are ordinals."""
    return filed is not None and filed <= day and (revoked is None or day < revoked)


def decided(may: bool, needs_filing: bool, filed: bool) -> tuple[str, str]:
    """(way, reason): ``unit_pays`` (the retiree may not pay alone), ``nothing_asked`` (no filing), ``pays_alone``."""
    if not may:
        return "unit_pays", "unit_managed"
    if needs_filing and not filed:
        return "nothing_asked", "not_filed"
    return "pays_alone", "filed" if filed else "no_filing_needed"


class Share:
    """One share of the year's large expense: whose it is (``person``, ``employer``), who pays it, fen, claim in fen."""

    __slots__ = ("amount", "claim", "payer", "share")

    def __init__(self, share: str, payer: str, amount: int, claim: int = 0) -> None:
        self.share, self.payer, self.amount, self.claim = share, payer, amount, claim


class SelfPaying:
    """The decision: way, reason, the shares to be paid, what carries basic insurance and the year's large expense.

    ``basic_by``: ``grant`` (as any retiree of a unit), ``custodial`` (enrolled under a custodial unit), or "" where
    nothing does. ``large_expense``: whether the layer of the year follows once the shares are paid; None: not encoded.
    """

    __slots__ = ("basic_by", "large_expense", "reason", "shares", "way")

    def __init__(self, way: str, reason: str, basic_by: str) -> None:
        self.way, self.reason, self.basic_by = way, reason, basic_by
        self.shares: list[Share] = []
        self.large_expense: bool | None = None

    @property
    def asked(self) -> int | None:
        """What is asked of the retiree, advance included; None where the sums are not encoded."""
        if self.large_expense is None and self.way != "nothing_asked":
            return None
        return sum(s.amount for s in self.shares if s.payer == "person")

    @property
    def claim(self) -> int:
        """What of it is a claim on the unit."""
        return sum(s.claim for s in self.shares)


def self_paying(law: Reckoning, january: int, day: int, standing: str, existence: str, filed: bool) -> SelfPaying:
    """Who pays the large expense of a year for a retiree, decided on a day.

    ``january``: the year's first month; ``standing`` of ``one_off.STANDINGS``, ``existence`` of EXISTENCE.
    Without a filing nothing is asked of the retiree; what the retiree advances is a claim on the unit where one
    exists. Sources yn2021 二(二), jn2007 一(二).
    """
    may = law.figure("custodial.alone", day, standing=standing, unit=existence)
    filing = law.figure("custodial.filing", day)
    way, reason = decided(may.true, filing.true, filed)
    law.say(f"self_{way}", may, filing, standing=standing, unit=existence, filed=filed)
    found = SelfPaying(way, reason, _basic_by(law, day, existence, way == "pays_alone"))
    if way == "unit_pays" and existence == "extinct":
        law.warn("no_unit_to_pay")
    sums = _sums(law, january)
    if sums is None:
        law.warn("not_encoded", what=("large_expense", "employer", "person"))
        return found
    own, unit, figures = sums
    _shares(law, found, own, unit, existence, day, figures)
    found.large_expense = len(found.shares) == len(SHARES)
    return found


def _basic_by(law: Reckoning, day: int, existence: str, alone: bool) -> str:
    """What carries basic insurance: of a unit the grant, of an extinct one the enrolment under a custodial unit."""
    if existence == "exists":
        return "grant"
    enrols = law.figure("custodial.enrols", day)
    law.say("custodial_enrolled" if alone and enrols.true else "custodial_not_enrolled", enrols)
    return "custodial" if alone and enrols.true else ""


def _sums(law: Reckoning, january: int) -> tuple[int, int, tuple[Figure, ...]] | None:
    """(own share, unit's share, figures) of the year; None where the area has none."""
    try:
        sums = year_sums(law, january)
    except NoRule:
        return None
    say_sums(law, sums)
    return sums.own.value, sums.unit, (sums.own, sums.share, sums.wage)


def _shares(
    law: Reckoning, found: SelfPaying, own: int, unit: int, existence: str, day: int, figures: tuple[Figure, ...]
) -> None:
    """The shares by the way decided; of a unit that does not exist nothing is asked."""
    if found.way == "pays_alone":
        claim = law.figure("custodial.claim", day, unit=existence)
        owed = unit if claim.true else 0
        found.shares = [Share("person", "person", own), Share("employer", "person", unit, owed)]
        law.say("advance_claim" if owed else "advance_no_claim", claim, *figures, amount=owed, amount_fen=unit)
    elif existence == "exists":
        found.shares = [Share("employer", "employer", unit)]
        if found.way == "unit_pays":
            found.shares.insert(0, Share("person", "person", own))
