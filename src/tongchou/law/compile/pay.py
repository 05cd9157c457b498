"""What a layer pays of its cost as source: plain rate, bands, top-up."""

from __future__ import annotations

from ..tables import Layer
from .cost import CostWriter
from .lookups import rate_scale
from .plan import burden_slot, deductible_slot, paid_slot


class PayWriter(CostWriter):
    """``paid`` of ``cost``."""

    def _share(self, cost: str, rate: str, scale: int) -> str:
        """What the fund pays of a cost at a plain rate, rounded on the side and in the mode the law names."""
        scheme = self.plan.scheme
        half = f" + {scale // 2}" if scheme.mode == "half_up" else ""
        if scheme.side == "fund":
            return f"({cost} * {rate}{half}) // {scale}"
        return f"{cost} - ({cost} * ({scale} - {rate}){half}) // {scale}"

    def pay(self, i: int, layer: Layer, edge: str | None, base: bool) -> bool:
        """``paid`` of ``cost``; returns whether ``below`` (cost under an edge) is part of the cost."""
        w = self.w
        if layer.top_up is not None:
            scale = rate_scale(layer.top_up, layer.modifiers)
            rate = self.look.rate(w, "rate", layer.top_up, layer.modifiers, self.category, scale, i)
            earlier = " + ".join(self.paid) or "0"
            w.put(f"paid = min(cost, max(0, {self._share('in_scope', rate, scale)} - ({earlier})))")
            w.note(f"trace.append(('top_up', {i}, {rate}, {scale}, {earlier}, paid))")
            return False
        if layer.bands:
            return self._bands(i, layer, edge, base)
        assert layer.rate is not None
        scale = rate_scale(layer.rate, layer.modifiers)
        rate = self.look.rate(w, "rate", layer.rate, layer.modifiers, self.category, scale, i)
        w.put("paid = cost" if rate == str(scale) else f"paid = {self._share('cost', rate, scale)}")
        w.note(f"trace.append(('rate', {i}, {rate}, {scale}, paid))")
        self.inverse = (
            f"(room * {scale}{' + ' + self._half(rate) if self.plan.scheme.inverse == 'half_up' else ''}) // {rate}"
        )
        self.again = self._share("cost", rate, scale)
        return False

    @staticmethod
    def _half(rate: str) -> str:
        return str(int(rate) // 2) if rate.isdigit() else f"{rate} // 2"

    def _bands(self, i: int, layer: Layer, edge: str | None, base: bool) -> bool:
        w = self.w
        scale = max(rate_scale(b.rate, layer.modifiers) for b in layer.bands)
        numbers = [edge or "0"]
        for k, band in enumerate(layer.bands):
            if band.upto is not None:
                numbers.append(self.look.amount(w, f"edge{k + 1}", band.upto, (), self.category, i, low_is_best=False))
        for k, band in enumerate(layer.bands):
            numbers.append(self.look.rate(w, f"rate{k + 1}", band.rate, layer.modifiers, self.category, scale, i))
        table = ", ".join(numbers)
        kept = layer.band_scope != "claim"
        before = burden_slot(layer).variable if kept else "0"
        name = f"bands{len(layer.bands)}_{scale}"
        self.need_bands.add((len(layer.bands), scale))
        w.put(f"before = {before}")
        w.put(f"start = {paid_slot(layer).variable if layer.catch_up else f'{name}(before, {table})'}")
        w.put(f"paid = max(0, {name}(before + cost, {table}) - start)")
        w.note(f"trace.append(('{'caught_up' if layer.catch_up else 'bands'}', {i}, before, ({table}), {scale}, paid))")
        below = edge is not None
        if below:
            w.put(f"below = min(before + cost, {edge}) - min(before, {edge})")
            w.put("took = took + below")
            w.note(f"trace.append(('edge', {i}, {edge}, before, below))")
            slot = deductible_slot(layer)
            if slot is not None:
                w.put(f"{slot.variable} = {slot.variable} + below")
            if base:
                w.put("person_deductible = person_deductible + below")
                self.first("below")
                self.live.add("deductible")
        if kept:
            w.put(f"{before} = before + cost")
        self.inverse = f"un{name}(start + room, {table}) - before"
        self.again = f"max(0, {name}(before + cost, {table}) - start)"
        return below
