"""Which monthly rates apply to a kind of person: the law's figures by scheme and payer, before any amount."""

from __future__ import annotations

from tongchou.law.days import first_day

from ..reckoning import FactRefused, Reckoning
from .lines import FLEXIBLE, Person

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure


class Rates:
    """The rates of one scheme (over RATE_SCALE); None: no line of that payer. ``cites`` by payer."""

    __slots__ = ("cites", "employer", "person", "scheme")

    def __init__(self, scheme: str, employer: Figure | int | None, person: Figure | int | None) -> None:
        self.scheme = scheme
        self.employer = employer if employer is None or isinstance(employer, int) else employer.value
        self.person = person if person is None or isinstance(person, int) else person.value
        both = {"employer": employer, "person": person}
        self.cites: dict[str, tuple[Figure, ...]] = {
            who: () if f is None or isinstance(f, int) else (f,) for who, f in both.items()
        }


def monthly_rates(law: Reckoning, person: Person) -> list[Rates]:
    """The rates of every monthly scheme the person is in; what is not encoded is warned of and left out."""
    makers = {
        "basic_medical": _basic,
        "maternity": _maternity,
        "pension": _pension,
        "unemployment": _unemployment,
        "work_injury": _injury,
    }
    found = [makers[s](law, person) for s in person.schemes if s in makers]
    return [r for r in found if r is not None and not (r.employer is None and r.person is None)]


def _figure(law: Reckoning, name: str, day: int, scheme: str, payer: str) -> Figure | None:
    """The figure, or None and a warning that names scheme and payer."""
    if law.has(name, day):
        return law.figure(name, day)
    law.warn("not_encoded", what=(scheme, payer))
    return None


def _basic(law: Reckoning, person: Person) -> Rates | None:
    """Employee basic medical insurance; retirees are not levied (R01)."""
    day = first_day(person.month)
    if person.kind == "low_tier":
        return _low_tier(law, day)
    if person.kind in FLEXIBLE:
        return Rates("basic_medical", None, _figure(law, f"medical.{person.kind}_rate", day, "basic_medical", "person"))
    if person.kind == "retired":
        levied = law.figure("medical.retired_levied", day)
        if not levied.true:
            law.say("retired_not_levied", levied)
            return None
    return Rates(
        "basic_medical",
        _figure(law, "medical.employer_rate", day, "basic_medical", "employer"),
        _figure(law, "medical.person_rate", day, "basic_medical", "person"),
    )


def _low_tier(law: Reckoning, day: int) -> Rates:
    """The low tier's own rates (J07); NoRule where the law has none."""
    from ..obligations.low_tier import low_tier_rates

    employer, own = low_tier_rates(law, day)
    return Rates("basic_medical", employer or None, own or None)


def _maternity(law: Reckoning, person: Person) -> Rates | None:
    """Maternity insurance: the employer pays, the employee does not, migrant contract workers included (P16)."""
    day = first_day(person.month)
    rate = _figure(law, "maternity.employer_rate", day, "maternity", "employer")
    if rate is None:
        return None
    if law.has("maternity.person_pays", day):
        pays = law.figure("maternity.person_pays", day)
        if not pays.true:
            law.say("maternity_employer_only", pays)
    if law.has("maternity.levied_with", day):
        way = law.figure("maternity.levied_with", day)
        if way.word == "basic_medical":
            law.say("maternity_levied_with", way)
    return Rates("maternity", rate, None)


def _pension(law: Reckoning, person: Person) -> Rates:
    """Employee pension; flexible workers pay one rate alone."""
    day = first_day(person.month)
    if person.kind in FLEXIBLE:
        return Rates("pension", None, _figure(law, "pension.flexible_rate", day, "pension", "person"))
    return Rates(
        "pension",
        _figure(law, "pension.employer_rate", day, "pension", "employer"),
        _figure(law, "pension.person_rate", day, "pension", "person"),
    )


def _unemployment(law: Reckoning, person: Person) -> Rates:
    """Unemployment insurance; rural contract workers pay nothing themselves, the employer pays on their wage (P13)."""
    day = first_day(person.month)
    employer = _figure(law, "unemployment.employer_rate", day, "unemployment", "employer")
    if person.kind == "rural_contract" and law.has("unemployment.rural_contract_pays", day):
        pays = law.figure("unemployment.rural_contract_pays", day)
        if not pays.true:
            law.say("rural_contract_free", pays)
            return Rates("unemployment", employer, None)
    return Rates("unemployment", employer, _figure(law, "unemployment.person_rate", day, "unemployment", "person"))


def _injury(law: Reckoning, person: Person) -> Rates | None:
    """Work injury: the class rate times the float, by the employer."""
    day = first_day(person.month)
    if person.industry_class is None:
        law.warn("needs_industry_class")
        return None
    if not law.has("injury.class_rate", day):
        law.warn("not_encoded", what=("work_injury", "employer"))
        return None
    facts = {"industry_class": person.industry_class, "float": person.float_percent}
    allowed = law.figure("injury.float_allowed", day, **facts)
    if not allowed.true:
        raise FactRefused(
            "float_not_allowed",
            "float",
            str(person.float_percent),
            f"a float that the law allows for class {person.industry_class}",
            f"{person.industry_class}类行业规定的浮动档次",
        )
    rate = law.figure("injury.class_rate", day, industry_class=person.industry_class)
    made = Rates("work_injury", rate.value * person.float_percent // 100, None)
    made.cites["employer"] = (rate, allowed)
    return made
