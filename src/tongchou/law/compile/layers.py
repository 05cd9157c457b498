"""One layer as source: intake, package, prepay, deductible, payment, caps, what is left.

The reckoning is docs/algorithms/settlement.md, step by step.
"""

from __future__ import annotations

from ..tables import Cap, Layer
from .lookups import Lookups, nullable, rate_scale
from .plan import Plan, Slot, burden_slot, deductible_slot, uncapped_possible
from .words import NEVER, both, when_text
from .writer import Writer


def var(part: str) -> str:
    """Variable of a part of the person's burden."""
    return "person_" + part.replace(":", "_")


class LayerWriter:
    """Writes the layers of one group of categories in order."""

    def __init__(self, plan: Plan, lookups: Lookups, w: Writer, categories: tuple[int, ...], bases: int) -> None:
        self.plan, self.look, self.w = plan, lookups, w
        self.category = categories[0] if len(categories) == 1 else None
        self.claimed = 0
        """Layers on the claim written so far: the second finds only what the first left."""
        self.based = 0
        """Layers that are no burden layer written so far, of ``bases`` in all."""
        self.bases = bases
        self.live = {"unclaimed", *plan.bill_parts}
        """Parts that can be more than zero at this point."""
        self.unclaimed_lowered = False
        """Whether a burden layer written so far takes of ``unclaimed``."""
        self.open_tags: set[str] = set()
        self.paid: list[str] = []

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
        self.paid.append(f"pay_{layer.name}")

    def _intake(self, i: int, layer: Layer) -> None:
        """The cost that comes in; an empty overflow or burden does not enter the layer."""
        w, kind, name = self.w, layer.intake.kind, layer.intake.name
        if kind == "overflow":
            self.open_tags.discard(name)
            with w.block(f"if spill_{name} > 0"):
                w.put(f"cost = spill_{name}")
                w.put(f"spill_{name} = 0")
                self._reckon(i, layer)
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
        w.put(f"{source} = 0")
        w.put("person_unclaimed = person_unclaimed - cost")
        self._reckon(i, layer)

    def burden_parts(self, layer: Layer) -> list[str]:
        """The listed parts that can hold anything here, ``share:*`` spelled out in layer order."""
        shares = [f"share:{n.name}" for _, n in self.plan.layers if n.intake.kind != "burden"]
        wanted = [q for p in layer.intake.parts for q in (shares if p == "share:*" else [p])]
        return [p for p in dict.fromkeys(wanted) if p in self.live]

    def _reckon(self, i: int, layer: Layer) -> None:
        w = self.w
        base = layer.intake.kind != "burden"
        w.put("entered = 1")
        w.note(f"trace.append(('in', {i}, cost))")
        self._trust(layer)
        if layer.package is not None:
            self._package(i, layer)
        if layer.prepay is not None and not layer.prepay.after_deductible:
            self._prepay(i, layer)
        edge = self._deductible(i, layer, base)
        if layer.prepay is not None and layer.prepay.after_deductible:
            self._prepay(i, layer, edge)
        below = self._pay(i, layer, edge, base)
        self._caps(i, layer, below)
        pay = f"pay_{layer.name}"
        w.put(f"{pay} = paid")
        if base:
            w.put(f"{var('share:' + layer.name)} = cost - paid" + (" - below" if below else ""))
            self.live.add(f"share:{layer.name}")
            self.based += 1
            if self.based < self.bases:
                w.put("based = 1")
        else:
            self._lower("paid", self.burden_parts(layer))
        w.note(f"trace.append(('out', {i}, paid, cost))")

    def _trust(self, layer: Layer) -> None:
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

    def _package(self, i: int, layer: Layer) -> None:
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

    def _prepay(self, i: int, layer: Layer, edge: str | None = None) -> None:
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

    def _deductible(self, i: int, layer: Layer, base: bool) -> str | None:
        """Take the deductible off; returns the source of the lower edge where it is one."""
        w, d = self.w, layer.deductible
        if d is None:
            return None
        if d.edge:
            edge = self.look.amount(w, "edge", d.amount, d.modifiers, self.category, i, low_is_best=True)
            kept = deductible_slot(layer)
            if kept is not None:  # bands of one claim: the edge is what is still due
                w.put(f"edge = max(0, {edge} - {kept.variable})")
                edge = "edge"
            return edge
        amount = self.look.amount(w, "due", d.amount, d.modifiers, self.category, i, low_is_best=True)
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
            self._first("taken")
            self.live.add("deductible")
        return None

    def _first(self, source: str) -> None:
        """The column ``deductible``: what the first entered layer that is no burden layer took."""
        with self.w.maybe("based == 0" if self.based else None):
            self.w.put(f"deductible = {source}")

    # -- payment ---------------------------------------------------------------------------------------------
    def _share(self, cost: str, rate: str, scale: int) -> str:
        """What the fund pays of a cost at a plain rate, rounded on the side and in the mode the law names."""
        scheme = self.plan.scheme
        half = f" + {scale // 2}" if scheme.mode == "half_up" else ""
        if scheme.side == "fund":
            return f"({cost} * {rate}{half}) // {scale}"
        return f"{cost} - ({cost} * ({scale} - {rate}){half}) // {scale}"

    def _pay(self, i: int, layer: Layer, edge: str | None, base: bool) -> bool:
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
        w.put(f"start = {name}(before, {table})")
        w.put(f"paid = max(0, {name}(before + cost, {table}) - start)")
        w.note(f"trace.append(('bands', {i}, before, ({table}), {scale}, paid))")
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
                self._first("below")
                self.live.add("deductible")
        if kept:
            w.put(f"{before} = before + cost")
        self.inverse = f"un{name}(start + room, {table}) - before"
        self.again = f"max(0, {name}(before + cost, {table}) - start)"
        return below

    need_bands: set[tuple[int, int]]
    inverse = ""
    again = ""

    # -- caps --------------------------------------------------------------------------------------------------
    def _caps(self, i: int, layer: Layer, below: bool) -> None:
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
            self.open_tags.add(cap.then)
            if burden:
                w.put(f"moved = {amount}")
                self._lower("moved", self.burden_parts(layer))
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

    def _lower(self, amount: str, parts: list[str]) -> None:
        """Take an amount off the listed parts in order."""
        w = self.w
        w.put(f"left = {amount}")
        for p in parts:
            w.put(f"part = min(left, {var(p)})")
            w.put(f"{var(p)} = {var(p)} - part")
            w.put("left = left - part")
