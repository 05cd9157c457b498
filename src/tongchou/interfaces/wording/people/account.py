"""Sentences of the personal account."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {}
WARNINGS: dict[str, tuple[str, str]] = {}
LABELS: dict[str, tuple[str, str]] = {}
