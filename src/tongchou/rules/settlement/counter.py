"""One claim at the counter: the same source as the batch, as plain Python, without NumPy or numba."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tongchou.law.compile import Kernel, plain
from tongchou.law.resolve import edges
from tongchou.law.tables import BILL_PARTS, NO_END, Scheme

SlotKey = tuple[str, str, str]


class Settlement(Struct, frozen=True):
    """One claim settled. ``amounts`` by settlement column (fen), ``totals`` after it by slot (name, period, key)."""

    amounts: dict[str, int]
    reason: str
    warnings: tuple[str, ...]
    totals: dict[SlotKey, int]
    trace: tuple[tuple[object, ...], ...] = ()
    """What the fold noted, step by step, where it was asked to (``traced``)."""


def window_of(scheme: Scheme, start: int, end: int) -> tuple[int, int]:
    """The stretch between changes of the law around days [start, end): the same source serves all claims in it."""
    days = edges(scheme)
    low = max((d for d in days if d <= start), default=start)
    high = min((d for d in days if d >= end), default=scheme.end or NO_END)
    return low, max(high, end)


def kernel_for(scheme: Scheme, day: int, traced: bool = False) -> Kernel:
    """The plain kernel of the law of one day."""
    return plain(scheme, *window_of(scheme, day, day + 1), traced)


def settle_one(
    scheme: Scheme, claim: Mapping[str, int], totals: Mapping[SlotKey, int] | None = None, traced: bool = False
) -> Settlement:
    """Settle one claim given as ints by kernel input name (``day``, attributes, money in fen).

    Raises KeyError naming an input the scheme reads and the claim lacks; TypeError for anything but ``int``.
    """
    kernel = kernel_for(scheme, claim["day"], traced)
    given = []
    for name in kernel.inputs:
        value = claim[name]
        if type(value) is not int:
            raise TypeError(f"{name}: expected int, found {type(value).__name__}")
        given.append(value)
    before = [(totals or {}).get(s, 0) for s in kernel.state]
    notes: list[tuple[object, ...]] = []
    got = kernel.one(*([notes] if traced else []), *given, *before)
    values = dict(zip(kernel.outputs, got, strict=False))
    after = dict(zip(kernel.state, got[len(kernel.outputs) :], strict=True))
    reason, bits = values.pop("reason"), values.pop("warnings")
    warnings = tuple(w for k, w in enumerate(kernel.warnings) if bits >> k & 1)
    _conserve(values, claim, kernel)
    return Settlement(values, kernel.reasons[reason], warnings, after, tuple(notes))


def _conserve(values: Mapping[str, int], claim: Mapping[str, int], kernel: Kernel) -> None:
    """Shares add up to what came in; asserted where the settlement is made."""
    bill = claim["in_scope"] + sum(claim[p] for p in BILL_PARTS if p in kernel.inputs)
    shares = (
        values["fund_total"]
        + values.get("institution", 0)
        + sum(v for k, v in values.items() if k.startswith("person_"))
    )
    if bill != shares:
        raise AssertionError(f"settlement of {bill} fen adds up to {shares} fen")
