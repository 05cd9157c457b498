"""The file that makes a folder an overlay: its title, and nothing that is not read."""

from __future__ import annotations

from pathlib import Path

from .findings import Finding, LawError
from .nodes import read_file
from .placeholders import placeholders
from .reader import Reader

BASES = ("bundled",)
"""What an overlay may lie over."""


def read_overlay(file: Path) -> tuple[str, list[Finding]]:
    """Title of an ``overlay.yaml`` (empty: none, or no such file), and its faults."""
    if not file.is_file():
        return "", []
    try:
        node = read_file(file, file.name)
    except LawError as e:
        return "", list(e.findings)
    gaps = placeholders(node)
    r = Reader(strict=True)
    got = r.mapping(node, "overlay", ("title", "english", "base"))
    title = r.text(got["title"], "title") if "title" in got else ""
    if "english" in got:
        r.text(got["english"], "english")
    if "base" in got:
        r.choice(got["base"], "base", BASES)
    return title, gaps + r.findings
