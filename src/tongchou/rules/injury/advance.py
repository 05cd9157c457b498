"""Advance of work-injury benefits (先行支付): when, how much, who owes it back, which office (mohrss2011_15, P12)."""

from __future__ import annotations

from tongchou.money import format_fen

from ..reckoning import FactRefused, Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

THIRD_PARTY = ("none", "pays", "refuses", "unknown")
"""What a third party that caused the injury does; ``none``: there is none."""


class Advance:
    """What is advanced (fen), what of it is owed back and by whom; ``reason`` says why, or why nothing is."""

    __slots__ = ("amount", "medical_only", "office", "owed_by", "reason")

    def __init__(self, reason: str, amount: int = 0, owed_by: str = "", medical_only: bool = False) -> None:
        self.reason, self.amount, self.owed_by, self.medical_only = reason, amount, owed_by, medical_only
        self.office = ""
        """Which office pays: a word of the law; empty where nothing is advanced or the law does not say."""


def cause_of(recognised: bool, unit_insured: bool, unit_pays: bool, third_party: str) -> tuple[bool, str]:
    """(whether an advance is open, its cause, or the reason why not).

    An uninsured unit that does not pay comes first: it owes all, whatever the third party does. A unit that is insured
    leaves the fund's benefits to the fund as ordinary benefits; only what a third party should pay is then advanced.
    """
    if not recognised:
        return False, "injury_not_recognised"
    if not unit_insured:
        return (False, "unit_pays") if unit_pays else (True, "uninsured_unit")
    if third_party in ("unknown", "refuses"):
        return True, f"third_party_{third_party}"
    return False, "third_party_pays" if third_party == "pays" else "unit_insured"


def advance(
    law: Reckoning, amount: int, already: int, medical: int | None, cause: tuple[bool, str], day: int
) -> Advance:
    """The advance on benefits of ``amount`` fen, of which ``already`` is paid by the unit or third party.

    ``medical``: the medical cost among them, needed where only that is advanced. Raises FactRefused:
    ``part_above_whole``, ``missing_value``; NoRule before the rules on advances.
    """
    for field, part in (("already_paid", already), ("medical", medical or 0)):
        if part > amount:
            raise FactRefused("part_above_whole", field, format_fen(part), "not above the amount", "不大于总额")
    is_open, code = cause
    if not is_open:
        law.say("advance_closed", law.figure("injury.advance_open", day, cause="uninsured_unit"), reason=code)
        return Advance(code)
    allowed = law.figure("injury.advance_open", day, cause=code)
    debtor = law.figure("injury.advance_owed_by", day, cause=code)
    only = law.figure("injury.advance_medical_only", day, cause=code)
    if only.true and medical is None:
        raise FactRefused(
            "missing_value", "medical", "", "the medical cost: only it is advanced", "医疗费用（仅先行支付此项）"
        )
    whole = medical if only.true and medical is not None else amount
    sum_ = max(0, whole - already) if allowed.true else 0
    rests = only if only.true else allowed
    law.say("advance_cause", rests, cause=code)
    if only.true:
        law.say("advance_medical_only", only, amount=whole, medical_fen=whole)
    law.say("advance_amount", rests, amount=sum_, whole_fen=whole, already_fen=already, amount_fen=sum_)
    law.say("advance_owed_by", debtor, amount=sum_, owed_by=debtor.word, amount_fen=sum_)
    found = Advance(code, sum_, debtor.word, only.true)
    found.office = _office(law, day)
    return found


def _office(law: Reckoning, day: int) -> str:
    if not law.has("injury.advance_office", day):
        law.warn("not_encoded", what="advance_office")
        return ""
    office: Figure = law.figure("injury.advance_office", day)
    law.say("advance_office", office, office=office.word)
    return office.word
