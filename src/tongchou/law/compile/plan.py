"""What a generated source reads, keeps and gives: inputs, running totals, outputs, groups of categories."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..resolve import all_values
from ..tables import BILL_PARTS, CASH, Layer, ReadAttr, Scheme
from ..timeline import missing_days
from .words import ALWAYS, NEVER, Window, names_in, variable, when_text

BUILT_REASONS = (
    "",
    "not_designated",
    "disease_not_listed",
    "nothing_in_scope",
    "not_covered",
    "cap_used",
    "deductible",
    "rate_zero",
    "own_account",
)
"""Reasons of the settlement itself, by code; the scheme's own follow."""
BUILT_WARNINGS = ("disease_unchecked", "disease_not_severe", "rank_assumed", "values_secondary", "values_assumed")
"""Warnings of the settlement itself, by bit; the scheme's own (reasons that pay as usual) follow."""
OWN_ACCOUNT = "own_account"
"""Column of what own-account layers paid where no payment source has their balance."""
CHECKED_CATEGORIES = ("chronic", "special")
"""Categories whose disease must be in the catalogue of the same name."""


SlotKey = tuple[str, str, str]
"""Name of a running total, its period and, where it has one, the attribute that keys it."""


class Slot(Struct, frozen=True):
    """A running total: its name, the period after which it starts again, the attribute that keys it."""

    name: str
    per: str
    key: str | None = None

    @property
    def variable(self) -> str:
        key = f"_by_{self.key}" if self.key else ""
        name, _, kind = self.name.partition(".")  # one name with a dot, another with a line: no two meet
        return f"{kind or 'total'}_{name}_{self.per}{key}"

    @property
    def scope(self) -> tuple[str, str | None]:
        return self.per, self.key


