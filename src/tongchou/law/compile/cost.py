"""The cost of a layer as source: package or tariff, share paid first, deductible."""

from __future__ import annotations

from ..attributes import MAX_COUNT
from ..bounds import largest
from ..tables import Deductible, Layer, Value
from .lookups import rate_scale
from .plan import burden_slot, deductible_slot
from .steps import StepWriter, var
from .words import variable

ABOVE_ANY_COST = 4 * 10**14
"""Fen, twice what a person's year may come to (``rules.settlement.coverage``)."""


class CostWriter(StepWriter):
    """What the layer is to pay of."""

    def package(self, i: int, layer: Layer) -> None:
        w, p = self.w, layer.package
        assert p is not None
        for part in p.includes:
            w.put(f"cost = cost + {var(part)}")
            w.put(f"{var(part)} = 0")
        price = self.look.amount(w, "price", p.price, (), self.category, i, low_is_best=False)
        w.note(f"trace.append(('package', {i}, {price}, cost))")
        with w.block(f"if cost > {price}"):
            if p.excess == "institution":
                w.put(f"institution = institution + cost - {price}")
            else:
                w.put(f"person_over_price = person_over_price + cost - {price}")
                self.live.add("over_price")
            w.put(f"cost = {price}")
        if p.under == "price":
            with w.block(f"elif cost < {price}"):
                w.put(f"institution = institution + cost - {price}")
                w.put(f"cost = {price}")

    def tariff(self, i: int, layer: Layer) -> None:
        """Tariff times quantity in place of the charge, or its upper limit."""
        w, u = self.w, layer.unit
        assert u is not None
        tariff = self.look.amount(w, "tariff", u.tariff, (), self.category, i, low_is_best=False)
        quantity = variable(u.quantity)
        most = next(a.high for a in self.plan.scheme.attributes if a.name == u.quantity) or MAX_COUNT
        self._times("measured", tariff, u.tariff, quantity, most)
        w.note(f"trace.append(('tariff', {i}, {tariff}, {quantity}, measured, cost))")
        with w.block("if cost > measured"):
            w.put("person_above_tariff = person_above_tariff + cost - measured")
            w.put("cost = measured")
        self.live.add("above_tariff")
        if u.ignore_actual:
            with w.block("elif cost < measured"):
                w.put("institution = institution + cost - measured")
                w.put("cost = measured")

    def prepay(self, i: int, layer: Layer, edge: str | None = None) -> None:
        w, p = self.w, layer.prepay
        assert p is not None
        cost = "cost"
        if edge is not None:  # after the deductible: of what lies above the edge
            before = burden_slot(layer).variable if layer.band_scope != "claim" else "0"
            w.put(f"above = max(0, {before} + cost - max({before}, {edge}))")
            cost = "above"
        scale = rate_scale(p.rate, p.modifiers)
        rate = self.look.rate(w, "first", p.rate, p.modifiers, self.category, scale, i, low_is_best=True)
        w.put(f"ahead = ({cost} * {rate} + {scale // 2}) // {scale}")
        w.put("cost = cost - ahead")
        if layer.intake.kind != "burden":  # in a burden layer the parts stay where they are
            w.put("person_prepay = person_prepay + ahead")
        w.note(f"trace.append(('prepay', {i}, {rate}, {scale}, ahead))")
        self.live.add("prepay")

    def deductible(self, i: int, layer: Layer, base: bool) -> str | None:
        """Take the deductible off; returns the source of the lower edge where it is one."""
        w, d = self.w, layer.deductible
        if d is None:
            return None
        if d.edge:
            edge = self.look.amount(w, "edge", d.amount, d.modifiers, self.category, i, low_is_best=True)
            edge = self._repeated("edge", edge, d)
            kept = deductible_slot(layer)
            if kept is not None:  # bands of one claim: the edge is what is still due
                w.put(f"edge = max(0, {edge} - {kept.variable})")
                edge = "edge"
            return edge
        amount = self.look.amount(w, "due", d.amount, d.modifiers, self.category, i, low_is_best=True)
        amount = self._repeated("due", amount, d)
        slot = deductible_slot(layer)
        if slot is not None:
            w.put(f"due = max(0, {amount} - {slot.variable})")
            w.note(
                f"trace.append(('deductible', {i}, {amount if amount != 'due' else 'due'}, {slot.variable}))"
                if amount != "due"
                else f"trace.append(('deductible', {i}, due + {slot.variable}, {slot.variable}))"
            )
        elif amount != "due":
            w.put(f"due = {amount}")
        w.put("taken = min(due, cost)")
        if slot is not None:
            w.put(f"{slot.variable} = {slot.variable} + taken")
        w.put("cost = cost - taken")
        w.put("took = took + taken")
        w.note(f"trace.append(('taken', {i}, due, taken))")
        if base:
            w.put("person_deductible = person_deductible + taken")
            self.first("taken")
            self.live.add("deductible")
        return None

    def _repeated(self, name: str, amount: str, d: Deductible) -> str:
        """The deductible once for each begun period of so many days."""
        if not d.repeat_days:
            return amount
        self.w.put(f"periods = max(1, (days + {d.repeat_days - 1}) // {d.repeat_days})")
        self._times(name, amount, d.amount, "periods", MAX_COUNT // d.repeat_days + 1)
        return name

    def _times(self, name: str, amount: str, value: Value, count: str, most: int) -> None:
        """An amount so many times; no more than any cost, where the product could leave int64."""
        scheme = self.plan.scheme
        bound = largest(value, {a.name: a for a in scheme.attributes}, scheme.indices) * most
        if bound <= ABOVE_ANY_COST:
            self.w.put(f"{name} = {amount} * {count}")
        else:
            self.w.put(f"{name} = min({amount}, {ABOVE_ANY_COST} // max(1, {count})) * {count}")
