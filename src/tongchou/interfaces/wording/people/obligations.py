"""Sentences of one-off contributions, instalments, surcharges, the low tier and changed bases."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {}
WARNINGS: dict[str, tuple[str, str]] = {}
LABELS: dict[str, tuple[str, str]] = {}