class Plan:
    """The shape of one scheme in one window: everything later steps need to agree on."""

    def __init__(self, scheme: Scheme, start: int, end: int) -> None:
        self.scheme = scheme
        self.window = Window(start, end)
        self.layers = [(i, layer) for i, layer in enumerate(scheme.layers) if self.window.meets(layer.start, layer.end)]
        self.reasons = [r for r in scheme.reasons if self.window.meets(r.start, r.end)]
        self.catalogues = tuple(dict.fromkeys(c.name for c in scheme.catalogues))
        self.sources = [s for s in scheme.sources if self.window.meets(s.start, s.end)]
        self.owns = [layer for _, layer in self.layers if layer.own]
        self.funds = tuple(dict.fromkeys(layer.fund for _, layer in self.layers if not layer.own))
        self.tags = tuple(dict.fromkeys(c.then for _, layer in self.layers for c in layer.caps if c.then))
        self.bill_parts = tuple(
            p
            for p in BILL_PARTS
            if self.sources
            or self.owns
            or any(
                (layer.package is not None and p in layer.package.includes) or p in layer.intake.parts
                for _, layer in self.layers
            )
        )
        self.claim_parts = tuple(
            dict.fromkeys(layer.intake.name for _, layer in self.layers if layer.intake.kind == "part")
        )
        self.reads = self._reads()
        self.slots = self._slots()
        self.reason_names = BUILT_REASONS + tuple(
            dict.fromkeys(r.code for r in self.reasons if r.code not in BUILT_REASONS)
        )
        self.warning_names = BUILT_WARNINGS + tuple(dict.fromkeys(r.code for r in self.reasons if r.pays))
        self.attributes = tuple(a.name for a in scheme.attributes if a.name in self.reads and a.kind != "state")
        self.names = {a: variable(a) for a in self.attributes}
        """Variable of each attribute that is an input."""
        self.inputs = ("day", *self.attributes, "in_scope", *(f"part_{p}" for p in self.claim_parts), *self.bill_parts)
        self.parts = self._parts()
        self.has_institution = any(
            layer.package is not None or (layer.unit is not None and layer.unit.ignore_actual)
            for _, layer in self.layers
        )
        self.paid_by = self._paid_by()
        """Names of the columns ``paid_by_…``; empty where the whole of the person's part is cash."""
        self.outputs = (
            "deductible",
            *(f"fund_{f}" for f in self.funds),
            "fund_total",
            *(part_column(p) for p in self.parts),
            *(f"paid_by_{s}" for s in self.paid_by),
            *(("institution",) if self.has_institution else ()),
            "reason",
            "warnings",
        )
        self.groups = self._groups()

    def _reads(self) -> set[str]:
        reads = {"category", "designated"} | self.read_by([layer for _, layer in self.layers])
        # admissions count, and severe diseases are judged, also on days before the first layer that asks
        reads |= self.read_by(self.scheme.layers) & {"admission_no", "severe"}
        for r in self.scheme.reasons:
            reads |= names_in(r.when) if r in self.reasons else names_in(r.when) & {"severe"}
        for s in self.sources:
            reads |= names_in(s.when) | {s.balance}
        if "severe" in reads or any(c in self.catalogues for c in CHECKED_CATEGORIES):
            reads.add("disease")
        if "rank" in reads:
            reads.add("level")
        return reads

    @staticmethod
    def read_by(layers: Iterable[Layer]) -> set[str]:
        """Attributes that layers read."""
        reads: set[str] = set()
        for layer in layers:
            reads |= names_in(layer.when)
            if layer.counts_as_admission is not None:
                reads |= names_in(layer.counts_as_admission)
            for cap in layer.caps:
                reads |= names_in(cap.when) | ({cap.key} if cap.key else set())
            if layer.deductible is not None and layer.deductible.key:
                reads.add(layer.deductible.key)
            if layer.deductible is not None and layer.deductible.repeat_days:
                reads.add("days")
            if layer.unit is not None:
                reads.add(layer.unit.quantity)
            for m in (
                *layer.modifiers,
                *(layer.deductible.modifiers if layer.deductible else ()),
                *(layer.prepay.modifiers if layer.prepay else ()),
            ):
                reads |= names_in(m.when)
            for _, value in all_values(layer):
                for version in value.versions:
                    for cell in version.cells:
                        reads |= names_in(cell.when) | names_in(cell.expr)
        return reads

    def read_always(self) -> set[str]:
        """Attributes that are read of every claim: by reasons and payment sources."""
        reads = {n for r in self.reasons for n in names_in(r.when)}
        return reads | {n for s in self.sources for n in (*names_in(s.when), s.balance)}

    def _slots(self) -> tuple[Slot, ...]:
        slots: dict[Slot, None] = {}
        if "admission_no" in self.reads:
            slots[Slot("admissions", "year")] = None
            slots[Slot("episode_admission", "episode")] = None
        for _, layer in self.layers:
            slots |= dict.fromkeys(slots_of(layer))
        return tuple(slots)

    def _parts(self) -> tuple[str, ...]:
        parts = ["unclaimed", "deductible"]
        if any(layer.prepay for _, layer in self.layers):
            parts.append("prepay")
        parts += shares(self.layers)
        parts.append("over_cap")
        if any(p.package is not None and p.package.excess == "person" for _, p in self.layers):
            parts.append("over_price")
        if any(layer.unit for _, layer in self.layers):
            parts.append("above_tariff")
        parts += [f"own:{layer.name}" for layer in self.owns]
        if any(layer.catch_up for _, layer in self.layers):
            parts.append("caught_up")
        return (*parts, *self.bill_parts)

    def _paid_by(self) -> tuple[str, ...]:
        """Sources in order; where no source has the balance of an own-account layer, ``own_account``; cash last."""
        if not self.sources and not self.owns:
            return ()
        names = [s.name for s in self.sources]
        if any(not self._always(balance_of(o)) for o in self.owns):
            names.append(OWN_ACCOUNT)
        return (*dict.fromkeys(names), CASH)

    def _always(self, balance: str | None) -> bool:
        """Whether on every day of the window some source has the balance."""
        return self.window.within((s.start, s.end) for s in self.sources if s.balance == balance) == ALWAYS

    def own_parts(self, balance: str | None) -> list[str]:
        """Parts of the own-account layers whose cap is a balance; None: of those that have no such cap."""
        return [f"own:{layer.name}" for layer in self.owns if balance_of(layer) == balance]

    def _groups(self) -> list[tuple[tuple[int, ...], list[tuple[int, Layer]]]]:
        """Categories that can meet the same layers share one block."""
        found: dict[tuple[int, ...], list[int]] = {}
        for category in range(len(self.scheme.categories)):
            met, tags = [], set()
            for i, layer in self.layers:
                if when_text(layer.when, self.scheme, category) == NEVER:
                    continue
                if layer.intake.kind == "overflow" and layer.intake.name not in tags:
                    continue
                met.append(i)
                tags |= {c.then for c in layer.caps if c.then}
            found.setdefault(tuple(met), []).append(category)
        by_index = dict(self.layers)
        return [(tuple(cats), [(i, by_index[i]) for i in met]) for met, cats in found.items() if met]


