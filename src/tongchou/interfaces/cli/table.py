"""What goes to stdout: aligned tables (Chinese widths counted) and JSON."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PIPE_WIDTH = 140
"""Columns of a table where stdout is no terminal."""


def show_json(value: Any) -> None:
    """A value as indented JSON on stdout."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def terminal_table(title: str, head: list[str], rows: list[list[str]], right: set[int] | None = None) -> None:
    """An aligned table on stdout; cells are folded where the terminal is too narrow."""
    lines = fitting(head, rows, _width()) if not title and not right else None
    if lines is None:
        _folded(title, head, rows, right)
        return
    if os.isatty(1) and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
        lines[1] = f"\x1b[1m{lines[1]}\x1b[0m"
    print("\n".join(lines))


def _width() -> int:
    if not os.isatty(1):
        return PIPE_WIDTH
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() else os.get_terminal_size(1).columns


def _folded(title: str, head: list[str], rows: list[list[str]], right: set[int] | None) -> None:
    """Any table, at the price of loading a library for it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for i, h in enumerate(head):
        table.add_column(h, justify="right" if right and i in right else "left", overflow="fold", no_wrap=i == 0)
    for row in rows:
        table.add_row(*row)
    console = Console(width=None if os.isatty(1) else PIPE_WIDTH, highlight=False, markup=False)
    console.print(table)


def fitting(head: list[str], rows: list[list[str]], width: int) -> list[str] | None:
    """The lines of a table that needs no folding, as the library writes them; None where it is too wide or odd."""
    cells = [[text.split("\n") for text in row] for row in [head, *rows]]
    spans = [cell_width(line) for row in cells for cell in row for line in cell]
    if None in spans:
        return None
    columns = [max(cell_width(line) or 0 for row in cells for line in row[k]) for k in range(len(head))]
    inner = sum(columns) + 3 * (len(columns) - 1)
    if inner + 2 > width:
        return None
    blank = " " * (inner + 2)
    text = [_row(row, columns) for row in cells]
    return [blank, *text[0], f" {'─' * inner} ", *(line for lines in text[1:] for line in lines), blank]


def _row(row: list[list[str]], columns: list[int]) -> list[str]:
    """One row as the lines of its highest cell."""
    lines = []
    for k in range(max(len(cell) for cell in row)):
        parts = [cell[k] if k < len(cell) else "" for cell in row]
        padded = [p + " " * (w - (cell_width(p) or 0)) for p, w in zip(parts, columns, strict=True)]
        lines.append(" " + "   ".join(padded) + " ")
    return lines


def cell_width(text: str) -> int | None:
    """Columns that a text takes in a terminal; None with signs that take none, or that depend on the terminal."""
    if text.isascii():
        return len(text) if text.isprintable() else None
    from unicodedata import category, east_asian_width

    if not all(category(c)[0] in "LNPSZ" and ord(c) < 0x1F000 for c in text):
        return None
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
