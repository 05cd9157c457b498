"""What a counter needs of the law to answer for one scheme on days of unchanging law, and its form on a card."""

from __future__ import annotations

from tongchou.law import cards
from tongchou.law.kernel import Kernel
from tongchou.law.records import Record, pack, unpack

from .counter import kernel_for, window_of

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without the tables
    from collections.abc import Mapping
    from types import CodeType
    from typing import Any

    from tongchou.law.documents import Document
    from tongchou.law.places import Listing
    from tongchou.law.tables import Scheme

    from .counter import SlotKey


class Desk:
    """One scheme on the days [start, end): the traced kernel and what is asked of a claim and told of it.

    ``scheme`` and ``documents`` are the tables themselves, or as records what a card holds of them. ``taken``:
    categories; ``required``: by category the inputs without default; ``slots``: what ``--used`` may name.
    """

    def __init__(
        self,
        scheme: Scheme,
        kernel: Kernel,
        days: tuple[int, int],
        taken: frozenset[int],
        required: Mapping[int, tuple[str, ...]],
        slots: dict[str, tuple[SlotKey, ...]],
        documents: Mapping[str, Document],
    ) -> None:
        self.scheme, self.kernel, self.days, self.taken = scheme, kernel, days, taken
        self.required, self.slots, self.documents = required, slots, documents


def desk_of(scheme: Scheme, day: int, documents: Mapping[str, Document]) -> Desk:
    """The desk of a day on which the scheme is in force, worked out from the law."""
    from .coverage import required_inputs, taken_categories

    days = window_of(scheme, day, day + 1)
    return Desk(
        scheme,
        kernel_for(scheme, day, traced=True),
        days,
        taken_categories(scheme, *days),
        required_inputs(scheme, *days),
        used_slots(scheme),
        documents,
    )


def used_slots(scheme: Scheme) -> dict[str, tuple[SlotKey, ...]]:
    """Running totals by the name that a person gives them: a layer, ``<layer>.deductible``, ``<layer>.burden``,
    admissions."""
    from tongchou.law.compile.plan import Slot, burden_slot, deductible_slot, kept_as, paid_slot

    slots: dict[str, tuple[SlotKey, ...]] = {"admissions": (("admissions", "year", ""),)}
    for layer in scheme.layers:
        paid = [Slot(c.pool, c.per, c.key) for c in layer.caps if c.per != "none"]
        paid += [paid_slot(layer)] if layer.catch_up else []
        slots[layer.name] = tuple(kept_as(s, scheme) for s in dict.fromkeys(paid))
        if (d := deductible_slot(layer)) is not None:
            slots[f"{layer.name}.deductible"] = (kept_as(d, scheme),)
        if layer.bands and layer.band_scope != "claim":
            slots[f"{layer.name}.burden"] = (kept_as(burden_slot(layer), scheme),)
    return slots


def stored_desk(area: str, scheme: str, known: int | None, day: int) -> Desk | None:
    """The desk of a card made from the law and code as they are; None where there is none."""
    held = cards.fetch(area, scheme, known, day)
    if held is None:
        return None
    code, days, taken, required, slots, tables, names, readings = held
    documents: Any = {i: Record({"id": i, "name": name, "clauses": ()}) for i, name in names}
    if readings is not None:
        documents["readings"] = Record({**readings, "clauses": unpack(readings["clauses"])})
    return Desk(unpack(tables), _kernel(code), days, frozenset(taken), dict(required), dict(slots), documents)


def _kernel(code: CodeType) -> Kernel:
    space: dict[str, Any] = {}
    exec(code, space)
    return Kernel("", space)


def store_desk(desk: Desk, area: str, known: int | None, before: Listing | None) -> None:
    """Keep a desk as a card for the area asked; ``before``: the files behind it as they were when it was begun."""
    start, end = desk.days
    readings = desk.documents.get("readings")
    held = (
        compile(desk.kernel.text, "<kernel>", "exec"),
        desk.days,
        tuple(sorted(desk.taken)),
        tuple(desk.required.items()),
        tuple(desk.slots.items()),
        pack(desk.scheme, start, end),
        tuple((i, d.name) for i, d in desk.documents.items()),
        None
        if readings is None
        else {"id": readings.id, "name": readings.name, "clauses": pack(readings.clauses, start, end)},
    )
    cards.keep(area, desk.scheme.name, known, desk.days, before, held)