def slots_of(layer: Layer) -> list[Slot]:
    """The running totals that a layer reads and adds to, in order."""
    slots = []
    if (s := deductible_slot(layer)) is not None:
        slots.append(s)
    if layer.bands and layer.band_scope != "claim":
        slots.append(burden_slot(layer))
    if layer.catch_up:
        slots.append(paid_slot(layer))
    slots += [Slot(cap.pool, cap.per, cap.key) for cap in layer.caps if cap.per != "none"]
    if uncapped_possible(layer):
        slots.append(Slot(f"{layer.name}.uncapped", "year"))
    return slots


def kept_as(slot: Slot, scheme: Scheme) -> SlotKey:
    """What a total is kept under outside of the source: its name, period and key.

    An open stay has its totals of stays and of episodes in one row, so that no two of these have one name. Whether
    two would is asked of the whole law: runs of other days call a total the same.
    """
    name = slot.name
    if slot.scope == ("episode", None) and any(Slot(name, "visit") in slots_of(layer) for layer in scheme.layers):
        name += ".episode"
    return name, slot.per, slot.key or ""


def deductible_slot(layer: Layer) -> Slot | None:
    """The total a layer's deductible is taken from; None where none is kept."""
    d = layer.deductible
    if d is None or d.per == "none" or (d.edge and layer.band_scope != "claim"):
        return None
    return Slot(d.pool, d.per, d.key)


def burden_slot(layer: Layer) -> Slot:
    """The running cost of a banded layer."""
    return Slot(f"{layer.name}.burden", layer.band_scope)


def paid_slot(layer: Layer) -> Slot:
    """What a layer that catches up has paid so far."""
    return Slot(f"{layer.name}.paid", layer.band_scope)


def shares(layers: Iterable[tuple[int, Layer]]) -> list[str]:
    """The parts ``share:<layer>``, of the layers that take cost, in order."""
    return [f"share:{n.name}" for _, n in layers if n.intake.kind != "burden" and not n.own]


def balance_of(layer: Layer) -> str | None:
    """The attribute whose amount limits an own-account layer, claim by claim."""
    for cap in layer.caps:
        exprs = {c.expr for v in cap.amount.versions for c in v.cells}
        if cap.per == "none" and len(exprs) == 1 and isinstance(expr := exprs.pop(), ReadAttr):
            return expr.name
    return None


def uncapped_possible(layer: Layer) -> bool:
    """Whether a payment of the layer can meet no payment cap at all although it has some."""
    from .lookups import nullable

    caps = [c for c in layer.caps if c.limits == "payment"]
    return bool(caps) and all(
        c.when or nullable(c.amount) or missing_days(c.amount, layer.start, layer.end) for c in caps
    )


def part_column(part: str) -> str:
    """Column of a named part of the person's burden."""
    return "person_" + part.replace(":", "_")
