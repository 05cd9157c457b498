"""Caps of a layer as source: what they stop, where it goes, and the pools that grow."""

from __future__ import annotations

from ..tables import Cap, Layer
from .lookups import nullable
from .pay import PayWriter
from .plan import Slot, uncapped_possible
from .words import NEVER, both, when_text


class CapWriter(PayWriter):
    """Limits on what the layer pays or takes."""

    def caps(self, i: int, layer: Layer, below: bool) -> None:
        w = self.w
        flags: list[str | None] = []
        for j, cap in enumerate(layer.caps):
            condition = when_text(cap.when, self.plan.scheme, self.category)
            if condition == NEVER:
                flags.append("0")
                continue
            if not any(self.plan.window.meets(v.start, v.end) for v in cap.amount.versions):
                flags.append("0")
                continue
            amount = self.look.amount(w, f"cap{j}", cap.amount, (), self.category, i, low_is_best=False)
            if amount == "-1":
                flags.append("0")
                continue
            days = self.plan.window.within((v.start, v.end) for v in cap.amount.versions)
            open_cap = not amount.isdigit() and nullable(cap.amount)
            tests = both(condition, days, f"{amount} >= 0" if open_cap else "")
            flag = None
            if tests is not None:
                flag = f"met{j}"
                w.put(f"{flag} = 0")
            flags.append(flag)
            with w.maybe(tests):
                if flag:
                    w.put(f"{flag} = 1")
                self._cap(i, layer, j, cap, amount, below)
        self._count(layer, flags)

    def _cap(self, i: int, layer: Layer, j: int, cap: Cap, amount: str, below: bool) -> None:
        w = self.w
        used = Slot(cap.pool, cap.per, cap.key).variable if cap.per != "none" else "0"
        w.put(f"room = max(0, {amount} - {used})")
        w.note(f"trace.append(('cap', {i}, {j}, {amount}, {used}, room))")
        burden = layer.intake.kind == "burden"
        if layer.own:  # what it does not pay goes on
            with w.block("if paid > room"):
                w.put("paid = room")
            return
        if cap.limits == "payment":
            with w.block("if paid > room"):
                if not burden or any(c.then or c.limits == "cost" for c in layer.caps):
                    kept = "room" if layer.top_up is not None else self.inverse
                    if layer.bands:  # never less than what is paid and what lies below the edge
                        kept = (
                            f"max({kept} if room > 0 else 0, room + below)"
                            if below
                            else f"max({kept} if room > 0 else 0, room)"
                        )
                    w.put(f"kept = min(cost, {kept})")
                    self._stop(layer, cap, "cost - kept", i, j)
                    w.put("cost = kept")
                w.put("paid = room")
                w.put("capped = 1")
            return
        measure = "cost + taken" if cap.before_deductible and layer.deductible is not None and not below else "cost"
        with w.block(f"if {measure} > room"):
            w.put(
                "kept = max(0, room - taken)"
                if measure != "cost"
                else ("kept = min(cost, max(room, below))" if below else "kept = room")
            )
            self._stop(layer, cap, "cost - kept", i, j)
            exact = measure == "cost" and not below
            if not exact:  # the deductible alone can be above the room, and is never stopped
                with w.block("if kept < cost"):
                    w.put("capped = 1")
            w.put("cost = kept")
            w.put(f"paid = min(paid, {'cost' if layer.top_up is not None else self.again})")
            if exact:
                w.put("capped = 1")

    def _stop(self, layer: Layer, cap: Cap, amount: str, i: int, j: int) -> None:
        """What a cap stopped goes its way: to an overflow, or stays with the person."""
        w, burden = self.w, layer.intake.kind == "burden"
        w.note(f"trace.append(('stopped', {i}, {j}, {amount}))")
        if cap.then:
            w.put(f"spill_{cap.then} = spill_{cap.then} + {amount}")
            if burden:
                w.put(f"moved = {amount}")
                self.lower("moved", self.burden_parts(layer))
        elif not burden:
            w.put(f"person_over_cap = person_over_cap + {amount}")
            self.live.add("over_cap")

    def _count(self, layer: Layer, flags: list[str | None]) -> None:
        """After all caps each pool that was met grows by what is finally paid (or taken)."""
        w = self.w
        pools: dict[tuple[str, str], list[str | None]] = {}
        for cap, flag in zip(layer.caps, flags, strict=True):
            if flag == "0" or cap.per == "none":
                continue
            grown = (
                "paid"
                if cap.limits == "payment"
                else (
                    "cost + taken"
                    if cap.before_deductible and layer.deductible is not None and not layer.deductible.edge
                    else "cost"
                )
            )
            pools.setdefault((Slot(cap.pool, cap.per, cap.key).variable, grown), []).append(flag)
        for (slot, grown), met in pools.items():
            with w.maybe(None if None in met else " or ".join(f"{f} == 1" for f in met)):
                w.put(f"{slot} = {slot} + {grown}")
        if uncapped_possible(layer):
            payment = [f for c, f in zip(layer.caps, flags, strict=True) if c.limits == "payment"]
            if None not in payment:
                slot = Slot(f"{layer.name}.uncapped", "year").variable
                tests = [f"{f} == 0" for f in payment if f != "0"]
                with w.maybe(both(*tests) if tests else None):
                    w.put(f"{slot} = {slot} + paid")
