"""The law of a calendar year for some profiles of persons, as numbers that a loop over columns reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongchou.law.constants import MONTHS, NO_END
from tongchou.law.days import first_day
from tongchou.law.figures import Figure, Figures
from tongchou.law.findings import NoRule

from ..account.credit import credit_rule
from ..reckoning import Reckoning
from .base import edges
from .columns import FIELDS, YEARLY
from .large_expense import large_expense_lines
from .line import MODES, REMAINDERS
from .lines import WAGELESS, Person
from .plan import monthly_rates
from .resident import resident_medical_lines

SCHEMES = ("basic_medical", "maternity", "large_expense", "resident_medical")


class Profile:
    """What persons of one code share: the kind, who is poor, whether they moved in from inside the area."""

    __slots__ = ("identity", "kind", "moved")

    def __init__(self, kind: str, identity: tuple[str, ...] = (), moved: str = "") -> None:
        self.kind, self.identity, self.moved = kind, identity, moved

    def person(self, month: int, entry: int | None) -> Person:
        """A person of the profile as a rule takes one."""
        moved = self.moved if entry is not None else ""
        return Person(self.kind, month, entry=entry, moved=moved, with_yearly=True, identity=self.identity)


class Table:
    """The law of a calendar year for some profiles, as numbers; ``law`` keeps the figures used and the warnings."""

    __slots__ = ("law", "profiles", "rates", "year", "yearly")

    def __init__(self, figures: Figures, year: int, profiles: Sequence[Profile]) -> None:
        law = _Asked(figures)
        self.law, self.year, self.profiles = law, year, tuple(profiles)
        first = year * MONTHS
        self.rates = [x for p in profiles for m in range(MONTHS) for x in _fields(law, p, first + m)]
        entries = [None, *range(first, first + MONTHS)]
        self.yearly = [x for p in profiles for e in entries for x in _yearly(law, p, first, e)]


class _Asked(Reckoning):
    """The figures used and the warnings, no steps. A figure that was found is the answer on all its days."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        self._found: dict[Any, Figure] = {}

    def figure(self, name: str, day: int, **facts: Any) -> Figure:
        """As ``Reckoning.figure``: between its first and last day a name has one version, and facts pick its value."""
        asked = (name, *facts.items()) if facts else name
        found = self._found.get(asked)
        if found is None or not _holds(found, day):
            found = self._found[asked] = super().figure(name, day, **facts)
        return found

    def has(self, name: str, day: int) -> bool:
        """As ``Reckoning.has``."""
        found = self._found.get(name)
        return (found is not None and _holds(found, day)) or super().has(name, day)

    def say(self, code: str, *figures: Figure, amount: int | None = None, **facts: Any) -> None:
        """Note the figures, where they were not asked for by name."""
        for figure in figures:
            if self._found.get(figure.name) is not figure:
                self.used[figure] = None


def _holds(figure: Figure, day: int) -> bool:
    return bool(figure.start <= day < (figure.end or NO_END))


def _fields(law: Reckoning, profile: Profile, month: int) -> list[int]:
    """``FIELDS`` of a profile and month."""
    got = dict.fromkeys(FIELDS, 0)
    if profile.kind not in WAGELESS:
        person = profile.person(month, None)
        person.schemes = tuple(s for s in person.schemes if s in SCHEMES)
        for r in monthly_rates(law, person):
            if r.scheme == "maternity":
                got["maternity_rate"] = r.employer or 0
            else:
                got["employer_rate"], got["person_rate"] = r.employer or 0, r.person or 0
        got["floor"], got["cap"], _ = edges(law, month)
    if profile.kind != "resident":
        rule = credit_rule(law, profile.kind, month)
        if rule.known:
            for name in ("own_rate", "own_share", "unit_share", "fixed", "pension_share"):
                got[name] = getattr(rule, name)
    day = first_day(month)
    got["remainder"] = REMAINDERS.index(law.figure("levy.remainder", day).word)
    got["mode"] = MODES.index(law.figure("levy.mode", day).word)
    return [got[name] for name in FIELDS]


def _yearly(law: Reckoning, profile: Profile, first: int, entry: int | None) -> list[int]:
    """``YEARLY`` of a profile and month of entry; what is not encoded is 0 and warned of."""
    got = dict.fromkeys(YEARLY, 0)
    person = profile.person(first if entry is None else entry, entry)
    resident = profile.kind == "resident"
    try:
        lines = resident_medical_lines(law, person) if resident else large_expense_lines(law, person)
    except NoRule:
        law.warn("not_encoded", what=("resident_medical" if resident else "large_expense",))
        lines = []
    for x in lines:
        got[f"{'resident' if resident else 'large'}_{x.payer}"] += x.amount
        got["due"] = x.due_month - first
    return [got[name] for name in YEARLY]
