"""Two time axes: from the versions written down, those in force day by day as known on a day.

A version without an end holds until a later one starts; ``to`` is written only for a real end. Of
versions that start on one day, the later known one is a correction and wins once it is known.
"""

from __future__ import annotations

from msgspec.structs import replace

from .tables import NO_END, Value, Version


def timeline(value: Value, known: int | None = None) -> Value:
    """The value with its versions cut to disjoint intervals, in order, as known on the day (None: today)."""
    seen = [v for v in value.versions if known is None or v.cite.known <= known]
    edges = sorted({v.start for v in seen} | {v.end for v in seen if v.end is not None})
    result: list[Version] = []
    for i, start in enumerate(edges):
        end = edges[i + 1] if i + 1 < len(edges) else None
        holding = [v for v in seen if v.start <= start < (v.end or NO_END)]
        if not holding:
            continue
        best = max(holding, key=lambda v: (v.start, v.cite.known))
        if result and result[-1].cite == best.cite and result[-1].end == start:
            result[-1] = replace(result[-1], end=end)
        else:
            result.append(replace(best, start=start, end=end))
    return Value(value.unit, tuple(result))


def missing_days(value: Value, start: int, end: int | None) -> list[tuple[int, int]]:
    """The intervals of [start, end) on which a timeline has no version."""
    gaps, day, last = [], start, end or NO_END
    for v in value.versions:
        if v.start > day and day < last:
            gaps.append((day, min(v.start, last)))
        day = max(day, v.end or NO_END)
    if day < last:
        gaps.append((day, last))
    return gaps
