"""Codes of facts as words, Chinese and English; a code that is not here is shown as it is written."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "men": ("男职工", "men"),
    "women_cadre": ("女干部", "women cadres"),
    "women_worker": ("女工人", "women workers"),
    "employer": ("用人单位", "employer"),
    "person": ("个人", "person"),
    "treasury": ("财政", "treasury"),
}
