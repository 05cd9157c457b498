"""The generated source beside its result: what an auditor reads, with the layers that this claim met marked."""

from __future__ import annotations

from collections.abc import Collection

from tongchou.law.compile import source
from tongchou.law.tables import Scheme
from tongchou.rules.settlement import window_of

_BRANCH = ("if category == ", "elif category == ")


def source_lines(scheme: Scheme, day: int, category: int, met: Collection[str]) -> list[tuple[str, bool]]:
    """(line, whether it belongs to a layer that was met) of what settles one claim of the day."""
    text = source(scheme, *window_of(scheme, day, day + 1))
    start = text.index("\ndef one(") + 1
    end = text.find("\ndef ", start)
    return marked(text[start : end if end > 0 else len(text)].rstrip().splitlines(), category, met)


def marked(lines: list[str], category: int, met: Collection[str]) -> list[tuple[str, bool]]:
    """Marks the blocks ``# layer NAME`` of the branch for the category; a block ends where its indent does."""
    out: list[tuple[str, bool]] = []
    branch, mine, inside, deep = -1, False, False, 0
    for line in lines:
        indent = len(line) - len(line.lstrip())
        bare = line.strip()
        if indent <= branch and not bare.startswith("elif category"):
            mine = False
        if bare.startswith(_BRANCH):
            tests = bare.partition(" ")[2].rstrip(":").split(" or ")
            branch, mine, inside = indent, f"category == {category}" in tests, False
        elif bare.startswith("# layer "):
            inside, deep = mine and bare[8:] in met, indent
        elif indent < deep:
            inside = False
        out.append((line, inside and mine))
    return out
