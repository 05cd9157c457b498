"""What a levy consists of: a person's facts, and the lines that follow from them."""

from __future__ import annotations

from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = ("employer", "flexible_combined", "flexible_pooled", "resident", "retired", "rural_contract", "low_tier")
"""Kinds of person; the place is the code in columns."""
WITH_UNIT = ("basic_medical", "maternity", "pension", "unemployment", "work_injury", "large_expense")
ALONE = ("basic_medical", "pension", "large_expense")
SCHEMES_OF = {
    "employer": WITH_UNIT,
    "rural_contract": WITH_UNIT,
    "low_tier": ("basic_medical", "large_expense"),
    "flexible_combined": ALONE,
    "flexible_pooled": ALONE,
    "retired": ("basic_medical", "large_expense"),
    "resident": ("resident_medical", "resident_pension"),
}
"""The schemes a kind of person is in."""
SCHEMES = tuple(dict.fromkeys(s for schemes in SCHEMES_OF.values() for s in schemes))
FLEXIBLE = ("flexible_combined", "flexible_pooled")
WAGELESS = ("resident", "retired")
"""Kinds that pay on no wage."""


class Person:
    """The facts a levy depends on; money in fen, months since year 0.

    ``entry``: the month of entry, None for who was in the December headcount; ``moved``: "", "inside", "outside";
    ``pension``: a retiree's own, of which some areas credit a share; ``float_percent`` of the injury class rate.
    """

    __slots__ = (
        "entry",
        "float_percent",
        "identity",
        "industry_class",
        "kind",
        "month",
        "moved",
        "pension",
        "schemes",
        "tier",
        "wage",
        "with_yearly",
    )

    def __init__(
        self,
        kind: str,
        month: int,
        wage: int = 0,
        *,
        schemes: Iterable[str] = (),
        entry: int | None = None,
        moved: str = "",
        with_yearly: bool = False,
        identity: tuple[str, ...] = (),
        industry_class: int | None = None,
        float_percent: int = 100,
        pension: int | None = None,
        tier: int | None = None,
    ) -> None:
        self.kind, self.month, self.wage = kind, month, wage
        own = SCHEMES_OF[kind]
        self.schemes = tuple(schemes) or tuple(s for s in own if s != "resident_pension" or tier is not None)
        self.entry = month if moved and entry is None else entry
        self.moved, self.with_yearly, self.identity = moved, with_yearly, identity
        self.industry_class, self.float_percent = industry_class, float_percent
        self.pension, self.tier = pension, tier


class Line:
    """One scheme, one payer, one period. ``rate`` over RATE_SCALE of ``base``, or a ``sum``; what is not is None.

    ``tax_deductible`` None: not encoded. ``withheld_by``: who withholds it from whom it falls on, else "".
    """

    __slots__ = (
        "amount",
        "base",
        "due_month",
        "payer",
        "period",
        "rate",
        "scheme",
        "sum",
        "tax_deductible",
        "withheld_by",
    )

    def __init__(
        self,
        scheme: str,
        payer: str,
        period: str,
        due_month: int,
        amount: int,
        *,
        base: int | None = None,
        rate: int | None = None,
        sum: int | None = None,
        tax_deductible: bool | None = None,
        withheld_by: str = "",
    ) -> None:
        self.scheme, self.payer, self.period, self.due_month, self.amount = scheme, payer, period, due_month, amount
        self.base, self.rate, self.sum = base, rate, sum
        self.tax_deductible, self.withheld_by = tax_deductible, withheld_by


def deductible(law: Reckoning, payer: str, day: int) -> bool | None:
    """Whether a payer's social insurance contribution is deducted before tax; None and a warning: not encoded."""
    if payer == "treasury":
        return False
    name = f"levy.tax_deductible_{payer}"
    if not law.has(name, day):
        law.warn("not_encoded", what=("tax_deductible", payer))
        return None
    return law.figure(name, day).true
