"""Where the table of a worksheet begins: its header among the first rows, titles above it passed over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from .refusal import FileRefused

LOOKED_AT = 40
"""Filled rows in which a header is looked for."""
_SHOWN = 8

Grid = dict[int, dict[int, str]]
"""Row → column → text, of the first filled rows."""
Merged = tuple[int, int, int, int]
"""First row, last row, first column, last column of a merged range."""


@dataclass(frozen=True)
class Header:
    """``names`` by column; ``first`` and ``last`` row of the header, ``above`` the rows passed over."""

    names: dict[int, str]
    first: int
    last: int
    above: tuple[int, ...]


def find_header(
    path: Path, sheet: str, grid: Grid, wanted: Collection[str], merged: Callable[[], list[Merged]]
) -> Header:
    """The header of a sheet.

    The first filled row, if it has a wanted name or nothing speaks against it; else the one row below
    it that has two of the ``wanted`` names or all of them. Rows joined by merged cells make one header.
    Refused: ``xlsx_header_unclear`` where several rows may be it or none, ``duplicate_column``.
    """
    rows = sorted(grid)
    first = rows[0]
    enough = max(min(2, len(set(wanted))), 1)
    likely = [row for row in rows if len(_names(grid, row) & set(wanted)) >= enough]
    if first not in likely and (_names(grid, first) & set(wanted)) and not likely:
        likely = [first]
    ranges = merged() if likely[:1] != [first] or len(likely) > 1 or _has_gaps(grid, first, rows) else []
    likely = _joined(likely, ranges)
    if len(likely) > 1:
        raise _unclear(path, sheet, grid, likely, several=True)
    if likely:
        start = likely[0]
    elif _is_table(grid, rows):
        start = first
    else:
        raise _unclear(path, sheet, grid, rows[:5], several=False)
    top, last = _band(start, ranges, rows)
    names = _read(grid, top, last, ranges)
    _refuse_twice(path, sheet, names)
    return Header(names, top, last, tuple(row for row in rows if row < top))


def _names(grid: Grid, row: int) -> set[str]:
    return {text.strip() for text in grid[row].values()}


def _has_gaps(grid: Grid, first: int, rows: list[int]) -> bool:
    """Whether columns of the first rows have no name in the header's own row."""
    return any(column not in grid[first] for row in rows for column in grid[row])


def _is_table(grid: Grid, rows: list[int]) -> bool:
    """Whether the first row may be a header of names we do not know: as wide as what follows, no name twice."""
    first = [text.strip() for text in grid[rows[0]].values()]
    widest = max(len(grid[row]) for row in rows)
    return len(first) == widest and len(set(first)) == len(first)


def _joined(likely: list[int], ranges: list[Merged]) -> list[int]:
    """Rows that one merged cell joins count as the lowest of them."""
    found: list[int] = []
    for row in likely:
        if found and any(top <= found[-1] and row <= bottom for top, bottom, _, _ in ranges):
            found[-1] = row
        else:
            found.append(row)
    return found


def _band(row: int, ranges: list[Merged], rows: list[int]) -> tuple[int, int]:
    """The rows of a header: all that merged cells join with it, and the row below a heading over several columns."""
    top = bottom = row
    for first, last, left, right in ranges:
        if first <= row <= last and not (first == last and left == right):
            top, bottom = min(top, first), max(bottom, last)
    return top, bottom


def _read(grid: Grid, top: int, last: int, ranges: list[Merged]) -> dict[int, str]:
    """Each column's name: the lowest text in the header's rows, a merged cell's text in all its rows."""
    columns = sorted({column for row in range(top, last + 1) for column in grid.get(row, {})})
    names = {}
    for column in columns:
        texts = [grid[row][column].strip() for row in range(top, last + 1) if column in grid.get(row, {})]
        texts = [text for text in texts if text]
        if texts:
            names[column] = texts[-1]
    return names


def _refuse_twice(path: Path, sheet: str, names: dict[int, str]) -> None:
    words = list(names.values())
    twice = [name for name in dict.fromkeys(words) if words.count(name) > 1]
    if twice:
        raise FileRefused(
            "duplicate_column",
            f"文件 {path} 工作表“{sheet}”的表头有重复的列名：{'、'.join(twice)}；请只保留一列或改名",
            f"{path}, sheet {sheet!r}, has column names that stand twice: {', '.join(twice)}; rename or remove one",
        )


def _unclear(path: Path, sheet: str, grid: Grid, rows: list[int], several: bool) -> FileRefused:
    shown = "；".join(f"第 {row} 行：{_line(grid, row)}" for row in rows[:5])
    shown_en = "; ".join(f"row {row}: {_line(grid, row)}" for row in rows[:5])
    zh, en = ("有几行都像表头", "several rows look like a header") if several else ("找不到表头行", "no header row")
    return FileRefused(
        "xlsx_header_unclear",
        f"文件 {path} 工作表“{sheet}”{zh}（{shown}）；请删去表头以上的标题行，使第一行为列名，或核对列名与映射文件",
        f"{path}, sheet {sheet!r}: {en} ({shown_en}); remove the titles above so that the first row holds the"
        " column names, or check the names and the mapping",
    )


def _line(grid: Grid, row: int) -> str:
    texts = [text for _, text in sorted(grid[row].items())]
    more = "…" if len(texts) > _SHOWN else ""
    return " | ".join(" ".join(text.split())[:20] for text in texts[:_SHOWN]) + more
