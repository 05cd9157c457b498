"""Layers as source, in order: intake, the steps of the reckoning, what is left; alternatives.

The reckoning is docs/algorithms/settlement.md, step by step.
"""

from __future__ import annotations

import re

from ..tables import Layer
from .caps import CapWriter
from .plan import paid_slot
from .steps import var
from .words import NEVER, both, when_text

_ASSIGNED = re.compile(r" *([a-z]\w*) = ")

SCRATCH = {"cost", "paid", "room", "kept", "taken", "below", "due", "left", "part", "entered"}
"""Variables of one layer's reckoning, of no meaning after it (and ``entered``, which alternatives keep themselves)."""


class LayerWriter(CapWriter):
    """Writes the layers of one group of categories in order."""

    # -- one layer -----------------------------------------------------------------------------------------
    def layer(self, i: int, layer: Layer) -> None:
        w, plan = self.w, self.plan
        w.put(f"# layer {layer.name}")
        days = plan.window.holds(layer.start, layer.end)
        condition = both(when_text(layer.when, plan.scheme, self.category), *days)
        if condition == NEVER:
            return
        with w.maybe(condition):
            self._intake(i, layer)
        if not layer.own:
            self.paid.append(f"pay_{layer.name}")

    def _intake(self, i: int, layer: Layer) -> None:
        """The cost that comes in; an empty overflow or burden does not enter the layer."""
        w, kind, name = self.w, layer.intake.kind, layer.intake.name
        if kind == "overflow":
            with w.block(f"if spill_{name} > 0"):
                w.put(f"cost = spill_{name}")
                if not layer.own:
                    w.put(f"spill_{name} = 0")
                self._reckon(i, layer)
                if layer.own:
                    w.put(f"spill_{name} = spill_{name} - paid")
            return
        if kind == "burden":
            parts = self.burden_parts(layer)
            self.unclaimed_lowered = self.unclaimed_lowered or "unclaimed" in parts
            w.put("cost = " + (" + ".join(var(p) for p in parts) or "0"))
            with w.block("if cost > 0"):
                self._reckon(i, layer)
            return
        source = "rest" if kind == "claim" else f"part_{name}"
        # a burden layer before may already have paid of what nobody claimed
        w.put(f"cost = min({source}, person_unclaimed)" if self.unclaimed_lowered else f"cost = {source}")
        if layer.own:
            self._reckon(i, layer)
            w.put(f"{source} = {source} - paid")
            w.put("person_unclaimed = person_unclaimed - paid")
            return
        w.put(f"{source} = 0")
        w.put("person_unclaimed = person_unclaimed - cost")
        self._reckon(i, layer)

    def _reckon(self, i: int, layer: Layer) -> None:
        w = self.w
        base = layer.intake.kind != "burden"
        w.put("entered = 1")
        w.note(f"trace.append(('in', {i}, cost))")
        self.trust(layer)
        if layer.package is not None:
            self.package(i, layer)
        if layer.unit is not None:
            self.tariff(i, layer)
        if layer.prepay is not None and not layer.prepay.after_deductible:
            self.prepay(i, layer)
        edge = self.deductible(i, layer, base)
        if layer.prepay is not None and layer.prepay.after_deductible:
            self.prepay(i, layer, edge)
        below = self.pay(i, layer, edge, base)
        self.caps(i, layer, below)
        if layer.own:
            self._own(i, layer, base)
            return
        w.put(f"pay_{layer.name} = paid")
        if base:
            self._leave(layer, "cost - paid" + (" - below" if below else ""))
        else:
            self.lower("paid", self.burden_parts(layer), not layer.catch_up)
            if layer.catch_up:
                w.put("person_caught_up = person_caught_up - left")
        if layer.catch_up:
            slot = paid_slot(layer).variable
            w.put(f"{slot} = {slot} + paid")
        w.note(f"trace.append(('out', {i}, paid, cost))")

    def _leave(self, layer: Layer, rest: str) -> None:
        """What a layer on cost leaves with the person."""
        w, share = self.w, var("share:" + layer.name)
        w.put(f"{share} = {rest}")
        if layer.catch_up:  # more than this claim's cost: it gives back what was borne before
            with w.block(f"if {share} < 0"):
                w.put(f"person_caught_up = person_caught_up + {share}")
                w.put(f"{share} = 0")
        self.live.add(f"share:{layer.name}")
        self.based += 1
        if self.based < self.bases:
            w.put("based = 1")

    def _own(self, i: int, layer: Layer, base: bool) -> None:
        """The person's own account pays: a part of the person's own, of no fund."""
        w, part = self.w, f"own:{layer.name}"
        if not base:
            self.lower("paid", self.burden_parts(layer))
        w.put(f"{var(part)} = paid")
        w.note(f"trace.append(('own', {i}, paid, cost))")
        self.live.add(part)

    # -- alternatives ------------------------------------------------------------------------------------------
    def choose(self, options: list[tuple[int, Layer]], known: set[str]) -> None:
        """Reckon each alternative on the same state and keep what the best one changed.

        ``known``: variables that have a value here; those that an alternative changes are put back after it.
        """
        w = self.w
        w.put("# choose " + ", ".join(layer.name for _, layer in options))
        written = [self._apart(i, layer) for i, layer in options]
        changed = [n for n in dict.fromkeys(n for lines in written for n in assigned(lines)) if n in known - SCRATCH]
        bears = " + ".join(
            [*(var(p) for p in self.plan.parts if p not in self.plan.bill_parts or p in self.live)]
            + [f"spill_{t}" for t in self.plan.tags]
        )
        w.put("before_choice = entered")
        w.put("chosen = -1")
        w.put("best = 0")
        w.note("lefts, best_notes, mark = [], [], len(trace)")
        for n in changed:
            w.put(f"was_{n} = {n}")
            w.put(f"best_{n} = {n}")
        for k, ((i, _), lines) in enumerate(zip(options, written, strict=True)):
            if k:
                for n in changed:
                    w.put(f"{n} = was_{n}")
            w.put("entered = 0")
            w.lines += lines
            w.put(f"bears = {bears}")
            w.note("lefts.append(bears if entered else -1)")
            w.note("notes = trace[mark:]")
            w.note("del trace[mark:]")
            with w.block("if entered == 1 and (chosen < 0 or bears < best)" if k else "if entered == 1"):
                w.put(f"chosen = {i}")
                w.put("best = bears")
                w.note("best_notes = notes")
                for n in changed:
                    w.put(f"best_{n} = {n}")
        for n in changed:
            w.put(f"{n} = best_{n}")
        w.put("entered = before_choice")
        with w.block("if chosen >= 0"):
            w.put("entered = 1")
            w.note(f"trace.append(('choose', chosen, {tuple(i for i, _ in options)!r}, tuple(lefts)))")
            w.note("trace.extend(best_notes)")

    def _apart(self, i: int, layer: Layer) -> list[str]:
        """The lines of one alternative, taken out of the source again."""
        at = len(self.w.lines)
        self.layer(i, layer)
        lines = self.w.lines[at:]
        del self.w.lines[at:]
        return lines


def assigned(lines: list[str]) -> list[str]:
    """Variables that lines of source assign."""
    return [m[1] for line in lines if (m := _ASSIGNED.match(line))]
