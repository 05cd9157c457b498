"""What the steps of a layer's source share: where it is written, for which categories, which parts can be filled."""

from __future__ import annotations

from ..tables import Layer
from .lookups import Lookups
from .plan import Plan, shares
from .words import both
from .writer import Writer


def var(part: str) -> str:
    """Variable of a part of the person's burden."""
    return "person_" + part.replace(":", "_")


class StepWriter:
    """The state of writing the layers of one group of categories in order."""

    def __init__(self, plan: Plan, lookups: Lookups, w: Writer, categories: tuple[int, ...], bases: int) -> None:
        self.plan, self.look, self.w = plan, lookups, w
        self.category = categories[0] if len(categories) == 1 else None
        self.based = 0
        """Layers that take cost written so far, of ``bases`` in all."""
        self.bases = bases
        self.live = {"unclaimed", *plan.bill_parts}
        """Parts that can be more than zero at this point."""
        self.unclaimed_lowered = False
        """Whether a burden layer written so far takes of ``unclaimed``."""
        self.paid: list[str] = []
        """Payments of the funds written so far."""
        self.need_bands: set[tuple[int, int]] = set()
        self.inverse = ""
        """Source of the least cost that pays ``room``, for the layer being written."""
        self.again = ""
        """Source of what ``cost`` pays, once more."""

    def burden_parts(self, layer: Layer) -> list[str]:
        """The listed parts that can hold anything here, ``share:*`` spelled out in layer order."""
        wanted = [q for p in layer.intake.parts for q in (shares(self.plan.layers) if p == "share:*" else [p])]
        return [p for p in dict.fromkeys(wanted) if p in self.live]

    def first(self, source: str) -> None:
        """The column ``deductible``: what the first entered layer that is no burden layer took."""
        with self.w.maybe("based == 0" if self.based else None):
            self.w.put(f"deductible = {source}")

    def trust(self, layer: Layer) -> None:
        """Warn where a value of the layer, in force in the window, is not official."""
        from ..resolve import all_values

        versions = [
            v for _, value in all_values(layer) for v in value.versions if self.plan.window.meets(v.start, v.end)
        ]
        for status, name in (("secondary", "values_secondary"), ("assumed", "values_assumed")):
            those = [v for v in versions if v.cite.status == status and v.cite.document != "scheme_file"]
            if not those:
                continue
            days = min((self.plan.window.holds(v.start, v.end) for v in those), key=lambda d: len(d))
            with self.w.maybe(both(*sorted(days))):
                self.w.put(f"warnings = warnings | {1 << self.plan.warning_names.index(name)}")

    def lower(self, amount: str, parts: list[str], within: bool = True) -> None:
        """Take an amount off the listed parts in order. ``within``: they hold it all; else ``left`` is the rest."""
        w = self.w
        if within and parts:
            self._lower_within(amount, parts)
            return
        w.put(f"left = {amount}")
        for p in parts:
            w.put(f"part = min(left, {var(p)})")
            w.put(f"{var(p)} = {var(p)} - part")
            w.put("left = left - part")

    def _lower_within(self, amount: str, parts: list[str]) -> None:
        """No part after the one that holds the rest is looked at."""
        w, part = self.w, var(parts[0])
        if len(parts) == 1:
            w.put(f"{part} = {part} - {amount}")
            return
        with w.block(f"if {amount} <= {part}"):
            w.put(f"{part} = {part} - {amount}")
        with w.block("else"):
            w.put(f"left = {amount} - {part}")
            w.put(f"{part} = 0")
            self._lower_within("left", parts[1:])
