"""The page on the books says what the chart and the events say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_books_page.py"


def test_the_page_has_the_accounts_and_events_of_the_program() -> None:
    """Otherwise run scripts/make_books_page.py."""
    spec = importlib.util.spec_from_file_location("make_books_page", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = script.PAGE.read_text(encoding="utf-8")
    assert script.written(page) == page
    assert page.count("`books.") > len(script.events())
