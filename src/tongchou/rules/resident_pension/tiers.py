"""Contribution tiers of residents: those offered, the lowest by category, and who pays a tier (P01, P02)."""

from __future__ import annotations

from tongchou.money import format_fen

from ..reckoning import FactRefused, Reckoning


class Year:
    """One year's contribution in fen: the person's and the treasury's (proxy) part of the tier, and the subsidy."""

    __slots__ = ("person", "proxy", "subsidy")

    def __init__(self, person: int, proxy: int, subsidy: int) -> None:
        self.person, self.proxy, self.subsidy = person, proxy, subsidy

    @property
    def credited(self) -> int:
        """What goes into the account."""
        return self.person + self.proxy + self.subsidy


def paid_by(tier: int, proxy: int) -> tuple[int, int]:
    """(person's, treasury's) part of a tier of which the treasury pays ``proxy``; never above the tier."""
    treasury = min(tier, proxy)
    return tier - treasury, treasury


def lowest_tier(law: Reckoning, identity: tuple[str, ...], day: int) -> int:
    """The lowest tier in fen: the area's, or the one kept for the categories that the law names."""
    lowest = law.figure("resident_pension.lowest_tier", day)
    if identity and law.has("resident_pension.tier_kept", day):
        kept = law.figure("resident_pension.tier_kept", day, identity=identity)
        amount = law.figure("resident_pension.kept_tier", day)
        if kept.true and amount.value < lowest.value:
            law.say(
                "tier_kept", kept, amount, lowest, amount=amount.value, kept_fen=amount.value, lowest_fen=lowest.value
            )
            return amount.value
    law.say("lowest_tier", lowest, amount=lowest.value, lowest_fen=lowest.value)
    return lowest.value


def offered(law: Reckoning, identity: tuple[str, ...], day: int) -> list[int]:
    """Tiers a person may choose, in fen, from the lowest up."""
    count = law.figure("resident_pension.tier_count", day)
    tiers = [law.figure("resident_pension.tier_amount", day, tier_no=n + 1).value for n in range(count.value)]
    low = lowest_tier(law, identity, day)
    return [t for t in tiers if t >= low]


def year_of(law: Reckoning, tier: int, identity: tuple[str, ...], day: int) -> Year:
    """One year of a tier, by payer. Raises FactRefused ``tier_not_offered`` with the tiers that are."""
    choices = offered(law, identity, day)
    if tier not in choices:
        listed = " ".join(format_fen(t) for t in choices)
        raise FactRefused("tier_not_offered", "tier", format_fen(tier), f"one of {listed}", f"其中之一：{listed}")
    person, proxy = paid_by(tier, _proxy(law, identity, day))
    subsidy = law.figure("resident_pension.subsidy", day, tier=tier)
    law.say("tier_subsidy", subsidy, amount=subsidy.value, tier_fen=tier, subsidy_fen=subsidy.value)
    if person:
        law.say(
            "tier_person",
            law.figure("resident_pension.tier_count", day),
            amount=person,
            tier_fen=tier,
            person_fen=person,
        )
    return Year(person, proxy, subsidy.value)


def _proxy(law: Reckoning, identity: tuple[str, ...], day: int) -> int:
    if not identity:
        return 0
    if not law.has("resident_pension.proxy_amount", day):
        law.warn("not_encoded", what="proxy_payment")
        return 0
    proxy = law.figure("resident_pension.proxy_amount", day, identity=identity)
    if proxy.value:
        law.say("proxy_payment", proxy, amount=proxy.value, proxy_fen=proxy.value, identity=identity)
    return proxy.value
