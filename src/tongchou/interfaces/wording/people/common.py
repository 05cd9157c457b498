"""Sentences that several rooms share."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {}
WARNINGS: dict[str, tuple[str, str]] = {
    "not_encoded": ("{what}：该统筹区该日未编码，未计入", "{what}: not encoded for this area and day; left out"),
}
LABELS: dict[str, tuple[str, str]] = {
    "area": ("统筹区", "area"),
}
