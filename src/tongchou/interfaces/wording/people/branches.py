"""Sentences of unemployment, work injury, welfare and the resident pension."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {}
WARNINGS: dict[str, tuple[str, str]] = {}
LABELS: dict[str, tuple[str, str]] = {}
