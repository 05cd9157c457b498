"""Checks of a law tree beyond reading: see ``run_checks``."""
from __future__ import annotations
from pathlib import Path
from .tables import Scheme
from .tree import load_scheme_file


def load_checked_scheme(path: Path) -> Scheme:
    return load_scheme_file(path)
