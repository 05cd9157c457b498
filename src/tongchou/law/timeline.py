"""Two time axes: from the versions written down, those in force day by day as known on a day.

A version without an end holds until a later one starts and does not come back when that one ends; ``to`` is
written only for a real end. Of versions that start on one day, the later known one is a correction and wins
once it is known. A successor that was not known yet ends nothing.
"""

from __future__ import annotations

from msgspec.structs import replace

from .tables import NO_END, Value, Version


def timeline(value: Value, known: int | None = None) -> Value:
    """The value with its versions cut to disjoint intervals, in order, as known on the day (None: today)."""
    seen = [v for v in value.versions if known is None or v.cite.known <= known]
    lives = [(v, _until(v, value, seen)) for v in seen]
    edges = sorted({v.start for v in seen} | {end for _, end in lives if end < NO_END})
    result: list[Version] = []
    for i, start in enumerate(edges):
        end = edges[i + 1] if i + 1 < len(edges) else None
        holding = [v for v, until in lives if v.start <= start < until]
        if not holding:
            continue
        best = max(holding, key=lambda v: (v.start, v.cite.known))
        if result and result[-1].cite == best.cite and result[-1].end == start:
            result[-1] = replace(result[-1], end=end)
        else:
            result.append(replace(best, start=start, end=end))
    return Value(value.unit, tuple(result))


def open_end(value: Value) -> int:
    """The end that a version has without writing one: that of the block the value stands in."""
    return max((v.end or NO_END for v in value.versions), default=NO_END)


def _until(version: Version, value: Value, seen: list[Version]) -> int:
    """The day a version really ends: as written, else when a later one of those seen starts."""
    end = version.end or NO_END
    if end < open_end(value):
        return end
    return min((v.start for v in seen if v.start > version.start), default=end)


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
