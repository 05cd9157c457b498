"""Dates of values: no day without a value, none with two."""

from __future__ import annotations

from .days import iso
from .findings import Finding, Place
from .tables import NO_END, Value, Version
from .timeline import missing_days, open_end, timeline


def place(version: Version) -> Place:
    return Place(version.cite.file, version.cite.line)


def check_time(value: Value, start: int | None, end: int | None, where: str) -> list[Finding]:
    """Overlaps of versions, and days of [start, end) without one (None: between the first and the last)."""
    found: list[Finding] = []
    versions = sorted(value.versions, key=lambda v: (v.start, v.cite.known))
    inherited = end or open_end(value)
    for i, a in enumerate(versions):
        for b in versions[i + 1 :]:
            same_day = a.start == b.start and a.cite.known == b.cite.known
            written = (a.end or NO_END) < inherited
            runs_over = a.start < b.start < (a.end or 0) and written and b.cite.known <= a.cite.known
            if same_day or runs_over:
                found.append(
                    Finding(
                        "overlap",
                        place(b),
                        where,
                        f"one value on {iso(b.start)}",
                        f"two, from {iso(a.start)} and from {iso(b.start)}",
                        "end the one before the other begins, or give the later known one its own `known`",
                        place(a),
                    )
                )
    if not versions:
        return found
    line = timeline(value)
    if start is None:
        start, end = versions[0].start, versions[-1].start + 1
    for gap_start, gap_end in missing_days(line, start, end):
        before = [v for v in line.versions if v.start < gap_start]
        at = place(before[-1] if before else line.versions[0])
        other = next((place(v) for v in line.versions if v.start >= gap_end), None)
        found.append(
            Finding(
                "gap",
                at,
                where,
                "a value on every day",
                f"none from {iso(gap_start)} to {iso(gap_end)}",
                "add the missing version or correct the dates",
                other,
            )
        )
    return found
