"""The months that count for retiree medical benefits: paid, transferred in and deemed, each month once (缴费年限)."""

from __future__ import annotations

from tongchou.law.days import iso_month

from ..reckoning import FactRefused, Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Spells = Sequence[tuple[int, int]]
    """(first month, last month) pairs, months since year 0, both included."""

ORDER = ("paid", "transferred", "deemed")
"""Which kind a month is of that is named by several: the first of these."""


def months_of(spells: Spells) -> set[int]:
    """The months of some spells."""
    return {month for first, last in spells for month in range(first, last + 1)}


def counted_months(paid: Spells, deemed: Spells, transferred: Spells) -> tuple[int, int, int]:
    """(paid, deemed, transferred) months of spells that may overlap, every month once.

    A month of several kinds is a paid one before a transferred before a deemed one.
    """
    own = months_of(paid)
    moved = months_of(transferred) - own
    return len(own), len(months_of(deemed) - own - moved), len(moved)


def missing_months(counted: int, required: int, paid: int, least_paid: int) -> int:
    """Months that lack: to the months required in all, and to the least number really paid."""
    return max(required - counted, least_paid - paid, 0)


class Counted:
    """Months by kind, each once; ``months`` are those named by spells, None where only counts were given."""

    __slots__ = ("deemed", "months", "paid", "transferred")

    def __init__(self, paid: int, deemed: int, transferred: int, months: frozenset[int] | None = None) -> None:
        self.paid, self.deemed, self.transferred, self.months = paid, deemed, transferred, months

    @property
    def total(self) -> int:
        """All months that count."""
        return self.paid + self.deemed + self.transferred

    def with_paid(self, unpaid: Iterable[int]) -> Counted:
        """With months paid now: those already named by a spell become paid ones, or were that."""
        more = set(unpaid)
        if self.months is None:
            return Counted(self.paid + len(more), self.deemed, self.transferred)
        fresh = more - self.months
        return Counted(self.paid + len(fresh), self.deemed, self.transferred, self.months | fresh)


def counted_of_spells(spells: Mapping[str, Spells]) -> Counted:
    """The months counted of spells by kind (``ORDER``)."""
    paid, deemed, moved = (spells.get(kind, ()) for kind in ("paid", "deemed", "transferred"))
    every = frozenset(months_of(paid) | months_of(deemed) | months_of(moved))
    return Counted(*counted_months(paid, deemed, moved), every)


def refuse_late_deemed(law: Reckoning, spells: Mapping[str, Spells], deemed: int, first: int, on: int) -> None:
    """Refuse ``deemed_after_start``: recognised work counts as paid only before the area's scheme began.

    ``first``: first month of the working life, for a mere count of ``deemed`` months. Not checked where the area's
    start is not encoded.
    """
    if not law.has("retirement.scheme_start", on) or not (deemed or spells.get("deemed")):
        return
    start = law.figure("retirement.scheme_start", on)
    late = [last for _, last in spells.get("deemed", ()) if last >= start.value]
    if late or (not spells and deemed > max(0, start.value - first)):
        found = iso_month(max(late)) if late else str(deemed)
        raise FactRefused(
            "deemed_after_start",
            "spells" if late else "months_deemed",
            found,
            f"months before {iso_month(start.value)}, when the area's scheme began",
            f"制度启动（{iso_month(start.value)}）之前的月份",
        )


def required_of(law: Reckoning, sex: str, counted: Counted, on: int) -> tuple[int, int]:
    """(months required, months that lack) on a day; says how they were found. Raises NoRule where not encoded."""
    required = law.figure("retirement.required_months", on, sex="male" if sex == "M" else "female")
    least = 0
    law.say(
        "counted_months",
        *((law.figure("retirement.counted_kinds", on),) if law.has("retirement.counted_kinds", on) else ()),
        paid=counted.paid,
        deemed=counted.deemed,
        transferred=counted.transferred,
        counted=counted.total,
    )
    if law.has("retirement.least_paid_months", on):
        figure = law.figure("retirement.least_paid_months", on)
        least = figure.value
        law.say("least_paid_months" if least else "least_paid_none", figure, least=least, paid=counted.paid)
    missing = missing_months(counted.total, required.value, counted.paid, least)
    law.say("required_months", required, required=required.value, counted=counted.total, missing=missing)
    return required.value, missing
