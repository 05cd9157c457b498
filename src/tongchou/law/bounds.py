"""The largest amount a value can come to, for what int64 must hold."""

from __future__ import annotations

from collections.abc import Mapping

from .tables import RATE_SCALE, Attribute, Const, Expr, IndexTimes, ReadAttr, Steps, SumOf, Value


def largest(value: Value, attributes: Mapping[str, Attribute], indices: Mapping[str, object]) -> int:
    """The most that any cell of any version gives, in the unit of the value; "no limit" counts as nothing."""
    cells = (c.expr for v in value.versions for c in v.cells)
    return max((_most(e, attributes, indices) for e in cells), default=0)


def _most(e: Expr, attributes: Mapping[str, Attribute], indices: Mapping[str, object]) -> int:
    if isinstance(e, Const):
        return e.value or 0
    if isinstance(e, IndexTimes):
        index = indices.get(e.name)
        return largest(index, attributes, {}) * e.times // RATE_SCALE + 1 if isinstance(index, Value) else 0
    if isinstance(e, Steps):
        return max(0, e.per * max(0, (attributes[e.attr].high or 0) - e.above))
    if isinstance(e, ReadAttr):
        return attributes[e.name].high or 0
    parts = [_most(i, attributes, indices) for i in e.items]
    return sum(parts) if isinstance(e, SumOf) else min(parts)
