"""What a month credits to the personal account, by status and date.

国发〔1998〕44号 三; jn2007 一(二); for lump sums yn2021 二(一).
"""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import FactRefused, Reckoning
from ..shares import share_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contribution.levy import Levy
    from ..contribution.lines import Person

NONE_BY_KIND = ("flexible_pooled", "resident")
"""Kinds of person that have no account: pooled-only insurance, resident insurance."""


def contribution_credit(own: int, unit: int, own_share: int, unit_share: int) -> int:
    """Credit of a month in which was paid: a share of the own contribution and one of the employer's."""
    return share_of(own, own_share) + share_of(unit, unit_share)


def retired_credit(pension: int, fixed: int, share: int) -> int:
    """Credit of a retiree's month: a fixed sum and a share of the own pension (one of them is 0)."""
    return fixed + share_of(pension, share)


class CreditRule:
    """The figures behind a month's credit, as numbers; ``known`` False where part of it is not encoded."""

    __slots__ = ("fixed", "known", "own_rate", "own_share", "pension_share", "unit_share")

    def __init__(self) -> None:
        self.own_share = self.unit_share = self.fixed = self.pension_share = 0
        self.own_rate = 0
        """Of the base, for who pays both parts alone: what counts as the employee's own contribution."""
        self.known = True


def credit_rule(law: Reckoning, kind: str, month: int) -> CreditRule:
    """The rule for a kind of person and month; what is not encoded is warned of."""
    rule, day = CreditRule(), first_day(month)
    if kind in NONE_BY_KIND:
        return rule
    if kind == "low_tier":
        _missing(law, rule)
        return rule
    if kind == "retired":
        if law.has("account.retired_share", day):
            rule.pension_share = law.figure("account.retired_share", day).value
        elif law.has("account.retired_fixed", day):
            rule.fixed = law.figure("account.retired_fixed", day).value
        else:
            _missing(law, rule)
        return rule
    rule.own_share = law.figure("account.own_share", day).value
    if law.has("account.employer_share", day):
        rule.unit_share = law.figure("account.employer_share", day).value
    else:
        _missing(law, rule)
    if kind == "flexible_combined":
        rule.own_rate = law.figure("medical.person_rate", day).value
    return rule


def _missing(law: Reckoning, rule: CreditRule) -> None:
    rule.known = False
    law.warn("not_encoded", what=("account_credit",))


def credit_of_levy(law: Reckoning, person: Person, levy: Levy) -> int | None:
    """The credit of a month's levy in fen; None where it is not encoded or a fact for it is missing."""
    rule = credit_rule(law, person.kind, person.month)
    day = first_day(person.month)
    if person.kind in NONE_BY_KIND:
        law.say("credit_none", amount=0, kind=person.kind)
        return 0
    if not rule.known:
        return None
    if person.kind == "retired":
        return _retired(law, rule, person.pension, day)
    own, unit = levy.of_scheme("basic_medical", "person"), levy.of_scheme("basic_medical", "employer")
    paid = {x.payer for x in levy.lines if x.scheme == "basic_medical"}
    if person.kind == "flexible_combined":
        if "person" not in paid or levy.base is None:
            return None
        part = min(share_of(levy.base, rule.own_rate), own)
        own, unit = part, own - part
    elif "person" not in paid or (rule.unit_share and "employer" not in paid):
        return None
    amount = contribution_credit(own, unit, rule.own_share, rule.unit_share)
    figures = [law.figure("account.own_share", day), law.figure("account.employer_share", day)]
    code = "credit_own_and_unit" if rule.unit_share else "credit_own"
    law.say(
        code,
        *figures,
        amount=amount,
        own_fen=own,
        unit_fen=unit,
        own_rate=rule.own_share,
        unit_rate=rule.unit_share,
        amount_fen=amount,
    )
    return amount


def _retired(law: Reckoning, rule: CreditRule, pension: int | None, day: int) -> int | None:
    if rule.pension_share:
        if pension is None:
            law.warn("needs_pension")
            return None
        amount = retired_credit(pension, 0, rule.pension_share)
        figure = law.figure("account.retired_share", day)
        law.say(
            "credit_of_pension",
            figure,
            amount=amount,
            pension_fen=pension,
            share_rate=rule.pension_share,
            amount_fen=amount,
        )
        return amount
    law.say("credit_fixed", law.figure("account.retired_fixed", day), amount=rule.fixed, amount_fen=rule.fixed)
    return rule.fixed


def lump_sum_credit(law: Reckoning, month: int, paid: int) -> int:
    """What a lump sum for missing years credits: nothing, says the law (R05); NoRule where it says nothing.

    Raises FactRefused where a law of another area should credit it, which nothing here reckons.
    """
    figure = law.figure("account.lump_sum_credited", first_day(month))
    if figure.true:
        raise FactRefused("lump_sum_credited", "lump_sum", str(paid), "an area whose law credits no lump sum")
    law.say("credit_no_lump_sum", figure, amount=0, paid_fen=paid)
    return 0
