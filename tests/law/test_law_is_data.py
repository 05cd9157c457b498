"""Law is data: no date, no document and no area stands in the code of the law, the rules and the money."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import tongchou
from tongchou.law import load
from tongchou.law.check import check_law

SOURCE = Path(tongchou.__file__).parent
FILES = sorted(
    p for room in ("rules", "money", "law", "ledger", "office") for p in (SOURCE / room).rglob("*.py")
)
FORBIDDEN = {
    "a date": re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d(?:-\d\d)?(?!\d)"),
    "a document number": re.compile(r"[〔〕]|\d{4}年|第[一二三四五六七八九十]+条"),
    "an area code": re.compile(r"(?<!\d)(?:[1-6][1-7])(?:0000|\d{4})(?!\d)"),
}
ALLOWED = {("law/tree.py", "000000"), ("law/tables.py", "3_652_060"), ("law/read_scheme.py", "693_596")}
"""The last day there is and the day a scheme file alone begins with: no law, but edges of the calendar."""


def words_of(path: Path) -> list[tuple[int, str]]:
    """Every literal of a module but its docstrings, as text, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {
        id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
    }
    return [
        (n.lineno, repr(n.value))
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and id(n) not in notes
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_no_law_in_code(path: Path) -> None:
    name = path.relative_to(SOURCE).as_posix()
    allowed = {int(w.replace("_", "")) for f, w in ALLOWED if f == name}
    for line, text in words_of(path):
        if text.lstrip("-").isdigit() and (int(text) in allowed or int(text) % 10_000 == 0):
            continue
        for what, pattern in FORBIDDEN.items():
            assert not pattern.search(text), f"{name}:{line}: {what}: {text}"


def test_the_patterns_find_what_they_are_for(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        '"""530100 from 2022-01-01"""\nA = "2022-01-01"\nB = 530100\n'
        'C = "云医保〔2021〕33号"\nD = dict(x="370200")\n'
    )
    found = [what for _, text in words_of(path) for what, p in FORBIDDEN.items() if p.search(text)]
    assert sorted(found) == ["a date", "a document number", "an area code", "an area code"]


def test_rules_use_no_clock_no_database_and_no_file() -> None:
    banned = {"time", "os", "pathlib", "django", "sqlite3", "psycopg", "random", "requests"}
    for path in (SOURCE / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            assert not banned & {n.partition(".")[0] for n in names}, f"{path}:{node.lineno}"
            clock = isinstance(node, ast.Attribute) and node.attr in (
                "now",
                "today",
                "utcnow",
                "fromtimestamp",
            )
            assert not clock, f"{path}:{getattr(node, 'lineno', 0)}"


def test_nothing_outside_the_package_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading and checking the law opens files of the tree and of the cache, and no others."""
    opened: list[Path] = []
    real = Path.read_bytes

    def note(self: Path) -> bytes:
        opened.append(self)
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", note)
    check_law()
    load()
    tree = [p for p in opened if p.is_relative_to(SOURCE / "law" / "tree")]
    others = [p for p in opened if p not in tree and not p.name.startswith("law-")]
    assert tree
    assert not others
    assert not [p for p in FILES if "shared/" in p.read_text(encoding="utf-8")]
